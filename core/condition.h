/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Conditions: comparisons of integers, versions or strings, joined by "and".
 *
 * A condition is parsed once; each evaluation expands the macros of the operands and compares. An
 * operand in quotes is a string, any other a number or a version; what does not compare is FALSE,
 * whatever the operator, and the trace says why.
 */

#include "core/macro.h"

#include <glib.h>
#include <stdbool.h>

typedef enum ConditionOperator {
    CONDITION_EQ,
    CONDITION_NE,
    CONDITION_LT,
    CONDITION_LE,
    CONDITION_GT,
    CONDITION_GE,
} ConditionOperator;

typedef struct ConditionOperand {
    char *written; /* as it stands in the condition, quotes included */
    char *text;    /* without quotes and escapes; macros not expanded */
    bool quoted;   /* a string; otherwise an integer or a version */
} ConditionOperand;

typedef struct Comparison {
    ConditionOperand left; /* "$SWVER" where the condition has none */
    ConditionOperand right;
    ConditionOperator op;
} Comparison;

/* What came of one comparison, for people. Values are cut to CONDITION_VALUE_SHOWN characters. */
typedef struct ConditionStep {
    const Comparison *comparison; /* owned by the condition */
    char *left;                   /* after expansion */
    char *right;
    const char *reason; /* why nothing was compared (FALSE), to be translated; else NULL. Static. */
    bool result;
} ConditionStep;

#define CONDITION_VALUE_SHOWN 256

typedef struct Condition Condition;

/*
 * Parses a whole text. NULL with an error (FAILURE, FAILURE_INVALID_RULE) that reads
 * "column N: expected ..." where it is no condition; the empty text is none.
 */
Condition *condition_parse(const char *text, GError **error);

/* The same, for who points at what is wrong: *ret_column is the N of the error. */
Condition *condition_parse_column(const char *text, guint *ret_column, GError **error);
void condition_free(Condition *condition);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Condition, condition_free)

/* The comparisons, in the order of the text; at least one. Owned by the condition. */
guint condition_size(const Condition *condition);
const Comparison *condition_get(const Condition *condition, guint i);

/* Whether the condition is TRUE now. Stops at the first comparison that is FALSE. */
bool condition_evaluate(const Condition *condition, const MacroEnv *env);

/* The same, all comparisons told: an array of ConditionStep, which lives as long as condition. */
GPtrArray *condition_trace(const Condition *condition, const MacroEnv *env);

/*
 * Why a comparison is FALSE whatever its macros expand to (strings have no order, a string does
 * not compare with a number), marked for translation; NULL where it may be TRUE. Static.
 */
const char *comparison_problem(const Comparison *comparison);

/* "eq", "ne", ... Static. */
const char *condition_operator_to_string(ConditionOperator op);
