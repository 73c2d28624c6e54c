/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of the planner share. A `refresh` brings the facts up to a moment. */

#include "core/planner.h"

#define SECONDS(n) ((int64_t)(n)*G_USEC_PER_SEC)

/* What becomes of a due moment that a refresh finds in the past. */
typedef enum Passed {
    PASSED_IS_DUE,     /* time went by: it has come */
    PASSED_IS_DROPPED, /* the clock or the zone is another: it never came */
    PASSED_IS_SPREAD,  /* the device was off or asleep: it comes at a random moment from now */
} Passed;

/* planner.c: all of it, once everything that happened at a moment is taken in */
void planner_refresh(Planner *planner, const PlannerSettings *settings, Moment now);

/* By line - 1, the boottime at which it lost its registration; NEVER: none known. */
int64_t *line_timers(Planner *planner);

/* planner-ask.c */
void ask_add(PlannerAsk *ask, Moment now, bool force);
void asks_drop(Planner *planner);
void asks_postpone(Planner *planner, Moment now); /* of those since the attempt that ends now */
void asks_carry(Planner *planner, Moment now);    /* over a boot */

/* A new request, the last of the queue, not asked yet; NULL where the queue is full. */
PlannerRuleRequest *rule_request_add(Planner *planner, uint64_t id, ResyncReason reason,
                                     const char *rule);

/* planner-interval.c: retry and period */
void interval_refresh(Planner *planner, const PlannerSettings *settings, Moment now, Passed passed);
void interval_carry(Planner *planner, Moment now); /* over a boot, before the clock is known anew */

/* planner-daily.c */
void daily_forget(PlannerDaily *daily); /* what is next, but not which days were made */
void daily_spend(PlannerDaily *daily);  /* the next day has had its attempt */
void daily_refresh(Planner *planner, const PlannerSettings *settings, Moment now, Passed passed);
bool clock_is_set(int64_t realtime);

/* planner-trigger.c */
void trigger_refresh(Planner *planner, const PlannerSettings *settings, Moment now);

/* The boottime at which a trigger is due, now or by the mere passing of time; else NEVER. */
int64_t trigger_due(const Planner *planner, const PlannerSettings *settings, Moment now,
                    unsigned i);

/* The next boottime after now at which a spent trigger turns FALSE by the passing of time. */
int64_t trigger_wake(const Planner *planner, const PlannerSettings *settings, Moment now,
                     unsigned i);

/* planner-candidate.c: what is due when, and when it may start */
typedef struct Candidate {
    ResyncReason reason;
    int64_t due; /* boottime */
    bool asked;  /* by somebody, rather than by a clock */
    bool force;
    const PlannerRuleRequest *rule; /* to be served alone; NULL: with all others that are due */
} Candidate;

#define CANDIDATES_MAX (RESYNC_REASONS + PLANNER_TRIGGERS + PLANNER_RULES_MAX)

/* The candidates that have a due moment, in the order of their rank; returns how many. */
unsigned candidates_collect(const Planner *planner, const PlannerSettings *settings, Moment now,
                            Candidate *ret_candidates);

/*
 * When a candidate is due. A daily moment is one of wall time, which may have moved a little
 * against the clock of intervals.
 */
Moment candidate_moment(const Candidate *candidate, const Planner *planner);

/* The boottime at which a candidate may start as things are, not before it is due. */
int64_t candidate_start(const Candidate *candidate, const Planner *planner,
                        const PlannerSettings *settings, Moment now);

/* The first moment that is not in the pause after a restart. */
int64_t planner_pause_end(const Planner *planner);

/* A boottime as wall time shows it. */
Moment planner_moment(const Planner *planner, int64_t boottime);

/* planner-names.c: $PRVST of an attempt for this reason */
int reason_provisioning_state(ResyncReason reason);
