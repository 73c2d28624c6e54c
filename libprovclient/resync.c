/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking for a resync, cancelling it, starting from scratch. */
#include "libprovclient/call.h"
#include "libprovclient/result.h"

#include <errno.h>

static int read_id(sd_bus_message *m, unsigned step, void **result)
{
    *result = result_new(1, sizeof(uint64_t));
    return *result ? sd_bus_message_read_basic(m, SD_BUS_TYPE_UINT64, *result) : -ENOMEM;
}

static void deliver_id(prov_client *client, SlotCallback callback, const prov_error *error,
                       void *result, void *userdata)
{
    uint64_t id = result ? *(uint64_t *)result : 0;

    result_free(result);
    ((prov_id_fn)callback)(client, error, id, userdata);
}

static const ReplyType reply_id = {
    .signatures = {"t"},
    .read = read_id,
    .free = result_free,
    .deliver = deliver_id,
};

static int append_options(sd_bus_message *m, unsigned flags, const char *rule)
{
    int r = sd_bus_message_open_container(m, SD_BUS_TYPE_ARRAY, "{sv}");

    if (r >= 0 && flags & PROV_RESYNC_FORCE)
        r = sd_bus_message_append(m, "{sv}", "force", "b", 1);
    if (r >= 0 && rule)
        r = sd_bus_message_append(m, "{sv}", "rule", "s", rule);
    return r < 0 ? r : sd_bus_message_close_container(m);
}

static int request_resync(prov_client *client, unsigned flags, const char *rule, Request *request)
{
    sd_bus_message *m;
    int r;

    if (!client || flags & ~(unsigned)PROV_RESYNC_FORCE)
        return -EINVAL;
    request->reply = &reply_id;
    r = request_add_empty(request, client, INTERFACE_MANAGER, "ResyncNow", &m);
    return r < 0 ? r : append_options(m, flags, rule);
}

int prov_client_request_resync(prov_client *client, unsigned flags, const char *rule,
                               uint64_t *ret_id, prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r = request_resync(client, flags, rule, &request);

    r = call_run(client, &request, r, &result, ret_error);
    if (r < 0)
        return r;
    if (ret_id)
        *ret_id = *(uint64_t *)result;
    result_free(result);
    return r;
}

int prov_client_request_resync_async(prov_client *client, unsigned flags, const char *rule,
                                     prov_id_fn callback, void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_resync(client, flags, rule, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

static int request_plain(prov_client *client, const char *member, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_done;
    return request_add_empty(request, client, INTERFACE_MANAGER, member, NULL);
}

int prov_client_cancel_resync(prov_client *client, prov_error **ret_error)
{
    Request request = {};
    int r = request_plain(client, "CancelResync", &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_cancel_resync_async(prov_client *client, prov_done_fn callback, void *userdata,
                                    prov_slot **ret_slot)
{
    Request request = {};
    int r = request_plain(client, "CancelResync", &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

int prov_client_factory_reset(prov_client *client, prov_error **ret_error)
{
    Request request = {};
    int r = request_plain(client, "FactoryReset", &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_factory_reset_async(prov_client *client, prov_done_fn callback, void *userdata,
                                    prov_slot **ret_slot)
{
    Request request = {};
    int r = request_plain(client, "FactoryReset", &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}
