/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/parameter-json.h"
#include "cli/report.h"
#include "cli/table.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <inttypes.h>

static void add_row(Table *table, const char *label, const char *text)
{
    if (!text)
        return;
    table_add(table, STYLE_HEADER, label);
    table_add(table, STYLE_PLAIN, text);
}

static char *describe_type(const prov_parameter *parameter)
{
    g_autofree char *choices =
        parameter->choices ? g_strjoinv(", ", (char **)parameter->choices) : NULL;
    const char *unit = parameter->unit ? parameter->unit : "";

    if (choices)
        return g_strdup_printf("%s: %s", parameter->type ? parameter->type : "", choices);
    if (parameter->has_range)
        return g_strdup_printf(_("%s from %" PRId64 " to %" PRId64 " %s"),
                               parameter->type ? parameter->type : "", parameter->minimum,
                               parameter->maximum, unit);
    return g_strdup(parameter->type);
}

static const char *describe_access(prov_access access)
{
    static const char *const texts[] = {
        [PROV_ACCESS_UNKNOWN] = N_("unknown"),
        [PROV_ACCESS_NONE] = N_("na: not the user's"),
        [PROV_ACCESS_READ] = N_("ro: the user may read it"),
        [PROV_ACCESS_WRITE] = N_("rw: the user may change it"),
    };

    return _(texts[access < G_N_ELEMENTS(texts) ? access : PROV_ACCESS_UNKNOWN]);
}

static const char *translated(const char *text)
{
    return text && *text ? _(text) : NULL;
}

static void print_table(const Context *context, const prov_parameter *parameter)
{
    g_autoptr(Table) table = table_new(2);
    g_autofree char *type = describe_type(parameter);
    uint64_t now = context->terminal ? (uint64_t)g_get_real_time() : 0;
    g_autofree char *changed = text_time(parameter->changed, now);

    add_row(table, _("Field"), translated(parameter->label));
    add_row(table, _("Value"), parameter->value);
    add_row(table, _("Effective"), parameter->effective);
    add_row(table, _("Default"), parameter->default_value);
    add_row(table, _("Type"), type);
    add_row(table, _("Source"), text_source(parameter->source));
    add_row(table, _("Access"), describe_access(parameter->access));
    add_row(table, _("Changed"), parameter->changed ? changed : NULL);
    add_row(table, _("Secret"), parameter->secret ? _("shown to administrators only") : NULL);
    table_print(table, context);
}

static void print_text(const Context *context, prov_parameter *const *parameters)
{
    for (; *parameters; parameters++) {
        const char *help = translated((*parameters)->help);
        g_autofree char *name = text_printable((*parameters)->name);

        g_print("%s%s%s\n", style_begin(context->color, STYLE_HEADER), name,
                style_end(context->color, STYLE_HEADER));
        print_table(context, *parameters);
        if (help)
            text_print_wrapped(help, context->width);
        if (parameters[1])
            g_print("\n");
    }
}

int command_describe(Context *context, char **argv)
{
    g_auto(Arguments) names = {};
    auto_error *error = NULL;
    prov_parameter **parameters;
    int status;

    if (!command_parse(context, NULL, (ArgumentRules){.minimum = 1}, argv, &names, &status) ||
        !command_connect(context, &status))
        return status;
    if (prov_client_describe_parameters(context->client, (const char *const *)names.values,
                                        &parameters, &error) < 0)
        return report_error(context, error);
    if (context->json)
        parameters_print_json(parameters);
    else
        print_text(context, parameters);
    prov_parameters_free(parameters);
    return EXIT_DONE;
}
