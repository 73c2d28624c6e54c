/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parameter.h"
#include "core/spelling.h"

#include <string.h>

static const struct {
    const char *name;
    const char *suggestion; /* NULL: there is none */
} names[] = {
    /* A letter too few, too many, another one, two swapped; two of these in a long name */
    {"Resync_Peridic", "Resync_Periodic"},
    {"Resync_Perioodic", "Resync_Periodic"},
    {"Resync_Periodik", "Resync_Periodic"},
    {"Resync_Peroidic", "Resync_Periodic"},
    {"Resnyc_Peroidic", "Resync_Periodic"},
    {"Resnyc_Peroidik", NULL},
    {"Provison_Enabel", "Provision_Enable"},
    /* Case and what is between the words */
    {"resync_periodic", "Resync_Periodic"},
    {"ResyncPeriodic", "Resync_Periodic"},
    {"Resync-Periodic", "Resync_Periodic"},
    {"Resync_At_HHmm", "Resync_At__HHmm_"},
    {"resync_at", "Resync_At"},
    {"GPP-SA", "GPP_SA"},
    {"gpp_a", "GPP_A"},
    /* Numbers are copied, not corrected */
    {"Pasword_3_", "Password_3_"},
    {"User_Id_12_", "User_ID_12_"},
    {"UserID_1_", "User_ID_1_"},
    {"Line_Enable1", "Line_Enable_1_"},
    {"Password", NULL},
    /* Several may be meant */
    {"Resync_Trigger_3", "Resync_Trigger_1 or Resync_Trigger_2"},
    {"Profile_Rule_E", "Profile_Rule or Profile_Rule_B or Profile_Rule_C or Profile_Rule_D"},
    {"GPP_Q", NULL},
    /* Names that are known, by whatever generation */
    {"Resync_Periodic", NULL},
    {"Resync_At", NULL},
    {"Custom_CA_RULE", NULL},
    {"Log_Resync_Request_Msg", NULL},
    {"User_ID_16_", NULL},
    {"Admin_Passwd", NULL},
    {"password_2_", NULL},
    /* Names of their own */
    {"Upgrade_Error_Retry_Delays_Of_All", NULL},
    {"Log_Upgrade_Request_Msg", NULL},
    {"SIP_User_Agent_Name", NULL},
    {"Auth_Resync-Reboot_1_", NULL},
    {"User_Password_Prompt", NULL},
    {"Primary_DNS", NULL},
    {"X", NULL},
    {"_", NULL},
};

static void test_suggest(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *suggestion = spelling_suggest(names[i].name);

        if (g_strcmp0(suggestion, names[i].suggestion) != 0)
            g_test_fail_printf("%s: %s", names[i].name, suggestion ? suggestion : "no suggestion");
    }
}

/* No parameter of ours, and none with a letter more or less, is taken for another one. */
static void test_each_of_ours(void)
{
    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id++) {
        const char *name = parameter_info(id)->name;
        g_autofree char *longer = g_strconcat("x", name, NULL);
        g_autofree char *itself = spelling_suggest(name);
        g_autofree char *guess = spelling_suggest(longer);

        g_assert_null(itself);
        if (strlen(name) >= 8 && !strpbrk(name, G_CSET_DIGITS))
            g_assert_cmpstr(guess, ==, name);
    }
}

static void test_longest(void)
{
    g_autofree char *letters = g_strnfill(PARAMETER_NAME_MAX, 'a');
    g_autofree char *digits = g_strnfill(PARAMETER_NAME_MAX, '1');
    g_autofree char *beyond = g_strnfill(4096, '#');

    g_assert_null(spelling_suggest(letters));
    g_assert_null(spelling_suggest(digits));
    g_assert_null(spelling_suggest(beyond));
    g_assert_null(spelling_suggest(""));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spelling/suggest", test_suggest);
    g_test_add_func("/spelling/each-of-ours", test_each_of_ours);
    g_test_add_func("/spelling/longest", test_longest);
    return g_test_run();
}
