/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "daemon/manager-private.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>

static bool check_line(unsigned line, GError **error)
{
    if (line >= 1 && line <= LINES_MAX)
        return true;
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_NO_SUCH_LINE,
                N_("There is no line %u: lines count from 1 to %d"), line, LINES_MAX);
    return false;
}

static void tell_active(Manager *manager)
{
    uint64_t active = lines_get(manager->lines, LINE_ACTIVE);
    PlannerEvent event = {
        .type = PLANNER_LINES,
        .lines.active = (unsigned)__builtin_popcountll(active),
    };

    manager_feed(manager, &event, NULL);
}

static LineRegistration registration_of(const Manager *manager, unsigned line)
{
    uint64_t bit = UINT64_C(1) << (line - 1);

    if (lines_get(manager->lines, LINE_HAS_REGISTRATION) & bit)
        return LINE_REGISTERED;
    return lines_get(manager->lines, LINE_REPORTED) & bit ? LINE_UNREGISTERED : LINE_UNKNOWN;
}

static void tell_registration(Manager *manager, unsigned line)
{
    PlannerEvent event = {
        .type = PLANNER_REGISTRATION,
        .registration = {.line = line, .registration = registration_of(manager, line)},
    };

    manager_feed(manager, &event, NULL);
}

static void watch_client(Manager *manager, const char *client)
{
    MANAGER_TELL(manager, client_holds_lines, client);
}

bool manager_set_line_active(Manager *manager, const char *client, unsigned line, bool active,
                             GError **error)
{
    if (!check_line(line, error))
        return false;
    lines_set(manager->lines, client, LINE_ACTIVE, line, active);
    watch_client(manager, client);
    tell_active(manager);
    manager_act(manager);
    return true;
}

bool manager_set_line_registered(Manager *manager, const char *client, unsigned line,
                                 bool registered, GError **error)
{
    if (!check_line(line, error))
        return false;
    lines_set(manager->lines, client, LINE_HAS_REGISTRATION, line, registered);
    lines_set(manager->lines, client, LINE_REPORTED, line, true);
    watch_client(manager, client);
    tell_registration(manager, line);
    manager_act(manager);
    return true;
}

void manager_client_left(Manager *manager, const char *client)
{
    uint64_t reported = lines_get(manager->lines, LINE_REPORTED);

    lines_drop(manager->lines, client);
    tell_active(manager);
    for (unsigned line = 1; line <= LINES_MAX; line++)
        if (reported & (UINT64_C(1) << (line - 1)))
            tell_registration(manager, line);
    manager_act(manager);
}
