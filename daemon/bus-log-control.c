/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-log-control.h"
#include "config.h"
#include "daemon/bus-names.h"
#include "daemon/log.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static int get_level(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", log_level_to_string(log_level()));
}

static int get_target(sd_bus *bus, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", log_target());
}

static int get_identifier(sd_bus *bus, const char *path, const char *interface,
                          const char *property, sd_bus_message *reply, void *userdata,
                          sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", "provd");
}

static bool set_level(const char *name, GError **error)
{
    int level;

    if (!log_level_from_string(name, &level)) {
        g_set_error(
            error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
            N_("“%s” is no log level: emerg, alert, crit, err, warning, notice, info or debug"),
            name);
        return false;
    }
    log_set_level(level);
    return true;
}

static bool on_set(Manager *manager, const Caller *caller, sd_bus_message *message, GError **error)
{
    const char *interface, *property, *value;

    if (!bus_read(message, error, "ss", &interface, &property) ||
        !bus_read(message, error, "v", "s", &value))
        return false;
    if (strcmp(property, "LogLevel") == 0)
        return set_level(value, error) && bus_reply_empty(message);
    if (strcmp(value, log_target()) == 0)
        return bus_reply_empty(message);
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                N_("The log goes to where it was directed at the start, which is “%s”"),
                log_target());
    return false;
}

const BusMethod bus_log_control_methods[] = {
    {"Set", METHOD_ADMIN, NULL, on_set},
    {NULL},
};

int bus_log_control_filter(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const char *property;

    if (!bus_is_set(message, LOG_CONTROL_INTERFACE, &property) ||
        (strcmp(property, "LogLevel") != 0 && strcmp(property, "LogTarget") != 0))
        return 0;
    return bus_method_dispatch(message, userdata, error);
}

const sd_bus_vtable bus_log_control_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_WRITABLE_PROPERTY("LogLevel", "s", get_level, bus_refuse_setter, 0,
                             SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_WRITABLE_PROPERTY("LogTarget", "s", get_target, bus_refuse_setter, 0,
                             SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("SyslogIdentifier", "s", get_identifier, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_VTABLE_END,
};
