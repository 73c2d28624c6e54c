/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/store.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "daemon/store-files.h"
#include "daemon/store-internal.h"

#define COPY_AGE (24 * 3600 * (uint64_t)G_USEC_PER_SEC)

void store_close(Store *store)
{
    if (!store)
        return;
    database_close(store->database);
    g_clear_pointer(&store->parameters, g_ptr_array_unref);
    store_rows_clear(&store->rows);
    g_free(store->message);
    g_free(store->directory);
    g_free(store);
}

bool store_fail(Store *store, GError *cause, GError **error)
{
    if (g_error_matches(cause, DATABASE_ERROR, DATABASE_ERROR_DAMAGED))
        store->damaged = true;
    g_set_error_literal(error, FAILURE, FAILURE_INTERNAL, cause->message);
    g_error_free(cause);
    return false;
}

bool store_is_read_only(const Store *store)
{
    return store->read_only;
}

bool store_is_damaged(const Store *store)
{
    return store->damaged;
}

StoreCondition store_condition(const Store *store)
{
    return store->condition;
}

const char *store_message(const Store *store)
{
    return store->message;
}

void store_load(Store *store, ParamSet *set)
{
    g_autoptr(GPtrArray) parameters = g_steal_pointer(&store->parameters);

    g_return_if_fail(parameters);
    for (guint i = 0; i < parameters->len; i++) {
        Parameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter_name_is_valid(parameter->name))
            (void)paramset_put(set, parameter);
    }
}

static void add_copy(gpointer key, gpointer value, gpointer table)
{
    g_hash_table_insert(table, g_strdup(key), g_strdup(value));
}

GHashTable *store_load_state(const Store *store)
{
    GHashTable *state = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    g_hash_table_foreach(store->rows.state, add_copy, state);
    return state;
}

Validators *store_load_validators(const Store *store)
{
    return validators_copy(store->rows.validators);
}

/* A database with all of a set and a state in it, complete or not there at all. */
static bool write_new(const char *directory, const StoreCommit *commit, GError **error)
{
    g_autofree char *path = store_file_path(directory, STORE_FILE_NEW_DATABASE);
    g_auto(StoreRows) none = store_rows_new();
    g_autoptr(Database) database = NULL;

    return store_file_create(directory, STORE_FILE_NEW_DATABASE, error) &&
           database_open(path, DATABASE_WRITABLE, &database, error) &&
           store_write(database, commit, &none, error);
}

static bool swap_in_new(Store *store, char **ret_aside, GError **error)
{
    g_autofree char *path = store_file_path(store->directory, STORE_FILE_DATABASE);
    g_autofree char *aside = NULL;

    g_clear_pointer(&store->database, database_close);
    if (!store_file_set_aside(store->directory, STORE_FILE_DATABASE, &aside, error) ||
        !store_file_rename(store->directory, STORE_FILE_NEW_DATABASE, STORE_FILE_DATABASE, error) ||
        !database_open(path, DATABASE_WRITABLE, &store->database, error))
        return false;
    *ret_aside = g_steal_pointer(&aside);
    return true;
}

bool store_replace(Store *store, const ParamSet *set, GHashTable *state, char **ret_message,
                   GError **error)
{
    g_autoptr(ParamSet) empty = paramset_new(NULL);
    g_autoptr(GPtrArray) all = paramset_diff(empty, set);
    StoreCommit commit = {.parameters = all, .state = state, .validators = store->rows.validators};
    g_autofree char *aside = NULL;
    GError *cause = NULL;

    if (!write_new(store->directory, &commit, &cause) || !swap_in_new(store, &aside, &cause))
        return store_fail(store, cause, error);

    g_hash_table_remove_all(store->rows.state);
    g_hash_table_foreach(state, add_copy, store->rows.state);
    store->damaged = false;
    store->changed = true;
    *ret_message = g_strdup_printf("The database was damaged%s%s. A new one was written from "
                                   "memory; the history is lost",
                                   aside ? ", and is kept as " : "", aside ? aside : "");
    return true;
}

void store_forget_copy(Store *store)
{
    store_file_remove(store->directory, STORE_FILE_COPY);
    store->copied = 0;
}

/* A copy of bad rows would push out the good ones. */
static bool check_rows(Database *database, GError **error)
{
    g_autoptr(GPtrArray) parameters = NULL;
    g_auto(StoreRows) rows = {0};

    return store_read(database, &parameters, &rows, error);
}

static bool write_copy(Store *store, GError **error)
{
    g_autofree char *path = store_file_path(store->directory, STORE_FILE_NEW_COPY);

    return check_rows(store->database, error) &&
           store_file_create(store->directory, STORE_FILE_NEW_COPY, error) &&
           database_run(store->database, STATEMENT_COPY, error, "s", path) &&
           store_file_rename(store->directory, STORE_FILE_NEW_COPY, STORE_FILE_COPY, error);
}

bool store_keep_copy(Store *store, uint64_t now, GError **error)
{
    bool recent = store->copied > 0 && store->copied <= now && now - store->copied < COPY_AGE;
    GError *cause = NULL;
    bool copied;

    if (!store->database || store->read_only || store->damaged || !store->changed || recent)
        return true;
    copied = write_copy(store, &cause);
    database_shrink(store->database);
    if (!copied)
        return store_fail(store, cause, error);
    store->copied = now;
    store->changed = false;
    return true;
}

void store_shrink(Store *store)
{
    if (store->database)
        database_shrink(store->database);
}
