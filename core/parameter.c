/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parameter.h"
#include "config.h"
#include "core/condition.h"
#include "core/hhmm.h"
#include "core/parameter-table.h"
#include "core/rule.h"
#include "core/schedule.h"
#include "core/secret.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* The daily window (resync.md, Resync_At_Random_Delay). */
#define AT_WINDOW_MINIMUM 600
#define AT_WINDOW_STEP    60

#define SHOWN_MAX 128 /* characters of a value in a message */

G_DEFINE_QUARK(provd_parameter_error, parameter_error)

const ParameterInfo *parameter_info(ParameterId id)
{
    return parameter_table_row(id);
}

const char *parameter_canonical_name(const char *name)
{
    return parameter_table_unalias(name);
}

const ParameterInfo *parameter_lookup(const char *name)
{
    return parameter_table_find(parameter_table_unalias(name));
}

bool parameter_name_is_valid(const char *name)
{
    size_t length = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-");

    return length > 0 && name[length] == '\0' && length <= PARAMETER_NAME_MAX &&
           (g_ascii_isalpha(name[0]) || name[0] == '_');
}

bool parameter_name_is_secret(const char *name)
{
    const ParameterInfo *info = parameter_lookup(name);

    return (info && info->secret) || strcasestr(name, "password") || strcasestr(name, "passwd");
}

const char *parameter_type_to_string(ParameterType type)
{
    static const char *const names[] = {
        [PARAMETER_TEXT] = "text",         [PARAMETER_BOOL] = "bool",
        [PARAMETER_INTEGER] = "integer",   [PARAMETER_HHMM] = "hhmm",
        [PARAMETER_SCHEDULE] = "schedule", [PARAMETER_CONDITION] = "condition",
        [PARAMETER_RULE] = "rule",         [PARAMETER_MACRO_TEXT] = "macro-text",
    };

    g_return_val_if_fail(type < G_N_ELEMENTS(names), NULL);
    return names[type];
}

const char *const *parameter_type_choices(ParameterType type)
{
    static const char *const yes_no[] = {"Yes", "No", NULL};

    return type == PARAMETER_BOOL ? yes_no : NULL;
}

bool parameter_parse_bool(const char *text, bool *ret_value)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {{"yes", true}, {"no", false},  {"1", true},
                 {"0", false},  {"true", true}, {"false", false}};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i].text) == 0) {
            *ret_value = words[i].value;
            return true;
        }
    return false;
}

bool parameter_parse_integer(const char *text, int64_t *ret_value)
{
    bool hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
    const char *digits = hex ? text + 2 : text;
    char *end;
    int64_t value;

    if (hex ? !g_ascii_isxdigit(digits[0]) : !g_ascii_isdigit(digits[0]))
        return false;

    errno = 0;
    value = g_ascii_strtoll(text, &end, hex ? 16 : 10);
    if (errno != 0 || *end != '\0')
        return false;

    *ret_value = value;
    return true;
}

/* A value as a message shows it. */
static char *shorten(const char *text)
{
    g_autofree char *start = NULL;

    if (g_utf8_strlen(text, -1) <= SHOWN_MAX)
        return g_strdup(text);
    start = g_utf8_substring(text, 0, SHOWN_MAX);
    return g_strconcat(start, "…", NULL);
}

static char *normalize_bool(const ParameterInfo *info, const char *text, GError **error)
{
    g_autofree char *shown = NULL;
    bool value;

    if (parameter_parse_bool(text, &value))
        return g_strdup(value ? "Yes" : "No");

    shown = shorten(text);
    g_set_error(error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE,
                _("%s: “%s” is not allowed, it must be Yes or No"), info->name, shown);
    return NULL;
}

static char *normalize_integer(const ParameterInfo *info, const char *text, GError **error)
{
    g_autofree char *shown = NULL;
    int64_t value;

    if (parameter_parse_integer(text, &value) && value >= info->minimum && value <= info->maximum)
        return g_strdup(text);

    shown = shorten(text);
    g_set_error(
        error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE,
        _("%s: “%s” is not allowed, it must be a whole number from %" PRId64 " to %" PRId64),
        info->name, shown, info->minimum, info->maximum);
    return NULL;
}

static char *normalize_hhmm(const ParameterInfo *info, const char *text, GError **error)
{
    g_autofree char *shown = NULL;
    unsigned minutes;

    if (*text == '\0' || hhmm_parse(text, &minutes))
        return g_strdup(text);

    shown = shorten(text);
    g_set_error(error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE,
                _("%s: “%s” is not allowed, it must be four digits from 0000 to 2400, or empty"),
                info->name, shown);
    return NULL;
}

static bool check_schedule(const char *text, GError **error)
{
    g_autoptr(Schedule) schedule = schedule_parse(text, error);

    return schedule != NULL;
}

static bool check_condition(const char *text, GError **error)
{
    g_autoptr(Condition) condition = *text ? condition_parse(text, error) : NULL;

    return condition || !*text;
}

static bool check_rule(const char *text, GError **error)
{
    g_autoptr(Rule) rule = rule_parse(text, error);

    return rule != NULL;
}

/* Stored as it is written, where its parser takes it. Parsers do not repeat what they read. */
static char *normalize_parsed(const ParameterInfo *info, const char *text, GError **error)
{
    static const struct {
        bool (*check)(const char *text, GError **error);
        ParameterError code;
    } parsers[] = {
        [PARAMETER_SCHEDULE] = {check_schedule, PARAMETER_ERROR_INVALID_VALUE},
        [PARAMETER_CONDITION] = {check_condition, PARAMETER_ERROR_INVALID_VALUE},
        [PARAMETER_RULE] = {check_rule, PARAMETER_ERROR_INVALID_RULE},
    };
    g_autoptr(GError) cause = NULL;
    g_autofree char *masked = NULL, *shown = NULL;

    if (parsers[info->type].check(text, &cause))
        return g_strdup(text);

    masked = secret_mask(info->name, text);
    shown = shorten(masked);
    g_set_error(error, PARAMETER_ERROR, (int)parsers[info->type].code,
                _("%s: “%s” is not allowed, %s"), info->name, shown, cause->message);
    return NULL;
}

static char *normalize_understood(const ParameterInfo *info, const char *text, GError **error)
{
    switch (info->type) {
    case PARAMETER_BOOL:
        return normalize_bool(info, text, error);
    case PARAMETER_INTEGER:
        return normalize_integer(info, text, error);
    case PARAMETER_HHMM:
        return normalize_hhmm(info, text, error);
    case PARAMETER_SCHEDULE:
    case PARAMETER_CONDITION:
    case PARAMETER_RULE:
        return normalize_parsed(info, text, error);
    default:
        return g_strdup(text);
    }
}

/* Unicode's noncharacters are valid UTF-8, and yet no bus message may carry them. */
static bool is_noncharacter(gunichar c)
{
    return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

static bool is_bus_text(const char *text, size_t length)
{
    if (!g_utf8_validate(text, (gssize)length, NULL))
        return false;

    /* A noncharacter begins with one of these bytes, which are never in the midst of another. */
    for (; *text != '\0'; text++)
        if ((guchar)*text >= 0xEF && is_noncharacter(g_utf8_get_char(text)))
            return false;
    return true;
}

char *parameter_normalize(const char *name, const char *text, GError **error)
{
    const ParameterInfo *info = parameter_lookup(name);
    size_t length = strlen(text);

    if (length > PARAMETER_VALUE_MAX) {
        g_set_error(error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE,
                    _("%s: a value of %zu bytes is too long, %d are allowed"), name, length,
                    PARAMETER_VALUE_MAX);
        return NULL;
    }
    if (!is_bus_text(text, length)) {
        g_set_error(error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE,
                    _("%s: the value is not UTF-8 text without noncharacters"), name);
        return NULL;
    }
    return info ? normalize_understood(info, text, error) : g_strdup(text);
}

static char *effective_at_window(const char *stored)
{
    int64_t value;

    if (!parameter_parse_integer(stored, &value) || value == 0)
        return NULL;

    int64_t window = value < AT_WINDOW_MINIMUM
                         ? AT_WINDOW_MINIMUM
                         : (value + AT_WINDOW_STEP - 1) / AT_WINDOW_STEP * AT_WINDOW_STEP;
    return window == value ? NULL : g_strdup_printf("%" G_GINT64_FORMAT, window);
}

/* A profile may store any text there; what is no time of day counts as empty. */
static char *effective_at(const char *stored)
{
    unsigned minutes;

    return *stored == '\0' || hhmm_parse(stored, &minutes) ? NULL : g_strdup("");
}

char *parameter_effective(const ParameterInfo *info, const char *stored)
{
    if (info == parameter_info(PARAMETER_RESYNC_AT_RANDOM_DELAY))
        return effective_at_window(stored);
    return info == parameter_info(PARAMETER_RESYNC_AT) ? effective_at(stored) : NULL;
}
