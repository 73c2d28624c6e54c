/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A heap whose memory is wiped before it is given back, for libraries that take the three functions
 * of one and hold secrets in it: malloc(), realloc() and free() as the C standard has them.
 */

#include <stddef.h>

void *secret_heap_allocate(size_t size);
void *secret_heap_resize(void *memory, size_t size);
void secret_heap_free(void *memory);
