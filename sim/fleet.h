/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A whole run: all devices of a scenario on one virtual clock. */

#include "sim/phone.h"

/* What is left of a run. */
typedef struct Outcome {
    Load *load;
    GArray *gaps;    /* int64_t: for each device the longest time without success, µs, ascending */
    bool came_up;    /* the server did, while devices had failed */
    unsigned failed; /* devices that had failed then */
    unsigned not_recovered; /* of these, those that had no success since */
    int64_t recovery;       /* µs from there to the last device's success */
} Outcome;

/* Plays a scenario. */
Outcome *fleet_run(const Scenario *scenario, const SimObserver *observer);
void outcome_free(Outcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outcome, outcome_free)
