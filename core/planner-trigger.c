/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The triggers: conditions that make an attempt due when they go from FALSE to TRUE.
 *
 *     FALSE --true--> HELD --no attempt runs, 60 s after the last--> DUE --attempt--> SPENT
 *       ^               |                                                               |
 *       +-----false-----+---------------------------------------------------------false-+
 *
 * They are looked at when a decision is made, once all that happened at a moment is known: between
 * two things that happened at once a condition might be TRUE that never was.
 *
 * Time alone moves a condition only through its timers. A comparison of a timer with a number
 * changes at one second or two, so when a condition can turn is worked out, not polled: each
 * comparison says when it is TRUE next, and the latest of these is tried, until all agree.
 */

#include "core/parameter.h"
#include "core/planner-private.h"
#include "core/version.h"

#define FIRE_PAUSE  SECONDS(60) /* after the end of an attempt, for one that has fired before */
#define SEARCH_MAX  1000        /* rounds, for comparisons of timers that never come together */
#define SECONDS_MAX (INT64_MAX / G_USEC_PER_SEC / 4)

/* A comparison as a function of time. */
typedef struct Term {
    bool timed; /* else it is `result` whatever the time */
    bool result;
    int64_t left, right; /* boottime that a timer counts from; NEVER: that side is `halves` */
    int64_t halves;      /* of a second: the version 5.1 is later than 5, and earlier than 6 */
    ConditionOperator op;
} Term;

/* ---- timers ---- */

static int64_t line_base(const Planner *planner, unsigned line)
{
    if (!planner->unregistered || line < 1 || line > PLANNER_LINES_MAX)
        return PLANNER_NEVER;
    return planner->unregistered[line - 1];
}

static int64_t timer_base(const Planner *planner, const MacroUse *use)
{
    switch (use->timer) {
    case MACRO_TIMER_PROVISIONING:
        return planner->started;
    case MACRO_TIMER_UPGRADE:
        return planner->upgrade_attempt;
    case MACRO_TIMER_LINE:
        return line_base(planner, use->line);
    default:
        return PLANNER_NEVER;
    }
}

static int64_t timer_seconds(int64_t base, Moment now)
{
    return base == PLANNER_NEVER ? 0 : MAX(now.boottime - base, 0) / G_USEC_PER_SEC;
}

static int64_t line_timer(unsigned line, void *userdata)
{
    const PlannerTimers *timers = userdata;

    return timer_seconds(line_base(timers->planner, line), timers->now);
}

void planner_fill_macros(const PlannerTimers *timers, MacroEnv *env)
{
    const Planner *planner = timers->planner;

    env->provisioning_state = reason_provisioning_state(planner->last_reason);
    env->provisioning_timer = timer_seconds(planner->started, timers->now);
    env->upgrade_timer = timer_seconds(planner->upgrade_attempt, timers->now);
    env->line_timer = line_timer;
    env->line_timer_data = (void *)timers;
}

/* ---- a condition as a function of time ---- */

/* Reads what a timer is compared with; a string only where it is what a timer expands to. */
static bool parse_halves(const ConditionOperand *operand, const char *text, int64_t *ret_halves)
{
    bool negative = *text == '-', between = false;
    Version version;
    int64_t value;

    if (operand->quoted && (negative || (text[0] == '0' && text[1] != '\0')))
        return false;
    if (!parameter_parse_integer(text + negative, &value)) {
        if (operand->quoted || !version_parse(text, &version))
            return false;
        value = g_ascii_strtoll(version.text, NULL, 10);
        between = true;
    }
    if (value > SECONDS_MAX)
        return false;
    *ret_halves = 2 * (negative ? -value : value) + between;
    return true;
}

static Term term_new(const Planner *planner, const ConditionStep *step)
{
    const Comparison *comparison = step->comparison;
    Term term = {.result = step->result, .left = PLANNER_NEVER, .right = PLANNER_NEVER};
    MacroUse use;

    term.op = comparison->op;
    if (comparison->left.quoted != comparison->right.quoted || step->reason)
        return term;

    if (macro_is_timer(comparison->left.text, &use))
        term.left = timer_base(planner, &use);
    if (macro_is_timer(comparison->right.text, &use))
        term.right = timer_base(planner, &use);
    if (term.left == PLANNER_NEVER && term.right == PLANNER_NEVER)
        return term;

    term.timed =
        (term.left != PLANNER_NEVER || parse_halves(&comparison->left, step->left, &term.halves)) &&
        (term.right != PLANNER_NEVER ||
         parse_halves(&comparison->right, step->right, &term.halves));
    return term;
}

static GArray *terms_new(const Planner *planner, const PlannerSettings *settings, Moment now,
                         const Condition *condition)
{
    PlannerTimers timers = {.planner = planner, .now = now};
    MacroEnv env = settings->macros ? *settings->macros : (MacroEnv){};
    g_autoptr(GPtrArray) steps = NULL;
    GArray *terms = g_array_new(FALSE, FALSE, sizeof(Term));

    planner_fill_macros(&timers, &env);
    steps = condition_trace(condition, &env);
    for (guint i = 0; i < steps->len; i++) {
        Term term = term_new(planner, g_ptr_array_index(steps, i));

        g_array_append_val(terms, term);
    }
    return terms;
}

static bool compare(int64_t left, ConditionOperator op, int64_t right)
{
    switch (op) {
    case CONDITION_EQ:
        return left == right;
    case CONDITION_NE:
        return left != right;
    case CONDITION_LT:
        return left < right;
    case CONDITION_LE:
        return left <= right;
    case CONDITION_GT:
        return left > right;
    case CONDITION_GE:
        return left >= right;
    }
    return false;
}

static bool term_is(const Term *term, int64_t at)
{
    int64_t left = term->halves, right = term->halves;

    if (!term->timed)
        return term->result;
    if (term->left != PLANNER_NEVER)
        left = 2 * ((at - term->left) / G_USEC_PER_SEC);
    if (term->right != PLANNER_NEVER)
        right = 2 * ((at - term->right) / G_USEC_PER_SEC);
    return compare(left, term->op, right);
}

/* The first whole second of a timer after a moment. */
static int64_t next_second(int64_t base, int64_t after)
{
    return base + ((after - base) / G_USEC_PER_SEC + 1) * G_USEC_PER_SEC;
}

/*
 * The moments after which a term may be another, in ascending order: of a timer and a number the
 * begin and the end of the second that the number names, of two timers their next seconds.
 */
static void term_flips(const Term *term, int64_t after, int64_t ret_flips[2])
{
    int64_t base = term->left != PLANNER_NEVER ? term->left : term->right;

    if (term->left != PLANNER_NEVER && term->right != PLANNER_NEVER) {
        int64_t a = next_second(term->left, after), b = next_second(term->right, after);

        ret_flips[0] = MIN(a, b);
        ret_flips[1] = MAX(a, b);
    } else {
        ret_flips[0] = base + SECONDS(term->halves / 2);
        ret_flips[1] = base + SECONDS(term->halves / 2 + 1);
    }
}

/* The first moment, not before `from`, at which a term is what is wanted. */
static int64_t term_next(const Term *term, bool wanted, int64_t from)
{
    int64_t flips[2];

    if (term_is(term, from) == wanted)
        return from;
    if (!term->timed)
        return PLANNER_NEVER;

    term_flips(term, from, flips);
    for (unsigned i = 0; i < G_N_ELEMENTS(flips); i++)
        if (flips[i] > from && term_is(term, flips[i]) == wanted)
            return flips[i];
    return PLANNER_NEVER;
}

static int64_t terms_next_true(const GArray *terms, int64_t from)
{
    for (unsigned round = 0; round < SEARCH_MAX; round++) {
        int64_t before = from;

        for (guint i = 0; i < terms->len && from != PLANNER_NEVER; i++)
            from = term_next(&g_array_index(terms, Term, i), true, from);
        if (from == before || from == PLANNER_NEVER)
            return from;
    }
    return PLANNER_NEVER;
}

static int64_t terms_next_false(const GArray *terms, int64_t from)
{
    int64_t next = PLANNER_NEVER;

    for (guint i = 0; i < terms->len; i++)
        next = MIN(next, term_next(&g_array_index(terms, Term, i), false, from));
    return next;
}

/* ---- the triggers ---- */

static bool trigger_is_true(const Planner *planner, const PlannerSettings *settings, Moment now,
                            unsigned i)
{
    PlannerTimers timers = {.planner = planner, .now = now};
    MacroEnv env = settings->macros ? *settings->macros : (MacroEnv){};

    planner_fill_macros(&timers, &env);
    return condition_evaluate(settings->trigger[i], &env);
}

/* The boottime before which a trigger may not fire. */
static int64_t trigger_allowed(const Planner *planner, unsigned i)
{
    return planner->trigger[i].fired ? planner->ended + FIRE_PAUSE : INT64_MIN;
}

static void trigger_look(Planner *planner, const PlannerSettings *settings, Moment now, unsigned i)
{
    PlannerTrigger *trigger = &planner->trigger[i];

    if (trigger->phase == TRIGGER_DUE)
        return;
    if (!trigger_is_true(planner, settings, now, i)) {
        trigger->phase = TRIGGER_FALSE;
        return;
    }
    if (trigger->phase == TRIGGER_FALSE)
        trigger->phase = TRIGGER_HELD;
    if (trigger->phase == TRIGGER_HELD && !planner->running.id &&
        now.boottime >= trigger_allowed(planner, i)) {
        trigger->phase = TRIGGER_DUE;
        trigger->since = now.boottime;
    }
}

/* Takes what is TRUE now as spent: only what turns TRUE later fires. */
static void trigger_absorb(Planner *planner, const PlannerSettings *settings, Moment now,
                           unsigned i)
{
    if (trigger_is_true(planner, settings, now, i))
        planner->trigger[i].phase = TRIGGER_SPENT;
    else
        planner->trigger[i].phase = TRIGGER_FALSE;
}

void trigger_refresh(Planner *planner, const PlannerSettings *settings, Moment now)
{
    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++) {
        PlannerTrigger *trigger = &planner->trigger[i];

        if (trigger->fingerprint != settings->trigger_fingerprint[i])
            *trigger = (PlannerTrigger){.fingerprint = settings->trigger_fingerprint[i]};
        if (!settings->trigger[i] || planner->disabled)
            continue;
        if (planner->absorbing)
            trigger_absorb(planner, settings, now, i);
        else
            trigger_look(planner, settings, now, i);
    }
    planner->absorbing &= planner->disabled;
}

int64_t trigger_due(const Planner *planner, const PlannerSettings *settings, Moment now, unsigned i)
{
    const PlannerTrigger *trigger = &planner->trigger[i];
    g_autoptr(GArray) terms = NULL;

    if (!settings->trigger[i] || trigger->phase == TRIGGER_SPENT)
        return PLANNER_NEVER;
    if (trigger->phase == TRIGGER_DUE)
        return trigger->since;

    terms = terms_new(planner, settings, now, settings->trigger[i]);
    return terms_next_true(terms, MAX(now.boottime, trigger_allowed(planner, i)));
}

int64_t trigger_wake(const Planner *planner, const PlannerSettings *settings, Moment now,
                     unsigned i)
{
    g_autoptr(GArray) terms = NULL;

    if (!settings->trigger[i] || planner->trigger[i].phase != TRIGGER_SPENT)
        return PLANNER_NEVER;

    terms = terms_new(planner, settings, now, settings->trigger[i]);
    return terms_next_false(terms, now.boottime);
}
