/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Local days and times of day in a zone that is handed in. GTimeZone reads files only where it is
 * made; all that is asked of it here is answered from memory. Days are numbered from 1970-01-01.
 */

#include <glib.h>
#include <stdint.h>

/* The local day of a moment, µs since the epoch. */
int64_t zone_day(GTimeZone *zone, int64_t realtime);

/*
 * The moment (µs since the epoch) at which a local day is that many minutes old by the clock on
 * the wall, 0 .. 1440. A time that the day skips is taken at the first moment after the gap, one
 * that it has twice the first time.
 */
int64_t zone_moment(GTimeZone *zone, int64_t day, unsigned minutes);
