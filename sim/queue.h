/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which of many devices is next, by a moment that each has, and by number where the moments are
 * the same, so that the order is always the same.
 *
 * A wheel of short ticks holds the devices in lists, unsorted; only those of the tick that is being
 * played are sorted, in a heap that is small enough to stay in the processor's cache. Who is given
 * another moment leaves the entry of the old one behind, so that nobody's neighbours in a list are
 * visited, which would be a miss of the cache each. So a turn costs nearly the same for a thousand
 * devices and for a million.
 */

#include <stdint.h>

typedef struct Queue Queue;

#define QUEUE_NEVER INT64_MAX

/* `count` members, numbered from 0, with no moment yet. */
Queue *queue_new(unsigned count);
void queue_free(Queue *queue);

/* The member that is next; *ret_at is its moment in µs, or NEVER where no member has one. */
unsigned queue_first(Queue *queue, int64_t *ret_at);

/* Gives a member another moment; NEVER takes it out. */
void queue_set(Queue *queue, unsigned member, int64_t at);

/* Some members that are soon to be next, at most `max`, for who wants to get ready for them. */
unsigned queue_soon(const Queue *queue, unsigned *ret_members, unsigned max);
