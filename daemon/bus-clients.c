/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-clients.h"

#include <glib.h>

struct BusClients {
    sd_bus *bus;
    GHashTable *watches; /* name → Watch */
    BusClientLeft left;
    void *userdata;
};

typedef struct Watch {
    BusClients *clients;
    char *name;
    sd_bus_slot *match;
    sd_bus_slot *question;
} Watch;

static void watch_free(gpointer data)
{
    Watch *watch = data;

    sd_bus_slot_unref(watch->match);
    sd_bus_slot_unref(watch->question);
    g_free(watch->name);
    g_free(watch);
}

BusClients *bus_clients_new(sd_bus *bus, BusClientLeft left, void *userdata)
{
    BusClients *clients = g_new(BusClients, 1);

    *clients = (BusClients){
        .bus = sd_bus_ref(bus),
        .watches = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, watch_free),
        .left = left,
        .userdata = userdata,
    };
    return clients;
}

void bus_clients_free(BusClients *clients)
{
    if (!clients)
        return;
    g_hash_table_unref(clients->watches);
    sd_bus_unref(clients->bus);
    g_free(clients);
}

static void watch_end(Watch *watch)
{
    BusClients *clients = watch->clients;
    g_autofree char *name = g_strdup(watch->name);

    g_hash_table_remove(clients->watches, name);
    clients->left(name, clients->userdata);
}

static int on_owner_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    watch_end(userdata);
    return 0;
}

static int on_has_owner(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    Watch *watch = userdata;
    int has_owner = 1;

    if (sd_bus_message_is_method_error(reply, NULL) ||
        sd_bus_message_read(reply, "b", &has_owner) < 0 || !has_owner)
        watch_end(watch);
    return 0;
}

/* Without this handler sd-bus would leave the bus where the bus takes no more matches of us. */
static int on_match_added(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return 0;
}

/*
 * The match first, then the question whether the client is still there: whichever way it leaves,
 * one of the two tells. The owner of a unique name changes only once, to nobody.
 */
static int watch_start(Watch *watch)
{
    g_autofree char *match = g_strdup_printf("type='signal',sender='org.freedesktop.DBus',"
                                             "interface='org.freedesktop.DBus',"
                                             "member='NameOwnerChanged',arg0='%s'",
                                             watch->name);
    int r = sd_bus_add_match_async(watch->clients->bus, &watch->match, match, on_owner_changed,
                                   on_match_added, watch);

    if (r < 0)
        return r;
    return sd_bus_call_method_async(watch->clients->bus, &watch->question, "org.freedesktop.DBus",
                                    "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                    on_has_owner, watch, "s", watch->name);
}

int bus_clients_watch(BusClients *clients, const char *name)
{
    Watch *watch;
    int r;

    if (g_hash_table_contains(clients->watches, name))
        return 0;

    watch = g_new0(Watch, 1);
    watch->clients = clients;
    watch->name = g_strdup(name);
    r = watch_start(watch);
    if (r < 0) {
        watch_free(watch);
        return r;
    }
    g_hash_table_insert(clients->watches, watch->name, watch);
    return 0;
}
