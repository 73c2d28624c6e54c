/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Why the next resync is when it is: every cause, when it is due, and what holds it back. */

#include "config.h"
#include "core/planner-private.h"

#include <glib/gi18n-lib.h>

static const char *explain_asked(const PlannerSettings *settings, ResyncReason reason)
{
    if (reason == RESYNC_SIP && !settings->resync_from_sip)
        return N_("Resync_From_SIP is No");
    if (reason == RESYNC_UPGRADE && !settings->resync_after_upgrade)
        return N_("Resync_After_Upgrade_Attempt is No");
    return N_("nothing asked for it");
}

static const char *explain_boot(const PlannerSettings *settings)
{
    if (!settings->resync_on_reset)
        return N_("Resync_On_Reset is No");
    return N_("made or dropped since, or the boot was announced");
}

static const char *explain_retry(const Planner *planner, const PlannerSettings *settings)
{
    if (planner->retrying)
        return schedule_is_off(settings->retry) ? N_("Resync_Error_Retry_Delay is 0") : NULL;
    if (planner->failures > 0)
        return N_("what failed had a rule of its own, or Provision_Enable was No since");
    return N_("no attempt has failed since the last success");
}

static const char *explain_daily(const PlannerSettings *settings, Moment now)
{
    if (!settings->daily)
        return N_("Resync_At__HHmm_ is empty or not valid");
    return clock_is_set(now.realtime) ? NULL : N_("the clock has not been set");
}

static const char *explain_trigger(const Planner *planner, const PlannerSettings *settings)
{
    const char *held = N_("Resync_Trigger_1 and Resync_Trigger_2 are empty");

    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++) {
        if (!settings->trigger[i])
            continue;
        if (planner->trigger[i].phase == TRIGGER_SPENT)
            return N_("a condition is TRUE already, and has to be FALSE in between");
        held = N_("no condition turns TRUE by the passing of time alone");
    }
    return held;
}

static const char *explain_periodic(const Planner *planner, const PlannerSettings *settings)
{
    if (schedule_is_off(settings->periodic))
        return N_("Resync_Periodic is 0");
    if (settings->daily)
        return N_("Resync_At__HHmm_ is set");
    if (!planner->provisioned)
        return N_("there has been no successful resync yet");
    return planner->retrying ? N_("the error retry takes its place") : NULL;
}

/* Why a cause has no due moment. */
static const char *explain_none(const Planner *planner, const PlannerSettings *settings, Moment now,
                                ResyncReason reason)
{
    if (!settings->enabled)
        return N_("Provision_Enable is No");

    switch (reason) {
    case RESYNC_BOOT:
        return explain_boot(settings);
    case RESYNC_RETRY:
        return explain_retry(planner, settings);
    case RESYNC_AT:
        return explain_daily(settings, now);
    case RESYNC_TRIGGER:
        return explain_trigger(planner, settings);
    case RESYNC_PERIODIC:
        return explain_periodic(planner, settings);
    default:
        return explain_asked(settings, reason);
    }
}

/* What may come without any moment yet waits for the end of an attempt, which decides. */
static PlannerCandidate explain_without(const Planner *planner, const PlannerSettings *settings,
                                        Moment now, ResyncReason reason)
{
    const char *held = explain_none(planner, settings, now, reason);

    if (!held && planner->running.id)
        held = N_("an attempt is running");
    return (PlannerCandidate){.reason = reason, .held = held};
}

/* Why a cause does not start when it is due. */
static const char *explain_held(const Candidate *candidate, const Planner *planner,
                                const PlannerSettings *settings, Moment now)
{
    bool due = candidate->due <= now.boottime;

    if (planner->running.id)
        return due ? N_("an attempt is running") : NULL;
    if (candidate_start(candidate, planner, settings, now) <= MAX(candidate->due, now.boottime))
        return NULL;
    return due && planner->active_lines > 0 ? N_("a line is active")
                                            : N_("the daemon has just been restarted");
}

/* Whether a cause counts anew from the end of the running attempt, whenever that is. */
static bool counts_from_end(const Candidate *candidate, const Planner *planner)
{
    bool interval = candidate->reason == RESYNC_RETRY || candidate->reason == RESYNC_PERIODIC;

    return interval && planner->running.id && !planner->running.rule;
}

static PlannerCandidate explain(const Candidate *candidate, const Planner *planner,
                                const PlannerSettings *settings, Moment now)
{
    if (counts_from_end(candidate, planner))
        return (PlannerCandidate){.reason = candidate->reason, .held = N_("an attempt is running")};
    return (PlannerCandidate){.reason = candidate->reason,
                              .due = candidate_moment(candidate, planner),
                              .held = explain_held(candidate, planner, settings, now)};
}

GArray *planner_explain(const Planner *planner, const PlannerSettings *settings, Moment now)
{
    GArray *told = g_array_new(FALSE, FALSE, sizeof(PlannerCandidate));
    Candidate list[CANDIDATES_MAX];
    unsigned count = candidates_collect(planner, settings, now, list);

    for (ResyncReason reason = RESYNC_REQUEST; reason < RESYNC_REASONS; reason++) {
        guint before = told->len;

        for (unsigned i = 0; i < count; i++) {
            PlannerCandidate entry = explain(&list[i], planner, settings, now);

            if (list[i].reason == reason)
                g_array_append_val(told, entry);
        }
        if (told->len == before) {
            PlannerCandidate entry = explain_without(planner, settings, now, reason);

            g_array_append_val(told, entry);
        }
    }
    return told;
}
