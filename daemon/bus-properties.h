/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The read-only properties of all interfaces, which all show the manager's status: one table says
 * where each is found. What has changed since it was last announced goes out as one
 * PropertiesChanged for each interface, as soon as the loop has done what changed it.
 */

#include "daemon/manager.h"

#include <systemd/sd-bus.h>

typedef struct BusProperties BusProperties;

int bus_properties_new(sd_bus *bus, Manager *manager, BusProperties **ret_properties);
void bus_properties_free(BusProperties *properties);

/* The status may have changed: what has is announced soon. */
void bus_properties_changed(BusProperties *properties);

/* Announces what has changed now, before a signal that tells of the same. */
void bus_properties_flush(BusProperties *properties);

/* The sd-bus getter of every property in the table. Userdata: BusInterface. */
int bus_properties_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error);
