/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/secret.h"

#include <string.h>

typedef struct Case {
    const char *text, *expected;
} Case;

static void test_rules(void)
{
    static const Case cases[] = {
        {"", ""},
        {"/$PSN.xml", "/$PSN.xml"},
        {"http://h/x@y:z", "http://h/x@y:z"},
        {"($A eq 1)? http://h/x | [::1]/y", "($A eq 1)? http://h/x | [::1]/y"},
        {"[--uid U --pwd P]http://D/?mac=$MA", "[--uid ******** --pwd ********]http://D/?mac=$MA"},
        {"[ --key  \"a ] \\\" b\"  --post a ] x", "[ --key  ********  --post a ] x"},
        {"[--key $SA]x | [--key $SB]y", "[--key ********]x | [--key ********]y"},
        {"http://u:p@h/x", "http://********@h/x"},
        {"http://u:p@q@h/x?a@b", "http://********@h/x?a@b"},
        {"http://user@h/x", "http://********@h/x"},
        {"u:p@h/x", "********@h/x"},
        {"http://@h/x", "http://@h/x"},
        {"http://u:p/w@h/x", "http://********@h/x"},
        {"http://u:p?w@h/x", "http://********@h/x"},
        {"http://h:80/a@b", "http://h:80/a@b"},
        {"http://[::1]:80/a@b", "http://[::1]:80/a@b"},
        {"http://u:p@h/?next=http://v:q@i/", "http://********@h/?next=http://********@i/"},
        {"$A:$B@h/x", "********@h/x"},
        {"[--uid u]http://v:p@h/", "[--uid ********]http://********@h/"},
        {"(Password_1_ = \"x\"; a = \"y\"; GPP_SA=\"z\")! /x",
         "(Password_1_ = ********; a = \"y\"; GPP_SA=********)! /x"},
        {"(Profile_Rule_B = \"[--key k]https://h/\"; a = \"b\";)! /x",
         "(Profile_Rule_B = ********; a = \"b\";)! /x"},
        {"(Upgrade_Rule = \"(Profile_Rule_B=\\\"http://u:p@h/\\\")!\")! /x",
         "(Upgrade_Rule = ********)! /x"},
        {"(Profile_Rule_B = \"https://h/\";)! /x", "(Profile_Rule_B = \"https://h/\";)! /x"},
        {"#http://h/x", "#http://h/x"},
        {" # [--key k]http://u:p@h/", " # [--key ********]http://********@h/"},
        {"## [--key k]x", "## [--key ********]x"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *masked = secret_mask_rule(cases[i].text);

        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(masked, ==, cases[i].expected);
    }
}

static void test_what_is_no_rule(void)
{
    static const Case cases[] = {
        {"http://h/a b", "http://h/a b"},
        {"http://u:p@h/a b", "********"},
        {"[--key hush", "********"},
        {"[--keys hush]x", "********"},
        {"[ -- key hush]x", "********"},
        {"# [--pwd hush", "# ********"},
        {"(Password_1_ = \"hush\"! x", "********"},
        {"($A eq 1) http://h/x", "($A eq 1) http://h/x"},
        {"(Password_1_ = hush)! x", "********"},
        {"(SA='hush')! x", "********"},
        {"[-key hush]x", "********"},
        {"[–pwd hush]x", "********"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *masked = secret_mask_rule(cases[i].text);

        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(masked, ==, cases[i].expected);
    }
}

static void test_parameters(void)
{
    static const struct {
        const char *name, *value, *expected;
    } cases[] = {
        {"GPP_A", "http://u:p@h/", "http://u:p@h/"},
        {"GPP_SA", "x", "********"},
        {"GPP_SD", "", "********"},
        {"IKM_HTTP_Encrypt_Content", "x", "********"},
        {"Password_1_", "x", "********"},
        {"Auth_Password", "x", "********"},
        {"Profile_Rule", "[--key k]x", "[--key ********]x"},
        {"Profile_Rule_D", "http://u:p@h/", "http://********@h/"},
        {"Upgrade_Rule", "http://u:p@h/", "http://********@h/"},
        {"Custom_CA_RULE", "http://u:p@h/", "http://********@h/"},
        {"User_ID_1_", "alice@example.com", "alice@example.com"},
        {"GPP_SA", NULL, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *masked = secret_mask(cases[i].name, cases[i].value);

        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(masked, ==, cases[i].expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secret/rules", test_rules);
    g_test_add_func("/secret/no-rule", test_what_is_no_rule);
    g_test_add_func("/secret/parameters", test_parameters);
    return g_test_run();
}
