/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parameters, state and validators as rows, each with the checksum that tells whether it came back
 * whole. */

#include "config.h"
#include "core/checksum.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "daemon/store-internal.h"

#include <glib/gi18n-lib.h>

/* On disk these are numbers; they must stay what they are. */
G_STATIC_ASSERT(SOURCE_DEFAULT == 0 && SOURCE_PROFILE == 1 && SOURCE_LOCAL == 2);
G_STATIC_ASSERT(ACCESS_NA == 0 && ACCESS_RO == 1 && ACCESS_RW == 2);

static uint32_t sum_of_parameter(const Parameter *parameter)
{
    uint32_t sum = checksum_text(0, parameter->name);

    sum = checksum_text(sum, parameter->value);
    sum = checksum_number(sum, parameter->source);
    sum = checksum_number(sum, parameter->access);
    return checksum_number(sum, parameter->changed);
}

static uint32_t sum_of_state(const char *key, const char *value)
{
    return checksum_text(checksum_text(0, key), value);
}

static uint32_t sum_of_validator(guint slot, const Validator *validator)
{
    uint32_t sum = checksum_number(0, slot);

    sum = checksum_text(sum, validator->asked);
    sum = checksum_text(sum, validator->found);
    sum = checksum_text(sum, validator->etag);
    sum = checksum_text(sum, validator->last_modified);
    sum = checksum_text(sum, validator->names);
    return checksum_text(sum, validator->applied);
}

StoreRows store_rows_new(void)
{
    return (StoreRows){
        .state = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .validators = validators_new(),
    };
}

void store_rows_clear(StoreRows *rows)
{
    g_clear_pointer(&rows->state, g_hash_table_unref);
    g_clear_pointer(&rows->validators, validators_free);
}

bool store_put_parameter(Database *database, const Parameter *parameter, GError **error)
{
    return database_run(database, STATEMENT_PUT_PARAMETER, error, "ssiiii", parameter->name,
                        parameter->value, (int64_t)parameter->source, (int64_t)parameter->access,
                        (int64_t)parameter->changed, (int64_t)sum_of_parameter(parameter));
}

bool store_put_state(Database *database, const char *key, const char *value, GError **error)
{
    return database_run(database, STATEMENT_PUT_STATE, error, "ssi", key, value,
                        (int64_t)sum_of_state(key, value));
}

bool store_put_validator(Database *database, guint slot, const Validator *validator, GError **error)
{
    return database_run(database, STATEMENT_PUT_VALIDATOR, error, "issssssi", (int64_t)slot,
                        validator->asked, validator->found, validator->etag,
                        validator->last_modified, validator->names, validator->applied,
                        (int64_t)sum_of_validator(slot, validator));
}

static const char *column_text(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

static bool refuse_row(const char *table, GError **error)
{
    g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_DAMAGED,
                N_("A row of the table %s is not as it was written"), table);
    return false;
}

static bool check_text(const char *text, const char *table, GError **error)
{
    return (text && g_utf8_validate(text, -1, NULL)) || refuse_row(table, error);
}

/* A row without a checksum was put in by hand, and is believed. */
static bool check_sum(sqlite3_stmt *row, int column, uint32_t sum, const char *table,
                      GError **error)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ||
           sqlite3_column_int64(row, column) == (int64_t)sum || refuse_row(table, error);
}

static bool read_parameter(sqlite3_stmt *row, void *userdata, GError **error)
{
    GPtrArray *parameters = userdata;
    Parameter found = {
        .name = column_text(row, 0),
        .value = column_text(row, 1),
        .source = (ParameterSource)sqlite3_column_int64(row, 2),
        .access = (ParameterAccess)sqlite3_column_int64(row, 3),
        .changed = (uint64_t)sqlite3_column_int64(row, 4),
    };

    if (!check_text(found.name, "parameter", error) ||
        (found.value && !check_text(found.value, "parameter", error)) ||
        !check_sum(row, 5, sum_of_parameter(&found), "parameter", error))
        return false;
    if (sqlite3_column_type(row, 5) == SQLITE_NULL && !parameter_name_is_valid(found.name))
        return true; /* no row of ours, or one that is missed when they are counted */
    g_ptr_array_add(parameters,
                    parameter_new(found.name, found.value,
                                  found.source <= SOURCE_LOCAL ? found.source : SOURCE_LOCAL,
                                  found.access <= ACCESS_RW ? found.access : ACCESS_NA,
                                  found.changed));
    return true;
}

static bool read_state(sqlite3_stmt *row, void *userdata, GError **error)
{
    GHashTable *state = userdata;
    const char *key = column_text(row, 0);
    const char *value = column_text(row, 1);

    if (!check_text(key, "state", error) || !check_text(value, "state", error) ||
        !check_sum(row, 2, sum_of_state(key, value), "state", error))
        return false;
    g_hash_table_insert(state, g_strdup(key), g_strdup(value));
    return true;
}

static bool read_validator(sqlite3_stmt *row, void *userdata, GError **error)
{
    Validators *validators = userdata;
    guint slot = (guint)sqlite3_column_int(row, 0);
    const Validator stored = {
        .asked = (char *)column_text(row, 1),
        .found = (char *)column_text(row, 2),
        .etag = (char *)column_text(row, 3),
        .last_modified = (char *)column_text(row, 4),
        .names = (char *)column_text(row, 5),
        .applied = (char *)column_text(row, 6),
    };
    g_autoptr(Validator) validator = NULL;

    if (!check_text(stored.asked, "validator", error) ||
        !check_text(stored.names, "validator", error) ||
        !check_text(stored.applied, "validator", error) ||
        !check_sum(row, 7, sum_of_validator(slot, &stored), "validator", error))
        return false;
    validator = validator_restore(&stored);
    if (slot < VALIDATORS_SLOTS)
        validators_set(validators, slot, validator, NULL);
    return true;
}

/* How many rows were found of the tables whose size is noted. */
typedef struct Sizes {
    guint parameters, state;
} Sizes;

/* More rows than were noted are an operator's; fewer are damage. */
static bool check_size(sqlite3_stmt *row, void *userdata, GError **error)
{
    const Sizes *found = userdata;
    const char *table = column_text(row, 0);
    const guint rows = g_strcmp0(table, "parameter") == 0 ? found->parameters : found->state;

    if (sqlite3_column_int64(row, 1) <= (int64_t)rows)
        return true;
    g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_DAMAGED,
                N_("Rows of the table %s are missing"), table ? table : "");
    return false;
}

/* A flipped bit in the tree of a table can have one row read twice in place of another. */
static guint count_names(const GPtrArray *parameters)
{
    g_autoptr(GTree) names = name_table_new(NULL);

    for (guint i = 0; i < parameters->len; i++)
        g_tree_insert(names, (gpointer)((Parameter *)g_ptr_array_index(parameters, i))->name, NULL);
    return (guint)g_tree_nnodes(names);
}

static bool check_sizes(Database *database, const GPtrArray *parameters, const StoreRows *rows,
                        GError **error)
{
    Sizes found = {
        .parameters = count_names(parameters),
        .state = g_hash_table_size(rows->state),
    };

    return database_query(database, STATEMENT_LOAD_SIZES, check_size, &found, error, "");
}

bool store_read(Database *database, GPtrArray **ret_parameters, StoreRows *ret_rows, GError **error)
{
    g_autoptr(GPtrArray) parameters =
        g_ptr_array_new_with_free_func((GDestroyNotify)parameter_unref);
    g_auto(StoreRows) rows = store_rows_new();

    if (!database_query(database, STATEMENT_LOAD_PARAMETERS, read_parameter, parameters, error,
                        "") ||
        !database_query(database, STATEMENT_LOAD_STATE, read_state, rows.state, error, "") ||
        !database_query(database, STATEMENT_LOAD_VALIDATORS, read_validator, rows.validators, error,
                        "") ||
        !check_sizes(database, parameters, &rows, error))
        return false;
    *ret_parameters = g_steal_pointer(&parameters);
    *ret_rows = (StoreRows){
        .state = g_steal_pointer(&rows.state),
        .validators = g_steal_pointer(&rows.validators),
    };
    return true;
}
