/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/checksum.h"

#include <glib.h>

/* Checksums are on disks: the values must stay what they are, on every machine. */
static void test_values_are_for_ever(void)
{
    g_assert_cmphex(checksum_text(0, ""), ==, 0xd202ef8d);
    g_assert_cmphex(checksum_text(0, "123456789"), ==, 0x00c49e49);
    g_assert_cmphex(checksum_text(0, NULL), ==, 0xff000000);
    g_assert_cmphex(checksum_number(0, G_GUINT64_CONSTANT(0x0807060504030201)), ==, 0x3fca88c5);
}

static void test_rows_that_look_alike(void)
{
    const uint32_t row = checksum_text(checksum_text(0, "ab"), "c");

    g_assert_cmphex(row, !=, checksum_text(checksum_text(0, "a"), "bc"));
    g_assert_cmphex(row, !=, checksum_text(checksum_text(0, "c"), "ab"));
    g_assert_cmphex(checksum_text(row, NULL), !=, checksum_text(row, ""));
    g_assert_cmphex(checksum_number(row, 1), !=, checksum_number(row, 256));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checksum/values", test_values_are_for_ever);
    g_test_add_func("/checksum/alike", test_rows_that_look_alike);
    return g_test_run();
}
