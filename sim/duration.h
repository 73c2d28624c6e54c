/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Durations as scenarios have them: "90" (seconds), "90s", "5m", "2h", "1d", "50ms", "1h30m". */

#include <stdbool.h>
#include <stdint.h>

#define DURATION_MAX INT64_C(3155760000000000) /* µs: a hundred years */

/* The duration in µs; false, with *ret_duration untouched, for other text or more than the maximum.
 */
bool duration_parse(const char *text, int64_t *ret_duration);
