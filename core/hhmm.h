/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A time of day as Resync_At__HHmm_ gives it: four digits, 0000 .. 2359, or 2400 for the midnight
 * at the end of the day.
 */

#include <stdbool.h>

/* Minutes since the day began, 0 .. 1440; false, with *ret_minutes untouched, for other text. */
bool hhmm_parse(const char *text, unsigned *ret_minutes);
