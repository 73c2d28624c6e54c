/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A call, as both kinds of public functions make it: a request, which is one message or a few that
 * are sent one after the other, and a reply type, which says how the answers become one result.
 *
 *     static int request_thing(prov_client *client, Request *ret_request);
 *
 *     int prov_client_get_thing(client, ret_thing, ret_error):   request_thing(), call_run()
 *     int prov_client_get_thing_async(client, callback, ...):    request_thing(), call_start()
 *
 * A request that could not be made (r < 0) goes through the same two functions, so that there is
 * one place where failures become errors.
 */

#include "libprovclient/client.h"
#include "libprovclient/error.h"

#define CALL_STEPS 3

typedef struct ReplyType {
    const char *signatures[CALL_STEPS]; /* of each answer; NULL stands for an empty one */

    /* Reads an answer into the result, which the first one makes. NULL: there is no result. */
    int (*read)(sd_bus_message *m, unsigned step, void **result);

    void (*free)(void *result);

    /* Runs the program's callback, which takes the result over. */
    void (*deliver)(prov_client *client, SlotCallback callback, const prov_error *error,
                    void *result, void *userdata);
} ReplyType;

typedef struct Request {
    const ReplyType *reply;
    sd_bus_message *messages[CALL_STEPS];
    unsigned n_messages;
} Request;

void request_clear(Request *request);

/* Adds a call of a method of the daemon, with arguments as sd_bus_message_append() takes them. */
int request_add(Request *request, prov_client *client, const char *interface, const char *member,
                const char *signature, ...);

/* Adds a call without arguments yet, for the caller to append them to. */
int request_add_empty(Request *request, prov_client *client, const char *interface,
                      const char *member, sd_bus_message **ret_message);

/*
 * Sends the request and waits. r is what the making of the request returned. ret_result is NULL
 * where there is none.
 */
int call_run(prov_client *client, Request *request, int r, void **ret_result,
             prov_error **ret_error);

/* Sends the request, taking its messages over; `callback` is one that reply->deliver knows. */
int call_start(prov_client *client, Request *request, int r, SlotCallback callback, void *userdata,
               prov_slot **ret_slot);

/*
 * What the answers so far of a call under way have been made into, and how many they are; NULL
 * before the first one. The result remains the call's.
 */
void *call_partial_result(const prov_slot *slot, unsigned *ret_steps);

/* The reply type of a method that answers nothing; its callback is a prov_done_fn. */
extern const ReplyType reply_done;
