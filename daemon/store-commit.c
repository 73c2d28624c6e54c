/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/failure.h"
#include "daemon/store-internal.h"

#include <glib/gi18n-lib.h>

static const DatabaseStatement reset_statements[] = {
    STATEMENT_CLEAR_PARAMETERS, STATEMENT_CLEAR_STATE,   STATEMENT_CLEAR_VALIDATORS,
    STATEMENT_CLEAR_ATTEMPTS,   STATEMENT_CLEAR_CHANGES, STATEMENT_CLEAR_SIZES,
};

static bool reset_all(Database *database, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(reset_statements); i++)
        if (!database_run(database, reset_statements[i], error, ""))
            return false;
    return true;
}

static bool write_parameters(Database *database, const GPtrArray *changes, GError **error)
{
    for (guint i = 0; i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);
        bool written = change->after ? store_put_parameter(database, change->after, error)
                                     : database_run(database, STATEMENT_REMOVE_PARAMETER, error,
                                                    "s", change->before->name);

        if (!written)
            return false;
    }
    return changes->len == 0 || database_run(database, STATEMENT_NOTE_PARAMETERS, error, "");
}

/* Whether a row of the wanted table is already stored like that. */
static bool is_stored(GHashTable *stored, gconstpointer key, const char *value)
{
    return g_strcmp0(g_hash_table_lookup(stored, key), value) == 0;
}

static bool put_new_state(Database *database, GHashTable *state, GHashTable *stored, GError **error)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, state);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (!is_stored(stored, key, value) && !store_put_state(database, key, value, error))
            return false;
    return true;
}

static bool remove_old_state(Database *database, GHashTable *state, GHashTable *stored,
                             GError **error)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, stored);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(state, key) &&
            !database_run(database, STATEMENT_REMOVE_STATE, error, "s", key))
            return false;
    return true;
}

static bool write_state(Database *database, GHashTable *state, GHashTable *stored, GError **error)
{
    return put_new_state(database, state, stored, error) &&
           remove_old_state(database, state, stored, error) &&
           (g_hash_table_size(state) == g_hash_table_size(stored) ||
            database_run(database, STATEMENT_NOTE_STATE, error, ""));
}

static bool same_state(GHashTable *state, GHashTable *stored)
{
    GHashTableIter iter;
    gpointer key, value;

    if (g_hash_table_size(state) != g_hash_table_size(stored))
        return false;
    g_hash_table_iter_init(&iter, state);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (!is_stored(stored, key, value))
            return false;
    return true;
}

static bool is_stored_in(const Validators *stored, guint slot, const Validators *wanted)
{
    return validator_equal(validators_get(stored, slot), validators_get(wanted, slot));
}

static bool same_validators(const Validators *wanted, const Validators *stored)
{
    for (guint slot = 0; slot < VALIDATORS_SLOTS; slot++)
        if (!is_stored_in(stored, slot, wanted))
            return false;
    return true;
}

static bool write_validators(Database *database, const Validators *wanted, const Validators *stored,
                             GError **error)
{
    for (guint slot = 0; slot < VALIDATORS_SLOTS; slot++) {
        const Validator *validator = validators_get(wanted, slot);

        if (is_stored_in(stored, slot, wanted))
            continue;
        if (!(validator
                  ? store_put_validator(database, slot, validator, error)
                  : database_run(database, STATEMENT_REMOVE_VALIDATOR, error, "i", (int64_t)slot)))
            return false;
    }
    return true;
}

bool store_has_work(const StoreCommit *commit, const StoreRows *stored)
{
    return commit->reset || commit->attempt || (commit->parameters && commit->parameters->len) ||
           (commit->state && !same_state(commit->state, stored->state)) ||
           (commit->validators && !same_validators(commit->validators, stored->validators));
}

static bool write_parts(Database *database, const StoreCommit *commit, const StoreRows *stored,
                        GError **error)
{
    g_auto(StoreRows) none = store_rows_new();
    const StoreRows *before = commit->reset ? &none : stored;

    if (commit->reset && !reset_all(database, error))
        return false;
    if (commit->parameters && !write_parameters(database, commit->parameters, error))
        return false;
    if (commit->state && !write_state(database, commit->state, before->state, error))
        return false;
    if (commit->validators &&
        !write_validators(database, commit->validators, before->validators, error))
        return false;
    return !commit->attempt || store_put_attempt(database, commit->attempt, commit->changes, error);
}

bool store_write(Database *database, const StoreCommit *commit, const StoreRows *stored,
                 GError **error)
{
    if (database_begin(database, error) && write_parts(database, commit, stored, error) &&
        database_commit(database, error))
        return true;
    database_roll_back(database);
    return false;
}

static gboolean is_gone(gpointer key, gpointer value, gpointer state)
{
    return !g_hash_table_contains(state, key);
}

static void remember_state(GHashTable *stored, GHashTable *state)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, state);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (!is_stored(stored, key, value))
            g_hash_table_insert(stored, g_strdup(key), g_strdup(value));
    if (g_hash_table_size(stored) > g_hash_table_size(state))
        g_hash_table_foreach_remove(stored, is_gone, state);
}

/* What is on disk after a commit, where that differs from what the store remembers. */
static void remember(StoreRows *rows, const StoreCommit *commit)
{
    if (commit->reset)
        g_hash_table_remove_all(rows->state);
    if (commit->state)
        remember_state(rows->state, commit->state);
    if (commit->reset || commit->validators) {
        validators_free(rows->validators);
        rows->validators =
            commit->validators ? validators_copy(commit->validators) : validators_new();
    }
}

static bool check_writable(const Store *store, GError **error)
{
    if (store->database && !store->read_only && !store->damaged)
        return true;
    g_set_error(error, FAILURE, FAILURE_INTERNAL, N_("Nothing can be stored in %s: %s"),
                store->directory,
                store->read_only ? N_("it is read-only") : N_("the database is damaged"));
    return false;
}

bool store_commit(Store *store, const StoreCommit *commit, GError **error)
{
    GError *cause = NULL;

    g_return_val_if_fail(store && commit, false);
    g_return_val_if_fail(commit->attempt || !commit->changes, false);

    if (!store_has_work(commit, &store->rows))
        return true;
    if (!check_writable(store, error))
        return false;
    if (!store_write(store->database, commit, &store->rows, &cause))
        return store_fail(store, cause, error);

    remember(&store->rows, commit);
    store->changed = true;
    if (commit->reset)
        store_forget_copy(store);
    if (commit->reset || (commit->parameters && commit->parameters->len > 0))
        database_shrink(store->database);
    return true;
}
