/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/slot.h"

#include "libprovclient/client.h"

#include <stdlib.h>

void *slot_new(prov_client *client, const SlotType *type, size_t size)
{
    prov_slot *slot = calloc(1, size);

    if (!slot)
        return NULL;
    slot->type = type;
    slot->client = client;
    slot->event = client->event;
    slot->floating = true;
    LIST_INSERT_HEAD(&client->slots, slot, link);
    return slot;
}

void slot_hand_out(prov_slot *slot, prov_slot **ret_slot)
{
    if (!ret_slot)
        return;
    slot->floating = false;
    *ret_slot = slot;
}

void slot_detach(prov_slot *slot)
{
    if (!slot->client)
        return;
    slot->type->release(slot);
    LIST_REMOVE(slot, link);
    slot->client = NULL;
}

void prov_slot_free(prov_slot *slot)
{
    if (!slot)
        return;
    slot_detach(slot);
    free(slot);
}
