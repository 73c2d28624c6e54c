/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/alias.h"
#include "core/failure.h"
#include "core/profile.h"

#include <string.h>

static AliasMap *parse_good(const char *text)
{
    g_autoptr(GError) error = NULL;
    AliasMap *map = alias_map_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(map);
    return map;
}

static Profile *read_with(const AliasMap *map, const char *text, GError **error)
{
    return profile_read(text, strlen(text), NULL, map, error);
}

static void test_foreign_document(void)
{
    static const char text[] = "<order><c:customer><c:SIP-number ua=\"ro\"> 4711\n</c:SIP-number>"
                               "<secret/><name>x</name></c:customer></order>";
    g_autoptr(AliasMap) map = parse_good("/customer/SIP-number = /flat-profile/User_ID_1_ ;"
                                         "/customer/secret = /flat-profile/Password_1_");
    g_autoptr(GError) error = NULL;
    g_autoptr(Profile) profile = read_with(map, text, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(profile_size(profile), ==, 2);
    g_assert_cmpstr(profile_item(profile, 0)->name, ==, "User_ID_1_");
    g_assert_cmpstr(profile_item(profile, 0)->value, ==, "4711");
    g_assert_cmpint(profile_item(profile, 0)->access, ==, PROFILE_ACCESS_RO);
    g_assert_cmpstr(profile_item(profile, 1)->name, ==, "Password_1_");
    g_assert_null(profile_item(profile, 1)->value);
}

static void test_within_a_flat_profile(void)
{
    g_autoptr(AliasMap) map = parse_good("/flat-profile/Old = /flat-profile/New");
    g_autoptr(Profile) profile =
        read_with(map, "<flat-profile><Old>1</Old><A>2</A></flat-profile>", NULL);

    g_assert_cmpuint(profile_size(profile), ==, 2);
    g_assert_cmpstr(profile_item(profile, 0)->name, ==, "New");
    g_assert_cmpstr(profile_item(profile, 1)->name, ==, "A");
}

static void test_nothing_matched(void)
{
    g_autoptr(AliasMap) map = parse_good("/customer/number = /flat-profile/User_ID_1_");
    g_autoptr(GError) error = NULL;

    g_assert_null(read_with(map, "<customer><name>x</name></customer>", &error));
    g_assert_error(error, FAILURE, FAILURE_CORRUPT);
    g_clear_error(&error);
    /* An element with elements in it has no value. */
    g_assert_null(read_with(map, "<customer><number>1<x/></number></customer>", &error));
    g_assert_error(error, FAILURE, FAILURE_CORRUPT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/profile-alias/foreign-document", test_foreign_document);
    g_test_add_func("/profile-alias/flat-profile", test_within_a_flat_profile);
    g_test_add_func("/profile-alias/nothing-matched", test_nothing_matched);
    return g_test_run();
}
