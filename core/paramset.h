/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The set of parameters: names to values, over the defaults.
 *
 * A Parameter is immutable and reference counted, so a working copy of a set shares every value
 * that it does not change, and two sets are compared by comparing pointers. Copying a set costs
 * nothing; the first change to one that has copies costs the time to copy it. A resync works on a
 * copy; what it changed (paramset_diff) is stored, and laid over the set in force.
 *
 * A set holds only what differs from the defaults: a parameter that the table or the maker's
 * configuration gives a value is in every set without being held by it.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PARAMSET_MAX 16384 /* parameters that a set may hold */

typedef enum ParameterSource {
    SOURCE_DEFAULT,
    SOURCE_PROFILE,
    SOURCE_LOCAL,
} ParameterSource;

/* What the phone's User login may do with a parameter: the attribute ua of a profile. */
typedef enum ParameterAccess {
    ACCESS_NA,
    ACCESS_RO,
    ACCESS_RW,
} ParameterAccess;

typedef struct Parameter {
    const char *name;
    const char *value; /* NULL: at its default; held only because its access or time is known */
    uint64_t changed;  /* realtime, µs; 0: never */
    ParameterSource source;
    ParameterAccess access;
} Parameter;

Parameter *parameter_new(const char *name, const char *value, ParameterSource source,
                         ParameterAccess access, uint64_t changed);
Parameter *parameter_ref(Parameter *parameter);
void parameter_unref(Parameter *parameter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parameter, parameter_unref)

typedef struct ParamSet ParamSet;

/* One difference between two sets; either side is NULL where that set does not hold the name. */
typedef struct ParamChange {
    Parameter *before;
    Parameter *after;
} ParamChange;

/* The name that a change is about. Owned by the change. */
const char *paramchange_name(const ParamChange *change);

/*
 * A new, empty set over the maker's defaults: a table of name to normalized value, of which the
 * set keeps a reference, or NULL where there are none but the built-in ones.
 */
ParamSet *paramset_new(GHashTable *defaults);
ParamSet *paramset_copy(const ParamSet *set);

/* A copy over other defaults, as paramset_new() takes them. */
ParamSet *paramset_copy_over(const ParamSet *set, GHashTable *defaults);
void paramset_free(ParamSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ParamSet, paramset_free)

/* Whether one is a copy of the other and neither has changed since. Looks at no parameter. */
bool paramset_is_copy(const ParamSet *a, const ParamSet *b);

/* The held parameter of a canonical name; NULL where the set holds none. Owned by the set. */
const Parameter *paramset_find(const ParamSet *set, const char *name);

/* The value of a canonical name, default included; NULL where there is no such parameter. */
const char *paramset_get(const ParamSet *set, const char *name);

/* The default of a canonical name: the maker's, else the built-in one; NULL where it has none. */
const char *paramset_default(const ParamSet *set, const char *name);

/*
 * Puts a parameter into the set in place of the one of its name, taking a reference. False, with
 * the set untouched, where it is a new one and the set is full.
 */
bool paramset_put(ParamSet *set, Parameter *parameter);

/* Takes a name out of the set: back to its default, or gone where it has none. */
void paramset_remove(ParamSet *set, const char *name);

/* The number of parameters that the set holds. */
guint paramset_size(const ParamSet *set);

/* All names, those that only have a default included, sorted: an array of strings of its own. */
GPtrArray *paramset_names(const ParamSet *set);

/* What makes `after` of `before`, sorted by name; an array of ParamChange. */
GPtrArray *paramset_diff(const ParamSet *before, const ParamSet *after);

/* Makes the changes in a set; false, untouched, where it would become too large. */
bool paramset_apply(ParamSet *set, const GPtrArray *changes);
