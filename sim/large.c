/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/large.h"

#include <stdbool.h>
#include <sys/mman.h>

#define LARGE_PAGE (2 * 1024 * 1024)

void *large_new(gsize count, gsize size)
{
    bool large = count * size >= LARGE_PAGE;
    void *table = g_aligned_alloc(count, size, large ? LARGE_PAGE : CACHE_LINE);

    if (large)
        (void)madvise(table, count * size, MADV_HUGEPAGE); /* without, it is only slower */
    return table;
}

void large_free(void *table)
{
    g_aligned_free(table);
}
