/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/planner-private.h"

#define RESTART_PAUSE SECONDS(5) /* for the clients, to announce their active lines again */

Moment planner_moment(const Planner *planner, int64_t boottime)
{
    return (Moment){.boottime = boottime, .realtime = boottime + planner->clock_offset};
}

Moment candidate_moment(const Candidate *candidate, const Planner *planner)
{
    Moment due = planner_moment(planner, candidate->due);

    if (candidate->reason == RESYNC_AT && !planner->daily.due)
        due.realtime = planner->daily.moment;
    return due;
}

int64_t planner_pause_end(const Planner *planner)
{
    return planner->restarted == PLANNER_NEVER ? INT64_MIN : planner->restarted + RESTART_PAUSE;
}

static int64_t daily_due(const Planner *planner, Moment now)
{
    if (!planner->daily.day)
        return PLANNER_NEVER;
    if (planner->daily.due)
        return planner->daily.since;
    return now.boottime + (planner->daily.moment - now.realtime);
}

static int64_t earliest_trigger(const Planner *planner, const PlannerSettings *settings, Moment now)
{
    int64_t earliest = PLANNER_NEVER;

    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++)
        earliest = MIN(earliest, trigger_due(planner, settings, now, i));
    return earliest;
}

static Candidate asked(ResyncReason reason, const PlannerAsk *ask)
{
    return (Candidate){.reason = reason,
                       .due = ask->waiting ? ask->since : PLANNER_NEVER,
                       .asked = true,
                       .force = ask->force};
}

static int64_t interval_due(const Planner *planner, ResyncReason reason)
{
    return planner->interval.reason == reason ? planner->interval.due : PLANNER_NEVER;
}

unsigned candidates_collect(const Planner *planner, const PlannerSettings *settings, Moment now,
                            Candidate *ret_candidates)
{
    const Candidate all[] = {
        asked(RESYNC_REQUEST, &planner->request),
        asked(RESYNC_SIP, &planner->sip),
        asked(RESYNC_UPGRADE, &planner->upgrade),
        {.reason = RESYNC_BOOT,
         .due = planner->boot_pending ? planner->boot + planner->boot_offset : PLANNER_NEVER},
        {.reason = RESYNC_RETRY, .due = interval_due(planner, RESYNC_RETRY)},
        {.reason = RESYNC_AT, .due = daily_due(planner, now)},
        {.reason = RESYNC_TRIGGER, .due = earliest_trigger(planner, settings, now)},
        {.reason = RESYNC_PERIODIC, .due = interval_due(planner, RESYNC_PERIODIC)},
    };
    unsigned count = 0;

    if (planner->disabled)
        return 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i].due != PLANNER_NEVER)
            ret_candidates[count++] = all[i];
    for (unsigned i = 0; planner->rules && i < planner->rules->len; i++) {
        const PlannerRuleRequest *rule = g_ptr_array_index(planner->rules, i);

        ret_candidates[count] = asked(rule->reason, &rule->ask);
        ret_candidates[count++].rule = rule;
    }
    return count;
}

int64_t candidate_start(const Candidate *candidate, const Planner *planner,
                        const PlannerSettings *settings, Moment now)
{
    /* Who asks after a restart asks now; only what is older than it waits for the lines. */
    bool fresh = candidate->asked && candidate->due >= planner->restarted;
    int64_t start = candidate->due;

    if (candidate->force)
        return start;
    if (!fresh)
        start = MAX(start, planner_pause_end(planner));
    if (candidate->due <= now.boottime && planner->active_lines > 0)
        start = MAX(start, candidate->due + settings->forced_delay);
    return start;
}
