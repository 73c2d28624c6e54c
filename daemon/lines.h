/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the clients say about the telephone lines. A line is active, or registered, while at least
 * one client says so; a client that leaves takes back all that it said.
 */

#include <stdbool.h>
#include <stdint.h>

#define LINES_MAX 64

typedef enum LineFact {
    LINE_ACTIVE,
    LINE_HAS_REGISTRATION,
    LINE_REPORTED, /* whether it has its registration or not was said at all */
} LineFact;

typedef struct Lines Lines;

Lines *lines_new(void);
void lines_free(Lines *lines);

/* client says of a line, from 1 to LINES_MAX, that the fact holds or does not. */
void lines_set(Lines *lines, const char *client, LineFact fact, unsigned line, bool holds);

/* The client has left. */
void lines_drop(Lines *lines, const char *client);

/* The lines of which any client says that the fact holds: a set of bits, bit 0 for line 1. */
uint64_t lines_get(const Lines *lines, LineFact fact);
