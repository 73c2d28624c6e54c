/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The settings that devices live under. There are as many as differ, not as there are devices:
 * a version is made once of another and the statement that changes it, and is then shared.
 */

#include "sim/scenario.h"

typedef struct World {
    ParamSet *set;
    PlannerSettings *settings;
    GTimeZone *zone;
    MacroEnv macros;
    unsigned requests;   /* that an attempt makes: non-empty profile rules */
    GHashTable *changed; /* Action to the World that it makes of this one */
} World;

World *world_new(const Scenario *scenario);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* The world after a `set` or `zone`. Owned by world. */
const World *world_after(const World *world, const Action *action);
