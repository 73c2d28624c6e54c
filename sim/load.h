/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the server and the fleet saw, by the second; seconds without anything are left out. */

#include <glib.h>
#include <stdint.h>

typedef struct LoadSecond {
    int64_t second;
    uint32_t requests;
    uint32_t attempts;
    uint32_t successes;
    uint32_t failures;
    uint32_t refused; /* 503s */
} LoadSecond;

typedef struct Load {
    GArray *seconds; /* LoadSecond, ascending */
    uint64_t requests, attempts, successes, failures, refused;
} Load;

Load *load_new(void);
void load_free(Load *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Load, load_free)

/* Each counts one at a moment (µs); moments never go back. */
void load_count_request(Load *load, int64_t now);
void load_count_attempt(Load *load, int64_t now);
void load_count_success(Load *load, int64_t now);
void load_count_failure(Load *load, int64_t now);
void load_count_refused(Load *load, int64_t now);

/* The second with the most requests, the first of them; zero where there were none. */
LoadSecond load_peak(const Load *load);

/* The number of seconds with at least one request. */
unsigned load_busy_seconds(const Load *load);
