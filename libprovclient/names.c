/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/names.h"

#include "libprovclient/provclient.h"

#include <string.h>

#define UNKNOWN "unknown"
#define NAME_TABLE(array)                           \
    {                                               \
        (array), sizeof(array) / sizeof((array)[0]) \
    }

static const char *const access_array[] = {
    [PROV_ACCESS_UNKNOWN] = UNKNOWN,
    [PROV_ACCESS_NONE] = "na",
    [PROV_ACCESS_READ] = "ro",
    [PROV_ACCESS_WRITE] = "rw",
};

static const char *const action_array[] = {
    [PROV_ACTION_UNKNOWN] = UNKNOWN,   [PROV_ACTION_IGNORED] = "ignored",
    [PROV_ACTION_RESYNC] = "resync",   [PROV_ACTION_REBOOT] = "reboot",
    [PROV_ACTION_RESTART] = "restart", [PROV_ACTION_REPORT] = "report",
};

static const char *const failure_array[] = {
    [PROV_FAILURE_UNKNOWN] = UNKNOWN,
    [PROV_FAILURE_FILE_NOT_FOUND] = "FileNotFound",
    [PROV_FAILURE_UNREACHABLE] = "Unreachable",
    [PROV_FAILURE_TLS] = "Tls",
    [PROV_FAILURE_ACCESS_DENIED] = "AccessDenied",
    [PROV_FAILURE_HTTP] = "Http",
    [PROV_FAILURE_SERVER_ERROR] = "ServerError",
    [PROV_FAILURE_CORRUPT] = "Corrupt",
    [PROV_FAILURE_TOO_LARGE] = "TooLarge",
    [PROV_FAILURE_INVALID_RULE] = "InvalidRule",
    [PROV_FAILURE_NO_SERVER] = "NoServer",
    [PROV_FAILURE_INTERRUPTED] = "Interrupted",
    [PROV_FAILURE_INTERNAL] = "Internal",
    [PROV_FAILURE_CANCELLED] = "Cancelled",
};

static const char *const phase_array[] = {
    [PROV_PHASE_UNKNOWN] = UNKNOWN,
    [PROV_PHASE_CONNECTING] = "connecting",
    [PROV_PHASE_RECEIVING] = "receiving",
    [PROV_PHASE_APPLYING] = "applying",
};

static const char *const reason_array[] = {
    [PROV_REASON_UNKNOWN] = UNKNOWN,
    [PROV_REASON_REQUEST] = "request",
    [PROV_REASON_SIP] = "sip",
    [PROV_REASON_UPGRADE] = "upgrade",
    [PROV_REASON_BOOT] = "boot",
    [PROV_REASON_RETRY] = "retry",
    [PROV_REASON_AT] = "at",
    [PROV_REASON_TRIGGER] = "trigger",
    [PROV_REASON_PERIODIC] = "periodic",
};

static const char *const reboot_cause_array[] = {
    [PROV_REBOOT_OTHER] = "other",
    [PROV_REBOOT_UPGRADE] = "upgrade",
    [PROV_REBOOT_PARAMETERS] = "parameters",
};

static const char *const result_array[] = {
    [PROV_RESULT_UNKNOWN] = UNKNOWN,       [PROV_RESULT_NONE] = "none",
    [PROV_RESULT_SUCCESS] = "success",     [PROV_RESULT_FAILURE] = "failure",
    [PROV_RESULT_CANCELLED] = "cancelled",
};

static const char *const source_array[] = {
    [PROV_SOURCE_UNKNOWN] = UNKNOWN,
    [PROV_SOURCE_DEFAULT] = "default",
    [PROV_SOURCE_PROFILE] = "profile",
    [PROV_SOURCE_LOCAL] = "local",
};

static const char *const state_array[] = {
    [PROV_STATE_UNKNOWN] = UNKNOWN,     [PROV_STATE_DISABLED] = "disabled",
    [PROV_STATE_IDLE] = "idle",         [PROV_STATE_SCHEDULED] = "scheduled",
    [PROV_STATE_DEFERRED] = "deferred", [PROV_STATE_RESYNCING] = "resyncing",
};

const NameTable access_names = NAME_TABLE(access_array);
const NameTable action_names = NAME_TABLE(action_array);
const NameTable failure_names = NAME_TABLE(failure_array);
const NameTable phase_names = NAME_TABLE(phase_array);
const NameTable reason_names = NAME_TABLE(reason_array);
const NameTable reboot_cause_names = NAME_TABLE(reboot_cause_array);
const NameTable result_names = NAME_TABLE(result_array);
const NameTable source_names = NAME_TABLE(source_array);
const NameTable state_names = NAME_TABLE(state_array);

unsigned name_parse(const NameTable *table, const char *name)
{
    for (unsigned i = 1; i < table->n_names; i++)
        if (strcmp(table->names[i], name) == 0)
            return i;
    return 0;
}

static const char *name_of(const NameTable *table, unsigned value)
{
    return table->names[value < table->n_names ? value : 0];
}

const char *prov_access_name(prov_access access)
{
    return name_of(&access_names, access);
}

const char *prov_action_name(prov_action action)
{
    return name_of(&action_names, action);
}

const char *prov_failure_name(prov_failure failure)
{
    return name_of(&failure_names, failure);
}

const char *prov_phase_name(prov_phase phase)
{
    return name_of(&phase_names, phase);
}

const char *prov_reason_name(prov_reason reason)
{
    return name_of(&reason_names, reason);
}

const char *prov_result_name(prov_result result)
{
    return name_of(&result_names, result);
}

const char *prov_source_name(prov_source source)
{
    return name_of(&source_names, source);
}

const char *prov_state_name(prov_state state)
{
    return name_of(&state_names, state);
}
