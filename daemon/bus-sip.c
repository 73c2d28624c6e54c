/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-sip.h"
#include "daemon/bus-properties.h"

static bool on_notify(Manager *manager, const Caller *caller, sd_bus_message *message,
                      GError **error)
{
    const char *event, *action;

    if (!bus_read(message, error, "s", &event) ||
        !manager_sip_notify(manager, event, &action, error))
        return false;
    (void)sd_bus_reply_method_return(message, "s", action);
    return true;
}

static bool on_set_line_active(Manager *manager, const Caller *caller, sd_bus_message *message,
                               GError **error)
{
    uint32_t line;
    int active;

    return bus_read(message, error, "ub", &line, &active) &&
           manager_set_line_active(manager, caller->sender, line, active, error) &&
           bus_reply_empty(message);
}

static bool on_set_line_registered(Manager *manager, const Caller *caller, sd_bus_message *message,
                                   GError **error)
{
    uint32_t line;
    int registered;

    return bus_read(message, error, "ub", &line, &registered) &&
           manager_set_line_registered(manager, caller->sender, line, registered, error) &&
           bus_reply_empty(message);
}

const BusMethod bus_sip_methods[] = {
    {"Notify", METHOD_SIP, NULL, on_notify},
    {"SetLineActive", METHOD_SIP, NULL, on_set_line_active},
    {"SetLineRegistered", METHOD_SIP, NULL, on_set_line_registered},
    {NULL},
};

const sd_bus_vtable bus_sip_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("Notify", SD_BUS_ARGS("s", event), SD_BUS_RESULT("s", action),
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("SetLineActive", SD_BUS_ARGS("u", line, "b", active), SD_BUS_NO_RESULT,
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("SetLineRegistered", SD_BUS_ARGS("u", line, "b", registered),
                            SD_BUS_NO_RESULT, bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("ActiveLines", "au", bus_properties_get, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("RegisteredLines", "au", bus_properties_get, 0,
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};
