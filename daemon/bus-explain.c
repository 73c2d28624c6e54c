/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-explain.h"
#include "core/parameter.h"
#include "core/rule.h"
#include "core/secret.h"

#include <string.h>

/* What an explanation is made for, and the reply that it goes into. */
typedef struct Explanation {
    Manager *manager;
    const Caller *caller;
    const MacroEnv *env;
    BusReply *reply;
} Explanation;

static void append_candidates(const Explanation *explanation)
{
    const ManagerStatus *status = manager_status(explanation->manager);
    g_autoptr(GArray) candidates = manager_explain(explanation->manager);

    for (guint i = 0; i < candidates->len; i++) {
        const PlannerCandidate *candidate = &g_array_index(candidates, PlannerCandidate, i);
        const char *reason = resync_reason_to_string(candidate->reason);
        int next = strcmp(status->next_reason, reason) == 0;

        bus_reply_open(explanation->reply, 'a', "{sv}");
        bus_reply_append(explanation->reply, "{sv}{sv}{sv}{sv}{sv}", "kind", "s", "candidate",
                         "reason", "s", reason, "due", "t", (uint64_t)candidate->due.realtime,
                         "next", "b", next, "held", "s", candidate->held ? candidate->held : "");
        bus_reply_close(explanation->reply);
    }
}

/* What one look at a rule found out. */
typedef struct RuleFinding {
    const char *outcome;
    char *message;
    const RuleAlternative *taken;
} RuleFinding;

static void find_outcome(const Explanation *explanation, const char *text, const Rule *rule,
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
    ret_finding->taken = rule_select(rule, explanation->env);
    if (!ret_finding->taken) {
        ret_finding->outcome = "no-match";
    } else if (!ret_finding->taken->url) {
        ret_finding->outcome = "assign";
    } else {
        g_autoptr(GError) error = NULL;
        g_autoptr(RuleRequest) request =
            rule_request_new(ret_finding->taken, explanation->env,
                             manager_provisioning_server(explanation->manager), &error);

        if (!request) {
            ret_finding->outcome =
                g_error_matches(error, FAILURE, FAILURE_NO_SERVER) ? "no-server" : "invalid";
            ret_finding->message = g_strdup(error->message);
        }
    }
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
    g_autoptr(GPtrArray) steps = condition ? condition_trace(condition, explanation->env) : NULL;

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
        g_autofree char *value = macro_expand(assignment->value, explanation->env, MACRO_NONE);
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
    request = rule_request_new(alternative, explanation->env,
                               manager_provisioning_server(explanation->manager), NULL);
    return g_strdup(request ? request->url->text : "");
}

static void append_alternative(const Explanation *explanation, const char *name, const Rule *rule,
                               guint index, const RuleAlternative *taken)
{
    const RuleAlternative *alternative = rule_get(rule, index);
    g_autofree char *condition = write_condition(alternative->condition);
    g_autofree char *url = expand_url(explanation, alternative);

    bus_reply_open(explanation->reply, 'a', "{sv}");
    bus_reply_append(explanation->reply, "{sv}{sv}{sv}{sv}{sv}{sv}", "kind", "s", "alternative",
                     "name", "s", name, "index", "u", index + 1, "condition", "s", condition,
                     "taken", "b", (int)(alternative == taken), "url", "s", url);
    append_comparisons(explanation, alternative->condition);
    append_assignments(explanation, alternative->assignments);
    bus_reply_close(explanation->reply);
}

static void append_rule(const Explanation *explanation, const char *name, const char *text)
{
    g_autoptr(GError) invalid = NULL;
    g_autoptr(Rule) rule = rule_parse(text, &invalid);
    RuleFinding finding;

    find_outcome(explanation, text, rule, invalid, &finding);
    append_rule_entry(explanation, name, text, &finding);
    for (guint i = 0; rule && i < rule_size(rule); i++)
        append_alternative(explanation, name, rule, i, finding.taken);
    g_free(finding.message);
}

static void append_configured_rules(const Explanation *explanation)
{
    for (ParameterId id = PARAMETER_PROFILE_RULE; id <= PARAMETER_PROFILE_RULE_D; id++) {
        const char *name = parameter_info(id)->name;

        append_rule(explanation, name,
                    paramset_get(manager_parameters(explanation->manager), name));
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
    Explanation explanation = {manager, caller, manager_env(manager), &reply};
    const char *rule;

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
