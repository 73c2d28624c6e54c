/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events become facts; planner.h has the model.
 *
 * An event asks, announces, or ends an attempt. After each, the candidates that have a clock of
 * their own are brought up to the moment (planner-interval.c, -daily.c). What is asked for is in
 * planner-ask.c; planner-decide.c looks at the triggers (planner-trigger.c), and makes one decision
 * of all of it.
 */

#include "core/planner-private.h"

#include <string.h>

#define RETRY_AFTER_MAX (UINT64_C(24) * 60 * 60) /* s */
#define CLOCK_TOLERANCE (100 * 1000)             /* µs: slewing is no jump */
#define CLOCK_STEP_MAX  SECONDS(60)              /* a correction, not another time of day */

/* One event on its way through. */
typedef struct Update {
    Planner *planner;
    const PlannerSettings *settings;
    Moment now;
    const PlannerEvent *event;
    PlannerReply reply;
    Passed interval, daily; /* what becomes of moments that it finds passed */
} Update;

void planner_init(Planner *planner)
{
    *planner = (Planner){.restarted = PLANNER_NEVER};
}

void planner_clear(Planner *planner)
{
    asks_drop(planner);
    g_free(planner->unregistered);
    g_free((char *)planner->running.rule);
    planner_init(planner);
}

int64_t *line_timers(Planner *planner)
{
    if (!planner->unregistered) {
        planner->unregistered = g_new(int64_t, PLANNER_LINES_MAX);
        for (unsigned i = 0; i < PLANNER_LINES_MAX; i++)
            planner->unregistered[i] = PLANNER_NEVER;
    }
    return planner->unregistered;
}

/* ---- what asks for an attempt ---- */

static void ask_with_rule(Update *u, ResyncReason reason, const char *rule, bool force)
{
    PlannerRuleRequest *request =
        rule_request_add(u->planner, u->planner->last_id + 1, reason, rule);

    if (!request) {
        u->reply.refusal = PLANNER_REFUSED_FULL;
        return;
    }
    u->reply.id = u->planner->last_id = request->id;
    ask_add(&request->ask, u->now, force);
}

static void on_request(Update *u)
{
    Planner *planner = u->planner;

    if (!u->settings->enabled) {
        u->reply.refusal = PLANNER_REFUSED_DISABLED;
    } else if (!u->settings->user_configurable && !u->event->request.administrator) {
        u->reply.refusal = PLANNER_REFUSED_SETTING;
    } else if (u->event->request.rule) {
        ask_with_rule(u, RESYNC_REQUEST, u->event->request.rule, u->event->request.force);
    } else {
        if (!planner->request.waiting)
            planner->request_id = ++planner->last_id;
        ask_add(&planner->request, u->now, u->event->request.force);
        u->reply.id = planner->request_id;
    }
}

static void on_sip(Update *u)
{
    if (!u->settings->enabled)
        u->reply.refusal = PLANNER_REFUSED_DISABLED;
    else if (!u->settings->resync_from_sip)
        u->reply.refusal = PLANNER_REFUSED_SETTING;
    else if (u->event->sip.rule)
        ask_with_rule(u, RESYNC_SIP, u->event->sip.rule, false);
    else
        ask_add(&u->planner->sip, u->now, false);
}

static void on_upgrade(Update *u)
{
    u->planner->upgrade_attempt = u->now.boottime;
    if (u->settings->enabled && u->settings->resync_after_upgrade)
        ask_add(&u->planner->upgrade, u->now, false);
}

/* ---- the end of an attempt ---- */

/* The intervals count from now; a pause that the server asked for goes on. */
static void anchor_now(Planner *planner, Moment now)
{
    int64_t rest = planner->anchor + planner->retry_after - now.boottime;

    planner->retry_after = MAX(rest, 0);
    planner->anchor = now.boottime;
    planner->interval = (PlannerInterval){};
}

static void count_success(Planner *planner, Moment now)
{
    planner->last_result = RESULT_SUCCESS;
    planner->last_success = now;
    planner->provisioned = true;
    planner->failures = 0;
    planner->retrying = false;
    planner->retry_place = 0;
    planner->retry_after = 0;
    anchor_now(planner, now);
}

static void count_failure(Planner *planner, Moment now, Failure failure, uint64_t retry_after,
                          bool own_rule)
{
    planner->last_result = RESULT_FAILURE;
    planner->last_failure = failure;
    planner->failures += planner->failures < UINT32_MAX;
    if (own_rule)
        return; /* the schedule that was there goes on */

    planner->retry_place = planner->retrying ? planner->retry_place + 1 : 0;
    planner->retrying = true;
    anchor_now(planner, now);
    planner->retry_after = SECONDS(MIN(retry_after, RETRY_AFTER_MAX));
}

static void finish(Planner *planner, Moment now, ResyncResult result, Failure failure,
                   uint64_t retry_after)
{
    bool own_rule = planner->running.rule != NULL;

    g_free((char *)planner->running.rule);
    planner->running = (PlannerAttempt){};
    planner->stopping = false;
    planner->ended = now.boottime;
    asks_postpone(planner, now);

    if (result == RESULT_SUCCESS)
        count_success(planner, now);
    else if (result == RESULT_FAILURE)
        count_failure(planner, now, failure, retry_after, own_rule);
    else
        anchor_now(planner, now);
}

static void on_finished(Update *u)
{
    const PlannerEvent *event = u->event;

    if (u->planner->running.id && event->finished.id == u->planner->running.id)
        finish(u->planner, u->now, event->finished.result, event->finished.failure,
               event->finished.retry_after);
}

/* ---- what takes deadlines away ---- */

static void drop_deadlines(Planner *planner)
{
    asks_drop(planner);
    planner->boot_pending = false;
    planner->retrying = false;
    planner->retry_place = 0;
    planner->retry_after = 0;
    planner->interval = (PlannerInterval){};
    daily_forget(&planner->daily);
    planner->stopping = planner->running.id != 0;
}

/* What waits is dropped: what asked, and what is due but held back. What is yet to come stays. */
static void on_cancel(Update *u)
{
    Planner *planner = u->planner;
    int64_t now = u->now.boottime;

    asks_drop(planner);
    if (planner->boot + planner->boot_offset <= now)
        planner->boot_pending = false;
    if (planner->daily.due)
        daily_spend(&planner->daily);
    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++)
        if (planner->trigger[i].phase != TRIGGER_FALSE)
            planner->trigger[i].phase = TRIGGER_SPENT;
    if (planner->interval.reason && planner->interval.due <= now)
        anchor_now(planner, u->now);
    planner->stopping = planner->running.id != 0;
}

static void on_factory_reset(Update *u)
{
    Planner *planner = u->planner;

    drop_deadlines(planner);
    planner->announced = REBOOT_UNANNOUNCED;
    planner->provisioned = false;
    planner->failures = 0;
    planner->last_reason = RESYNC_NONE;
    planner->last_result = RESULT_NONE;
    planner->last_attempt = planner->last_success = (Moment){};
    planner->started = planner->boot;
    planner->periodic_place = 0;
    planner->daily = (PlannerDaily){};
    memset(planner->trigger, 0, sizeof(planner->trigger));
    anchor_now(planner, u->now);
}

/* Notices where wall time jumped; returns what becomes of a daily moment that it jumped over. */
static Passed refresh_clock(Planner *planner, Moment now)
{
    int64_t before = now.boottime + planner->clock_offset;
    int64_t step = now.realtime - before;

    if (ABS(step) < CLOCK_TOLERANCE)
        return PASSED_IS_DUE;

    planner->clock_offset += step;
    if (!clock_is_set(before))
        return PASSED_IS_SPREAD;
    return ABS(step) < CLOCK_STEP_MAX ? PASSED_IS_DUE : PASSED_IS_DROPPED;
}

/* ---- starts ---- */

/* Brings what counts through a reboot from the old boot's clock to the new one's, by wall time. */
static void carry_over(Planner *planner, Moment now)
{
    int64_t pause = now.realtime - (planner->ended + planner->clock_offset);

    planner->ended = now.boottime - MAX(pause, 0);
    interval_carry(planner, now);
    asks_carry(planner, now);
}

static void on_boot(Planner *planner, const PlannerSettings *settings, Moment now)
{
    bool expected = planner->announced == REBOOT_UPGRADE || planner->announced == REBOOT_PARAMETERS;

    if (planner->boot_id[0])
        carry_over(planner, now);
    else
        planner->anchor = now.boottime;
    planner->boot = planner->started = planner->upgrade_attempt = now.boottime;
    planner->restarted = PLANNER_NEVER;
    planner->clock_offset = now.realtime - now.boottime;
    g_clear_pointer(&planner->unregistered, g_free);

    planner->announced = REBOOT_UNANNOUNCED;
    planner->boot_pending = !expected;
    planner->boot_span = settings->random_delay;
    planner->boot_offset = random_draw_span(&planner->random, planner->boot_span);
    planner->periodic_place = 0;
    planner->daily.due = false;
    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++)
        planner->trigger[i].phase = TRIGGER_FALSE;
}

static void on_start(Update *u)
{
    Planner *planner = u->planner;
    const char *boot_id = u->event->start.boot_id;

    planner->random = random_new(u->event->start.seed, 0);
    planner->active_lines = 0;
    if (strncmp(planner->boot_id, boot_id, PLANNER_BOOT_ID_MAX - 1) != 0) {
        on_boot(planner, u->settings, u->now);
        g_strlcpy(planner->boot_id, boot_id, PLANNER_BOOT_ID_MAX);
        u->interval = u->daily = PASSED_IS_SPREAD;
    } else {
        planner->restarted = u->now.boottime;
        u->daily = refresh_clock(planner, u->now);
    }

    if (planner->running.id) {
        u->reply.interrupted = planner->running;
        u->reply.interrupted.rule = NULL;
        finish(planner, u->now, RESULT_FAILURE, FAILURE_INTERRUPTED, 0);
        asks_postpone(planner, (Moment){.boottime = u->now.boottime - 1}); /* not asked now */
    }
}

/* ---- clocks, lines, and the cause of a boot ---- */

static void on_wake(Update *u)
{
    PlannerInterval *interval = &u->planner->interval;
    int64_t now = u->now.boottime;

    u->daily = PASSED_IS_SPREAD;
    if (interval->reason && interval->due <= now && interval->due > now - u->event->wake.slept)
        interval->due = now + random_draw_span(&u->planner->random, u->settings->random_delay);
}

static void on_reboot(Update *u)
{
    u->planner->announced = u->event->reboot.cause;
}

static void on_lines(Update *u)
{
    u->planner->active_lines = u->event->lines.active;
}

static void on_registration(Update *u)
{
    Planner *planner = u->planner;
    unsigned line = u->event->registration.line;

    if (line < 1 || line > PLANNER_LINES_MAX)
        return;
    if (u->event->registration.registration == LINE_UNREGISTERED) {
        int64_t *since = line_timers(planner) + line - 1;

        if (*since == PLANNER_NEVER)
            *since = u->now.boottime;
    } else if (planner->unregistered) {
        planner->unregistered[line - 1] = PLANNER_NEVER;
    }
}

static void on_tick(Update *u)
{
    (void)u; /* the refresh that follows every event is all there is to do */
}

static void (*const handlers[])(Update *) = {
    [PLANNER_TICK] = on_tick,
    [PLANNER_START] = on_start,
    [PLANNER_SETTINGS] = on_tick,
    [PLANNER_CLOCK] = on_tick,
    [PLANNER_WAKE] = on_wake,
    [PLANNER_REQUEST] = on_request,
    [PLANNER_SIP] = on_sip,
    [PLANNER_UPGRADE] = on_upgrade,
    [PLANNER_REBOOT] = on_reboot,
    [PLANNER_LINES] = on_lines,
    [PLANNER_REGISTRATION] = on_registration,
    [PLANNER_FINISHED] = on_finished,
    [PLANNER_CANCEL] = on_cancel,
    [PLANNER_FACTORY_RESET] = on_factory_reset,
};

/* ---- bringing the facts up to a moment ---- */

/* Provision_Enable, as it takes effect. */
static void refresh_enabled(Planner *planner, const PlannerSettings *settings, Moment now)
{
    if (!settings->enabled) {
        drop_deadlines(planner);
    } else if (planner->disabled) {
        anchor_now(planner, now);
        planner->absorbing = true;
    }
    planner->disabled = !settings->enabled;
}

/* What is due already waits on: no other delay brings it back into the future. */
static void refresh_boot(Planner *planner, const PlannerSettings *settings, Moment now)
{
    bool is_due = planner->boot + planner->boot_offset <= now.boottime;

    if (!settings->resync_on_reset)
        planner->boot_pending = false;
    if (!planner->boot_pending || is_due || planner->boot_span == settings->random_delay)
        return;

    planner->boot_span = settings->random_delay;
    planner->boot_offset = random_draw_span(&planner->random, planner->boot_span);
    planner->boot_offset = MAX(planner->boot_offset, now.boottime - planner->boot);
}

static void refresh(Planner *planner, const PlannerSettings *settings, Moment now, Passed interval,
                    Passed daily)
{
    refresh_enabled(planner, settings, now);
    refresh_boot(planner, settings, now);
    interval_refresh(planner, settings, now, interval);
    daily_refresh(planner, settings, now, daily);
}

void planner_refresh(Planner *planner, const PlannerSettings *settings, Moment now)
{
    refresh(planner, settings, now, PASSED_IS_DUE, refresh_clock(planner, now));
    trigger_refresh(planner, settings, now);
}

void planner_event(Planner *planner, const PlannerSettings *settings, Moment now,
                   const PlannerEvent *event, PlannerReply *ret_reply)
{
    Update u = {.planner = planner, .settings = settings, .now = now, .event = event};

    g_return_if_fail(planner && settings && event);
    g_return_if_fail(event->type < G_N_ELEMENTS(handlers));

    if (event->type != PLANNER_START)
        u.daily = refresh_clock(planner, now);
    handlers[event->type](&u);
    refresh(planner, settings, now, u.interval, u.daily);
    if (ret_reply)
        *ret_reply = u.reply;
}
