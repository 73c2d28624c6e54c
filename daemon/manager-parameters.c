/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "core/secret.h"
#include "daemon/log.h"
#include "daemon/manager-private.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const char *manager_value_of(const Manager *manager, const char *name, const Parameter *side)
{
    return side && side->value ? side->value : paramset_default(manager->set, name);
}

bool manager_changes_value(const Manager *manager, const ParamChange *change)
{
    const char *name = paramchange_name(change);

    return g_strcmp0(manager_value_of(manager, name, change->before),
                     manager_value_of(manager, name, change->after)) != 0;
}

static void tell_names(Manager *manager, GPtrArray *names, const char *source)
{
    if (names->len == 0)
        return;
    g_ptr_array_add(names, NULL);
    MANAGER_TELL(manager, parameters_changed, (const char *const *)names->pdata, source);
}

static void tell_parameters(Manager *manager, const GPtrArray *changes, const char *source)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);

        if (manager_changes_value(manager, change))
            g_ptr_array_add(names, (gpointer)paramchange_name(change));
    }
    tell_names(manager, names, source);
}

void manager_adopt(Manager *manager, ParamSet *set, PlannerSettings *settings,
                   const GPtrArray *changes, const char *source)
{
    paramset_free(manager->set);
    manager->set = set;
    planner_settings_free(manager->settings);
    manager->settings = settings;
    tell_parameters(manager, changes, source);
}

/* Adds those of `candidates` whose value is not the same in both sets, and are not in `names`. */
static void add_differing(GPtrArray *names, const GPtrArray *candidates, const ParamSet *one,
                          const ParamSet *other)
{
    for (guint i = 0; i < candidates->len; i++) {
        const char *name = g_ptr_array_index(candidates, i);

        if (g_strcmp0(paramset_get(one, name), paramset_get(other, name)) != 0 &&
            !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, (gpointer)name);
    }
}

void manager_adopt_defaults(Manager *manager, ParamSet *set)
{
    g_autoptr(ParamSet) former = manager->set;
    g_autoptr(GPtrArray) former_names = paramset_names(former);
    g_autoptr(GPtrArray) present_names = paramset_names(set);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    manager->set = set;
    add_differing(names, former_names, former, set);
    add_differing(names, present_names, former, set);
    tell_names(manager, names, "default");
}

/* What would be stored for a name and a value that a client gives; NULL with an error. */
static char *check_value(const char *name, const char *value, GError **error)
{
    if (!parameter_name_is_valid(name)) {
        g_set_error(
            error, PARAMETER_ERROR, PARAMETER_ERROR_INVALID_NAME,
            N_("“%s” is no parameter name: a letter or _, then letters, digits, _, . and -, "
               "up to %d characters"),
            name, PARAMETER_NAME_MAX);
        return NULL;
    }
    if (strstr(value, SECRET_MASK)) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_VALUE,
                    N_("%s: the value contains the mask %s, which stands for a secret that was not "
                       "shown"),
                    name, SECRET_MASK);
        return NULL;
    }
    return parameter_normalize(name, value, error);
}

static bool put_value(ParamSet *set, const char *name, const char *value, GError **error)
{
    const char *canonical = parameter_canonical_name(name);
    const Parameter *held = paramset_find(set, canonical);
    g_autofree char *normal = check_value(name, value, error);
    g_autoptr(Parameter) parameter = NULL;

    if (!normal)
        return false;
    if (held && held->source == SOURCE_LOCAL && g_strcmp0(held->value, normal) == 0)
        return true;

    bool same = g_strcmp0(paramset_get(set, canonical), normal) == 0;

    parameter = parameter_new(canonical, normal, SOURCE_LOCAL, held ? held->access : ACCESS_NA,
                              same && held ? held->changed : (uint64_t)clock_now().realtime);
    if (paramset_put(set, parameter))
        return true;
    g_set_error(error, PARAMETER_ERROR, PARAMETER_ERROR_TOO_MANY,
                N_("%s cannot be created: there are %d parameters already, no more are possible"),
                name, PARAMSET_MAX);
    return false;
}

/* Makes what a set changes durable, and the set the one in force. */
static bool commit_set(Manager *manager, ParamSet *set, const char *source, GError **error)
{
    g_autoptr(GPtrArray) changes = paramset_diff(manager->set, set);
    g_autoptr(PlannerSettings) settings = NULL;

    if (changes->len == 0)
        return true;
    settings = manager_settings_of(manager, set);
    if (!manager_transact(manager, NULL, 0, settings, &(StoreCommit){.parameters = changes}, error))
        return false;
    manager_adopt(manager, paramset_copy(set), g_steal_pointer(&settings), changes, source);
    manager_act(manager);
    return true;
}

/* Two names of the same parameter would make it a matter of luck which value counts. */
static bool check_alone(GTree *values, const char *name, GError **error)
{
    const char *canonical = parameter_canonical_name(name);

    if (canonical == name || !g_tree_lookup(values, canonical))
        return true;
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                N_("%s and %s are the same parameter: which value counts?"), name, canonical);
    return false;
}

bool manager_set_parameters(Manager *manager, GTree *values, GError **error)
{
    g_autoptr(ParamSet) set = paramset_copy(manager->set);

    for (GTreeNode *node = g_tree_node_first(values); node; node = g_tree_node_next(node))
        if (!check_alone(values, g_tree_node_key(node), error) ||
            !put_value(set, g_tree_node_key(node), g_tree_node_value(node), error))
            return false;
    return commit_set(manager, set, "local", error);
}

GTree *manager_check_parameters(const Manager *manager, GTree *values)
{
    GTree *problems = name_table_new(g_free);
    g_autoptr(ParamSet) set = paramset_copy(manager->set);

    for (GTreeNode *node = g_tree_node_first(values); node; node = g_tree_node_next(node)) {
        const char *name = g_tree_node_key(node);
        g_autoptr(GError) problem = NULL;

        if (!check_alone(values, name, &problem) ||
            !put_value(set, name, g_tree_node_value(node), &problem))
            g_tree_insert(problems, (gpointer)name, g_strdup(problem->message));
    }
    return problems;
}

bool manager_reset_parameter(Manager *manager, const char *name, GError **error)
{
    const char *canonical = parameter_canonical_name(name);
    const Parameter *held = paramset_find(manager->set, canonical);
    g_autoptr(ParamSet) set = NULL;

    if (!paramset_get(manager->set, canonical)) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_NO_SUCH_PARAMETER,
                    N_("There is no parameter “%s”"), name);
        return false;
    }
    if (!held)
        return true;

    set = paramset_copy(manager->set);
    paramset_remove(set, canonical);
    if (paramset_default(set, canonical) && held->access != ACCESS_NA) {
        g_autoptr(Parameter) parameter = parameter_new(
            canonical, NULL, SOURCE_DEFAULT, held->access, (uint64_t)clock_now().realtime);

        (void)paramset_put(set, parameter);
    }
    return commit_set(manager, set, "default", error);
}

bool manager_factory_reset(Manager *manager, GError **error)
{
    PlannerEvent event = {.type = PLANNER_FACTORY_RESET};
    g_autoptr(ParamSet) defaults = NULL;
    g_autoptr(PlannerSettings) settings = NULL;
    g_autoptr(GPtrArray) changes = NULL;

    if (manager->attempt) {
        manager_stop_attempt(manager);
        manager_tell_ended(manager);
    }
    /* Only now: a configuration with other defaults may have waited for the end of the attempt. */
    defaults = paramset_new(manager->config->defaults);
    settings = manager_settings_of(manager, defaults);
    if (!manager_transact(manager, &event, 1, settings, &(StoreCommit){.reset = true}, error)) {
        manager_act(manager);
        return false;
    }
    g_free(manager->last_message);
    manager->last_message = g_strdup("");
    validators_free(manager->validators);
    manager->validators = validators_new();
    changes = paramset_diff(manager->set, defaults);
    manager_adopt(manager, g_steal_pointer(&defaults), g_steal_pointer(&settings), changes,
                  "default");
    manager_act(manager);
    return true;
}
