/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/client.h"

#include "libprovclient/cleanup.h"
#include "libprovclient/lines.h"
#include "libprovclient/track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PROCESS_MAX 128 /* messages in one go, so that a flood does not keep the program's loop */

static int bus_open(prov_bus kind, sd_bus **ret_bus)
{
    switch (kind) {
    case PROV_BUS_SYSTEM:
        return sd_bus_open_system_with_description(ret_bus, "provclient");
    case PROV_BUS_SESSION:
        return sd_bus_open_user_with_description(ret_bus, "provclient");
    default:
        return -EINVAL;
    }
}

static int bus_open_address(const char *address, sd_bus **ret_bus)
{
    _cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
    int r = sd_bus_new(&bus);

    if (r >= 0)
        r = sd_bus_set_address(bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, true);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r < 0)
        return r;
    *ret_bus = sd_bus_ref(bus);
    return 0;
}

int client_open_bus(const prov_client *client, sd_bus **ret_bus)
{
    return client->address ? bus_open_address(client->address, ret_bus)
                           : bus_open(client->kind, ret_bus);
}

/* address: NULL where kind says it. */
static int client_new(prov_bus kind, const char *address, prov_client **ret_client)
{
    prov_client *client = calloc(1, sizeof(*client));
    int r = 0;

    if (!client)
        return -ENOMEM;
    client->kind = kind;
    client->n_refs = 1;
    LIST_INIT(&client->slots);
    if (address && !(client->address = strdup(address)))
        r = -ENOMEM;
    if (r >= 0)
        r = client_open_bus(client, &client->bus);
    if (r < 0) {
        client_unref(client);
        return r;
    }
    *ret_client = client;
    return 0;
}

int prov_client_new(prov_bus bus, prov_client **ret_client)
{
    return ret_client ? client_new(bus, NULL, ret_client) : -EINVAL;
}

int prov_client_new_for_address(const char *address, prov_client **ret_client)
{
    if (!address || !ret_client)
        return -EINVAL;
    return client_new(PROV_BUS_SYSTEM, address, ret_client);
}

prov_client *client_ref(prov_client *client)
{
    client->n_refs++;
    return client;
}

void client_unref(prov_client *client)
{
    if (!client || --client->n_refs > 0)
        return;
    free(client->address);
    free(client);
}

void prov_client_free(prov_client *client)
{
    prov_slot *slot;

    if (!client)
        return;
    prov_client_detach_event(client);
    lines_stop(client);
    track_stop(client);
    while ((slot = LIST_FIRST(&client->slots))) {
        slot_detach(slot);
        if (slot->floating)
            free(slot);
    }
    client->bus = sd_bus_close_unref(client->bus);
    client_unref(client);
}

int prov_client_set_timeout(prov_client *client, uint64_t usec)
{
    return client ? sd_bus_set_method_call_timeout(client->bus, usec) : -EINVAL;
}

int prov_client_set_interactive(prov_client *client, bool interactive)
{
    return client ? sd_bus_set_allow_interactive_authorization(client->bus, interactive) : -EINVAL;
}

int prov_client_get_fd(prov_client *client)
{
    return client ? sd_bus_get_fd(client->bus) : -EINVAL;
}

int prov_client_get_events(prov_client *client)
{
    return client ? sd_bus_get_events(client->bus) : -EINVAL;
}

int prov_client_get_timeout(prov_client *client, uint64_t *ret_usec)
{
    int r = client && ret_usec ? sd_bus_get_timeout(client->bus, ret_usec) : -EINVAL;

    return r < 0 ? r : 0;
}

/*
 * Once the bus is lost, every call that is under way hears of it, one each time, and none is left
 * for later; libsystemd then returns 0 in between.
 */
static bool goes_on(const prov_client *client, int r, unsigned processed)
{
    if (!client->bus || r < 0)
        return false;
    return sd_bus_is_open(client->bus) == 0 || (r > 0 && processed < PROCESS_MAX);
}

static int process(prov_client *client)
{
    _cleanup_(client_unrefp) prov_client *held = client_ref(client);
    unsigned processed = 0;
    int r;

    do
        r = sd_bus_process(client->bus, NULL);
    while (goes_on(client, r, ++processed));
    return r < 0 ? r : 0;
}

int prov_client_process(prov_client *client)
{
    return client ? process(client) : -EINVAL;
}

int prov_client_wait(prov_client *client, uint64_t usec)
{
    return client ? sd_bus_wait(client->bus, usec) : -EINVAL;
}

static prov_slot *next_listener(const prov_client *client)
{
    prov_slot *slot;

    LIST_FOREACH(slot, &client->slots, link)
    if (slot->type->on_event && slot->event < client->event)
        return slot;
    return NULL;
}

/* A callback may free any slot, so the search starts anew after each. */
void client_emit(prov_client *client, const prov_event *event)
{
    _cleanup_(client_unrefp) prov_client *held = client_ref(client);
    uint64_t serial = ++client->event;
    prov_slot *slot;

    while (client->event == serial && (slot = next_listener(client))) {
        slot->event = serial;
        slot->type->on_event(slot, event);
    }
}
