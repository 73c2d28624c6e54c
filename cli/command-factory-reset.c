/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/report.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

/* Whether the person at the terminal says yes. */
static bool ask(void)
{
    char answer[32] = "";

    g_printerr("%s ", _("Put all parameters back to their defaults and forget the history? [y/N]"));
    if (!fgets(answer, sizeof(answer), stdin))
        return false;
    return text_is_yes(g_strstrip(answer));
}

static int reset(Context *context)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    auto_error *error = NULL;

    if (prov_client_factory_reset(context->client, &error) < 0)
        return report_error(context, error);
    if (!context->json) {
        g_print("%s\n", _("Everything is at the maker's defaults."));
        return EXIT_DONE;
    }
    json_builder_begin_object(builder);
    json_add_bool(builder, "reset", true);
    json_builder_end_object(builder);
    json_print(builder);
    return EXIT_DONE;
}

int command_factory_reset(Context *context, char **argv)
{
    gboolean yes = FALSE;
    const GOptionEntry options[] = {
        {"yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask"), NULL},
        {NULL},
    };
    g_auto(Arguments) arguments = {};
    int status;

    if (!command_parse(context, options, (ArgumentRules){}, argv, &arguments, &status))
        return status;
    if (!yes && !isatty(STDIN_FILENO))
        return report_usage(
            _("nobody can be asked here; 'provctl factory-reset --yes' asks nobody"));
    if (!yes && !ask())
        return report_failure(_("nothing was reset"));
    return command_connect(context, &status) ? reset(context) : status;
}
