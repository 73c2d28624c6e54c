/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"

static void test_names_go_both_ways(void)
{
    for (Failure f = FAILURE_FILE_NOT_FOUND; f <= FAILURE_CANCELLED; f++) {
        Failure back = FAILURE_INTERNAL;

        g_assert_true(failure_from_string(failure_to_string(f), &back));
        g_assert_cmpint(back, ==, f);
    }
}

static void test_unknown_name_touches_nothing(void)
{
    Failure failure = FAILURE_TLS;

    g_assert_false(failure_from_string("filenotfound", &failure));
    g_assert_false(failure_from_string("", &failure));
    g_assert_false(failure_from_string(NULL, &failure));
    g_assert_cmpint(failure, ==, FAILURE_TLS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failure/names", test_names_go_both_ways);
    g_test_add_func("/failure/unknown-name", test_unknown_name_touches_nothing);
    return g_test_run();
}
