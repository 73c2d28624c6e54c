/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/heap.h"

#include <glib.h>
#include <stdbool.h>

#define CHILDREN 4 /* flatter than two, and the four lie side by side in memory */

typedef struct Entry {
    int64_t at;
    unsigned member;
} Entry;

struct Heap {
    Entry *entries;     /* entries[0] is next; the children of entries[i] begin at 4i+1 */
    unsigned *position; /* by member */
    unsigned count;
};

Heap *heap_new(unsigned count, int64_t at)
{
    Heap *heap = g_new0(Heap, 1);

    heap->count = count;
    heap->entries = g_new(Entry, count);
    heap->position = g_new(unsigned, count);
    for (unsigned i = 0; i < count; i++) {
        heap->entries[i] = (Entry){.at = at, .member = i};
        heap->position[i] = i;
    }
    return heap;
}

void heap_free(Heap *heap)
{
    if (!heap)
        return;
    g_free(heap->entries);
    g_free(heap->position);
    g_free(heap);
}

unsigned heap_first(const Heap *heap, int64_t *ret_at)
{
    *ret_at = heap->entries[0].at;
    return heap->entries[0].member;
}

static bool before(Entry a, Entry b)
{
    return a.at != b.at ? a.at < b.at : a.member < b.member;
}

static void place(Heap *heap, unsigned i, Entry entry)
{
    heap->entries[i] = entry;
    heap->position[entry.member] = i;
}

static unsigned lift(Heap *heap, unsigned i, Entry entry)
{
    while (i > 0 && before(entry, heap->entries[(i - 1) / CHILDREN])) {
        place(heap, i, heap->entries[(i - 1) / CHILDREN]);
        i = (i - 1) / CHILDREN;
    }
    return i;
}

static unsigned first_child(const Heap *heap, unsigned i)
{
    unsigned begin = CHILDREN * i + 1, end = MIN(begin + CHILDREN, heap->count), first = begin;

    for (unsigned child = begin + 1; child < end; child++)
        if (before(heap->entries[child], heap->entries[first]))
            first = child;
    return first;
}

static unsigned sink(Heap *heap, unsigned i, Entry entry)
{
    for (;;) {
        unsigned child = first_child(heap, i);

        if (child >= heap->count || !before(heap->entries[child], entry))
            return i;
        place(heap, i, heap->entries[child]);
        i = child;
    }
}

void heap_set(Heap *heap, unsigned member, int64_t at)
{
    Entry entry = {.at = at, .member = member};

    place(heap, sink(heap, lift(heap, heap->position[member], entry), entry), entry);
}
