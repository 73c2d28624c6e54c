/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a rule is made of, shared by its parser (rule-parse.c) and its use (rule.c). */

#include "core/rule.h"

struct Rule {
    GPtrArray *alternatives; /* of RuleAlternative */
    GArray *secrets;         /* of RuleSpan */
};

Rule *rule_new(void);

RuleAlternative *rule_alternative_new(void);
void rule_alternative_free(RuleAlternative *alternative);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleAlternative, rule_alternative_free)
