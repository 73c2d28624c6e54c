/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The generator behind every drawn moment: splitmix64, one word of state, the same sequence for
 * the same seed on every machine. It spreads load; it keeps no secret.
 */

#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

/* A generator whose sequence is that of this seed and stream, and of no other pair. */
Random random_new(uint64_t seed, uint64_t stream);

/* Uniform over 0 .. max, both included. */
uint64_t random_draw(Random *random, uint64_t max);

/* Uniform over 0 .. span, drawn to the millisecond; span and result in microseconds. */
int64_t random_draw_span(Random *random, int64_t span);
