/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/summary.h"

#include "sim/timeline.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#define COLUMN_MIN 12

/* ---- figures ---- */

static int64_t gap_quantile(const Outcome *outcome, unsigned percent)
{
    guint count = outcome->gaps->len;
    guint index = (guint)(((uint64_t)count * percent + 99) / 100);

    return g_array_index(outcome->gaps, int64_t, index > 0 ? index - 1 : 0);
}

static double run_seconds(const Played *run)
{
    return (double)run->scenario->until / G_USEC_PER_SEC;
}

static double mean_of_run(const Played *run)
{
    return (double)run->outcome->load->requests / run_seconds(run);
}

static double mean_while_busy(const Played *run)
{
    unsigned seconds = load_busy_seconds(run->outcome->load);

    return seconds > 0 ? (double)run->outcome->load->requests / seconds : 0;
}

/* Whether every device called within one and the same second. */
static bool everybody_at_once(const Played *run)
{
    return run->scenario->phones > 1 &&
           load_peak(run->outcome->load).attempts >= run->scenario->phones;
}

/* ---- for people ---- */

/* "1d02h03m04s", "2m30.5s", "0.05s" */
static char *format_duration(int64_t duration)
{
    int64_t seconds = duration / G_USEC_PER_SEC, minutes = seconds / 60, hours = minutes / 60;
    g_autofree char *rest = format_seconds(duration % (60 * (int64_t)G_USEC_PER_SEC));
    g_autoptr(GString) text = g_string_new(NULL);

    if (g_str_has_suffix(rest, ".0"))
        rest[strlen(rest) - strlen(".0")] = '\0';
    if (hours >= 24)
        g_string_append_printf(text, "%" PRId64 "d", hours / 24);
    if (hours > 0)
        g_string_append_printf(text, "%" PRId64 "h", hours % 24);
    if (minutes > 0)
        g_string_append_printf(text, "%" PRId64 "m", minutes % 60);
    g_string_append_printf(text, "%ss", rest);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *show_name(const Played *run)
{
    return g_path_get_basename(run->scenario->name);
}

static char *show_phones(const Played *run)
{
    return g_strdup_printf("%u", run->scenario->phones);
}

static char *show_attempts(const Played *run)
{
    return g_strdup_printf("%" PRIu64, run->outcome->load->attempts);
}

static char *show_successes(const Played *run)
{
    return g_strdup_printf("%" PRIu64, run->outcome->load->successes);
}

static char *show_failures(const Played *run)
{
    return g_strdup_printf("%" PRIu64, run->outcome->load->failures);
}

static char *show_refused(const Played *run)
{
    return g_strdup_printf("%" PRIu64, run->outcome->load->refused);
}

static char *show_peak(const Played *run)
{
    return g_strdup_printf("%u", load_peak(run->outcome->load).requests);
}

static char *show_peak_moment(const Played *run)
{
    return format_duration(load_peak(run->outcome->load).second * G_USEC_PER_SEC);
}

static char *show_everybody(const Played *run)
{
    return g_strdup(everybody_at_once(run) ? _("yes, all of them") : _("no"));
}

static char *show_mean(const Played *run)
{
    return g_strdup_printf("%.3f", mean_of_run(run));
}

static char *show_mean_while_busy(const Played *run)
{
    return g_strdup_printf("%.3f", mean_while_busy(run));
}

static char *show_recovery(const Played *run)
{
    if (!run->outcome->came_up)
        return g_strdup("-");
    if (run->outcome->not_recovered > 0)
        return g_strdup_printf(_("%u not yet"), run->outcome->not_recovered);
    return format_duration(run->outcome->recovery);
}

static char *show_median(const Played *run)
{
    return format_duration(gap_quantile(run->outcome, 50));
}

static char *show_p95(const Played *run)
{
    return format_duration(gap_quantile(run->outcome, 95));
}

static char *show_p99(const Played *run)
{
    return format_duration(gap_quantile(run->outcome, 99));
}

static char *show_max(const Played *run)
{
    return format_duration(gap_quantile(run->outcome, 100));
}

static const struct {
    const char *label;
    char *(*show)(const Played *run);
} figures[] = {
    {N_("scenario"), show_name},
    {N_("phones"), show_phones},
    {N_("attempts"), show_attempts},
    {N_("successes"), show_successes},
    {N_("failures"), show_failures},
    {N_("503s"), show_refused},
    {N_("peak, requests per second"), show_peak},
    {N_("  at"), show_peak_moment},
    {N_("  everybody in one second"), show_everybody},
    {N_("mean, requests per second"), show_mean},
    {N_("  of seconds with requests"), show_mean_while_busy},
    {N_("recovery after server up"), show_recovery},
    {N_("without success, p50"), show_median},
    {N_("  p95"), show_p95},
    {N_("  p99"), show_p99},
    {N_("  max"), show_max},
};

/* The columns that text takes on a terminal: a Japanese character takes two. */
static int text_width(const char *text)
{
    int width = 0;

    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static int column_width(const Played *run)
{
    int width = COLUMN_MIN;

    for (guint i = 0; i < G_N_ELEMENTS(figures); i++) {
        g_autofree char *text = figures[i].show(run);

        width = MAX(width, text_width(text));
    }
    return width;
}

static int label_width(void)
{
    int width = 0;

    for (guint i = 0; i < G_N_ELEMENTS(figures); i++)
        width = MAX(width, text_width(_(figures[i].label)));
    return width;
}

void summary_print(const Played *runs, unsigned count)
{
    for (guint i = 0; i < G_N_ELEMENTS(figures); i++) {
        const char *label = _(figures[i].label);

        printf("%s%*s", label, label_width() - text_width(label), "");
        for (unsigned n = 0; n < count; n++) {
            g_autofree char *text = figures[i].show(&runs[n]);

            printf("  %*s%s", column_width(&runs[n]) - text_width(text), "", text);
        }
        putchar('\n');
    }
}

/* ---- for programs ---- */

static void add_int(JsonBuilder *builder, const char *name, int64_t value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

static void add_double(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_double_value(builder, value);
}

static void add_gaps(JsonBuilder *builder, const Outcome *outcome)
{
    static const struct {
        const char *name;
        unsigned percent;
    } quantiles[] = {{"p50", 50}, {"p95", 95}, {"p99", 99}, {"max", 100}};

    json_builder_set_member_name(builder, "without_success");
    json_builder_begin_object(builder);
    for (guint i = 0; i < G_N_ELEMENTS(quantiles); i++)
        add_double(builder, quantiles[i].name,
                   (double)gap_quantile(outcome, quantiles[i].percent) / G_USEC_PER_SEC);
    json_builder_end_object(builder);
}

static void add_recovery(JsonBuilder *builder, const Outcome *outcome)
{
    json_builder_set_member_name(builder, "recovery");
    if (outcome->came_up && outcome->not_recovered == 0)
        json_builder_add_double_value(builder, (double)outcome->recovery / G_USEC_PER_SEC);
    else
        json_builder_add_null_value(builder);
    add_int(builder, "not_recovered", outcome->not_recovered);
}

void summary_print_json(const Played *run)
{
    const Load *load = run->outcome->load;
    LoadSecond peak = load_peak(load);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "scenario");
    json_builder_add_string_value(builder, run->scenario->name);
    add_int(builder, "phones", run->scenario->phones);
    add_int(builder, "attempts", (int64_t)load->attempts);
    add_int(builder, "successes", (int64_t)load->successes);
    add_int(builder, "failures", (int64_t)load->failures);
    add_int(builder, "503s", (int64_t)load->refused);
    add_int(builder, "requests", (int64_t)load->requests);
    add_int(builder, "peak", peak.requests);
    add_int(builder, "peak_at", peak.second);
    json_builder_set_member_name(builder, "everybody_at_once");
    json_builder_add_boolean_value(builder, everybody_at_once(run));
    add_double(builder, "mean", mean_of_run(run));
    add_double(builder, "mean_while_busy", mean_while_busy(run));
    add_recovery(builder, run->outcome);
    add_gaps(builder, run->outcome);
    json_builder_end_object(builder);

    root = json_builder_get_root(builder);
    text = json_to_string(root, FALSE);
    puts(text);
}
