/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The settings and the order of attempts; the daily time and the triggers have files of their own.
 */

#include "tests/unit/planner-world.h"

/* ---- Provision_Enable ---- */

static void test_disabled(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Provision_Enable", "No");
    assert_status(world, "disabled");
    g_assert_cmpint(world_request(world, true, NULL).refusal, ==, PLANNER_REFUSED_DISABLED);
    g_assert_cmpint(world_request(world, true, "http://a/b").refusal, ==, PLANNER_REFUSED_DISABLED);
    g_assert_cmpint(world_tell(world, (PlannerEvent){.type = PLANNER_SIP}).refusal, ==,
                    PLANNER_REFUSED_DISABLED);
    world_upgrade(world);
    world_run(world, 90000);
    world_expect(world, "");

    world_set(world, "Provision_Enable", "Yes");
    assert_scheduled(world, 93600, "periodic");
}

static void test_disabling_cancels(void)
{
    g_autoptr(World) world = world_plain();

    world->latency = 10;
    world_boot(world, 1);
    world_run(world, 5);
    world_request(world, false, NULL);
    world_set(world, "Provision_Enable", "No");
    assert_status(world, "disabled");
    g_assert_cmpint(world->planner.last_result, ==, RESULT_NONE);
    world_set(world, "Provision_Enable", "Yes");
    assert_status(world, "idle"); /* never a success, and the request is gone */
}

static void test_disabled_over_boot(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Provision_Enable", "No");
    world_off(world, 100);
    world_boot(world, 2);
    assert_status(world, "disabled");
    world_run(world, 200);
    world_set(world, "Provision_Enable", "Yes");
    assert_scheduled(world, 3800, "periodic");
    world_expect(world, "");
}

static void test_disabling_clears_the_retry(void)
{
    g_autoptr(World) world = world_plain();

    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    assert_scheduled(world, 3600, "retry");
    world_set(world, "Provision_Enable", "No");
    world_set(world, "Provision_Enable", "Yes");
    assert_status(world, "idle");
}

/* ---- Resync_On_Reset, Resync_Random_Delay, announced boots ---- */

static void test_boot_delay_range(void)
{
    double smallest = 60, largest = 0;

    for (uint64_t seed = 1; seed <= 200; seed++) {
        g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");

        world_set(world, "Resync_Random_Delay", "3");
        world_boot(world, seed);
        smallest = MIN(smallest, world_due(world));
        largest = MAX(largest, world_due(world));
    }
    g_assert_cmpfloat(smallest, >=, 0);
    g_assert_cmpfloat(smallest, <, 3);
    g_assert_cmpfloat(largest, >, 57);
    g_assert_cmpfloat(largest, <=, 60);
}

static void test_boot_delay_change_draws_anew(void)
{
    g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");
    double due;

    world_set(world, "Resync_Random_Delay", "65535");
    world_boot(world, 1);
    due = world_due(world);
    world_set(world, "Resync_Periodic", "60");
    g_assert_cmpfloat(world_due(world), ==, due); /* another parameter: the moment is kept */
    world_run(world, 10);
    world_set(world, "Resync_Random_Delay", "0");
    world_expect(world, "10:boot");
}

static void test_no_resync_on_reset(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_On_Reset", "No");
    world_boot(world, 1);
    assert_status(world, "idle");
    world_run(world, 100000);
    world_expect(world, "");
}

static void boot_announced(RebootCause cause, const char *expected)
{
    g_autoptr(World) world = world_booted();

    world_event(world, (PlannerEvent){.type = PLANNER_REBOOT, .reboot = {.cause = cause}});
    world_restart(world); /* a restart uses up no announcement */
    world_off(world, 100);
    world_boot(world, 2);
    world_expect(world, expected);
    world_off(world, 100);
    world_boot(world, 3); /* it counted for one boot */
    world_expect(world, "200:boot");
}

static void test_announced_boots(void)
{
    boot_announced(REBOOT_UPGRADE, "");
    boot_announced(REBOOT_PARAMETERS, "");
    boot_announced(REBOOT_OTHER, "100:boot");
}

/* ---- Resync_Periodic ---- */

static void test_periodic(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = 7;
    world_run(world, 8000);
    world_expect(world, "3600:periodic 7207:periodic"); /* from the end of the last */
}

static void test_periodic_needs_a_success(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_Error_Retry_Delay", "0");
    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    assert_status(world, "idle");

    world->result = RESULT_SUCCESS;
    world_run(world, 50);
    world_request(world, false, NULL);
    assert_scheduled(world, 3650, "periodic");

    world_off(world, 50);
    world->result = RESULT_FAILURE;
    world_boot(world, 2);
    assert_scheduled(world, 3700, "periodic"); /* kept over reboots */

    world_event(world, (PlannerEvent){.type = PLANNER_FACTORY_RESET});
    assert_status(world, "idle");
}

static void test_periodic_list(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_Periodic", "100,200,300");
    world_boot(world, 1);
    world_run(world, 50);
    world_request(world, false, NULL); /* moves the interval, not the list */
    world_run(world, 1000);
    world_expect(world, "0:boot 50:request 150:periodic 350:periodic 650:periodic 950:periodic");

    world_set(world, "Resync_Periodic", "100,400"); /* anew with its value: due at 1050 */
    world_run(world, 1500);
    world_expect(world, "1050:periodic 1450:periodic");
    world_boot(world, 2); /* and at boot */
    world_run(world, 1601);
    world_expect(world, "1500:boot 1600:periodic");
}

static void test_periodic_random_is_kept(void)
{
    g_autoptr(World) world = world_plain();
    double due;

    world_set(world, "Resync_Periodic", "3600+600");
    world_boot(world, 1);
    due = world_due(world);
    g_assert_cmpfloat(due, >=, 3600);
    g_assert_cmpfloat(due, <=, 4200);

    for (guint i = 1; i < 100; i++) {
        world_run(world, i * 10);
        world_restart(world);
        world_set(world, "GPP_A", "x");
        g_assert_cmpfloat(world_due(world), ==, due);
    }
    world_set(world, "Resync_On_Reset", "No");
    world_boot(world, 2); /* a reboot draws it no more than a restart */
    g_assert_cmpfloat(world_due(world), ==, due);
    world_run(world, due + 1);
    g_assert_cmpfloat(world_due(world), !=, due + 3600); /* the next is another */
}

static void test_change_takes_effect_at_once(void)
{
    g_autoptr(World) world = world_booted();

    world_run(world, 900);
    world_expect(world, "");
    world_set(world, "Resync_Periodic", "600");
    world_expect(world, "900:periodic");
    world_run(world, 1000);
    world_set(world, "Resync_Periodic", "3600");
    assert_scheduled(world, 4500, "periodic");
    world_set(world, "Resync_Periodic", "0");
    assert_status(world, "idle");
    world_set(world, "Resync_Periodic", "200");
    assert_scheduled(world, 1100, "periodic");
}

/* A shorter period makes due now what would have been due before: the lines get their full time. */
static void test_change_while_line_active(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Forced_Resync_Delay", "100");
    world_lines(world, 1);
    world_run(world, 900);
    world_set(world, "Resync_Periodic", "600");
    assert_status(world, "deferred");
    g_assert_cmpfloat(world_due(world), ==, 1000);
}

/* ---- Resync_Error_Retry_Delay ---- */

static void test_retry_list(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_Error_Retry_Delay", "10,20,40");
    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    world_run(world, 111);
    world_expect(world, "0:boot 10:retry 30:retry 70:retry 110:retry");
    g_assert_cmpuint(world->planner.failures, ==, 5);

    world->result = RESULT_SUCCESS;
    world_run(world, 151);
    world_expect(world, "150:retry");
    assert_scheduled(world, 3750, "periodic");
    g_assert_cmpuint(world->planner.failures, ==, 0);

    world->result = RESULT_FAILURE;
    world_run(world, 3761);
    world_expect(world, "3750:periodic 3760:retry"); /* the list starts anew */
}

static void test_retry_off(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_Error_Retry_Delay", "0");
    world->result = RESULT_FAILURE;
    world_run(world, 7201);
    world_expect(world, "3600:periodic 7200:periodic"); /* the schedule goes on */
    world_set(world, "Resync_Error_Retry_Delay", "600");
    assert_scheduled(world, 7800, "retry");
}

static void test_other_failures_move_the_retry(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_Error_Retry_Delay", "100,200");
    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    world_run(world, 50);
    world_sip(world);
    assert_scheduled(world, 250, "retry");
}

static void test_retry_after(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_Error_Retry_Delay", "100");
    world->result = RESULT_FAILURE;
    world->retry_after = 500;
    world_boot(world, 1);
    assert_scheduled(world, 500, "retry");
    world->retry_after = 50;
    world_run(world, 501);
    assert_scheduled(world, 600, "retry"); /* the later of the two */
    world->retry_after = 1000000;
    world_run(world, 601);
    assert_scheduled(world, 600 + 86400, "retry"); /* at most 24 h */
    world_run(world, 700);
    world_set(world, "Resync_Error_Retry_Delay", "200");
    assert_scheduled(world, 600 + 86400, "retry"); /* a change does not lift it */
}

/* ---- order, joining, requests with rules ---- */

static void test_reason_order(void)
{
    g_autoptr(World) world = world_booted();

    world_lines(world, 1);
    world_run(world, 3700);
    assert_status(world, "deferred");
    g_assert_cmpint(world->decision.reason, ==, RESYNC_PERIODIC);
    world_upgrade(world);
    g_assert_cmpint(world->decision.reason, ==, RESYNC_UPGRADE);
    world_sip(world);
    g_assert_cmpint(world->decision.reason, ==, RESYNC_SIP);
    world_request(world, false, NULL);
    g_assert_cmpint(world->decision.reason, ==, RESYNC_REQUEST);
    g_assert_cmpfloat(world_due(world), ==, 3600 + 14400); /* by what was due first */
    world_lines(world, 0);
    world_expect(world, "3700:request"); /* one attempt serves them all */
    assert_scheduled(world, 7300, "periodic");
}

static void test_requests_join(void)
{
    g_autoptr(World) world = world_booted();
    PlannerReply first, second;

    world_lines(world, 1);
    first = world_request(world, false, NULL);
    assert_status(world, "deferred");
    second = world_request(world, true, NULL); /* a force that comes later sets it free */
    g_assert_cmpuint(first.id, ==, second.id);
    g_assert_cmpuint(world->planner.last_id, ==, first.id);
    world_expect(world, "0:request");
}

static void test_asking_during_an_attempt(void)
{
    g_autoptr(World) world = world_plain();
    PlannerReply first, second;

    world->latency = 10;
    world_boot(world, 1);
    world_run(world, 3);
    first = world_request(world, false, NULL);
    world_run(world, 5);
    second = world_request(world, false, NULL);
    world_sip(world);
    world_upgrade(world);
    g_assert_cmpuint(first.id, ==, second.id);
    g_assert_cmpuint(first.id, ==, 2);
    world_run(world, 100);
    world_expect(world, "0:boot 10:request"); /* one more, when the running one ends */
}

static void test_own_rules_queue(void)
{
    g_autoptr(World) world = world_booted();
    PlannerReply one, two, plain;

    world->latency = 10;
    one = world_request(world, false, "http://a/1");
    two = world_request(world, false, "http://a/2");
    plain = world_request(world, false, NULL);
    g_assert_cmpuint(one.id, ==, 2);
    g_assert_cmpuint(two.id, ==, 3);
    g_assert_cmpuint(plain.id, ==, 4);
    g_assert_cmpstr(world->decision.attempt.rule, ==, "http://a/1");
    world_run(world, 100);
    world_expect(world, "0:request(http://a/1) 10:request 20:request(http://a/2)");
}

static void test_own_rules_are_bounded(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = 10;
    world_request(world, false, NULL);
    for (guint i = 0; i < PLANNER_RULES_MAX; i++)
        g_assert_cmpint(world_request(world, false, "http://a/").refusal, ==, PLANNER_ACCEPTED);
    g_assert_cmpint(world_request(world, false, "http://a/").refusal, ==, PLANNER_REFUSED_FULL);
}

static void test_own_rule_failure_starts_no_retry(void)
{
    g_autoptr(World) world = world_booted();

    world_run(world, 100);
    world->result = RESULT_FAILURE;
    world_request(world, false, "http://a/");
    assert_scheduled(world, 3600, "periodic");
    g_assert_cmpuint(world->planner.failures, ==, 1);
    g_assert_cmpint(world->planner.last_attempt.boottime, ==, 0);
    world->result = RESULT_SUCCESS;
    world_request(world, false, "http://a/");
    assert_scheduled(world, 3700, "periodic");
}

static void test_own_rule_success_counts(void)
{
    g_autoptr(World) world = world_plain();

    world_set(world, "Resync_On_Reset", "No");
    world_boot(world, 1);
    world_request(world, false, "http://a/");
    assert_scheduled(world, 3600, "periodic");
}

static void test_own_rule_from_sip(void)
{
    g_autoptr(World) world = world_booted();

    g_assert_cmpuint(
        world_event(world, (PlannerEvent){.type = PLANNER_SIP, .sip = {.rule = "http://a/"}}).id,
        ==, 2);
    world_expect(world, "0:sip(http://a/)");
}

/* ---- switches ---- */

static void test_resync_from_sip_off(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_From_SIP", "No");
    g_assert_cmpint(world_event(world, (PlannerEvent){.type = PLANNER_SIP}).refusal, ==,
                    PLANNER_REFUSED_SETTING);
    world_upgrade(world);
    world_expect(world, "0:upgrade"); /* everything else works */
}

static void test_resync_after_upgrade_off(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_After_Upgrade_Attempt", "No");
    world_upgrade(world);
    world_expect(world, "");
    g_assert_cmpint(world->planner.upgrade_attempt, ==, world->now.boottime);
}

static void test_user_configurable(void)
{
    g_autoptr(World) world = world_booted();
    PlannerEvent event = {.type = PLANNER_REQUEST};

    g_assert_cmpint(world_event(world, event).refusal, ==, PLANNER_ACCEPTED);
    world_set(world, "User_Configurable_Resync", "No");
    g_assert_cmpint(world_event(world, event).refusal, ==, PLANNER_REFUSED_SETTING);
    event.request.administrator = true;
    g_assert_cmpint(world_event(world, event).refusal, ==, PLANNER_ACCEPTED);
    world_expect(world, "0:request 0:request");
}

/* ---- $PRVST ---- */

static void test_provisioning_state(void)
{
    g_autoptr(World) world = world_plain();

    world->latency = 1;
    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    g_assert_cmpint(world->decision.attempt.provisioning_state, ==, 0);
    world_run(world, 3602);
    world_run(world, 10000);
    world_sip(world);
    g_assert_cmpint(world->decision.attempt.provisioning_state, ==, -1);
    world->result = RESULT_SUCCESS;
    world_run(world, 11000);
    world_upgrade(world);
    g_assert_cmpint(world->decision.attempt.provisioning_state, ==, 1);
    world_run(world, 12000);
    world_request(world, false, NULL);
    g_assert_cmpint(world->decision.attempt.provisioning_state, ==, -1);
    world_expect(world, "0:boot 3601:retry 7202:retry 10000:sip 11000:upgrade 12000:request");
}

static void test_size(void)
{
    g_assert_cmpuint(sizeof(Planner), <, 1024);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        GTestFunc function;
    } cases[] = {
        {"enable/disabled", test_disabled},
        {"enable/disabling-cancels", test_disabling_cancels},
        {"enable/over-boot", test_disabled_over_boot},
        {"enable/clears-the-retry", test_disabling_clears_the_retry},
        {"boot/delay-range", test_boot_delay_range},
        {"boot/delay-change", test_boot_delay_change_draws_anew},
        {"boot/no-resync-on-reset", test_no_resync_on_reset},
        {"boot/announced", test_announced_boots},
        {"periodic/from-the-end", test_periodic},
        {"periodic/needs-a-success", test_periodic_needs_a_success},
        {"periodic/list", test_periodic_list},
        {"periodic/random-is-kept", test_periodic_random_is_kept},
        {"periodic/change-at-once", test_change_takes_effect_at_once},
        {"periodic/change-while-line-active", test_change_while_line_active},
        {"retry/list", test_retry_list},
        {"retry/off", test_retry_off},
        {"retry/other-failures", test_other_failures_move_the_retry},
        {"retry/retry-after", test_retry_after},
        {"order/reasons", test_reason_order},
        {"order/requests-join", test_requests_join},
        {"order/asking-during-an-attempt", test_asking_during_an_attempt},
        {"rule/queue", test_own_rules_queue},
        {"rule/bounded", test_own_rules_are_bounded},
        {"rule/failure-starts-no-retry", test_own_rule_failure_starts_no_retry},
        {"rule/success-counts", test_own_rule_success_counts},
        {"rule/from-sip", test_own_rule_from_sip},
        {"switch/sip", test_resync_from_sip_off},
        {"switch/upgrade", test_resync_after_upgrade_off},
        {"switch/user", test_user_configurable},
        {"state/prvst", test_provisioning_state},
        {"state/size", test_size},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/planner/", cases[i].path, NULL);

        g_test_add_func(path, cases[i].function);
    }
    return g_test_run();
}
