/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a SIP stack tells. */
#include "libprovclient/call.h"
#include "libprovclient/lines.h"
#include "libprovclient/names.h"
#include "libprovclient/result.h"

#include <errno.h>

static int read_action(sd_bus_message *m, unsigned step, void **result)
{
    prov_action *action = *result = result_new(1, sizeof(*action));
    const char *name;
    int r;

    if (!action)
        return -ENOMEM;
    r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &name);
    if (r >= 0)
        *action = name_parse(&action_names, name);
    return r;
}

static void deliver_action(prov_client *client, SlotCallback callback, const prov_error *error,
                           void *result, void *userdata)
{
    prov_action action = result ? *(prov_action *)result : PROV_ACTION_UNKNOWN;

    result_free(result);
    ((prov_action_fn)callback)(client, error, action, userdata);
}

static const ReplyType reply_action = {
    .signatures = {"s"},
    .read = read_action,
    .free = result_free,
    .deliver = deliver_action,
};

static int request_notify(prov_client *client, const char *event, Request *request)
{
    if (!client || !event)
        return -EINVAL;
    request->reply = &reply_action;
    return request_add(request, client, INTERFACE_SIP, "Notify", "s", event);
}

int prov_client_notify_sip(prov_client *client, const char *event, prov_action *ret_action,
                           prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_action)
        return error_return_invalid(ret_error);
    r = request_notify(client, event, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r < 0)
        return r;
    *ret_action = *(prov_action *)result;
    result_free(result);
    return r;
}

int prov_client_notify_sip_async(prov_client *client, const char *event, prov_action_fn callback,
                                 void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_notify(client, event, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

/* One of the two things that are said of a line. */
typedef struct LineFact {
    const char *member;
    int (*remember)(prov_client *client, unsigned line, bool value);
} LineFact;

static const LineFact fact_active = {"SetLineActive", lines_remember_active};
static const LineFact fact_registered = {"SetLineRegistered", lines_remember_registered};

static int request_line(prov_client *client, const LineFact *fact, unsigned line, bool value,
                        Request *request)
{
    int r = client ? fact->remember(client, line, value) : -EINVAL;

    if (r < 0)
        return r;
    request->reply = &reply_done;
    return request_add(request, client, INTERFACE_SIP, fact->member, "ub", line, (int)value);
}

int prov_client_set_line_active(prov_client *client, unsigned line, bool active,
                                prov_error **ret_error)
{
    Request request = {};
    int r = request_line(client, &fact_active, line, active, &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_set_line_active_async(prov_client *client, unsigned line, bool active,
                                      prov_done_fn callback, void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_line(client, &fact_active, line, active, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

int prov_client_set_line_registered(prov_client *client, unsigned line, bool registered,
                                    prov_error **ret_error)
{
    Request request = {};
    int r = request_line(client, &fact_registered, line, registered, &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_set_line_registered_async(prov_client *client, unsigned line, bool registered,
                                          prov_done_fn callback, void *userdata,
                                          prov_slot **ret_slot)
{
    Request request = {};
    int r = request_line(client, &fact_registered, line, registered, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}
