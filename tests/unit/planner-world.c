/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/planner-world.h"

#include <string.h>

static int64_t wall_time(const World *world, const char *wall)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(wall, world->zone);

    g_assert_nonnull(time);
    return g_date_time_to_unix(time) * G_USEC_PER_SEC;
}

World *world_new(const char *zone, const char *wall)
{
    World *world = g_new0(World, 1);

    world->set = paramset_new(NULL);
    world->zone = g_time_zone_new_identifier(zone);
    g_assert_nonnull(world->zone);
    world->settings = planner_settings_new(world->set, world->zone, &world->macros);
    world->notes = g_string_new(NULL);
    world->result = RESULT_SUCCESS;
    world->ends = PLANNER_NEVER;
    world->now.realtime = wall_time(world, wall);
    planner_init(&world->planner);
    return world;
}

void world_free(World *world)
{
    planner_clear(&world->planner);
    planner_settings_free(world->settings);
    paramset_free(world->set);
    g_time_zone_unref(world->zone);
    g_string_free(world->notes, TRUE);
    g_free(world);
}

/* The planner as another process would find it: only what lasts, and what the shell tells anew. */
static void reload(World *world)
{
    g_autoptr(GHashTable) rows = planner_save(&world->planner);
    g_autoptr(GHashTable) again = NULL;
    Planner was = world->planner;

    planner_init(&world->planner);
    g_assert_true(planner_load(&world->planner, rows));
    again = planner_save(&world->planner);
    g_assert_cmpuint(g_hash_table_size(rows), ==, g_hash_table_size(again));

    world->planner.random = was.random;
    world->planner.restarted = was.restarted;
    world->planner.active_lines = was.active_lines;
    world->planner.stopping = was.stopping;
    world->planner.running.provisioning_state = was.running.provisioning_state;
    world->decision.attempt = world->planner.running;
    planner_clear(&was);
}

static void check_decision(const World *world)
{
    const PlannerDecision *decision = &world->decision;
    const Planner *planner = &world->planner;
    bool pending = decision->status == PLANNER_SCHEDULED || decision->status == PLANNER_DEFERRED;

    if (pending)
        g_assert_cmpint(decision->alarm.clock, !=, PLANNER_CLOCK_NONE);
    if (decision->alarm.clock == PLANNER_CLOCK_BOOTTIME)
        g_assert_cmpint(decision->alarm.at, >, world->now.boottime);
    if (decision->alarm.clock == PLANNER_CLOCK_REALTIME)
        g_assert_cmpint(decision->alarm.at, >, world->now.realtime);
    g_assert_true(pending == (decision->due.realtime != 0));
    if (!world->settings->enabled)
        g_assert_true(!decision->start && (decision->stop || !planner->running.id));
    if (planner->interval.reason == RESYNC_PERIODIC)
        g_assert_true(!planner->retrying || schedule_is_off(world->settings->retry));
}

static void begin_attempt(World *world)
{
    const PlannerAttempt *attempt = &world->decision.attempt;

    g_assert_cmpint(world->ends, ==, PLANNER_NEVER); /* never two at once */
    g_string_append_printf(world->notes, "%s%g:%s", world->notes->len ? " " : "",
                           (double)world->now.boottime / G_USEC_PER_SEC,
                           resync_reason_to_string(attempt->reason));
    if (attempt->rule)
        g_string_append_printf(world->notes, "(%s)", attempt->rule);
    world->ends = world->latency < 0 ? PLANNER_NEVER - 1
                                     : world->now.boottime + world->latency * G_USEC_PER_SEC;
}

static void end_attempt(World *world, ResyncResult result)
{
    world->ends = PLANNER_NEVER;
    world_tell(world, (PlannerEvent){.type = PLANNER_FINISHED,
                                     .finished = {.id = world->planner.running.id,
                                                  .result = result,
                                                  .failure = FAILURE_UNREACHABLE,
                                                  .retry_after = world->retry_after}});
}

void world_act(World *world)
{
    for (;;) {
        world->decision = planner_decide(&world->planner, world->settings, world->now);
        check_decision(world);
        if (world->decision.start)
            begin_attempt(world);
        reload(world);

        if (world->decision.stop)
            end_attempt(world, RESULT_CANCELLED);
        else if (world->ends <= world->now.boottime)
            end_attempt(world, world->result);
        else
            return;
    }
}

PlannerReply world_tell(World *world, PlannerEvent event)
{
    PlannerReply reply = {};

    planner_event(&world->planner, world->settings, world->now, &event, &reply);
    reload(world);
    return reply;
}

PlannerReply world_event(World *world, PlannerEvent event)
{
    PlannerReply reply = world_tell(world, event);

    world_act(world);
    return reply;
}

void world_set(World *world, const char *name, const char *value)
{
    Parameter *parameter = parameter_new(name, value, SOURCE_LOCAL, ACCESS_NA, 0);

    g_assert_true(paramset_put(world->set, parameter));
    parameter_unref(parameter);
    planner_settings_free(world->settings);
    world->settings = planner_settings_new(world->set, world->zone, &world->macros);
    if (world->planner.boot_id[0])
        world_event(world, (PlannerEvent){.type = PLANNER_SETTINGS});
}

void world_boot(World *world, uint64_t seed)
{
    g_autofree char *boot_id =
        g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GUINT64_FORMAT, world->now.boottime, seed);

    world->ends = PLANNER_NEVER;
    world_event(world,
                (PlannerEvent){.type = PLANNER_START, .start = {.boot_id = boot_id, .seed = seed}});
}

void world_restart(World *world)
{
    g_autofree char *boot_id = g_strdup(world->planner.boot_id);

    world->ends = PLANNER_NEVER;
    world_event(world, (PlannerEvent){.type = PLANNER_START, .start = {.boot_id = boot_id}});
}

static void pass(World *world, int64_t time)
{
    world->now.boottime += time;
    world->now.realtime += time;
}

void world_off(World *world, int64_t seconds)
{
    pass(world, seconds * G_USEC_PER_SEC);
}

static int64_t next_moment(const World *world)
{
    const PlannerAlarm *alarm = &world->decision.alarm;
    int64_t next = PLANNER_NEVER;

    if (alarm->clock == PLANNER_CLOCK_BOOTTIME)
        next = alarm->at;
    else if (alarm->clock == PLANNER_CLOCK_REALTIME)
        next = world->now.boottime + (alarm->at - world->now.realtime);
    return MIN(next, world->ends);
}

void world_run(World *world, double until)
{
    int64_t end = (int64_t)(until * G_USEC_PER_SEC);

    for (int64_t next; (next = next_moment(world)) < end;) {
        pass(world, next - world->now.boottime);
        world_act(world);
    }
    pass(world, end - world->now.boottime);
}

void world_clock(World *world, const char *wall)
{
    world->now.realtime = wall_time(world, wall);
    world_event(world, (PlannerEvent){.type = PLANNER_CLOCK});
}

void world_expect(World *world, const char *attempts)
{
    g_assert_cmpstr(world->notes->str, ==, attempts);
    g_string_truncate(world->notes, 0);
}

double world_due(const World *world)
{
    if (!world->decision.due.realtime)
        return -1;
    return (double)world->decision.due.boottime / G_USEC_PER_SEC;
}

World *world_plain(void)
{
    World *world = world_new("UTC", "2027-01-01T00:00:00");

    world_set(world, "Resync_Random_Delay", "0");
    return world;
}

World *world_booted(void)
{
    World *world = world_plain();

    world_boot(world, 1);
    world_expect(world, "0:boot");
    return world;
}

PlannerReply world_request(World *world, bool force, const char *rule)
{
    return world_event(
        world, (PlannerEvent){.type = PLANNER_REQUEST,
                              .request = {.force = force, .rule = rule, .administrator = true}});
}

void world_lines(World *world, unsigned active)
{
    world_event(world, (PlannerEvent){.type = PLANNER_LINES, .lines = {.active = active}});
}

void world_sip(World *world)
{
    world_event(world, (PlannerEvent){.type = PLANNER_SIP});
}

void world_upgrade(World *world)
{
    world_event(world, (PlannerEvent){.type = PLANNER_UPGRADE});
}
