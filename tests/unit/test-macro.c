/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/macro.h"

#include <string.h>

static const char *lookup_parameter(const char *name, void *userdata)
{
    static const struct {
        const char *name, *value;
    } values[] = {
        {"GPP_A", "ABCDEF"},     {"GPP_B", "$MA $$ $(A)"}, {"GPP_C", "grüße, 世界"},
        {"GPP_P", "last"},       {"GPP_SA", "secret"},     {"GPP_SD", "other"},
        {"User_ID_1_", "alice"}, {"User_ID_12_", "bob"},   {"User_ID_64_", "carol"},
        {"GPP_D", "\xff\xfe"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    return NULL;
}

static int64_t get_line_timer(unsigned line, void *userdata)
{
    return (int64_t)line * 100;
}

static const MacroEnv full_env = {
    .mac = "000e08abcdef",
    .vendor = "Acme",
    .product_name = "CP-8851",
    .product_series = "8851",
    .serial = "SN123",
    .software_version = "11-3-2MPP0001-609",
    .hardware_version = "V01",
    .ip = "192.0.2.7",
    .external_ip = "198.51.100.1",
    .client_certificate = true,
    .parameter = lookup_parameter,
    .provisioning_state = -1,
    .upgrade_state = 2,
    .upgrade_error = "no space",
    .provisioning_timer = 700,
    .upgrade_timer = G_MAXINT64,
    .line_timer = get_line_timer,
    .scheme = "https",
    .server = "p.example.com",
    .server_ip = "192.0.2.1",
    .path = "/x/8851.xml",
    .error = "FileNotFound",
    .port = 443,
};

typedef struct Case {
    const char *text, *expected;
} Case;

static void check_cases(const Case *cases, guint count, const MacroEnv *env, MacroFlags flags)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *expanded = macro_expand(cases[i].text, env, flags);

        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(expanded, ==, cases[i].expected);
    }
}

static void test_every_name(void)
{
    static const Case cases[] = {
        {"$A", "ABCDEF"},
        {"$GPP_A", "ABCDEF"},
        {"$P", "last"},
        {"$GPP_P", "last"},
        {"$MA", "000e08abcdef"},
        {"$MAU", "000E08ABCDEF"},
        {"$MAC", "00:0e:08:ab:cd:ef"},
        {"$PN", "CP-8851"},
        {"$PSN", "8851"},
        {"$SN", "SN123"},
        {"$CCERT", "Installed"},
        {"$IP", "192.0.2.7"},
        {"$EXTIP", "198.51.100.1"},
        {"$SWVER", "11-3-2MPP0001-609"},
        {"$HWVER", "V01"},
        {"$VERSION", "Acme-CP-8851/11-3-2MPP0001-609"},
        {"$PRVST", "-1"},
        {"$UPGST", "2"},
        {"$UPGERR", "no space"},
        {"$PRVTMR", "700"},
        {"$UPGTMR", "9223372036854775807"},
        {"$REGTMR1", "100"},
        {"$REGTMR64", "6400"},
        {"$UPGCOND", "true"},
        {"$SCHEME", "https"},
        {"$METH", "https"},
        {"$SERV", "p.example.com"},
        {"$SERVIP", "192.0.2.1"},
        {"$PORT", "443"},
        {"$PATH", "/x/8851.xml"},
        {"$ERR", "FileNotFound"},
        {"$UID1", "alice"},
        {"$UID12", "bob"},
        {"$UID64", "carol"},
        {"$EMS", ""},
        {"$ISCUST", "0"},
    };

    check_cases(cases, G_N_ELEMENTS(cases), &full_env, MACRO_NONE);
}

static void test_forms(void)
{
    static const Case cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"$(A)", "ABCDEF"},
        {"$(A:2)", "CDEF"},
        {"$(A:2:3)", "CDE"},
        {"$(A:0:6)", "ABCDEF"},
        {"$(A:5:9)", "F"},
        {"$(A:6)", ""},
        {"$(A:7:2)", ""},
        {"$(A:0:0)", ""},
        {"$(A:00002:01)", "C"},
        {"$(A:99999999999999999999999999)", ""},
        {"$(A:1:99999999999999999999999999)", "BCDEF"},
        {"$(A:4294967296:1)", ""},
        {"$(A:18446744073709551617:1)", ""}, /* 2^64 + 1 */
        {"$(C:2:3)", "üße"},
        {"$(C:7)", "世界"},
        {"$(C:8:1)", "界"},
        {"$(D:0:1)|", "\xff|"},
        {"$$", "$"},
        {"$$MA", "$MA"},
        {"$$$MA", "$000e08abcdef"},
        {"$$$$", "$$"},
        {"$MAU.cfg", "000E08ABCDEF.cfg"},
        {"$MAX", "000e08abcdefX"},
        {"$MACU", "00:0e:08:ab:cd:efU"},
        {"$SERVER", "p.example.comER"},
        {"$UID123", "bob3"},
        {"$UID65", "5"},         /* UID6, which has no value, and "5" */
        {"$REGTMR100", "10000"}, /* REGTMR10 and "0" */
        {"/$PSN.xml", "/8851.xml"},
        {"$MA$MA", "000e08abcdef000e08abcdef"},
        {"$(UID12:1)", "ob"},
        {"$(PRVTMR:0:1)", "7"},
    };

    check_cases(cases, G_N_ELEMENTS(cases), &full_env, MACRO_NONE);
}

static void test_what_is_unknown_stays(void)
{
    static const char *const texts[] = {
        "$",          "a$",        "$ MA",        "$ma",     "$ma1",      "$XYZ",      "$(XYZ)",
        "$(MAX)",     "$(",        "$()",         "$(MA",    "$(MA:",     "$(MA:)",    "$(MA:1",
        "$(MA:1:",    "$(MA:1:)",  "$(MA:x)",     "$(A:-1)", "$(A: 1)",   "$( A)",     "$(A )",
        "$(A:1:2:3)", "$UID0",     "$UID01",      "$REGTMR", "$REGTMR0",  "$UID",      "$SA",
        "$SD",        "$(SA)",     "$(UID65)",    "$gpp_A",  "$(GPP_SA)", "$(A:1:-1)", "${MA}",
        "$1",         "$\xc3\xa4", "$(REGTMR65)",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *expanded = macro_expand(texts[i], &full_env, MACRO_NONE);

        g_assert_cmpstr(expanded, ==, texts[i]);
    }
}

static void test_a_broken_form_does_not_hide_the_next(void)
{
    static const Case cases[] = {
        {"$(MA:1:$PSN)", "$(MA:1:8851)"},
        {"$($PSN)", "$(8851)"},
        {"$($$", "$($"},
    };

    check_cases(cases, G_N_ELEMENTS(cases), &full_env, MACRO_NONE);
}

static void test_secrets_need_their_flag(void)
{
    static const Case cases[] = {
        {"$SA", "secret"}, {"$(SA:0:3)", "sec"}, {"$SD$A", "otherABCDEF"},
        {"$SB", ""},       {"$SE", "$SE"},
    };

    check_cases(cases, G_N_ELEMENTS(cases), &full_env, MACRO_SECRETS);
}

static void test_one_pass_only(void)
{
    static const Case cases[] = {{"$B", "$MA $$ $(A)"}, {"$$B", "$B"}, {"$$$$B", "$$B"}};

    check_cases(cases, G_N_ELEMENTS(cases), &full_env, MACRO_NONE);
}

static void test_nothing_known(void)
{
    static const MacroEnv env = {0};
    static const Case cases[] = {
        {"$MA$MAU$MAC$PN$PSN$SN$IP$EXTIP$SWVER$HWVER$UPGERR$SCHEME$SERV$SERVIP$PORT$PATH$ERR", ""},
        {"$A$GPP_B$UID1$EMS", ""},
        {"$CCERT", "Not Installed"},
        {"$VERSION", "/"},
        {"$PRVST $UPGST $PRVTMR $UPGTMR $REGTMR3", "0 0 0 0 0"},
        {"$(MA:3:2)", ""},
    };

    check_cases(cases, G_N_ELEMENTS(cases), &env, MACRO_NONE);
}

static void test_version_without_vendor(void)
{
    static const MacroEnv env = {.vendor = "", .product_name = "P1", .software_version = "2.0"};
    static const Case cases[] = {{"$VERSION ($MA)", "P1/2.0 ()"}};

    check_cases(cases, G_N_ELEMENTS(cases), &env, MACRO_NONE);
}

static const char *override_value(const char *name, void *userdata)
{
    return strcmp(name, userdata) == 0 ? "given" : NULL;
}

static void test_values_given_by_hand_come_first(void)
{
    static char name[] = "REGTMR2";
    static const MacroEnv env = {.override = override_value, .override_data = name};
    static const Case cases[] = {
        {"$REGTMR2 $REGTMR1", "given 0"}, {"$(REGTMR2:1:2)", "iv"}, {"$XYZ", "$XYZ"}};

    check_cases(cases, G_N_ELEMENTS(cases), &env, MACRO_NONE);
}

static const char *lookup_long(const char *name, void *userdata)
{
    return userdata;
}

static void test_the_result_is_bounded(void)
{
    g_autofree char *value = g_strnfill(16384 - 3, 'x');
    g_autofree char *whole = g_strconcat(value, "\xe2\x82\xac", NULL);
    const MacroEnv env = {.parameter = lookup_long, .parameter_data = whole};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *cut = NULL, *odd = NULL;

    g_assert_true(macro_expand_to(out, "$A$A$A$A", &env, MACRO_NONE));
    g_assert_cmpuint(out->len, ==, MACRO_EXPANSION_MAX);
    g_assert_false(macro_expand_to(out, "x", &env, MACRO_NONE));
    g_assert_cmpuint(out->len, ==, MACRO_EXPANSION_MAX);

    cut = macro_expand("$A$A$A$A$A$A", &env, MACRO_NONE);
    g_assert_cmpuint(strlen(cut), ==, MACRO_EXPANSION_MAX);

    /* One byte in front, and the last character does not fit any more */
    odd = macro_expand("-$A$A$A$A", &env, MACRO_NONE);
    g_assert_cmpuint(strlen(odd), ==, MACRO_EXPANSION_MAX - 2);
    g_assert_true(g_utf8_validate(odd, -1, NULL));
}

static void test_listing(void)
{
    const char *cursor = "x $$A $(REGTMR12:1) $SA$QUX$MAU $UID3$";
    static const MacroUse expected[] = {
        {.name = "REGTMR12", .timer = MACRO_TIMER_LINE, .line = 12},
        {.name = "SA", .parameter = "GPP_SA", .secret = true},
        {.name = "MAU"},
        {.name = "UID3", .parameter = "User_ID_3_", .line = 3},
    };
    MacroUse use;

    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_true(macro_next(&cursor, &use));
        g_assert_cmpstr(use.name, ==, expected[i].name);
        g_assert_cmpstr(use.parameter, ==, expected[i].parameter);
        g_assert_cmpint(use.timer, ==, expected[i].timer);
        g_assert_cmpuint(use.line, ==, expected[i].line);
        g_assert_cmpint(use.secret, ==, expected[i].secret);
    }
    g_assert_false(macro_next(&cursor, &use));
    g_assert_cmpstr(use.name, ==, "UID3");
    g_assert_cmpstr(cursor, ==, "");
}

static void test_timers(void)
{
    static const struct {
        const char *text;
        bool is;
    } cases[] = {
        {"$PRVTMR", true},   {"$(UPGTMR)", true}, {"$REGTMR3", true},
        {"$PRVTMRS", false}, {"1$PRVTMR", false}, {"$(PRVTMR:0:9)", false},
        {"$$PRVTMR", false}, {"$PRVST", false},   {"600", false},
        {"", false},         {"$REGTMR", false},  {"$PRVTMR$UPGTMR", false},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        MacroUse use = {.line = 77};

        g_assert_cmpint(macro_is_timer(cases[i].text, &use), ==, cases[i].is);
        g_assert_cmpint(use.timer != MACRO_TIMER_NONE, ==, cases[i].is);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/macro/names", test_every_name);
    g_test_add_func("/macro/forms", test_forms);
    g_test_add_func("/macro/unknown", test_what_is_unknown_stays);
    g_test_add_func("/macro/broken-form", test_a_broken_form_does_not_hide_the_next);
    g_test_add_func("/macro/secrets", test_secrets_need_their_flag);
    g_test_add_func("/macro/one-pass", test_one_pass_only);
    g_test_add_func("/macro/nothing-known", test_nothing_known);
    g_test_add_func("/macro/version-without-vendor", test_version_without_vendor);
    g_test_add_func("/macro/override", test_values_given_by_hand_come_first);
    g_test_add_func("/macro/bounded", test_the_result_is_bounded);
    g_test_add_func("/macro/listing", test_listing);
    g_test_add_func("/macro/timers", test_timers);
    return g_test_run();
}
