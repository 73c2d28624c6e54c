/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A slot is what a client has under way: a call, a watch, the following of an attempt. Each is a
 * struct that begins with prov_slot, and says by its SlotType how it ends.
 *
 * A slot that nobody asked for is floating: it belongs to the client, and goes when it is done.
 * Any other belongs to the program, also after it is done, and also after its client is gone.
 */

#include "libprovclient/provclient.h"

#include <sys/queue.h>

typedef struct SlotType {
    void (*release)(prov_slot *slot); /* drops what it holds; runs no callback */
    void (*on_event)(prov_slot *slot, const prov_event *event); /* or NULL: not interested */
} SlotType;

typedef void (*SlotCallback)(void);

struct prov_slot {
    const SlotType *type;
    prov_client *client; /* NULL when it is done */
    LIST_ENTRY(prov_slot) link;
    SlotCallback callback; /* its real type is known to who calls it */
    void *userdata;
    uint64_t event; /* the last one that it has seen */
    bool floating;
};

/* A zeroed slot of `size` bytes in the client's list; NULL without memory. */
void *slot_new(prov_client *client, const SlotType *type, size_t size);

/* Gives it to the program, if that wants it. */
void slot_hand_out(prov_slot *slot, prov_slot **ret_slot);

/*
 * It is done: drops what it holds and takes it from its client. Afterwards a floating one is the
 * caller's to free(), and any other one is not to be touched once its callback has run.
 */
void slot_detach(prov_slot *slot);
