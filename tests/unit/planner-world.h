/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A device on a virtual clock: plays a planner's decisions as the daemon would, and notes each
 * attempt as "SECONDS:REASON". A case says what happens and when, and compares the notes.
 *
 * At every step the planner is also saved and loaded, as if the daemon were replaced at that
 * moment, and every decision is checked for what must hold of all of them.
 */

#include "core/planner.h"

typedef struct World {
    Planner planner;
    ParamSet *set;
    PlannerSettings *settings;
    GTimeZone *zone;
    MacroEnv macros;
    Moment now;
    PlannerDecision decision; /* the last one */

    /* What an attempt that starts now will come to */
    int64_t latency; /* s; negative: it never ends by itself */
    ResyncResult result;
    uint64_t retry_after;

    int64_t ends; /* boottime of the running attempt's end; NEVER: none */
    GString *notes;
} World;

/* A device that has not booted yet; its clock stands at a local time such as 2027-01-01T00:00:00.
 */
World *world_new(const char *zone, const char *wall);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* A parameter's value; takes effect at once where the device has booted. */
void world_set(World *world, const char *name, const char *value);

void world_boot(World *world, uint64_t seed);
void world_restart(World *world);
void world_off(World *world, int64_t seconds); /* off for so long; then world_boot() */

/* Hands in an event and lets the device act on it. */
PlannerReply world_event(World *world, PlannerEvent event);

/* The same without acting on it, for more events at the same moment. */
PlannerReply world_tell(World *world, PlannerEvent event);
void world_act(World *world);

/* Lets time pass up to a second after the device was made, and acts on what becomes due. */
void world_run(World *world, double until);

/* Wall time jumps to a local time. */
void world_clock(World *world, const char *wall);

/* Compares and clears the notes: "0:boot 3600:periodic". */
void world_expect(World *world, const char *attempts);

/* The next attempt, in seconds since the device was made; -1: none. */
double world_due(const World *world);

/* At midnight, with nothing random; the other one booted, so that its first attempt is noted. */
World *world_plain(void);
World *world_booted(void);

/* What the bus brings; each acted on at once. */
PlannerReply world_request(World *world, bool force, const char *rule);
void world_lines(World *world, unsigned active);
void world_sip(World *world);
void world_upgrade(World *world);

#define assert_scheduled(world, at, why)                                                      \
    do {                                                                                      \
        g_assert_cmpstr(planner_status_to_string((world)->decision.status), ==, "scheduled"); \
        g_assert_cmpstr(resync_reason_to_string((world)->decision.reason), ==, why);          \
        g_assert_cmpfloat(world_due(world), ==, at);                                          \
    } while (0)

#define assert_status(world, what) \
    g_assert_cmpstr(planner_status_to_string((world)->decision.status), ==, what)
