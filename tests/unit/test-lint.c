/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/envelope.h"
#include "core/lint.h"
#include "tests/unit/sealer.h"

#include <string.h>

#define FLAT(inside) "<flat-profile>\n" inside "\n</flat-profile>"

/* A finding each line: "LINE:COLUMN severity: message (fix)". */
static char *describe(GPtrArray *findings)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++) {
        const LintFinding *finding = g_ptr_array_index(findings, i);

        g_string_append_printf(text, "%u:%u %s: %s%s%s%s\n", finding->line, finding->column,
                               lint_severity_to_string(finding->severity), finding->message,
                               finding->fix ? " (" : "", finding->fix ? finding->fix : "",
                               finding->fix ? ")" : "");
    }
    return g_string_free(text, FALSE);
}

static char *lint_bytes(const void *bytes, size_t size, const char *key)
{
    g_autoptr(GBytes) file = g_bytes_new(bytes, size);
    g_autoptr(GPtrArray) findings = lint_profile(file, key);

    return describe(findings);
}

static char *lint_text(const char *text)
{
    return lint_bytes(text, strlen(text), NULL);
}

/* What a document is told: each expected piece in a line of its own, in this order, and no more. */
typedef struct LintCase {
    const char *document;
    const char *findings[4]; /* up to a NULL */
} LintCase;

static void assert_findings(const char *document, const char *text, const char *const *expected)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = 0;

    for (; expected[count]; count++)
        if (!lines[count] || !strstr(lines[count], expected[count]))
            g_test_fail_printf("%s\n“%s” is not where it should be in\n%s", document,
                               expected[count], text);
    if (lines[0] && *lines[count])
        g_test_fail_printf("%s\nmore findings than expected:\n%s", document, text);
}

static void check_cases(const LintCase *cases, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *text = lint_text(cases[i].document);

        assert_findings(cases[i].document, text, cases[i].findings);
    }
}

static void test_clean(void)
{
    static const LintCase cases[] = {
        {FLAT("")},
        {FLAT("<GPP_A/>")},
        {FLAT("<Resync_Periodic>1800+300,3600</Resync_Periodic>")},
        {FLAT("<Resync_Periodic>0</Resync_Periodic><Resync_On_Reset>no</Resync_On_Reset>")},
        {FLAT("<Some_Field_Of_A_Phone ua=\"rw\">x</Some_Field_Of_A_Phone>")},
        {FLAT("<Profile_Rule>https://p.example.com/$MA.xml</Profile_Rule>")},
        {FLAT("<Profile_Rule/>")},
        {FLAT("<Profile_Rule># http://u:p@x/</Profile_Rule>")},
        {FLAT(
            "<Profile_Rule>(\"$CCERT\" eq \"Installed\")? https://a/ | https://b/</Profile_Rule>")},
        {FLAT("<Resync_Trigger_1>$UPGTMR gt 300 and $PRVTMR ge 600</Resync_Trigger_1>")},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_unreadable(void)
{
    static const LintCase cases[] = {
        {"", {"1:1 error: the document ends too early"}},
        {"<flat-profile>\n<A>x</B></flat-profile>",
         {"2:7 error: mismatched tag, expected the end of <A>"}},
        {"<flat-profile>\n <A>a & b</A></flat-profile>", {"2:8 error: not well-formed"}},
        {"<config/>", {"0:0 error: no <flat-profile>"}},
        {"<!DOCTYPE flat-profile><flat-profile/>",
         {"error: a document type declaration is not allowed"}},
        {"<html><p>404</html>", {"HTML page"}},
        {"GPP_A=1\n", {"0:0 error: the file is neither XML nor gzip nor encrypted"}},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_names(void)
{
    static const LintCase cases[] = {
        {FLAT("<Resync_Peridic>1</Resync_Peridic>"),
         {"2:1 warning: Resync_Peridic is no known parameter (Resync_Periodic)"}},
        {FLAT("<Resync_At/>"),
         {"2:1 note: Resync_At is what other generations call "
          "Resync_At__HHmm_"}},
        {FLAT("<A ua=\"xx\"/>"), {"2:1 warning: A: the attribute ua=\"xx\" is ignored"}},
        {FLAT("<Résumé/>"), {"2:1 warning: the element <Résumé> is ignored"}},
        {FLAT("<A>1</A>\n  <A>2</A>\n<A/>"),
         {"2:1 warning: A is set again in line 4: this value does not count",
          "3:3 warning: A is set again in line 4: this value does not count"}},
        {FLAT("<Resync_At__HHmm_>0400</Resync_At__HHmm_>\n<Resync_At/>"),
         {"2:1 warning: Resync_At__HHmm_ is set again in line 3 as Resync_At", "3:1 note: "}},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_values(void)
{
    static const LintCase cases[] = {
        {FLAT("<Resync_On_Reset>enabled</Resync_On_Reset>"),
         {"2:1 error: Resync_On_Reset: “enabled” is not allowed, it must be Yes or No (Yes)"}},
        {FLAT("<Resync_On_Reset>maybe</Resync_On_Reset>"), {"it must be Yes or No"}},
        {FLAT("<Resync_On_Reset>\"\"</Resync_On_Reset>"), {"“” is not allowed"}},
        {FLAT("<Resync_Random_Delay>65536</Resync_Random_Delay>"), {"from 0 to 65535"}},
        {FLAT("<Resync_Periodic>3600;7200</Resync_Periodic>"), {"element 1: expected"}},
        {FLAT("<Resync_At__HHmm_>9:00</Resync_At__HHmm_>"),
         {"error: Resync_At__HHmm_: “9:00” is not allowed, it must be four digits from 0000 to "
          "2400, or empty (0900)"}},
        {FLAT("<Resync_At>400</Resync_At>"), {"note: Resync_At", "or empty (0400)"}},
        {FLAT("<Resync_At__HHmm_>960</Resync_At__HHmm_>"), {"2400, or empty\n"}},
        {FLAT("<Resync_At__HHmm_>noon</Resync_At__HHmm_>"), {"2400, or empty\n"}},
        {FLAT("<GPP_SA>********</GPP_SA>"), {"2:1 warning: GPP_SA: ******** stands in for a"}},
        /* The value that does not count is not judged */
        {FLAT("<Resync_On_Reset>x</Resync_On_Reset><Resync_On_Reset>No</Resync_On_Reset>"),
         {"set again in line 2"}},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = lint_text(cases[i].document);

        for (guint j = 0; cases[i].findings[j]; j++)
            if (!strstr(text, cases[i].findings[j]))
                g_test_fail_printf("“%s” is not in\n%s", cases[i].findings[j], text);
    }
}

static void test_consequences(void)
{
    static const LintCase cases[] = {
        {FLAT("<Provision_Enable>No</Provision_Enable>"), {"the device never resyncs again"}},
        {FLAT("<Resync_At_Random_Delay>300</Resync_At_Random_Delay>"),
         {"warning: Resync_At_Random_Delay: 300 counts as 600 s (600)"}},
        {FLAT("<Resync_At_Random_Delay>0</Resync_At_Random_Delay>")},
        {FLAT("<Resync_Periodic>3600</Resync_Periodic><Resync_At__HHmm_>0400</Resync_At__HHmm_>"),
         {"2:1 note: Resync_Periodic is ignored, because Resync_At__HHmm_ is set in line 2"}},
        {FLAT("<Resync_Periodic>3600</Resync_Periodic><Resync_At__HHmm_/>")},
        {FLAT("<Resync_Periodic>0</Resync_Periodic><Resync_At__HHmm_>0400</Resync_At__HHmm_>")},
        {FLAT("<Resync_Periodic>59</Resync_Periodic>"), {"every device calls every 59 s; many"}},
        {FLAT("<Resync_Error_Retry_Delay>600,5</Resync_Error_Retry_Delay>"),
         {"every device calls every 5 s in the end"}},
        {FLAT("<Resync_Error_Retry_Delay>5,600</Resync_Error_Retry_Delay>")},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

#define RULE(rule) FLAT("<Profile_Rule>" rule "</Profile_Rule>")

static void test_rules(void)
{
    static const LintCase cases[] = {
        {RULE("($A eq 1 https://x/"),
         {"2:1 error: Profile_Rule: in the value, column 1: expected"}},
        {RULE("ftp://x/$MA"), {"error: Profile_Rule: the URL's scheme is not http, https or tftp"}},
        {RULE("https://x:$A/"), {NULL}},
        {RULE("https://x:8080$A"), {NULL}},
        {RULE("https://[$A]/"), {NULL}},
        {RULE("https://x:99999/"), {"error: Profile_Rule: the URL"}},
        {RULE("https://x:99999$A/"), {"error: Profile_Rule: the URL"}},
        {RULE("$A://x/"), {NULL}},
        {RULE("https://x/ | https://y/"),
         {"warning: Profile_Rule: the alternative at column 14 of the value is never reached"}},
        {RULE("(\"$A\" lt \"b\")? https://x/"),
         {"warning: Profile_Rule: \"$A\" lt \"b\" is never TRUE: strings"}},
        {RULE("(\"$A\" eq 1)? https://x/"), {"a string does not compare with a number"}},
        {RULE("( Resync_Peridic = \"5\"; )!"),
         {"warning: Profile_Rule assigns to Resync_Peridic, which is no known parameter "
          "(Resync_Periodic)"}},
        {RULE("( Resync_On_Reset = \"off\"; )!"), {"it must be Yes or No (No)"}},
        {RULE("( Resync_On_Reset = \"$A\"; )!"), {NULL}},
        {FLAT("<Profile_Rule>[--alias b]https://x/</Profile_Rule>\n<GPP_B>/a = b</GPP_B>"),
         {"3:1 error: GPP_B: --alias of a rule names it; alias map, column 6: expected"}},
        {FLAT("<Resync_Trigger_1>$A gt</Resync_Trigger_1>"),
         {"2:1 error: Resync_Trigger_1: in the value, column 6: expected"}},
        {FLAT("<Resync_Trigger_1>\"a\" gt \"b\"</Resync_Trigger_1>"), {"is never TRUE"}},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_macros(void)
{
    static const LintCase cases[] = {
        {RULE("https://x/$mac.xml"),
         {"warning: Profile_Rule: $mac is no known macro, it stays as it is ($MAC)"}},
        {RULE("https://x/$(mau)"), {"$mau is no known macro, it stays as it is ($MAU)"}},
        {RULE("https://x/$MODEL$MA"), {"$MODEL is no known macro, it is $M and “ODEL”"}},
        {RULE("https://x/$(MA"), {"$(MA is not followed by “)”, nor by an offset"}},
        {RULE("https://x/$(MA:x)"), {"$(MA is not followed by “)”, nor by an offset"}},
        {RULE("https://x/$XYZ$MA"), {"Profile_Rule: $XYZ is no known macro, it stays as it is"}},
        {RULE("https://x/$YOUR_PROVISIONING_SERVER"), {"$YOUR_PROVISIONING_SERVER is no known"}},
        {RULE("https://x/$PROVISIONINGSERVER"), {"it is $P and “ROVISIONINGSERVER”"}},
        {RULE("https://x/$SA"), {"$SA is only known in the arguments of --key, --uid and --pwd"}},
        {RULE("[--key $SA]https://x/$$mac?a=5$&amp;b=$(MA:2:3)$MAX"), {NULL}},
        {FLAT("<Log_Request_Msg>$XYZ</Log_Request_Msg>"), {"Log_Request_Msg: $XYZ is no"}},
        {FLAT("<GPP_A>$XYZ</GPP_A><NAT_Keep_Alive_Msg_1_>$NOTIFY</NAT_Keep_Alive_Msg_1_>")},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_transport(void)
{
    static const LintCase cases[] = {
        {RULE("[--uid u --pwd p]http://x/"), {"2:1 warning: Profile_Rule: user name and password"}},
        {RULE("[--uid u]HTTP://x/"), {"user name and password go over http"}},
        {RULE("http://u:p@x/"), {"user name and password go over http"}},
        {RULE("[--uid u --pwd p]x/file"), {"tftp has no use for user name and password"}},
        {RULE("[--uid u --pwd p]https://x/"), {NULL}},
        {RULE("[--uid u --pwd p]$A/"), {NULL}},
        {RULE("[--uid u --pwd p]/$MA.xml"), {NULL}},
        {RULE("[--key k]http://x/"), {NULL}},
        {FLAT("<Upgrade_Rule>http://u:p@x/f.bin</Upgrade_Rule>"),
         {"Upgrade_Rule: user name and password go over http"}},
        {FLAT("<Daylight_Saving_Time_Rule>start=4/1/7;end=10/-1/7;save=1"
              "</Daylight_Saving_Time_Rule>")},
        {FLAT("<Password_1_>p</Password_1_>\n<Profile_Rule>http://x/</Profile_Rule>"),
         {"3:1 warning: Profile_Rule: a profile with secrets such as Password_1_"}},
        {FLAT("<Password_1_>p</Password_1_><Profile_Rule>[--key k]http://x/</Profile_Rule>")},
        {FLAT("<Password_1_>p</Password_1_><Profile_Rule>https://x/</Profile_Rule>"
              "<Profile_Rule_B>http://x/</Profile_Rule_B>")},
        {FLAT("<Password_1_/><Profile_Rule>http://x/</Profile_Rule>")},
        {FLAT("<IKM_HTTP_Encrypt_Content>k</IKM_HTTP_Encrypt_Content>"
              "<Profile_Rule>http://x/</Profile_Rule>")},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

/* Whatever is wrong around them, credentials are in no message. */
static void test_says_no_secret(void)
{
    static const char *const documents[] = {
        RULE("[--uid s3cret --pwd s3cret]http://s3cret:s3cret@x/$mac"),
        RULE("[--key s3cret http://x/"),
        RULE("http://u:pa$s3cret@x/"),
        RULE("http://u:p/$s3cret@x/"),
        RULE("ftp://u:s3cret@x/"),
        RULE("( Password_1_ = \"$s3cret\"; )!"),
        FLAT("<GPP_SA>********s3cret</GPP_SA><GPP_SA>$s3cret</GPP_SA>"),
        FLAT("<Admin_Password>s3cret</Admin_Password><Profile_Rule>http://x/</Profile_Rule>"),
    };

    for (guint i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_autofree char *text = lint_text(documents[i]);

        if (strstr(text, "s3cret"))
            g_test_fail_printf("%s\ntells\n%s", documents[i], text);
    }
}

static const char misspelled[] = FLAT("<Resync_Peridic>1</Resync_Peridic>");

static void test_wrapped(void)
{
    g_autoptr(GBytes) packed = sealer_gzip(misspelled, strlen(misspelled));
    g_autoptr(GBytes) sealed = sealer_seal("ikm", 64, 0, misspelled, strlen(misspelled));
    g_autoptr(GPtrArray) of_packed = lint_profile(packed, NULL);
    g_autoptr(GPtrArray) of_sealed = lint_profile(sealed, "ikm");
    g_autoptr(GPtrArray) without_key = lint_profile(sealed, NULL);
    g_autoptr(GPtrArray) wrong_key = lint_profile(sealed, "other");
    g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, g_bytes_get_size(packed) - 9);
    g_autoptr(GPtrArray) of_cut = lint_profile(cut, NULL);
    g_autofree char *plain = lint_text(misspelled), *text = describe(of_packed);
    g_autofree char *unsealed = describe(of_sealed);

    g_assert_cmpstr(text, ==, plain);
    g_assert_cmpstr(unsealed, ==, plain);
    g_assert_cmpuint(without_key->len, ==, 1);
    g_assert_cmpuint(wrong_key->len, ==, 1);
    g_assert_cmpuint(of_cut->len, ==, 1);
}

static void test_key_not_needed(void)
{
    const char *document = FLAT("<A/>");
    g_autofree char *text = lint_bytes(document, strlen(document), "key");
    g_autofree char *empty_key = lint_bytes(document, strlen(document), "");

    g_assert_cmpstr(text, ==,
                    "0:0 warning: the file is not encrypted as “openssl enc” does it; --key was "
                    "not needed\n");
    g_assert_cmpstr(empty_key, ==, "");
}

static void test_encrypted_by_itself(void)
{
    const char *document =
        FLAT("<Password_1_>p</Password_1_><Profile_Rule>http://x/</Profile_Rule>");
    g_autoptr(GBytes) sealed = sealer_seal("ikm", 4096, 0, document, strlen(document));
    g_autoptr(GPtrArray) findings = lint_profile(sealed, "ikm");

    g_assert_cmpuint(findings->len, ==, 0);
}

static char *many_elements(guint count)
{
    GString *text = g_string_new("<flat-profile>");

    for (guint i = 0; i < count; i++)
        g_string_append_printf(text, "<P%u/>", i);
    g_string_append(text, "</flat-profile>");
    return g_string_free(text, FALSE);
}

static void test_limits(void)
{
    g_autofree char *most = many_elements(16384), *too_many = many_elements(16385);
    g_autofree char *clean = lint_text(most), *found = lint_text(too_many);
    g_autofree char *large = g_strnfill(ENVELOPE_SIZE_MAX + 1, ' ');
    g_autofree char *too_large = lint_text(large);

    g_assert_cmpstr(clean, ==, "");
    g_assert_cmpstr(found, ==,
                    "0:0 error: the profile sets 16385 parameters, a device takes at most 16384\n");
    g_assert_true(g_str_has_prefix(too_large, "0:0 error: the file is larger than"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lint/clean", test_clean);
    g_test_add_func("/lint/unreadable", test_unreadable);
    g_test_add_func("/lint/names", test_names);
    g_test_add_func("/lint/values", test_values);
    g_test_add_func("/lint/consequences", test_consequences);
    g_test_add_func("/lint/rules", test_rules);
    g_test_add_func("/lint/macros", test_macros);
    g_test_add_func("/lint/transport", test_transport);
    g_test_add_func("/lint/says-no-secret", test_says_no_secret);
    g_test_add_func("/lint/wrapped", test_wrapped);
    g_test_add_func("/lint/key-not-needed", test_key_not_needed);
    g_test_add_func("/lint/encrypted-by-itself", test_encrypted_by_itself);
    g_test_add_func("/lint/limits", test_limits);
    return g_test_run();
}
