/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Time for the planner: the moment it is, the one alarm it wants, and news about the clocks
 * themselves. Nothing here wakes a sleeping device, and nothing runs while nothing happens.
 */

#include "core/planner.h"

#include <glib.h>
#include <stdint.h>
#include <systemd/sd-event.h>

typedef enum ClockNews {
    CLOCK_ALARM, /* the alarm elapsed */
    CLOCK_JUMP,  /* wall time was set, or the device woke up */
    CLOCK_ZONE,  /* /etc/localtime is another, or gone */
} ClockNews;

typedef struct Clock Clock;

typedef void (*ClockTell)(ClockNews news, void *userdata);

/* Negative errno where the kernel does not give the timers. */
int clock_new(sd_event *event, ClockTell tell, void *userdata, Clock **ret_clock);
void clock_free(Clock *clock);

/* The moment it is. */
Moment clock_now(void);

/* Sets the alarm, in place of the former one. */
void clock_set_alarm(Clock *clock, const PlannerAlarm *alarm);

/* How long the device has slept since this was called last, µs. */
int64_t clock_slept(Clock *clock);

/* The device's time zone; free with g_time_zone_unref(). */
GTimeZone *clock_zone(void);
