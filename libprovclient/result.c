/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/result.h"

#include <assert.h>
#include <stdlib.h>

typedef struct Piece Piece;

struct Piece {
    Piece *next;
    max_align_t data[];
};

/* In front of the object that the others see. */
typedef struct Header {
    Piece *pieces;
    sd_bus_message *messages[RESULT_MESSAGES];
    max_align_t object[];
} Header;

static Header *header_of(void *result)
{
    return (Header *)((char *)result - offsetof(Header, object));
}

static void *allocate(size_t before, size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total) || __builtin_add_overflow(total, before, &total))
        return NULL;
    return calloc(1, total);
}

void *result_new(size_t n, size_t size)
{
    Header *header = allocate(sizeof(*header), n, size);

    return header ? header->object : NULL;
}

void *result_alloc(void *result, size_t n, size_t size)
{
    Header *header = header_of(result);
    Piece *piece = allocate(sizeof(*piece), n, size);

    if (!piece)
        return NULL;
    piece->next = header->pieces;
    header->pieces = piece;
    return piece->data;
}

void result_keep(void *result, sd_bus_message *message)
{
    Header *header = header_of(result);
    size_t i = 0;

    while (i < RESULT_MESSAGES && header->messages[i])
        i++;
    assert(i < RESULT_MESSAGES);
    header->messages[i] = sd_bus_message_ref(message);
}

void result_free(void *result)
{
    Header *header;

    if (!result)
        return;
    header = header_of(result);
    for (size_t i = 0; i < RESULT_MESSAGES; i++)
        sd_bus_message_unref(header->messages[i]);
    for (Piece *piece = header->pieces; piece;) {
        Piece *next = piece->next;

        free(piece);
        piece = next;
    }
    free(header);
}
