/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-upgrade.h"
#include "daemon/bus-properties.h"

static bool on_notify_attempt(Manager *manager, const Caller *caller, sd_bus_message *message,
                              GError **error)
{
    const char *text;
    int success;

    return bus_read(message, error, "bs", &success, &text) &&
           manager_notify_upgrade(manager, success, text, error) && bus_reply_empty(message);
}

static bool on_notify_reboot(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    const char *cause;

    return bus_read(message, error, "s", &cause) && manager_notify_reboot(manager, cause, error) &&
           bus_reply_empty(message);
}

const BusMethod bus_upgrade_methods[] = {
    {"NotifyAttempt", METHOD_UPGRADE, NULL, on_notify_attempt},
    {"NotifyReboot", METHOD_UPGRADE, NULL, on_notify_reboot},
    {NULL},
};

const sd_bus_vtable bus_upgrade_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("NotifyAttempt", SD_BUS_ARGS("b", success, "s", message),
                            SD_BUS_NO_RESULT, bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("NotifyReboot", SD_BUS_ARGS("s", cause), SD_BUS_NO_RESULT,
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("LastAttempt", "t", bus_properties_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LastSuccess", "b", bus_properties_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LastMessage", "s", bus_properties_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};
