/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/version.h"

#include <glib.h>

static void test_forms(void)
{
    static const struct {
        const char *text;
        VersionForm form;
    } cases[] = {
        {"12", VERSION_NUMBER},
        {"1.0.33", VERSION_DOTTED},
        {"2.0.3(0412s)", VERSION_DOTTED},
        {"2.0.3(0412s).1", VERSION_DOTTED},
        {"7.5.2b", VERSION_DOTTED},
        {"7b", VERSION_DOTTED},
        {"1.2-3", VERSION_DOTTED},
        {"1.2.3-4-5", VERSION_DOTTED},
        {"11-3-2MPP0001-609", VERSION_DASHED},
        {"11-3", VERSION_DASHED},
        {"11-3-2MPP0001-609.loads", VERSION_DASHED},
        {"sip88xx.11-3-2MPP0001-609", VERSION_DASHED},
        {"sip88xx.11-3-2MPP0001-609.loads", VERSION_DASHED},
        {"8851.11-3-2MPP0001-609", VERSION_DASHED},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Version version;

        g_test_message("%s", cases[i].text);
        g_assert_true(version_parse(cases[i].text, &version));
        g_assert_cmpint(version.form, ==, cases[i].form);
    }
}

static void test_what_is_no_version(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "b",
        "v1.0",
        ".1",
        "1.",
        "1..2",
        "1.0 ",
        "-5",
        "1-",
        "2.0(",
        "2.0()",
        "2.0(1",
        "2.0)",
        "2.0((1))",
        "2.0(1)(2",
        "1,2",
        "1_2",
        "1.2\xc3\xa4",
        "1.0.loads",
        "12.loads",
        ".loads",
        "sip88xx.loads",
        "model.1.2.3",
        "sip88xx.11",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        Version version = {.length = 77};

        g_test_message("%s", texts[i]);
        g_assert_false(version_parse(texts[i], &version));
        g_assert_cmpuint(version.length, ==, 77);
    }
}

static int sign_of(int value)
{
    return (value > 0) - (value < 0);
}

static void test_order(void)
{
    static const struct {
        const char *left, *right;
        int order;
    } cases[] = {
        {"1.0.33", "1.0.33", 0},
        {"1.0.9", "1.0.33", -1},
        {"1.0.033", "1.0.33", 0},
        {"1.0", "1.0.0", -1},
        {"1", "1.0", -1},
        {"12", "11-3-2", 1},
        {"11", "11-3-2", -1},
        {"7.5.2", "7.5.2b", -1},
        {"7.5.2a", "7.5.2b", -1},
        {"7.5.2b", "7.5.10", -1},
        {"7.5.2b", "7.5.2.1", 1},
        {"2.0.3", "2.0.3(0412s)", -1},
        {"2.0.3(0412s)", "2.0.3(0413)", -1},
        {"2.0.3(412s)", "2.0.3(0412s)", 0},
        {"2.0.4", "2.0.3(0412s)", 1},
        {"1.b", "1.2", -1},
        {"1.ab", "1.abc", -1},
        {"11-3-2MPP0001-609", "sip88xx.11-3-2MPP0001-609.loads", 0},
        {"sip8832.11-3-2MPP0001-609", "sip88xx.11-3-2MPP0001-609", 0},
        {"11-3-2MPP0001-609", "11-3-2MPP0001-610", -1},
        {"11-3-2MPP0001-609", "11-3-2MPP0002-1", -1},
        {"11-3-2MPP0001-609", "11-3-2SR1-1", -1},
        {"12-0-1MPP0001-1", "11-3-2MPP0001-609", 1},
        {"99999999999999999999999999", "100000000000000000000000000", -1},
        {"0", "000", 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Version left, right;

        g_test_message("%s %s", cases[i].left, cases[i].right);
        g_assert_true(version_parse(cases[i].left, &left));
        g_assert_true(version_parse(cases[i].right, &right));
        g_assert_true(version_comparable(&left, &right));
        g_assert_cmpint(sign_of(version_compare(&left, &right)), ==, cases[i].order);
        g_assert_cmpint(sign_of(version_compare(&right, &left)), ==, -cases[i].order);
    }
}

static void test_forms_do_not_compare(void)
{
    Version dotted, dashed, number;

    g_assert_true(version_parse("11.3.2", &dotted));
    g_assert_true(version_parse("11-3-2MPP0001-609", &dashed));
    g_assert_true(version_parse("11", &number));
    g_assert_false(version_comparable(&dotted, &dashed));
    g_assert_false(version_comparable(&dashed, &dotted));
    g_assert_true(version_comparable(&number, &dashed));
    g_assert_true(version_comparable(&dotted, &number));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/version/forms", test_forms);
    g_test_add_func("/version/not-one", test_what_is_no_version);
    g_test_add_func("/version/order", test_order);
    g_test_add_func("/version/forms-do-not-compare", test_forms_do_not_compare);
    return g_test_run();
}
