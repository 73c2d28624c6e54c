/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One simulated device: the planner, and what the daemon's shell would be to it. Its boottime is
 * the virtual time itself. What it does is told to an observer.
 */

#include "sim/large.h"
#include "sim/load.h"
#include "sim/server.h"
#include "sim/world.h"

typedef enum SimEventType {
    SIM_CAUSE, /* a statement of the scenario takes effect */
    SIM_REFUSED,
    SIM_DEFERRED,
    SIM_ATTEMPT,
    SIM_SUCCESS,
    SIM_FAILURE,
    SIM_CANCELLED,
    SIM_SCHEDULED,
    SIM_IDLE,
} SimEventType;

typedef struct SimEvent {
    SimEventType type;
    int64_t now;      /* µs since the start */
    int64_t realtime; /* as the device's clock shows it */
    GTimeZone *zone;  /* of the device */
    unsigned phone;
    ResyncReason reason; /* of all but cause, success, failure, cancelled, idle */
    Failure failure;
    int64_t due; /* scheduled, deferred: µs since the start */
    const char *cause;
} SimEvent;

typedef struct Phone Phone;

/*
 * Who looks on; all may be NULL. `event` is told what is printed, `decision` every decision that
 * a device's planner makes, `progress` now and then how far the run is.
 */
typedef struct SimObserver {
    void (*event)(const SimEvent *event, void *userdata);
    void (*decision)(const Phone *phone, const PlannerDecision *decision, int64_t now,
                     void *userdata);
    void (*progress)(int64_t now, void *userdata);
    void *userdata;
} SimObserver;

/* What all devices of a run have in common. */
typedef struct Fleet {
    const Scenario *scenario;
    Server server;
    Load *load;
    unsigned recovering; /* devices that have not succeeded since the server came up */
    int64_t recovered;   /* when the last one did that has */
    const SimObserver *observer;
} Fleet;

struct Phone {
    _Alignas(CACHE_LINE) Planner planner; /* at one, so that there are as few as can be */
    const World *world;
    unsigned number;
    bool on;
    unsigned starts;       /* of the daemon; a number of its own for each */
    int64_t wall;          /* realtime - virtual time */
    uint64_t active_lines; /* a bit for each */

    int64_t answered; /* when the pending request is answered; NEVER: there is none */
    Answer answer;
    unsigned requests; /* of the running attempt that are still to be made after it */

    int64_t last_success; /* or when it was first switched on; NEVER: it never was */
    int64_t longest_gap;  /* between two successes */
    bool recovering;      /* had failed when the server came up, and has not succeeded since */

    int64_t spread_at;     /* the moment of its next `spread` statement; NEVER: no more */
    unsigned spread_index; /* which one that is */

    PlannerStatus told; /* what the observer was told last: idle, scheduled, deferred */
    ResyncReason told_reason;
    int64_t told_due;
};

/* Makes of a new planner that of a device that had a success at the start, and was off since. */
void phone_provision(Planner *planner, const Scenario *scenario);

/* A device that is off, at the start of the scenario, with a copy of a planner that has not run. */
void phone_init(Phone *phone, unsigned number, const Scenario *scenario, const World *world,
                const Planner *planner);
void phone_clear(Phone *phone);

/* A statement takes effect. phone_act() has to follow, after all statements of the moment. */
void phone_apply(Phone *phone, Fleet *fleet, const Action *action, int64_t now);

/* Does what is due. Returns when it has to be called again; NEVER: only after a statement. */
int64_t phone_act(Phone *phone, Fleet *fleet, int64_t now);

/* The longest time without a success, up to the end of the run. */
int64_t phone_longest_gap(const Phone *phone, int64_t until);
