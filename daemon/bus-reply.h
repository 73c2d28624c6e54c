/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Answers to calls: nothing, an error, or values that are put together piece by piece.
 *
 * While values are put together the first failure sticks: what follows does nothing, and
 * bus_reply_send() tells of it, so nobody looks at results on the way. What goes in is counted, for
 * the bus disconnects who sends a message that is larger than it carries.
 */

#include <glib.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>

/* What values may take, in MiB. The system bus carries messages of 32. */
#define BUS_REPLY_MAX 31

typedef struct BusReply {
    sd_bus_message *message;
    size_t size; /* of what was appended, in bytes, as much as it can take */
    int result;  /* the first failure, a negative errno */
} BusReply;

/* An answer to a call, which keeps a reference to the call; to be held in a g_auto(). */
BusReply bus_reply_new(sd_bus_message *call);
void bus_reply_clear(BusReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BusReply, bus_reply_clear)

/* Begins a container, as sd_bus_message_open_container() does, and ends the one begun last. */
void bus_reply_open(BusReply *reply, char type, const char *contents);
void bus_reply_close(BusReply *reply);

/* Likewise an entry of a dictionary a{sv} whose value is an array of elements. */
void bus_reply_open_list(BusReply *reply, const char *key, const char *element);
void bus_reply_close_list(BusReply *reply);

/* Appends values as sd_bus_message_append() does; arrays are containers instead. */
void bus_reply_append(BusReply *reply, const char *types, ...);

/* Sends the answer; false with an error where it could not be put together. */
bool bus_reply_send(BusReply *reply, GError **error);

/* Answers without values. Always true, for a handler's last line. */
bool bus_reply_empty(sd_bus_message *call);

/* Answers with an error of one of the domains that the daemon knows; a long message is cut. */
int bus_reply_error(sd_bus_message *call, const GError *error);
