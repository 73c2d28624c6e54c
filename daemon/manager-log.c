/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an operator reads of the manager's doings, with the fields that provd(8) lists. */

#include "core/failure.h"
#include "daemon/log-expanded.h"
#include "daemon/log.h"
#include "daemon/manager-private.h"
#include "daemon/message-ids.h"

#include <inttypes.h>

void manager_log_start(uint64_t attempt, const char *reason)
{
    g_autofree char *id = g_strdup_printf("%" PRIu64, attempt);

    log_message(LOG_INFO,
                LOG_FIELDS({"MESSAGE_ID", MESSAGE_ATTEMPT_STARTED}, {"PROVD_ATTEMPT", id},
                           {"PROVD_REASON", reason}),
                "Attempt %s starts (%s)", id, reason);
}

static const char *const end_message_ids[] = {
    [RESULT_NONE] = NULL,
    [RESULT_SUCCESS] = MESSAGE_ATTEMPT_SUCCEEDED,
    [RESULT_FAILURE] = MESSAGE_ATTEMPT_FAILED,
    [RESULT_CANCELLED] = MESSAGE_ATTEMPT_CANCELLED,
};

void manager_log_end(const Manager *manager)
{
    const ManagerEnded *ended = &manager->ended;
    g_autofree char *id = g_strdup_printf("%" PRIu64, ended->id);
    g_autofree char *changed = g_strdup_printf("%u", ended->changed);
    bool failed = ended->result == RESULT_FAILURE;
    const LogField *fields =
        LOG_FIELDS({"MESSAGE_ID", end_message_ids[ended->result]}, {"PROVD_ATTEMPT", id},
                   {"PROVD_REASON", resync_reason_to_string(manager->attempt_reason)},
                   {"PROVD_RESULT", resync_result_to_string(ended->result)},
                   {"PROVD_ERROR", failed ? manager_ended_failure(ended) : NULL},
                   {"PROVD_RULE", failed ? attempt_rule(manager->attempt) : NULL},
                   {"PROVD_URL", attempt_url(manager->attempt)}, {"PROVD_CHANGED", changed});

    if (ended->result == RESULT_SUCCESS) {
        log_message(LOG_NOTICE, fields, "Attempt %s succeeded and changed %s parameters", id,
                    changed);
        log_expanded(PARAMETER_LOG_SUCCESS_MSG, ended->id, manager->set,
                     attempt_env(manager->attempt));
    } else if (failed) {
        log_message(LOG_WARNING, fields, "Attempt %s failed: %s", id, ended->message);
        log_expanded(PARAMETER_LOG_FAILURE_MSG, ended->id, manager->set,
                     attempt_env(manager->attempt));
    } else {
        log_message(LOG_NOTICE, fields, "Attempt %s was cancelled", id);
    }
}

void manager_log_times(const Manager *manager, const AttemptTimes *times, int64_t committing)
{
    g_autofree char *id = g_strdup_printf("%" PRIu64, manager->ended.id);
    g_autofree char *fetching = g_strdup_printf("%" PRIu64, times->fetching);
    g_autofree char *applying = g_strdup_printf("%" PRIu64, times->applying);
    g_autofree char *storing = g_strdup_printf("%" PRIi64, committing);

    log_message(LOG_DEBUG,
                LOG_FIELDS({"PROVD_ATTEMPT", id}, {"PROVD_FETCH_USEC", fetching},
                           {"PROVD_APPLY_USEC", applying}, {"PROVD_COMMIT_USEC", storing}),
                "Attempt %s took %s µs to fetch, %s µs to apply, %s µs to commit", id, fetching,
                applying, storing);
}

void manager_log_interrupted(const AttemptRecord *record)
{
    g_autofree char *id = g_strdup_printf("%" PRIu64, record->id);

    log_message(LOG_WARNING,
                LOG_FIELDS({"MESSAGE_ID", MESSAGE_ATTEMPT_FAILED}, {"PROVD_ATTEMPT", id},
                           {"PROVD_REASON", record->reason}, {"PROVD_RESULT", record->result},
                           {"PROVD_ERROR", record->failure}),
                "Attempt %s failed: %s", id, record->message);
}

/* Without provisioning the phone is on its own: the one state that is worth an entry. */
void manager_log_switch(const char *before, const char *after)
{
    const char *disabled = planner_status_to_string(PLANNER_DISABLED);

    if (before == after)
        return;
    if (after == disabled)
        log_message(LOG_NOTICE, LOG_FIELDS({"MESSAGE_ID", MESSAGE_PROVISIONING_DISABLED}),
                    "Provisioning is switched off by Provision_Enable");
    else if (before == disabled)
        log_message(LOG_NOTICE, LOG_FIELDS({"MESSAGE_ID", MESSAGE_PROVISIONING_ENABLED}),
                    "Provisioning is switched on again by Provision_Enable");
}
