/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/report.h"

/* What is to be done is for a script to read: the contract's word, never translated. */
static void print_action(const Context *context, prov_action action)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    if (!context->json) {
        g_print("%s\n", prov_action_name(action));
        return;
    }
    json_builder_begin_object(builder);
    json_add_word(builder, "action", prov_action_name, action);
    json_builder_end_object(builder);
    json_print(builder);
}

int command_sip_notify(Context *context, char **argv)
{
    const ArgumentRules rules = {.minimum = 1, .maximum = 1};
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    prov_action action;
    int status;

    if (!command_parse(context, NULL, rules, argv, &arguments, &status) ||
        !command_connect(context, &status))
        return status;
    if (prov_client_notify_sip(context->client, arguments.values[0], &action, &error) < 0)
        return report_error(context, error);
    print_action(context, action);
    return EXIT_DONE;
}
