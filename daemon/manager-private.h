/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the manager's files share. manager.c: life and getters; manager-schedule.c: the planner
 * and its alarm; manager-store.c: what is durable; manager-attempt.c: the running attempt;
 * manager-log.c: what the log says of it; manager-parameters.c: parameters that clients set;
 * manager-lines.c: what they say of lines; manager-requests.c: everything else that they ask for.
 */

#include "daemon/attempt.h"
#include "daemon/clock.h"
#include "daemon/fetch.h"
#include "daemon/identity.h"
#include "daemon/lines.h"
#include "daemon/manager.h"

/* What became of an attempt and is to be told once the next decision is known. */
typedef struct ManagerEnded {
    uint64_t id; /* 0: nothing to tell */
    ResyncResult result;
    Failure failure;
    char *message;
    unsigned changed;
} ManagerEnded;

/* The last fetch of the attempt before, for the macros that tell of it. */
typedef struct ManagerFetch {
    char *scheme;
    char *server;
    char *server_ip;
    char *path;
    char *error;
    uint16_t port;
} ManagerFetch;

struct Manager {
    sd_event *event;
    Config *config;
    Config *next_config; /* waits for the end of the attempt, which the present one is behind */
    Store *store;
    Clock *clock;
    Fetcher *fetcher;
    Lines *lines;
    Identity *identity;

    ParamSet *set;
    Validators *validators; /* of the last successful resync */
    GTimeZone *zone;
    PlannerSettings *settings;
    Planner planner;
    PlannerTimers timers;
    MacroEnv env;
    ManagerFetch last_fetch;

    /* What the upgrade agent and the last failure said; stored beside the planner's state. */
    char *upgrade_message;
    uint64_t upgrade_attempt;
    bool upgrade_success;
    char *last_message;

    Attempt *attempt;
    uint64_t attempt_started; /* realtime, µs */
    ResyncReason attempt_reason;
    ManagerEnded ended;

    sd_event_source *release; /* gives memory back once there is nothing else to do */

    GPtrArray *listeners; /* of ManagerListener, owned by those who listen */
    ManagerStatus status;
};

/* Calls one member of every listener that has it; the arguments but the userdata follow it. */
#define MANAGER_TELL(manager, member, ...)                                           \
    do {                                                                             \
        for (guint i_ = 0; i_ < (manager)->listeners->len; i_++) {                   \
            const ManagerListener *l_ = g_ptr_array_index((manager)->listeners, i_); \
            if (l_->member)                                                          \
                l_->member(__VA_ARGS__ __VA_OPT__(, ) l_->userdata);                 \
        }                                                                            \
    } while (false)

/* ---- manager-schedule.c ---- */

/* Tells the planner of an event at this moment, and nothing more. */
void manager_feed(Manager *manager, const PlannerEvent *event, PlannerReply *ret_reply);

/* Looks what the planner wants now, stores its state, and does it. */
void manager_act(Manager *manager);

/* manager_feed() and manager_act(). */
void manager_feed_and_act(Manager *manager, const PlannerEvent *event, PlannerReply *ret_reply);

/* The planner's settings as a set has them. */
PlannerSettings *manager_settings_of(const Manager *manager, const ParamSet *set);

/* Makes the planner's settings anew from the parameters in force, and tells it of them. */
void manager_settings_changed(Manager *manager);

/* What clock.c tells. Userdata: Manager. */
void manager_on_clock(ClockNews news, void *userdata);

/* ---- manager-store.c ---- */

/* store_commit(), and once more with a new database where the old one turned out damaged. */
bool manager_commit(Manager *manager, const StoreCommit *commit, GError **error);

/*
 * Lets the planner take events in and then, unless next is NULL, the settings that are to be in
 * force, and makes that durable in one transaction with the rest of commit, whose state it fills
 * in. False with an error, and the planner as it was, where that fails.
 */
bool manager_transact(Manager *manager, const PlannerEvent *events, guint count,
                      const PlannerSettings *next, StoreCommit *commit, GError **error);

/*
 * Stores the state. Where that fails it is told and tried again with the next change: a full disk
 * is no reason not to provision.
 */
void manager_store_state(Manager *manager);

/* Takes the stored state up. */
void manager_load_state(Manager *manager);

/* ---- manager-attempt.c ---- */

/* Shows the last fetch to the macros, between attempts and until the next one fetches. */
void manager_show_fetch(Manager *manager);
void manager_clear_fetch(Manager *manager);

/* Begins the attempt that the planner decided for. */
void manager_begin_attempt(Manager *manager, const PlannerAttempt *attempt);

/* Stops the running attempt, which ends cancelled. */
void manager_stop_attempt(Manager *manager);

/* Tells of the attempt that ended last, if that is still to be told. */
void manager_tell_ended(Manager *manager);

/* Writes the history of an attempt that was running when the daemon was stopped. */
void manager_record_interrupted(Manager *manager, const PlannerAttempt *attempt);

/* The failure class of an attempt's end, "Cancelled", or "" after a success. */
const char *manager_ended_failure(const ManagerEnded *ended);

/* ---- manager-log.c ---- */

void manager_log_start(uint64_t attempt, const char *reason);

/* One line for every end, and the text that the provider wants in the log. */
void manager_log_end(const Manager *manager);

/* Where the time of the attempt that ended went. committing: µs. */
void manager_log_times(const Manager *manager, const AttemptTimes *times, int64_t committing);

void manager_log_interrupted(const AttemptRecord *record);

/* The names of two states, one after the other: tells where provisioning was switched on or off. */
void manager_log_switch(const char *before, const char *after);

/* ---- manager.c ---- */

/* Reads the device's identity anew, and puts it into the macros. */
void manager_load_identity(Manager *manager);

/* Puts a configuration that waits in force, unless an attempt is running. */
void manager_take_next_config(Manager *manager);

/* Tells the listeners that the status may have changed. */
void manager_tell_status(Manager *manager);

/* Brings the status in line with everything else, given what the planner decided. */
void manager_update_status(Manager *manager, const PlannerDecision *decision);

/* ---- manager-memory.c ---- */

/* Makes what manager_release_memory() needs. Negative errno. */
int manager_init_memory(Manager *manager);

/*
 * Else the allocator keeps what the largest file or call took until the daemon ends, and the store
 * the pages that it went through.
 */
void manager_give_memory_back(Manager *manager);

/* ---- manager-parameters.c ---- */

/*
 * Puts a set and the settings that follow from it in force, which it takes over, once what changed
 * (of ParamChange) is durable, and tells of the values that are different.
 */
void manager_adopt(Manager *manager, ParamSet *set, PlannerSettings *settings,
                   const GPtrArray *changes, const char *source);

/* Puts a set over other defaults in force, which it takes over: tells as manager_adopt() does. */
void manager_adopt_defaults(Manager *manager, ParamSet *set);

/* The value that a name has by one side of a change, default included; NULL: no such parameter. */
const char *manager_value_of(const Manager *manager, const char *name, const Parameter *side);

/* Whether a change is one of the value that counts, not just of access, time or source. */
bool manager_changes_value(const Manager *manager, const ParamChange *change);
