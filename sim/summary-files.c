/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Figures over time: as a table in a file, and as a picture by gnuplot. */

#include "sim/summary.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define PLOT_POINTS 1000 /* a picture has no more columns */

/* ---- CSV ---- */

static void write_rows(const Played *run, FILE *file)
{
    const GArray *seconds = run->outcome->load->seconds;
    int64_t end = (run->scenario->until + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
    guint next = 0;

    (void)fputs("t,attempts,successes,failures,refused\n", file);
    for (int64_t t = 0; t < end && !ferror(file); t++) {
        LoadSecond second = {};

        if (next < seconds->len && g_array_index(seconds, LoadSecond, next).second == t)
            second = g_array_index(seconds, LoadSecond, next++);
        (void)fprintf(file, "%" PRId64 ",%u,%u,%u,%u\n", t, second.attempts, second.successes,
                      second.failures, second.refused);
    }
}

/* Row by row: a run may have a hundred years of them, and the file may be a pipe or /dev/stdout. */
bool summary_write_csv(const Played *run, const char *path, GError **error)
{
    FILE *file = fopen(path, "we");
    bool written = file != NULL;
    int number = errno;

    if (file) {
        errno = 0;
        write_rows(run, file);
        written = !ferror(file);
        written = fclose(file) == 0 && written;
        number = errno ? errno : EIO;
    }
    if (!written)
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(number), "%s: %s", path,
                    g_strerror(number));
    return written;
}

/* ---- plot ---- */

static const struct {
    const char *suffix;
    const char *terminal;
} terminals[] = {
    {".svg", "svg size 1000,500 background rgb 'white'"},
    {".png", "pngcairo size 1000,500"},
};

static const char *terminal_for(const char *path)
{
    for (guint i = 0; i < G_N_ELEMENTS(terminals); i++)
        if (g_str_has_suffix(path, terminals[i].suffix))
            return terminals[i].terminal;
    return NULL;
}

bool summary_plot_is_possible(const char *path)
{
    return terminal_for(path) != NULL;
}

/* The unit in which a time axis of a length is read best, and what is written along the axis. */
static int64_t axis_unit(int64_t seconds, const char **ret_label)
{
    static const struct {
        int64_t from;
        int64_t unit;
        const char *label;
    } units[] = {{4 * 86400, 86400, N_("time (days)")},
                 {4 * 3600, 3600, N_("time (hours)")},
                 {10 * 60, 60, N_("time (minutes)")}};

    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (seconds >= units[i].from) {
            *ret_label = units[i].label;
            return units[i].unit;
        }
    *ret_label = N_("time (seconds)");
    return 1;
}

/* The most requests in a second, for each of so many parts of the run. */
static void append_data(GString *script, const Played *run, unsigned index, int64_t length,
                        int64_t unit)
{
    const GArray *seconds = run->outcome->load->seconds;
    int64_t step = MAX(length / PLOT_POINTS, 1);
    guint next = 0;

    g_string_append_printf(script, "$run%u << END\n", index);
    for (int64_t t = 0; t < length; t += step) {
        uint32_t most = 0;

        for (; next < seconds->len; next++) {
            LoadSecond second = g_array_index(seconds, LoadSecond, next);

            if (second.second >= t + step)
                break;
            most = MAX(most, second.requests);
        }
        g_string_append_printf(script, "%.6f %u\n", (double)t / (double)unit, most);
    }
    g_string_append(script, "END\n");
}

/* A text in gnuplot's single quotes. */
static char *quote(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *doubled = g_strjoinv("''", parts);

    return g_strdup_printf("'%s'", doubled);
}

static char *plot_script(const Played *runs, unsigned count, const char *path)
{
    g_autoptr(GString) script = g_string_new(NULL);
    g_autofree char *output = quote(path);
    int64_t longest = 0, unit;
    const char *label;

    for (unsigned i = 0; i < count; i++)
        longest = MAX(longest, (runs[i].scenario->until + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
    unit = axis_unit(longest, &label);

    g_autofree char *x_label = quote(_(label));
    g_autofree char *y_label = quote(_("requests per second"));

    g_string_append_printf(script, "set terminal %s\nset output %s\n", terminal_for(path), output);
    g_string_append_printf(script, "set encoding utf8\nset xlabel %s\nset ylabel %s\n", x_label,
                           y_label);
    g_string_append(script, "set grid\nset yrange [0:*]\nset key above noenhanced\n");
    for (unsigned i = 0; i < count; i++)
        append_data(script, &runs[i], i, longest, unit);
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *base = g_path_get_basename(runs[i].scenario->name);
        g_autofree char *title = quote(base);

        g_string_append_printf(script, "%s $run%u using 1:2 with steps title %s",
                               i == 0 ? "plot" : ",", i, title);
    }
    g_string_append_c(script, '\n');
    return g_string_free(g_steal_pointer(&script), FALSE);
}

static bool run_gnuplot(const char *file, GError **error)
{
    char *argv[] = {(char *)"gnuplot", (char *)file, NULL};
    g_autofree char *complaint = NULL;
    g_autoptr(GError) cause = NULL;
    int status;

    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &complaint, &status,
                      error))
        return false;
    if (!g_spawn_check_wait_status(status, &cause)) {
        g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "gnuplot: %s",
                    *complaint ? g_strstrip(complaint) : cause->message);
        return false;
    }
    return true;
}

bool summary_plot(const Played *runs, unsigned count, const char *path, GError **error)
{
    g_autofree char *script = plot_script(runs, count, path);
    g_autofree char *file = NULL;
    int fd = g_file_open_tmp("provsim-XXXXXX.gp", &file, error);
    bool drawn;

    if (fd < 0)
        return false;
    (void)close(fd);
    drawn = g_file_set_contents(file, script, -1, error) && run_gnuplot(file, error);
    g_unlink(file);
    return drawn;
}
