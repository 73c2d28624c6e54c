/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was asked for and waits: requests, NOTIFYs, upgrades, and requests with their own rules. */

#include "core/planner-private.h"

static void rule_request_free(void *data)
{
    PlannerRuleRequest *request = data;

    g_free(request->rule);
    g_free(request);
}

void ask_add(PlannerAsk *ask, Moment now, bool force)
{
    if (!ask->waiting)
        *ask = (PlannerAsk){.waiting = true, .since = now.boottime};
    ask->force |= force;
}

PlannerRuleRequest *rule_request_add(Planner *planner, uint64_t id, ResyncReason reason,
                                     const char *rule)
{
    PlannerRuleRequest *request;

    if (!planner->rules)
        planner->rules = g_ptr_array_new_with_free_func(rule_request_free);
    if (planner->rules->len >= PLANNER_RULES_MAX)
        return NULL;

    request = g_new0(PlannerRuleRequest, 1);
    request->id = id;
    request->reason = reason;
    request->rule = g_strndup(rule, PLANNER_RULE_MAX);
    g_ptr_array_add(planner->rules, request);
    return request;
}

void asks_drop(Planner *planner)
{
    planner->request = planner->sip = planner->upgrade = (PlannerAsk){};
    g_clear_pointer(&planner->rules, g_ptr_array_unref);
}

/* Calls a function for everything that waits. */
static void asks_foreach(Planner *planner, Moment now,
                         void (*function)(PlannerAsk *, const Planner *, Moment))
{
    PlannerAsk *const shared[] = {&planner->request, &planner->sip, &planner->upgrade};

    for (unsigned i = 0; i < G_N_ELEMENTS(shared); i++)
        if (shared[i]->waiting)
            function(shared[i], planner, now);
    for (unsigned i = 0; planner->rules && i < planner->rules->len; i++)
        function(&((PlannerRuleRequest *)g_ptr_array_index(planner->rules, i))->ask, planner, now);
}

static void postpone(PlannerAsk *ask, const Planner *planner, Moment now)
{
    if (ask->since >= planner->started)
        ask->since = now.boottime;
}

void asks_postpone(Planner *planner, Moment now)
{
    asks_foreach(planner, now, postpone);
}

static void carry(PlannerAsk *ask, const Planner *planner, Moment now)
{
    int64_t waited = now.realtime - (ask->since + planner->clock_offset);

    ask->since = now.boottime - MAX(waited, 0);
}

void asks_carry(Planner *planner, Moment now)
{
    asks_foreach(planner, now, carry);
}
