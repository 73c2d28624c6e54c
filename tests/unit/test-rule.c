/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"
#include "core/rule.h"

#include <string.h>

static const char *lookup_parameter(const char *name, void *userdata)
{
    static const struct {
        const char *name, *value;
    } values[] = {
        {"GPP_A", "Provisioned"},
        {"GPP_B", "7"},
        {"GPP_C", "a b|[--key x]\"?"},
        {"GPP_D", "https://u:p@d.example.com:8443"},
        {"GPP_E", "mac=$MA&sn=$SN"},
        {"GPP_F", "/customer/SIP-number = /flat-profile/User_ID_1_ ;"},
        {"GPP_SA", "hush"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    return NULL;
}

static const MacroEnv env = {
    .mac = "000e08abcdef",
    .product_name = "P1",
    .product_series = "8851",
    .serial = "SN1",
    .software_version = "7.5.2",
    .client_certificate = true,
    .parameter = lookup_parameter,
    .provisioning_timer = 600,
};

/* An alternative as a line: what it has, in the order of the grammar. */
static void append_alternative(GString *out, const RuleAlternative *alternative)
{
    if (alternative->condition)
        g_string_append_printf(out, "%u?", condition_size(alternative->condition));
    for (guint i = 0; i < alternative->assignments->len; i++) {
        const RuleAssignment *assignment = g_ptr_array_index(alternative->assignments, i);

        g_string_append_printf(out, "%s=%s;", assignment->name, assignment->value);
    }
    if (alternative->key)
        g_string_append_printf(out, "<key %s>", alternative->key);
    if (alternative->uid)
        g_string_append_printf(out, "<uid %s>", alternative->uid);
    if (alternative->pwd)
        g_string_append_printf(out, "<pwd %s>", alternative->pwd);
    if (alternative->post)
        g_string_append_printf(out, "<post %c>", alternative->post);
    if (alternative->alias)
        g_string_append_printf(out, "<alias %c>", alternative->alias);
    g_string_append(out, alternative->url ? alternative->url : "-");
}

static char *describe_rule(const Rule *rule)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < rule_size(rule); i++) {
        g_string_append(out, i > 0 ? " | " : "");
        append_alternative(out, rule_get(rule, i));
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *text, *expected;
} Structure;

static void assert_structure(const Structure *structure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Rule) rule = rule_parse(structure->text, &error);
    g_autofree char *found = NULL;
    g_autofree char *shown = g_strescape(structure->text, NULL);

    g_test_message("%s", shown);
    g_assert_no_error(error);
    found = describe_rule(rule);
    g_assert_cmpstr(found, ==, structure->expected);
}

static void test_urls_alone(void)
{
    static const Structure cases[] = {
        {"", ""},
        {"  \t ", ""},
        {"#http://h/x", ""},
        {"  # ([", ""},
        {"/$PSN.xml", "/$PSN.xml"},
        {" http://h/x ", "http://h/x"},
        {"http://h/x|http://h/y", "http://h/x | http://h/y"},
        {"http://h/x?a=b&c=d;e,f", "http://h/x?a=b&c=d;e,f"},
        {"http://h/$(MA:6:6).xml", "http://h/$(MA:6:6).xml"},
        {"http://h/$(MA:1:", "http://h/$(MA:1:"},
        {"http://h/ä\xff", "http://h/ä\xff"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_structure(&cases[i]);
}

static void test_conditions(void)
{
    static const Structure cases[] = {
        {"($A eq 1)?http://h/x", "1?http://h/x"},
        {" ( $A eq 1 and $B eq 2 ) ? http://h/x", "2?http://h/x"},
        {"(\"$A\" eq \"a|b)?(\")?x|y", "1?x | y"},
        {"($(A:1:2) eq 2.0.3(0412s))? x", "1?x"},
        {"(!1.0.33)? x | y", "1?x | y"},
        {"($A eq 1)?", "1?-"},
        {"($A eq 1)? | y", "1?- | y"},
        {"x |", "x | -"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_structure(&cases[i]);
}

static void test_assignments(void)
{
    static const Structure cases[] = {
        {"( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )!",
         "User_ID_1_=uid$B;GPP_C=;GPP_D=$MA;-"},
        {"(a=\"1\")! x", "GPP_A=1;x"},
        {"(p=\"1\";q=\"2\";A=\"3\")! x", "GPP_P=1;q=2;A=3;x"},
        {"()! x", "x"},
        {"(Log_Resync_Request_Msg=\"x\")!", "Log_Request_Msg=x;-"},
        {"(a=\"|;)!\\\"\\\\\\012\\q\")! x", "GPP_A=|;)!\"\\\n\\q;x"},
        {"($A eq 1)? (a=\"1\")! x", "1?GPP_A=1;x"},
        {"( $A eq 1 ) ? ( a = \"1\" ) ! [ --key k ] x", "1?GPP_A=1;<key k>x"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_structure(&cases[i]);
}

static void test_options(void)
{
    static const Structure cases[] = {
        {"[--key k]x", "<key k>x"},
        {"[--key \"k ]\\\"\\\\\\101|\" --uid u --pwd p]x", "<key k ]\"\\A|><uid u><pwd p>x"},
        {"[--pwd Secr3t&3#|\"]x", "<pwd Secr3t&3#|\">x"},
        {"[--post a --alias P]x", "<post A><alias P>x"},
        {"[--key a --key b]x", "<key b>x"},
        {"[--pwd \"\"]x", "<pwd >x"},
        {"[--key $(SA:0:4)]x", "<key $(SA:0:4)>x"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_structure(&cases[i]);
}

static void test_brackets_that_are_no_options(void)
{
    static const Structure cases[] = {
        {"[::1]/x", "[::1]/x"},
        {"[--key k][::1]:69/x", "<key k>[::1]:69/x"},
        {"http://[::1]/x|y", "http://[::1]/x | y"},
        {"http://h/[a|b]/\"c|d\"|y", "http://h/[a|b]/\"c|d\" | y"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_structure(&cases[i]);
}

/* Rules as the vendor's guides and servers in the field have them. */
static void test_rules_of_the_field(void)
{
    static const struct {
        const char *text, *structure, *url; /* url: of the alternative that is taken, or "-" */
    } cases[] = {
        {"[--uid U --pwd P]http://D/app/provision/?mac=$MA",
         "<uid U><pwd P>http://D/app/provision/?mac=$MA",
         "http://D/app/provision/?mac=000e08abcdef"},
        {"($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | [--post a] http://p.tel.com/lost-reg?",
         "1?http://p.tel.com/has-reg.cfg | <post A>http://p.tel.com/lost-reg?",
         "http://p.tel.com/has-reg.cfg"},
        {"(\"$CCERT\" eq \"Installed\")? https://p.tel.com/config? | "
         "https://p.tel.com/config?cisco$MAU",
         "1?https://p.tel.com/config? | https://p.tel.com/config?cisco$MAU",
         "https://p.tel.com/config?"},
        {"(\"$A\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! https://p.tel.com/init-prov | "
         "https://p.tel.com/configs",
         "1?Line_Enable_1_=No;https://p.tel.com/init-prov | https://p.tel.com/configs",
         "https://p.tel.com/configs"},
        {"[--alias b] https://p.tel.com/account/$PN$MA.xml",
         "<alias B>https://p.tel.com/account/$PN$MA.xml",
         "https://p.tel.com/account/P1000e08abcdef.xml"},
        {"($SWVER lt 7.5.2b) ? http://S/a.bin | http://S/b.bin",
         "1?http://S/a.bin | http://S/b.bin", "http://S/a.bin"},
        {"( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )!",
         "User_ID_1_=uid$B;GPP_C=;GPP_D=$MA;-", "-"},
        {"[--uid v3 --pwd Secr3t&3]http://pbx.example.net/app/provision/?mac=$MA",
         "<uid v3><pwd Secr3t&3>http://pbx.example.net/app/provision/?mac=$MA",
         "http://pbx.example.net/app/provision/?mac=000e08abcdef"},
        {"/$PSN.xml", "/$PSN.xml", "tftp://prov.example.com/8851.xml"},
        {"tftp://192.0.2.5/$MAU.cfg", "tftp://192.0.2.5/$MAU.cfg",
         "tftp://192.0.2.5/000E08ABCDEF.cfg"},
        {"$D/$B", "$D/$B", "https://d.example.com:8443/7"},
        {"(! 7.5.2)? /new | /same", "1?/new | /same", "tftp://prov.example.com/same"},
        {"($B lt 7)? /a | ($B gt 7)? /b", "1?/a | 1?/b", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rule) rule = rule_parse(cases[i].text, NULL);
        g_autofree char *structure = describe_rule(rule);
        const RuleAlternative *taken = rule_select(rule, &env);

        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(structure, ==, cases[i].structure);
        if (taken && taken->url) {
            g_autoptr(RuleRequest) request =
                rule_request_new(taken, &env, "prov.example.com", NULL);

            g_assert_cmpstr(request->url->text, ==, cases[i].url);
        } else {
            g_assert_cmpstr(taken ? "-" : NULL, ==, cases[i].url);
        }
    }
}

static void test_errors(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"http://h/a b", "column 12: expected | or the end of the rule"},
        {"http://hush/ä b", "column 15: expected | or the end of the rule"},
        {"a | b c", "column 7: expected | or the end of the rule"},
        {"http://[::1/x", "column 8: expected a ] for this ["},
        {"http://h/\"a|b", "column 10: expected a second \""},
        {"($A eq 1", "column 1: expected a ) for this ("},
        {"($A eq \")\" ? x", "column 1: expected a ) for this ("},
        {"($A eq 1) x", "column 11: expected ? after a condition, or ! after assignments"},
        {"($A eq 1)", "column 10: expected ? after a condition, or ! after assignments"},
        {"($A eq 1)?($A eq 1)? x", "column 20: expected ! after the assignments"},
        {"(a=\"\")!($A eq 1)? x", "column 8: expected options, a URL or |"},
        {"(a=\"\")!(a=\"\")! x", "column 8: expected options, a URL or |"},
        {"()? x", "column 2: expected an integer, a version or a string in quotes"},
        {"x | ($A eq hush)? x", "column 12: expected an integer, a version or a string in quotes"},
        {"($A eq 1 | 2)? x", "column 10: expected “and” or the end of the condition"},
        {"($A eq 1)! x", "column 2: expected the name of a parameter"},
        {"(a \"1\")! x", "column 4: expected = after the name"},
        {"(a = hush)! x", "column 6: expected a value in quotes"},
        {"(a = )! x", "column 6: expected a value in quotes"},
        {"(1a = \"\")! x", "column 2: expected the name of a parameter"},
        {"(a = \"1\" b = \"2\")! x", "column 10: expected ; or ) after the value"},
        {"(;)! x", "column 2: expected the name of a parameter"},
        {"(a=\"\\377\")! x", "column 4: expected a value of UTF-8 text"},
        {"(a=\"\\000\")! x", "column 5: expected a byte other than \\000"},
        {"[--key k](x", "column 10: expected options, a URL or |"},
        {"[--key]x", "column 7: expected an argument of --key"},
        {"[--key --uid u]x", "column 8: expected an argument of --key"},
        {"[--key", "column 7: expected an argument of --key"},
        {"[--key hush", "column 12: expected --key, --uid, --pwd, --post, --alias or ]"},
        {"[--key hush x]y", "column 13: expected --key, --uid, --pwd, --post, --alias or ]"},
        {"[--keys hush]x", "column 2: expected --key, --uid, --pwd, --post, --alias or ]"},
        {"[--KEY hush]x", "column 2: expected --key, --uid, --pwd, --post, --alias or ]"},
        {"[--key \"hush]x", "column 15: expected the closing \" of a string"},
        {"[--key \"hush\"x]y", "column 14: expected a space or ] after the string"},
        {"[--post q]x", "column 9: expected a letter from a to p"},
        {"[--post ab]x", "column 9: expected a letter from a to p"},
        {"[--alias \"\"]x", "column 10: expected a letter from a to p"},
        {"[--key hush]", "column 13: expected a URL after the options"},
        {"[--key hush] | x", "column 14: expected a URL after the options"},
        {"[--key a][--key b]x", "column 10: expected a ] for this ["},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_null(rule_parse(cases[i].text, &error));
        g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void test_selection(void)
{
    static const struct {
        const char *text;
        guint taken, unreachable; /* taken: from 1; 0 is none */
    } cases[] = {
        {"", 0, 0},
        {"x", 1, 1},
        {"x | y", 1, 1},
        {"(1 eq 2)? x | y", 2, 2},
        {"(1 eq 2)? x | (1 eq 1)? y | z | (1 eq 1)? w", 2, 3},
        {"(1 eq 2)? x | (1 eq 3)? y", 0, 2},
        {"(a=\"1\")! | x", 1, 1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rule) rule = rule_parse(cases[i].text, NULL);
        const RuleAlternative *taken = rule_select(rule, &env);

        g_test_message("%s", cases[i].text);
        g_assert_true(taken == (cases[i].taken > 0 ? rule_get(rule, cases[i].taken - 1) : NULL));
        g_assert_cmpuint(rule_unreachable(rule), ==, cases[i].unreachable);
    }
}

static void test_starts(void)
{
    g_autoptr(Rule) rule = rule_parse(" ($A eq 1)? x |  ä|y", NULL);

    g_assert_cmpuint(rule_get(rule, 0)->start, ==, 1);
    g_assert_cmpuint(rule_get(rule, 1)->start, ==, 17);
    g_assert_cmpuint(rule_get(rule, 2)->start, ==, 20);
}

static RuleRequest *make_request(const char *text, GError **error)
{
    g_autoptr(Rule) rule = rule_parse(text, NULL);

    return rule_request_new(rule_get(rule, 0), &env, NULL, error);
}

static void test_requests(void)
{
    static const struct {
        const char *text, *url, *key, *user, *password, *body, *aliases;
    } cases[] = {
        {"http://h/$B", "http://h/7"},
        {"[--key $SA --uid u$SA --pwd \"$SA $B$$\"]http://h/$SA", "http://h/$SA", "hush", "uhush",
         "hush 7$"},
        {"http://u:p%20q@h/", "http://h/", NULL, "u", "p q"},
        {"[--uid v]http://u:p@h/", "http://h/", NULL, "v", "p"},
        {"[--pwd \"\"]http://u:p@h/", "http://h/", NULL, "u", ""},
        {"[--post e]http://h/", "http://h/", .body = "mac=000e08abcdef&sn=SN1"},
        {"[--post p]http://h/", "http://h/", .body = ""},
        {"[--alias f]http://h/", "http://h/",
         .aliases = "/customer/SIP-number = /flat-profile/User_ID_1_ ;"},
        {"$D/x", "https://d.example.com:8443/x", NULL, "u", "p"},

        /* What a macro brings in stays what it is: part of the URL, of the key */
        {"[--key $C]http://h/$C", "http://h/a%20b|[--key%20x]\"?", "a b|[--key x]\"?"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RuleRequest) request = make_request(cases[i].text, &error);

        g_test_message("%s", cases[i].text);
        g_assert_no_error(error);
        g_assert_cmpstr(request->url->text, ==, cases[i].url);
        g_assert_cmpstr(request->key, ==, cases[i].key);
        g_assert_cmpstr(request->user, ==, cases[i].user);
        g_assert_cmpstr(request->password, ==, cases[i].password);
        g_assert_cmpstr(request->body, ==, cases[i].body);
        g_assert_cmpstr(request->aliases, ==, cases[i].aliases);
    }
}

static void test_requests_fail(void)
{
    static const struct {
        const char *text;
        Failure failure;
    } cases[] = {
        {"/x", FAILURE_NO_SERVER},
        {"$P", FAILURE_INVALID_RULE},
        {"ftp://h/x", FAILURE_INVALID_RULE},
        {"http://h:$A/", FAILURE_INVALID_RULE},
        {"http://u:$SA/w@h/", FAILURE_INVALID_RULE},
        {"http://h$C/", FAILURE_INVALID_RULE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_null(make_request(cases[i].text, &error));
        g_assert_error(error, FAILURE, (int)cases[i].failure);
    }
}

static const char *lookup_long(const char *name, void *userdata)
{
    return userdata;
}

static void test_what_is_too_long(void)
{
    static const char *const rules[] = {"http://h/$A$A$A$A$A", "[--key $A$A$A$A$A]http://h/",
                                        "[--post a]http://h/"};
    g_autofree char *filling = g_strnfill(16384 - 10, 'x');
    g_autofree char *value = g_strconcat("$A$A$A$A$A", filling, NULL);
    const MacroEnv long_env = {.parameter = lookup_long, .parameter_data = value};

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Rule) rule = rule_parse(rules[i], NULL);

        g_assert_null(rule_request_new(rule_get(rule, 0), &long_env, NULL, &error));
        g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
        g_assert_nonnull(strstr(error->message, "64 KiB"));
    }
}

static char *repeat(const char *text, size_t length)
{
    GString *out = g_string_new(NULL);

    while (out->len + strlen(text) <= length)
        g_string_append(out, text);
    return g_string_free(out, FALSE);
}

/* Long texts of one thing, each of which must take no longer than a short one of its kind would. */
static void test_large_texts(void)
{
    static const struct {
        const char *text;
        guint alternatives; /* 0: it does not parse */
    } cases[] = {
        {"|", 16385},       {"a|", 8193},     {"(", 0},    {"(((a=\"\")!", 0}, {"[", 0},
        {"\"", 1},          {"[--key a|", 0}, {"$(", 1},   {"x(", 1},          {"(1 eq 1)?|", 1639},
        {"a://b:c|", 2049}, {"://a:b", 1},    {"\xff", 1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = repeat(cases[i].text, 16384);
        g_autoptr(Rule) rule = rule_parse(text, NULL);

        g_test_message("case %u", i);
        g_assert_cmpuint(rule ? rule_size(rule) : 0, ==, cases[i].alternatives);
    }
}

static void test_a_text_has_a_limit(void)
{
    g_autofree char *text = g_strnfill(16385, 'x');
    g_autoptr(GError) error = NULL;

    g_assert_null(rule_parse(text, &error));
    g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
    g_assert_cmpstr(error->message, ==,
                    "column 16385: expected the end of a text that is too long");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rule/structure/urls", test_urls_alone);
    g_test_add_func("/rule/structure/conditions", test_conditions);
    g_test_add_func("/rule/structure/assignments", test_assignments);
    g_test_add_func("/rule/structure/options", test_options);
    g_test_add_func("/rule/structure/brackets", test_brackets_that_are_no_options);
    g_test_add_func("/rule/field", test_rules_of_the_field);
    g_test_add_func("/rule/errors", test_errors);
    g_test_add_func("/rule/selection", test_selection);
    g_test_add_func("/rule/starts", test_starts);
    g_test_add_func("/rule/requests", test_requests);
    g_test_add_func("/rule/requests-fail", test_requests_fail);
    g_test_add_func("/rule/too-long", test_what_is_too_long);
    g_test_add_func("/rule/large", test_large_texts);
    g_test_add_func("/rule/limit", test_a_text_has_a_limit);
    return g_test_run();
}
