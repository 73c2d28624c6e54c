/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/zone.h"

#define DAY_SECONDS (24 * 60 * 60)

static int64_t divide_down(int64_t dividend, int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0);
}

int64_t zone_day(GTimeZone *zone, int64_t realtime)
{
    int64_t seconds = divide_down(realtime, G_USEC_PER_SEC);
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, seconds);

    return divide_down(seconds + g_time_zone_get_offset(zone, interval), DAY_SECONDS);
}

int64_t zone_moment(GTimeZone *zone, int64_t day, unsigned minutes)
{
    gint64 local = day * DAY_SECONDS + (int64_t)minutes * 60;
    int interval = g_time_zone_adjust_time(zone, G_TIME_TYPE_DAYLIGHT, &local);
    int64_t seconds = local - g_time_zone_get_offset(zone, interval);

    /*
     * Where the clock shows a time twice, daylight time comes first by most zones' rules, but not
     * by all (Dublin's winter time is the saved one), and a zone may change without any.
     */
    if (interval > 0) {
        int64_t earlier = local - g_time_zone_get_offset(zone, interval - 1);

        if (g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, earlier) == interval - 1)
            seconds = MIN(seconds, earlier);
    }
    return seconds * G_USEC_PER_SEC;
}
