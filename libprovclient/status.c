/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/status.h"

#include "libprovclient/call.h"
#include "libprovclient/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(type, name, member)                             \
    {                                                         \
        name, type, offsetof(prov_status, member), NULL, NULL \
    }
#define WORD(name, member, table)                                \
    {                                                            \
        name, "s", offsetof(prov_status, member), &(table), NULL \
    }
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Replaces a string of the status. */
static int set_string(const char **member, const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        return -ENOMEM;
    free((char *)*member);
    *member = copy;
    return 0;
}

static int read_progress(void *target, void *result, sd_bus_message *m)
{
    prov_status *status = target;
    const char *rule, *phase;
    int r = sd_bus_message_read(m, "(sstt)", &rule, &phase, &status->progress_received,
                                &status->progress_expected);

    if (r < 0)
        return r;
    status->progress_phase = name_parse(&phase_names, phase);
    return set_string(&status->progress_rule, rule);
}

static int read_lines(sd_bus_message *m, uint64_t *ret_lines)
{
    const uint32_t *lines;
    size_t size;
    uint64_t mask = 0;
    int r = sd_bus_message_read_array(m, SD_BUS_TYPE_UINT32, (const void **)&lines, &size);

    if (r < 0)
        return r;
    for (size_t i = 0; i < size / sizeof(*lines); i++)
        if (lines[i] >= 1 && lines[i] <= 64)
            mask |= UINT64_C(1) << (lines[i] - 1);
    *ret_lines = mask;
    return 0;
}

static int read_active(void *target, void *result, sd_bus_message *m)
{
    return read_lines(m, &((prov_status *)target)->active_lines);
}

static int read_registered(void *target, void *result, sd_bus_message *m)
{
    return read_lines(m, &((prov_status *)target)->registered_lines);
}

static const Field manager_fields[] = {
    WORD("State", state, state_names),
    WORD("NextReason", next_reason, reason_names),
    FIELD("t", "NextResync", next_resync),
    FIELD("t", "LastAttempt", last_attempt),
    FIELD("t", "LastSuccess", last_success),
    WORD("LastReason", last_reason, reason_names),
    WORD("LastResult", last_result, result_names),
    WORD("LastError", last_failure, failure_names),
    FIELD("s", "LastErrorMessage", last_message),
    FIELD("u", "Failures", failures),
    FIELD("b", "Provisioned", provisioned),
    {"Progress", "(sstt)", 0, NULL, read_progress},
    FIELD("s", "Version", version),
};

static const Field upgrade_fields[] = {
    FIELD("t", "LastAttempt", upgrade_attempt),
    FIELD("b", "LastSuccess", upgrade_success),
    FIELD("s", "LastMessage", upgrade_message),
};

static const Field sip_fields[] = {
    {"ActiveLines", "au", 0, NULL, read_active},
    {"RegisteredLines", "au", 0, NULL, read_registered},
};

static const struct {
    const char *interface;
    FieldTable table;
} interfaces[] = {
    {INTERFACE_MANAGER, {FIELD_TABLE(manager_fields), .own_strings = true}},
    {INTERFACE_UPGRADE, {FIELD_TABLE(upgrade_fields), .own_strings = true}},
    {INTERFACE_SIP, {FIELD_TABLE(sip_fields), .own_strings = true}},
};

static int apply_to_first(prov_status *status, size_t n_interfaces, const char *interface,
                          sd_bus_message *m)
{
    for (size_t i = 0; i < n_interfaces; i++)
        if (strcmp(interfaces[i].interface, interface) == 0)
            return message_read_fields(m, &interfaces[i].table, status, NULL);
    return 0;
}

int status_apply(prov_status *status, const char *interface, sd_bus_message *m)
{
    return apply_to_first(status, ARRAY_SIZE(interfaces), interface, m);
}

int status_apply_partial(prov_slot *slot, const char *interface, sd_bus_message *m)
{
    unsigned answered;
    prov_status *status = call_partial_result(slot, &answered);

    return apply_to_first(status, answered, interface, m);
}

void prov_status_free(prov_status *status)
{
    if (!status)
        return;
    free((char *)status->last_message);
    free((char *)status->progress_rule);
    free((char *)status->upgrade_message);
    free((char *)status->version);
    free(status);
}

static prov_status *status_new(void)
{
    prov_status *status = calloc(1, sizeof(*status));
    int r;

    if (!status)
        return NULL;
    r = set_string(&status->last_message, "");
    if (r >= 0)
        r = set_string(&status->progress_rule, "");
    if (r >= 0)
        r = set_string(&status->upgrade_message, "");
    if (r >= 0)
        r = set_string(&status->version, "");
    if (r >= 0)
        return status;
    prov_status_free(status);
    return NULL;
}

static int read_status(sd_bus_message *m, unsigned step, void **result)
{
    if (!*result)
        *result = status_new();
    if (!*result)
        return -ENOMEM;
    return message_read_fields(m, &interfaces[step].table, *result, NULL);
}

static void free_status(void *result)
{
    prov_status_free(result);
}

static void deliver_status(prov_client *client, SlotCallback callback, const prov_error *error,
                           void *result, void *userdata)
{
    ((prov_status_fn)callback)(client, error, result, userdata);
}

static const ReplyType reply_status = {
    .signatures = {"a{sv}", "a{sv}", "a{sv}"},
    .read = read_status,
    .free = free_status,
    .deliver = deliver_status,
};

static int request_status(prov_client *client, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_status;
    for (size_t i = 0; i < ARRAY_SIZE(interfaces); i++) {
        int r = request_add(request, client, "org.freedesktop.DBus.Properties", "GetAll", "s",
                            interfaces[i].interface);

        if (r < 0)
            return r;
    }
    return 0;
}

int prov_client_get_status(prov_client *client, prov_status **ret_status, prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_status)
        return error_return_invalid(ret_error);
    r = request_status(client, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_status = result;
    return r;
}

int prov_client_get_status_async(prov_client *client, prov_status_fn callback, void *userdata,
                                 prov_slot **ret_slot)
{
    Request request = {};
    int r = request_status(client, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}
