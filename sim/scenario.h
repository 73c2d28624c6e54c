/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A scenario: what the devices are like, and what happens to them and their server when.
 *
 * A file is read as a whole before anything is played; everything in it is checked as the daemon
 * would check it, so that a run cannot fail half way.
 */

#include "core/planner.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SCENARIO_PHONES_MAX 10000000

#define SCENARIO_ERROR (scenario_error_quark())

typedef enum ScenarioError {
    SCENARIO_ERROR_FILE,   /* cannot be read */
    SCENARIO_ERROR_SYNTAX, /* the message reads "FILE:LINE:COLUMN: ..." */
} ScenarioError;

typedef enum ActionType {
    ACTION_BOOT,
    ACTION_SET,
    ACTION_LINE_ACTIVE, /* or idle */
    ACTION_LINE_REGISTERED,
    ACTION_SERVER,
    ACTION_REQUEST,
    ACTION_SIP,
    ACTION_UPGRADE,
    ACTION_CLOCK,
    ACTION_ZONE,
    ACTION_RESTART,
    ACTION_OFF,
} ActionType;

typedef enum ServerState {
    SERVER_UP,
    SERVER_DOWN,
    SERVER_MISSING,
    SERVER_CORRUPT,
    SERVER_TLS,
} ServerState;

/* What a statement makes happen. */
typedef struct Action {
    ActionType type;
    char *text; /* as it stands in the file: "line 1 active" */
    union {
        RebootCause boot; /* announced before; unannounced: not */
        struct {
            char *name;  /* canonical */
            char *value; /* normalized */
        } set;
        struct {
            unsigned number;
            bool on; /* active, registered */
        } line;
        ServerState server;
        bool force;       /* request */
        bool success;     /* upgrade */
        GDateTime *clock; /* the local time that it names, in UTC */
        GTimeZone *zone;
    };
} Action;

typedef struct Statement {
    Action action;
    int64_t at;  /* µs since the start */
    bool spread; /* each device gets its own moment, uniform over 0 .. at */
} Statement;

typedef struct Scenario {
    char *name;    /* of the file */
    int64_t start; /* realtime at t=0, µs */
    GTimeZone *zone;
    unsigned phones;
    uint64_t seed;
    int64_t until; /* µs */
    bool provisioned;
    uint64_t capacity;     /* requests a second; 0: unlimited */
    int64_t latency;       /* µs for a request */
    uint64_t retry_after;  /* s; 0: none */
    GPtrArray *parameters; /* Action, those before t=0 */
    GPtrArray *statements; /* Statement, the `at` ones, by moment, then by line */
    GPtrArray *spreads;    /* Statement, by line */
} Scenario;

GQuark scenario_error_quark(void);

/* Reads a file. */
Scenario *scenario_load(const char *path, GError **error);

/* The same of a text; name is for messages. */
Scenario *scenario_parse(const char *name, const char *text, GError **error);
void scenario_free(Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

/* Frees an action's parts, not the Action. */
void action_clear(Action *action);
