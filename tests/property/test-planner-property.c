/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What must hold whatever happens, shown on random scenarios:
 *
 *     no attempt while Provision_Enable is No, and never two at once
 *     never later than the forced moment
 *     at most one daily attempt for a day
 *     with a pending deadline one armed moment, and never one in the past
 *     no periodic deadline while a retry is pending
 *     the same deadlines after a restart at that moment
 *
 * Usage: test-planner-property RUNS [SEED]. A failure prints the scenario, which provsim plays.
 * How often each kind of statement and event came up is printed, too; one that came up less than
 * RUNS / 10 times makes the test fail, for then it has shown nothing about it.
 */

#include "sim/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND         ((int64_t)G_USEC_PER_SEC)
#define ACTIONS        (ACTION_OFF + 1)
#define EVENTS         (SIM_IDLE + 1)
#define RESTART_PAUSE  (5 * SECOND)
#define RESTART_CHECKS 8 /* one decision in so many is checked by a restart */

typedef struct Check {
    const char *text; /* of the scenario */
    Random random;
    bool clock_moves; /* there are clock or zone statements in it */
    bool enabled;
    bool running;
    int64_t forced;  /* of the deferral that is told; NEVER: none */
    int64_t made[2]; /* the days of the last two daily attempts */
    uint64_t statements[ACTIONS], events[EVENTS], reasons[RESYNC_REASONS];
} Check;

static const char *const action_names[ACTIONS] = {
    [ACTION_BOOT] = "boot",
    [ACTION_SET] = "set",
    [ACTION_LINE_ACTIVE] = "line active/idle",
    [ACTION_LINE_REGISTERED] = "line registered/un",
    [ACTION_SERVER] = "server",
    [ACTION_REQUEST] = "request",
    [ACTION_SIP] = "sip",
    [ACTION_UPGRADE] = "upgrade",
    [ACTION_CLOCK] = "clock",
    [ACTION_ZONE] = "zone",
    [ACTION_RESTART] = "restart",
    [ACTION_OFF] = "off",
};

static const char *const event_names[EVENTS] = {
    [SIM_CAUSE] = "cause",         [SIM_REFUSED] = "refused",     [SIM_DEFERRED] = "deferred",
    [SIM_ATTEMPT] = "attempt",     [SIM_SUCCESS] = "success",     [SIM_FAILURE] = "failure",
    [SIM_CANCELLED] = "cancelled", [SIM_SCHEDULED] = "scheduled", [SIM_IDLE] = "idle",
};

/* ---- random scenarios ---- */

#define PICK(check, list) ((list)[random_draw(&(check)->random, G_N_ELEMENTS(list) - 1)])

static const char *const settings[] = {
    "Provision_Enable No",
    "Provision_Enable Yes",
    "Provision_Enable Yes",
    "Resync_On_Reset No",
    "Resync_On_Reset Yes",
    "Resync_Random_Delay 0",
    "Resync_Random_Delay 30",
    "Resync_At__HHmm_ 0300",
    "Resync_At__HHmm_ 0230",
    "Resync_At__HHmm_ 2350",
    "Resync_At__HHmm_ 2400",
    "Resync_At__HHmm_ 960",
    "Resync_At__HHmm_",
    "Resync_At_Random_Delay 0",
    "Resync_At_Random_Delay 601",
    "Resync_At_Random_Delay 40000",
    "Resync_Periodic 0",
    "Resync_Periodic 1800",
    "Resync_Periodic 900+600,3600+600",
    "Resync_Periodic 600,1200+60,7200",
    "Resync_Error_Retry_Delay 0",
    "Resync_Error_Retry_Delay 600",
    "Resync_Error_Retry_Delay 60+60,300+300,1800+900",
    "Forced_Resync_Delay 0",
    "Forced_Resync_Delay 700",
    "Forced_Resync_Delay 14400",
    "Resync_From_SIP No",
    "Resync_From_SIP Yes",
    "Resync_After_Upgrade_Attempt No",
    "Resync_After_Upgrade_Attempt Yes",
    "Resync_Trigger_1 $UPGTMR gt 300 and $PRVTMR ge 600",
    "Resync_Trigger_1 $REGTMR1 ge 100 and $REGTMR1 lt 5000",
    "Resync_Trigger_1",
    "Resync_Trigger_2 \"$A\" eq \"go\" and $PRVTMR ge 50",
    "Resync_Trigger_2",
    "GPP_A go",
    "GPP_A stop",
    "Resync_Fails_On_FNF No",
    "Profile_Rule_B /b.xml",
    "Profile_Rule",
};

static const char *const happenings[] = {
    "boot",
    "boot upgrade",
    "boot parameters",
    "line 1 active",
    "line 1 active",
    "line 2 active",
    "line 1 idle",
    "line 2 idle",
    "line 1 registered",
    "line 1 unregistered",
    "server up",
    "server up",
    "server down",
    "server missing",
    "server corrupt",
    "server tls",
    "request",
    "request force",
    "sip",
    "upgrade ok",
    "upgrade failed",
    "restart",
    "restart",
    "off",
};

static const char *const clocks[] = {
    "clock 2027-03-14T01:50:00", "clock 2027-11-07T00:40:00", "clock 2027-03-01T12:00:00",
    "clock 1990-01-01T00:00:00", "zone America/New_York",     "zone Europe/Dublin",
    "zone Asia/Kathmandu",
};

static const char *const starts[] = {
    "start 2027-03-13T20:00:00\nzone America/New_York\n",
    "start 2027-10-30T20:00:00\nzone Europe/Berlin\n",
    "start 1970-01-01T00:00:00\n",
    "",
};

static const char *const servers[] = {
    "server latency 30s\n",
    "server latency 2m\n",
    "server latency 700ms\n",
    "server capacity 1/s\nserver retry-after 900\n",
    "",
};

/* An attempt that takes its time, and is not given it. */
static void append_cancelled(GString *text, unsigned at)
{
    g_string_append_printf(text,
                           "at %us request force\nat %us set Provision_Enable No\n"
                           "at %us set Provision_Enable Yes\n",
                           at, at + 5, at + 60);
}

static char *scenario_text(Check *check)
{
    GString *text = g_string_new(NULL);
    int64_t until = 3600 * (2 + (int64_t)random_draw(&check->random, 46));
    unsigned statements = 5 + (unsigned)random_draw(&check->random, 25);

    check->clock_moves = random_draw(&check->random, 2) == 0;
    g_string_append_printf(text, "seed %u\nuntil %ds\n%s%s",
                           (unsigned)random_draw(&check->random, UINT32_MAX), (int)until,
                           PICK(check, starts), PICK(check, servers));
    if (random_draw(&check->random, 1))
        g_string_append(text, "provisioned\n");
    for (unsigned i = 0; i < 4; i++)
        g_string_append_printf(text, "set %s\n", PICK(check, settings));
    g_string_append(text, "at 0s boot\n");
    for (unsigned i = 0; i < statements; i++) {
        unsigned at = (unsigned)random_draw(&check->random, (uint64_t)until);
        uint64_t kind = random_draw(&check->random, 10);

        if (kind == 10)
            append_cancelled(text, at);
        else if (kind < 4)
            g_string_append_printf(text, "at %us set %s\n", at, PICK(check, settings));
        else if (kind < 9 || !check->clock_moves)
            g_string_append_printf(text, "at %us %s\n", at, PICK(check, happenings));
        else
            g_string_append_printf(text, "at %us %s\n", at, PICK(check, clocks));
    }
    return g_string_free(text, FALSE);
}

/* ---- what must hold ---- */

static void demand(const Check *check, bool holds, int64_t now, const char *what)
{
    if (holds)
        return;
    printf("Bail out! %s, at %.3f s of\n%s\n", what, (double)now / SECOND, check->text);
    exit(EXIT_FAILURE);
}

/* A restart now, of a copy that knows only what lasts, must lead to the same. */
static void check_restart(const Check *check, const Phone *phone, const PlannerDecision *decision,
                          int64_t now)
{
    g_autoptr(GHashTable) rows = planner_save(&phone->planner);
    PlannerEvent start = {.type = PLANNER_START,
                          .start = {.boot_id = phone->planner.boot_id, .seed = (uint64_t)now}};
    Moment moment = {.boottime = now, .realtime = now + phone->wall};
    int64_t due = MAX(decision->due.boottime, now + RESTART_PAUSE);
    const PlannerSettings *settings_now = phone->world->settings;
    g_auto(Planner) planner;
    PlannerDecision again;

    planner_init(&planner);
    demand(check, planner_load(&planner, rows), now, "what was saved cannot be loaded");
    planner_event(&planner, settings_now, moment, &start, NULL);
    again = planner_decide(&planner, settings_now, moment);
    demand(check, again.status == decision->status, now, "another state after a restart");
    if (decision->status != PLANNER_SCHEDULED)
        return;
    demand(check, again.due.boottime == due, now, "another deadline after a restart");
    demand(check, decision->due.boottime < due || again.reason == decision->reason, now,
           "another reason after a restart");
}

static void check_alarm(const Check *check, const Phone *phone, const PlannerDecision *decision,
                        int64_t now)
{
    const PlannerAlarm *alarm = &decision->alarm;
    bool pending = decision->status == PLANNER_SCHEDULED || decision->status == PLANNER_DEFERRED;
    int64_t at = alarm->clock == PLANNER_CLOCK_REALTIME ? alarm->at - phone->wall : alarm->at;

    if (alarm->clock != PLANNER_CLOCK_NONE)
        demand(check, at > now, now, "an armed moment in the past");
    if (!pending)
        return;
    demand(check, alarm->clock != PLANNER_CLOCK_NONE, now, "a deadline, and nothing armed");
    demand(check, at <= decision->due.boottime, now, "armed for later than the deadline");
}

static void check_start(Check *check, const Phone *phone, const PlannerDecision *decision,
                        int64_t now)
{
    int64_t made = phone->planner.daily.made[0];

    demand(check, check->enabled, now, "an attempt while Provision_Enable is No");
    demand(check, !check->running, now, "two attempts at once");
    check->running = true;
    if (decision->reason == RESYNC_AT) {
        demand(check, made != check->made[0] && made != check->made[1], now,
               "two daily attempts for a day");
        demand(check, check->clock_moves || made > check->made[0], now,
               "a daily attempt for a past day");
        check->made[1] = check->made[0];
        check->made[0] = made;
    }
}

static void on_decision(const Phone *phone, const PlannerDecision *decision, int64_t now,
                        void *userdata)
{
    Check *check = userdata;
    const Planner *planner = &phone->planner;

    check_alarm(check, phone, decision, now);
    if (decision->start)
        check_start(check, phone, decision, now);
    if (planner->retrying && !schedule_is_off(phone->world->settings->retry))
        demand(check,
               planner->interval.reason != RESYNC_PERIODIC || decision->start ||
                   planner->running.id,
               now, "a periodic deadline while a retry is pending");
    if (!planner->running.id && planner->active_lines == 0 &&
        random_draw(&check->random, RESTART_CHECKS - 1) == 0)
        check_restart(check, phone, decision, now);
}

static void on_event(const SimEvent *event, void *userdata)
{
    Check *check = userdata;

    demand(check, event->now <= check->forced || event->type == SIM_CAUSE, event->now,
           "later than the forced moment");
    check->events[event->type]++;
    check->reasons[event->type == SIM_ATTEMPT ? event->reason : RESYNC_NONE]++;

    if (event->type == SIM_CAUSE) {
        if (g_str_has_prefix(event->cause, "set Provision_Enable"))
            check->enabled = g_str_has_suffix(event->cause, "Yes");
        if (g_str_equal(event->cause, "off"))
            check->running = false, check->forced = PLANNER_NEVER;
        return;
    }
    check->forced = event->type == SIM_DEFERRED ? event->due : PLANNER_NEVER;
    if (event->type == SIM_SUCCESS || event->type == SIM_FAILURE || event->type == SIM_CANCELLED)
        check->running = false;
}

/* ---- runs ---- */

static void count_statements(Check *check, const Scenario *scenario)
{
    for (guint i = 0; i < scenario->statements->len; i++)
        check->statements[((Statement *)g_ptr_array_index(scenario->statements, i))->action.type]++;
}

static bool enabled_at_first(const Scenario *scenario)
{
    bool enabled = true;

    for (guint i = 0; i < scenario->parameters->len; i++) {
        const Action *action = g_ptr_array_index(scenario->parameters, i);

        if (g_str_equal(action->set.name, "Provision_Enable"))
            enabled = g_str_equal(action->set.value, "Yes");
    }
    return enabled;
}

static void run(Check *check)
{
    g_autofree char *text = scenario_text(check);
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("random", text, &error);
    SimObserver observer = {.event = on_event, .decision = on_decision, .userdata = check};

    g_assert_no_error(error);
    check->text = text;
    check->enabled = enabled_at_first(scenario);
    check->running = false;
    check->forced = PLANNER_NEVER;
    check->made[0] = check->made[1] = 0;
    count_statements(check, scenario);
    outcome_free(fleet_run(scenario, &observer));
}

static bool often_enough(const char *kind, const char *name, uint64_t count, uint64_t wanted)
{
    printf("# %-9s %-20s %8" G_GUINT64_FORMAT "%s\n", kind, name, count,
           count < wanted ? "  too rare" : "");
    return count >= wanted;
}

static bool report(const Check *check, uint64_t wanted)
{
    bool enough = true;

    for (unsigned i = 0; i < ACTIONS; i++)
        enough &= often_enough("statement", action_names[i], check->statements[i], wanted);
    for (unsigned i = 0; i < EVENTS; i++)
        enough &= often_enough("event", event_names[i], check->events[i], wanted);
    for (unsigned i = RESYNC_REQUEST; i < RESYNC_REASONS; i++)
        enough &= often_enough("attempt", resync_reason_to_string((ResyncReason)i),
                               check->reasons[i], wanted);
    return enough;
}

int main(int argc, char **argv)
{
    uint64_t runs = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : 10000;
    uint64_t seed = argc > 2 ? g_ascii_strtoull(argv[2], NULL, 10) : 1;
    Check check = {.random = random_new(seed, 0)};
    bool enough;

    puts("1..2");
    for (uint64_t i = 0; i < runs; i++)
        run(&check);
    printf("ok 1 - nothing is violated in %" G_GUINT64_FORMAT " scenarios, seed %" G_GUINT64_FORMAT
           "\n",
           runs, seed);
    enough = report(&check, runs / 10);
    printf("%s 2 - each kind of statement and event came up often enough\n",
           enough ? "ok" : "not ok");
    return enough ? EXIT_SUCCESS : EXIT_FAILURE;
}
