/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/parameter-json.h"
#include "cli/report.h"
#include "cli/table.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct Filter {
    GPatternSpec *pattern; /* of lower-case names; NULL: all */
    bool changed;
} Filter;

/* A pattern without wildcards is looked for anywhere in a name. */
static GPatternSpec *pattern_new(const char *text)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    g_autofree char *anywhere = g_strdup_printf("*%s*", lower);

    return g_pattern_spec_new(strpbrk(lower, "*?") ? lower : anywhere);
}

static bool matches(const Filter *filter, const prov_parameter *parameter)
{
    g_autofree char *lower = g_ascii_strdown(parameter->name, -1);

    if (filter->changed && parameter->source == PROV_SOURCE_DEFAULT)
        return false;
    return !filter->pattern || g_pattern_spec_match_string(filter->pattern, lower);
}

/* Moves those that match to the front, and ends the list there. */
static void apply(const Filter *filter, prov_parameter **parameters)
{
    prov_parameter **kept = parameters;

    for (; *parameters; parameters++)
        if (matches(filter, *parameters))
            *kept++ = *parameters;
    *kept = NULL;
}

static void add_row(Table *table, const prov_parameter *parameter, bool details)
{
    g_autofree char *changed = text_time(parameter->changed, 0);
    bool is_default = parameter->source == PROV_SOURCE_DEFAULT;

    table_add(table, STYLE_PLAIN, parameter->name);
    table_add(table, is_default ? STYLE_DIM : STYLE_PLAIN, parameter->value);
    table_add(table, STYLE_PLAIN, text_source(parameter->source));
    table_add(table, STYLE_PLAIN, prov_access_name(parameter->access));
    if (!details)
        return;
    table_add(table, STYLE_PLAIN, parameter->type ? parameter->type : "");
    table_add(table, STYLE_PLAIN, changed);
}

static void print_text(Context *context, prov_parameter *const *parameters, bool details)
{
    g_autoptr(Table) table = table_new(details ? 6 : 4);

    table_set_elastic(table, 1);
    if (details) {
        context->width = 0;
        table_add_titles(table, _("Name"), _("Value"), _("Source"), _("Access"), _("Type"),
                         _("Changed"));
    } else {
        table_add_titles(table, _("Name"), _("Value"), _("Source"), _("Access"));
    }
    for (; *parameters; parameters++)
        add_row(table, *parameters, details);
    table_print(table, context);
}

static int list(Context *context, const Filter *filter, bool details)
{
    auto_error *error = NULL;
    prov_parameter **parameters;

    if (prov_client_describe_parameters(context->client, NULL, &parameters, &error) < 0)
        return report_error(context, error);
    apply(filter, parameters);
    if (context->json)
        parameters_print_json(parameters);
    else
        print_text(context, parameters, details);
    prov_parameters_free(parameters);
    return EXIT_DONE;
}

int command_list(Context *context, char **argv)
{
    gboolean changed = FALSE, details = FALSE;
    const GOptionEntry options[] = {
        {"changed", 0, 0, G_OPTION_ARG_NONE, &changed,
         N_("Only those that are not at their default"), NULL},
        {"long", 0, 0, G_OPTION_ARG_NONE, &details,
         N_("Whole values, and type and time of the last change too"), NULL},
        {NULL},
    };
    g_auto(Arguments) arguments = {};
    Filter filter = {};
    int status;

    if (!command_parse(context, options, (ArgumentRules){.maximum = 1}, argv, &arguments,
                       &status) ||
        !command_connect(context, &status))
        return status;
    filter.changed = changed;
    if (arguments.n_values > 0)
        filter.pattern = pattern_new(arguments.values[0]);
    status = list(context, &filter, details);
    g_clear_pointer(&filter.pattern, g_pattern_spec_free);
    return status;
}
