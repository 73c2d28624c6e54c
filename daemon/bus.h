/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The daemon's place on the bus: connection, object, name; and what the manager tells, as signals.
 */

#include "daemon/manager.h"

#include <stdbool.h>
#include <systemd/sd-event.h>

typedef struct Bus Bus;

/*
 * Connects to the system bus, or to the session bus, and puts the manager on it under its name.
 * From then on calls are answered, as soon as the loop runs. False with an error for a person
 * where there is no bus, or where the name is taken.
 */
bool bus_new(sd_event *event, Manager *manager, bool session, Bus **ret_bus, GError **error);

/* Sends what is still to be sent, and leaves the bus. The manager must outlive it. */
void bus_free(Bus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bus, bus_free)
