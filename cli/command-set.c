/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/report.h"

#include <glib/gi18n.h>
#include <string.h>

/* Cuts NAME=VALUE at its first "=". */
static bool cut(char *assignment, prov_value *ret_value)
{
    char *equals = strchr(assignment, '=');

    if (!equals || equals == assignment)
        return false;
    *equals = '\0';
    *ret_value = (prov_value){.name = assignment, .value = equals + 1};
    return true;
}

static bool cut_all(const Arguments *arguments, prov_value *values)
{
    for (unsigned i = 0; i < arguments->n_values; i++)
        if (!cut(arguments->values[i], &values[i])) {
            (void)report_usage(_("'%s' is not of the form NAME=VALUE"), arguments->values[i]);
            return false;
        }
    return true;
}

static void print_json(const Arguments *arguments)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "set");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < arguments->n_values; i++)
        json_builder_add_string_value(builder, arguments->values[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    json_print(builder);
}

int command_set(Context *context, char **argv)
{
    g_autofree prov_value *values = NULL;
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    int status;

    if (!command_parse(context, NULL, (ArgumentRules){.minimum = 1}, argv, &arguments, &status))
        return status;
    values = g_new0(prov_value, arguments.n_values + 1);
    if (!cut_all(&arguments, values))
        return EXIT_USAGE;
    if (!command_connect(context, &status))
        return status;
    if (prov_client_set_parameters(context->client, values, &error) < 0)
        return report_error(context, error);
    if (context->json)
        print_json(&arguments);
    return EXIT_DONE;
}
