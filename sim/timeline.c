/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const event_names[] = {
    [SIM_CAUSE] = "cause",         [SIM_REFUSED] = "refused",     [SIM_DEFERRED] = "deferred",
    [SIM_ATTEMPT] = "attempt",     [SIM_SUCCESS] = "success",     [SIM_FAILURE] = "failure",
    [SIM_CANCELLED] = "cancelled", [SIM_SCHEDULED] = "scheduled", [SIM_IDLE] = "idle",
};

char *format_seconds(int64_t time)
{
    int64_t milliseconds = time / 1000;
    char *text =
        g_strdup_printf("%" PRId64 ".%03" PRId64, milliseconds / 1000, milliseconds % 1000);

    for (size_t length = strlen(text); text[length - 1] == '0' && text[length - 2] != '.';)
        text[--length] = '\0';
    return text;
}

static char *format_wall(const SimEvent *event, int64_t realtime, const char *format)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(realtime / G_USEC_PER_SEC);
    g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, event->zone) : NULL;

    return local ? g_date_time_format(local, format) : g_strdup("?");
}

/* ---- for people ---- */

static char *describe(const SimEvent *event)
{
    g_autofree char *due = format_seconds(event->due);
    g_autofree char *wall =
        format_wall(event, event->realtime + (event->due - event->now), "%F %T");
    const char *reason = resync_reason_to_string(event->reason);

    switch (event->type) {
    case SIM_CAUSE:
        return g_strdup(event->cause);
    case SIM_ATTEMPT:
    case SIM_REFUSED:
        return g_strdup(reason);
    case SIM_FAILURE:
        return g_strdup(failure_to_string(event->failure));
    case SIM_SCHEDULED:
        return g_strdup_printf("%s at %s (%s)", reason, due, wall);
    case SIM_DEFERRED:
        return g_strdup_printf("%s, forced at %s (%s)", reason, due, wall);
    default:
        return g_strdup("");
    }
}

void timeline_print(const SimEvent *event)
{
    g_autofree char *now = format_seconds(event->now);
    g_autofree char *wall = format_wall(event, event->realtime, "%F %T %z");
    g_autofree char *description = describe(event);
    const char *name = event->type == SIM_CAUSE ? ">" : event_names[event->type];

    if (*description)
        printf("%12s  %s  %-9s  %s\n", now, wall, name, description);
    else
        printf("%12s  %s  %s\n", now, wall, name);
}

/* ---- for programs ---- */

void timeline_print_json(const SimEvent *event)
{
    g_autofree char *now = format_seconds(event->now);
    g_autofree char *due = format_seconds(event->due);
    g_autofree char *wall = format_wall(event, event->realtime, "%FT%T%:z");
    const char *reason = resync_reason_to_string(event->reason);

    if (event->type == SIM_CAUSE)
        return;

    printf("{\"t\":%s,\"wall\":\"%s\",\"phone\":%u,\"event\":\"%s\"", now, wall, event->phone,
           event_names[event->type]);
    if (event->type == SIM_FAILURE)
        printf(",\"error\":\"%s\"", failure_to_string(event->failure));
    else if (event->reason != RESYNC_NONE)
        printf(",\"reason\":\"%s\"", reason);
    if (event->type == SIM_SCHEDULED)
        printf(",\"due\":%s", due);
    else if (event->type == SIM_DEFERRED)
        printf(",\"forced\":%s", due);
    puts("}");
}
