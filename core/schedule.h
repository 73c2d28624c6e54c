/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A list of intervals, as Resync_Periodic and Resync_Error_Retry_Delay hold it:
 * "1800+300,3600,7200+900". An element lasts its delay plus a random part; intervals in a row use
 * one element after the other, and the last one repeats for ever. "0" alone is off.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_ERROR (schedule_error_quark())

typedef enum ScheduleError {
    SCHEDULE_ERROR_SYNTAX, /* not a list of D or D+R */
    SCHEDULE_ERROR_RANGE,  /* a number beyond what an element may hold */
} ScheduleError;

typedef struct ScheduleElement {
    uint32_t delay;  /* s, 1 .. 2147483647 */
    uint32_t random; /* s, 0 .. 2147483647: up to this much more, drawn for each interval */
} ScheduleElement;

typedef struct Schedule Schedule;

GQuark schedule_error_quark(void);

/*
 * Parses a list; white space around elements is allowed. NULL with an error whose message names
 * the element that is wrong and what is allowed there ("element 2: expected ...").
 */
Schedule *schedule_parse(const char *text, GError **error);
void schedule_free(Schedule *schedule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Schedule, schedule_free)

/* Whether the schedule is "0". */
bool schedule_is_off(const Schedule *schedule);

/* The element of the place-th interval in a row, from 0; must not be called on one that is off. */
ScheduleElement schedule_element(const Schedule *schedule, uint32_t place);

/* A number that two lists share when they hold the same elements, and else hardly ever. */
uint32_t schedule_fingerprint(const Schedule *schedule);
