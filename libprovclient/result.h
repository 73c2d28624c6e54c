/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The memory of an answer. A result is one object with everything that hangs on it: further pieces
 * of memory, and the bus messages into which its strings point, so that no string is copied. All of
 * it goes with the object.
 */

#include <stddef.h>
#include <systemd/sd-bus.h>

/* A new result whose object has n members of a size, zeroed; NULL without memory. */
void *result_new(size_t n, size_t size);

/* More zeroed memory that goes with the result; NULL without memory. */
void *result_alloc(void *result, size_t n, size_t size);

/* Has the message stay as long as the result; at most RESULT_MESSAGES of them. */
#define RESULT_MESSAGES 2
void result_keep(void *result, sd_bus_message *message);

void result_free(void *result);
