/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* provsim: plays scenarios of the resync engine on a virtual clock. */

#include "config.h"
#include "po/language.h"
#include "sim/summary.h"
#include "sim/timeline.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_USAGE 2

typedef struct Arguments {
    gboolean json, summary, version;
    char *csv, *plot;
    char **files;
} Arguments;

/* What a run is told while it plays. */
typedef struct Playing {
    const Scenario *scenario;
    bool json;
    bool shown; /* how far it is stands on the terminal */
} Playing;

static bool complain(GError *error)
{
    g_printerr("provsim: %s\n", error->message);
    return false;
}

static void on_event(const SimEvent *event, void *userdata)
{
    const Playing *playing = userdata;

    if (playing->json)
        timeline_print_json(event);
    else
        timeline_print(event);
}

static void on_progress(int64_t now, void *userdata)
{
    Playing *playing = userdata;

    playing->shown = true;
    g_printerr("\r%s: %3u%%", playing->scenario->name,
               (unsigned)(now * 100 / playing->scenario->until));
}

/* Whether how far a run is can be told: never between events that go to the same terminal. */
static bool shows_progress(bool events)
{
    struct stat output;

    return isatty(STDERR_FILENO) &&
           (!events || (fstat(STDOUT_FILENO, &output) == 0 && S_ISREG(output.st_mode)));
}

static Outcome *play(const Scenario *scenario, const Arguments *arguments, bool events)
{
    Playing playing = {.scenario = scenario, .json = arguments->json};
    bool progress = shows_progress(events);
    SimObserver observer = {.event = events ? on_event : NULL,
                            .progress = progress ? on_progress : NULL,
                            .userdata = &playing};
    Outcome *outcome = fleet_run(scenario, &observer);

    if (playing.shown)
        g_printerr("\r%*s\r", (int)(strlen(scenario->name) + strlen(": 100%")), "");
    return outcome;
}

static bool write_files(const Played *runs, unsigned count, const Arguments *arguments)
{
    g_autoptr(GError) error = NULL;

    if (arguments->csv && !summary_write_csv(&runs[0], arguments->csv, &error))
        return complain(error);
    if (arguments->plot && !summary_plot(runs, count, arguments->plot, &error))
        return complain(error);
    return true;
}

static void print_summaries(const Played *runs, unsigned count, const Arguments *arguments)
{
    if (!arguments->json)
        summary_print(runs, count);
    for (unsigned i = 0; arguments->json && i < count; i++)
        summary_print_json(&runs[i]);
}

static int play_all(GPtrArray *scenarios, const Arguments *arguments)
{
    g_autofree char *gnuplot = arguments->plot ? g_find_program_in_path("gnuplot") : NULL;
    g_autoptr(GPtrArray) outcomes = g_ptr_array_new_with_free_func((GDestroyNotify)outcome_free);
    g_autofree Played *runs = g_new0(Played, scenarios->len);
    bool summary = arguments->summary;

    if (arguments->plot && !gnuplot) {
        g_printerr("provsim: %s\n", _("--plot needs gnuplot, which is not installed "
                                      "(on Debian in the package gnuplot-nox)"));
        return EXIT_FAILURE;
    }
    for (guint i = 0; i < scenarios->len; i++) {
        const Scenario *scenario = g_ptr_array_index(scenarios, i);

        summary |= !arguments->json && (scenarios->len > 1 || scenario->phones > 1);
    }
    for (guint i = 0; i < scenarios->len; i++) {
        const Scenario *scenario = g_ptr_array_index(scenarios, i);

        g_ptr_array_add(outcomes, play(scenario, arguments, !summary));
        runs[i] = (Played){.scenario = scenario, .outcome = g_ptr_array_index(outcomes, i)};
    }
    if (summary)
        print_summaries(runs, scenarios->len, arguments);
    if (!write_files(runs, scenarios->len, arguments))
        return EXIT_FAILURE;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        g_printerr("provsim: %s\n", _("cannot write the output"));
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

/* Reads all files before anything is played; NULL, complained, where one is wrong. */
static GPtrArray *load_all(char *const *files)
{
    g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func((GDestroyNotify)scenario_free);

    for (unsigned i = 0; files[i]; i++) {
        g_autoptr(GError) error = NULL;
        Scenario *scenario = scenario_load(files[i], &error);

        if (!scenario) {
            bool unread = g_error_matches(error, SCENARIO_ERROR, SCENARIO_ERROR_FILE);

            g_printerr("%s%s\n", unread ? "provsim: " : "", error->message);
            return NULL;
        }
        g_ptr_array_add(scenarios, scenario);
    }
    return g_steal_pointer(&scenarios);
}

/* What is wrong with the arguments, or NULL. */
static const char *check(const Arguments *arguments)
{
    if (!arguments->files)
        return _("expected the file of a scenario");
    if (arguments->csv && arguments->files[1])
        return _("--csv writes the rows of one scenario, but several are given");
    if (arguments->plot && !summary_plot_is_possible(arguments->plot))
        return _("--plot draws into a file that ends in .svg or .png");
    return NULL;
}

static bool parse(int argc, char **argv, Arguments *arguments)
{
    const GOptionEntry entries[] = {
        {"json", 'j', 0, G_OPTION_ARG_NONE, &arguments->json,
         N_("One JSON object a line for each event; with --summary one for the run"), NULL},
        {"summary", 's', 0, G_OPTION_ARG_NONE, &arguments->summary,
         N_("Print figures; the default for more than one phone or scenario"), NULL},
        {"csv", 0, 0, G_OPTION_ARG_FILENAME, &arguments->csv, N_("Write a row for each second"),
         N_("FILE")},
        {"plot", 0, 0, G_OPTION_ARG_FILENAME, &arguments->plot,
         N_("Draw the requests per second (.svg or .png)"), N_("FILE")},
        {"version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, N_("Print the version"), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->files, NULL,
         N_("SCENARIO…")},
        {},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_set_translation_domain(context, "provd");
    g_option_context_add_main_entries(context, entries, "provd");
    g_option_context_set_summary(
        context, N_("Plays what happens to phones that resync, on a virtual clock."));
    return g_option_context_parse(context, &argc, &argv, &error) || complain(error);
}

static void arguments_clear(Arguments *arguments)
{
    g_free(arguments->csv);
    g_free(arguments->plot);
    g_strfreev(arguments->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

int main(int argc, char **argv)
{
    g_auto(Arguments) arguments = {};
    g_autoptr(GPtrArray) scenarios = NULL;
    const char *problem;

    language_open(PROVD_LOCALEDIR);
    (void)setlocale(LC_NUMERIC, "C"); /* the output is the same everywhere */

    if (!parse(argc, argv, &arguments))
        return EXIT_USAGE;
    if (arguments.version) {
        puts("provsim " PROVD_VERSION);
        return EXIT_SUCCESS;
    }
    problem = check(&arguments);
    if (problem) {
        g_printerr("provsim: %s\n", problem);
        return EXIT_USAGE;
    }
    scenarios = load_all(arguments.files);
    return scenarios ? play_all(scenarios, &arguments) : EXIT_USAGE;
}
