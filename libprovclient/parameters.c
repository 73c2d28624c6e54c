/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values: read, set, checked, put back. */
#include "libprovclient/call.h"
#include "libprovclient/message.h"
#include "libprovclient/result.h"
#include "libprovclient/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int read_value(sd_bus_message *m, unsigned step, void **result)
{
    const char *value;
    int r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &value);

    if (r < 0)
        return r;
    *result = strdup(value);
    return *result ? 0 : -ENOMEM;
}

static void deliver_value(prov_client *client, SlotCallback callback, const prov_error *error,
                          void *result, void *userdata)
{
    ((prov_value_fn)callback)(client, error, result, userdata);
}

static int compare_values(const void *a, const void *b)
{
    return strcmp(((const prov_value *)a)->name, ((const prov_value *)b)->name);
}

int values_read(sd_bus_message *m, int n, prov_value *values)
{
    int r = 0;

    for (int i = 0; i < n && r >= 0; i++)
        r = sd_bus_message_read(m, "{ss}", &values[i].name, &values[i].value);
    if (r < 0)
        return r;
    qsort(values, (size_t)n, sizeof(*values), compare_values);
    return sd_bus_message_exit_container(m);
}

static int read_values(sd_bus_message *m, unsigned step, void **result)
{
    int n = message_enter_array(m, "{ss}");

    if (n < 0)
        return n;
    *result = result_new((size_t)n + 1, sizeof(prov_value));
    if (!*result)
        return -ENOMEM;
    result_keep(*result, m);
    return values_read(m, n, *result);
}

static void deliver_values(prov_client *client, SlotCallback callback, const prov_error *error,
                           void *result, void *userdata)
{
    ((prov_values_fn)callback)(client, error, result, userdata);
}

static const ReplyType reply_value = {
    .signatures = {"s"},
    .read = read_value,
    .free = free,
    .deliver = deliver_value,
};

static const ReplyType reply_values = {
    .signatures = {"a{ss}"},
    .read = read_values,
    .free = result_free,
    .deliver = deliver_values,
};

static int request_value(prov_client *client, const char *name, Request *request)
{
    if (!client || !name)
        return -EINVAL;
    request->reply = &reply_value;
    return request_add(request, client, INTERFACE_PARAMETERS, "GetParameter", "s", name);
}

int prov_client_get_parameter(prov_client *client, const char *name, char **ret_value,
                              prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_value)
        return error_return_invalid(ret_error);
    r = request_value(client, name, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_value = result;
    return r;
}

int prov_client_get_parameter_async(prov_client *client, const char *name, prov_value_fn callback,
                                    void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_value(client, name, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

int request_add_names(Request *request, prov_client *client, const char *member,
                      const char *const *names)
{
    sd_bus_message *m;
    int r = request_add_empty(request, client, INTERFACE_PARAMETERS, member, &m);

    return r < 0 ? r : sd_bus_message_append_strv(m, (char **)names);
}

static int request_values(prov_client *client, const char *const *names, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_values;
    return request_add_names(request, client, "GetParameters", names);
}

int prov_client_get_parameters(prov_client *client, const char *const *names,
                               prov_value **ret_values, prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_values)
        return error_return_invalid(ret_error);
    r = request_values(client, names, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_values = result;
    return r;
}

int prov_client_get_parameters_async(prov_client *client, const char *const *names,
                                     prov_values_fn callback, void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_values(client, names, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

void prov_values_free(prov_value *values)
{
    result_free(values);
}

static int request_with_values(prov_client *client, const char *member, const ReplyType *reply,
                               const prov_value *values, Request *request)
{
    sd_bus_message *m;
    int r;

    if (!client || !values)
        return -EINVAL;
    request->reply = reply;
    r = request_add_empty(request, client, INTERFACE_PARAMETERS, member, &m);
    if (r >= 0)
        r = sd_bus_message_open_container(m, SD_BUS_TYPE_ARRAY, "{ss}");
    for (; r >= 0 && values->name; values++)
        r = values->value ? sd_bus_message_append(m, "{ss}", values->name, values->value) : -EINVAL;
    return r < 0 ? r : sd_bus_message_close_container(m);
}

int prov_client_set_parameters(prov_client *client, const prov_value *values,
                               prov_error **ret_error)
{
    Request request = {};
    int r = request_with_values(client, "SetParameters", &reply_done, values, &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_set_parameters_async(prov_client *client, const prov_value *values,
                                     prov_done_fn callback, void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_with_values(client, "SetParameters", &reply_done, values, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

int prov_client_check_parameters(prov_client *client, const prov_value *values,
                                 prov_value **ret_problems, prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_problems)
        return error_return_invalid(ret_error);
    r = request_with_values(client, "CheckParameters", &reply_values, values, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_problems = result;
    return r;
}

int prov_client_check_parameters_async(prov_client *client, const prov_value *values,
                                       prov_values_fn callback, void *userdata,
                                       prov_slot **ret_slot)
{
    Request request = {};
    int r = request_with_values(client, "CheckParameters", &reply_values, values, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

static int request_reset(prov_client *client, const char *name, Request *request)
{
    if (!client || !name)
        return -EINVAL;
    request->reply = &reply_done;
    return request_add(request, client, INTERFACE_PARAMETERS, "ResetParameter", "s", name);
}

int prov_client_reset_parameter(prov_client *client, const char *name, prov_error **ret_error)
{
    Request request = {};
    int r = request_reset(client, name, &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_reset_parameter_async(prov_client *client, const char *name, prov_done_fn callback,
                                      void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_reset(client, name, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}
