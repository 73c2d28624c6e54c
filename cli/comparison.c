/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/comparison.h"

#include <glib/gi18n.h>

static char *show_operand(const ConditionOperand *operand, const char *value)
{
    if (operand && operand->quoted)
        return g_strdup_printf("\"%s\"", value);
    return g_strdup(*value ? value : _("(nothing)"));
}

char *comparison_show(const Comparison *written, const prov_comparison *outcome)
{
    g_autofree char *left = show_operand(written ? &written->left : NULL, outcome->left);
    g_autofree char *right = show_operand(written ? &written->right : NULL, outcome->right);

    return g_strdup_printf("%s %s %s", left, outcome->op, right);
}
