/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/alias.h"
#include "core/failure.h"
#include "tests/unit/assert-failure.h"

#include <string.h>

static AliasMap *parse_good(const char *text)
{
    g_autoptr(GError) error = NULL;
    AliasMap *map = alias_map_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(map);
    return map;
}

static const char *find(const AliasMap *map, const char *path)
{
    return alias_map_find(map, path, strlen(path));
}

static void assert_refused(const char *text, const char *message)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(alias_map_parse(text, &error));
    assert_failure(error, FAILURE_INVALID_RULE, message);
}

static void test_tail_of_path(void)
{
    g_autoptr(AliasMap) map = parse_good("/customer/SIP-number = /flat-profile/User_ID_1_ ;"
                                         "/secret=/flat-profile/Password_1_;"
                                         "/other/secret = /flat-profile/Never_;");

    g_assert_cmpstr(find(map, "/customer/SIP-number"), ==, "User_ID_1_");
    g_assert_cmpstr(find(map, "/order/customer/SIP-number"), ==, "User_ID_1_");
    g_assert_cmpstr(find(map, "/other/secret"), ==, "Password_1_");
    g_assert_null(find(map, "/SIP-number"));
    g_assert_null(find(map, "/xcustomer/SIP-number"));
    g_assert_null(find(map, "/customer/SIP-number/x"));
    g_assert_null(find(map, "/customer/sip-number"));
    g_assert_null(find(map, ""));
}

static void test_spelling(void)
{
    g_autoptr(AliasMap) open = parse_good("  /a = /flat-profile/A\n;\n/b=/flat-profile/B");
    g_autoptr(AliasMap) closed = parse_good("/a=/flat-profile/A;\n");

    g_assert_cmpstr(find(open, "/b"), ==, "B");
    g_assert_cmpstr(find(closed, "/a"), ==, "A");
}

static void test_refused(void)
{
    assert_refused("", "column 1: expected the path of an element");
    assert_refused("a = /flat-profile/A", "column 1: expected the path of an element");
    assert_refused("/a/ = /flat-profile/A", "column 1");
    assert_refused("/a//b = /flat-profile/A", "column 1");
    assert_refused("/a /flat-profile/A", "column 4: expected “=”");
    assert_refused("/a = A", "column 6: expected /flat-profile/ and the name of a parameter");
    assert_refused("/a = /flat-profile/1A", "column 6");
    assert_refused("/a = /flat-profile/", "column 6");
    assert_refused("/a = /flat-profile/A /b", "column 22: expected “;” or the end");
    assert_refused("/ä = /flat-profile/A /b", "column 22: expected “;” or the end");
    assert_refused("/a = /flat-profile/A;;", "column 22: expected the path");
}

static void test_entry_count(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < ALIAS_MAX; i++)
        g_string_append_printf(text, "/e%u = /flat-profile/P%u;", i, i);
    g_autoptr(AliasMap) map = parse_good(text->str);
    g_assert_cmpstr(find(map, "/e29"), ==, "P29");

    g_string_append(text, "/e = /flat-profile/P;");
    assert_refused(text->str, "30 entries are allowed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alias/tail", test_tail_of_path);
    g_test_add_func("/alias/spelling", test_spelling);
    g_test_add_func("/alias/refused", test_refused);
    g_test_add_func("/alias/count", test_entry_count);
    return g_test_run();
}
