/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happens to the device: active lines, restarts, power cuts, sleep, cancelling. */

#include "tests/unit/planner-world.h"

/* ---- lines ---- */

static void test_deferred_until_forced(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Forced_Resync_Delay", "1000");
    world_run(world, 10);
    world_lines(world, 2);
    assert_scheduled(world, 3600, "periodic");
    world_run(world, 3700);
    assert_status(world, "deferred");
    g_assert_cmpfloat(world_due(world), ==, 4600);
    world_lines(world, 1);
    world_expect(world, "");
    world_run(world, 4601);
    world_expect(world, "4600:periodic");
    world_run(world, 9000);
    world_lines(world, 0);
    world_expect(world, "9000:periodic");
}

static void test_forced_delay_zero(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Forced_Resync_Delay", "0");
    world_lines(world, 1);
    world_run(world, 3601);
    world_expect(world, "3600:periodic");
}

/* The lines are waited for since an attempt first became due, whatever is set meanwhile. */
static void test_forced_whatever_is_set(void)
{
    g_autoptr(World) boot = world_plain();
    g_autoptr(World) periodic = world_booted();

    world_tell(boot, (PlannerEvent){.type = PLANNER_START, .start = {.boot_id = "first"}});
    world_lines(boot, 1);
    world_run(boot, 100);
    world_set(boot, "Resync_Random_Delay", "3");
    assert_status(boot, "deferred");
    g_assert_cmpfloat(world_due(boot), ==, 14400);

    world_lines(periodic, 1);
    world_run(periodic, 4000);
    g_assert_cmpfloat(world_due(periodic), ==, 18000);
    world_set(periodic, "Resync_Periodic", "3000");
    assert_status(periodic, "deferred");
    g_assert_cmpfloat(world_due(periodic), ==, 18000);
}

static void test_force_is_never_deferred(void)
{
    g_autoptr(World) world = world_booted();

    world_lines(world, 1);
    world_request(world, false, "http://a/1");
    assert_status(world, "deferred");
    world_request(world, true, "http://a/2");
    world_expect(world, "0:request(http://a/2)");
    world_run(world, 14401);
    world_expect(world, "14400:request(http://a/1)"); /* and the period counts from here */
}

static void test_line_during_an_attempt(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = 100;
    world_request(world, false, NULL);
    world_run(world, 10);
    world_lines(world, 1);
    g_assert_cmpint(world->planner.running.id, ==, 2);
    world_run(world, 101);
    g_assert_cmpint(world->planner.running.id, ==, 0);
    g_assert_cmpint(world->planner.last_result, ==, RESULT_SUCCESS);
}

/* ---- restarts, power cuts, sleep ---- */

static void test_restart_changes_nothing(void)
{
    g_autoptr(World) world = world_booted();

    world_run(world, 1000);
    world_restart(world);
    assert_scheduled(world, 3600, "periodic");
    world_run(world, 3601);
    world_expect(world, "3600:periodic");
}

static void test_restart_waits_for_the_lines(void)
{
    g_autoptr(World) world = world_booted();

    world_lines(world, 1);
    world_run(world, 4000);
    world_restart(world);
    assert_scheduled(world, 4005, "periodic");
    world_run(world, 4002);
    world_lines(world, 1);
    world_run(world, 4010);
    assert_status(world, "deferred");
    g_assert_cmpfloat(world_due(world), ==, 18000); /* since when it is due is kept */
    world_restart(world);
    world_run(world, 4016);
    world_expect(world, "4015:periodic");
}

static void test_restart_keeps_requests(void)
{
    g_autoptr(World) world = world_booted();

    world_lines(world, 1);
    world_request(world, false, NULL);
    world_request(world, false, "http://a/b?c=d e");
    world_run(world, 10);
    world_restart(world);
    world_request(world, false, "http://new/"); /* who asks now waits for nobody */
    world_run(world, 20);
    world_expect(world, "10:request(http://new/) 15:request 15:request(http://a/b?c=d e)");
}

/* What was asked for during the attempt that ended with it is due, and older than the restart. */
static void test_restart_during_an_attempt(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = -1;
    world_request(world, false, NULL);
    world_run(world, 10);
    world_request(world, false, NULL);
    world_request(world, false, "http://a/");
    world_sip(world);
    world->latency = 0;
    world_restart(world);
    assert_scheduled(world, 15, "request");
    world_lines(world, 1);
    world_run(world, 20);
    assert_status(world, "deferred");
    world_request(world, true, "http://now/");
    world_lines(world, 0);
    world_run(world, 30);
    world_expect(world, "0:request 20:request(http://now/) 20:request 20:request(http://a/)");
}

static void test_deadline_while_down(void)
{
    g_autoptr(World) world = world_booted();

    world_run(world, 3000);
    world_off(world, 1000); /* the daemon, not the device */
    world_restart(world);
    world_run(world, 4010);
    world_expect(world, "4005:periodic");
}

static void test_interrupted(void)
{
    g_autoptr(World) world = world_booted();
    g_autofree char *boot_id = g_strdup(world->planner.boot_id);
    PlannerReply reply;

    world->latency = -1;
    world_set(world, "Resync_Error_Retry_Delay", "100");
    world_request(world, false, NULL);
    world_run(world, 10);
    world->ends = PLANNER_NEVER;
    reply =
        world_event(world, (PlannerEvent){.type = PLANNER_START, .start = {.boot_id = boot_id}});
    g_assert_cmpuint(reply.interrupted.id, ==, 2);
    g_assert_cmpint(reply.interrupted.reason, ==, RESYNC_REQUEST);
    g_assert_cmpint(world->planner.last_failure, ==, FAILURE_INTERRUPTED);
    assert_scheduled(world, 110, "retry");
}

static void test_interrupted_by_power_cut(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = -1;
    world_set(world, "Resync_On_Reset", "No");
    world_set(world, "Resync_Error_Retry_Delay", "100");
    world_request(world, false, "http://a/");
    world_run(world, 10);
    world_boot(world, 2); /* its own rule: no retry, the period goes on */
    g_assert_cmpuint(world->planner.failures, ==, 1);
    assert_scheduled(world, 3600, "periodic");
    world_request(world, false, NULL);
    world_boot(world, 3);
    assert_scheduled(world, 110, "retry");
}

static void test_interval_over_reboot(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_On_Reset", "No");
    world_run(world, 1000);
    world_off(world, 500);
    world->now.boottime = 20 * G_USEC_PER_SEC; /* the new kernel counts anew */
    world_boot(world, 2);
    assert_scheduled(world, 20 + 2100, "periodic");
}

/* No battery keeps the clock: it stands before the last attempt; nothing has elapsed. */
static void test_interval_with_clock_behind(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_On_Reset", "No");
    world_run(world, 1000);
    world->now = (Moment){.boottime = 0, .realtime = 0};
    world_boot(world, 2);
    assert_scheduled(world, 3600, "periodic");
    world_clock(world, "2027-06-01T00:00:00");
    assert_scheduled(world, 3600, "periodic"); /* intervals do not move */
}

static void overdue(const char *result, const char *reason)
{
    double smallest = 1e9, largest = 0;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        g_autoptr(World) world = world_booted();

        world_set(world, "Resync_On_Reset", "No");
        world_set(world, "Resync_Random_Delay", "5");
        world->result = g_str_equal(result, "failure") ? RESULT_FAILURE : RESULT_SUCCESS;
        world_request(world, false, NULL);
        world_off(world, 90000);
        world_boot(world, seed);
        g_assert_cmpstr(resync_reason_to_string(world->decision.reason), ==, reason);
        smallest = MIN(smallest, world_due(world));
        largest = MAX(largest, world_due(world));
    }
    g_assert_cmpfloat(smallest, >=, 90000);
    g_assert_cmpfloat(smallest, <, 90010);
    g_assert_cmpfloat(largest, >, 90090);
    g_assert_cmpfloat(largest, <=, 90100);
}

static void test_overdue_at_boot(void)
{
    overdue("success", "periodic");
    overdue("failure", "retry");
}

static void test_overdue_joins_boot(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_Random_Delay", "5");
    world_off(world, 90000);
    world_boot(world, 9);
    g_assert_cmpint(world->decision.reason, ==, RESYNC_BOOT);
    world_run(world, 91000);
    g_assert_cmpint(world->planner.last_id, ==, 2); /* one attempt, not two */
    g_assert_cmpuint(world->planner.periodic_place, ==, 0);
}

static void test_overdue_at_wake(void)
{
    g_autoptr(World) world = world_booted();
    PlannerEvent wake = {.type = PLANNER_WAKE, .wake = {.slept = 5000 * (int64_t)G_USEC_PER_SEC}};
    double due;

    world_set(world, "Resync_Random_Delay", "5");
    world_off(world, 5000);
    world_event(world, wake);
    due = world_due(world);
    g_assert_cmpfloat(due, >=, 5000);
    g_assert_cmpfloat(due, <=, 5100);
    g_assert_cmpfloat(due, !=, 5000);
    world_event(world, wake); /* what was put off once is not put off again */
    g_assert_cmpfloat(world_due(world), ==, due);
}

static void test_request_over_reboot(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_On_Reset", "No");
    world_lines(world, 1);
    world_request(world, false, "http://a/");
    world_off(world, 100);
    world_boot(world, 2);
    world_expect(world, "100:request(http://a/)");
}

/* ---- cancelling ---- */

static void test_cancel_running(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_Error_Retry_Delay", "100,200");
    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    world->latency = -1;
    world_run(world, 110);
    world_request(world, false, "http://a/");
    world_event(world, (PlannerEvent){.type = PLANNER_CANCEL});
    g_assert_cmpuint(world->planner.failures, ==, 1);
    g_assert_cmpint(world->planner.last_result, ==, RESULT_FAILURE);
    assert_scheduled(world, 210, "retry"); /* anew from its end; the place is the same */
    world_expect(world, "0:boot 100:retry");
}

static void test_cancel_waiting(void)
{
    g_autoptr(World) world = world_booted();

    world_lines(world, 1);
    world_request(world, false, NULL);
    world_run(world, 3700);
    world_event(world, (PlannerEvent){.type = PLANNER_CANCEL});
    assert_scheduled(world, 7300, "periodic");
    world_run(world, 3800);
    world_event(world, (PlannerEvent){.type = PLANNER_CANCEL});
    assert_scheduled(world, 7300, "periodic"); /* what is yet to come stays */
}

static void test_factory_reset(void)
{
    g_autoptr(World) world = world_booted();
    PlannerReply reply;

    world->latency = 10;
    world_request(world, false, NULL);
    world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
    assert_status(world, "idle");
    g_assert_false(world->planner.provisioned);
    g_assert_cmpint(world->planner.last_attempt.realtime, ==, 0);
    reply = world_request(world, false, NULL);
    g_assert_cmpuint(reply.id, ==, 3); /* ids are never used twice */
}

static void test_finished_of_another(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = -1;
    world_request(world, false, NULL);
    world_event(world, (PlannerEvent){.type = PLANNER_FINISHED,
                                      .finished = {.id = 1, .result = RESULT_FAILURE}});
    assert_status(world, "resyncing");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        GTestFunc function;
    } cases[] = {
        {"lines/forced", test_deferred_until_forced},
        {"lines/forced-delay-zero", test_forced_delay_zero},
        {"lines/forced-whatever-is-set", test_forced_whatever_is_set},
        {"lines/force", test_force_is_never_deferred},
        {"lines/during-an-attempt", test_line_during_an_attempt},
        {"restart/changes-nothing", test_restart_changes_nothing},
        {"restart/waits-for-the-lines", test_restart_waits_for_the_lines},
        {"restart/keeps-requests", test_restart_keeps_requests},
        {"restart/during-an-attempt", test_restart_during_an_attempt},
        {"restart/deadline-while-down", test_deadline_while_down},
        {"restart/interrupted", test_interrupted},
        {"reboot/interrupted", test_interrupted_by_power_cut},
        {"reboot/interval", test_interval_over_reboot},
        {"reboot/clock-behind", test_interval_with_clock_behind},
        {"reboot/overdue", test_overdue_at_boot},
        {"reboot/overdue-joins-boot", test_overdue_joins_boot},
        {"reboot/request", test_request_over_reboot},
        {"wake/overdue", test_overdue_at_wake},
        {"cancel/running", test_cancel_running},
        {"cancel/waiting", test_cancel_waiting},
        {"cancel/factory-reset", test_factory_reset},
        {"cancel/finished-of-another", test_finished_of_another},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/planner/", cases[i].path, NULL);

        g_test_add_func(path, cases[i].function);
    }
    return g_test_run();
}
