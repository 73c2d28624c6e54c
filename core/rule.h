/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Rules: which profile to fetch, how, and what to set before (Profile_Rule and its like).
 *
 *     rule        = alternative { "|" alternative }
 *     alternative = [ "(" condition ")" "?" ] [ "(" assignments ")" "!" ] [ [ "[" options "]" ] url
 * ]
 *
 * A rule is parsed first and its pieces are expanded when they are used, so that the value of a
 * macro never changes what the rule is made of. Who carries one out selects the alternative, does
 * its assignments one after the other (each expanded against the set that the one before it
 * changed), and then makes the request.
 */

#include "core/condition.h"
#include "core/macro.h"
#include "core/url.h"

#include <glib.h>
#include <stdbool.h>

/* A piece of the rule's text, in bytes. */
typedef struct RuleSpan {
    size_t start;
    size_t length;
} RuleSpan;

typedef struct RuleAssignment {
    char *name;  /* canonical: GPP_C for "c" */
    char *value; /* macros not expanded; expand it with MACRO_NONE */
} RuleAssignment;

typedef struct RuleAlternative {
    Condition *condition;   /* NULL: always taken */
    GPtrArray *assignments; /* of RuleAssignment; never NULL */
    char *url;              /* NULL: nothing to fetch. Here and below macros are not expanded */
    char *key;              /* the options; NULL or 0 where they are not given */
    char *uid;
    char *pwd;
    char post; /* 'A'..'P' */
    char alias;
    size_t start; /* where it begins in the text, in bytes */
} RuleAlternative;

/* What a taken alternative asks for, macros expanded. */
typedef struct RuleRequest {
    Url *url;
    char *key;      /* --key, or NULL */
    char *user;     /* --uid, else the user of the URL, or NULL */
    char *password; /* --pwd, else the password of the URL, or NULL */
    char *body;     /* what to POST: the text of --post, macros expanded; NULL: GET */
    char *aliases;  /* the map that --alias names, as it stands; NULL: none */
} RuleRequest;

typedef struct Rule Rule;

/*
 * Parses a rule. A rule that is empty or begins with "#" has no alternatives. NULL with an error
 * (FAILURE, FAILURE_INVALID_RULE) that reads "column N: expected ..." and quotes nothing.
 */
Rule *rule_parse(const char *text, GError **error);
void rule_free(Rule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

/* The alternatives, in the order of the text; 0: the rule is skipped. Owned by the rule. */
guint rule_size(const Rule *rule);
const RuleAlternative *rule_get(const Rule *rule, guint i);

/* The first alternative that can never be taken; rule_size() where there is none. */
guint rule_unreachable(const Rule *rule);

/*
 * The pieces of the text that only administrators may read: the arguments of --key, --uid and
 * --pwd, userinfo in URLs, and what is assigned to secret parameters, or to others as a rule that
 * has such pieces itself. In order, not overlapping.
 */
const RuleSpan *rule_secrets(const Rule *rule, guint *ret_count);

/* The alternative whose turn it is, or NULL where all conditions are FALSE. Owned by the rule. */
const RuleAlternative *rule_select(const Rule *rule, const MacroEnv *env);

/*
 * Expands what an alternative with a URL asks for. `provisioning_server` as for url_parse(), whose
 * errors it has, too; a piece that expands to more than MACRO_EXPANSION_MAX is an InvalidRule.
 */
RuleRequest *rule_request_new(const RuleAlternative *alternative, const MacroEnv *env,
                              const char *provisioning_server, GError **error);

/* Frees a request, and wipes what is secret in it. */
void rule_request_free(RuleRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleRequest, rule_request_free)
