/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Resync_At__HHmm_: windows, days, clocks and zones. */

#include "tests/unit/planner-world.h"

#define HOUR 3600.0
#define DAY  86400.0

/* At 20:00, with a daily time and nothing else; second 0 is 20:00. */
static World *world_daily(const char *at, const char *window)
{
    World *world = world_new("UTC", "2027-01-01T20:00:00");

    world_set(world, "Resync_Random_Delay", "0");
    world_set(world, "Resync_On_Reset", "No");
    world_set(world, "Resync_At__HHmm_", at);
    world_set(world, "Resync_At_Random_Delay", window);
    world_boot(world, 1);
    return world;
}

static void test_exact(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    assert_scheduled(world, 7 * HOUR, "at");
    world_run(world, 3 * DAY);
    world_expect(world, "25200:at 111600:at 198000:at");
}

static void test_ignores_period(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    world_set(world, "Resync_On_Reset", "Yes");
    world_boot(world, 2);
    world_expect(world, "0:boot");
    assert_scheduled(world, 7 * HOUR, "at");
    world_set(world, "Resync_At__HHmm_", "960"); /* not valid: as if empty */
    assert_scheduled(world, HOUR, "periodic");
    world_set(world, "Resync_At__HHmm_", "0300");
    assert_scheduled(world, 7 * HOUR, "at");
}

static void test_midnights(void)
{
    g_autoptr(World) world = world_daily("2400", "0");

    assert_scheduled(world, 4 * HOUR, "at");
    world_set(world, "Resync_At__HHmm_", "0000");
    assert_scheduled(world, 4 * HOUR, "at");
    world_run(world, DAY + 5 * HOUR);
    world_expect(world, "14400:at 100800:at");
}

static void window_range(const char *setting, double length)
{
    double smallest = 1e9, largest = 0;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        g_autoptr(World) world = world_daily("0300", setting);

        world_boot(world, seed);
        world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
        smallest = MIN(smallest, world_due(world) - 7 * HOUR);
        largest = MAX(largest, world_due(world) - 7 * HOUR);
    }
    g_assert_cmpfloat(smallest, >=, 0);
    g_assert_cmpfloat(smallest, <, length / 10);
    g_assert_cmpfloat(largest, >, length * 9 / 10);
    g_assert_cmpfloat(largest, <=, length);
}

static void test_window(void)
{
    window_range("600", 600);
    window_range("1", 600);
    window_range("599", 600);
    window_range("601", 660);
    window_range("3600", 3600);
}

static void test_offset_is_kept_for_its_day(void)
{
    g_autoptr(World) world = world_daily("0300", "3600");
    double first = world_due(world);

    world_restart(world);
    g_assert_cmpfloat(world_due(world), ==, first);
    world_off(world, 600);
    world_boot(world, 7);
    g_assert_cmpfloat(world_due(world), ==, first);
    world_clock(world, "2027-01-01T20:30:00"); /* 20 minutes on */
    g_assert_cmpfloat(world_due(world), ==, first - 1200);
    world_run(world, first);
    g_assert_cmpfloat(world_due(world), !=, first - 1200 + DAY); /* drawn anew for each day */
}

static void test_needs_no_success_and_no_retry_holds_it(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    world_set(world, "Resync_Error_Retry_Delay", "36000,7200");
    world->result = RESULT_FAILURE;
    world_event(world, (PlannerEvent){.type = PLANNER_SIP});
    assert_scheduled(world, 7 * HOUR, "at");
    world_run(world, 10 * HOUR); /* its failure replaces the retry by the next element's */
    world_expect(world, "0:sip 25200:at 32400:retry");
}

/* ---- passed moments ---- */

static void test_must_be_later_than_its_setting(void)
{
    g_autoptr(World) world = world_daily("2000", "0");

    assert_scheduled(world, DAY, "at"); /* it is 20:00: not later than boot */
    world_run(world, 100);
    world_set(world, "Resync_At__HHmm_", "1959");
    assert_scheduled(world, DAY - 60, "at");
    world_run(world, 120);
    world_set(world, "Resync_At__HHmm_", "2003");
    assert_scheduled(world, 180, "at");
}

static void test_once_a_day(void)
{
    g_autoptr(World) world = world_daily("2100", "0");

    world_run(world, 2 * HOUR);
    world_expect(world, "3600:at");
    world_set(world, "Resync_At__HHmm_", "2300"); /* today's was made */
    assert_scheduled(world, DAY + 3 * HOUR, "at");
    world_clock(world, "2027-01-01T20:30:00"); /* and is, when the clock is set back */
    world_set(world, "Resync_At__HHmm_", "2100");
    assert_scheduled(world, 2 * HOUR + DAY + HOUR / 2, "at");
}

static void test_served_by_a_request(void)
{
    g_autoptr(World) world = world_daily("2100", "0");

    world_event(world, (PlannerEvent){.type = PLANNER_LINES, .lines = {.active = 1}});
    world_run(world, HOUR + 10);
    assert_status(world, "deferred");
    g_assert_cmpfloat(world_due(world), ==, HOUR + 14400);
    world_event(world, (PlannerEvent){.type = PLANNER_REQUEST,
                                      .request = {.force = true, .administrator = true}});
    world_expect(world, "3610:request");
    assert_scheduled(world, DAY + HOUR, "at");
}

/* Off from before the moment until within the window: due in what is left of it. */
static void test_off_with_the_window_open(void)
{
    double smallest = 1e9, largest = 0;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        g_autoptr(World) world = world_daily("2100", "3600");

        while (world_due(world) > HOUR + 1800) { /* a day whose moment is in the first half */
            world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
        }
        world_off(world, (int64_t)HOUR + 1800);
        world_boot(world, seed);
        smallest = MIN(smallest, world_due(world));
        largest = MAX(largest, world_due(world));
    }
    g_assert_cmpfloat(smallest, >=, HOUR + 1800);
    g_assert_cmpfloat(smallest, <, HOUR + 2000);
    g_assert_cmpfloat(largest, >, HOUR + 3400);
    g_assert_cmpfloat(largest, <=, HOUR + 3600);
}

static void test_off_with_the_window_closed(void)
{
    g_autoptr(World) world = world_daily("2100", "600");

    world_off(world, (int64_t)HOUR + 600);
    world_boot(world, 2);
    g_assert_cmpfloat(world_due(world), >=, DAY + HOUR);
    world_expect(world, "");
}

static void test_asleep_with_the_window_open(void)
{
    g_autoptr(World) world = world_daily("2100", "3600");

    while (world_due(world) > HOUR + 1800)
        world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
    world_off(world, (int64_t)HOUR + 1800);
    world_event(world, (PlannerEvent){.type = PLANNER_WAKE,
                                      .wake = {.slept = 5000 * (int64_t)G_USEC_PER_SEC}});
    g_assert_cmpfloat(world_due(world), >, HOUR + 1800);
    g_assert_cmpfloat(world_due(world), <=, HOUR + 3600);
}

/* The daemon was down, not the device: due at once, after the pause, though the window closed. */
static void test_daemon_down(void)
{
    g_autoptr(World) world = world_daily("2100", "600");

    world_off(world, 2 * (int64_t)HOUR);
    world_restart(world);
    assert_scheduled(world, 2 * HOUR + 5, "at");
}

static void test_window_past_midnight(void)
{
    g_autoptr(World) world = world_daily("2350", "3600");

    while (world_due(world) < 4 * HOUR) /* a moment after midnight */
        world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
    world_run(world, 5 * HOUR);
    g_assert_cmpint(world->planner.last_reason, ==, RESYNC_AT);
    g_assert_cmpfloat(world_due(world), >=, DAY + 4 * HOUR - 600); /* today's is still to come */
    g_assert_cmpfloat(world_due(world), <=, DAY + 5 * HOUR - 600);
}

static void test_boot_in_a_window_of_yesterday(void)
{
    g_autoptr(World) world = world_daily("2350", "3600");

    while (world_due(world) > 4 * HOUR)
        world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
    world_off(world, 4 * (int64_t)HOUR + 60);
    world_boot(world, 2);
    g_assert_cmpfloat(world_due(world), >=, 4 * HOUR + 60);
    g_assert_cmpfloat(world_due(world), <=, 5 * HOUR - 600);
}

/* ---- clock and zone ---- */

static void test_clock_jumps(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    world_clock(world, "2027-01-01T23:00:00");
    assert_scheduled(world, 4 * HOUR, "at");
    world_clock(world, "2027-01-02T12:00:00"); /* over it: not made */
    assert_scheduled(world, 15 * HOUR, "at");
    world_clock(world, "2027-01-01T12:00:00"); /* back: it is to come again */
    assert_scheduled(world, 15 * HOUR, "at");
    world_expect(world, "");
}

/* Neither day has a second attempt where the clock was a day ahead for a while. */
static void test_clock_a_day_ahead(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    world_run(world, 8 * HOUR);
    world_clock(world, "2027-01-03T02:00:00");
    world_run(world, 10 * HOUR);
    world_expect(world, "25200:at 32400:at");
    world_clock(world, "2027-01-02T02:00:00");
    assert_scheduled(world, 59 * HOUR, "at");
    world_off(world, HOUR);
    world_boot(world, 2);
    assert_scheduled(world, 59 * HOUR, "at");
}

/* A correction of a few seconds must not cost the day its resync. */
static void test_clock_corrected_over_the_moment(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    world_run(world, 7 * HOUR - 1);
    world_clock(world, "2027-01-02T03:00:02");
    world_expect(world, "25199:at");
    assert_scheduled(world, 7 * HOUR + DAY - 3, "at");

    world_off(world, (int64_t)DAY); /* a clock that was ahead is set right at the moment */
    world_clock(world, "2027-01-03T03:00:01");
    world_expect(world, "111599:at");
}

static void test_unset_clock(void)
{
    g_autoptr(World) world = world_new("UTC", "1970-01-01T02:59:00");

    world_set(world, "Resync_Random_Delay", "0");
    world_set(world, "Resync_At__HHmm_", "0300");
    world_boot(world, 1);
    assert_status(world, "idle");
    world_run(world, DAY);
    world_expect(world, "0:boot");
    world_clock(world, "2027-01-01T03:05:00"); /* first set, in the open window */
    g_assert_cmpfloat(world_due(world), >, DAY);
    g_assert_cmpfloat(world_due(world), <=, DAY + 300);
    world_clock(world, "2027-01-01T12:00:00");
    g_assert_cmpfloat(world_due(world), >=, DAY + 15 * HOUR);
}

static void change_zone(World *world, const char *name)
{
    g_time_zone_unref(world->zone);
    world->zone = g_time_zone_new_identifier(name);
    planner_settings_free(world->settings);
    world->settings = planner_settings_new(world->set, world->zone, &world->macros);
}

static void set_zone(World *world, const char *name)
{
    change_zone(world, name);
    world_event(world, (PlannerEvent){.type = PLANNER_CLOCK});
}

static void test_zone_changes(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    set_zone(world, "Asia/Tokyo"); /* it is 05:00 there */
    assert_scheduled(world, 22 * HOUR, "at");
    set_zone(world, "America/New_York"); /* and 15:00 here */
    assert_scheduled(world, 12 * HOUR, "at");
    world_expect(world, "");
}

/* A zone in which the moment is over already does not make it come. */
static void test_zone_changes_while_stopped(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    change_zone(world, "Asia/Tokyo");
    world_restart(world);
    assert_scheduled(world, 22 * HOUR, "at");
    world_run(world, 23 * HOUR);
    world_expect(world, "79200:at");
    change_zone(world, "America/New_York"); /* the day before, and the next one was made */
    world_restart(world);
    assert_scheduled(world, 60 * HOUR, "at");
    world_expect(world, "");
}

/* News of a clock that was set by next to nothing, just as the moment comes. */
static void test_clock_hardly_set_at_the_moment(void)
{
    g_autoptr(World) world = world_daily("0300", "0");

    world_run(world, 7 * HOUR - 1);
    world->now.boottime += G_USEC_PER_SEC;
    world->now.realtime += G_USEC_PER_SEC + 50 * 1000;
    world_event(world, (PlannerEvent){.type = PLANNER_CLOCK});
    world_expect(world, "25200:at");
}

static void test_daylight_saving(void)
{
    g_autoptr(World) world = world_new("America/New_York", "2027-03-13T12:00:00");

    world_set(world, "Resync_Random_Delay", "0");
    world_set(world, "Resync_At__HHmm_", "0230");
    world_set(world, "Resync_At_Random_Delay", "0");
    world_boot(world, 1);
    assert_scheduled(world, 14 * HOUR, "at"); /* 0300, which is where 0200 would be */
    world_run(world, 15 * HOUR);
    assert_scheduled(world, 37.5 * HOUR, "at");
    world_expect(world, "0:boot 50400:at");
}

static void test_daylight_saving_ends(void)
{
    g_autoptr(World) world = world_new("America/New_York", "2027-11-06T12:00:00");

    world_set(world, "Resync_Random_Delay", "0");
    world_set(world, "Resync_At__HHmm_", "0130");
    world_set(world, "Resync_At_Random_Delay", "0");
    world_boot(world, 1);
    world_run(world, 40 * HOUR); /* 0130 comes twice that night */
    world_expect(world, "0:boot 48600:at 138600:at");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/planner/daily/exact", test_exact);
    g_test_add_func("/planner/daily/ignores-period", test_ignores_period);
    g_test_add_func("/planner/daily/midnights", test_midnights);
    g_test_add_func("/planner/daily/window", test_window);
    g_test_add_func("/planner/daily/offset-is-kept", test_offset_is_kept_for_its_day);
    g_test_add_func("/planner/daily/retry", test_needs_no_success_and_no_retry_holds_it);
    g_test_add_func("/planner/daily/later-than-setting", test_must_be_later_than_its_setting);
    g_test_add_func("/planner/daily/once-a-day", test_once_a_day);
    g_test_add_func("/planner/daily/served-by-a-request", test_served_by_a_request);
    g_test_add_func("/planner/daily/off-window-open", test_off_with_the_window_open);
    g_test_add_func("/planner/daily/off-window-closed", test_off_with_the_window_closed);
    g_test_add_func("/planner/daily/asleep", test_asleep_with_the_window_open);
    g_test_add_func("/planner/daily/daemon-down", test_daemon_down);
    g_test_add_func("/planner/daily/past-midnight", test_window_past_midnight);
    g_test_add_func("/planner/daily/boot-past-midnight", test_boot_in_a_window_of_yesterday);
    g_test_add_func("/planner/daily/clock-jumps", test_clock_jumps);
    g_test_add_func("/planner/daily/clock-corrected", test_clock_corrected_over_the_moment);
    g_test_add_func("/planner/daily/unset-clock", test_unset_clock);
    g_test_add_func("/planner/daily/clock-a-day-ahead", test_clock_a_day_ahead);
    g_test_add_func("/planner/daily/clock-hardly-set", test_clock_hardly_set_at_the_moment);
    g_test_add_func("/planner/daily/zone-changes", test_zone_changes);
    g_test_add_func("/planner/daily/zone-changes-while-stopped", test_zone_changes_while_stopped);
    g_test_add_func("/planner/daily/gap", test_daylight_saving);
    g_test_add_func("/planner/daily/twice", test_daylight_saving_ends);
    return g_test_run();
}
