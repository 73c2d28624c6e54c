/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parameters with all that is known of them: their values first, then their descriptions. */
#include "libprovclient/call.h"
#include "libprovclient/message.h"
#include "libprovclient/result.h"
#include "libprovclient/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(type, name, member)                                \
    {                                                            \
        name, type, offsetof(prov_parameter, member), NULL, NULL \
    }
#define WORD(name, member, table)                                   \
    {                                                               \
        name, "s", offsetof(prov_parameter, member), &(table), NULL \
    }

static int read_choices(void *target, void *result, sd_bus_message *m)
{
    return message_read_strings(m, result, &((prov_parameter *)target)->choices);
}

static int read_minimum(void *target, void *result, sd_bus_message *m)
{
    prov_parameter *parameter = target;

    parameter->has_range = true;
    return sd_bus_message_read_basic(m, SD_BUS_TYPE_INT64, &parameter->minimum);
}

static const Field fields[] = {
    WORD("access", access, access_names),
    FIELD("t", "changed", changed),
    {"choices", "as", 0, NULL, read_choices},
    FIELD("s", "default", default_value),
    FIELD("s", "effective", effective),
    FIELD("s", "help", help),
    FIELD("s", "label", label),
    FIELD("x", "max", maximum),
    {"min", "x", 0, NULL, read_minimum},
    FIELD("b", "secret", secret),
    WORD("source", source, source_names),
    FIELD("s", "type", type),
    FIELD("s", "unit", unit),
};

static const FieldTable field_table = {FIELD_TABLE(fields)};

static int read_values(sd_bus_message *m, void **result)
{
    int n = message_enter_array(m, "{ss}");
    prov_parameter **list, *parameters;
    prov_value *values;
    int r;

    if (n < 0)
        return n;
    list = *result = result_new((size_t)n + 1, sizeof(*list));
    if (!list)
        return -ENOMEM;
    parameters = result_alloc(list, (size_t)n, sizeof(*parameters));
    values = result_alloc(list, (size_t)n, sizeof(*values));
    if (!parameters || !values)
        return -ENOMEM;
    result_keep(list, m);
    r = values_read(m, n, values);
    for (int i = 0; i < n && r >= 0; i++) {
        parameters[i].name = values[i].name;
        parameters[i].value = values[i].value;
        list[i] = &parameters[i];
    }
    return r;
}

static int compare_name(const void *name, const void *entry)
{
    return strcmp(name, (*(prov_parameter *const *)entry)->name);
}

/* Reads the description of one parameter, or passes over it where that has gone meanwhile. */
static int read_description(sd_bus_message *m, prov_parameter **list, size_t n)
{
    const char *name;
    prov_parameter **found;
    int r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &name);

    if (r < 0)
        return r;
    found = bsearch(name, list, n, sizeof(*list), compare_name);
    return found ? message_read_fields(m, &field_table, *found, list)
                 : sd_bus_message_skip(m, "a{sv}");
}

static int read_descriptions(sd_bus_message *m, prov_parameter **list)
{
    size_t n = 0;
    int r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{sa{sv}}");

    if (r < 0)
        return r;
    result_keep(list, m);
    while (list[n])
        n++;
    while ((r = sd_bus_message_enter_container(m, SD_BUS_TYPE_DICT_ENTRY, "sa{sv}")) > 0) {
        r = read_description(m, list, n);
        if (r < 0)
            return r;
        r = sd_bus_message_exit_container(m);
        if (r < 0)
            return r;
    }
    return r;
}

static int read_parameters(sd_bus_message *m, unsigned step, void **result)
{
    return step == 0 ? read_values(m, result) : read_descriptions(m, *result);
}

static void deliver_parameters(prov_client *client, SlotCallback callback, const prov_error *error,
                               void *result, void *userdata)
{
    ((prov_parameters_fn)callback)(client, error, result, userdata);
}

static const ReplyType reply_parameters = {
    .signatures = {"a{ss}", "a{sa{sv}}"},
    .read = read_parameters,
    .free = result_free,
    .deliver = deliver_parameters,
};

static int request_parameters(prov_client *client, const char *const *names, Request *request)
{
    int r;

    if (!client)
        return -EINVAL;
    request->reply = &reply_parameters;
    r = request_add_names(request, client, "GetParameters", names);
    return r < 0 ? r : request_add_names(request, client, "DescribeParameters", names);
}

int prov_client_describe_parameters(prov_client *client, const char *const *names,
                                    prov_parameter ***ret_parameters, prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_parameters)
        return error_return_invalid(ret_error);
    r = request_parameters(client, names, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_parameters = result;
    return r;
}

int prov_client_describe_parameters_async(prov_client *client, const char *const *names,
                                          prov_parameters_fn callback, void *userdata,
                                          prov_slot **ret_slot)
{
    Request request = {};
    int r = request_parameters(client, names, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

void prov_parameters_free(prov_parameter **parameters)
{
    result_free(parameters);
}
