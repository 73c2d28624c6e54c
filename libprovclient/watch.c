/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program's watch: tells it first whether the daemon is there, and then all that happens. */
#include "libprovclient/track.h"

#include <errno.h>

typedef struct Watch {
    prov_slot slot;
    prov_event_type presence; /* what it was told last; 0: nothing yet */
} Watch;

static void watch_release(prov_slot *slot)
{
}

static void watch_on_event(prov_slot *slot, const prov_event *event)
{
    Watch *watch = (Watch *)slot;
    bool is_presence = event->type == PROV_EVENT_APPEARED || event->type == PROV_EVENT_VANISHED;

    if (is_presence ? event->type == watch->presence : !watch->presence)
        return;
    if (is_presence)
        watch->presence = event->type;
    ((prov_event_fn)slot->callback)(slot->client, event, slot->userdata);
}

static const SlotType watch_type = {
    .release = watch_release,
    .on_event = watch_on_event,
};

int prov_client_watch(prov_client *client, prov_event_fn callback, void *userdata,
                      prov_slot **ret_slot)
{
    prov_slot *slot;
    int r;

    if (!client || !callback)
        return -EINVAL;
    r = track_start(client);
    if (r == 0)
        r = track_announce(client);
    if (r < 0)
        return r;
    slot = slot_new(client, &watch_type, sizeof(Watch));
    if (!slot)
        return -ENOMEM;
    slot->callback = (SlotCallback)callback;
    slot->userdata = userdata;
    slot_hand_out(slot, ret_slot);
    return 0;
}

const prov_status *prov_client_status(const prov_client *client)
{
    return client ? client->status : NULL;
}
