/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening the store, whatever the bad day has left of it:
 *
 *     the database itself → the last good copy → nothing, that is all defaults
 *
 * The next is tried only where the one before is damaged or gone, and what is damaged is set aside
 * before. Where nothing can be written, nothing is set aside, and what takes over is read in place.
 */

#include "daemon/store-files.h"
#include "daemon/store-internal.h"

#include <stdarg.h>

/* Opens a database and reads it; the store is untouched on failure. */
static bool open_and_read(Store *store, const char *path, DatabaseMode mode, GError **error)
{
    g_autoptr(Database) database = NULL;

    if (!database_open(path, mode, &database, error) ||
        !store_read(database, &store->parameters, &store->rows, error))
        return false;
    store->database = g_steal_pointer(&database);
    database_shrink(store->database);
    return true;
}

static bool open_file(Store *store, const char *name, DatabaseMode mode, GError **error)
{
    g_autofree char *path = store_file_path(store->directory, name);

    return open_and_read(store, path, mode, error);
}

/* The database file is created by us, not by SQLite, so that it is never anybody else's to read. */
static bool open_new(Store *store, GError **error)
{
    return store_file_create(store->directory, STORE_FILE_DATABASE, error) &&
           open_file(store, STORE_FILE_DATABASE, DATABASE_WRITABLE, error);
}

static void G_GNUC_PRINTF(3, 4)
    set_condition(Store *store, StoreCondition condition, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_free(store->message);
    store->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    store->condition = condition;
}

static bool is_damage(const GError *error)
{
    return g_error_matches(error, DATABASE_ERROR, DATABASE_ERROR_DAMAGED);
}

/* Copies the good copy, which stays, into the place of the database. */
static bool restore_copy(Store *store, GError **error)
{
    g_autofree char *from = store_file_path(store->directory, STORE_FILE_COPY);
    g_autofree char *to = store_file_path(store->directory, STORE_FILE_NEW_DATABASE);
    g_autoptr(Database) copy = NULL;

    return database_open(from, DATABASE_IMMUTABLE, &copy, error) &&
           store_file_create(store->directory, STORE_FILE_NEW_DATABASE, error) &&
           database_run(copy, STATEMENT_COPY, error, "s", to) &&
           store_file_rename(store->directory, STORE_FILE_NEW_DATABASE, STORE_FILE_DATABASE,
                             error) &&
           open_file(store, STORE_FILE_DATABASE, DATABASE_WRITABLE, error);
}

/* The copy is no better: it is set aside as well, and so is what was made of it. */
static bool start_empty(Store *store, GError **error)
{
    g_autofree char *copy_aside = NULL, *again_aside = NULL;

    return store_file_set_aside(store->directory, STORE_FILE_COPY, &copy_aside, error) &&
           store_file_set_aside(store->directory, STORE_FILE_DATABASE, &again_aside, error) &&
           open_new(store, error);
}

static bool recover(Store *store, const char *why, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *aside = NULL, *kept = NULL;

    if (!store_file_set_aside(store->directory, STORE_FILE_DATABASE, &aside, error))
        return false;
    kept = aside ? g_strdup_printf(" It is kept as %s.", aside) : g_strdup("");

    if (!store_file_has_content(store->directory, STORE_FILE_COPY)) {
        set_condition(store, STORE_EMPTIED,
                      "%s.%s There is no good copy: every parameter is at its default", why, kept);
        return open_new(store, error);
    }
    if (restore_copy(store, &failure)) {
        set_condition(store, STORE_FROM_COPY, "%s.%s The last good copy has taken over", why, kept);
        return true;
    }
    if (!is_damage(failure)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    set_condition(store, STORE_EMPTIED,
                  "%s.%s The good copy is damaged, too (%s): every parameter is at its default",
                  why, kept, failure->message);
    return start_empty(store, error);
}

/* Why the database counts as gone, or NULL: then it is there, or everything is new. */
static const char *why_gone(const Store *store)
{
    static const char log[] = STORE_FILE_DATABASE "-wal";

    if (store_file_has_content(store->directory, STORE_FILE_DATABASE))
        return NULL;
    if (store_file_has_content(store->directory, STORE_FILE_COPY))
        return "The database is empty or missing, but a copy of it is there";
    if (store_file_has_content(store->directory, log))
        return "The database is empty or missing, but its write-ahead log is there";
    return NULL;
}

static bool open_writable(Store *store, GError **error)
{
    g_autoptr(GError) failure = NULL;
    const char *gone = why_gone(store);

    if (gone)
        return recover(store, gone, error);
    if (!store_file_has_content(store->directory, STORE_FILE_DATABASE))
        return open_new(store, error);
    if (open_file(store, STORE_FILE_DATABASE, DATABASE_WRITABLE, &failure))
        return true;
    if (is_damage(failure))
        return recover(store, failure->message, error);
    g_propagate_error(error, g_steal_pointer(&failure));
    return false;
}

/* A log that cannot be carried over holds the newest commits: they are read from copies of both. */
static bool open_with_log(Store *store, GError **error)
{
    g_autofree char *out = NULL, *path = NULL;
    bool opened;

    if (!store_files_copy_out(store->directory, &out, error))
        return false;
    path = store_file_path(out, STORE_FILE_DATABASE);
    opened = open_and_read(store, path, DATABASE_WRITABLE, error);
    store_files_drop(out);
    return opened;
}

static bool open_in_place(Store *store, GError **error)
{
    if (store_file_has_content(store->directory, STORE_FILE_DATABASE "-wal"))
        return open_with_log(store, error);
    return open_file(store, STORE_FILE_DATABASE, DATABASE_IMMUTABLE, error);
}

static bool open_read_only(Store *store, GError **error)
{
    g_autoptr(GError) failure = NULL, copy_failure = NULL;

    store->read_only = true;
    if (open_in_place(store, &failure)) {
        set_condition(store, STORE_INTACT, "%s cannot be written: nothing that changes is kept",
                      store->directory);
        return true;
    }
    if (open_file(store, STORE_FILE_COPY, DATABASE_IMMUTABLE, &copy_failure)) {
        set_condition(store, STORE_FROM_COPY,
                      "%s. The last good copy is used. %s cannot be written: nothing that changes "
                      "is kept",
                      failure->message, store->directory);
        return true;
    }
    set_condition(store, STORE_EMPTIED,
                  "%s. Every parameter is at its default. %s cannot be written: nothing that "
                  "changes is kept",
                  failure->message, store->directory);
    return open_and_read(store, ":memory:", DATABASE_IN_MEMORY, error);
}

bool store_open(const char *directory, Store **ret_store, GError **error)
{
    g_autoptr(Store) store = g_new0(Store, 1);
    GError *cause = NULL;
    bool writable;

    store->directory = g_strdup(directory);
    store->changed = true;
    if (!store_files_prepare(directory, &writable, &cause) ||
        !(writable ? open_writable(store, &cause) : open_read_only(store, &cause)))
        return store_fail(store, cause, error);
    store->copied = store_file_time(directory, STORE_FILE_COPY);
    *ret_store = g_steal_pointer(&store);
    return true;
}
