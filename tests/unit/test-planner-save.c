/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What lasts, and what a bad day leaves of it; also what is told to people. */

#include "tests/unit/planner-world.h"

#include <string.h>

static const Moment now = {.boottime = 1000000, .realtime = 1800000000000000};

static GHashTable *table_new(const char *const *pairs)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (; *pairs; pairs += 2)
        g_hash_table_insert(table, g_strdup(pairs[0]), g_strdup(pairs[1]));
    return table;
}

/* Loads rows and lets the planner go on with them; returns whether they were whole. */
static bool survives(const char *const *pairs)
{
    g_autoptr(GHashTable) table = table_new(pairs);
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(PlannerSettings) settings = planner_settings_new(set, NULL, NULL);
    g_auto(Planner) planner;
    PlannerEvent start = {.type = PLANNER_START, .start = {.boot_id = "b"}};
    bool whole;

    planner_init(&planner);
    whole = planner_load(&planner, table);
    planner_event(&planner, settings, now, &start, NULL);
    for (guint i = 0; i < 10; i++) {
        PlannerDecision decision = planner_decide(&planner, settings, now);
        PlannerEvent finished = {.type = PLANNER_FINISHED,
                                 .finished = {.id = planner.running.id, .result = RESULT_SUCCESS}};

        if (decision.alarm.clock == PLANNER_CLOCK_BOOTTIME)
            g_assert_cmpint(decision.alarm.at, >, now.boottime);
        planner_event(&planner, settings, now, &finished, NULL);
    }
    return whole;
}

#define ROWS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_rows_of_others(void)
{
    g_assert_true(survives(ROWS("other.table", "x")));
    g_assert_true(survives(ROWS("planner.of-another-version", "x")));
}

/* Else the store would have to write their number at the begin and the end of every attempt. */
static void test_attempts_add_no_rows(void)
{
    g_auto(Planner) planner;
    g_autoptr(GHashTable) idle = NULL, running = NULL;

    planner_init(&planner);
    idle = planner_save(&planner);
    planner.running =
        (PlannerAttempt){.id = 7, .reason = RESYNC_REQUEST, .rule = g_strdup("http://a/")};
    running = planner_save(&planner);
    g_assert_cmpuint(g_hash_table_size(running), ==, g_hash_table_size(idle));
    g_assert_cmpstr(g_hash_table_lookup(running, "planner.running.id"), ==, "7");
    g_assert_cmpstr(g_hash_table_lookup(idle, "planner.running.id"), ==, "0");
}

static void test_damaged_rows(void)
{
    const char *const *const damaged[] = {
        ROWS("planner.anchor", "12x"),
        ROWS("planner.anchor", ""),
        ROWS("planner.anchor", "9223372036854775807"),
        ROWS("planner.last-id", "-1"),
        ROWS("planner.failures", "4294967296"),
        ROWS("planner.disabled", "maybe"),
        ROWS("planner.last.reason", "because"),
        ROWS("planner.trigger-1.phase", "7"),
        ROWS("planner.rule.x", "request wait 0 http://a/"),
        ROWS("planner.rule.3", "boot wait 0 http://a/"),
        ROWS("planner.rule.3", "request wait"),
        ROWS("planner.line.65", "5"),
        ROWS("planner.line.0", "5"),
        ROWS("planner.interval.reason", "retry", "planner.interval.due", "5", "planner.anchor",
             "6"),
        ROWS("planner.interval.reason", "retry", "planner.interval.offset", "-1"),
        ROWS("planner.daily.day", "99999999", "planner.daily.window", "1"),
        ROWS("planner.daily.offset", "2", "planner.daily.window", "1"),
        ROWS("planner.retry-after", "-5"),
        ROWS("planner.boot.offset", "-5"),
    };

    for (guint i = 0; i < G_N_ELEMENTS(damaged); i++) {
        g_test_message("%s=%s", damaged[i][0], damaged[i][1]);
        g_assert_false(survives(damaged[i]));
    }
}

/* Rows that belong together and of which some are lost, in both boots. */
static void test_lost_rows(void)
{
    g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");
    g_autoptr(GHashTable) rows = NULL;
    g_autofree void **names = NULL;
    guint count;

    world_set(world, "Resync_At__HHmm_", "0300");
    world_set(world, "Resync_Trigger_1", "$PRVTMR ge 60");
    world->latency = -1;
    world_boot(world, 1);
    world_run(world, 50);
    world_event(world, (PlannerEvent){.type = PLANNER_SIP, .sip = {.rule = "http://a/"}});
    world_event(world, (PlannerEvent){.type = PLANNER_REGISTRATION,
                                      .registration = {3, LINE_UNREGISTERED}});
    rows = planner_save(&world->planner);
    names = g_hash_table_get_keys_as_array(rows, &count);
    g_assert_cmpuint(count, >, 10);

    for (guint i = 0; i < 2000; i++) {
        g_autoptr(GPtrArray) pairs = g_ptr_array_new();

        for (guint n = 0; n < count; n++)
            if (g_test_rand_bit()) {
                g_ptr_array_add(pairs, names[n]);
                g_ptr_array_add(pairs, g_hash_table_lookup(rows, names[n]));
            }
        if (g_test_rand_bit()) {
            g_ptr_array_add(pairs, (void *)"planner.boot-id");
            g_ptr_array_add(pairs, (void *)"b");
        }
        g_ptr_array_add(pairs, NULL);
        survives((const char *const *)pairs->pdata);
    }
}

/* Ids are not given out twice, also where the row that counts them is lost. */
static void test_ids_go_on(void)
{
    g_auto(Planner) planner;
    g_autoptr(GHashTable) rows =
        table_new(ROWS("planner.rule.9", "request force 5 http://a/b c", "planner.rule.7",
                       "sip wait 4 http://d/", "planner.last-id", "3"));
    const PlannerRuleRequest *first, *second;

    planner_init(&planner);
    g_assert_true(planner_load(&planner, rows));
    g_assert_cmpuint(planner.last_id, ==, 9);
    first = g_ptr_array_index(planner.rules, 0);
    second = g_ptr_array_index(planner.rules, 1);
    g_assert_cmpuint(first->id, ==, 7);
    g_assert_cmpstr(second->rule, ==, "http://a/b c");
    g_assert_true(second->ask.force && second->ask.waiting);
}

static void test_rows_are_stable(void)
{
    g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");
    g_autoptr(GHashTable) before = NULL;
    GHashTableIter iter;
    void *name, *text;

    world_set(world, "Resync_Random_Delay", "0");
    world_boot(world, 1);
    before = planner_save(&world->planner);
    world_run(world, 1000);
    world->now.realtime += 50000; /* the clock is being slewed */
    world_event(world, (PlannerEvent){.type = PLANNER_TICK});
    world_event(world, (PlannerEvent){.type = PLANNER_LINES, .lines = {.active = 1}});

    g_hash_table_iter_init(&iter, before);
    while (g_hash_table_iter_next(&iter, &name, &text)) {
        g_autoptr(GHashTable) after = planner_save(&world->planner);

        g_assert_cmpstr(g_hash_table_lookup(after, name), ==, text);
    }
}

/* ---- telling ---- */

static void assert_told(World *world, ResyncReason reason, double due, const char *held)
{
    g_autoptr(GArray) entries = planner_explain(&world->planner, world->settings, world->now);

    for (guint i = 0; i < entries->len; i++) {
        PlannerCandidate entry = g_array_index(entries, PlannerCandidate, i);
        double told = entry.due.realtime ? (double)entry.due.boottime / G_USEC_PER_SEC : -1;

        if (entry.reason != reason)
            continue;
        g_assert_cmpfloat(told, ==, due);
        g_assert_cmpstr(entry.held, ==, held);
        return;
    }
    g_assert_not_reached();
}

static void test_explain(void)
{
    g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");

    world_set(world, "Resync_Random_Delay", "0");
    world->result = RESULT_FAILURE;
    world_boot(world, 1);
    assert_told(world, RESYNC_REQUEST, -1, "nothing asked for it");
    assert_told(world, RESYNC_BOOT, -1, "made or dropped since, or the boot was announced");
    assert_told(world, RESYNC_RETRY, 3600, NULL);
    assert_told(world, RESYNC_PERIODIC, -1, "there has been no successful resync yet");
    assert_told(world, RESYNC_AT, -1, "Resync_At__HHmm_ is empty or not valid");
    assert_told(world, RESYNC_TRIGGER, -1, "Resync_Trigger_1 and Resync_Trigger_2 are empty");

    world->result = RESULT_SUCCESS;
    world_event(world, (PlannerEvent){.type = PLANNER_SIP});
    assert_told(world, RESYNC_RETRY, -1, "no attempt has failed since the last success");
    assert_told(world, RESYNC_PERIODIC, 3600, NULL);
    world_event(world, (PlannerEvent){.type = PLANNER_LINES, .lines = {.active = 1}});
    world_run(world, 4000);
    assert_told(world, RESYNC_PERIODIC, 3600, "a line is active");
    world_restart(world);
    assert_told(world, RESYNC_PERIODIC, 3600, "the daemon has just been restarted");
    world_set(world, "Resync_At_Random_Delay", "0");
    world_set(world, "Resync_At__HHmm_", "0300");
    assert_told(world, RESYNC_PERIODIC, -1, "Resync_At__HHmm_ is set");
    assert_told(world, RESYNC_AT, 10800, NULL);
    world_set(world, "Provision_Enable", "No");
    assert_told(world, RESYNC_AT, -1, "Provision_Enable is No");
}

/* A slewed clock moves a daily moment in neither of the places that tell it. */
static void test_explain_daily(void)
{
    g_autoptr(World) world = world_booted();
    int64_t three = world->now.realtime + 3 * 3600 * (int64_t)G_USEC_PER_SEC;
    g_autoptr(GArray) entries = NULL;

    world_set(world, "Resync_At_Random_Delay", "0");
    world_set(world, "Resync_At__HHmm_", "0300");
    world->now.realtime += 50000;
    world_event(world, (PlannerEvent){.type = PLANNER_TICK});
    g_assert_cmpint(world->decision.due.realtime, ==, three);
    world_set(world, "Resync_Trigger_1", "$PRVTMR lt 60"); /* has the engine wake before */
    g_assert_cmpint(world->decision.due.realtime, ==, three);
    entries = planner_explain(&world->planner, world->settings, world->now);
    for (guint i = 0; i < entries->len; i++) {
        const PlannerCandidate *entry = &g_array_index(entries, PlannerCandidate, i);

        if (entry->reason == RESYNC_AT)
            g_assert_cmpint(entry->due.realtime, ==, three);
    }
}

/* What failed, and starts no retry. */
static void test_explain_failures(void)
{
    g_autoptr(World) world = world_booted();
    const char *held = "what failed had a rule of its own, or Provision_Enable was No since";

    world->result = RESULT_FAILURE;
    world_request(world, false, "http://a/");
    g_assert_cmpuint(world->planner.failures, ==, 1);
    assert_told(world, RESYNC_RETRY, -1, held);
    world_request(world, false, NULL);
    assert_told(world, RESYNC_RETRY, 3600, NULL);
    world_set(world, "Resync_Error_Retry_Delay", "0");
    assert_told(world, RESYNC_RETRY, -1, "Resync_Error_Retry_Delay is 0");
    world_set(world, "Provision_Enable", "No");
    world_set(world, "Provision_Enable", "Yes");
    assert_told(world, RESYNC_RETRY, -1, held);
}

/* What counts from the end of the running attempt has no moment before that. */
static void test_explain_running(void)
{
    g_autoptr(World) world = world_booted();

    world->latency = -1;
    world_run(world, 100);
    assert_told(world, RESYNC_PERIODIC, 3600, NULL);
    world_request(world, false, "http://a/");
    assert_told(world, RESYNC_PERIODIC, 3600, NULL); /* goes on where that fails */
    world_event(world, (PlannerEvent){.type = PLANNER_CANCEL});
    world_request(world, false, NULL);
    assert_told(world, RESYNC_PERIODIC, -1, "an attempt is running");
    world_run(world, 5000);
    assert_told(world, RESYNC_PERIODIC, -1, "an attempt is running");

    world_set(world, "Resync_Periodic", "0");
    world_event(world, (PlannerEvent){.type = PLANNER_CANCEL});
    world_request(world, false, NULL);
    world_set(world, "Resync_Periodic", "600");
    assert_told(world, RESYNC_PERIODIC, -1, "an attempt is running");
}

static void test_explain_restart(void)
{
    g_autoptr(World) world = world_booted();

    world_run(world, 3598);
    assert_told(world, RESYNC_PERIODIC, 3600, NULL);
    world_restart(world);
    assert_scheduled(world, 3603, "periodic");
    assert_told(world, RESYNC_PERIODIC, 3600, "the daemon has just been restarted");
    world_lines(world, 1);
    assert_told(world, RESYNC_PERIODIC, 3600, "the daemon has just been restarted");
    world_run(world, 3604);
    assert_told(world, RESYNC_PERIODIC, 3600, "a line is active");
}

static void test_explain_trigger(void)
{
    g_autoptr(World) world = world_booted();

    world_set(world, "Resync_Trigger_1", "1 eq 2");
    assert_told(world, RESYNC_TRIGGER, -1, "no condition turns TRUE by the passing of time alone");
    world_set(world, "Resync_Trigger_1", "1 eq 1");
    assert_told(world, RESYNC_TRIGGER, -1,
                "a condition is TRUE already, and has to be FALSE in between");
    world_set(world, "Resync_Trigger_2", "$UPGTMR ge 300");
    assert_told(world, RESYNC_TRIGGER, 300, NULL);
}

/* What is due is told with all that waits, those with rules of their own too. */
static void test_explain_rules(void)
{
    g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");
    PlannerEvent event = {.type = PLANNER_REQUEST,
                          .request = {.administrator = true, .rule = "http://a/"}};
    g_autoptr(GArray) entries = NULL;
    guint requests = 0;

    world->latency = -1;
    world_boot(world, 1);
    for (guint i = 0; i < 4; i++)
        world_event(world, event);
    entries = planner_explain(&world->planner, world->settings, world->now);
    for (guint i = 0; i < entries->len; i++) {
        const PlannerCandidate *entry = &g_array_index(entries, PlannerCandidate, i);

        if (entry->reason != RESYNC_REQUEST)
            continue;
        requests++;
        g_assert_cmpstr(entry->held, ==, "an attempt is running");
    }
    g_assert_cmpuint(requests, ==, 3);
}

static void test_macros(void)
{
    g_autoptr(World) world = world_new("UTC", "2027-01-01T00:00:00");
    PlannerTimers timers = {.planner = &world->planner};
    MacroEnv env = {};
    g_autofree char *text = NULL;

    world_set(world, "Resync_Random_Delay", "0");
    world_boot(world, 1);
    world_run(world, 10);
    world_event(world, (PlannerEvent){.type = PLANNER_UPGRADE}); /* an attempt, too */
    world_run(world, 15);
    world_event(world, (PlannerEvent){.type = PLANNER_REGISTRATION,
                                      .registration = {2, LINE_UNREGISTERED}});
    world_run(world, 20.9);
    timers.now = world->now;
    planner_fill_macros(&timers, &env);
    text = macro_expand("$PRVTMR $UPGTMR $REGTMR1 $REGTMR2 $PRVST", &env, MACRO_NONE);
    g_assert_cmpstr(text, ==, "10 10 0 5 1");
}

static void test_words(void)
{
    RebootCause cause = REBOOT_UPGRADE;

    g_assert_true(reboot_cause_from_string("other", &cause));
    g_assert_cmpint(cause, ==, REBOOT_OTHER);
    g_assert_false(reboot_cause_from_string("none", &cause));
    g_assert_false(reboot_cause_from_string(NULL, &cause));
    g_assert_cmpint(cause, ==, REBOOT_OTHER);
    for (ResyncReason reason = RESYNC_NONE; reason < RESYNC_REASONS; reason++)
        g_assert_nonnull(resync_reason_to_string(reason));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/planner/save/rows-of-others", test_rows_of_others);
    g_test_add_func("/planner/save/attempts-add-no-rows", test_attempts_add_no_rows);
    g_test_add_func("/planner/save/damaged-rows", test_damaged_rows);
    g_test_add_func("/planner/save/lost-rows", test_lost_rows);
    g_test_add_func("/planner/save/ids-go-on", test_ids_go_on);
    g_test_add_func("/planner/save/stable", test_rows_are_stable);
    g_test_add_func("/planner/explain/causes", test_explain);
    g_test_add_func("/planner/explain/daily", test_explain_daily);
    g_test_add_func("/planner/explain/failures", test_explain_failures);
    g_test_add_func("/planner/explain/restart", test_explain_restart);
    g_test_add_func("/planner/explain/rules", test_explain_rules);
    g_test_add_func("/planner/explain/running", test_explain_running);
    g_test_add_func("/planner/explain/trigger", test_explain_trigger);
    g_test_add_func("/planner/macros", test_macros);
    g_test_add_func("/planner/words", test_words);
    return g_test_run();
}
