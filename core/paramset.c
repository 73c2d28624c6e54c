/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/paramset.h"
#include "core/name-table.h"
#include "core/parameter.h"

#include <string.h>

/* A parameter and the strings that it points to, in one piece of memory. */
typedef struct Holder {
    Parameter parameter;
    guint references;
    size_t size; /* of the strings */
    char strings[];
} Holder;

/* What a set holds, and its copies with it until one of them changes. */
typedef struct Holding {
    GTree *parameters; /* name → Parameter, the name being the parameter's own */
    guint references;
} Holding;

struct ParamSet {
    Holding *held;
    GHashTable *defaults; /* name → value; NULL where there are none but the built-in ones */
};

static Holder *holder_of(Parameter *parameter)
{
    return (Holder *)parameter;
}

Parameter *parameter_new(const char *name, const char *value, ParameterSource source,
                         ParameterAccess access, uint64_t changed)
{
    size_t name_size = strlen(name) + 1;
    size_t value_size = value ? strlen(value) + 1 : 0;
    Holder *holder = g_malloc(sizeof(Holder) + name_size + value_size);

    memcpy(holder->strings, name, name_size);
    if (value)
        memcpy(holder->strings + name_size, value, value_size);
    holder->references = 1;
    holder->size = name_size + value_size;
    holder->parameter = (Parameter){
        .name = holder->strings,
        .value = value ? holder->strings + name_size : NULL,
        .changed = changed,
        .source = source,
        .access = access,
    };
    return &holder->parameter;
}

Parameter *parameter_ref(Parameter *parameter)
{
    holder_of(parameter)->references++;
    return parameter;
}

void parameter_unref(Parameter *parameter)
{
    Holder *holder = holder_of(parameter);

    if (!parameter || --holder->references > 0)
        return;
    explicit_bzero(holder->strings, holder->size); /* it may be a secret */
    g_free(holder);
}

static Holding *holding_new(void)
{
    Holding *holding = g_new(Holding, 1);

    holding->references = 1;
    holding->parameters = name_table_new((GDestroyNotify)parameter_unref);
    return holding;
}

static void holding_unref(Holding *holding)
{
    if (--holding->references > 0)
        return;
    g_tree_unref(holding->parameters);
    g_free(holding);
}

/* The parameters of a set that is about to change, which are its own from now on. */
static GTree *parameters_to_change(ParamSet *set)
{
    Holding *shared = set->held;

    if (shared->references == 1)
        return shared->parameters;
    set->held = holding_new();
    for (GTreeNode *node = g_tree_node_first(shared->parameters); node;
         node = g_tree_node_next(node))
        g_tree_insert(set->held->parameters, g_tree_node_key(node),
                      parameter_ref(g_tree_node_value(node)));
    holding_unref(shared);
    return set->held->parameters;
}

static ParamSet *paramset_new_with(Holding *held, GHashTable *defaults)
{
    ParamSet *set = g_new(ParamSet, 1);

    set->held = held;
    set->defaults = defaults ? g_hash_table_ref(defaults) : NULL;
    return set;
}

ParamSet *paramset_new(GHashTable *defaults)
{
    return paramset_new_with(holding_new(), defaults);
}

ParamSet *paramset_copy_over(const ParamSet *set, GHashTable *defaults)
{
    set->held->references++;
    return paramset_new_with(set->held, defaults);
}

ParamSet *paramset_copy(const ParamSet *set)
{
    return paramset_copy_over(set, set->defaults);
}

bool paramset_is_copy(const ParamSet *a, const ParamSet *b)
{
    return a->held == b->held && a->defaults == b->defaults;
}

void paramset_free(ParamSet *set)
{
    if (!set)
        return;
    holding_unref(set->held);
    g_clear_pointer(&set->defaults, g_hash_table_unref);
    g_free(set);
}

const Parameter *paramset_find(const ParamSet *set, const char *name)
{
    return g_tree_lookup(set->held->parameters, name);
}

const char *paramset_default(const ParamSet *set, const char *name)
{
    const char *value = set->defaults ? g_hash_table_lookup(set->defaults, name) : NULL;
    const ParameterInfo *info = value ? NULL : parameter_lookup(name);

    return info ? info->default_value : value;
}

const char *paramset_get(const ParamSet *set, const char *name)
{
    const Parameter *parameter = paramset_find(set, name);

    return parameter && parameter->value ? parameter->value : paramset_default(set, name);
}

bool paramset_put(ParamSet *set, Parameter *parameter)
{
    if (paramset_size(set) >= PARAMSET_MAX && !paramset_find(set, parameter->name))
        return false;

    /* The key points into the value, so it must be replaced together with it. */
    g_tree_replace(parameters_to_change(set), (gpointer)parameter->name, parameter_ref(parameter));
    return true;
}

void paramset_remove(ParamSet *set, const char *name)
{
    if (paramset_find(set, name))
        g_tree_remove(parameters_to_change(set), name);
}

guint paramset_size(const ParamSet *set)
{
    return (guint)g_tree_nnodes(set->held->parameters);
}

/* The names that have a default, as a table. */
static GTree *default_names(const ParamSet *set)
{
    GTree *names = name_table_new(NULL);
    GHashTableIter iter;
    gpointer name;

    for (ParameterId id = 0; id < PARAMETER_ID_COUNT; id++)
        g_tree_insert(names, (gpointer)parameter_info(id)->name, NULL);
    if (!set->defaults)
        return names;
    g_hash_table_iter_init(&iter, set->defaults);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_tree_insert(names, name, NULL);
    return names;
}

/* Both tables are in order, so it is enough to go through them side by side. */
GPtrArray *paramset_names(const ParamSet *set)
{
    g_autoptr(GTree) defaults = default_names(set);
    GPtrArray *names = g_ptr_array_new_full(paramset_size(set), g_free);
    GTreeNode *held = g_tree_node_first(set->held->parameters);
    GTreeNode *other = g_tree_node_first(defaults);

    while (held || other) {
        int order = held && other ? strcmp(g_tree_node_key(held), g_tree_node_key(other)) : 0;
        bool take_held = held && order <= 0, take_other = other && order >= 0;

        g_ptr_array_add(names, g_strdup(g_tree_node_key(take_held ? held : other)));
        held = take_held ? g_tree_node_next(held) : held;
        other = take_other ? g_tree_node_next(other) : other;
    }
    return names;
}

static void change_free(gpointer data)
{
    ParamChange *change = data;

    parameter_unref(change->before);
    parameter_unref(change->after);
    g_free(change);
}

static void add_change(GPtrArray *changes, Parameter *before, Parameter *after)
{
    ParamChange *change = g_new(ParamChange, 1);

    change->before = before ? parameter_ref(before) : NULL;
    change->after = after ? parameter_ref(after) : NULL;
    g_ptr_array_add(changes, change);
}

const char *paramchange_name(const ParamChange *change)
{
    return change->after ? change->after->name : change->before->name;
}

static int compare_changes(gconstpointer a, gconstpointer b)
{
    return strcmp(paramchange_name(*(const ParamChange *const *)a),
                  paramchange_name(*(const ParamChange *const *)b));
}

GPtrArray *paramset_diff(const ParamSet *before, const ParamSet *after)
{
    GPtrArray *changes = g_ptr_array_new_with_free_func(change_free);

    if (before->held == after->held)
        return changes;

    for (GTreeNode *node = g_tree_node_first(after->held->parameters); node;
         node = g_tree_node_next(node)) {
        Parameter *parameter = g_tree_node_value(node);
        Parameter *old = g_tree_lookup(before->held->parameters, parameter->name);

        if (old != parameter)
            add_change(changes, old, parameter);
    }
    for (GTreeNode *node = g_tree_node_first(before->held->parameters); node;
         node = g_tree_node_next(node))
        if (!paramset_find(after, g_tree_node_key(node)))
            add_change(changes, g_tree_node_value(node), NULL);

    g_ptr_array_sort(changes, compare_changes);
    return changes;
}

static guint size_after(const ParamSet *set, const GPtrArray *changes)
{
    guint size = paramset_size(set);

    for (guint i = 0; i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);
        bool held = paramset_find(set, paramchange_name(change));

        if (change->after && !held)
            size++;
        else if (!change->after && held)
            size--;
    }
    return size;
}

bool paramset_apply(ParamSet *set, const GPtrArray *changes)
{
    if (size_after(set, changes) > PARAMSET_MAX)
        return false;

    for (guint i = 0; i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);

        if (change->after)
            g_tree_replace(parameters_to_change(set), (gpointer)change->after->name,
                           parameter_ref(change->after));
        else
            paramset_remove(set, change->before->name);
    }
    return true;
}
