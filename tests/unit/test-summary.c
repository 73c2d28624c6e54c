/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "po/language.h"
#include "sim/summary.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What summary_print() writes to stdout. */
static char *print_summary(const Played *run)
{
    FILE *file = tmpfile();
    char text[4096];
    int before = dup(STDOUT_FILENO);
    size_t size;

    g_assert_nonnull(file);
    (void)fflush(stdout);
    g_assert_cmpint(dup2(fileno(file), STDOUT_FILENO), >=, 0);
    summary_print(run, 1);
    (void)fflush(stdout);
    g_assert_cmpint(dup2(before, STDOUT_FILENO), >=, 0);
    (void)close(before);
    rewind(file);
    size = fread(text, 1, sizeof(text), file);
    (void)fclose(file);
    return g_strndup(text, size);
}

/* In columns of a terminal. */
static guint width_of(const char *text)
{
    guint width = 0;

    for (; *text; text = g_utf8_next_char(text))
        width += g_unichar_iswide(g_utf8_get_char(text)) ? 2 : 1;
    return width;
}

/* Figures are under each other, however wide the characters of the labels are. */
static void test_japanese(void)
{
    const SimObserver observer = {0};
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", "phones 2\nuntil 1h\n", NULL);
    Outcome *outcome = fleet_run(scenario, &observer);
    const Played run = {.scenario = scenario, .outcome = outcome};
    g_autofree char *printed = print_summary(&run);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(printed), "\n", -1);

    g_assert_nonnull(strstr(printed, "シナリオ"));
    for (char **line = lines; *line; line++)
        g_assert_cmpuint(width_of(*line), ==, width_of(lines[0]));
    outcome_free(outcome);
}

int main(int argc, char **argv)
{
    language_open(g_getenv("PROVD_TEST_PO"));
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary/japanese", test_japanese);
    return g_test_run();
}
