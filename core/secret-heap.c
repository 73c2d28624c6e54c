/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/secret-heap.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What is handed out is the memory behind its size. */
typedef struct Piece {
    size_t size;
    alignas(max_align_t) char memory[];
} Piece;

static Piece *piece_of(void *memory)
{
    return (Piece *)((char *)memory - offsetof(Piece, memory));
}

void *secret_heap_allocate(size_t size)
{
    Piece *piece = size <= SIZE_MAX - sizeof(Piece) ? malloc(sizeof(Piece) + size) : NULL;

    if (!piece)
        return NULL;
    piece->size = size;
    return piece->memory;
}

void secret_heap_free(void *memory)
{
    if (!memory)
        return;
    explicit_bzero(memory, piece_of(memory)->size);
    free(piece_of(memory));
}

void *secret_heap_resize(void *memory, size_t size)
{
    void *resized = secret_heap_allocate(size);

    if (memory && resized) {
        size_t before = piece_of(memory)->size;

        memcpy(resized, memory, before < size ? before : size);
        secret_heap_free(memory);
    }
    return resized;
}
