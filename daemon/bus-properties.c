/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-properties.h"
#include "daemon/bus-method.h"
#include "daemon/bus-names.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/*
 * At most four times a second is progress announced (dbus.md). The end of an attempt, which is told
 * at once, is counted in: after it, it takes twice as long until the next attempt shows any.
 */
#define PROGRESS_INTERVAL_USEC 334000
#define PROGRESS_ACCURACY_USEC 50000

typedef enum PropertyType {
    PROPERTY_STRING,
    PROPERTY_TIME,
    PROPERTY_COUNT,
    PROPERTY_BOOL,
    PROPERTY_LINES, /* a set of bits, bit 0 for line 1; on the bus an array of numbers */
    PROPERTY_PROGRESS,
} PropertyType;

typedef struct PropertyRow {
    const char *interface;
    const char *name;
    PropertyType type;
    size_t offset; /* in ManagerStatus */
} PropertyRow;

#define ROW(i, n, t, member)                                                                  \
    {                                                                                         \
        .interface = (i), .name = (n), .type = (t), .offset = offsetof(ManagerStatus, member) \
    }

static const PropertyRow rows[] = {
    ROW(BUS_INTERFACE, "State", PROPERTY_STRING, state),
    ROW(BUS_INTERFACE, "NextResync", PROPERTY_TIME, next_resync),
    ROW(BUS_INTERFACE, "NextReason", PROPERTY_STRING, next_reason),
    ROW(BUS_INTERFACE, "LastAttempt", PROPERTY_TIME, last_attempt),
    ROW(BUS_INTERFACE, "LastSuccess", PROPERTY_TIME, last_success),
    ROW(BUS_INTERFACE, "LastReason", PROPERTY_STRING, last_reason),
    ROW(BUS_INTERFACE, "LastResult", PROPERTY_STRING, last_result),
    ROW(BUS_INTERFACE, "LastError", PROPERTY_STRING, last_error),
    ROW(BUS_INTERFACE, "LastErrorMessage", PROPERTY_STRING, last_error_message),
    ROW(BUS_INTERFACE, "Failures", PROPERTY_COUNT, failures),
    ROW(BUS_INTERFACE, "Provisioned", PROPERTY_BOOL, provisioned),
    ROW(BUS_INTERFACE, "Progress", PROPERTY_PROGRESS, progress_rule),
    ROW(BUS_INTERFACE_UPGRADE, "LastAttempt", PROPERTY_TIME, upgrade_attempt),
    ROW(BUS_INTERFACE_UPGRADE, "LastSuccess", PROPERTY_BOOL, upgrade_success),
    ROW(BUS_INTERFACE_UPGRADE, "LastMessage", PROPERTY_STRING, upgrade_message),
    ROW(BUS_INTERFACE_SIP, "ActiveLines", PROPERTY_LINES, active_lines),
    ROW(BUS_INTERFACE_SIP, "RegisteredLines", PROPERTY_LINES, registered_lines),
};

struct BusProperties {
    sd_bus *bus;
    const ManagerStatus *status;
    sd_event_source *soon;     /* announces once what changed is done with */
    sd_event_source *progress; /* announces when progress may be told again */
    bool progress_due;         /* the time for it has come */
    uint64_t ended;            /* when the end of an attempt was announced; CLOCK_MONOTONIC, µs */
    char *announced[G_N_ELEMENTS(rows)];
};

static const void *row_value(const PropertyRow *row, const ManagerStatus *status)
{
    return (const char *)status + row->offset;
}

/* A value as text, to see whether it has changed. */
static char *row_format(const PropertyRow *row, const ManagerStatus *status)
{
    const void *value = row_value(row, status);

    switch (row->type) {
    case PROPERTY_STRING:
        return g_strdup(*(const char *const *)value);
    case PROPERTY_TIME:
    case PROPERTY_LINES:
        return g_strdup_printf("%" PRIu64, *(const uint64_t *)value);
    case PROPERTY_COUNT:
        return g_strdup_printf("%" PRIu32, *(const uint32_t *)value);
    case PROPERTY_BOOL:
        return g_strdup_printf("%d", *(const int *)value);
    case PROPERTY_PROGRESS:
        return g_strdup_printf("%s %s %" PRIu64 " %" PRIu64, status->progress_rule,
                               status->progress_phase, status->progress_received,
                               status->progress_expected);
    }
    return NULL;
}

static int append_lines(sd_bus_message *reply, uint64_t lines)
{
    uint32_t numbers[64];
    size_t count = 0;

    for (uint32_t i = 0; i < 64; i++)
        if (lines & (UINT64_C(1) << i))
            numbers[count++] = i + 1;
    return sd_bus_message_append_array(reply, 'u', numbers, count * sizeof(uint32_t));
}

static int row_append(const PropertyRow *row, const ManagerStatus *status, sd_bus_message *reply)
{
    const void *value = row_value(row, status);

    switch (row->type) {
    case PROPERTY_STRING:
        return sd_bus_message_append(reply, "s", *(const char *const *)value);
    case PROPERTY_TIME:
        return sd_bus_message_append(reply, "t", *(const uint64_t *)value);
    case PROPERTY_COUNT:
        return sd_bus_message_append(reply, "u", *(const uint32_t *)value);
    case PROPERTY_BOOL:
        return sd_bus_message_append(reply, "b", *(const int *)value);
    case PROPERTY_LINES:
        return append_lines(reply, *(const uint64_t *)value);
    case PROPERTY_PROGRESS:
        return sd_bus_message_append(reply, "(sstt)", status->progress_rule, status->progress_phase,
                                     status->progress_received, status->progress_expected);
    }
    return -EINVAL;
}

int bus_properties_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const BusInterface *owner = userdata;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].interface, interface) == 0 && strcmp(rows[i].name, property) == 0)
            return row_append(&rows[i], manager_status(owner->manager), reply);
    return -ENOENT;
}

static uint64_t now_monotonic(const BusProperties *properties)
{
    uint64_t now = 0;

    (void)sd_event_now(sd_bus_get_event(properties->bus), CLOCK_MONOTONIC, &now);
    return now;
}

/*
 * Whether the progress of an attempt has to wait; if so, the timer for it is set. An attempt that
 * is over sooner than that shows none at all; that it is over is told at once.
 */
static bool progress_waits(BusProperties *properties)
{
    bool running = properties->status->progress_phase[0] != '\0';
    uint64_t next = now_monotonic(properties) + PROGRESS_INTERVAL_USEC;

    if (!running) {
        properties->ended = now_monotonic(properties);
        (void)sd_event_source_set_enabled(properties->progress, SD_EVENT_OFF);
        return false;
    }
    if (properties->progress_due || sd_event_source_get_enabled(properties->progress, NULL) > 0)
        return !properties->progress_due;
    if (properties->ended > 0)
        next = MAX(next, properties->ended + UINT64_C(2) * PROGRESS_INTERVAL_USEC);
    (void)sd_event_source_set_time(properties->progress, next);
    (void)sd_event_source_set_enabled(properties->progress, SD_EVENT_ONESHOT);
    return true;
}

/* Takes note of a row's value; true where it has to be announced. */
static bool row_update(BusProperties *properties, size_t i)
{
    g_autofree char *value = row_format(&rows[i], properties->status);

    if (g_strcmp0(value, properties->announced[i]) == 0)
        return false;
    if (rows[i].type == PROPERTY_PROGRESS && progress_waits(properties))
        return false;

    g_free(properties->announced[i]);
    properties->announced[i] = g_steal_pointer(&value);
    return true;
}

static void announce(BusProperties *properties, const char *interface, GPtrArray *names)
{
    if (names->len == 0)
        return;
    g_ptr_array_add(names, NULL);
    (void)sd_bus_emit_properties_changed_strv(properties->bus, BUS_PATH, interface,
                                              (char **)names->pdata);
    g_ptr_array_set_size(names, 0);
}

void bus_properties_flush(BusProperties *properties)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    (void)sd_event_source_set_enabled(properties->soon, SD_EVENT_OFF);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (i > 0 && strcmp(rows[i].interface, rows[i - 1].interface) != 0)
            announce(properties, rows[i - 1].interface, names);
        if (row_update(properties, i))
            g_ptr_array_add(names, (gpointer)rows[i].name);
    }
    announce(properties, rows[G_N_ELEMENTS(rows) - 1].interface, names);
}

void bus_properties_changed(BusProperties *properties)
{
    (void)sd_event_source_set_enabled(properties->soon, SD_EVENT_ONESHOT);
}

static int on_soon(sd_event_source *source, void *userdata)
{
    bus_properties_flush(userdata);
    return 0;
}

static int on_progress(sd_event_source *source, uint64_t usec, void *userdata)
{
    BusProperties *properties = userdata;

    properties->progress_due = true;
    bus_properties_flush(properties);
    properties->progress_due = false;
    return 0;
}

int bus_properties_new(sd_bus *bus, Manager *manager, BusProperties **ret_properties)
{
    BusProperties *properties = g_new0(BusProperties, 1);
    sd_event *event = sd_bus_get_event(bus);
    int r;

    properties->bus = sd_bus_ref(bus);
    properties->status = manager_status(manager);
    r = sd_event_add_defer(event, &properties->soon, on_soon, properties);
    /* Before the next call is looked at: no flood of calls may hold the news back. */
    if (r >= 0)
        r = sd_event_source_set_priority(properties->soon, SD_EVENT_PRIORITY_NORMAL - 1);
    if (r >= 0)
        r = sd_event_source_set_enabled(properties->soon, SD_EVENT_OFF);
    if (r >= 0)
        r = sd_event_add_time(event, &properties->progress, CLOCK_MONOTONIC, UINT64_MAX,
                              PROGRESS_ACCURACY_USEC, on_progress, properties);
    if (r >= 0)
        r = sd_event_source_set_enabled(properties->progress, SD_EVENT_OFF);
    if (r < 0) {
        bus_properties_free(properties);
        return r;
    }

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        properties->announced[i] = row_format(&rows[i], properties->status);
    *ret_properties = properties;
    return 0;
}

void bus_properties_free(BusProperties *properties)
{
    if (!properties)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_free(properties->announced[i]);
    sd_event_source_disable_unref(properties->soon);
    sd_event_source_disable_unref(properties->progress);
    sd_bus_unref(properties->bus);
    g_free(properties);
}
