/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/condition.h"
#include "tests/fuzz/fuzz.h"

/* The short answer and the one for people are the same. */
static void check_trace(const Condition *condition)
{
    g_autoptr(GPtrArray) steps = condition_trace(condition, &fuzz_env);
    bool all = true;

    g_assert_cmpuint(steps->len, ==, condition_size(condition));
    for (guint i = 0; i < steps->len; i++) {
        const ConditionStep *step = g_ptr_array_index(steps, i);

        g_assert_true(step->comparison == condition_get(condition, i));
        g_assert_cmpuint(g_utf8_strlen(step->left, -1), <=, CONDITION_VALUE_SHOWN + 1);
        if (comparison_problem(step->comparison) || step->reason)
            g_assert_false(step->result);
        all = all && step->result;
    }
    g_assert_cmpint(all, ==, condition_evaluate(condition, &fuzz_env));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(Condition) condition = condition_parse(text, &error);

    if (!condition) {
        fuzz_check_error(error, text);
        return 0;
    }
    g_assert_no_error(error);
    g_assert_cmpuint(condition_size(condition), >, 0);
    check_trace(condition);
    return 0;
}
