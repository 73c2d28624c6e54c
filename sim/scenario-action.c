/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What statements can make happen: one table of words, and how each reads the rest of its line. */

#include "core/parameter.h"
#include "core/secret.h"
#include "sim/scenario-private.h"

#include <glib/gi18n.h>
#include <string.h>

static bool parse_boot(Line *line, Action *action)
{
    char *word;

    action->boot = REBOOT_UNANNOUNCED;
    if (!line_word(line, &word))
        return true;
    if (!reboot_cause_from_string(word, &action->boot) || action->boot == REBOOT_OTHER)
        return line_fail(line, word, _("expected upgrade, parameters, or the end of the line"));
    return true;
}

/* Checks a value as the daemon would; what it does with any text is played with any text. */
static bool normalize(Line *line, const char *name, const char *value, Action *action)
{
    g_autoptr(GError) error = NULL;
    const ParameterInfo *info = parameter_lookup(name);

    if (info->type != PARAMETER_HHMM && strstr(value, SECRET_MASK))
        return line_fail(line, value,
                         _("%s: the value contains the mask %s, which stands for a secret that was "
                           "not shown"),
                         info->name, SECRET_MASK);
    if (info->type == PARAMETER_HHMM)
        action->set.value = g_strdup(value);
    else
        action->set.value = parameter_normalize(info->name, value, &error);
    if (error)
        return line_fail(line, value, "%s", error->message);
    action->set.name = g_strdup(info->name);
    return true;
}

bool action_parse_set(Line *line, Action *action)
{
    char *name, *value;

    action->type = ACTION_SET;
    if (!line_expect(line, _("the name of a parameter"), &name))
        return false;
    if (!parameter_lookup(name))
        return line_fail(line, name, _("expected a parameter that the daemon understands"));

    value = line->rest + strspn(line->rest, " \t");
    line->rest = value + strlen(value);
    return normalize(line, name, value, action);
}

static bool parse_line(Line *line, Action *action)
{
    static const char *const states[] = {"active", "idle", "registered", "unregistered", NULL};
    uint64_t number;
    unsigned state;

    if (!line_expect_number(line, _("a line from 1 to 64"), 1, PLANNER_LINES_MAX, &number) ||
        !line_expect_choice(line, states, &state))
        return false;
    action->line.number = (unsigned)number;
    action->type = state < 2 ? ACTION_LINE_ACTIVE : ACTION_LINE_REGISTERED;
    action->line.on = state % 2 == 0;
    return true;
}

static bool parse_server(Line *line, Action *action)
{
    static const char *const states[] = {
        [SERVER_UP] = "up",           [SERVER_DOWN] = "down", [SERVER_MISSING] = "missing",
        [SERVER_CORRUPT] = "corrupt", [SERVER_TLS] = "tls",   NULL,
    };
    unsigned state;

    if (!line_expect_choice(line, states, &state))
        return false;
    action->server = (ServerState)state;
    return true;
}

static bool parse_request(Line *line, Action *action)
{
    static const char *const options[] = {"force", NULL};
    unsigned option;

    action->force = *line->rest != '\0';
    return !action->force || line_expect_choice(line, options, &option);
}

static bool parse_upgrade(Line *line, Action *action)
{
    static const char *const results[] = {"failed", "ok", NULL};
    unsigned result;

    if (!line_expect_choice(line, results, &result))
        return false;
    action->success = result == 1;
    return true;
}

static bool parse_clock(Line *line, Action *action)
{
    return line_expect_time(line, &action->clock);
}

static bool parse_zone(Line *line, Action *action)
{
    return line_expect_zone(line, &action->zone);
}

static bool parse_nothing(Line *line, Action *action)
{
    (void)line;
    (void)action;
    return true;
}

static const struct {
    const char *word;
    ActionType type;
    bool (*parse)(Line *line, Action *action);
} actions[] = {
    {"boot", ACTION_BOOT, parse_boot},          {"set", ACTION_SET, action_parse_set},
    {"line", ACTION_LINE_ACTIVE, parse_line},   {"server", ACTION_SERVER, parse_server},
    {"request", ACTION_REQUEST, parse_request}, {"sip", ACTION_SIP, parse_nothing},
    {"upgrade", ACTION_UPGRADE, parse_upgrade}, {"clock", ACTION_CLOCK, parse_clock},
    {"zone", ACTION_ZONE, parse_zone},          {"restart", ACTION_RESTART, parse_nothing},
    {"off", ACTION_OFF, parse_nothing},
};

bool action_parse(Line *line, Action *ret_action)
{
    const char *words[G_N_ELEMENTS(actions) + 1] = {};
    Action action = {.text = g_strdup(line->rest)};
    unsigned which;
    bool parsed;

    for (unsigned i = 0; i < G_N_ELEMENTS(actions); i++)
        words[i] = actions[i].word;

    parsed = line_expect_choice(line, words, &which);
    if (parsed) {
        action.type = actions[which].type;
        parsed = actions[which].parse(line, &action) && line_expect_end(line);
        if (action.type != ACTION_SET)
            action.text[strcspn(action.text, "#")] = '\0';
    }
    if (!parsed) {
        action_clear(&action);
        return false;
    }
    *ret_action = action;
    return true;
}

void action_clear(Action *action)
{
    g_clear_pointer(&action->text, g_free);
    switch (action->type) {
    case ACTION_SET:
        g_clear_pointer(&action->set.name, g_free);
        g_clear_pointer(&action->set.value, g_free);
        break;
    case ACTION_CLOCK:
        g_clear_pointer(&action->clock, g_date_time_unref);
        break;
    case ACTION_ZONE:
        g_clear_pointer(&action->zone, g_time_zone_unref);
        break;
    default:
        break;
    }
}
