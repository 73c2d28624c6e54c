/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/fleet.h"

#include "sim/large.h"
#include "sim/queue.h"

#define PROGRESS_EVERY 65536 /* devices' turns */

#define SOON 3

typedef struct Run {
    const Scenario *scenario;
    Fleet fleet;
    Phone *phones;
    Queue *queue;
    int64_t up_at;   /* when the server came up with devices that had failed; NEVER: it did not */
    unsigned failed; /* how many that were */
    uint64_t turns;
} Run;

/* ---- statements ---- */

/* The moment of a `spread` statement for a device: always the same, so it need not be kept. */
static int64_t spread_moment(const Run *run, unsigned phone, unsigned index)
{
    const Statement *statement = g_ptr_array_index(run->scenario->spreads, index);
    Random random = random_new(~run->scenario->seed, ((uint64_t)phone << 16) + index);

    return random_draw_span(&random, statement->at);
}

/* Finds the device's next one, after the one at spread_at. */
static void spread_advance(const Run *run, Phone *phone)
{
    int64_t after = phone->spread_at, next = PLANNER_NEVER;
    unsigned after_index = phone->spread_index, next_index = 0;

    for (unsigned i = 0; i < run->scenario->spreads->len; i++) {
        int64_t at = spread_moment(run, phone->number, i);

        if ((at > after || (at == after && i > after_index)) && at < next) {
            next = at;
            next_index = i;
        }
    }
    phone->spread_at = next;
    phone->spread_index = next_index;
}

static void server_changes(Run *run, ServerState state, int64_t now)
{
    bool comes_up = state == SERVER_UP && run->fleet.server.state != SERVER_UP;

    run->fleet.server.state = state;
    if (!comes_up)
        return;

    run->failed = 0;
    for (unsigned i = 0; i < run->scenario->phones; i++) {
        run->phones[i].recovering = run->phones[i].on && run->phones[i].planner.failures > 0;
        run->failed += run->phones[i].recovering;
    }
    run->fleet.recovering = run->failed;
    run->up_at = run->failed > 0 ? now : PLANNER_NEVER;
}

/* Queues a device's next turn; not one after the end, through years to which the queue would go. */
static void queue_turn(const Run *run, const Phone *phone, int64_t at)
{
    queue_set(run->queue, phone->number, at < run->scenario->until ? at : QUEUE_NEVER);
}

/* Lets a device have its turn, with the statements of its own that are due. */
static void take_turn(Run *run, Phone *phone, int64_t now)
{
    int64_t next;

    while (phone->spread_at <= now) {
        const Statement *statement = g_ptr_array_index(run->scenario->spreads, phone->spread_index);

        phone_apply(phone, &run->fleet, &statement->action, now);
        spread_advance(run, phone);
    }
    next = phone_act(phone, &run->fleet, now);
    queue_turn(run, phone, MIN(next, phone->spread_at));
    if (run->fleet.observer->progress && ++run->turns % PROGRESS_EVERY == 0)
        run->fleet.observer->progress(now, run->fleet.observer->userdata);
}

/* All `at` statements of a moment, and then every device's turn. */
static void apply_statements(Run *run, int64_t now, guint *index)
{
    const GPtrArray *statements = run->scenario->statements;
    bool for_phones = false;

    for (; *index < statements->len; (*index)++) {
        const Statement *statement = g_ptr_array_index(statements, *index);

        if (statement->at > now)
            break;
        if (statement->action.type == ACTION_SERVER)
            server_changes(run, statement->action.server, now);
        else
            for_phones = true;
        for (unsigned i = 0; i < run->scenario->phones; i++)
            phone_apply(&run->phones[i], &run->fleet, &statement->action, now);
    }
    if (for_phones)
        for (unsigned i = 0; i < run->scenario->phones; i++)
            take_turn(run, &run->phones[i], now);
}

/* ---- the run ---- */

static int64_t statement_moment(const Scenario *scenario, guint index)
{
    if (index >= scenario->statements->len)
        return PLANNER_NEVER;
    return ((Statement *)g_ptr_array_index(scenario->statements, index))->at;
}

/* Has devices brought into the cache whose turn comes soon: a million do not fit into it. */
static void prefetch(const Run *run)
{
    unsigned soon[SOON];
    unsigned count = queue_soon(run->queue, soon, SOON);

    for (unsigned i = 0; i < count; i++)
        for (size_t line = 0; line < sizeof(Phone); line += CACHE_LINE)
            __builtin_prefetch((const char *)&run->phones[soon[i]] + line, 1);
}

static void play(Run *run)
{
    guint index = 0;

    for (;;) {
        int64_t statement = statement_moment(run->scenario, index), now;
        unsigned first = queue_first(run->queue, &now);

        if (MIN(statement, now) >= run->scenario->until)
            return;
        if (statement <= now)
            apply_statements(run, statement, &index);
        else {
            prefetch(run);
            take_turn(run, &run->phones[first], now);
        }
    }
}

static void make_phones(Run *run, const World *world)
{
    const Scenario *scenario = run->scenario;
    Planner planner;

    planner_init(&planner);
    if (scenario->provisioned)
        phone_provision(&planner, scenario);

    run->phones = large_new(scenario->phones, sizeof(Phone));
    run->queue = queue_new(scenario->phones);
    for (unsigned i = 0; i < scenario->phones; i++) {
        Phone *phone = &run->phones[i];

        phone_init(phone, i, scenario, world, &planner);
        phone->spread_at = -1;
        spread_advance(run, phone);
        queue_turn(run, phone, phone->spread_at);
    }
}

static int by_length(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

static Outcome *outcome_new(Run *run)
{
    const Scenario *scenario = run->scenario;
    Outcome *outcome = g_new0(Outcome, 1);

    outcome->load = g_steal_pointer(&run->fleet.load);
    outcome->gaps = g_array_sized_new(FALSE, FALSE, sizeof(int64_t), scenario->phones);
    for (unsigned i = 0; i < scenario->phones; i++) {
        int64_t gap = phone_longest_gap(&run->phones[i], scenario->until);

        g_array_append_val(outcome->gaps, gap);
    }
    g_array_sort(outcome->gaps, by_length);

    outcome->came_up = run->up_at != PLANNER_NEVER;
    outcome->failed = run->failed;
    outcome->not_recovered = run->fleet.recovering;
    if (outcome->came_up && outcome->failed > outcome->not_recovered)
        outcome->recovery = run->fleet.recovered - run->up_at;
    return outcome;
}

Outcome *fleet_run(const Scenario *scenario, const SimObserver *observer)
{
    g_autoptr(World) world = world_new(scenario);
    Run run = {
        .scenario = scenario,
        .fleet = {.scenario = scenario,
                  .server = server_new(scenario),
                  .load = load_new(),
                  .observer = observer},
        .up_at = PLANNER_NEVER,
    };
    Outcome *outcome;

    make_phones(&run, world);
    play(&run);
    outcome = outcome_new(&run);

    for (unsigned i = 0; i < scenario->phones; i++)
        phone_clear(&run.phones[i]);
    large_free(run.phones);
    queue_free(run.queue);
    return outcome;
}

void outcome_free(Outcome *outcome)
{
    if (!outcome)
        return;
    load_free(outcome->load);
    g_array_unref(outcome->gaps);
    g_free(outcome);
}
