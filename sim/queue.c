/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/queue.h"

#include <glib.h>
#include <stdbool.h>

#define WHEEL_SECONDS                                                          \
    65536 /* later moments share a list with earlier ones, and are passed over \
           */
#define NOBODY UINT32_MAX

typedef struct Entry {
    int64_t at;
    unsigned member;
} Entry;

/* A member's place in the list of its second. */
typedef struct Link {
    int64_t at;
    uint32_t next, previous;
} Link;

struct Queue {
    Link *links; /* by member */
    unsigned count;
    unsigned waiting;              /* members in lists */
    int64_t second;                /* all members up to its end are in the heap */
    uint32_t heads[WHEEL_SECONDS]; /* the first member of the list of a second, or NOBODY */
    GArray *heap;                  /* Entry, the first is next; the others may be out of date */
};

Queue *queue_new(unsigned count)
{
    Queue *queue = g_new(Queue, 1);

    *queue = (Queue){.links = g_new(Link, count),
                     .count = count,
                     .second = -1,
                     .heap = g_array_new(FALSE, FALSE, sizeof(Entry))};
    for (unsigned i = 0; i < count; i++)
        queue->links[i] = (Link){.at = QUEUE_NEVER};
    for (unsigned i = 0; i < WHEEL_SECONDS; i++)
        queue->heads[i] = NOBODY;
    return queue;
}

void queue_free(Queue *queue)
{
    if (!queue)
        return;
    g_free(queue->links);
    g_array_unref(queue->heap);
    g_free(queue);
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

static int64_t second_of(int64_t at)
{
    return at / G_USEC_PER_SEC;
}

static uint32_t *head_of(Queue *queue, int64_t at)
{
    return &queue->heads[second_of(at) % WHEEL_SECONDS];
}

static bool is_listed(const Queue *queue, const Link *link)
{
    return link->at != QUEUE_NEVER && second_of(link->at) > queue->second;
}

static void list_add(Queue *queue, unsigned member)
{
    Link *link = &queue->links[member];
    uint32_t *head = head_of(queue, link->at);

    link->next = *head;
    link->previous = NOBODY;
    if (*head != NOBODY)
        queue->links[*head].previous = member;
    *head = member;
    queue->waiting++;
}

static void list_remove(Queue *queue, unsigned member)
{
    const Link *link = &queue->links[member];

    if (link->previous != NOBODY)
        queue->links[link->previous].next = link->next;
    else
        *head_of(queue, link->at) = link->next;
    if (link->next != NOBODY)
        queue->links[link->next].previous = link->previous;
    queue->waiting--;
}

/* Goes on to the next second that may have members, and moves those that it has to the heap. */
static void turn(Queue *queue)
{
    uint32_t member;

    do
        queue->second++;
    while (queue->heads[queue->second % WHEEL_SECONDS] == NOBODY);

    member = queue->heads[queue->second % WHEEL_SECONDS];
    while (member != NOBODY) {
        Entry entry = {.at = queue->links[member].at, .member = member};
        uint32_t next = queue->links[member].next;

        if (second_of(entry.at) == queue->second) {
            list_remove(queue, member);
            heap_add(queue->heap, entry);
        }
        member = next;
    }
}

unsigned queue_first(Queue *queue, int64_t *ret_at)
{
    for (;;) {
        while (queue->heap->len > 0) {
            Entry first = g_array_index(queue->heap, Entry, 0);

            if (queue->links[first.member].at == first.at) {
                *ret_at = first.at;
                return first.member;
            }
            heap_remove_first(queue->heap); /* it was given another moment */
        }
        if (queue->waiting == 0) {
            *ret_at = QUEUE_NEVER;
            return 0;
        }
        turn(queue);
    }
}

void queue_set(Queue *queue, unsigned member, int64_t at)
{
    Link *link = &queue->links[member];

    g_return_if_fail(member < queue->count);
    if (link->at == at)
        return;
    if (is_listed(queue, link))
        list_remove(queue, member);
    link->at = at;
    if (is_listed(queue, link))
        list_add(queue, member);
    else if (at != QUEUE_NEVER)
        heap_add(queue->heap, (Entry){.at = at, .member = member});
}

unsigned queue_soon(const Queue *queue, unsigned *ret_members, unsigned max)
{
    unsigned count = 0;

    for (guint i = 1; i < queue->heap->len && count < max; i++)
        ret_members[count++] = g_array_index(queue->heap, Entry, i).member;
    return count;
}
