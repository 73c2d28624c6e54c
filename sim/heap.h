/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which of many devices is next: a heap of their numbers, by a moment that each has, and
 * by number where the moments are the same, so that the order is always the same.
 */

#include <stdint.h>

typedef struct Heap Heap;

/* All of `count` members at first have the moment `at`. */
Heap *heap_new(unsigned count, int64_t at);
void heap_free(Heap *heap);

/* The member that is next, and its moment. */
unsigned heap_first(const Heap *heap, int64_t *ret_at);

/* Gives a member another moment. */
void heap_set(Heap *heap, unsigned member, int64_t at);
