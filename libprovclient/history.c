/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last attempts, and what each one changed. */
#include "libprovclient/call.h"
#include "libprovclient/message.h"
#include "libprovclient/result.h"

#include <errno.h>

static int read_attempt(sd_bus_message *m, prov_attempt *attempt)
{
    const char *reason, *result, *failure;
    int r = sd_bus_message_read(m, "(tsttsssu)", &attempt->id, &reason, &attempt->started,
                                &attempt->finished, &result, &failure, &attempt->message,
                                &attempt->changed);

    if (r < 0)
        return r;
    attempt->reason = name_parse(&reason_names, reason);
    attempt->result = name_parse(&result_names, result);
    attempt->failure = name_parse(&failure_names, failure);
    return 0;
}

static int read_change(sd_bus_message *m, prov_change *change)
{
    return sd_bus_message_read(m, "(sss)", &change->name, &change->before, &change->after);
}

/* Makes the result, a list that ends in NULL, of an array of structs. */
static void **list_new(sd_bus_message *m, int n, size_t size)
{
    void **list = result_new((size_t)n + 1, sizeof(*list));
    char *items = list ? result_alloc(list, (size_t)n, size) : NULL;

    if (!items) {
        result_free(list);
        return NULL;
    }
    for (int i = 0; i < n; i++)
        list[i] = items + (size_t)i * size;
    result_keep(list, m);
    return list;
}

static int read_attempts(sd_bus_message *m, unsigned step, void **result)
{
    int n = message_enter_array(m, "(tsttsssu)");
    int r = 0;

    if (n < 0)
        return n;
    *result = list_new(m, n, sizeof(prov_attempt));
    if (!*result)
        return -ENOMEM;
    for (int i = 0; i < n && r >= 0; i++)
        r = read_attempt(m, ((prov_attempt **)*result)[i]);
    return r;
}

static int read_changes(sd_bus_message *m, unsigned step, void **result)
{
    int n = message_enter_array(m, "(sss)");
    int r = 0;

    if (n < 0)
        return n;
    *result = list_new(m, n, sizeof(prov_change));
    if (!*result)
        return -ENOMEM;
    for (int i = 0; i < n && r >= 0; i++)
        r = read_change(m, ((prov_change **)*result)[i]);
    return r;
}

static void deliver_attempts(prov_client *client, SlotCallback callback, const prov_error *error,
                             void *result, void *userdata)
{
    ((prov_attempts_fn)callback)(client, error, result, userdata);
}

static void deliver_changes(prov_client *client, SlotCallback callback, const prov_error *error,
                            void *result, void *userdata)
{
    ((prov_changes_fn)callback)(client, error, result, userdata);
}

static const ReplyType reply_attempts = {
    .signatures = {"a(tsttsssu)"},
    .read = read_attempts,
    .free = result_free,
    .deliver = deliver_attempts,
};

static const ReplyType reply_changes = {
    .signatures = {"a(sss)"},
    .read = read_changes,
    .free = result_free,
    .deliver = deliver_changes,
};

static int request_history(prov_client *client, unsigned max, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_attempts;
    return request_add(request, client, INTERFACE_MANAGER, "GetHistory", "u", max);
}

int prov_client_get_history(prov_client *client, unsigned max, prov_attempt ***ret_attempts,
                            prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_attempts)
        return error_return_invalid(ret_error);
    r = request_history(client, max, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_attempts = result;
    return r;
}

int prov_client_get_history_async(prov_client *client, unsigned max, prov_attempts_fn callback,
                                  void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_history(client, max, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

void prov_attempts_free(prov_attempt **attempts)
{
    result_free(attempts);
}

static int request_changes(prov_client *client, uint64_t id, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_changes;
    return request_add(request, client, INTERFACE_MANAGER, "GetChanges", "t", id);
}

int prov_client_get_changes(prov_client *client, uint64_t id, prov_change ***ret_changes,
                            prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_changes)
        return error_return_invalid(ret_error);
    r = request_changes(client, id, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_changes = result;
    return r;
}

int prov_client_get_changes_async(prov_client *client, uint64_t id, prov_changes_fn callback,
                                  void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_changes(client, id, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

void prov_changes_free(prov_change **changes)
{
    result_free(changes);
}
