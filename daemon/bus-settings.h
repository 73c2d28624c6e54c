/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface org.provd.Provisioning1.Settings: the resync settings as typed properties. */

#include "daemon/bus-method.h"

#include <systemd/sd-bus.h>

extern const sd_bus_vtable bus_settings_vtable[];

/* The object's handler that takes Properties.Set. Userdata: BusInterface with the methods below. */
int bus_settings_filter(sd_bus_message *message, void *userdata, sd_bus_error *error);
extern const BusMethod bus_settings_methods[];

/* Announces those of the changed parameters (NULL-terminated) that are settings. */
void bus_settings_changed(sd_bus *bus, const char *const *names);
