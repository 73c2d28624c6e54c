/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/command.h"

#include "cli/report.h"
#include "cli/terminal.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD_TIMEOUT (120 * G_USEC_PER_SEC) /* for a person who is asked for a password */

void arguments_clear(Arguments *arguments)
{
    g_clear_pointer(&arguments->values, g_strfreev);
    arguments->n_values = 0;
}

GOptionEntry *command_global_options(Context *context)
{
    const GOptionEntry options[] = {
        {"session", 0, 0, G_OPTION_ARG_NONE, &context->session,
         N_("Talk with the provd on the session bus"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &context->json, N_("Print JSON"), NULL},
        {"no-color", 0, 0, G_OPTION_ARG_NONE, &context->no_color, N_("Print without colours"),
         NULL},
        {NULL},
    };

    return g_memdup2(options, sizeof(options));
}

static char *usage_of(const Command *command)
{
    return command->arguments ? g_strdup_printf("%s %s", command->name, _(command->arguments))
                              : g_strdup(command->name);
}

static GOptionContext *option_context(Context *context, const GOptionEntry *options, bool strict)
{
    g_autofree GOptionEntry *global = command_global_options(context);
    g_autofree char *usage = usage_of(context->command);
    GOptionContext *parser = g_option_context_new(usage);

    g_option_context_set_translation_domain(parser, "provd");
    g_option_context_set_summary(parser, context->command->summary);
    g_option_context_set_strict_posix(parser, strict);
    if (options)
        g_option_context_add_main_entries(parser, options, "provd");
    g_option_context_add_main_entries(parser, global, "provd");
    return parser;
}

/* Takes what is left of argv after the command's name, and a "--" before it. */
static void take_arguments(char **argv, Arguments *ret_arguments)
{
    char **rest = argv + 1;

    if (*rest && strcmp(*rest, "--") == 0)
        rest++;
    ret_arguments->values = g_strdupv(rest);
    ret_arguments->n_values = g_strv_length(rest);
}

static bool check_count(const Context *context, ArgumentRules rules, const Arguments *arguments,
                        int *ret_status)
{
    bool any = rules.minimum > 0 && rules.maximum == 0;
    g_autofree char *usage = usage_of(context->command);

    if (arguments->n_values < rules.minimum) {
        *ret_status = report_usage(_("too few arguments: provctl %s"), usage);
        return false;
    }
    if (any || arguments->n_values <= rules.maximum)
        return true;
    *ret_status = report_usage(_("one argument too many, '%s': provctl %s"),
                               arguments->values[rules.maximum], usage);
    return false;
}

bool command_check_text(const char *text)
{
    if (!text || g_utf8_validate(text, -1, NULL))
        return true;
    (void)report_usage(_("'%s' is no UTF-8 text"), text);
    return false;
}

static bool check_arguments(ArgumentRules rules, const Arguments *arguments, int *ret_status)
{
    for (unsigned i = 0; i < arguments->n_values && !rules.bytes; i++)
        if (!command_check_text(arguments->values[i])) {
            *ret_status = EXIT_USAGE;
            return false;
        }
    return true;
}

bool command_parse(Context *context, const GOptionEntry *options, ArgumentRules rules, char **argv,
                   Arguments *ret_arguments, int *ret_status)
{
    g_autoptr(GOptionContext) parser = option_context(context, options, rules.strict);
    g_auto(GStrv) rest = g_strdupv(argv);
    g_auto(Arguments) arguments = {};
    g_autoptr(GError) error = NULL;

    if (!g_option_context_parse_strv(parser, &rest, &error)) {
        *ret_status = report_usage("%s; %s", error->message, _("see provctl --help"));
        return false;
    }
    take_arguments(rest, &arguments);
    if (!check_count(context, rules, &arguments, ret_status) ||
        !check_arguments(rules, &arguments, ret_status))
        return false;
    terminal_look(context);
    *ret_arguments = arguments;
    arguments = (Arguments){};
    return true;
}

bool command_parse_number(const Context *context, const char *text, unsigned minimum,
                          unsigned maximum, unsigned *ret_number)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(text, 10, minimum, maximum, &number, NULL)) {
        (void)report_usage(_("'%s' is not a number from %u to %u"), text, minimum, maximum);
        return false;
    }
    *ret_number = (unsigned)number;
    return true;
}

bool command_connect(Context *context, int *ret_status)
{
    int r =
        prov_client_new(context->session ? PROV_BUS_SESSION : PROV_BUS_SYSTEM, &context->client);

    if (r < 0) {
        *ret_status = report_no_bus(context, r);
        return false;
    }
    if (isatty(STDIN_FILENO)) {
        (void)prov_client_set_interactive(context->client, true);
        (void)prov_client_set_timeout(context->client, PASSWORD_TIMEOUT);
    }
    return true;
}
