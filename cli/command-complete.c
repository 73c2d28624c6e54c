/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/report.h"
#include "core/parameter.h"

#include <string.h>

/*
 * What a shell offers to complete a command line with, a word each line. It is for scripts alone:
 * nothing is translated, no help tells of it, and an unknown word is answered with nothing.
 */

#define PATIENCE (1 * G_USEC_PER_SEC) /* nobody who pressed a key waits for longer */

static void print_commands(void)
{
    for (const Command *command = commands; command->name; command++)
        if (command->summary)
            g_print("%s\n", command->name);
}

static void print_understood(void)
{
    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id++)
        g_print("%s\n", parameter_info(id)->name);
}

/* All that the daemon has, or else what it would understand. */
static void print_names(Context *context)
{
    prov_bus bus = context->session ? PROV_BUS_SESSION : PROV_BUS_SYSTEM;
    prov_value *values;

    if (prov_client_new(bus, &context->client) < 0 ||
        prov_client_set_timeout(context->client, PATIENCE) < 0 ||
        prov_client_get_parameters(context->client, NULL, &values, NULL) < 0) {
        print_understood();
        return;
    }
    for (const prov_value *value = values; value->name; value++)
        g_print("%s\n", value->name);
    prov_values_free(values);
}

static void print_choices(const char *name)
{
    const ParameterInfo *info = parameter_lookup(name);
    const char *const *choices = info ? parameter_type_choices(info->type) : NULL;

    for (; choices && *choices; choices++)
        g_print("%s\n", *choices);
}

int command_complete(Context *context, char **argv)
{
    const ArgumentRules rules = {.minimum = 1, .maximum = 2};
    g_auto(Arguments) arguments = {};
    int status;

    if (!command_parse(context, NULL, rules, argv, &arguments, &status))
        return status;
    if (strcmp(arguments.values[0], "commands") == 0)
        print_commands();
    else if (strcmp(arguments.values[0], "names") == 0)
        print_names(context);
    else if (strcmp(arguments.values[0], "choices") == 0 && arguments.n_values > 1)
        print_choices(arguments.values[1]);
    return EXIT_DONE;
}
