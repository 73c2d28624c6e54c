/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/condition.h"
#include "core/lint.h"
#include "tests/unit/catalogue.h"

#include <string.h>

/* The core in German: what it counts and tells as numbers must not depend on the words. */

static void test_findings(void)
{
    static const char text[] = "<flat-profile>\n<Resync_Periodic>1</Resync_Peridic>";
    g_autoptr(GBytes) file = g_bytes_new_static(text, strlen(text));
    g_autoptr(GPtrArray) findings = lint_profile(file, NULL);
    const LintFinding *finding;

    g_assert_cmpuint(findings->len, ==, 1);
    finding = g_ptr_array_index(findings, 0);
    g_assert_cmpuint(finding->line, ==, 2);
    g_assert_cmpuint(finding->column, ==, 21);
    g_assert_cmpstr(finding->message, ==,
                    "falsches Tag, erwartet wird das Ende von <Resync_Periodic>");
    g_assert_cmpstr(lint_severity_to_string(finding->severity), ==, "error");
}

static void test_columns(void)
{
    g_autoptr(GError) error = NULL;
    guint column = 0;

    g_assert_null(condition_parse_column("1 eq", &column, &error));
    g_assert_cmpuint(column, ==, 5);
    g_assert_cmpstr(error->message, ==,
                    "Spalte 5: erwartet: eine ganze Zahl, eine Version oder eine Zeichenkette in "
                    "Anführungszeichen");
}

int main(int argc, char **argv)
{
    g_assert_true(g_setenv("LANGUAGE", "de", TRUE));
    catalogue_open();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/language/findings", test_findings);
    g_test_add_func("/language/columns", test_columns);
    return g_test_run();
}
