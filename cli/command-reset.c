/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bus puts back one parameter at a time. That all or none are is made here: all must exist
 * before the first one is touched, and those that were are given their values again if one fails.
 */
#include "cli/json.h"
#include "cli/message.h"
#include "cli/report.h"

#include <glib/gi18n.h>
#include <string.h>

static void print_json(const Arguments *names)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "reset");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < names->n_values; i++)
        json_builder_add_string_value(builder, names->values[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    json_print(builder);
}

static bool is_among(const prov_value *values, const char *name)
{
    for (; values->name; values++)
        if (strcmp(values->name, name) == 0)
            return true;
    return false;
}

/* Each once: one that has no default is gone after the first time. */
static int read_values(const Context *context, const Arguments *names, prov_value *values)
{
    prov_value *next = values;

    for (unsigned i = 0; i < names->n_values; i++) {
        auto_error *error = NULL;
        char *value;

        if (is_among(values, names->values[i]))
            continue;
        if (prov_client_get_parameter(context->client, names->values[i], &value, &error) < 0)
            return report_error(context, error);
        *next++ = (prov_value){.name = names->values[i], .value = value};
    }
    return EXIT_DONE;
}

/* Gives the first n their values again. */
static void restore(const Context *context, prov_value *values, unsigned n)
{
    g_autofree prov_value *done = g_new0(prov_value, n + 1);
    auto_error *error = NULL;

    for (unsigned i = 0; i < n; i++)
        done[i] = values[i];
    if (n > 0 && prov_client_set_parameters(context->client, done, &error) < 0) {
        g_autofree char *message = message_translate(error->message);

        (void)report_failure(_("those before it stay reset: %s"), message);
    }
}

static int reset_all(const Context *context, prov_value *values)
{
    for (unsigned i = 0; values[i].name; i++) {
        auto_error *error = NULL;
        int status;

        if (prov_client_reset_parameter(context->client, values[i].name, &error) >= 0)
            continue;
        status = report_error(context, error);
        restore(context, values, i);
        return status;
    }
    return EXIT_DONE;
}

static void free_values(prov_value *values)
{
    for (prov_value *value = values; value->name; value++)
        free((char *)value->value);
    g_free(values);
}

int command_reset(Context *context, char **argv)
{
    g_auto(Arguments) names = {};
    prov_value *values;
    int status;

    if (!command_parse(context, NULL, (ArgumentRules){.minimum = 1}, argv, &names, &status) ||
        !command_connect(context, &status))
        return status;
    values = g_new0(prov_value, names.n_values + 1);
    status = read_values(context, &names, values);
    if (status == EXIT_DONE)
        status = reset_all(context, values);
    free_values(values);
    if (status == EXIT_DONE && context->json)
        print_json(&names);
    return status;
}
