/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two commands for upgrade agents that are scripts. */
#include "cli/json.h"
#include "cli/report.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const outcomes[] = {"failed", "ok", NULL};

static const char *const causes[] = {
    [PROV_REBOOT_OTHER] = "other",
    [PROV_REBOOT_UPGRADE] = "upgrade",
    [PROV_REBOOT_PARAMETERS] = "parameters",
    NULL,
};

/* The place of a word in a list; -1, having said so, if it is not there. */
static int find(const char *const *words, const char *word)
{
    g_autofree char *list = g_strjoinv(", ", (char **)words);

    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    (void)report_usage(_("'%s' is none of: %s"), word, list);
    return -1;
}

static int finish(const Context *context, const char *key, const char *word)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    if (!context->json)
        return EXIT_DONE;
    json_builder_begin_object(builder);
    json_add_string(builder, key, word);
    json_builder_end_object(builder);
    json_print(builder);
    return EXIT_DONE;
}

int command_upgrade_attempted(Context *context, char **argv)
{
    const ArgumentRules rules = {.minimum = 1, .maximum = 2};
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    int success, status;

    if (!command_parse(context, NULL, rules, argv, &arguments, &status))
        return status;
    success = find(outcomes, arguments.values[0]);
    if (success < 0)
        return EXIT_USAGE;
    if (!command_connect(context, &status))
        return status;
    if (prov_client_notify_upgrade(context->client, success, arguments.values[1], &error) < 0)
        return report_error(context, error);
    return finish(context, "attempt", arguments.values[0]);
}

int command_reboot_cause(Context *context, char **argv)
{
    const ArgumentRules rules = {.minimum = 1, .maximum = 1};
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    int cause, status;

    if (!command_parse(context, NULL, rules, argv, &arguments, &status))
        return status;
    cause = find(causes, arguments.values[0]);
    if (cause < 0)
        return EXIT_USAGE;
    if (!command_connect(context, &status))
        return status;
    if (prov_client_notify_reboot(context->client, (prov_reboot_cause)cause, &error) < 0)
        return report_error(context, error);
    return finish(context, "cause", arguments.values[0]);
}
