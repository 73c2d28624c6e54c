/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/command.h"
#include "cli/report.h"
#include "config.h"
#include "po/language.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

const Command commands[] = {
    {"status", NULL, N_("Show the state, the next resync and the last one"), NULL, command_status},
    {"resync", NULL, N_("Request a resync and follow it to its end"), NULL, command_resync},
    {"get", N_("NAME…"), N_("Print values of parameters"), NULL, command_get},
    {"set", N_("NAME=VALUE…"), N_("Set parameters, all or none"), NULL, command_set},
    {"reset", N_("NAME…"), N_("Put parameters back to their defaults, all or none"), NULL,
     command_reset},
    {"list", N_("[PATTERN]"), N_("List parameters"), NULL, command_list},
    {"describe", N_("NAME…"), N_("Show all that is known about parameters"), NULL,
     command_describe},
    {"history", NULL, N_("List the last attempts"), NULL, command_history},
    {"monitor", NULL, N_("Print what happens, a line each, until interrupted"), NULL,
     command_monitor},
    {"explain", NULL, N_("Tell why the next resync is when it is, and what it would fetch"), NULL,
     command_explain},
    {"eval", N_("CONDITION"), N_("Tell whether a condition is TRUE, and why"), NULL, command_eval},
    {"check", N_("FILE…"), N_("Look for mistakes in profiles, without a daemon"), NULL,
     command_check},
    {"line", N_("NUMBER active|registered|unregistered [COMMAND…]"),
     N_("Hold the state of a line while COMMAND runs, or until interrupted"), "provd-sip",
     command_line},
    {"sip-notify", N_("EVENT"), N_("Hand on the Event header of a SIP NOTIFY"), "provd-sip",
     command_sip_notify},
    {"upgrade-attempted", N_("ok|failed [MESSAGE]"),
     N_("Tell that a firmware upgrade was attempted"), "provd-upgrade", command_upgrade_attempted},
    {"reboot-cause", N_("upgrade|parameters|other"), N_("Tell what the next reboot will be for"),
     "provd-upgrade", command_reboot_cause},
    {"factory-reset", NULL, N_("Put everything back to the maker's defaults"), NULL,
     command_factory_reset},
    {"complete", "commands|names|choices [NAME]", NULL, NULL, command_complete},
    {},
};

static const Command *find_command(const char *name)
{
    for (const Command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

static char *describe_commands(void)
{
    GString *text = g_string_new(_("Commands:"));

    for (const Command *command = commands; command->name; command++)
        if (command->summary)
            g_string_append_printf(text, "\n  %-18s %s", command->name, _(command->summary));
    g_string_append_printf(text, "\n\n%s", _("'provctl COMMAND --help' tells more about each."));
    return g_string_free(text, FALSE);
}

/* Parses what stands before the command, and leaves the command and all after it in argv. */
static bool parse_global(Context *context, gboolean *version, char ***argv)
{
    g_autoptr(GOptionContext) parser = g_option_context_new(_("[COMMAND [ARGUMENT…]]"));
    g_autofree GOptionEntry *global = command_global_options(context);
    g_autofree char *description = describe_commands();
    g_autoptr(GError) error = NULL;
    const GOptionEntry options[] = {
        {"version", 0, 0, G_OPTION_ARG_NONE, version, N_("Print the version"), NULL},
        {NULL},
    };

    g_option_context_set_translation_domain(parser, "provd");
    g_option_context_set_summary(parser, N_("Shows and steers provd, the provisioning daemon."));
    g_option_context_set_description(parser, description);
    g_option_context_set_strict_posix(parser, TRUE);
    g_option_context_add_main_entries(parser, global, "provd");
    g_option_context_add_main_entries(parser, options, "provd");
    if (g_option_context_parse_strv(parser, argv, &error))
        return true;
    (void)report_usage("%s; %s", error->message, _("see provctl --help"));
    return false;
}

static int run(Context *context, char **argv)
{
    char *status_argv[] = {(char *)"status", NULL};
    g_auto(GStrv) rest = g_strdupv(argv);
    gboolean version = FALSE;
    char **words;

    if (!parse_global(context, &version, &rest))
        return EXIT_USAGE;
    if (version) {
        g_print("provctl %s\n", PROVD_VERSION);
        return EXIT_DONE;
    }
    words = rest[1] ? rest + 1 : status_argv;
    if (strcmp(words[0], "--") == 0 && words[1])
        words++;
    context->command = find_command(words[0]);
    if (!context->command)
        return report_usage(_("there is no command '%s'; see provctl --help"), words[0]);
    return context->command->run(context, words);
}

/* Nobody may take the beginning of a list for all of it. */
static int finish_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;

    int failed = report_failure(_("not all of the output could be written"));
    return status == EXIT_DONE ? failed : status;
}

int main(int argc, char **argv)
{
    Context context = {};
    int status;

    language_open(PROVD_LOCALEDIR);
    g_set_prgname("provctl");
    status = finish_output(run(&context, argv));
    prov_client_free(context.client);
    return status;
}
