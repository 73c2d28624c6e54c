/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/secret.h"
#include "daemon/store-internal.h"

AttemptChange *attempt_change_new(const char *name, const char *old, const char *new)
{
    AttemptChange *change = g_new(AttemptChange, 1);

    *change = (AttemptChange){g_strdup(name), g_strdup(old), g_strdup(new)};
    return change;
}

void attempt_change_free(AttemptChange *change)
{
    if (!change)
        return;
    g_free(change->name);
    g_free(change->old);
    g_free(change->new);
    g_free(change);
}

void attempt_record_free(AttemptRecord *record)
{
    if (!record)
        return;
    g_free(record->reason);
    g_free(record->result);
    g_free(record->failure);
    g_free(record->message);
    g_free(record);
}

/* Nobody needs an old secret: none is written, so none can be read back. */
static bool put_change(Database *database, int64_t place, const AttemptChange *change,
                       GError **error)
{
    g_autofree char *old = secret_mask(change->name, change->old);
    g_autofree char *new = secret_mask(change->name, change->new);

    return database_run(database, STATEMENT_PUT_CHANGE, error, "isss", place, change->name, old,
                        new);
}

static bool put_changes(Database *database, int64_t place, const GPtrArray *changes, GError **error)
{
    for (guint i = 0; i < changes->len; i++)
        if (!put_change(database, place, g_ptr_array_index(changes, i), error))
            return false;
    return true;
}

static bool read_number(sqlite3_stmt *row, void *userdata, GError **error)
{
    *(int64_t *)userdata = sqlite3_column_int64(row, 0);
    return true;
}

static bool put_record(Database *database, int64_t place, const AttemptRecord *attempt,
                       GError **error)
{
    return database_run(database, STATEMENT_PUT_ATTEMPT, error, "iisiisssi", place,
                        (int64_t)attempt->id, attempt->reason, (int64_t)attempt->started,
                        (int64_t)attempt->finished, attempt->result, attempt->failure,
                        attempt->message, (int64_t)attempt->changed);
}

bool store_put_attempt(Database *database, const AttemptRecord *attempt, const GPtrArray *changes,
                       GError **error)
{
    int64_t place = 0;

    if (!database_query(database, STATEMENT_PLACE_OF_ATTEMPT, read_number, &place, error, "i",
                        (int64_t)attempt->id) ||
        !put_record(database, place, attempt, error))
        return false;
    if (changes && (!database_run(database, STATEMENT_REMOVE_CHANGES, error, "i", place) ||
                    !put_changes(database, place, changes, error)))
        return false;
    return database_run(database, STATEMENT_PRUNE_ATTEMPTS, error, "i",
                        place - STORE_HISTORY_MAX) &&
           database_run(database, STATEMENT_PRUNE_CHANGES, error, "i", place - STORE_CHANGES_MAX);
}

/* Of a row that came back with flipped bits, too, text that can be passed on. */
static char *column_copy(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text ? g_utf8_make_valid(text, -1) : NULL;
}

static bool read_attempt(sqlite3_stmt *row, void *userdata, GError **error)
{
    AttemptRecord *record = g_new(AttemptRecord, 1);

    *record = (AttemptRecord){
        .id = (uint64_t)sqlite3_column_int64(row, 0),
        .reason = column_copy(row, 1),
        .started = (uint64_t)sqlite3_column_int64(row, 2),
        .finished = (uint64_t)sqlite3_column_int64(row, 3),
        .result = column_copy(row, 4),
        .failure = column_copy(row, 5),
        .message = column_copy(row, 6),
        .changed = (uint32_t)sqlite3_column_int64(row, 7),
    };
    g_ptr_array_add(userdata, record);
    return true;
}

static bool read_change(sqlite3_stmt *row, void *userdata, GError **error)
{
    g_autofree char *name = column_copy(row, 0);
    g_autofree char *old = column_copy(row, 1);
    g_autofree char *new = column_copy(row, 2);

    g_ptr_array_add(userdata, attempt_change_new(name, old, new));
    return true;
}

/* Reads as far as the disk goes: history that is lost is no reason to show none. */
static GPtrArray *read_list(Store *store, DatabaseStatement statement, int64_t argument,
                            DatabaseRow row, GDestroyNotify free_element)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(free_element);
    g_autoptr(GError) ignored = NULL;
    GError *cause = NULL;

    if (store->database &&
        !database_query(store->database, statement, row, list, &cause, "i", argument))
        store_fail(store, cause, &ignored);
    return list;
}

GPtrArray *store_history(Store *store, unsigned max)
{
    return read_list(store, STATEMENT_LIST_ATTEMPTS, MIN(max, STORE_HISTORY_MAX), read_attempt,
                     (GDestroyNotify)attempt_record_free);
}

GPtrArray *store_changes(Store *store, uint64_t id)
{
    return read_list(store, STATEMENT_LIST_CHANGES, (int64_t)id, read_change,
                     (GDestroyNotify)attempt_change_free);
}
