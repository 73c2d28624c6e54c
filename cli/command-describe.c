/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/fields.h"
#include "cli/parameter-json.h"
#include "cli/report.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

static char *describe_type(const prov_parameter *parameter)
{
    g_autofree char *choices =
        parameter->choices ? g_strjoinv(", ", (char **)parameter->choices) : NULL;

    if (!parameter->type)
        return NULL;
    if (choices)
        return g_strdup_printf("%s: %s", parameter->type, choices);
    if (parameter->has_range)
        return g_strdup_printf(_("%s from %" PRId64 " to %" PRId64), parameter->type,
                               parameter->minimum, parameter->maximum);
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

static void print_fields(const Context *context, const prov_parameter *parameter)
{
    g_autoptr(Fields) fields = fields_new();
    g_autofree char *type = describe_type(parameter);
    uint64_t now = context->terminal ? (uint64_t)g_get_real_time() : 0;
    g_autofree char *changed = text_time(parameter->changed, now);

    fields_add(fields, _("Field"), STYLE_PLAIN, translated(parameter->label));
    fields_add(fields, _("Value"), STYLE_PLAIN, parameter->value);
    fields_add(fields, _("Effective"), STYLE_PLAIN, parameter->effective);
    fields_add(fields, _("Default"), STYLE_PLAIN, parameter->default_value);
    fields_add(fields, _("Type"), STYLE_PLAIN, type);
    fields_add(fields, _("Unit"), STYLE_PLAIN, parameter->unit);
    fields_add(fields, _("Source"), STYLE_PLAIN, text_source(parameter->source));
    fields_add(fields, _("Access"), STYLE_PLAIN, describe_access(parameter->access));
    fields_add(fields, _("Changed"), STYLE_PLAIN, parameter->changed ? changed : NULL);
    fields_add(fields, _("Secret"), STYLE_PLAIN,
               parameter->secret ? _("shown to administrators only") : NULL);
    fields_print(fields, context);
}

static void print_help(const Context *context, const char *help)
{
    g_autofree char *printable = help && *help ? text_printable(_(help)) : NULL;
    g_autofree char *wrapped = printable ? text_wrap(printable, context->width, 0) : NULL;

    if (wrapped)
        g_print("%s\n", wrapped);
}

static void print_text(const Context *context, prov_parameter *const *parameters)
{
    for (; *parameters; parameters++) {
        g_autofree char *name = text_printable((*parameters)->name);

        g_print("%s%s%s\n", style_begin(context->color, STYLE_HEADER), name,
                style_end(context->color, STYLE_HEADER));
        print_fields(context, *parameters);
        print_help(context, (*parameters)->help);
        if (parameters[1])
            g_print("\n");
    }
}

/* The order in which they were asked for, where the library sorts them by name. */
static void sort_as_asked(prov_parameter **parameters, const Arguments *names)
{
    for (unsigned i = 0; i < names->n_values && *parameters; i++)
        for (prov_parameter **found = parameters; *found; found++)
            if (strcmp((*found)->name, names->values[i]) == 0) {
                prov_parameter *parameter = *found;

                *found = *parameters;
                *parameters++ = parameter;
                break;
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
    sort_as_asked(parameters, &names);
    if (context->json)
        parameters_print_json(parameters);
    else
        print_text(context, parameters);
    prov_parameters_free(parameters);
    return EXIT_DONE;
}
