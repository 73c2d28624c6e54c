/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/scenario.h"

#include "core/parameter.h"
#include "sim/scenario-private.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK(provd_scenario_error, scenario_error)

/* A scenario while it is read. */
typedef struct Reader {
    Scenario *scenario;
    GDateTime *start;
    GHashTable *seen; /* the words of statements that may be given once */
    bool booted;      /* a boot is in it */
} Reader;

static void action_free(void *data)
{
    action_clear(data);
    g_free(data);
}

static void statement_free(void *data)
{
    Statement *statement = data;

    action_clear(&statement->action);
    g_free(statement);
}

/* ---- statements about the whole run ---- */

static bool read_start(Reader *reader, Line *line)
{
    return line_expect_time(line, &reader->start);
}

static bool read_zone(Reader *reader, Line *line)
{
    GTimeZone *zone;

    if (!line_expect_zone(line, &zone))
        return false;
    g_time_zone_unref(reader->scenario->zone);
    reader->scenario->zone = zone;
    return true;
}

static bool read_phones(Reader *reader, Line *line)
{
    uint64_t phones;

    if (!line_expect_number(line, _("a number of devices from 1 to 10000000"), 1,
                            SCENARIO_PHONES_MAX, &phones))
        return false;
    reader->scenario->phones = (unsigned)phones;
    return true;
}

static bool read_seed(Reader *reader, Line *line)
{
    return line_expect_number(line, _("a seed, a whole number"), 0, UINT64_MAX,
                              &reader->scenario->seed);
}

static bool read_until(Reader *reader, Line *line)
{
    const char *place = line->rest;

    if (!line_expect_duration(line, &reader->scenario->until))
        return false;
    return reader->scenario->until > 0 ||
           line_fail(line, place, _("expected a duration longer than 0"));
}

static bool read_provisioned(Reader *reader, Line *line)
{
    (void)line;
    reader->scenario->provisioned = true;
    return true;
}

static bool read_set(Reader *reader, Line *line)
{
    Action *action = g_new0(Action, 1);

    g_ptr_array_add(reader->scenario->parameters, action);
    return action_parse_set(line, action);
}

static bool read_capacity(Scenario *scenario, Line *line)
{
    const char *expected = _("requests a second, as in 500/s");
    char *word;
    guint64 capacity;

    if (!line_expect(line, expected, &word))
        return false;
    if (g_str_has_suffix(word, "/s")) {
        g_autofree char *number = g_strndup(word, strlen(word) - strlen("/s"));

        if (g_ascii_string_to_unsigned(number, 10, 1, UINT32_MAX, &capacity, NULL)) {
            scenario->capacity = capacity;
            return true;
        }
    }
    return line_fail(line, word, _("expected %s"), expected);
}

static bool read_server(Reader *reader, Line *line)
{
    static const char *const words[] = {"capacity", "latency", "retry-after", NULL};
    Scenario *scenario = reader->scenario;
    unsigned which;
    int64_t duration;

    if (!line_expect_choice(line, words, &which))
        return false;
    if (which == 0)
        return read_capacity(scenario, line);
    if (!line_expect_duration(line, &duration))
        return false;
    if (which == 1)
        scenario->latency = duration;
    else
        scenario->retry_after = (uint64_t)(duration / G_USEC_PER_SEC);
    return true;
}

/* ---- statements about moments ---- */

static bool read_statement(Reader *reader, Line *line, bool spread)
{
    Statement *statement = g_new0(Statement, 1);
    char *place;

    statement->spread = spread;
    g_ptr_array_add(spread ? reader->scenario->spreads : reader->scenario->statements, statement);
    if (!line_expect_duration(line, &statement->at))
        return false;
    place = line->rest;
    if (!action_parse(line, &statement->action))
        return false;
    if (spread && statement->action.type == ACTION_SERVER)
        return line_fail(line, place, _("expected `at`: all devices have the same server"));
    reader->booted |= statement->action.type == ACTION_BOOT;
    return true;
}

static bool read_at(Reader *reader, Line *line)
{
    return read_statement(reader, line, false);
}

static bool read_spread(Reader *reader, Line *line)
{
    return read_statement(reader, line, true);
}

static const struct {
    const char *word;
    bool (*read)(Reader *reader, Line *line);
    bool once;
} statements[] = {
    {"start", read_start, true},   {"zone", read_zone, true},
    {"phones", read_phones, true}, {"seed", read_seed, true},
    {"until", read_until, true},   {"provisioned", read_provisioned, true},
    {"set", read_set, false},      {"server", read_server, false},
    {"at", read_at, false},        {"spread", read_spread, false},
};

static bool read_line(Reader *reader, Line *line)
{
    const char *words[G_N_ELEMENTS(statements) + 1] = {};
    char *place = line->rest + strspn(line->rest, " \t");
    unsigned which;

    if (!*place)
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(statements); i++)
        words[i] = statements[i].word;
    if (!line_expect_choice(line, words, &which))
        return false;
    if (statements[which].once && !g_hash_table_add(reader->seen, (char *)words[which]))
        return line_fail(line, place, _("expected `%s` only once"), words[which]);
    return statements[which].read(reader, line) && line_expect_end(line);
}

/* ---- the whole ---- */

/*
 * Ends a line before its comment, and before the space in front of that. A comment without space in
 * front ends a word (line_word()), but is part of a value.
 */
static void strip(char *text)
{
    for (char *p = text; *p; p++)
        if (*p == '#' && (p == text || g_ascii_isspace(p[-1]))) {
            *p = '\0';
            break;
        }
    g_strchomp(text);
}

static int by_moment(const void *a, const void *b)
{
    const Statement *const *one = a, *const *other = b;

    return ((*one)->at > (*other)->at) - ((*one)->at < (*other)->at);
}

/* The boot of devices that nobody boots: first of all at t=0. */
static void add_boot(Scenario *scenario)
{
    Statement *boot = g_new0(Statement, 1);

    boot->action.type = ACTION_BOOT;
    boot->action.text = g_strdup("boot");
    g_ptr_array_insert(scenario->statements, 0, boot);
}

static bool finish(Reader *reader, unsigned lines, GError **error)
{
    Scenario *scenario = reader->scenario;
    int64_t local = g_date_time_to_unix(reader->start);
    int interval = g_time_zone_adjust_time(scenario->zone, G_TIME_TYPE_STANDARD, &local);

    if (!g_hash_table_contains(reader->seen, "until")) {
        g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_SYNTAX, "%s:%u:1: %s", scenario->name,
                    lines + 1, _("expected `until` and a duration, the end of the run"));
        return false;
    }
    scenario->start = (local - g_time_zone_get_offset(scenario->zone, interval)) * G_USEC_PER_SEC;
    if (!reader->booted)
        add_boot(scenario);
    g_ptr_array_sort(scenario->statements, by_moment); /* stable: lines of a moment in order */
    return true;
}

static Scenario *scenario_new(const char *name)
{
    Scenario *scenario = g_new0(Scenario, 1);

    scenario->name = g_strdup(name);
    scenario->zone = g_time_zone_new_utc();
    scenario->phones = 1;
    scenario->seed = 1;
    scenario->parameters = g_ptr_array_new_with_free_func(action_free);
    scenario->statements = g_ptr_array_new_with_free_func(statement_free);
    scenario->spreads = g_ptr_array_new_with_free_func(statement_free);
    return scenario;
}

static bool read_lines(Reader *reader, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    unsigned count = g_strv_length(lines);

    for (unsigned i = 0; i < count; i++) {
        Line line = {.file = reader->scenario->name,
                     .number = i + 1,
                     .text = lines[i],
                     .rest = lines[i],
                     .error = error};

        strip(lines[i]);
        if (!read_line(reader, &line))
            return false;
    }
    if (!reader->start)
        reader->start = g_date_time_new_utc(2027, 1, 1, 0, 0, 0);
    return finish(reader, count > 0 && !*lines[count - 1] ? count - 1 : count, error);
}

Scenario *scenario_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(Scenario) scenario = scenario_new(name);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Reader reader = {.scenario = scenario, .seen = seen};
    bool read = read_lines(&reader, text, error);

    g_clear_pointer(&reader.start, g_date_time_unref);
    return read ? g_steal_pointer(&scenario) : NULL;
}

/* Nobody would read what stands behind a zero byte. */
static bool check_bytes(const char *path, const char *text, size_t length, GError **error)
{
    const char *end = text + strlen(text), *line = text;
    unsigned number = 1;

    if (end == text + length)
        return true;
    for (const char *p = text; p < end; p++)
        if (*p == '\n') {
            number++;
            line = p + 1;
        }
    g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_SYNTAX, "%s:%u:%u: %s", path, number,
                (unsigned)(end - line) + 1, _("expected text, not a zero byte"));
    return false;
}

Scenario *scenario_load(const char *path, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;
    size_t length;

    if (!g_file_get_contents(path, &text, &length, &cause)) {
        g_set_error_literal(error, SCENARIO_ERROR, SCENARIO_ERROR_FILE, cause->message);
        return NULL;
    }
    return check_bytes(path, text, length, error) ? scenario_parse(path, text, error) : NULL;
}

void scenario_free(Scenario *scenario)
{
    if (!scenario)
        return;
    g_free(scenario->name);
    g_time_zone_unref(scenario->zone);
    g_ptr_array_unref(scenario->parameters);
    g_ptr_array_unref(scenario->statements);
    g_ptr_array_unref(scenario->spreads);
    g_free(scenario);
}
