/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One resync: rule by rule on a working copy of the parameters.
 *
 * For each of Profile_Rule, _B, _C, _D (or for the one rule of a request): select the alternative,
 * do its assignments, fetch its URL, apply the profile, all on the working copy, so that a rule
 * sees what the one before it set. The attempt only works out what is to change; the manager
 * commits it, or drops it. It runs on the event loop and ends in exactly one call of its
 * AttemptDone, unless it is freed before, which cancels it.
 */

#include "core/macro.h"
#include "core/paramset.h"
#include "core/profile.h"
#include "core/validators.h"
#include "daemon/fetch.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

typedef struct Attempt Attempt;

/* What an attempt starts from. */
typedef struct AttemptInput {
    uint64_t id;
    const char *rule;                /* in place of the configured ones; NULL: those */
    const ParamSet *parameters;      /* those in force; copied */
    const MacroEnv *env;             /* the device and the engine; the attempt knows the rest */
    const char *provisioning_server; /* of the network, or NULL */
    const Validators *validators;    /* of the last successful resync; copied */
    ProfileLimits limits;
} AttemptInput;

/* Where the time went, in µs. */
typedef struct AttemptTimes {
    uint64_t fetching;
    uint64_t applying;
} AttemptTimes;

/* What came of it. After a failure there is no set, and there are no changes and no validators. */
typedef struct AttemptOutcome {
    const ParamSet *before; /* the set that it started from */
    const ParamSet *after;  /* what it made of that */
    GPtrArray *changes;     /* of ParamChange, sorted by name: what leads from one to the other */
    Validators *validators; /* all that is known from now on */
    AttemptTimes times;
    uint64_t retry_after_usec; /* what the server asked for after a failure; 0: nothing */
    unsigned skipped;          /* values that were not valid */
} AttemptOutcome;

/* The phases of Progress (dbus.md). */
typedef enum AttemptPhase {
    ATTEMPT_CONNECTING,
    ATTEMPT_RECEIVING,
    ATTEMPT_APPLYING,
} AttemptPhase;

/* The end: error is NULL, or of FAILURE. The attempt may be freed in here. */
typedef void (*AttemptDone)(Attempt *attempt, const AttemptOutcome *outcome, const GError *error,
                            void *userdata);

/* rule: the name of its parameter, or "" for that of a request. expected is 0 where unknown. */
typedef void (*AttemptProgress)(Attempt *attempt, const char *rule, AttemptPhase phase,
                                uint64_t received, uint64_t expected, void *userdata);

/* Starts an attempt, which does nothing before the loop runs. Never NULL. */
Attempt *attempt_start(sd_event *event, Fetcher *fetcher, const AttemptInput *input,
                       AttemptDone done, AttemptProgress progress, void *userdata);
void attempt_free(Attempt *attempt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attempt, attempt_free)

uint64_t attempt_id(const Attempt *attempt);

/* The parameter of the rule that is evaluated; NULL: the rule of a request, or all are done. */
const char *attempt_rule(const Attempt *attempt);

/* What is being fetched, or was last, without credentials; NULL: nothing yet. */
const char *attempt_url(const Attempt *attempt);

/* The macros as the attempt sees them: its last fetch, its working copy. Owned by the attempt. */
const MacroEnv *attempt_env(const Attempt *attempt);
