/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-explain.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "core/rule.h"
#include "core/secret.h"

#include <string.h>

/*
 * What an explanation is made for, and the reply that it goes into. Rules are looked at as an
 * attempt does: what the taken alternative of one assigns, its URL and the rules after it see.
 */
typedef struct Explanation {
    Manager *manager;
    const Caller *caller;
    MacroEnv env;
    GTree *assigned; /* of Parameter: by the rules before */
    GTree *own;      /* by the alternative that is looked at; NULL: by none */
    BusReply *reply;
} Explanation;

static GTree *assignments_new(void)
{
    return name_table_new((GDestroyNotify)parameter_unref);
}

static const char *look_up(const char *name, void *userdata)
{
    const Explanation *explanation = userdata;
    const Parameter *parameter = explanation->own ? g_tree_lookup(explanation->own, name) : NULL;

    if (!parameter)
        parameter = g_tree_lookup(explanation->assigned, name);
    return parameter ? parameter->value
                     : paramset_get(manager_parameters(explanation->manager), name);
}

/* Makes an assignment, unless its value is not valid; the value, newly allocated, either way. */
static char *assign(const Explanation *explanation, const RuleAssignment *assignment)
{
    const char *name = parameter_canonical_name(assignment->name);
    char *value = macro_expand(assignment->value, &explanation->env, MACRO_NONE);
    g_autofree char *normal = parameter_normalize(name, value, NULL);

    if (normal) {
        Parameter *parameter = parameter_new(name, normal, SOURCE_PROFILE, ACCESS_NA, 0);

        g_tree_replace(explanation->own, (gpointer)parameter->name, parameter);
    }
    return value;
}

/* The candidate that NextResync and NextReason tell of; NULL: none, or an attempt runs already. */
static const PlannerCandidate *find_next(const ManagerStatus *status, const GArray *candidates)
{
    const PlannerCandidate *next = NULL;

    if (status->next_resync == 0)
        return NULL;
    for (guint i = 0; i < candidates->len; i++) {
        const PlannerCandidate *candidate = &g_array_index(candidates, PlannerCandidate, i);

        if (strcmp(status->next_reason, resync_reason_to_string(candidate->reason)) == 0 &&
            candidate->due.realtime != 0 && (!next || candidate->due.realtime < next->due.realtime))
            next = candidate;
    }
    return next;
}

static void append_candidates(const Explanation *explanation)
{
    g_autoptr(GArray) candidates = manager_explain(explanation->manager);
    const PlannerCandidate *next = find_next(manager_status(explanation->manager), candidates);

    for (guint i = 0; i < candidates->len; i++) {
        const PlannerCandidate *candidate = &g_array_index(candidates, PlannerCandidate, i);

        bus_reply_open(explanation->reply, 'a', "{sv}");
        bus_reply_append(explanation->reply, "{sv}{sv}{sv}{sv}{sv}", "kind", "s", "candidate",
                         "reason", "s", resync_reason_to_string(candidate->reason), "due", "t",
                         (uint64_t)candidate->due.realtime, "next", "b", (int)(candidate == next),
                         "held", "s", candidate->held ? candidate->held : "");
        bus_reply_close(explanation->reply);
    }
}

/* What one look at a rule found out. */
typedef struct RuleFinding {
    const char *outcome;
    char *message;
    const RuleAlternative *taken;
} RuleFinding;

static void find_outcome_of_url(Explanation *explanation, RuleFinding *finding)
{
    const GPtrArray *assignments = finding->taken->assignments;
    g_autoptr(GTree) own = assignments_new();
    g_autoptr(RuleRequest) request = NULL;
    g_autoptr(GError) error = NULL;

    explanation->own = own;
    for (guint i = 0; i < assignments->len; i++)
        g_free(assign(explanation, g_ptr_array_index(assignments, i)));
    request = rule_request_new(finding->taken, &explanation->env,
                               manager_provisioning_server(explanation->manager), &error);
    explanation->own = NULL;
    if (request)
        return;
    finding->outcome = g_error_matches(error, FAILURE, FAILURE_NO_SERVER) ? "no-server" : "invalid";
    finding->message = g_strdup(error->message);
}

static void find_outcome(Explanation *explanation, const char *text, const Rule *rule,
                         const GError *invalid, RuleFinding *ret_finding)
{
    *ret_finding = (RuleFinding){.outcome = "fetch"};
    if (!rule) {
        ret_finding->outcome = "invalid";
        ret_finding->message = g_strdup(invalid->message);
        return;
    }
    if (rule_size(rule) == 0) {
        ret_finding->outcome = strchr(text, '#') ? "commented-out" : "empty";
        return;
    }
    ret_finding->taken = rule_select(rule, &explanation->env);
    if (!ret_finding->taken)
        ret_finding->outcome = "no-match";
    else if (!ret_finding->taken->url)
        ret_finding->outcome = "assign";
    else
        find_outcome_of_url(explanation, ret_finding);
}

static void append_rule_entry(const Explanation *explanation, const char *name, const char *text,
                              const RuleFinding *finding)
{
    g_autofree char *shown =
        access_has(explanation->caller, RIGHT_ADMIN) ? g_strdup(text) : secret_mask_rule(text);

    bus_reply_open(explanation->reply, 'a', "{sv}");
    bus_reply_append(explanation->reply, "{sv}{sv}{sv}{sv}{sv}", "kind", "s", "rule", "name", "s",
                     name, "text", "s", shown, "outcome", "s", finding->outcome, "message", "s",
                     finding->message ? finding->message : "");
    bus_reply_close(explanation->reply);
}

/* A condition as it was written, but for the space in it; empty where there is none. */
static char *write_condition(const Condition *condition)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; condition && i < condition_size(condition); i++) {
        const Comparison *comparison = condition_get(condition, i);

        g_string_append_printf(text, "%s%s %s %s", i > 0 ? " and " : "", comparison->left.written,
                               condition_operator_to_string(comparison->op),
                               comparison->right.written);
    }
    return g_string_free(text, FALSE);
}

static void append_comparisons(const Explanation *explanation, const Condition *condition)
{
    g_autoptr(GPtrArray) steps = condition ? condition_trace(condition, &explanation->env) : NULL;

    bus_reply_open_list(explanation->reply, "comparisons", "(sssbs)");
    for (guint i = 0; steps && i < steps->len; i++) {
        const ConditionStep *step = g_ptr_array_index(steps, i);

        bus_reply_append(explanation->reply, "(sssbs)", step->left,
                         condition_operator_to_string(step->comparison->op), step->right,
                         (int)step->result, step->reason ? step->reason : "");
    }
    bus_reply_close_list(explanation->reply);
}

static void append_assignments(const Explanation *explanation, const GPtrArray *assignments)
{
    bus_reply_open_list(explanation->reply, "assignments", "(ss)");
    for (guint i = 0; i < assignments->len; i++) {
        const RuleAssignment *assignment = g_ptr_array_index(assignments, i);
        g_autofree char *value = assign(explanation, assignment);
        g_autofree char *shown = access_show_value(explanation->caller, assignment->name, value);

        bus_reply_append(explanation->reply, "(ss)", assignment->name, shown);
    }
    bus_reply_close_list(explanation->reply);
}

static char *expand_url(const Explanation *explanation, const RuleAlternative *alternative)
{
    g_autoptr(RuleRequest) request = NULL;

    if (!alternative->url)
        return g_strdup("");
    request = rule_request_new(alternative, &explanation->env,
                               manager_provisioning_server(explanation->manager), NULL);
    return g_strdup(request ? request->url->text : "");
}

static void append_alternative(Explanation *explanation, const char *name, const Rule *rule,
                               guint index, const RuleAlternative *taken, GTree *own)
{
    const RuleAlternative *alternative = rule_get(rule, index);
    g_autofree char *condition = write_condition(alternative->condition);
    g_autofree char *url = NULL;

    bus_reply_open(explanation->reply, 'a', "{sv}");
    bus_reply_append(explanation->reply, "{sv}{sv}{sv}{sv}{sv}", "kind", "s", "alternative", "name",
                     "s", name, "index", "u", index + 1, "condition", "s", condition, "taken", "b",
                     (int)(alternative == taken));
    append_comparisons(explanation, alternative->condition);
    explanation->own = own;
    append_assignments(explanation, alternative->assignments);
    url = expand_url(explanation, alternative);
    bus_reply_append(explanation->reply, "{sv}", "url", "s", url);
    explanation->own = NULL;
    bus_reply_close(explanation->reply);
}

/* What the taken alternative assigned, the rules after it see. */
static gboolean keep_assignment(gpointer name, gpointer parameter, gpointer assigned)
{
    Parameter *kept = parameter_ref(parameter);

    g_tree_replace(assigned, (gpointer)kept->name, kept);
    return false;
}

static void append_alternatives(Explanation *explanation, const char *name, const Rule *rule,
                                const RuleAlternative *taken)
{
    g_autoptr(GTree) kept = NULL;

    for (guint i = 0; i < rule_size(rule); i++) {
        g_autoptr(GTree) own = assignments_new();

        append_alternative(explanation, name, rule, i, taken, own);
        if (rule_get(rule, i) == taken)
            kept = g_steal_pointer(&own);
    }
    if (kept)
        g_tree_foreach(kept, keep_assignment, explanation->assigned);
}

static void append_rule(Explanation *explanation, const char *name, const char *rule_text)
{
    g_autofree char *text = g_strdup(rule_text);
    g_autoptr(GError) invalid = NULL;
    g_autoptr(Rule) rule = rule_parse(text, &invalid);
    RuleFinding finding;

    find_outcome(explanation, text, rule, invalid, &finding);
    append_rule_entry(explanation, name, text, &finding);
    if (rule)
        append_alternatives(explanation, name, rule, finding.taken);
    g_free(finding.message);
}

static void append_configured_rules(Explanation *explanation)
{
    for (ParameterId id = PARAMETER_PROFILE_RULE; id <= PARAMETER_PROFILE_RULE_D; id++) {
        const char *name = parameter_info(id)->name;

        append_rule(explanation, name, look_up(name, explanation));
    }
}

static bool check_rule(const char *text, GError **error)
{
    g_autoptr(Rule) rule = rule_parse(text, error);

    return rule != NULL;
}

bool bus_explain(Manager *manager, const Caller *caller, sd_bus_message *message, GError **error)
{
    g_auto(BusReply) reply = bus_reply_new(message);
    g_autoptr(GTree) assigned = assignments_new();
    Explanation explanation = {
        .manager = manager,
        .caller = caller,
        .env = *manager_env(manager),
        .assigned = assigned,
        .reply = &reply,
    };
    const char *rule;

    explanation.env.parameter = look_up;
    explanation.env.parameter_data = &explanation;
    if (!bus_read(message, error, "s", &rule) || (rule[0] != '\0' && !check_rule(rule, error)))
        return false;
    bus_reply_open(&reply, 'a', "a{sv}");
    append_candidates(&explanation);
    if (rule[0] != '\0')
        append_rule(&explanation, "", rule);
    else
        append_configured_rules(&explanation);
    bus_reply_close(&reply);
    return bus_reply_send(&reply, error);
}
