/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Watches clients of whom something is kept, to learn when they leave the bus. */

#include <systemd/sd-bus.h>

typedef struct BusClients BusClients;

/* A watched client has left, or had left already; it is not watched any more. */
typedef void (*BusClientLeft)(const char *name, void *userdata);

BusClients *bus_clients_new(sd_bus *bus, BusClientLeft left, void *userdata);
void bus_clients_free(BusClients *clients);

/*
 * Watches the client of a unique name, if it is not watched yet. Negative errno on failure. One
 * more than the bus has matches for us is not noticed when it leaves.
 */
int bus_clients_watch(BusClients *clients, const char *name);
