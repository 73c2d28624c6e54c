/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/alias.h"
#include "core/lint-private.h"
#include "core/parameter.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Rules are looked through without a device: a macro is taken for what fits where it stands, and a
 * URL that begins with a macro, or names no server, goes nobody knows where.
 */
static const char *const any_macro[] = {"1", "", "::1"};

void lint_condition(Lint *lint, const ProfileItem *item, const Condition *condition)
{
    for (guint i = 0; i < condition_size(condition); i++) {
        const Comparison *comparison = condition_get(condition, i);
        const char *problem = comparison_problem(comparison);

        if (problem)
            lint_add(lint, LINT_WARNING, item, NULL, _("%s: %s %s %s is never TRUE: %s"),
                     item->name, comparison->left.written,
                     condition_operator_to_string(comparison->op), comparison->right.written,
                     _(problem));
        lint_macros(lint, item, comparison->left.text);
        lint_macros(lint, item, comparison->right.text);
    }
}

static const char *get_any(const char *name, void *userdata)
{
    return userdata;
}

/* The URL as far as it is known; NULL, with an error only where it is an impossible one. */
static Url *foresee_url(const char *text, GError **error)
{
    g_autoptr(GError) problem = NULL;

    if (*text == '$' || *text == '/')
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(any_macro); i++) {
        const MacroEnv env = {.override = get_any, .override_data = (void *)any_macro[i]};
        g_autofree char *expanded = macro_expand(text, &env, MACRO_NONE);
        Url *url = url_parse(expanded, any_macro[0], problem ? NULL : &problem);

        if (url)
            return url;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}

static bool is_clear(const Url *url)
{
    return url && strcmp(url->scheme, "https") != 0;
}

static void lint_credentials(Lint *lint, const ProfileItem *item,
                             const RuleAlternative *alternative, const Url *url)
{
    if (!is_clear(url))
        return;
    if (!alternative->uid && !alternative->pwd && !url->user && !url->password)
        return;
    if (strcmp(url->scheme, "tftp") == 0)
        lint_add(
            lint, LINT_WARNING, item, NULL,
            _("%s: tftp has no use for user name and password, and protects nothing; https does"),
            item->name);
    else
        lint_add(lint, LINT_WARNING, item, NULL,
                 _("%s: user name and password go over http, readable to all on the way; https "
                   "protects them"),
                 item->name);
}

/* The map that --alias names, where this very profile brings it. */
static void lint_alias_map(Lint *lint, char letter)
{
    const char name[] = {'G', 'P', 'P', '_', letter, '\0'};
    const ProfileItem *map = lint_find(lint, name);
    g_autoptr(GError) error = NULL;

    if (letter == 0 || !map || !map->value)
        return;

    g_autoptr(AliasMap) aliases = alias_map_parse(map->value, &error);
    if (!aliases)
        lint_add(lint, LINT_ERROR, map, NULL, _("%s: --alias of a rule names it; %s"), map->name,
                 error->message);
}

static void lint_url(Lint *lint, const ProfileItem *item, const RuleAlternative *alternative)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Url) url = foresee_url(alternative->url, &error);
    const char *at = strrchr(alternative->url, '@');

    if (error)
        lint_add(lint, LINT_ERROR, item, NULL, "%s: %s", item->name, error->message);
    lint_credentials(lint, item, alternative, url);
    /* What stands before it is nobody's business */
    lint_macros(lint, item, at ? at : alternative->url);
    lint_alias_map(lint, alternative->alias);
}

static void lint_alternative(Lint *lint, const ProfileItem *item,
                             const RuleAlternative *alternative)
{
    if (alternative->condition)
        lint_condition(lint, item, alternative->condition);
    for (guint i = 0; i < alternative->assignments->len; i++) {
        const RuleAssignment *assignment = g_ptr_array_index(alternative->assignments, i);

        lint_assigned(lint, item, assignment->name, assignment->value);
    }
    if (alternative->url)
        lint_url(lint, item, alternative);
}

void lint_rule(Lint *lint, const ProfileItem *item)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Rule) rule = rule_parse(item->value, &error);

    if (!rule) {
        lint_add(lint, LINT_ERROR, item, NULL, _("%s: in the value, %s"), item->name,
                 error->message);
        return;
    }
    for (guint i = 0; i < rule_size(rule); i++)
        lint_alternative(lint, item, rule_get(rule, i));

    guint unreachable = rule_unreachable(rule);
    if (unreachable < rule_size(rule)) {
        size_t start = rule_get(rule, unreachable)->start;

        lint_add(lint, LINT_WARNING, item, NULL,
                 _("%s: the alternative at column %ld of the value is never reached, because the "
                   "one before it has no condition"),
                 item->name, g_utf8_strlen(item->value, (gssize)start) + 1);
    }
}

void lint_foreign_rule(Lint *lint, const ProfileItem *item)
{
    g_autoptr(Rule) rule = rule_parse(item->value, NULL);

    for (guint i = 0; rule && i < rule_size(rule); i++) {
        const RuleAlternative *alternative = rule_get(rule, i);
        g_autoptr(Url) url = alternative->url ? foresee_url(alternative->url, NULL) : NULL;

        lint_credentials(lint, item, alternative, url);
    }
}

/* A parameter that holds a secret, or NULL. */
static const ProfileItem *find_secret(const Lint *lint)
{
    for (guint i = 0; i < profile_size(lint->profile); i++) {
        const ProfileItem *item = profile_item(lint->profile, i);

        if (item->value && *item->value && parameter_name_is_secret(item->name) &&
            lint_find(lint, parameter_canonical_name(item->name)) == item)
            return item;
    }
    return NULL;
}

/* Counts what a rule fetches, and what of it in the clear. */
static void count_fetches(const ProfileItem *item, guint *fetches, guint *clear)
{
    g_autoptr(Rule) rule = item && item->value ? rule_parse(item->value, NULL) : NULL;

    for (guint i = 0; rule && i < rule_size(rule); i++) {
        const RuleAlternative *alternative = rule_get(rule, i);
        g_autoptr(Url) url = alternative->url ? foresee_url(alternative->url, NULL) : NULL;

        *fetches += alternative->url ? 1 : 0;
        *clear += is_clear(url) && !alternative->key ? 1 : 0;
    }
}

/* Nobody knows by which rule this profile comes, but where none protects it, any will do. */
void lint_transport(Lint *lint)
{
    const ProfileItem *ikm = lint_find(lint, "IKM_HTTP_Encrypt_Content");
    const ProfileItem *secret = find_secret(lint), *first = NULL;
    guint fetches = 0, clear = 0;

    for (ParameterId id = PARAMETER_PROFILE_RULE; id <= PARAMETER_PROFILE_RULE_D; id++) {
        const ProfileItem *item = lint_find(lint, parameter_info(id)->name);

        count_fetches(item, &fetches, &clear);
        if (!first && clear > 0)
            first = item;
    }
    if (lint->encrypted || !secret || !first || clear < fetches || (ikm && ikm->value))
        return;
    lint_add(lint, LINT_WARNING, first, NULL,
             _("%s: a profile with secrets such as %s is fetched in the clear, readable to all on "
               "the way; https protects it, or encryption with --key"),
             first->name, secret->name);
}
