/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/planner.h"

static gpointer copy_rule_request(gconstpointer original, gpointer userdata)
{
    PlannerRuleRequest *copy = g_memdup2(original, sizeof(PlannerRuleRequest));

    copy->rule = g_strdup(copy->rule);
    return copy;
}

void planner_copy(const Planner *planner, Planner *ret_copy)
{
    Planner copy = *planner;

    copy.running.rule = g_strdup(planner->running.rule);
    copy.unregistered = g_memdup2(planner->unregistered, sizeof(int64_t) * PLANNER_LINES_MAX);
    if (planner->rules)
        copy.rules = g_ptr_array_copy(planner->rules, (GCopyFunc)copy_rule_request, NULL);
    *ret_copy = copy;
}
