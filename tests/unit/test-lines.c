/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/lines.h"

#include <glib.h>

static void test_one_client_is_enough(void)
{
    Lines *lines = lines_new();

    lines_set(lines, ":1.1", LINE_ACTIVE, 1, true);
    lines_set(lines, ":1.2", LINE_ACTIVE, 1, true);
    lines_set(lines, ":1.2", LINE_ACTIVE, LINES_MAX, true);
    g_assert_cmphex(lines_get(lines, LINE_ACTIVE), ==, UINT64_C(1) << 63 | 1);
    g_assert_cmphex(lines_get(lines, LINE_HAS_REGISTRATION), ==, 0);

    lines_set(lines, ":1.1", LINE_ACTIVE, 1, false);
    g_assert_cmphex(lines_get(lines, LINE_ACTIVE), ==, UINT64_C(1) << 63 | 1);
    lines_set(lines, ":1.2", LINE_ACTIVE, 1, false);
    g_assert_cmphex(lines_get(lines, LINE_ACTIVE), ==, UINT64_C(1) << 63);
    lines_free(lines);
}

static void test_who_leaves_takes_back_all(void)
{
    Lines *lines = lines_new();

    lines_set(lines, ":1.1", LINE_ACTIVE, 2, true);
    lines_set(lines, ":1.1", LINE_HAS_REGISTRATION, 3, true);
    lines_set(lines, ":1.2", LINE_HAS_REGISTRATION, 4, true);
    lines_drop(lines, ":1.1");
    lines_drop(lines, ":1.9");
    g_assert_cmphex(lines_get(lines, LINE_ACTIVE), ==, 0);
    g_assert_cmphex(lines_get(lines, LINE_HAS_REGISTRATION), ==, 1 << 3);
    lines_free(lines);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lines/one-client-is-enough", test_one_client_is_enough);
    g_test_add_func("/lines/leaving", test_who_leaves_takes_back_all);
    return g_test_run();
}
