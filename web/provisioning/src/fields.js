/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which parameters the form shows, in the order of the phone's web page. All else about them comes
 * from the daemon's table.
 */
const letters = (prefix, list) => [...list].map(letter => `${prefix}${letter}`);

export const AT = "Resync_At__HHmm_";
export const AT_RANDOM_DELAY = "Resync_At_Random_Delay";
export const PERIODIC = "Resync_Periodic";

export const SETTINGS = [
    "Provision_Enable",
    "Resync_On_Reset",
    "Resync_Random_Delay",
    AT,
    AT_RANDOM_DELAY,
    PERIODIC,
    "Resync_Error_Retry_Delay",
    "Forced_Resync_Delay",
    "Resync_From_SIP",
    "Resync_After_Upgrade_Attempt",
    "Resync_Trigger_1",
    "Resync_Trigger_2",
    "Resync_Fails_On_FNF",
    "User_Configurable_Resync",
];

export const RULES = ["Profile_Rule", "Profile_Rule_B", "Profile_Rule_C", "Profile_Rule_D"];
export const GENERAL_PURPOSE = letters("GPP_", "ABCDEFGHIJKLMNOP");
export const GENERAL_PURPOSE_SECRET = letters("GPP_S", "ABCD");

export const FORM = [...SETTINGS, ...RULES, ...GENERAL_PURPOSE, ...GENERAL_PURPOSE_SECRET];
