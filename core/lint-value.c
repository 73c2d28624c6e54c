/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/hhmm.h"
#include "core/lint-private.h"
#include "core/parameter.h"
#include "core/schedule.h"
#include "core/secret.h"
#include "core/spelling.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#define BUSY_INTERVAL 60 /* s; a fleet that asks more often is a burden on its server */

void lint_name(Lint *lint, const ProfileItem *item)
{
    const char *name = parameter_canonical_name(item->name);
    g_autofree char *near = spelling_suggest(item->name);

    if (near)
        lint_add(lint, LINT_WARNING, item, near, _("%s is no known parameter"), item->name);
    else if (strcmp(name, item->name) != 0)
        lint_add(lint, LINT_NOTE, item, NULL,
                 _("%s is what other generations call %s, which it is kept as"), item->name, name);
}

/* Words that people write for Yes and No. */
static char *guess_bool(const char *text)
{
    static const struct {
        const char *text;
        const char *meant;
    } words[] = {
        {"on", "Yes"}, {"enable", "Yes"}, {"enabled", "Yes"}, {"y", "Yes"}, {"yes.", "Yes"},
        {"off", "No"}, {"disable", "No"}, {"disabled", "No"}, {"n", "No"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i].text) == 0)
            return g_strdup(words[i].meant);
    return NULL;
}

/* A time of day that lacks its leading zero, or has a colon too much. */
static char *guess_hhmm(const char *text)
{
    size_t length = strlen(text);
    size_t hours = strspn(text, G_CSET_DIGITS);
    size_t colon = text[hours] == ':' ? 1 : 0;
    char guess[5];
    unsigned minutes;

    if (!colon && length == hours && length == 3)
        hours = 1;
    if (hours < 1 || hours > 2 || length != hours + colon + 2)
        return NULL;
    (void)snprintf(guess, sizeof(guess), "%s%.*s%.2s", hours == 1 ? "0" : "", (int)hours, text,
                   text + hours + colon);
    return hhmm_parse(guess, &minutes) ? g_strdup(guess) : NULL;
}

static char *guess_value(const ParameterInfo *info, const char *value)
{
    if (info->type == PARAMETER_BOOL)
        return guess_bool(value);
    return info->type == PARAMETER_HHMM ? guess_hhmm(value) : NULL;
}

/* False, with a finding, for a value that a device skips. */
static bool check_value(Lint *lint, const ProfileItem *item, const char *name, const char *value)
{
    const ParameterInfo *info = parameter_lookup(name);
    g_autoptr(GError) error = NULL;
    g_autofree char *stored = parameter_normalize(name, value, &error);

    if (stored)
        return true;

    g_autofree char *guess = info ? guess_value(info, value) : NULL;
    lint_add(lint, LINT_ERROR, item, guess, "%s", error->message);
    return false;
}

static void lint_schedule(Lint *lint, const ProfileItem *item)
{
    g_autoptr(Schedule) schedule = schedule_parse(item->value, NULL);

    if (!schedule || schedule_is_off(schedule))
        return;

    uint32_t delay = schedule_element(schedule, G_MAXUINT32).delay;
    if (delay < BUSY_INTERVAL)
        lint_add(lint, LINT_WARNING, item, NULL,
                 strchr(item->value, ',')
                     ? _("%s: every device calls every %u s in the end; many devices are a burden "
                         "on the server")
                     : _("%s: every device calls every %u s; many devices are a burden on the "
                         "server"),
                 item->name, delay);
}

static void lint_trigger(Lint *lint, const ProfileItem *item)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Condition) condition = *item->value ? condition_parse(item->value, &error) : NULL;

    if (condition)
        lint_condition(lint, item, condition);
    else if (error)
        lint_add(lint, LINT_ERROR, item, NULL, _("%s: in the value, %s"), item->name,
                 error->message);
}

/* A valid value that counts as another one, or makes another parameter count for nothing. */
static void lint_consequence(Lint *lint, const ProfileItem *item, const ParameterInfo *info)
{
    const ProfileItem *periodic = lint_find(lint, "Resync_Periodic");
    g_autofree char *effective = parameter_effective(info, item->value);
    bool value;

    if (effective)
        lint_add(lint, LINT_WARNING, item, effective, _("%s: %s counts as %s %s"), item->name,
                 item->value, effective, info->unit);
    if (info == parameter_info(PARAMETER_RESYNC_AT) && *item->value && periodic &&
        periodic->value && strcmp(periodic->value, "0") != 0)
        lint_add(lint, LINT_NOTE, periodic, NULL,
                 _("Resync_Periodic is ignored, because %s is set in line %u"), item->name,
                 item->line);
    if (info == parameter_info(PARAMETER_PROVISION_ENABLE) &&
        parameter_parse_bool(item->value, &value) && !value)
        lint_add(lint, LINT_WARNING, item, NULL,
                 _("Provision_Enable: with No the device never resyncs again, so that no profile "
                   "can switch it back on"));
}

static void lint_understood(Lint *lint, const ProfileItem *item, const ParameterInfo *info)
{
    switch (info->type) {
    case PARAMETER_RULE:
        lint_rule(lint, item);
        return;
    case PARAMETER_CONDITION:
        lint_trigger(lint, item);
        return;
    case PARAMETER_MACRO_TEXT:
        lint_macros(lint, item, item->value);
        break;
    case PARAMETER_SCHEDULE:
        lint_schedule(lint, item);
        break;
    default:
        break;
    }
    if (check_value(lint, item, item->name, item->value))
        lint_consequence(lint, item, info);
}

void lint_value(Lint *lint, const ProfileItem *item)
{
    const ParameterInfo *info = parameter_lookup(item->name);

    if (!item->value)
        return;
    if (strstr(item->value, SECRET_MASK))
        lint_add(
            lint, LINT_WARNING, item, NULL,
            _("%s: %s stands in for a secret where it must not be shown, it is not the secret"),
            item->name, SECRET_MASK);
    if (info)
        lint_understood(lint, item, info);
    else if (check_value(lint, item, item->name, item->value) && strcasestr(item->name, "rule"))
        lint_foreign_rule(lint, item);
}

void lint_assigned(Lint *lint, const ProfileItem *item, const char *name, const char *value)
{
    g_autofree char *near = spelling_suggest(name);

    if (near)
        lint_add(lint, LINT_WARNING, item, near, _("%s assigns to %s, which is no known parameter"),
                 item->name, name);
    if (!parameter_name_is_secret(name))
        lint_macros(lint, item, value);
    if (!strchr(value, '$'))
        (void)check_value(lint, item, name, value);
}
