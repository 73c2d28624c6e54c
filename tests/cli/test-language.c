/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text.h"
#include "core/condition.h"
#include "core/lint.h"
#include "po/language.h"

#include <string.h>

/* In German: what the core counts and tells as numbers must not depend on the words. */

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

static void test_yes(void)
{
    static const char *const yes[] = {"j", "J", "ja", "Ja", "JA", "y", "Y", "yes", "Yes"};
    static const char *const no[] = {"", "n", "nein", "jau", "j a", "ye", "\xff"};

    for (guint i = 0; i < G_N_ELEMENTS(yes); i++)
        g_assert_true(text_is_yes(yes[i]));
    for (guint i = 0; i < G_N_ELEMENTS(no); i++)
        g_assert_false(text_is_yes(no[i]));
}

int main(int argc, char **argv)
{
    g_assert_true(g_setenv("LANGUAGE", "de", TRUE));
    language_open(g_getenv("PROVD_TEST_PO"));
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/language/findings", test_findings);
    g_test_add_func("/language/columns", test_columns);
    g_test_add_func("/language/yes", test_yes);
    return g_test_run();
}
