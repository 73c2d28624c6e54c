/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/report.h"

#include "cli/message.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <stdarg.h>

static void print_line(const char *format, va_list arguments)
{
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    g_autofree char *printable = text_printable(line);

    g_printerr("provctl: %s\n", printable);
}

int report_failure(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    return EXIT_FAILED;
}

int report_usage(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    return EXIT_USAGE;
}

int report_no_bus(const Context *context, int number)
{
    if (context->session)
        (void)report_failure(
            _("the session bus cannot be reached (%s); is $DBUS_SESSION_BUS_ADDRESS right?"),
            g_strerror(-number));
    else
        (void)report_failure(_("the system bus cannot be reached (%s); is dbus.service running?"),
                             g_strerror(-number));
    return EXIT_UNREACHABLE;
}

int report_errno(const Context *context, int number)
{
    (void)report_failure(_("the connection with the bus is lost (%s)"), g_strerror(-number));
    return EXIT_UNREACHABLE;
}

static int report_no_daemon(const Context *context, const prov_error *error)
{
    const char *advice = context->session ? _("start it with 'provd --session'")
                                          : _("start it with 'systemctl start provd'");

    (void)report_failure(_("provd is not running; %s"), advice);
    return EXIT_UNREACHABLE;
}

static int report_lost_bus(const Context *context, const prov_error *error)
{
    return report_errno(context, error->number);
}

static int report_silence(const Context *context, const prov_error *error)
{
    (void)report_failure(_("provd does not answer; 'journalctl -u provd' may say why"));
    return EXIT_UNREACHABLE;
}

static int report_not_allowed(const Context *context, const prov_error *error)
{
    const char *group = context->command->group;

    (void)report_failure(_("not allowed; root may, and members of the group %s"),
                         group ? group : "provd-admin");
    return EXIT_NOT_ALLOWED;
}

static int report_disabled(const Context *context, const prov_error *error)
{
    return report_failure(_("provisioning is switched off; 'provctl set Provision_Enable=Yes' "
                            "switches it on"));
}

static int report_no_parameter(const Context *context, const prov_error *error)
{
    g_autofree char *message = message_translate(error->message);

    return report_failure(_("%s; 'provctl list' shows all there are"), message);
}

static int report_argument(const Context *context, const prov_error *error)
{
    g_autofree char *message = message_translate(error->message);

    return report_usage("%s", message);
}

static int report_message(const Context *context, const prov_error *error)
{
    g_autofree char *message = message_translate(error->message);

    return report_failure("%s", message);
}

static int report_no_memory(const Context *context, const prov_error *error)
{
    return report_failure(_("out of memory"));
}

static int report_malformed(const Context *context, const prov_error *error)
{
    return report_failure(
        _("provd's answer makes no sense; are provd and provctl of one version?"));
}

static int (*const reporters[])(const Context *context, const prov_error *error) = {
    [PROV_ERROR_UNKNOWN] = report_message,
    [PROV_ERROR_NO_BUS] = report_lost_bus,
    [PROV_ERROR_NO_DAEMON] = report_no_daemon,
    [PROV_ERROR_TIMEOUT] = report_silence,
    [PROV_ERROR_MALFORMED] = report_malformed,
    [PROV_ERROR_NOT_ALLOWED] = report_not_allowed,
    [PROV_ERROR_INVALID_ARGUMENT] = report_argument,
    [PROV_ERROR_DISABLED] = report_disabled,
    [PROV_ERROR_REFUSED] = report_message,
    [PROV_ERROR_NO_SUCH_PARAMETER] = report_no_parameter,
    [PROV_ERROR_INVALID_VALUE] = report_message,
    [PROV_ERROR_INVALID_RULE] = report_message,
    [PROV_ERROR_NO_SUCH_LINE] = report_message,
    [PROV_ERROR_STORE_FAILED] = report_message,
    [PROV_ERROR_OUT_OF_MEMORY] = report_no_memory,
};

int report_error(const Context *context, const prov_error *error)
{
    guint kind = error->kind < G_N_ELEMENTS(reporters) ? error->kind : PROV_ERROR_UNKNOWN;

    return reporters[kind](context, error);
}
