/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The interval from the end of the last attempt to the next: that of the error retry while the
 * last attempt is one that failed, else that of the period. It is drawn when it begins, and anew
 * only when the element that it was made from is another.
 */

#include "core/planner-private.h"

static ResyncReason wanted_reason(const Planner *planner, const PlannerSettings *settings)
{
    if (planner->disabled)
        return RESYNC_NONE;
    if (planner->retrying && !schedule_is_off(settings->retry))
        return RESYNC_RETRY;
    if (planner->provisioned && !settings->daily && !schedule_is_off(settings->periodic))
        return RESYNC_PERIODIC;
    return RESYNC_NONE;
}

static ScheduleElement wanted_element(const Planner *planner, const PlannerSettings *settings,
                                      ResyncReason reason)
{
    return reason == RESYNC_RETRY ? schedule_element(settings->retry, planner->retry_place)
                                  : schedule_element(settings->periodic, planner->periodic_place);
}

static PlannerInterval interval_new(Planner *planner, ResyncReason reason, ScheduleElement element)
{
    PlannerInterval interval = {
        .reason = reason,
        .delay = element.delay,
        .random = element.random,
        .offset = random_draw_span(&planner->random, SECONDS(element.random)),
    };
    int64_t length = SECONDS(element.delay) + interval.offset;

    if (reason == RESYNC_RETRY)
        length = MAX(length, planner->retry_after);
    interval.due = planner->anchor + length;
    return interval;
}

void interval_refresh(Planner *planner, const PlannerSettings *settings, Moment now, Passed passed)
{
    ResyncReason reason = wanted_reason(planner, settings);
    uint32_t fingerprint = schedule_fingerprint(settings->periodic);
    PlannerInterval *interval = &planner->interval;
    ScheduleElement element;
    int64_t first_due;
    bool kept, missed;

    if (planner->running.id)
        return; /* its end decides */
    if (planner->periodic_fingerprint != fingerprint) {
        planner->periodic_fingerprint = fingerprint;
        planner->periodic_place = 0;
    }
    if (reason == RESYNC_NONE) {
        *interval = (PlannerInterval){};
        return;
    }

    element = wanted_element(planner, settings, reason);
    kept = interval->reason == reason && interval->delay == element.delay &&
           interval->random == element.random;
    first_due = interval->reason == reason ? MIN(interval->due, now.boottime) : now.boottime;
    missed =
        passed == PASSED_IS_SPREAD && interval->reason == reason && interval->due <= now.boottime;
    if (!kept)
        *interval = interval_new(planner, reason, element);

    if (interval->due > now.boottime && !missed)
        return;
    if (passed == PASSED_IS_SPREAD)
        interval->due = now.boottime + planner->boot_offset;
    else if (!kept)
        interval->due = first_due; /* a setting changed: now, where it was not due before */
}

void interval_carry(Planner *planner, Moment now)
{
    PlannerInterval *interval = &planner->interval;
    int64_t length = interval->reason ? interval->due - planner->anchor : PLANNER_NEVER;
    int64_t elapsed = now.realtime - (planner->anchor + planner->clock_offset);

    /* What has elapsed beyond it still counts where the interval becomes another. */
    planner->anchor = now.boottime - MAX(elapsed, 0);
    if (interval->reason)
        interval->due = planner->anchor + length;
}
