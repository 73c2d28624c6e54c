/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/fields.h"
#include "cli/table.h"
#include "cli/text.h"

#include <locale.h>
#include <string.h>

static void add_row(Table *table, const char *first, const char *second, const char *third)
{
    table_add(table, STYLE_PLAIN, first);
    table_add(table, STYLE_PLAIN, second);
    table_add(table, STYLE_PLAIN, third);
}

static void test_columns(void)
{
    g_autoptr(Table) table = table_new(3);
    g_autofree char *text = NULL;

    table_add_titles(table, "Name", "Value", "Source");
    add_row(table, "設定", "x", "local");
    add_row(table, "a", "", "");
    text = table_format(table, 0, false);
    g_assert_cmpstr(text, ==,
                    "Name  Value  Source\n"
                    "設定  x      local\n"
                    "a\n");
}

/* One long value is whole where nothing is cut, and does not widen all other rows. */
static void test_long_value(void)
{
    g_autofree char *value = g_strnfill((gsize)16 * 1024, 'x');
    g_autoptr(Table) table = table_new(3);
    g_autofree char *text = NULL;

    add_row(table, "long", value, "local");
    for (unsigned i = 0; i < 1000; i++)
        add_row(table, "a", "b", "local");
    text = table_format(table, 0, false);
    g_assert_nonnull(strstr(text, "x  local\n"));
    g_assert_cmpuint(strspn(text + strlen("long  "), "x"), ==, 16 * 1024);
    g_assert_cmpuint(strlen(text), <, 300 * 1024);
}

/* The widest gives way first, and no line is wider than the terminal. */
static void test_narrow(void)
{
    g_autoptr(Table) table = table_new(3);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    add_row(table, "Profile_Rule", "https://provisioning.example.com/設定/profile.xml", "profile");
    text = table_format(table, 40, false);
    g_assert_cmpstr(text, ==, "Profile_Rule  https://provisio…  profile\n");
    add_row(table, "x", "設定設定設定設定設定設定設定設定設定", "local");
    g_clear_pointer(&text, g_free);
    text = table_format(table, 40, false);
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        g_assert_cmpuint(text_width(*line), <=, 40);
}

/* An elastic column gives way before a wider one that is not. */
static void test_elastic(void)
{
    g_autoptr(Table) table = table_new(3);
    g_autofree char *some = NULL;
    g_autofree char *more = NULL;

    table_set_elastic(table, 2);
    add_row(table, "2026-11-22 13:16:10", "x", "Unreachable: no");
    some = table_format(table, 32, false);
    g_assert_cmpstr(some, ==, "2026-11-22 13:16:10  x  Unreach…\n");
    more = table_format(table, 26, false);
    g_assert_cmpstr(more, ==, "2026-11-22 13:16…  x  Unr…\n");
}

/* A terminal that is too narrow for anything still gets something to read. */
static void test_minimum(void)
{
    g_autoptr(Table) table = table_new(3);
    g_autofree char *text = NULL;

    add_row(table, "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cc");
    text = table_format(table, 1, false);
    g_assert_cmpstr(text, ==, "aaa…  bbb…  cc\n");
}

static void test_color(void)
{
    g_autoptr(Table) table = table_new(2);
    g_autofree char *text = NULL;

    table_add(table, STYLE_BAD, "no");
    table_add(table, STYLE_GOOD, "");
    table_add(table, STYLE_PLAIN, "maybe");
    table_add(table, STYLE_GOOD, "\033[31mred");
    text = table_format(table, 0, true);
    g_assert_cmpstr(text, ==,
                    "\033[1;31mno\033[0m\n"
                    "maybe  \033[32m\uFFFD[31mred\033[0m\n");
}

static void test_empty(void)
{
    g_autoptr(Table) table = table_new(2);
    g_autofree char *text = table_format(table, 80, true);

    g_assert_cmpstr(text, ==, "");
}

static void test_fields(void)
{
    g_autoptr(Fields) fields = fields_new();
    g_autofree char *text = NULL, *narrow = NULL;

    fields_add(fields, "State", STYLE_PLAIN, "idle");
    fields_add(fields, "設定設定", STYLE_PLAIN, "one two three four");
    fields_add(fields, "", STYLE_PLAIN, "more");
    fields_add(fields, "Gone", STYLE_PLAIN, NULL);
    fields_add(fields, "Empty", STYLE_PLAIN, "");
    text = fields_format(fields, 26, false);
    g_assert_cmpstr(text, ==,
                    "State     idle\n"
                    "設定設定  one two three\n"
                    "          four\n"
                    "          more\n"
                    "Empty\n");
    narrow = fields_format(fields, 20, false);
    g_assert_cmpstr(narrow, ==,
                    "State\n"
                    "  idle\n"
                    "設定設定\n"
                    "  one two three four\n"
                    "  more\n"
                    "Empty\n");
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/columns", test_columns);
    g_test_add_func("/table/long-value", test_long_value);
    g_test_add_func("/table/narrow", test_narrow);
    g_test_add_func("/table/elastic", test_elastic);
    g_test_add_func("/table/minimum", test_minimum);
    g_test_add_func("/table/color", test_color);
    g_test_add_func("/table/fields", test_fields);
    g_test_add_func("/table/empty", test_empty);
    return g_test_run();
}
