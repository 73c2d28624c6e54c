/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/rule.h"
#include "config.h"
#include "core/failure.h"
#include "core/rule-parse.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void rule_assignment_free(gpointer data)
{
    RuleAssignment *assignment = data;

    g_free(assignment->name);
    secret_free(assignment->value);
    g_free(assignment);
}

RuleAlternative *rule_alternative_new(void)
{
    RuleAlternative *alternative = g_new0(RuleAlternative, 1);

    alternative->assignments = g_ptr_array_new_with_free_func(rule_assignment_free);
    return alternative;
}

void rule_alternative_free(RuleAlternative *alternative)
{
    if (!alternative)
        return;
    condition_free(alternative->condition);
    g_ptr_array_unref(alternative->assignments);
    secret_free(alternative->url);
    secret_free(alternative->key);
    secret_free(alternative->uid);
    secret_free(alternative->pwd);
    g_free(alternative);
}

Rule *rule_new(void)
{
    Rule *rule = g_new0(Rule, 1);

    rule->alternatives = g_ptr_array_new_with_free_func((GDestroyNotify)rule_alternative_free);
    rule->secrets = g_array_new(FALSE, FALSE, sizeof(RuleSpan));
    return rule;
}

void rule_free(Rule *rule)
{
    if (!rule)
        return;
    g_ptr_array_unref(rule->alternatives);
    g_array_unref(rule->secrets);
    g_free(rule);
}

guint rule_size(const Rule *rule)
{
    return rule->alternatives->len;
}

const RuleAlternative *rule_get(const Rule *rule, guint i)
{
    g_return_val_if_fail(i < rule->alternatives->len, NULL);
    return g_ptr_array_index(rule->alternatives, i);
}

guint rule_unreachable(const Rule *rule)
{
    for (guint i = 0; i < rule_size(rule); i++)
        if (!rule_get(rule, i)->condition)
            return i + 1;
    return rule_size(rule);
}

const RuleSpan *rule_secrets(const Rule *rule, guint *ret_count)
{
    *ret_count = rule->secrets->len;
    return (const RuleSpan *)(const void *)rule->secrets->data;
}

const RuleAlternative *rule_select(const Rule *rule, const MacroEnv *env)
{
    for (guint i = 0; i < rule_size(rule); i++) {
        const RuleAlternative *alternative = rule_get(rule, i);

        if (!alternative->condition || condition_evaluate(alternative->condition, env))
            return alternative;
    }
    return NULL;
}

/* Expands a piece of a rule; false with an error, untouched, where it becomes too long. */
static bool expand_piece(const char *text, const MacroEnv *env, MacroFlags flags, const char *what,
                         char **ret_piece, GError **error)
{
    g_autoptr(GString) out = NULL;
    bool fits;

    if (!text)
        return true;
    out = g_string_sized_new(MACRO_EXPANSION_MAX);
    fits = macro_expand_to(out, text, env, flags);
    if (fits)
        *ret_piece = g_strndup(out->str, out->len);
    else
        g_set_error(error, FAILURE, FAILURE_INVALID_RULE, _("%s expands to more than %d KiB"), what,
                    MACRO_EXPANSION_MAX / 1024);
    explicit_bzero(out->str, out->len); /* it may be a secret; the rest was never touched */
    return fits;
}

/* The general purpose parameter of a letter, newly allocated; NULL where the letter is 0. */
static char *get_letter(char letter, const MacroEnv *env)
{
    const char name[] = {'G', 'P', 'P', '_', letter, '\0'};
    const char *value;

    if (letter == 0)
        return NULL;
    value = env->parameter ? env->parameter(name, env->parameter_data) : NULL;
    return g_strdup(value ? value : "");
}

static bool expand_options(RuleRequest *request, const RuleAlternative *alternative,
                           const MacroEnv *env, GError **error)
{
    g_autoptr(SecretText) body = get_letter(alternative->post, env);

    request->aliases = get_letter(alternative->alias, env);
    return expand_piece(alternative->key, env, MACRO_SECRETS, "--key", &request->key, error) &&
           expand_piece(alternative->uid, env, MACRO_SECRETS, "--uid", &request->user, error) &&
           expand_piece(alternative->pwd, env, MACRO_SECRETS, "--pwd", &request->password, error) &&
           expand_piece(body, env, MACRO_NONE, _("what --post names"), &request->body, error);
}

RuleRequest *rule_request_new(const RuleAlternative *alternative, const MacroEnv *env,
                              const char *provisioning_server, GError **error)
{
    g_autoptr(RuleRequest) request = g_new0(RuleRequest, 1);
    g_autoptr(SecretText) url = NULL;

    g_return_val_if_fail(alternative->url, NULL);

    if (!expand_piece(alternative->url, env, MACRO_NONE, _("the URL"), &url, error) ||
        !expand_options(request, alternative, env, error))
        return NULL;
    request->url = url_parse(url, provisioning_server, error);
    if (!request->url)
        return NULL;
    if (!request->user)
        request->user = g_strdup(request->url->user);
    if (!request->password)
        request->password = g_strdup(request->url->password);
    return g_steal_pointer(&request);
}

void rule_request_free(RuleRequest *request)
{
    if (!request)
        return;
    url_free(request->url);
    secret_free(request->key);
    secret_free(request->user);
    secret_free(request->password);
    secret_free(request->body);
    g_free(request->aliases);
    g_free(request);
}
