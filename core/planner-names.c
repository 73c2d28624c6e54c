/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/planner-private.h"

static const char *const reason_names[] = {
    [RESYNC_NONE] = "none",       [RESYNC_REQUEST] = "request", [RESYNC_SIP] = "sip",
    [RESYNC_UPGRADE] = "upgrade", [RESYNC_BOOT] = "boot",       [RESYNC_RETRY] = "retry",
    [RESYNC_AT] = "at",           [RESYNC_TRIGGER] = "trigger", [RESYNC_PERIODIC] = "periodic",
};

static const char *const result_names[] = {
    [RESULT_NONE] = "none",
    [RESULT_SUCCESS] = "success",
    [RESULT_FAILURE] = "failure",
    [RESULT_CANCELLED] = "cancelled",
};

static const char *const status_names[] = {
    [PLANNER_DISABLED] = "disabled",   [PLANNER_IDLE] = "idle",
    [PLANNER_SCHEDULED] = "scheduled", [PLANNER_DEFERRED] = "deferred",
    [PLANNER_RESYNCING] = "resyncing",
};

static const char *const cause_names[] = {
    [REBOOT_UNANNOUNCED] = "none",
    [REBOOT_UPGRADE] = "upgrade",
    [REBOOT_PARAMETERS] = "parameters",
    [REBOOT_OTHER] = "other",
};

const char *resync_reason_to_string(ResyncReason reason)
{
    g_return_val_if_fail(reason < G_N_ELEMENTS(reason_names), NULL);
    return reason_names[reason];
}

const char *resync_result_to_string(ResyncResult result)
{
    g_return_val_if_fail(result < G_N_ELEMENTS(result_names), NULL);
    return result_names[result];
}

const char *planner_status_to_string(PlannerStatus status)
{
    g_return_val_if_fail(status < G_N_ELEMENTS(status_names), NULL);
    return status_names[status];
}

const char *reboot_cause_to_string(RebootCause cause)
{
    g_return_val_if_fail(cause < G_N_ELEMENTS(cause_names), NULL);
    return cause_names[cause];
}

bool reboot_cause_from_string(const char *name, RebootCause *ret_cause)
{
    for (unsigned i = REBOOT_UPGRADE; i < G_N_ELEMENTS(cause_names); i++)
        if (g_strcmp0(cause_names[i], name) == 0) {
            *ret_cause = (RebootCause)i;
            return true;
        }
    return false;
}

int reason_provisioning_state(ResyncReason reason)
{
    switch (reason) {
    case RESYNC_REQUEST:
    case RESYNC_SIP:
        return -1;
    case RESYNC_NONE:
    case RESYNC_BOOT:
        return 0;
    case RESYNC_RETRY:
        return 2;
    default:
        return 1;
    }
}
