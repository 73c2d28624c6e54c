/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus.h"
#include "daemon/access.h"
#include "daemon/bus-clients.h"
#include "daemon/bus-log-control.h"
#include "daemon/bus-names.h"
#include "daemon/bus-parameters.h"
#include "daemon/bus-properties.h"
#include "daemon/bus-provisioning.h"
#include "daemon/bus-settings.h"
#include "daemon/bus-sip.h"
#include "daemon/bus-upgrade.h"
#include "daemon/request-error.h"

#include <errno.h>
#include <string.h>

typedef struct InterfaceRow {
    const char *name;
    const sd_bus_vtable *vtable;
    const BusMethod *methods;
} InterfaceRow;

static const InterfaceRow interface_rows[] = {
    {BUS_INTERFACE, bus_provisioning_vtable, bus_provisioning_methods},
    {BUS_INTERFACE_PARAMETERS, bus_parameters_vtable, bus_parameters_methods},
    {BUS_INTERFACE_SETTINGS, bus_settings_vtable, bus_settings_methods},
    {BUS_INTERFACE_UPGRADE, bus_upgrade_vtable, bus_upgrade_methods},
    {BUS_INTERFACE_SIP, bus_sip_vtable, bus_sip_methods},
};

struct Bus {
    sd_bus *bus;
    Manager *manager;
    ManagerListener listener;
    Access *access;
    BusClients *clients;
    BusProperties *properties;
    BusInterface interfaces[G_N_ELEMENTS(interface_rows)];
    BusInterface settings; /* for Properties.Set, in front of the vtables */
    BusInterface log_control;
};

static void on_status_changed(void *userdata)
{
    Bus *bus = userdata;

    bus_properties_changed(bus->properties);
}

static void on_resync_started(uint64_t id, const char *reason, void *userdata)
{
    Bus *bus = userdata;

    bus_properties_flush(bus->properties);
    (void)sd_bus_emit_signal(bus->bus, BUS_PATH, BUS_INTERFACE, "ResyncStarted", "ts", id, reason);
}

static void on_resync_finished(uint64_t id, const char *result, const char *error,
                               const char *message, unsigned changed, void *userdata)
{
    Bus *bus = userdata;

    bus_properties_flush(bus->properties);
    (void)sd_bus_emit_signal(bus->bus, BUS_PATH, BUS_INTERFACE, "ResyncFinished", "tsssu", id,
                             result, error, message, changed);
}

static int emit_parameters_changed(sd_bus *bus, const char *const *names, const char *source)
{
    g_autoptr(sd_bus_message) signal = NULL;
    int r = sd_bus_message_new_signal(bus, &signal, BUS_PATH, BUS_INTERFACE_PARAMETERS,
                                      "ParametersChanged");

    if (r >= 0)
        r = sd_bus_message_append_strv(signal, (char **)names);
    if (r >= 0)
        r = sd_bus_message_append(signal, "s", source);
    return r < 0 ? r : sd_bus_send(bus, signal, NULL);
}

static void on_parameters_changed(const char *const *names, const char *source, void *userdata)
{
    Bus *bus = userdata;

    (void)emit_parameters_changed(bus->bus, names, source);
    bus_settings_changed(bus->bus, names);
}

static void on_client_holds_lines(const char *client, void *userdata)
{
    Bus *bus = userdata;

    /* Where a client cannot be watched, its lines hold until it takes them back itself. */
    (void)bus_clients_watch(bus->clients, client);
}

static void on_client_left(const char *client, void *userdata)
{
    Bus *bus = userdata;

    manager_client_left(bus->manager, client);
}

static int add_interfaces(Bus *bus)
{
    int r;

    bus->settings = (BusInterface){bus->manager, bus->access, bus_settings_methods};
    r = sd_bus_add_object(bus->bus, NULL, BUS_PATH, bus_settings_filter, &bus->settings);
    for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(interface_rows); i++) {
        const InterfaceRow *row = &interface_rows[i];

        bus->interfaces[i] = (BusInterface){bus->manager, bus->access, row->methods};
        r = sd_bus_add_object_vtable(bus->bus, NULL, BUS_PATH, row->name, row->vtable,
                                     &bus->interfaces[i]);
    }
    return r;
}

static int add_log_control(Bus *bus)
{
    int r;

    bus->log_control = (BusInterface){bus->manager, bus->access, bus_log_control_methods};
    r = sd_bus_add_object(bus->bus, NULL, LOG_CONTROL_PATH, bus_log_control_filter,
                          &bus->log_control);
    return r < 0 ? r
                 : sd_bus_add_object_vtable(bus->bus, NULL, LOG_CONTROL_PATH, LOG_CONTROL_INTERFACE,
                                            bus_log_control_vtable, &bus->log_control);
}

static int bus_connect(Bus *bus, sd_event *event, bool session)
{
    int r = session ? sd_bus_open_user_with_description(&bus->bus, "provd")
                    : sd_bus_open_system_with_description(&bus->bus, "provd");

    if (r >= 0)
        r = sd_bus_set_exit_on_disconnect(bus->bus, true);
    if (r >= 0)
        r = sd_bus_attach_event(bus->bus, event, SD_EVENT_PRIORITY_NORMAL);
    return r;
}

static int bus_serve(Bus *bus, bool session)
{
    int r = bus_properties_new(bus->bus, bus->manager, &bus->properties);

    bus->access = access_new(bus->bus, session);
    if (r >= 0)
        r = add_interfaces(bus);
    if (r >= 0)
        r = add_log_control(bus);
    if (r < 0)
        return r;

    bus->clients = bus_clients_new(bus->bus, on_client_left, bus);
    bus->listener = (ManagerListener){
        .status_changed = on_status_changed,
        .resync_started = on_resync_started,
        .resync_finished = on_resync_finished,
        .parameters_changed = on_parameters_changed,
        .client_holds_lines = on_client_holds_lines,
        .userdata = bus,
    };
    manager_listen(bus->manager, &bus->listener);
    return sd_bus_request_name(bus->bus, BUS_NAME, 0);
}

static bool check(int r, const char *what, GError **error)
{
    if (r == -EEXIST)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED,
                    "%s: another program owns it, probably another provd", what);
    else if (r == -EPERM || r == -EACCES)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED,
                    "%s: the bus's policy does not allow it to this user", what);
    else if (r < 0)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED, "%s: %s", what, g_strerror(-r));
    return r >= 0;
}

bool bus_new(sd_event *event, Manager *manager, bool session, Bus **ret_bus, GError **error)
{
    g_autoptr(Bus) bus = g_new0(Bus, 1);

    bus->manager = manager;
    if (!check(bus_connect(bus, event, session),
               session ? "Cannot connect to the session bus" : "Cannot connect to the system bus",
               error) ||
        !check(bus_serve(bus, session), "Cannot own the name " BUS_NAME, error))
        return false;

    *ret_bus = g_steal_pointer(&bus);
    return true;
}

void bus_free(Bus *bus)
{
    if (!bus)
        return;
    manager_unlisten(bus->manager, &bus->listener);
    bus_clients_free(bus->clients);
    access_free(bus->access);
    bus_properties_free(bus->properties);
    sd_bus_flush_close_unref(bus->bus);
    g_free(bus);
}
