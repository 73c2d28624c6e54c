/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A client: the connection, and what is under way on it. */

#include "libprovclient/provclient.h"
#include "libprovclient/slot.h"

#include <sys/queue.h>
#include <systemd/sd-bus.h>

#define SERVICE              "org.provd.Provisioning1"
#define OBJECT               "/org/provd/Provisioning1"
#define INTERFACE_MANAGER    "org.provd.Provisioning1"
#define INTERFACE_PARAMETERS "org.provd.Provisioning1.Parameters"
#define INTERFACE_UPGRADE    "org.provd.Provisioning1.Upgrade"
#define INTERFACE_SIP        "org.provd.Provisioning1.Sip"
#define BUS_DRIVER           "org.freedesktop.DBus"

/* The signal by which the bus tells that the daemon has come or gone, and of no other name. */
#define MATCH_OWNER_CHANGED                                                                     \
    "type='signal',sender='" BUS_DRIVER "',path='/org/freedesktop/DBus',interface='" BUS_DRIVER \
    "',member='NameOwnerChanged',arg0='" SERVICE "'"

struct prov_client {
    sd_bus *bus; /* NULL when it has been freed and only a callback that runs still holds it */
    unsigned n_refs;
    LIST_HEAD(, prov_slot) slots;
    uint64_t event; /* counts the events, so that each slot sees each one once */

    prov_bus kind; /* where the bus is, to find it again */
    char *address; /* or NULL: kind says it */

    /* What reconnect.c keeps while an sd-event loop runs the client. */
    sd_event *loop;
    sd_event_source *retry;
    sd_bus_slot *loss;

    /* What lines.c keeps: what the program said of its lines, bit n - 1 for line n. */
    uint64_t lines_active, lines_registered, lines_reported;
    sd_bus_slot *lines_match;

    /* What track.c keeps; all of it NULL in a client that watches nothing. */
    sd_bus_slot *matches[3];
    sd_bus_slot *owner_query;
    char *owner; /* the daemon's unique name; NULL while it is away */
    prov_slot *refresh;
    prov_status *status;
};

/* Held while callbacks run, since any of them may free the client. */
prov_client *client_ref(prov_client *client);
void client_unref(prov_client *client);

static inline void client_unrefp(prov_client **client)
{
    client_unref(*client);
}

/* Opens a connection with the client's bus. */
int client_open_bus(const prov_client *client, sd_bus **ret_bus);

/* Tells every slot that is interested. */
void client_emit(prov_client *client, const prov_event *event);
