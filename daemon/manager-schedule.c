/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/log.h"
#include "daemon/manager-private.h"
#include "daemon/message-ids.h"

/* A pause this long between two looks at the clocks is a sleep of the device. */
#define SLEEP_MIN_USEC G_USEC_PER_SEC

void manager_feed(Manager *manager, const PlannerEvent *event, PlannerReply *ret_reply)
{
    int64_t slept = clock_slept(manager->clock);
    Moment now = clock_now();

    if (slept >= SLEEP_MIN_USEC)
        planner_event(&manager->planner, manager->settings, now,
                      &(PlannerEvent){.type = PLANNER_WAKE, .wake.slept = slept}, NULL);
    planner_event(&manager->planner, manager->settings, now, event, ret_reply);
}

void manager_act(Manager *manager)
{
    PlannerDecision decision = planner_decide(&manager->planner, manager->settings, clock_now());

    while (decision.stop && manager->attempt) {
        manager_stop_attempt(manager);
        decision = planner_decide(&manager->planner, manager->settings, clock_now());
    }
    manager_store_state(manager);
    clock_set_alarm(manager->clock, &decision.alarm);
    manager_update_status(manager, &decision);
    manager_tell_ended(manager);
    if (decision.start)
        manager_begin_attempt(manager, &decision.attempt);
}

void manager_feed_and_act(Manager *manager, const PlannerEvent *event, PlannerReply *ret_reply)
{
    manager_feed(manager, event, ret_reply);
    manager_act(manager);
}

PlannerSettings *manager_settings_of(const Manager *manager, const ParamSet *set)
{
    return planner_settings_new(set, manager->zone, &manager->env);
}

void manager_settings_changed(Manager *manager)
{
    planner_settings_free(manager->settings);
    manager->settings = manager_settings_of(manager, manager->set);
    manager_feed(manager, &(PlannerEvent){.type = PLANNER_SETTINGS}, NULL);
}

static void reload_zone(Manager *manager)
{
    g_time_zone_unref(manager->zone);
    manager->zone = clock_zone();
    log_message(LOG_NOTICE, LOG_FIELDS({"MESSAGE_ID", MESSAGE_TIME_ZONE_CHANGED}),
                "The time zone is %s now", g_time_zone_get_identifier(manager->zone));
    planner_settings_free(manager->settings);
    manager->settings = manager_settings_of(manager, manager->set);
}

void manager_on_clock(ClockNews news, void *userdata)
{
    Manager *manager = userdata;
    PlannerEvent event = {.type = news == CLOCK_ALARM ? PLANNER_TICK : PLANNER_CLOCK};

    if (news == CLOCK_ZONE)
        reload_zone(manager);
    manager_feed_and_act(manager, &event, NULL);
}
