/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The planner's facts as rows of text, and back: one table says which, and how each is written. */

#include "core/planner-private.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#define PREFIX      "planner."
#define RULE_PREFIX PREFIX "rule."
#define LINE_PREFIX PREFIX "line."
#define TIME_MAX    (INT64_MAX / 4) /* so that no sum of a few of them overflows */
#define DAY_MAX     1000000         /* the year 4707 */

typedef enum RowType {
    ROW_TIME, /* int64_t */
    ROW_NUMBER,
    ROW_ID,
    ROW_FLAG,
    ROW_REASON,
    ROW_RESULT,
    ROW_FAILURE,
    ROW_CAUSE,
    ROW_PHASE,
} RowType;

typedef struct Row {
    const char *name;
    RowType type;
    size_t offset;
    bool always; /* also where it is zero */
} Row;

#define ROW(text, kind, field)                                                  \
    {                                                                           \
        .name = PREFIX text, .type = (kind), .offset = offsetof(Planner, field) \
    }

/* What comes and goes with every attempt has its row all the time: as long as the number of rows
 * stays the same, the store need not write that, too. */
#define ROW_ALWAYS(text, kind, field)                                                           \
    {                                                                                           \
        .name = PREFIX text, .type = (kind), .offset = offsetof(Planner, field), .always = true \
    }

static const Row rows[] = {
    ROW("boot", ROW_TIME, boot),
    ROW("clock-offset", ROW_TIME, clock_offset),
    ROW("last-id", ROW_ID, last_id),
    ROW("disabled", ROW_FLAG, disabled),
    ROW("absorbing", ROW_FLAG, absorbing),
    ROW("announced-reboot", ROW_CAUSE, announced),
    ROW_ALWAYS("running.id", ROW_ID, running.id),
    ROW_ALWAYS("running.reason", ROW_REASON, running.reason),
    ROW("provisioned", ROW_FLAG, provisioned),
    ROW("failures", ROW_NUMBER, failures),
    ROW("last.reason", ROW_REASON, last_reason),
    ROW("last.result", ROW_RESULT, last_result),
    ROW("last.failure", ROW_FAILURE, last_failure),
    ROW("last.attempt-realtime", ROW_TIME, last_attempt.realtime),
    ROW("last.success-realtime", ROW_TIME, last_success.realtime),
    ROW("started", ROW_TIME, started),
    ROW("ended", ROW_TIME, ended),
    ROW("anchor", ROW_TIME, anchor),
    ROW("retrying", ROW_FLAG, retrying),
    ROW("retry-place", ROW_NUMBER, retry_place),
    ROW("retry-after", ROW_TIME, retry_after),
    ROW("periodic-place", ROW_NUMBER, periodic_place),
    ROW("periodic-fingerprint", ROW_NUMBER, periodic_fingerprint),
    ROW("interval.reason", ROW_REASON, interval.reason),
    ROW("interval.delay", ROW_NUMBER, interval.delay),
    ROW("interval.random", ROW_NUMBER, interval.random),
    ROW("interval.offset", ROW_TIME, interval.offset),
    ROW("interval.due", ROW_TIME, interval.due),
    ROW("boot.pending", ROW_FLAG, boot_pending),
    ROW("boot.span", ROW_TIME, boot_span),
    ROW("boot.offset", ROW_TIME, boot_offset),
    ROW("daily.made-day", ROW_TIME, daily.made[0]),
    ROW("daily.made-before", ROW_TIME, daily.made[1]),
    ROW("daily.day", ROW_TIME, daily.day),
    ROW("daily.minutes", ROW_TIME, daily.minutes),
    ROW("daily.window", ROW_TIME, daily.window),
    ROW("daily.offset", ROW_TIME, daily.offset),
    ROW("daily.moment", ROW_TIME, daily.moment),
    ROW("daily.due", ROW_FLAG, daily.due),
    ROW("daily.since", ROW_TIME, daily.since),
    ROW("trigger-1.fingerprint", ROW_NUMBER, trigger[0].fingerprint),
    ROW("trigger-1.phase", ROW_PHASE, trigger[0].phase),
    ROW("trigger-1.fired", ROW_FLAG, trigger[0].fired),
    ROW("trigger-1.since", ROW_TIME, trigger[0].since),
    ROW("trigger-2.fingerprint", ROW_NUMBER, trigger[1].fingerprint),
    ROW("trigger-2.phase", ROW_PHASE, trigger[1].phase),
    ROW("trigger-2.fired", ROW_FLAG, trigger[1].fired),
    ROW("trigger-2.since", ROW_TIME, trigger[1].since),
    ROW("request.waiting", ROW_FLAG, request.waiting),
    ROW("request.force", ROW_FLAG, request.force),
    ROW("request.since", ROW_TIME, request.since),
    ROW("request.id", ROW_ID, request_id),
    ROW("sip.waiting", ROW_FLAG, sip.waiting),
    ROW("sip.since", ROW_TIME, sip.since),
    ROW("upgrade.waiting", ROW_FLAG, upgrade.waiting),
    ROW("upgrade.since", ROW_TIME, upgrade.since),
    ROW("upgrade-attempt", ROW_TIME, upgrade_attempt),
};

static const char *phase_to_string(unsigned phase)
{
    static const char *const names[] = {
        [TRIGGER_FALSE] = "false",
        [TRIGGER_HELD] = "held",
        [TRIGGER_DUE] = "due",
        [TRIGGER_SPENT] = "spent",
    };

    return phase < G_N_ELEMENTS(names) ? names[phase] : NULL;
}

/* The word of an enumerated value; NULL behind the last one. */
static const char *word(RowType type, unsigned value)
{
    switch (type) {
    case ROW_REASON:
        return value < RESYNC_REASONS ? resync_reason_to_string((ResyncReason)value) : NULL;
    case ROW_RESULT:
        return value <= RESULT_CANCELLED ? resync_result_to_string((ResyncResult)value) : NULL;
    case ROW_FAILURE:
        return value <= FAILURE_CANCELLED ? failure_to_string((Failure)value) : NULL;
    case ROW_CAUSE:
        return value <= REBOOT_OTHER ? reboot_cause_to_string((RebootCause)value) : NULL;
    default:
        return phase_to_string(value);
    }
}

/* The text of a field; NULL where it has no row. */
static char *row_write(const Row *row, const Planner *planner)
{
    const void *field = (const char *)planner + row->offset;
    uint64_t wide;
    uint32_t narrow;

    switch (row->type) {
    case ROW_TIME:
    case ROW_ID:
        memcpy(&wide, field, sizeof(wide));
        return wide || row->always ? g_strdup_printf("%" PRId64, (int64_t)wide) : NULL;
    case ROW_FLAG:
        return *(const bool *)field ? g_strdup("yes") : NULL;
    case ROW_NUMBER:
        memcpy(&narrow, field, sizeof(narrow));
        return narrow || row->always ? g_strdup_printf("%" PRIu32, narrow) : NULL;
    default:
        memcpy(&narrow, field, sizeof(narrow));
        return narrow || row->always ? g_strdup(word(row->type, narrow)) : NULL;
    }
}

static bool parse_time(const char *text, int64_t *ret_value)
{
    return g_ascii_string_to_signed(text, 10, -TIME_MAX, TIME_MAX, ret_value, NULL);
}

static bool parse_word(RowType type, const char *text, uint32_t *ret_value)
{
    const char *name;

    for (uint32_t value = 0; (name = word(type, value)); value++)
        if (g_strcmp0(name, text) == 0) {
            *ret_value = value;
            return true;
        }
    return false;
}

static bool row_read(const Row *row, const char *text, Planner *planner)
{
    void *field = (char *)planner + row->offset;
    int64_t time;
    guint64 number;
    uint32_t narrow;

    switch (row->type) {
    case ROW_TIME:
    case ROW_ID:
        if (!parse_time(text, &time) || (row->type == ROW_ID && time < 0))
            return false;
        memcpy(field, &time, sizeof(time));
        return true;
    case ROW_FLAG:
        *(bool *)field = g_strcmp0(text, "yes") == 0;
        return *(bool *)field;
    case ROW_NUMBER:
        if (!g_ascii_string_to_unsigned(text, 10, 0, UINT32_MAX, &number, NULL))
            return false;
        narrow = (uint32_t)number;
        break;
    default:
        if (!parse_word(row->type, text, &narrow))
            return false;
    }
    memcpy(field, &narrow, sizeof(narrow));
    return true;
}

/* ---- requests with rules of their own, and lines: as many rows as there are ---- */

static void rules_write(const Planner *planner, GHashTable *table)
{
    for (unsigned i = 0; planner->rules && i < planner->rules->len; i++) {
        const PlannerRuleRequest *request = g_ptr_array_index(planner->rules, i);

        g_hash_table_insert(table, g_strdup_printf(RULE_PREFIX "%" PRIu64, request->id),
                            g_strdup_printf("%s %s %" PRId64 " %s",
                                            resync_reason_to_string(request->reason),
                                            request->ask.force ? "force" : "wait",
                                            request->ask.since, request->rule));
    }
}

static bool rule_read(Planner *planner, const char *id_text, const char *text)
{
    g_auto(GStrv) part = g_strsplit(text, " ", 4);
    PlannerRuleRequest *request;
    guint64 id;
    uint32_t reason;
    int64_t since;

    if (g_strv_length(part) != 4 || !parse_word(ROW_REASON, part[0], &reason) ||
        (reason != RESYNC_REQUEST && reason != RESYNC_SIP) || !parse_time(part[2], &since) ||
        !g_ascii_string_to_unsigned(id_text, 10, 1, INT64_MAX, &id, NULL))
        return false;

    request = rule_request_add(planner, id, (ResyncReason)reason, part[3]);
    if (!request)
        return false;
    request->ask =
        (PlannerAsk){.waiting = true, .since = since, .force = g_strcmp0(part[1], "force") == 0};
    return true;
}

static void lines_write(const Planner *planner, GHashTable *table)
{
    for (unsigned i = 0; planner->unregistered && i < PLANNER_LINES_MAX; i++)
        if (planner->unregistered[i] != PLANNER_NEVER)
            g_hash_table_insert(table, g_strdup_printf(LINE_PREFIX "%u", i + 1),
                                g_strdup_printf("%" PRId64, planner->unregistered[i]));
}

static bool line_read(Planner *planner, const char *line_text, const char *text)
{
    guint64 line;
    int64_t since;

    if (!g_ascii_string_to_unsigned(line_text, 10, 1, PLANNER_LINES_MAX, &line, NULL) ||
        !parse_time(text, &since))
        return false;
    line_timers(planner)[line - 1] = since;
    return true;
}

/* ---- all of it ---- */

GHashTable *planner_save(const Planner *planner)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = row_write(&rows[i], planner);

        if (text)
            g_hash_table_insert(table, g_strdup(rows[i].name), text);
    }
    if (planner->boot_id[0])
        g_hash_table_insert(table, g_strdup(PREFIX "boot-id"), g_strdup(planner->boot_id));
    g_hash_table_insert(table, g_strdup(PREFIX "running.rule"),
                        g_strdup(planner->running.rule ? planner->running.rule : ""));
    rules_write(planner, table);
    lines_write(planner, table);
    return table;
}

static const Row *row_find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_strcmp0(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static bool text_read(Planner *planner, const char *name, const char *text)
{
    const Row *row = row_find(name);

    if (row)
        return row_read(row, text, planner);
    if (g_str_has_prefix(name, RULE_PREFIX))
        return rule_read(planner, name + strlen(RULE_PREFIX), text);
    if (g_str_has_prefix(name, LINE_PREFIX))
        return line_read(planner, name + strlen(LINE_PREFIX), text);
    if (g_strcmp0(name, PREFIX "boot-id") == 0)
        g_strlcpy(planner->boot_id, text, sizeof(planner->boot_id));
    else if (g_strcmp0(name, PREFIX "running.rule") == 0)
        planner->running.rule = text[0] ? g_strndup(text, PLANNER_RULE_MAX) : NULL;
    return true; /* of another version, or somebody else's */
}

static int compare_id(const void *a, const void *b)
{
    const PlannerRuleRequest *const *one = a, *const *other = b;

    return ((*one)->id > (*other)->id) - ((*one)->id < (*other)->id);
}

/* What rows promise each other, also where some of them are lost. */
static bool restore_order(Planner *planner)
{
    PlannerInterval *interval = &planner->interval;
    PlannerDaily *daily = &planner->daily;
    bool whole = true;

    if (interval->reason && (interval->due < planner->anchor || interval->offset < 0)) {
        *interval = (PlannerInterval){};
        whole = false;
    }
    if (ABS(daily->day) > DAY_MAX || ABS(daily->made[0]) > DAY_MAX || daily->offset < 0 ||
        daily->offset > daily->window) {
        *daily = (PlannerDaily){};
        whole = false;
    }
    if (planner->boot_offset < 0 || planner->retry_after < 0) {
        planner->boot_offset = planner->retry_after = 0;
        whole = false;
    }
    planner->last_id = MAX(planner->last_id, planner->request_id);
    planner->last_id = MAX(planner->last_id, planner->running.id);
    if (planner->rules && planner->rules->len > 0) {
        const PlannerRuleRequest *last;

        g_ptr_array_sort(planner->rules, compare_id);
        last = g_ptr_array_index(planner->rules, planner->rules->len - 1);
        planner->last_id = MAX(planner->last_id, last->id);
    }
    return whole;
}

bool planner_load(Planner *planner, GHashTable *table)
{
    GHashTableIter iter;
    void *name, *text;
    bool whole = true;

    g_return_val_if_fail(planner && table, false);

    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &name, &text))
        whole &= text_read(planner, name, text);
    return restore_order(planner) && whole;
}
