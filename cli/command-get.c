/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/report.h"
#include "cli/text.h"

#include <stdio.h>

/* A terminal gets no control characters; a program gets the value as it is. */
static void print_value(const Context *context, const char *name, const char *value)
{
    g_autofree char *shown = context->terminal ? text_printable(value) : g_strdup(value);

    (void)printf("%s%s%s\n", name ? name : "", name ? "=" : "", shown);
}

static void print_text(const Context *context, const Arguments *names, char *const *values)
{
    for (unsigned i = 0; i < names->n_values; i++)
        print_value(context, names->n_values > 1 ? names->values[i] : NULL, values[i]);
}

static void print_json(const Arguments *names, char *const *values)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    for (unsigned i = 0; i < names->n_values; i++)
        json_add_string(builder, names->values[i], values[i]);
    json_builder_end_object(builder);
    json_print(builder);
}

/* All the values, or an error and none: nothing is printed before the last one is there. */
static int get_values(Context *context, const Arguments *names, GPtrArray *values)
{
    for (unsigned i = 0; i < names->n_values; i++) {
        auto_error *error = NULL;
        char *value;

        if (prov_client_get_parameter(context->client, names->values[i], &value, &error) < 0)
            return report_error(context, error);
        g_ptr_array_add(values, value);
    }
    return EXIT_DONE;
}

int command_get(Context *context, char **argv)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(free);
    g_auto(Arguments) names = {};
    int status;

    if (!command_parse(context, NULL, (ArgumentRules){.minimum = 1}, argv, &names, &status) ||
        !command_connect(context, &status))
        return status;
    status = get_values(context, &names, values);
    if (status != EXIT_DONE)
        return status;
    if (context->json)
        print_json(&names, (char *const *)values->pdata);
    else
        print_text(context, &names, (char *const *)values->pdata);
    return EXIT_DONE;
}
