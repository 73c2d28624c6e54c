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
    GPtrArray *parameters; /* of Parameter, sorted by name: no choice of names makes that slow */
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

/* Takes the parameters. */
static Holding *holding_new(GPtrArray *parameters)
{
    Holding *holding = g_new(Holding, 1);

    *holding = (Holding){.parameters = parameters, .references = 1};
    return holding;
}

static void holding_unref(Holding *holding)
{
    if (--holding->references > 0)
        return;
    g_ptr_array_unref(holding->parameters);
    g_free(holding);
}

static gpointer copy_parameter(gconstpointer parameter, gpointer userdata)
{
    return parameter_ref((Parameter *)parameter);
}

/* The parameters of a set that is about to change, which are its own from now on. */
static GPtrArray *parameters_to_change(ParamSet *set)
{
    Holding *shared = set->held;

    if (shared->references == 1)
        return shared->parameters;
    set->held = holding_new(g_ptr_array_copy(shared->parameters, copy_parameter, NULL));
    holding_unref(shared);
    return set->held->parameters;
}

static const char *name_at(const GPtrArray *parameters, guint place)
{
    return ((const Parameter *)g_ptr_array_index(parameters, place))->name;
}

/* Whether a name is there; *ret_place is where it is, or where it belongs. */
static bool find_place(const GPtrArray *parameters, const char *name, guint *ret_place)
{
    guint low = 0, high = parameters->len;

    while (low < high) {
        guint middle = (low + high) / 2;
        int order = strcmp(name, name_at(parameters, middle));

        if (order == 0) {
            *ret_place = middle;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    *ret_place = low;
    return false;
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
    return paramset_new_with(
        holding_new(g_ptr_array_new_with_free_func((GDestroyNotify)parameter_unref)), defaults);
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
    const GPtrArray *parameters = set->held->parameters;
    guint place;

    return find_place(parameters, name, &place) ? g_ptr_array_index(parameters, place) : NULL;
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

/* Holds a parameter in place of the one of its name. */
static void hold(ParamSet *set, Parameter *parameter)
{
    GPtrArray *parameters = parameters_to_change(set);
    guint place;

    if (find_place(parameters, parameter->name, &place)) {
        g_autoptr(Parameter) former = g_ptr_array_index(parameters, place);

        g_ptr_array_index(parameters, place) = parameter_ref(parameter);
    } else {
        g_ptr_array_insert(parameters, (int)place, parameter_ref(parameter));
    }
}

bool paramset_put(ParamSet *set, Parameter *parameter)
{
    if (paramset_size(set) >= PARAMSET_MAX && !paramset_find(set, parameter->name))
        return false;
    hold(set, parameter);
    return true;
}

void paramset_remove(ParamSet *set, const char *name)
{
    guint place;

    if (find_place(set->held->parameters, name, &place))
        g_ptr_array_remove_index(parameters_to_change(set), place);
}

guint paramset_size(const ParamSet *set)
{
    return set->held->parameters->len;
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

/* Both are in order, so it is enough to go through them side by side. */
GPtrArray *paramset_names(const ParamSet *set)
{
    g_autoptr(GTree) defaults = default_names(set);
    const GPtrArray *held = set->held->parameters;
    GPtrArray *names = g_ptr_array_new_full(held->len, g_free);
    GTreeNode *node = g_tree_node_first(defaults);

    for (guint i = 0; i < held->len || node;) {
        const char *one = i < held->len ? name_at(held, i) : NULL;
        const char *other = node ? g_tree_node_key(node) : NULL;
        int order = one && other ? strcmp(one, other) : (one ? -1 : 1);

        g_ptr_array_add(names, g_strdup(order <= 0 ? one : other));
        i += order <= 0;
        node = order >= 0 ? g_tree_node_next(node) : node;
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

/* Where both hold the same parameter, nothing is compared but two pointers. */
GPtrArray *paramset_diff(const ParamSet *before, const ParamSet *after)
{
    const GPtrArray *old = before->held->parameters, *new = after->held->parameters;
    GPtrArray *changes = g_ptr_array_new_with_free_func(change_free);

    if (before->held == after->held)
        return changes;
    for (guint i = 0, j = 0; i < old->len || j < new->len;) {
        Parameter *was = i < old->len ? g_ptr_array_index(old, i) : NULL;
        Parameter *is = j < new->len ? g_ptr_array_index(new, j) : NULL;
        int order = was && is ? (was == is ? 0 : strcmp(was->name, is->name)) : (was ? -1 : 1);

        if (was != is)
            add_change(changes, order <= 0 ? was : NULL, order >= 0 ? is : NULL);
        i += order <= 0;
        j += order >= 0;
    }
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
            hold(set, change->after);
        else
            paramset_remove(set, change->before->name);
    }
    return true;
}
