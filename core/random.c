/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/random.h"

#include <glib.h>

#define STEP             UINT64_C(0x9e3779b97f4a7c15) /* 2^64 divided by the golden ratio, odd */
#define USEC_PER_MSECOND 1000

static uint64_t mix(uint64_t word)
{
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

Random random_new(uint64_t seed, uint64_t stream)
{
    /* Mixed twice: streams that lie side by side must not be one sequence, shifted. */
    return (Random){.state = mix(mix(seed + STEP) + stream)};
}

static uint64_t random_next(Random *random)
{
    random->state += STEP;
    return mix(random->state);
}

uint64_t random_draw(Random *random, uint64_t max)
{
    uint64_t range, excess, word;

    g_return_val_if_fail(random, 0);
    if (max == UINT64_MAX)
        return random_next(random);

    /* The words beyond the last whole multiple of the range would favour its beginning. */
    range = max + 1;
    excess = (UINT64_MAX % range + 1) % range;
    do
        word = random_next(random);
    while (word > UINT64_MAX - excess);
    return word % range;
}

int64_t random_draw_span(Random *random, int64_t span)
{
    g_return_val_if_fail(span >= 0, 0);
    return (int64_t)random_draw(random, (uint64_t)(span / USEC_PER_MSECOND)) * USEC_PER_MSECOND;
}
