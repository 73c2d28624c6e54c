/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the parts of the linter share; everybody else uses core/lint.h. */

#include "core/condition.h"
#include "core/lint.h"
#include "core/profile.h"

#include <stdbool.h>

typedef struct Lint {
    GPtrArray *findings;
    const Profile *profile;
    GTree *counting; /* canonical name → the ProfileItem that counts; it owns nothing */
    bool encrypted;  /* the file is: what is in it travels well over any transport */
} Lint;

/* Adds a finding about an element; `fix`, which may be NULL, is copied. */
void lint_add(Lint *lint, LintSeverity severity, const ProfileItem *item, const char *fix,
              const char *format, ...) G_GNUC_PRINTF(5, 6);

/* The value that counts of a parameter of ours, or NULL where the profile has none. */
const ProfileItem *lint_find(const Lint *lint, const char *name);

/* The name of an element, and the value where it has one. */
void lint_name(Lint *lint, const ProfileItem *item);
void lint_value(Lint *lint, const ProfileItem *item);

/* What an assignment to a parameter of ours, in a rule of the item, would be told. */
void lint_assigned(Lint *lint, const ProfileItem *item, const char *name, const char *value);

/* A rule of ours; a rule of another program, which is looked through for credentials only. */
void lint_rule(Lint *lint, const ProfileItem *item);
void lint_foreign_rule(Lint *lint, const ProfileItem *item);

/* Secrets in the profile while the rules in it fetch profiles in the clear. */
void lint_transport(Lint *lint);

void lint_condition(Lint *lint, const ProfileItem *item, const Condition *condition);

/* Macros in a text of the item that nobody knows, and secret ones, which are not known there. */
void lint_macros(Lint *lint, const ProfileItem *item, const char *text);
