/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Resync_Trigger_1 and _2. */

#include "tests/unit/planner-world.h"

#include <string.h>

static const char *lookup(const char *name, void *userdata)
{
    const World *world = userdata;

    return paramset_get(world->set, name);
}

/* Nothing but a trigger, and ten seconds from boot on. */
static World *world_trigger(const char *condition)
{
    World *world = world_new("UTC", "2027-01-01T00:00:00");

    world->macros.parameter = lookup;
    world->macros.parameter_data = world;
    world_set(world, "Resync_Random_Delay", "0");
    world_set(world, "Resync_On_Reset", "No");
    world_set(world, "Resync_Periodic", "0");
    world_set(world, "Resync_Trigger_1", condition);
    world_boot(world, 1);
    return world;
}

static void registration(World *world, unsigned line, LineRegistration what)
{
    world_event(world, (PlannerEvent){.type = PLANNER_REGISTRATION,
                                      .registration = {.line = line, .registration = what}});
}

/* The example of the contract. */
static void test_timers(void)
{
    g_autoptr(World) world = world_trigger("$UPGTMR gt 300 and $PRVTMR ge 600");

    world_set(world, "Resync_After_Upgrade_Attempt", "No");
    assert_scheduled(world, 600.0, "trigger");
    world_event(world, (PlannerEvent){.type = PLANNER_UPGRADE});
    world_run(world, 100);
    world_sip(world);
    assert_scheduled(world, 700.0, "trigger");
    world_run(world, 1500);
    world_expect(world, "100:sip 700:trigger 1300:trigger"); /* its own attempt sets it back */
}

static void test_the_later_of_both(void)
{
    g_autoptr(World) world = world_trigger("$PRVTMR ge 100 and 300 < $UPGTMR");

    assert_scheduled(world, 301.0, "trigger");
}

typedef struct Fires {
    const char *condition, *attempts;
} Fires;

/* What the triggers of a table do in twenty seconds, each by itself. */
static void expect_attempts(const Fires *cases, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autoptr(World) world = world_trigger(cases[i].condition);

        g_test_message("%s", cases[i].condition);
        world_run(world, 20);
        world_expect(world, cases[i].attempts);
    }
}

/* A string is not the number that it looks like; a number is, however it is written. */
static void test_numbers_in_strings(void)
{
    static const Fires cases[] = {
        {"\"$UPGTMR\" eq \"5\"", "5:trigger"},
        {"\"$UPGTMR\" eq \"05\"", ""},
        {"\"$UPGTMR\" eq \"0x5\"", ""},
        {"\"$UPGTMR\" eq \"-0\"", ""},
        {"\"$UPGTMR\" ne \"-0\"", "0:trigger"},
        {"$UPGTMR eq 05", "5:trigger"},
        {"$UPGTMR eq 0x5", "5:trigger"},
        {"$UPGTMR gt -0", "1:trigger"},
        {"$UPGTMR lt -1", ""},
    };

    expect_attempts(cases, G_N_ELEMENTS(cases));
}

/* A version lies between the number that it begins with and the next one. */
static void test_versions(void)
{
    static const Fires cases[] = {
        {"$UPGTMR ge 5.1", "6:trigger"},           {"$UPGTMR gt 5b", "6:trigger"},
        {"$UPGTMR gt 05-1-2", "6:trigger"},        {"$UPGTMR ge 5 and 5.1 gt $UPGTMR", "5:trigger"},
        {"$UPGTMR ne 5.1", "0:trigger"},           {"$UPGTMR eq 5.1", ""},
        {"$UPGTMR gt 99999999999999999999.1", ""},
    };

    expect_attempts(cases, G_N_ELEMENTS(cases));
}

static void test_edge(void)
{
    g_autoptr(World) world = world_trigger("\"$A\" eq \"go\"");

    world_run(world, 10);
    world_set(world, "GPP_A", "go");
    world_expect(world, "10:trigger");
    world_run(world, 1000);
    world_set(world, "GPP_B", "x");
    world_expect(world, ""); /* TRUE all the time: no edge */
    world_set(world, "GPP_A", "stop");
    world_set(world, "GPP_A", "go");
    world_expect(world, "1000:trigger");
}

static void test_sixty_seconds(void)
{
    g_autoptr(World) world = world_trigger("\"$A\" eq \"go\"");

    world_set(world, "GPP_A", "go");
    world_expect(world, "0:trigger");
    world_set(world, "GPP_A", "stop");
    world_run(world, 10);
    world_set(world, "GPP_A", "go");
    assert_scheduled(world, 60.0, "trigger");
    world_run(world, 30);
    world_sip(world); /* counts from the end of the last attempt, whatever its reason */
    assert_scheduled(world, 90.0, "trigger");
    world_run(world, 50);
    world_set(world, "GPP_A", "stop"); /* no longer TRUE: nothing to make up for */
    assert_status(world, "idle");
    world_run(world, 70);
    world_set(world, "GPP_A", "go");
    world_run(world, 100);
    world_expect(world, "30:sip 90:trigger");
}

static void test_boot_counts_as_false(void)
{
    g_autoptr(World) world = world_trigger("\"$A\" eq \"go\"");

    world_set(world, "GPP_A", "go");
    world_run(world, 500);
    world_restart(world); /* a restart is no boot */
    world_run(world, 1000);
    world_expect(world, "0:trigger");
    world_boot(world, 2);
    world_expect(world, "1000:trigger");
}

static void test_other_condition_is_another_trigger(void)
{
    g_autoptr(World) world = world_trigger("1 eq 1");

    world_run(world, 10);
    world_expect(world, "0:trigger");
    world_set(world, "Resync_Trigger_1", "2 eq 2");
    world_expect(world, "10:trigger");
    world_set(world, "Resync_Trigger_2", "3 eq 3");
    world_expect(world, "10:trigger");
    world_set(world, "Resync_Trigger_1", "");
    world_run(world, 1000);
    world_expect(world, "");
}

static void test_stays_due_while_deferred(void)
{
    g_autoptr(World) world = world_trigger("\"$A\" eq \"go\"");

    world_event(world, (PlannerEvent){.type = PLANNER_LINES, .lines = {.active = 1}});
    world_set(world, "GPP_A", "go");
    assert_status(world, "deferred");
    world_set(world, "GPP_A", "stop");
    assert_status(world, "deferred");
    world_run(world, 20);
    world_event(world, (PlannerEvent){.type = PLANNER_LINES});
    world_expect(world, "20:trigger");
}

static void test_during_an_attempt(void)
{
    g_autoptr(World) world = world_trigger("\"$A\" eq \"go\"");

    world->latency = 10;
    world_sip(world);
    world_run(world, 5);
    world_set(world, "GPP_A", "go");
    world_run(world, 50);
    world_expect(world, "0:sip 10:trigger"); /* looked at when it ends */
}

static void test_no_success_and_no_retry_holds_it(void)
{
    g_autoptr(World) world = world_trigger("$PRVTMR ge 600");

    world->result = RESULT_FAILURE;
    world_sip(world);
    assert_scheduled(world, 600.0, "trigger"); /* before the retry at 3600 */
    world_run(world, 1300);
    world_expect(world, "0:sip 600:trigger 1200:trigger");
}

static void test_lines(void)
{
    g_autoptr(World) world = world_trigger("$REGTMR2 ge 300");

    assert_status(world, "idle"); /* until it was first reported */
    registration(world, 2, LINE_REGISTERED);
    assert_status(world, "idle");
    world_run(world, 10);
    registration(world, 2, LINE_UNREGISTERED);
    assert_scheduled(world, 310.0, "trigger");
    world_run(world, 20);
    registration(world, 2, LINE_UNREGISTERED); /* said again: not lost again */
    assert_scheduled(world, 310.0, "trigger");
    registration(world, 2, LINE_UNKNOWN); /* the client left */
    assert_status(world, "idle");
    registration(world, 2, LINE_UNREGISTERED);
    registration(world, 1, LINE_UNREGISTERED);
    registration(world, PLANNER_LINES_MAX + 1, LINE_UNREGISTERED);
    assert_scheduled(world, 320.0, "trigger");
    world_restart(world);
    assert_scheduled(world, 320.0, "trigger");
    world_boot(world, 2);
    assert_status(world, "idle");
}

/* TRUE for one second only: seen without looking every second. */
static void test_exact_second(void)
{
    g_autoptr(World) world = world_trigger("$UPGTMR eq 100 and $PRVTMR ne 100");

    assert_status(world, "idle"); /* never both at once, as things are */
    world_run(world, 10);
    world_sip(world);
    assert_scheduled(world, 100.0, "trigger");
    world_run(world, 2000);
    world_expect(world, "10:sip 100:trigger");
}

/* FALSE again only by time: the engine wakes for that moment, too. */
static void test_rearms_by_time(void)
{
    g_autoptr(World) world = world_trigger("$REGTMR1 lt 50 and \"$A\" ne \"x\"");

    world_expect(world, "0:trigger"); /* 0 where there is no loss */
    registration(world, 1, LINE_UNREGISTERED);
    g_assert_cmpint(world->decision.alarm.clock, ==, PLANNER_CLOCK_BOOTTIME);
    g_assert_cmpint(world->decision.alarm.at, ==, 50 * (int64_t)G_USEC_PER_SEC);
    world_run(world, 100);
    registration(world, 1, LINE_REGISTERED);
    world_expect(world, "100:trigger");
}

/* Two timers against each other change places within a second; it is found without polling. */
static void test_two_timers(void)
{
    g_autoptr(World) world = world_trigger("$UPGTMR gt $PRVTMR and $UPGTMR ge 50");

    world->macros.upgrade_state = 0;
    assert_status(world, "idle"); /* they run side by side */
    world_run(world, 10.5);
    world_sip(world);
    assert_scheduled(world, 50.0, "trigger");
}

static void test_quoted_timer(void)
{
    g_autoptr(World) world = world_trigger("\"$PRVTMR\" ne \"7\" and \"$UPGTMR\" eq \"90\"");

    assert_scheduled(world, 90.0, "trigger");
}

static void test_hexadecimal(void)
{
    g_autoptr(World) world = world_trigger("$PRVTMR >= 0x10");

    assert_scheduled(world, 16.0, "trigger");
}

static void test_both_triggers_one_attempt(void)
{
    g_autoptr(World) world = world_trigger("$PRVTMR ge 60");

    world_set(world, "Resync_Trigger_2", "$UPGTMR ge 60");
    world_run(world, 61);
    world_expect(world, "60:trigger");
    g_assert_cmpint(world->planner.trigger[1].phase, ==, TRIGGER_SPENT);
}

static void test_enabling_makes_nothing_due(void)
{
    g_autoptr(World) world = world_trigger("\"$A\" eq \"go\"");

    world_set(world, "Provision_Enable", "No");
    world_set(world, "GPP_A", "go");
    world_run(world, 100);
    world_set(world, "Provision_Enable", "Yes");
    world_run(world, 200);
    world_expect(world, "");
}

/* Of what happens at one moment, nothing in between counts. */
static void test_one_moment(void)
{
    g_autoptr(World) world = world_trigger("$REGTMR1 eq 0 and $REGTMR2 ge 60");
    PlannerEvent gone = {.type = PLANNER_REGISTRATION, .registration = {1, LINE_UNKNOWN}};

    registration(world, 1, LINE_UNREGISTERED);
    registration(world, 2, LINE_UNREGISTERED);
    world_run(world, 100);
    world_tell(world, gone);
    gone.registration.line = 2;
    world_event(world, gone);
    world_expect(world, "");

    world_set(world, "Provision_Enable", "No");
    world_set(world, "Resync_Trigger_1", "$UPGTMR eq 0");
    world_run(world, 200);
    world_set(world, "Provision_Enable", "Yes");
    g_assert_false(world->planner.absorbing);
    world_set(world, "Resync_After_Upgrade_Attempt", "No");
    world_upgrade(world);
    world_expect(world, "200:trigger");
}

/* Hundreds of comparisons, as a profile may bring them, cost no more than a moment. */
static void test_large_condition(void)
{
    g_autoptr(GString) text = g_string_new("$PRVTMR ge 5000");
    g_autoptr(World) world = NULL;

    for (guint i = 0; i <= 700; i++)
        g_string_append_printf(text, " and $PRVTMR ne %u", 5700 - i);
    world = world_trigger(text->str);
    assert_scheduled(world, 5701.0, "trigger");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/planner/trigger/timers", test_timers);
    g_test_add_func("/planner/trigger/the-later-of-both", test_the_later_of_both);
    g_test_add_func("/planner/trigger/strings", test_numbers_in_strings);
    g_test_add_func("/planner/trigger/versions", test_versions);
    g_test_add_func("/planner/trigger/edge", test_edge);
    g_test_add_func("/planner/trigger/sixty-seconds", test_sixty_seconds);
    g_test_add_func("/planner/trigger/boot", test_boot_counts_as_false);
    g_test_add_func("/planner/trigger/other", test_other_condition_is_another_trigger);
    g_test_add_func("/planner/trigger/deferred", test_stays_due_while_deferred);
    g_test_add_func("/planner/trigger/during-an-attempt", test_during_an_attempt);
    g_test_add_func("/planner/trigger/retry", test_no_success_and_no_retry_holds_it);
    g_test_add_func("/planner/trigger/lines", test_lines);
    g_test_add_func("/planner/trigger/exact-second", test_exact_second);
    g_test_add_func("/planner/trigger/rearms-by-time", test_rearms_by_time);
    g_test_add_func("/planner/trigger/two-timers", test_two_timers);
    g_test_add_func("/planner/trigger/quoted", test_quoted_timer);
    g_test_add_func("/planner/trigger/hexadecimal", test_hexadecimal);
    g_test_add_func("/planner/trigger/both", test_both_triggers_one_attempt);
    g_test_add_func("/planner/trigger/enabling", test_enabling_makes_nothing_due);
    g_test_add_func("/planner/trigger/large", test_large_condition);
    g_test_add_func("/planner/trigger/one-moment", test_one_moment);
    return g_test_run();
}
