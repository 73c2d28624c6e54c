/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The decision: all candidates are put into one table, and the one that may start first says what
 * comes next. There is no other place where that is decided.
 */

#include "core/planner-private.h"

typedef struct Candidates {
    Candidate list[CANDIDATES_MAX];
    unsigned count;
} Candidates;

static bool starts_before(int64_t start, const Candidate *candidate, int64_t other_start,
                          const Candidate *other)
{
    return start != other_start ? start < other_start : candidate->due < other->due;
}

/* The candidate that may start first, of those that are due by a moment; NULL: there is none. */
static const Candidate *first_to_start(const Planner *planner, const PlannerSettings *settings,
                                       Moment now, const Candidates *all, int64_t due_by,
                                       int64_t *ret_start)
{
    const Candidate *first = NULL;

    for (unsigned i = 0; i < all->count; i++) {
        const Candidate *candidate = &all->list[i];
        int64_t start = candidate_start(candidate, planner, settings, now);

        if (candidate->due > due_by)
            continue;
        if (!first || starts_before(start, candidate, *ret_start, first)) {
            first = candidate;
            *ret_start = start;
        }
    }
    return first;
}

/* The reason of the attempt that a candidate would lead to at a moment: that of the first due. */
static ResyncReason shared_reason(const Candidates *all, const Candidate *candidate, int64_t at)
{
    if (candidate->rule)
        return candidate->reason;
    for (unsigned i = 0; i < all->count; i++)
        if (!all->list[i].rule && all->list[i].due <= at)
            return all->list[i].reason;
    return candidate->reason;
}

static void serve(Planner *planner, ResyncReason reason)
{
    switch (reason) {
    case RESYNC_REQUEST:
        planner->request = (PlannerAsk){};
        break;
    case RESYNC_SIP:
        planner->sip = (PlannerAsk){};
        break;
    case RESYNC_UPGRADE:
        planner->upgrade = (PlannerAsk){};
        break;
    case RESYNC_BOOT:
        planner->boot_pending = false;
        break;
    case RESYNC_AT:
        daily_spend(&planner->daily);
        break;
    case RESYNC_TRIGGER:
        for (unsigned i = 0; i < PLANNER_TRIGGERS; i++)
            if (planner->trigger[i].phase == TRIGGER_DUE) {
                planner->trigger[i].phase = TRIGGER_SPENT;
                planner->trigger[i].fired = true;
            }
        break;
    default:
        break; /* an interval ends with the attempt */
    }
}

static void begin_own_rule(Planner *planner, const PlannerRuleRequest *rule)
{
    PlannerRuleRequest *request = (PlannerRuleRequest *)rule;

    planner->running = (PlannerAttempt){
        .id = request->id, .reason = request->reason, .rule = g_steal_pointer(&request->rule)};
    g_ptr_array_remove(planner->rules, request);
}

static void begin_shared(Planner *planner, const Candidates *all, ResyncReason reason, Moment now)
{
    planner->running.reason = reason;
    planner->running.id = planner->request.waiting ? planner->request_id : ++planner->last_id;
    for (unsigned i = 0; i < all->count; i++)
        if (!all->list[i].rule && all->list[i].due <= now.boottime)
            serve(planner, all->list[i].reason);
    if (reason == RESYNC_PERIODIC)
        planner->periodic_place += planner->periodic_place < UINT32_MAX;
}

static PlannerDecision begin(Planner *planner, const PlannerSettings *settings, Moment now,
                             const Candidates *all, const Candidate *first)
{
    if (first->rule)
        begin_own_rule(planner, first->rule);
    else
        begin_shared(planner, all, shared_reason(all, first, now.boottime), now);

    planner->running.provisioning_state = reason_provisioning_state(planner->running.reason);
    planner->started = now.boottime;
    planner->last_attempt = now;
    planner->last_reason = planner->running.reason;
    planner_refresh(planner, settings, now);

    return (PlannerDecision){.status = PLANNER_RESYNCING,
                             .reason = planner->running.reason,
                             .attempt = planner->running,
                             .start = true};
}

static PlannerAlarm alarm_for(const Planner *planner, const PlannerSettings *settings, Moment now,
                              const Candidate *next, int64_t start)
{
    int64_t wake = PLANNER_NEVER;

    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++)
        wake = MIN(wake, trigger_wake(planner, settings, now, i));

    if (next && start <= wake) {
        if (next->reason == RESYNC_AT && start == next->due && !planner->daily.due)
            return (PlannerAlarm){.clock = PLANNER_CLOCK_REALTIME, .at = planner->daily.moment};
        return (PlannerAlarm){.clock = PLANNER_CLOCK_BOOTTIME, .at = start};
    }
    if (wake != PLANNER_NEVER)
        return (PlannerAlarm){.clock = PLANNER_CLOCK_BOOTTIME, .at = wake};
    return (PlannerAlarm){};
}

/* Nothing may start now: says what will, and when to look again. */
static PlannerDecision wait(const Planner *planner, const PlannerSettings *settings, Moment now,
                            const Candidates *all)
{
    int64_t start = 0, held_start = 0;
    const Candidate *next = first_to_start(planner, settings, now, all, PLANNER_NEVER, &start);
    const Candidate *held = first_to_start(planner, settings, now, all, now.boottime, &held_start);
    PlannerDecision decision = {.status = PLANNER_IDLE,
                                .alarm = alarm_for(planner, settings, now, next, start)};

    if (held) {
        bool lines = planner->active_lines > 0 && held_start > planner_pause_end(planner);

        decision.status = lines ? PLANNER_DEFERRED : PLANNER_SCHEDULED;
        decision.reason = shared_reason(all, held, now.boottime);
        decision.due = planner_moment(planner, held_start);
    } else if (next) {
        decision.status = PLANNER_SCHEDULED;
        decision.reason = shared_reason(all, next, start);
        decision.due =
            start == next->due ? candidate_moment(next, planner) : planner_moment(planner, start);
    }
    return decision;
}

PlannerDecision planner_decide(Planner *planner, const PlannerSettings *settings, Moment now)
{
    Candidates all;
    const Candidate *first;
    int64_t start;

    g_return_val_if_fail(planner && settings, (PlannerDecision){});

    planner_refresh(planner, settings, now);
    if (planner->running.id)
        return (PlannerDecision){.status = PLANNER_RESYNCING,
                                 .reason = planner->running.reason,
                                 .attempt = planner->running,
                                 .stop = planner->stopping};
    if (planner->disabled)
        return (PlannerDecision){.status = PLANNER_DISABLED};

    all.count = candidates_collect(planner, settings, now, all.list);
    first = first_to_start(planner, settings, now, &all, now.boottime, &start);
    if (first && start <= now.boottime)
        return begin(planner, settings, now, &all, first);
    return wait(planner, settings, now, &all);
}
