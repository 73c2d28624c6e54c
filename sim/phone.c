/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/phone.h"

static Moment moment(const Phone *phone, int64_t now)
{
    return (Moment){.boottime = now, .realtime = now + phone->wall};
}

/* ---- telling ---- */

static void tell(const Phone *phone, const Fleet *fleet, int64_t now, SimEvent event)
{
    if (!fleet->observer->event)
        return;
    event.now = now;
    event.realtime = now + phone->wall;
    event.zone = phone->world->zone;
    event.phone = phone->number;
    fleet->observer->event(&event, fleet->observer->userdata);
}

/* Tells the next deadline where it is another than the one that was told last. */
static void tell_next(Phone *phone, const Fleet *fleet, int64_t now,
                      const PlannerDecision *decision)
{
    PlannerStatus status = decision->status == PLANNER_DISABLED ? PLANNER_IDLE : decision->status;
    int64_t due = decision->due.boottime;
    SimEvent event = {.type = SIM_IDLE, .reason = decision->reason, .due = due};

    if (status == PLANNER_RESYNCING ||
        (status == phone->told && decision->reason == phone->told_reason && due == phone->told_due))
        return;
    phone->told = status;
    phone->told_reason = decision->reason;
    phone->told_due = due;
    if (status == PLANNER_SCHEDULED)
        event.type = SIM_SCHEDULED;
    else if (status == PLANNER_DEFERRED)
        event.type = SIM_DEFERRED;
    tell(phone, fleet, now, event);
}

/* ---- attempts ---- */

static void hand_in(Phone *phone, int64_t now, PlannerEvent event, PlannerReply *ret_reply)
{
    planner_event(&phone->planner, phone->world->settings, moment(phone, now), &event, ret_reply);
}

static void note_success(Phone *phone, Fleet *fleet, int64_t now)
{
    load_count_success(fleet->load, now);
    phone->longest_gap = MAX(phone->longest_gap, now - phone->last_success);
    phone->last_success = now;
    if (phone->recovering) {
        phone->recovering = false;
        fleet->recovering--;
        fleet->recovered = now;
    }
    tell(phone, fleet, now, (SimEvent){.type = SIM_SUCCESS});
}

static void note_failure(const Phone *phone, Fleet *fleet, int64_t now, Failure failure)
{
    load_count_failure(fleet->load, now);
    tell(phone, fleet, now, (SimEvent){.type = SIM_FAILURE, .failure = failure});
}

static void finish(Phone *phone, Fleet *fleet, int64_t now, ResyncResult result)
{
    PlannerEvent event = {.type = PLANNER_FINISHED,
                          .finished = {.id = phone->planner.running.id,
                                       .result = result,
                                       .failure = phone->answer.failure,
                                       .retry_after = phone->answer.retry_after}};

    phone->answered = PLANNER_NEVER;
    phone->told = PLANNER_RESYNCING; /* whatever comes next is told */
    if (result == RESULT_SUCCESS)
        note_success(phone, fleet, now);
    else if (result == RESULT_FAILURE)
        note_failure(phone, fleet, now, phone->answer.failure);
    else
        tell(phone, fleet, now, (SimEvent){.type = SIM_CANCELLED});
    hand_in(phone, now, event, NULL);
}

static void send_request(Phone *phone, Fleet *fleet, int64_t now)
{
    phone->requests--;
    phone->answer = server_request(&fleet->server, now);
    phone->answered = phone->answer.at;
    load_count_request(fleet->load, now);
    if (phone->answer.busy)
        load_count_refused(fleet->load, now);
}

/* The pending request is answered: the next one, or the end. */
static void take_answer(Phone *phone, Fleet *fleet, int64_t now)
{
    bool skipped = !phone->answer.ok && phone->answer.failure == FAILURE_FILE_NOT_FOUND &&
                   !phone->world->settings->fails_on_fnf;

    if (!phone->answer.ok && !skipped)
        finish(phone, fleet, now, RESULT_FAILURE);
    else if (phone->requests > 0)
        send_request(phone, fleet, now);
    else
        finish(phone, fleet, now, RESULT_SUCCESS);
}

static void begin(Phone *phone, Fleet *fleet, int64_t now, ResyncReason reason)
{
    load_count_attempt(fleet->load, now);
    tell(phone, fleet, now, (SimEvent){.type = SIM_ATTEMPT, .reason = reason});
    phone->requests = phone->world->requests;
    if (phone->requests > 0)
        send_request(phone, fleet, now);
    else
        finish(phone, fleet, now, RESULT_SUCCESS);
}

/* ---- statements ---- */

/* Only what lasts is left of the planner, as in a new process. */
static void reload(Phone *phone)
{
    g_autoptr(GHashTable) rows = planner_save(&phone->planner);

    planner_clear(&phone->planner);
    planner_load(&phone->planner, rows);
}

static void start(Phone *phone, Fleet *fleet, int64_t now, const char *boot_id)
{
    Random random = random_new(fleet->scenario->seed + phone->starts, phone->number);
    PlannerEvent event = {.type = PLANNER_START,
                          .start = {.boot_id = boot_id, .seed = random_draw(&random, UINT64_MAX)}};
    PlannerReply reply;

    if (phone->starts++ > 0)
        reload(phone);
    phone->answered = PLANNER_NEVER;
    hand_in(phone, now, event, &reply);
    if (reply.interrupted.id) {
        phone->told = PLANNER_RESYNCING;
        note_failure(phone, fleet, now, FAILURE_INTERRUPTED);
    }
}

static void apply_boot(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    char boot_id[PLANNER_BOOT_ID_MAX];

    /* Announced before the device went off: as an event it would come to a planner of then. */
    if (action->boot != REBOOT_UNANNOUNCED)
        phone->planner.announced = action->boot;
    phone->on = true;
    phone->active_lines = 0;
    if (phone->last_success == PLANNER_NEVER)
        phone->last_success = now;
    g_snprintf(boot_id, sizeof(boot_id), "boot-%u", phone->starts);
    start(phone, fleet, now, boot_id);
}

static void hand_in_lines(Phone *phone, int64_t now)
{
    unsigned active = (unsigned)__builtin_popcountll(phone->active_lines);

    hand_in(phone, now, (PlannerEvent){.type = PLANNER_LINES, .lines = {.active = active}}, NULL);
}

static void apply_restart(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    char boot_id[PLANNER_BOOT_ID_MAX];

    (void)action;
    g_strlcpy(boot_id, phone->planner.boot_id, sizeof(boot_id));
    start(phone, fleet, now, boot_id);
    hand_in_lines(phone, now); /* the clients announce them again */
}

static void apply_off(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    (void)fleet;
    (void)action;
    (void)now;
    phone->on = false;
    phone->answered = PLANNER_NEVER;
}

static void apply_world(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    (void)fleet;
    phone->world = world_after(phone->world, action);
    if (phone->on)
        hand_in(
            phone, now,
            (PlannerEvent){.type = action->type == ACTION_ZONE ? PLANNER_CLOCK : PLANNER_SETTINGS},
            NULL);
}

static void apply_clock(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    gint64 local = g_date_time_to_unix(action->clock);
    int interval = g_time_zone_adjust_time(phone->world->zone, G_TIME_TYPE_STANDARD, &local);
    int64_t offset = g_time_zone_get_offset(phone->world->zone, interval);

    (void)fleet;
    phone->wall = (local - offset) * G_USEC_PER_SEC - now;
    if (phone->on)
        hand_in(phone, now, (PlannerEvent){.type = PLANNER_CLOCK}, NULL);
}

static void apply_active(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    uint64_t bit = UINT64_C(1) << (action->line.number - 1);

    (void)fleet;
    phone->active_lines = action->line.on ? phone->active_lines | bit : phone->active_lines & ~bit;
    hand_in_lines(phone, now);
}

static void apply_registered(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    (void)fleet;
    hand_in(phone, now,
            (PlannerEvent){.type = PLANNER_REGISTRATION,
                           .registration = {.line = action->line.number,
                                            .registration = action->line.on ? LINE_REGISTERED
                                                                            : LINE_UNREGISTERED}},
            NULL);
}

static void apply_asking(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    PlannerEvent event = {.type = PLANNER_SIP};
    PlannerReply reply;

    if (action->type == ACTION_REQUEST)
        event = (PlannerEvent){.type = PLANNER_REQUEST,
                               .request = {.force = action->force, .administrator = true}};
    hand_in(phone, now, event, &reply);
    if (reply.refusal)
        tell(phone, fleet, now,
             (SimEvent){.type = SIM_REFUSED,
                        .reason = action->type == ACTION_SIP ? RESYNC_SIP : RESYNC_REQUEST});
}

static void apply_upgrade(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    (void)fleet;
    hand_in(phone, now,
            (PlannerEvent){.type = PLANNER_UPGRADE, .upgrade = {.success = action->success}}, NULL);
}

static const struct {
    void (*apply)(Phone *phone, Fleet *fleet, const Action *action, int64_t now);
    bool off; /* also for a device that is off */
} applications[] = {
    [ACTION_BOOT] = {apply_boot, true},
    [ACTION_SET] = {apply_world, true},
    [ACTION_LINE_ACTIVE] = {apply_active},
    [ACTION_LINE_REGISTERED] = {apply_registered},
    [ACTION_SERVER] = {NULL},
    [ACTION_REQUEST] = {apply_asking},
    [ACTION_SIP] = {apply_asking},
    [ACTION_UPGRADE] = {apply_upgrade},
    [ACTION_CLOCK] = {apply_clock, true},
    [ACTION_ZONE] = {apply_world, true},
    [ACTION_RESTART] = {apply_restart},
    [ACTION_OFF] = {apply_off},
};

void phone_apply(Phone *phone, Fleet *fleet, const Action *action, int64_t now)
{
    tell(phone, fleet, now, (SimEvent){.type = SIM_CAUSE, .cause = action->text});
    if (applications[action->type].apply && (phone->on || applications[action->type].off))
        applications[action->type].apply(phone, fleet, action, now);
}

/* ---- time ---- */

int64_t phone_act(Phone *phone, Fleet *fleet, int64_t now)
{
    PlannerDecision decision;

    if (!phone->on)
        return PLANNER_NEVER;

    for (;;) {
        if (phone->answered <= now && !phone->planner.stopping) {
            take_answer(phone, fleet, now);
            continue;
        }
        decision = planner_decide(&phone->planner, phone->world->settings, moment(phone, now));
        if (fleet->observer->decision)
            fleet->observer->decision(phone, &decision, now, fleet->observer->userdata);
        tell_next(phone, fleet, now, &decision);
        if (decision.start)
            begin(phone, fleet, now, decision.reason);
        else if (decision.stop)
            finish(phone, fleet, now, RESULT_CANCELLED);
        else
            break;
    }

    if (decision.alarm.clock == PLANNER_CLOCK_BOOTTIME)
        return MIN(decision.alarm.at, phone->answered);
    if (decision.alarm.clock == PLANNER_CLOCK_REALTIME)
        return MIN(decision.alarm.at - phone->wall, phone->answered);
    return phone->answered;
}

int64_t phone_longest_gap(const Phone *phone, int64_t until)
{
    if (phone->last_success == PLANNER_NEVER)
        return 0;
    return MAX(phone->longest_gap, until - phone->last_success);
}

/* ---- life ---- */

void phone_provision(Planner *planner, const Scenario *scenario)
{
    g_autofree char *wall = g_strdup_printf("%" G_GINT64_FORMAT, scenario->start);
    const struct {
        const char *name;
        const char *text;
    } facts[] = {
        {"planner.boot-id", "before"},           {"planner.provisioned", "yes"},
        {"planner.last.result", "success"},      {"planner.clock-offset", wall},
        {"planner.last.attempt-realtime", wall}, {"planner.last.success-realtime", wall},
    };
    g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        g_hash_table_insert(rows, (char *)facts[i].name, (char *)facts[i].text);
    planner_load(planner, rows);
}

void phone_init(Phone *phone, unsigned number, const Scenario *scenario, const World *world,
                const Planner *planner)
{
    *phone = (Phone){.planner = *planner,
                     .number = number,
                     .world = world,
                     .wall = scenario->start,
                     .answered = PLANNER_NEVER,
                     .last_success = scenario->provisioned ? 0 : PLANNER_NEVER,
                     .told = PLANNER_IDLE};
}

void phone_clear(Phone *phone)
{
    planner_clear(&phone->planner);
}
