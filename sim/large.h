/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Tables that are larger than the processor's cache and visited in no order: in large pages, where
 * the kernel has them, a visit costs one miss of the memory and not two more for its address.
 */

#include <glib.h>

#define CACHE_LINE 64

/* `count` elements of `size` bytes, at a cache line and not initialised; memory for them is there.
 */
void *large_new(gsize count, gsize size);
void large_free(void *table);
