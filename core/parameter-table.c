/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parameter-table.h"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DELAY_MAX 65535

#define GENERAL_PURPOSE(letter)                                                                   \
    {                                                                                             \
        .name = "GPP_" letter, .label = "GPP " letter, .default_value = "",                       \
        .help = N_("General purpose: rules, keys and triggers see the value as the macro of its " \
                   "letter.")                                                                     \
    }

#define GENERAL_PURPOSE_SECRET(letter)                                                          \
    {                                                                                           \
        .name = "GPP_" letter, .label = "GPP " letter, .default_value = "", .secret = true,     \
        .help = N_("General purpose, secret: only the arguments of --key, --uid and --pwd see " \
                   "the value.")                                                                \
    }

static const ParameterInfo table[PARAMETER_ID_COUNT] = {
    [PARAMETER_PROVISION_ENABLE] =
        {
            .name = "Provision_Enable",
            .label = N_("Provision Enable"),
            .type = PARAMETER_BOOL,
            .default_value = "Yes",
            .help = N_("No: the device never resyncs, for whatever reason, and refuses requests "
                       "to do so. Firmware upgrades are not affected."),
        },
    [PARAMETER_RESYNC_ON_RESET] =
        {
            .name = "Resync_On_Reset",
            .label = N_("Resync On Reset"),
            .type = PARAMETER_BOOL,
            .default_value = "Yes",
            .help = N_("Resync after every boot, except one that a firmware upgrade or a parameter "
                       "change made necessary."),
        },
    [PARAMETER_RESYNC_RANDOM_DELAY] =
        {
            .name = "Resync_Random_Delay",
            .label = N_("Resync Random Delay"),
            .type = PARAMETER_INTEGER,
            .default_value = "2",
            .maximum = DELAY_MAX,
            .unit = "20 s",
            .help = N_("The resync after a boot waits a random time of up to this many times 20 "
                       "seconds, so that devices that boot together do not call together. 0: at "
                       "once."),
        },
    [PARAMETER_RESYNC_AT] =
        {
            .name = "Resync_At__HHmm_",
            .label = N_("Resync At (HHmm)"),
            .type = PARAMETER_HHMM,
            .default_value = "",
            .help = N_("Resync every day at this local time, four digits from 0000 to 2400. While "
                       "it is set, Resync_Periodic is ignored. Empty: off."),
        },
    [PARAMETER_RESYNC_AT_RANDOM_DELAY] =
        {
            .name = "Resync_At_Random_Delay",
            .label = N_("Resync At Random Delay"),
            .type = PARAMETER_INTEGER,
            .default_value = "600",
            .maximum = DELAY_MAX,
            .unit = "s",
            .help =
                N_("The daily resync comes at a random moment within this time after Resync_At. "
                   "0: exactly then. Less than 600 counts as 600; more is rounded up to whole "
                   "minutes."),
        },
    [PARAMETER_RESYNC_PERIODIC] =
        {
            .name = "Resync_Periodic",
            .label = N_("Resync Periodic"),
            .type = PARAMETER_SCHEDULE,
            .default_value = "3600",
            .unit = "s",
            .help = N_("Time from the end of one resync to the next, once a first one has "
                       "succeeded. A list such as 1800,3600+600 is used up element by element, and "
                       "+ adds a random time of up to so much. 0: off."),
        },
    [PARAMETER_RESYNC_ERROR_RETRY_DELAY] =
        {
            .name = "Resync_Error_Retry_Delay",
            .label = N_("Resync Error Retry Delay"),
            .type = PARAMETER_SCHEDULE,
            .default_value = "3600",
            .unit = "s",
            .help = N_("Time from a failed resync to the next try. A list such as "
                       "60+60,300+300,1800 is used up element by element until one succeeds. 0: no "
                       "retry."),
        },
    [PARAMETER_FORCED_RESYNC_DELAY] =
        {
            .name = "Forced_Resync_Delay",
            .label = N_("Forced Resync Delay"),
            .type = PARAMETER_INTEGER,
            .default_value = "14400",
            .maximum = DELAY_MAX,
            .unit = "s",
            .help = N_("The longest time that a resync which is due waits for the telephone lines "
                       "to become idle. 0: it does not wait."),
        },
    [PARAMETER_RESYNC_FROM_SIP] =
        {
            .name = "Resync_From_SIP",
            .label = N_("Resync From SIP"),
            .type = PARAMETER_BOOL,
            .default_value = "Yes",
            .help = N_("No: requests to resync that come by SIP NOTIFY are refused."),
        },
    [PARAMETER_RESYNC_AFTER_UPGRADE_ATTEMPT] =
        {
            .name = "Resync_After_Upgrade_Attempt",
            .label = N_("Resync After Upgrade Attempt"),
            .type = PARAMETER_BOOL,
            .default_value = "Yes",
            .help =
                N_("Resync at once after a firmware upgrade was attempted, whether it worked or "
                   "not."),
        },
    [PARAMETER_RESYNC_TRIGGER_1] =
        {
            .name = "Resync_Trigger_1",
            .label = N_("Resync Trigger 1"),
            .type = PARAMETER_CONDITION,
            .default_value = "",
            .help = N_("Resync when this condition becomes true, for example $UPGTMR gt 300 and "
                       "$PRVTMR ge 600."),
        },
    [PARAMETER_RESYNC_TRIGGER_2] =
        {
            .name = "Resync_Trigger_2",
            .label = N_("Resync Trigger 2"),
            .type = PARAMETER_CONDITION,
            .default_value = "",
            .help = N_("Resync when this condition becomes true, independently of "
                       "Resync_Trigger_1."),
        },
    [PARAMETER_RESYNC_FAILS_ON_FNF] =
        {
            .name = "Resync_Fails_On_FNF",
            .label = N_("Resync Fails On FNF"),
            .type = PARAMETER_BOOL,
            .default_value = "Yes",
            .help =
                N_("Yes: a profile that the server does not have makes the resync fail. No: its "
                   "rule counts as done, and the next rule follows."),
        },
    [PARAMETER_USER_CONFIGURABLE_RESYNC] =
        {
            .name = "User_Configurable_Resync",
            .label = N_("User Configurable Resync"),
            .type = PARAMETER_BOOL,
            .default_value = "Yes",
            .help = N_("No: only administrators may ask for a resync."),
        },
    [PARAMETER_PROFILE_RULE] =
        {
            .name = "Profile_Rule",
            .label = N_("Profile Rule"),
            .type = PARAMETER_RULE,
            .default_value = "/$PSN.xml",
            .help =
                N_("What a resync fetches first: a URL with macros, or alternatives of the form "
                   "(condition)? URL | URL."),
        },
    [PARAMETER_PROFILE_RULE_B] =
        {
            .name = "Profile_Rule_B",
            .label = N_("Profile Rule B"),
            .type = PARAMETER_RULE,
            .default_value = "",
            .help = N_("What a resync fetches after Profile_Rule. Empty: nothing."),
        },
    [PARAMETER_PROFILE_RULE_C] =
        {
            .name = "Profile_Rule_C",
            .label = N_("Profile Rule C"),
            .type = PARAMETER_RULE,
            .default_value = "",
            .help = N_("What a resync fetches after Profile_Rule_B. Empty: nothing."),
        },
    [PARAMETER_PROFILE_RULE_D] =
        {
            .name = "Profile_Rule_D",
            .label = N_("Profile Rule D"),
            .type = PARAMETER_RULE,
            .default_value = "",
            .help = N_("What a resync fetches after Profile_Rule_C. Empty: nothing."),
        },
    [PARAMETER_LOG_REQUEST_MSG] =
        {
            .name = "Log_Request_Msg",
            .label = N_("Log Request Msg"),
            .type = PARAMETER_MACRO_TEXT,
            .default_value = "$PN $MAC -- Requesting resync $SCHEME://$SERVIP:$PORT$PATH",
            .help = N_("Written to the journal before a profile is fetched. Empty: nothing is."),
        },
    [PARAMETER_LOG_SUCCESS_MSG] =
        {
            .name = "Log_Success_Msg",
            .label = N_("Log Success Msg"),
            .type = PARAMETER_MACRO_TEXT,
            .default_value = "$PN $MAC -- Successful resync $SCHEME://$SERVIP:$PORT$PATH",
            .help = N_("Written to the journal when a resync has succeeded. Empty: nothing is."),
        },
    [PARAMETER_LOG_FAILURE_MSG] =
        {
            .name = "Log_Failure_Msg",
            .label = N_("Log Failure Msg"),
            .type = PARAMETER_MACRO_TEXT,
            .default_value = "$PN $MAC -- Resync failed: $ERR",
            .help = N_("Written to the journal when a resync has failed. Empty: nothing is."),
        },
    [PARAMETER_HTTP_USER_AGENT_NAME] =
        {
            .name = "HTTP_User_Agent_Name",
            .label = N_("HTTP User Agent Name"),
            .type = PARAMETER_MACRO_TEXT,
            .default_value = "$VERSION ($MA)",
            .help = N_("How the device names itself to HTTP servers."),
        },
    [PARAMETER_GPP_A] = GENERAL_PURPOSE("A"),
    [PARAMETER_GPP_A + 1] = GENERAL_PURPOSE("B"),
    [PARAMETER_GPP_A + 2] = GENERAL_PURPOSE("C"),
    [PARAMETER_GPP_A + 3] = GENERAL_PURPOSE("D"),
    [PARAMETER_GPP_A + 4] = GENERAL_PURPOSE("E"),
    [PARAMETER_GPP_A + 5] = GENERAL_PURPOSE("F"),
    [PARAMETER_GPP_A + 6] = GENERAL_PURPOSE("G"),
    [PARAMETER_GPP_A + 7] = GENERAL_PURPOSE("H"),
    [PARAMETER_GPP_A + 8] = GENERAL_PURPOSE("I"),
    [PARAMETER_GPP_A + 9] = GENERAL_PURPOSE("J"),
    [PARAMETER_GPP_A + 10] = GENERAL_PURPOSE("K"),
    [PARAMETER_GPP_A + 11] = GENERAL_PURPOSE("L"),
    [PARAMETER_GPP_A + 12] = GENERAL_PURPOSE("M"),
    [PARAMETER_GPP_A + 13] = GENERAL_PURPOSE("N"),
    [PARAMETER_GPP_A + 14] = GENERAL_PURPOSE("O"),
    [PARAMETER_GPP_P] = GENERAL_PURPOSE("P"),
    [PARAMETER_GPP_SA] = GENERAL_PURPOSE_SECRET("SA"),
    [PARAMETER_GPP_SB] = GENERAL_PURPOSE_SECRET("SB"),
    [PARAMETER_GPP_SC] = GENERAL_PURPOSE_SECRET("SC"),
    [PARAMETER_GPP_SD] = GENERAL_PURPOSE_SECRET("SD"),
    [PARAMETER_IKM_HTTP_ENCRYPT_CONTENT] =
        {
            .name = "IKM_HTTP_Encrypt_Content",
            .default_value = "",
            .secret = true,
            .help = N_("Input keying material for profiles that come with the content coding "
                       "aes128gcm (RFC 8188)."),
        },
};

/* The table's rows sorted by name, for parameter_table_find(). */
static const guint8 by_name[PARAMETER_ID_COUNT] = {
    PARAMETER_FORCED_RESYNC_DELAY,
    PARAMETER_GPP_A,
    PARAMETER_GPP_A + 1,
    PARAMETER_GPP_A + 2,
    PARAMETER_GPP_A + 3,
    PARAMETER_GPP_A + 4,
    PARAMETER_GPP_A + 5,
    PARAMETER_GPP_A + 6,
    PARAMETER_GPP_A + 7,
    PARAMETER_GPP_A + 8,
    PARAMETER_GPP_A + 9,
    PARAMETER_GPP_A + 10,
    PARAMETER_GPP_A + 11,
    PARAMETER_GPP_A + 12,
    PARAMETER_GPP_A + 13,
    PARAMETER_GPP_A + 14,
    PARAMETER_GPP_P,
    PARAMETER_GPP_SA,
    PARAMETER_GPP_SB,
    PARAMETER_GPP_SC,
    PARAMETER_GPP_SD,
    PARAMETER_HTTP_USER_AGENT_NAME,
    PARAMETER_IKM_HTTP_ENCRYPT_CONTENT,
    PARAMETER_LOG_FAILURE_MSG,
    PARAMETER_LOG_REQUEST_MSG,
    PARAMETER_LOG_SUCCESS_MSG,
    PARAMETER_PROFILE_RULE,
    PARAMETER_PROFILE_RULE_B,
    PARAMETER_PROFILE_RULE_C,
    PARAMETER_PROFILE_RULE_D,
    PARAMETER_PROVISION_ENABLE,
    PARAMETER_RESYNC_AFTER_UPGRADE_ATTEMPT,
    PARAMETER_RESYNC_AT_RANDOM_DELAY,
    PARAMETER_RESYNC_AT,
    PARAMETER_RESYNC_ERROR_RETRY_DELAY,
    PARAMETER_RESYNC_FAILS_ON_FNF,
    PARAMETER_RESYNC_FROM_SIP,
    PARAMETER_RESYNC_ON_RESET,
    PARAMETER_RESYNC_PERIODIC,
    PARAMETER_RESYNC_RANDOM_DELAY,
    PARAMETER_RESYNC_TRIGGER_1,
    PARAMETER_RESYNC_TRIGGER_2,
    PARAMETER_USER_CONFIGURABLE_RESYNC,
};

/* Names of other generations, sorted, and the name under which we keep the value. */
static const struct {
    const char *alias;
    const char *name;
} aliases[] = {
    {"Custom_CA_RULE", "Custom_CA_Rule"},
    {"Log_Resync_Failure_Msg", "Log_Failure_Msg"},
    {"Log_Resync_Request_Msg", "Log_Request_Msg"},
    {"Log_Resync_Success_Msg", "Log_Success_Msg"},
    {"Report_To_Server", "Report_to_Server"},
    {"Resync_At", "Resync_At__HHmm_"},
    {"periodic_upload_to_server", "Periodic_Upload_to_Server"},
};

const ParameterInfo *parameter_table_row(ParameterId id)
{
    g_return_val_if_fail(id < PARAMETER_ID_COUNT, NULL);
    return &table[id];
}

const ParameterInfo *parameter_table_find(const char *name)
{
    guint low = 0, high = G_N_ELEMENTS(by_name);

    while (low < high) {
        guint middle = (low + high) / 2;
        int order = strcmp(name, table[by_name[middle]].name);

        if (order == 0)
            return &table[by_name[middle]];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *parameter_table_unalias(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
        if (strcmp(name, aliases[i].alias) == 0)
            return aliases[i].name;
    return name;
}
