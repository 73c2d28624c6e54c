/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/queue.h"

#include "sim/large.h"

#include <glib.h>
#include <stdbool.h>

#define SLOTS 65536 /* later ticks share a list with earlier ones */

/* Short enough that the members of one stay in the cache, long enough that few have none. */
#define TICK_MIN   (G_USEC_PER_SEC / 16)
#define TICK_ALONE (1000 * (int64_t)G_USEC_PER_SEC) /* of a single member */

/* Only the newest entry of a member counts; the others are out of date, and dropped when met. */
typedef struct Entry {
    int64_t at;
    uint32_t member;
    uint32_t version;
} Entry;

typedef struct Member {
    int64_t at;
    uint32_t version; /* of its newest entry */
} Member;

struct Queue {
    Member *members;
    unsigned count;
    int64_t tick_length;
    int64_t tick;         /* all entries up to its end are in the heap */
    GArray *lists[SLOTS]; /* Entry, those of later ticks, unsorted; NULL: none */
    uint64_t listed;      /* entries in all lists */
    GArray *heap;         /* Entry, the first is next */
};

Queue *queue_new(unsigned count)
{
    Queue *queue = g_new0(Queue, 1);

    queue->members = large_new(count, sizeof(Member));
    queue->count = count;
    queue->tick_length = MAX(TICK_ALONE / MAX(count, 1), TICK_MIN);
    queue->tick = -1;
    queue->heap = g_array_new(FALSE, FALSE, sizeof(Entry));
    for (unsigned i = 0; i < count; i++)
        queue->members[i] = (Member){.at = QUEUE_NEVER};
    return queue;
}

void queue_free(Queue *queue)
{
    if (!queue)
        return;
    for (unsigned i = 0; i < SLOTS; i++)
        g_clear_pointer(&queue->lists[i], g_array_unref);
    g_array_unref(queue->heap);
    large_free(queue->members);
    g_free(queue);
}

static bool is_current(const Queue *queue, Entry entry)
{
    return queue->members[entry.member].version == entry.version;
}

/* ---- the heap: children of the i-th entry are at 2i+1 and 2i+2 ---- */

static bool before(Entry a, Entry b)
{
    return a.at != b.at ? a.at < b.at : a.member < b.member;
}

static void heap_add(GArray *heap, Entry entry)
{
    Entry *entries;
    unsigned i = heap->len;

    g_array_append_val(heap, entry);
    entries = (Entry *)(void *)heap->data;
    for (; i > 0 && before(entry, entries[(i - 1) / 2]); i = (i - 1) / 2)
        entries[i] = entries[(i - 1) / 2];
    entries[i] = entry;
}

static void heap_remove_first(GArray *heap)
{
    Entry *entries = (Entry *)(void *)heap->data;
    Entry last = entries[heap->len - 1];
    unsigned count = heap->len - 1, i = 0;

    for (;;) {
        unsigned child = 2 * i + 1;

        if (child + 1 < count && before(entries[child + 1], entries[child]))
            child++;
        if (child >= count || !before(entries[child], last))
            break;
        entries[i] = entries[child];
        i = child;
    }
    entries[i] = last;
    g_array_set_size(heap, count);
}

/* ---- the wheel ---- */

static int64_t tick_of(const Queue *queue, int64_t at)
{
    return at / queue->tick_length;
}

/* Moves the entries of this tick from a list to the heap, and drops those that are out of date. */
static void sift(Queue *queue, GArray **list)
{
    guint kept = 0;

    for (guint i = 0; i < (*list)->len; i++) {
        Entry entry = g_array_index(*list, Entry, i);

        if (tick_of(queue, entry.at) == queue->tick)
            heap_add(queue->heap, entry);
        else if (is_current(queue, entry))
            g_array_index(*list, Entry, kept++) = entry;
    }
    queue->listed -= (*list)->len - kept;
    if (kept > 0)
        g_array_set_size(*list, kept);
    else
        g_clear_pointer(list, g_array_unref);
}

/* Goes on to the next tick that may have members. */
static void turn(Queue *queue)
{
    GArray **list;

    do
        list = &queue->lists[++queue->tick % SLOTS];
    while (!*list);
    sift(queue, list);
}

/* So that what is out of date never takes more room than what counts. */
static void sweep(Queue *queue)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (queue->lists[i])
            sift(queue, &queue->lists[i]);
}

static void list_add(Queue *queue, Entry entry)
{
    GArray **list = &queue->lists[tick_of(queue, entry.at) % SLOTS];

    if (!*list)
        *list = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_append_val(*list, entry);
    if (++queue->listed > 2 * (uint64_t)queue->count)
        sweep(queue);
}

unsigned queue_first(Queue *queue, int64_t *ret_at)
{
    for (;;) {
        while (queue->heap->len > 0) {
            Entry first = g_array_index(queue->heap, Entry, 0);

            if (is_current(queue, first)) {
                *ret_at = first.at;
                return first.member;
            }
            heap_remove_first(queue->heap);
        }
        if (queue->listed == 0) {
            *ret_at = QUEUE_NEVER;
            return 0;
        }
        turn(queue);
    }
}

void queue_set(Queue *queue, unsigned member, int64_t at)
{
    Member *entered = &queue->members[member];
    Entry entry = {.at = at, .member = member};

    g_return_if_fail(member < queue->count);
    if (entered->at == at)
        return;
    entered->at = at;
    entry.version = ++entered->version;
    if (at == QUEUE_NEVER)
        return;
    if (tick_of(queue, at) <= queue->tick)
        heap_add(queue->heap, entry);
    else
        list_add(queue, entry);
}

unsigned queue_soon(const Queue *queue, unsigned *ret_members, unsigned max)
{
    unsigned count = 0;

    for (guint i = 1; i < queue->heap->len && count < max; i++) {
        ret_members[count] = g_array_index(queue->heap, Entry, i).member;
        __builtin_prefetch(&queue->members[ret_members[count++]], 1);
    }
    return count;
}
