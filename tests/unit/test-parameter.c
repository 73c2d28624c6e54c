/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parameter.h"

#include <string.h>

static void test_every_row_is_found_by_its_name(void)
{
    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id++) {
        const ParameterInfo *info = parameter_info(id);

        g_assert_nonnull(info->name);
        g_assert_nonnull(info->help);
        g_assert_true(parameter_name_is_valid(info->name));
        g_assert_true(parameter_lookup(info->name) == info);
    }
    g_assert_null(parameter_lookup("Resync_Peridic"));
    g_assert_null(parameter_lookup("resync_periodic"));
    g_assert_null(parameter_lookup(""));
}

/* The element name is the label with spaces and []()/ turned into underscores (parameters.md). */
static void test_names_follow_from_labels(void)
{
    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id++) {
        const ParameterInfo *info = parameter_info(id);
        g_autofree char *name = g_strdup(info->label);

        if (!name)
            continue;
        g_strdelimit(name, " []()/", '_');
        g_assert_cmpstr(name, ==, info->name);
    }
}

static void test_defaults_are_valid_and_normal(void)
{
    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id++) {
        const ParameterInfo *info = parameter_info(id);
        g_autoptr(GError) error = NULL;
        g_autofree char *normal = parameter_normalize(info->name, info->default_value, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(normal, ==, info->default_value);
    }
}

static void test_names_of_other_generations(void)
{
    static const char *const names[][2] = {
        {"Log_Resync_Request_Msg", "Log_Request_Msg"},
        {"Log_Resync_Success_Msg", "Log_Success_Msg"},
        {"Log_Resync_Failure_Msg", "Log_Failure_Msg"},
        {"Resync_At", "Resync_At__HHmm_"},
        {"Custom_CA_RULE", "Custom_CA_Rule"},
        {"Report_To_Server", "Report_to_Server"},
        {"periodic_upload_to_server", "Periodic_Upload_to_Server"},
        {"Display_Name_1_", "Display_Name_1_"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpstr(parameter_canonical_name(names[i][0]), ==, names[i][1]);
    g_assert_true(parameter_lookup("Resync_At") == parameter_info(PARAMETER_RESYNC_AT));
}

static void test_valid_names(void)
{
    g_autofree char *longest = g_strnfill(PARAMETER_NAME_MAX, 'a');
    g_autofree char *too_long = g_strnfill(PARAMETER_NAME_MAX + 1, 'a');
    static const char *const valid[] = {"a", "_", "Enable_802.1X_Authentication",
                                        "Auth_Resync-Reboot_1_"};
    static const char *const invalid[] = {"", "1a", "-a", ".a", "a b", "a:b", "ä", "a\n", "a="};

    for (guint i = 0; i < G_N_ELEMENTS(valid); i++)
        g_assert_true(parameter_name_is_valid(valid[i]));
    for (guint i = 0; i < G_N_ELEMENTS(invalid); i++)
        g_assert_false(parameter_name_is_valid(invalid[i]));
    g_assert_true(parameter_name_is_valid(longest));
    g_assert_false(parameter_name_is_valid(too_long));
}

static void test_secrets(void)
{
    static const char *const secret[] = {
        "GPP_SA",       "GPP_SD",         "IKM_HTTP_Encrypt_Content",
        "Password_1_",  "Admin_Password", "User_Password",
        "Admin_Passwd", "sip_password"};
    static const char *const open[] = {"GPP_A", "GPP_P", "Profile_Rule", "User_ID_1_", "GPP_SE"};

    for (guint i = 0; i < G_N_ELEMENTS(secret); i++)
        g_assert_true(parameter_name_is_secret(secret[i]));
    for (guint i = 0; i < G_N_ELEMENTS(open); i++)
        g_assert_false(parameter_name_is_secret(open[i]));
}

typedef struct NormalCase {
    const char *name, *text, *normal; /* normal NULL: refused */
} NormalCase;

static const NormalCase normal_cases[] = {
    {"Provision_Enable", "yes", "Yes"},
    {"Provision_Enable", "NO", "No"},
    {"Provision_Enable", "1", "Yes"},
    {"Provision_Enable", "0", "No"},
    {"Provision_Enable", "TRUE", "Yes"},
    {"Provision_Enable", "False", "No"},
    {"Provision_Enable", "", NULL},
    {"Provision_Enable", "2", NULL},
    {"Provision_Enable", "on", NULL},
    {"Provision_Enable", "yes ", NULL},
    {"Resync_Random_Delay", "0", "0"},
    {"Resync_Random_Delay", "65535", "65535"},
    {"Resync_Random_Delay", "0xFFFF", "0xFFFF"},
    {"Resync_Random_Delay", "0x10", "0x10"},
    {"Resync_Random_Delay", "007", "007"},
    {"Resync_Random_Delay", "65536", NULL},
    {"Resync_Random_Delay", "0x10000", NULL},
    {"Resync_Random_Delay", "-1", NULL},
    {"Resync_Random_Delay", "+1", NULL},
    {"Resync_Random_Delay", " 1", NULL},
    {"Resync_Random_Delay", "1.5", NULL},
    {"Resync_Random_Delay", "0x", NULL},
    {"Resync_Random_Delay", "0x-1", NULL},
    {"Resync_Random_Delay", "0x0x10", NULL},
    {"Resync_Random_Delay", "", NULL},
    {"Resync_Random_Delay", "99999999999999999999", NULL},
    {"GPP_A", " kept as it is ", " kept as it is "},
    {"Display_Name_1_", "Größe 😀", "Größe 😀"},
    {"Display_Name_1_", "", ""},
    {"Display_Name_1_", "\xff", NULL},
};

static void test_normal_forms(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(normal_cases); i++) {
        const NormalCase *c = &normal_cases[i];
        g_autoptr(GError) error = NULL;
        g_autofree char *normal = parameter_normalize(c->name, c->text, &error);

        g_assert_cmpstr(normal, ==, c->normal);
        if (c->normal)
            g_assert_no_error(error);
        else
            g_assert_error(error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE);
        g_assert_true(c->normal || strstr(error->message, c->name));
    }
}

static void test_messages_say_what_is_allowed(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(parameter_normalize("Forced_Resync_Delay", "soon", &error));
    g_assert_cmpstr(error->message, ==,
                    "Forced_Resync_Delay: “soon” is not allowed, it must be a whole number from 0 "
                    "to 65535");
}

/* Values are long or have a line of their own to say, and a message is to be read. */
static void test_messages_cut_long_values(void)
{
    static const char *const names[] = {"Provision_Enable", "Forced_Resync_Delay", "Resync_At",
                                        "Resync_Periodic",  "Resync_Trigger_1",    "Profile_Rule"};
    g_autoptr(GString) value = g_string_new("(");

    while (value->len < 10 * 1000)
        g_string_append(value, "ä");
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(parameter_normalize(names[i], value->str, &error));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_cmpuint(strlen(error->message), <, 500);
        g_assert_nonnull(strstr(error->message, "äää…"));
    }
}

static void test_longest_value(void)
{
    g_autofree char *longest = g_strnfill(PARAMETER_VALUE_MAX, 'x');
    g_autofree char *too_long = g_strnfill(PARAMETER_VALUE_MAX + 1, 'x');
    g_autofree char *normal = parameter_normalize("GPP_A", longest, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(normal, ==, longest);
    g_assert_null(parameter_normalize("GPP_A", too_long, &error));
    g_assert_error(error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_VALUE);
    g_assert_cmpuint(strlen(error->message), <, 200);
}

static void test_effective_values(void)
{
    static const char *const windows[][2] = {
        {"0", NULL},    {"1", "600"},  {"599", "600"},     {"600", NULL},
        {"601", "660"}, {"660", NULL}, {"65535", "65580"}, {"0x1", "600"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_autofree char *effective =
            parameter_effective(parameter_info(PARAMETER_RESYNC_AT_RANDOM_DELAY), windows[i][0]);

        g_assert_cmpstr(effective, ==, windows[i][1]);
    }
    g_assert_null(parameter_effective(parameter_info(PARAMETER_FORCED_RESYNC_DELAY), "300"));
}

static void test_effective_time_of_day(void)
{
    static const char *const times[][2] = {
        {"", NULL},   {"0000", NULL}, {"2400", NULL}, {"0959", NULL},
        {"0960", ""}, {"2401", ""},   {"9:00", ""},   {"noon", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autofree char *effective =
            parameter_effective(parameter_info(PARAMETER_RESYNC_AT), times[i][0]);

        g_assert_cmpstr(effective, ==, times[i][1]);
    }
}

static void assert_normal(const char *name, const char *text, bool is_allowed)
{
    g_autofree char *normal = parameter_normalize(name, text, NULL);

    g_assert_cmpstr(normal, ==, is_allowed ? text : NULL);
}

static void test_text_fit_for_the_bus(void)
{
    static const struct {
        const char *text;
        bool is_allowed;
    } texts[] = {
        {"\xef\xb7\x8f", true},      /* U+FDCF */
        {"a\xef\xb7\x90", false},    /* U+FDD0 */
        {"\xef\xb7\xaf", false},     /* U+FDEF */
        {"\xef\xb7\xb0", true},      /* U+FDF0 */
        {"\xef\xbf\xbd", true},      /* U+FFFD */
        {"\xef\xbf\xbe", false},     /* U+FFFE */
        {"\xf0\x9f\xbf\xbd", true},  /* U+1FFFD */
        {"\xf0\x9f\xbf\xbf", false}, /* U+1FFFF */
        {"\xff", false},
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_normal("Station_Name", texts[i].text, texts[i].is_allowed);
        assert_normal("GPP_A", texts[i].text, texts[i].is_allowed);
    }
}

static void test_times_of_day(void)
{
    static const char *const allowed[] = {"", "0000", "0300", "2359", "2400"};
    static const char *const refused[] = {"960", "2401", "0960", "9:00", "noon", " 0300"};

    for (guint i = 0; i < G_N_ELEMENTS(allowed); i++)
        assert_normal("Resync_At__HHmm_", allowed[i], true);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
        assert_normal("Resync_At", refused[i], false);
}

static void test_small_languages(void)
{
    static const struct {
        const char *name, *text, *message; /* message: NULL where the text is valid */
    } cases[] = {
        {"Resync_Periodic", "1800, 3600+600", NULL},
        {"Resync_Trigger_1", "", NULL},
        {"Resync_Trigger_1", "$UPGTMR gt 300 and $PRVTMR ge 600", NULL},
        {"Resync_Trigger_2", "$A eq",
         "Resync_Trigger_2: “$A eq” is not allowed, column 6: expected an integer, a version or a "
         "string in quotes"},
        {"Resync_Periodic", "hourly",
         "Resync_Periodic: “hourly” is not allowed, element 1: expected whole seconds, as in 3600 "
         "or 3600+600"},
        {"Profile_Rule", "", NULL},
        {"Profile_Rule", "#[--key", NULL},
        {"Profile_Rule_B", "[--pwd hush",
         "Profile_Rule_B: “********” is not allowed, column 12: expected --key, --uid, --pwd, "
         "--post, --alias or ]"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *normal = parameter_normalize(cases[i].name, cases[i].text, &error);

        g_assert_cmpstr(normal, ==, cases[i].message ? NULL : cases[i].text);
        g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].message);
    }
}

static void test_small_languages_have_codes(void)
{
    static const struct {
        const char *name;
        ParameterError code;
    } cases[] = {
        {"Resync_Error_Retry_Delay", PARAMETER_ERROR_INVALID_VALUE},
        {"Resync_Trigger_1", PARAMETER_ERROR_INVALID_VALUE},
        {"Profile_Rule_D", PARAMETER_ERROR_INVALID_RULE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(parameter_normalize(cases[i].name, "(", &error));
        g_assert_error(error, PARAMETER_ERROR, (int)cases[i].code);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parameter/table/names", test_every_row_is_found_by_its_name);
    g_test_add_func("/parameter/table/labels", test_names_follow_from_labels);
    g_test_add_func("/parameter/table/defaults", test_defaults_are_valid_and_normal);
    g_test_add_func("/parameter/other-generations", test_names_of_other_generations);
    g_test_add_func("/parameter/valid-names", test_valid_names);
    g_test_add_func("/parameter/secrets", test_secrets);
    g_test_add_func("/parameter/normal-forms", test_normal_forms);
    g_test_add_func("/parameter/messages", test_messages_say_what_is_allowed);
    g_test_add_func("/parameter/messages/long", test_messages_cut_long_values);
    g_test_add_func("/parameter/longest-value", test_longest_value);
    g_test_add_func("/parameter/effective", test_effective_values);
    g_test_add_func("/parameter/effective-time-of-day", test_effective_time_of_day);
    g_test_add_func("/parameter/bus-text", test_text_fit_for_the_bus);
    g_test_add_func("/parameter/times-of-day", test_times_of_day);
    g_test_add_func("/parameter/small-languages/texts", test_small_languages);
    g_test_add_func("/parameter/small-languages/codes", test_small_languages_have_codes);
    return g_test_run();
}
