/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * describe-parameters: the table of parameters as a part of a manual page, in scdoc. Neighbours of
 * which the same is to be said, as GPP_A to GPP_P, share an entry.
 */
#include "core/parameter.h"

#include <string.h>

static char *escaped(const char *text)
{
    GString *result = g_string_new(NULL);

    for (; *text; text++) {
        if (strchr("\\*_#[]|<>~", *text))
            g_string_append_c(result, '\\');
        g_string_append_c(result, *text);
    }
    return g_string_free(result, FALSE);
}

static gboolean same_entry(const ParameterInfo *a, const ParameterInfo *b)
{
    return a->type == b->type && a->secret == b->secret && a->minimum == b->minimum &&
           a->maximum == b->maximum && strcmp(a->help, b->help) == 0 &&
           strcmp(a->default_value, b->default_value) == 0;
}

static void print_names(ParameterId first, ParameterId end)
{
    for (ParameterId id = first; id < end; id++) {
        g_autofree char *name = escaped(parameter_info(id)->name);

        g_print("%s*%s*", id > first ? ", " : "", name);
    }
    g_print("\n");
}

static void print_kind(const ParameterInfo *info)
{
    g_autofree char *preset = escaped(info->default_value);

    g_print("\t%s%s", info->secret ? "Secret " : "", parameter_type_to_string(info->type));
    if (info->type == PARAMETER_INTEGER)
        g_print(" from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, info->minimum, info->maximum);
    if (info->unit)
        g_print(" (%s)", info->unit);
    if (*preset)
        g_print("; default _%s_\n\n", preset);
    else
        g_print("; empty by default\n\n");
}

static void print_entry(ParameterId first, ParameterId end)
{
    const ParameterInfo *info = parameter_info(first);
    g_autofree char *help = escaped(info->help);

    print_names(first, end);
    print_kind(info);
    g_print("\t%s\n\n", help);
}

int main(void)
{
    ParameterId end;

    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id = end) {
        end = id + 1;
        while (end < PARAMETER_ID_COUNT && same_entry(parameter_info(id), parameter_info(end)))
            end++;
        print_entry(id, end);
    }
    return 0;
}
