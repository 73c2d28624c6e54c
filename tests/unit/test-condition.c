/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/condition.h"
#include "core/failure.h"

#include <string.h>

static const char *lookup_parameter(const char *name, void *userdata)
{
    static const struct {
        const char *name, *value;
    } values[] = {
        {"GPP_A", "Provisioned"}, {"GPP_B", "1 eq 1 and \"x"}, {"GPP_C", "0x10"}, {"GPP_D", "-5"},
        {"GPP_E", "3"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    return NULL;
}

static const MacroEnv env = {
    .mac = "000e08abcdef",
    .software_version = "7.5.2",
    .hardware_version = "sip88xx.11-3-2MPP0001-609.loads",
    .client_certificate = true,
    .parameter = lookup_parameter,
    .provisioning_timer = 600,
    .upgrade_timer = 300,
};

typedef struct {
    const char *text;
    bool expected;
} Truth;

static void assert_truths(const Truth *cases, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Condition) condition = condition_parse(cases[i].text, &error);

        g_test_message("%s", cases[i].text);
        g_assert_no_error(error);
        g_assert_cmpint(condition_evaluate(condition, &env), ==, cases[i].expected);
    }
}

static void test_integers(void)
{
    static const Truth cases[] = {
        {"1 eq 1", true},
        {"1 = 1", true},
        {"1 ne 1", false},
        {"1 != 2", true},
        {"1 lt 2", true},
        {"1 < 1", false},
        {"1 le 1", true},
        {"2 <= 1", false},
        {"2 gt 1", true},
        {"1 > 1", false},
        {"1 ge 1", true},
        {"1 >= 2", false},
        {"9 lt 10", true},
        {"0x1F eq 31", true},
        {"0X1f eq 0x1F", true},
        {"-5 lt 3", true},
        {"-0x10 eq -16", true},
        {"007 eq 7", true},
        {"$C eq 16", true},
        {"$D lt -4", true},
        {"9223372036854775807 gt 9223372036854775806", true},
        {"99999999999999999999 gt 9223372036854775807", true},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_white_space(void)
{
    static const Truth cases[] = {
        {"1<2", true},
        {"1!=1", false},
        {"  1   eq   1  ", true},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_conjunctions(void)
{
    static const Truth cases[] = {
        {"1=1 and 2=2", true},
        {"1 eq 1 and 2 eq 2 AND 3 eq 3", true},
        {"1 eq 1 and 2 eq 3 and 3 eq 3", false},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_timers_compare(void)
{
    static const Truth cases[] = {
        {"$PRVTMR ge 600", true},
        {"$PRVTMR gt 600", false},
        {"$UPGTMR gt 300 and $PRVTMR ge 600", false},
        {"$UPGTMR ge 300 and $PRVTMR ge 600", true},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_versions(void)
{
    static const Truth cases[] = {
        {"$SWVER lt 7.5.2b", true},
        {"$SWVER eq 7.5.2", true},
        {"$SWVER ge 7", true},
        {"$SWVER lt 7.6", true},
        {"$SWVER gt 0x7", true},
        {"2.0.3(0412s) gt 2.0.3", true},
        {"1.0.$E lt 1.0.33", true},
        {"$HWVER eq 11-3-2MPP0001-609", true},
        {"$HWVER lt 11-3-2MPP0001-610", true},
        {"$HWVER ge 11", true},
        {"$HWVER ge 11.3.2", false},
        {"$HWVER lt 11.3.2", false},
        {"$HWVER ne 11.3.2", false},
        {"-1 lt 1.0", false},
        {"-1 ne 1.0", false},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_strings(void)
{
    static const Truth cases[] = {
        {"\"$A\" eq \"Provisioned\"", true},
        {"\"$A\" ne \"Provisioned\"", false},
        {"\"$A\"!=\"provisioned\"", true},
        {"\"$CCERT\" eq \"Installed\"", true},
        {"\"$SWVER\" eq \"7.5.2\"", true},
        {"\"\" eq \"$F\"", true},
        {"\"$F\" ne \"\"", false},
        {"\"$(MA:0:6)\" eq \"000e08\"", true},
        {"\"a\\\"b\\\\c\\101\" eq \"a\\042b\\134cA\"", true},
        {"\"a and b\" eq \"a and b\"", true},
        {"\"01\" eq \"1\"", false},
        {"\"a\" lt \"b\"", false},
        {"\"a\" ge \"a\"", false},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_what_does_not_compare(void)
{
    static const Truth cases[] = {
        {"\"1\" eq 1", false}, {"1 ne \"2\"", false}, {"$A eq $A", false},  {"$A ne 1", false},
        {"$F eq 0", false},    {"$F ne 0", false},    {"$XYZ eq 1", false}, {"$SA eq $SA", false},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_values_are_no_structure(void)
{
    static const Truth cases[] = {
        {"\"$B\" eq \"x\"", false},
        {"$B eq 1", false},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_old_style(void)
{
    static const Truth cases[] = {
        {"! 7.5.2", false}, {"!7.5.3", true}, {"!=7.5.3", true}, {"lt 7.5.2b", true},
        {">= 7.5", true},   {"$E ! 4", true}, {"$E!3", false},   {"1 eq 1 and ! 7.5", true},
    };

    assert_truths(cases, G_N_ELEMENTS(cases));
}

static void test_errors(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "column 1: expected an integer, a version or a string in quotes"},
        {"   ", "column 4: expected an integer, a version or a string in quotes"},
        {"1", "column 2: expected a comparison (eq, ne, lt, le, gt, ge)"},
        {"1 eq", "column 5: expected an integer, a version or a string in quotes"},
        {"1 EQ 1", "column 3: expected a comparison (eq, ne, lt, le, gt, ge)"},
        {"1 == 1", "column 4: expected an integer, a version or a string in quotes"},
        {"1 eq 1 or 2 eq 2", "column 8: expected “and” or the end of the condition"},
        {"1 eq 1 And 2 eq 2", "column 8: expected “and” or the end of the condition"},
        {"1 eq 1 2", "column 8: expected “and” or the end of the condition"},
        {"1 eq 1 and", "column 11: expected an integer, a version or a string in quotes"},
        {"1 eq 1)", "column 7: expected “and” or the end of the condition"},
        {"(1 eq 1)", "column 1: expected an integer, a version or a string in quotes"},
        {"abc eq 1", "column 1: expected an integer, a version or a string in quotes"},
        {"1 eq abc", "column 6: expected an integer, a version or a string in quotes"},
        {"1 eq 1,5", "column 6: expected an integer, a version or a string in quotes"},
        {"1 eq +1", "column 6: expected an integer, a version or a string in quotes"},
        {"1 eq 1..2", "column 6: expected an integer, a version or a string in quotes"},
        {"\"a\" eq \"b", "column 10: expected the closing \" of a string"},
        {"\"€\" eq \"b", "column 10: expected the closing \" of a string"},
        {"\"a\" eq \"b\\\"", "column 12: expected the closing \" of a string"},
        {"\"\\000\" eq \"\"", "column 2: expected a byte other than \\000"},
        {"\"\\377\" eq \"\"", "column 1: expected a string of UTF-8 text"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_null(condition_parse(cases[i].text, &error));
        g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void test_column_of_an_error(void)
{
    g_autoptr(GError) error = NULL;
    guint column = 77;
    g_autoptr(Condition) good = condition_parse_column("1 eq 1", &column, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(column, ==, 77);
    g_assert_null(condition_parse_column("\"€\" eq \"b", &column, &error));
    g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
    g_assert_cmpuint(column, ==, 10);
}

static void test_comparisons_can_be_read(void)
{
    g_autoptr(Condition) condition =
        condition_parse("$UPGTMR gt 300 and \"$(A:1)\\\"\"!\"b\" and <2.0", NULL);
    const Comparison *comparison;

    g_assert_cmpuint(condition_size(condition), ==, 3);
    comparison = condition_get(condition, 0);
    g_assert_cmpstr(comparison->left.text, ==, "$UPGTMR");
    g_assert_cmpint(comparison->op, ==, CONDITION_GT);
    g_assert_cmpstr(comparison->right.text, ==, "300");
    g_assert_false(comparison->right.quoted);
    comparison = condition_get(condition, 1);
    g_assert_cmpstr(comparison->left.written, ==, "\"$(A:1)\\\"\"");
    g_assert_cmpstr(comparison->left.text, ==, "$(A:1)\"");
    g_assert_true(comparison->left.quoted);
    g_assert_cmpint(comparison->op, ==, CONDITION_NE);
    comparison = condition_get(condition, 2);
    g_assert_cmpstr(comparison->left.written, ==, "$SWVER");
    g_assert_cmpint(comparison->op, ==, CONDITION_LT);
}

static void test_trace_says_why(void)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"1 eq 2", NULL},
        {"\"1\" eq 1", "a string does not compare with a number"},
        {"\"a\" lt \"b\"", "strings are only equal or not, they have no order"},
        {"$HWVER lt 11.3", "versions of different forms do not compare"},
        {"-1 lt 1.0", "a negative number is no version"},
        {"$F lt 1", "an operand is empty where a number or version is needed"},
        {"1 lt $A", "an operand is neither a number nor a version (a string needs quotes)"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Condition) condition = condition_parse(cases[i].text, NULL);
        g_autoptr(GPtrArray) steps = condition_trace(condition, &env);
        const ConditionStep *step = g_ptr_array_index(steps, 0);

        g_assert_cmpstr(step->reason, ==, cases[i].reason);
        g_assert_false(step->result);
    }
}

static void test_trace_tells_all(void)
{
    g_autoptr(Condition) condition =
        condition_parse("$PRVTMR gt 600 and \"$A\" eq \"Provisioned\"", NULL);
    g_autoptr(GPtrArray) steps = condition_trace(condition, &env);
    const ConditionStep *step;

    g_assert_cmpuint(steps->len, ==, 2);
    step = g_ptr_array_index(steps, 0);
    g_assert_cmpstr(step->comparison->left.written, ==, "$PRVTMR");
    g_assert_cmpstr(step->left, ==, "600");
    g_assert_cmpstr(step->right, ==, "600");
    g_assert_false(step->result);
    g_assert_null(step->reason);
    step = g_ptr_array_index(steps, 1);
    g_assert_cmpstr(step->left, ==, "Provisioned");
    g_assert_true(step->result);
}

static const char *lookup_long(const char *name, void *userdata)
{
    return userdata;
}

static void test_long_operands(void)
{
    g_autofree char *value = g_strnfill(16384, 'x');
    const MacroEnv long_env = {.parameter = lookup_long, .parameter_data = value};
    g_autoptr(Condition) fits = condition_parse("\"$A$A$A$A\" eq \"$B$B$B$B\"", NULL);
    g_autoptr(Condition) long_one = condition_parse("\"$A$A$A$Ax\" eq \"$A$A$A$Ax\"", NULL);
    g_autoptr(GPtrArray) steps = condition_trace(long_one, &long_env);
    const ConditionStep *step = g_ptr_array_index(steps, 0);

    g_assert_true(condition_evaluate(fits, &long_env));
    g_assert_false(condition_evaluate(long_one, &long_env));
    g_assert_cmpstr(step->reason, ==, "an operand is too long");
    g_assert_cmpuint(strlen(step->left), ==, CONDITION_VALUE_SHOWN);
}

static void test_large_texts(void)
{
    g_autoptr(GString) text = g_string_new("1 eq 1");
    g_autoptr(GString) deep = g_string_new("$");
    g_autoptr(GError) error = NULL;

    while (text->len < 16000)
        g_string_append(text, " and 1=1");
    g_autoptr(Condition) condition = condition_parse(text->str, NULL);
    g_assert_true(condition_evaluate(condition, &env));

    while (deep->len < 16000)
        g_string_append_c(deep, '(');
    g_assert_null(condition_parse(deep->str, NULL));

    g_string_append_printf(text, "%*s", 500, "");
    g_assert_null(condition_parse(text->str, &error));
    g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
}

static void test_problems_are_known_beforehand(void)
{
    static const struct {
        const char *text;
        bool problem;
    } cases[] = {
        {"\"a\" lt \"b\"", true},
        {"\"$A\" eq 1", true},
        {"\"a\" eq \"b\"", false},
        {"$A lt $B", false},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Condition) condition = condition_parse(cases[i].text, NULL);

        g_assert_cmpint(comparison_problem(condition_get(condition, 0)) != NULL, ==,
                        cases[i].problem);
    }
}

static void test_operator_names(void)
{
    g_assert_cmpstr(condition_operator_to_string(CONDITION_EQ), ==, "eq");
    g_assert_cmpstr(condition_operator_to_string(CONDITION_NE), ==, "ne");
    g_assert_cmpstr(condition_operator_to_string(CONDITION_GE), ==, "ge");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/condition/truth/integers", test_integers);
    g_test_add_func("/condition/truth/white-space", test_white_space);
    g_test_add_func("/condition/truth/conjunctions", test_conjunctions);
    g_test_add_func("/condition/truth/timers", test_timers_compare);
    g_test_add_func("/condition/truth/versions", test_versions);
    g_test_add_func("/condition/truth/strings", test_strings);
    g_test_add_func("/condition/truth/incomparable", test_what_does_not_compare);
    g_test_add_func("/condition/truth/values", test_values_are_no_structure);
    g_test_add_func("/condition/truth/old-style", test_old_style);
    g_test_add_func("/condition/errors", test_errors);
    g_test_add_func("/condition/column", test_column_of_an_error);
    g_test_add_func("/condition/comparisons", test_comparisons_can_be_read);
    g_test_add_func("/condition/trace/why", test_trace_says_why);
    g_test_add_func("/condition/trace/all", test_trace_tells_all);
    g_test_add_func("/condition/long-operands", test_long_operands);
    g_test_add_func("/condition/large-texts", test_large_texts);
    g_test_add_func("/condition/problems", test_problems_are_known_beforehand);
    g_test_add_func("/condition/operators", test_operator_names);
    return g_test_run();
}
