/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding the bus again after it was lost. sd-bus ends the calls under way with errors when that
 * happens; watches and lines are carried over to the new connection here. A program with an
 * sd-event loop need not ask for it, since the loop has a timer; any other says when to try.
 */
#include "libprovclient/cleanup.h"
#include "libprovclient/client.h"
#include "libprovclient/lines.h"
#include "libprovclient/track.h"

#include <errno.h>
#include <systemd/sd-event.h>

#define RETRY_USEC   UINT64_C(500000)
#define RETRY_LEEWAY UINT64_C(100000)
#define LOSS_PATH    "/org/freedesktop/DBus/Local"
#define LOSS_NAME    "org.freedesktop.DBus.Local"

static int attach(prov_client *client);

/* The manners of a connection that the program has chosen. */
static int copy_settings(sd_bus *from, sd_bus *to)
{
    uint64_t timeout;
    int r = sd_bus_get_method_call_timeout(from, &timeout);

    if (r >= 0)
        r = sd_bus_set_method_call_timeout(to, timeout);
    if (r >= 0)
        r = sd_bus_get_allow_interactive_authorization(from);
    return r < 0 ? r : sd_bus_set_allow_interactive_authorization(to, r);
}

static void take_bus(prov_client *client, sd_bus *bus)
{
    client->loss = sd_bus_slot_unref(client->loss);
    lines_stop(client);
    track_stop(client);
    if (client->loop)
        sd_bus_detach_event(client->bus);
    sd_bus_close_unref(client->bus);
    client->bus = bus;
}

static bool has_listeners(const prov_client *client)
{
    prov_slot *slot;

    LIST_FOREACH(slot, &client->slots, link)
    if (slot->type->on_event)
        return true;
    return false;
}

static int resume(prov_client *client)
{
    int r = client->loop ? attach(client) : 0;

    if (r >= 0 && has_listeners(client))
        r = track_start(client);
    if (r >= 0)
        r = lines_resume(client);
    return r < 0 ? r : 0;
}

/* 1 once the connection is lost and every call that was under way has heard of it. */
static int settle_loss(prov_client *client)
{
    _cleanup_(client_unrefp) prov_client *held = client_ref(client);
    int r;

    if (sd_bus_is_open(client->bus) > 0)
        return 0;
    r = prov_client_process(client);
    if (r == -EBUSY)
        return r;
    return client->bus ? 1 : -ECANCELED;
}

int prov_client_reconnect(prov_client *client)
{
    sd_bus *bus;
    int r;

    if (!client)
        return -EINVAL;
    r = settle_loss(client);
    if (r <= 0)
        return r;
    r = client_open_bus(client, &bus);
    if (r < 0)
        return r;
    r = copy_settings(client->bus, bus);
    if (r < 0) {
        sd_bus_close_unref(bus);
        return r;
    }
    take_bus(client, bus);
    return resume(client);
}

static int on_retry(sd_event_source *source, uint64_t now, void *userdata)
{
    int r = prov_client_reconnect(userdata);

    if (r >= 0 ||
        r == -ECANCELED) /* the latter: a callback has freed the client, and this source */
        return 0;
    (void)sd_event_source_set_time_relative(source, RETRY_USEC);
    (void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

static int retry_later(prov_client *client)
{
    client->retry = sd_event_source_disable_unref(client->retry);
    return sd_event_add_time_relative(client->loop, &client->retry, CLOCK_MONOTONIC, RETRY_USEC,
                                      RETRY_LEEWAY, on_retry, client);
}

static int on_loss(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    (void)retry_later(userdata);
    return 0;
}

static int attach(prov_client *client)
{
    int r = sd_bus_match_signal_async(client->bus, &client->loss, NULL, LOSS_PATH, LOSS_NAME,
                                      "Disconnected", on_loss, NULL, client);

    return r < 0 ? r : sd_bus_attach_event(client->bus, client->loop, SD_EVENT_PRIORITY_NORMAL);
}

int prov_client_attach_event(prov_client *client, sd_event *event)
{
    int r;

    if (!client || !event)
        return -EINVAL;
    if (client->loop)
        return -EBUSY;
    client->loop = sd_event_ref(event);
    r = sd_bus_is_open(client->bus) > 0 ? attach(client) : retry_later(client);
    if (r < 0)
        prov_client_detach_event(client);
    return r < 0 ? r : 0;
}

void prov_client_detach_event(prov_client *client)
{
    if (!client || !client->loop)
        return;
    client->loss = sd_bus_slot_unref(client->loss);
    client->retry = sd_event_source_disable_unref(client->retry);
    sd_bus_detach_event(client->bus);
    client->loop = sd_event_unref(client->loop);
}
