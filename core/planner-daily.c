/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daily time: for each local day a moment in the window that opens at HHmm. One day is next;
 * its offset is kept until its moment has come or the settings are others. A window belongs to
 * the day of its HHmm also where it runs past midnight, and as none is as long as a day, the next
 * day is never but today, yesterday, or one to come.
 */

#include "core/planner-private.h"
#include "core/zone.h"

#define YEAR_2020 SECONDS(1577836800)

bool clock_is_set(int64_t realtime)
{
    return realtime >= YEAR_2020;
}

void daily_forget(PlannerDaily *daily)
{
    *daily = (PlannerDaily){.made = {daily->made[0], daily->made[1]}};
}

void daily_spend(PlannerDaily *daily)
{
    if (daily->day != daily->made[0])
        *daily = (PlannerDaily){.made = {daily->day, daily->made[0]}};
    else
        daily_forget(daily);
}

/*
 * No second attempt for a day, and none for a day before it but where the clock was set back; then
 * the day before the last may be the one that comes once more.
 */
static bool day_is_over(int64_t day, const int64_t made[2], int64_t today)
{
    return day == made[0] || day == made[1] || (day < made[0] && made[0] <= today);
}

/* Chooses the first day whose moment is later than now; yesterday's may be. */
static void daily_choose(Planner *planner, const PlannerSettings *settings, Moment now,
                         Passed passed)
{
    PlannerDaily was = planner->daily;
    bool same = was.minutes == settings->at && was.window == settings->at_window;
    int64_t today = zone_day(settings->zone, now.realtime);

    for (int64_t day = today - 1;; day++) {
        int64_t opens = zone_moment(settings->zone, day, settings->at), offset;

        if (day_is_over(day, was.made, today) || opens + settings->at_window <= now.realtime)
            continue;

        if (same && day == was.day)
            offset = was.offset;
        else
            offset = random_draw_span(&planner->random, settings->at_window);
        if (opens + offset <= now.realtime) {
            if (passed != PASSED_IS_SPREAD)
                continue;
            offset = now.realtime - opens;
            offset += random_draw_span(&planner->random, settings->at_window - offset);
        }

        planner->daily = (PlannerDaily){.made = {was.made[0], was.made[1]},
                                        .day = day,
                                        .minutes = settings->at,
                                        .window = settings->at_window,
                                        .offset = offset,
                                        .moment = opens + offset};
        return;
    }
}

/* Whether the zone is still the one, in what counts here, that the moment was chosen in. */
static bool zone_is_same(const PlannerDaily *daily, const PlannerSettings *settings)
{
    int64_t opens = zone_moment(settings->zone, daily->day, (unsigned)daily->minutes);

    return daily->moment == opens + daily->offset;
}

void daily_refresh(Planner *planner, const PlannerSettings *settings, Moment now, Passed passed)
{
    PlannerDaily *daily = &planner->daily;
    bool known =
        daily->day && daily->minutes == settings->at && daily->window == settings->at_window;

    if (planner->disabled || !settings->daily || !clock_is_set(now.realtime)) {
        daily_forget(daily);
        return;
    }
    if (known && daily->due)
        return;
    if (known && passed == PASSED_IS_DUE && zone_is_same(daily, settings)) {
        int64_t late = now.realtime - daily->moment;

        if (late >= 0) {
            daily->due = true;
            daily->since = now.boottime - late;
        }
        return;
    }
    daily_choose(planner, settings, now, passed);
}
