/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/world.h"

#include "core/parameter.h"

static const char *lookup(const char *name, void *userdata)
{
    const World *world = userdata;

    return paramset_get(world->set, name);
}

static void set_parameter(ParamSet *set, const Action *action)
{
    g_autoptr(Parameter) parameter =
        parameter_new(action->set.name, action->set.value, SOURCE_LOCAL, ACCESS_NA, 0);

    paramset_put(set, parameter);
}

static unsigned count_rules(const ParamSet *set)
{
    unsigned count = 0;

    for (ParameterId id = PARAMETER_PROFILE_RULE; id <= PARAMETER_PROFILE_RULE_D; id++) {
        const char *rule = paramset_get(set, parameter_info(id)->name);

        count += rule && *rule;
    }
    return count;
}

/* Takes the set. */
static World *world_of(ParamSet *set, GTimeZone *zone)
{
    World *world = g_new0(World, 1);

    world->set = set;
    world->zone = g_time_zone_ref(zone);
    world->macros.parameter = lookup;
    world->macros.parameter_data = world;
    world->settings = planner_settings_new(set, zone, &world->macros);
    world->requests = count_rules(set);
    world->changed = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)world_free);
    return world;
}

World *world_new(const Scenario *scenario)
{
    ParamSet *set = paramset_new(NULL);

    for (guint i = 0; i < scenario->parameters->len; i++)
        set_parameter(set, g_ptr_array_index(scenario->parameters, i));
    return world_of(set, scenario->zone);
}

void world_free(World *world)
{
    if (!world)
        return;
    g_hash_table_unref(world->changed);
    planner_settings_free(world->settings);
    g_time_zone_unref(world->zone);
    paramset_free(world->set);
    g_free(world);
}

const World *world_after(const World *world, const Action *action)
{
    World *after = g_hash_table_lookup(world->changed, action);
    ParamSet *set;

    if (after)
        return after;

    set = paramset_copy(world->set);
    if (action->type == ACTION_SET)
        set_parameter(set, action);
    after = world_of(set, action->type == ACTION_ZONE ? action->zone : world->zone);
    g_hash_table_insert(world->changed, (void *)action, after);
    return after;
}
