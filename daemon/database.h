/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One open SQLite file, with the tables and statements of the store; to everybody but store-*.c
 * it is private.
 *
 * Every failure is a GError of domain DATABASE_ERROR, whose code says what can be done about it.
 */

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define DATABASE_ERROR (database_error_quark())

typedef enum DatabaseError {
    DATABASE_ERROR_DAMAGED, /* the content is no database of ours, or no longer */
    DATABASE_ERROR_BUSY,    /* another process has it */
    DATABASE_ERROR_FAILED,  /* anything else: disk full, not permitted, ... */
} DatabaseError;

typedef enum DatabaseMode {
    DATABASE_WRITABLE,  /* created if missing, brought to the newest schema, locked for us alone */
    DATABASE_IMMUTABLE, /* a file that nobody can change; an older schema is migrated in memory */
    DATABASE_IN_MEMORY, /* empty; the path only names it */
} DatabaseMode;

typedef enum DatabaseStatement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_LOAD_PARAMETERS,
    STATEMENT_PUT_PARAMETER,
    STATEMENT_REMOVE_PARAMETER,
    STATEMENT_CLEAR_PARAMETERS,
    STATEMENT_LOAD_SIZES,
    STATEMENT_NOTE_PARAMETERS,
    STATEMENT_NOTE_STATE,
    STATEMENT_CLEAR_SIZES,
    STATEMENT_LOAD_STATE,
    STATEMENT_PUT_STATE,
    STATEMENT_REMOVE_STATE,
    STATEMENT_CLEAR_STATE,
    STATEMENT_LOAD_VALIDATORS,
    STATEMENT_PUT_VALIDATOR,
    STATEMENT_REMOVE_VALIDATOR,
    STATEMENT_CLEAR_VALIDATORS,
    STATEMENT_PLACE_OF_ATTEMPT,
    STATEMENT_PUT_ATTEMPT,
    STATEMENT_PRUNE_ATTEMPTS,
    STATEMENT_CLEAR_ATTEMPTS,
    STATEMENT_LIST_ATTEMPTS,
    STATEMENT_PUT_CHANGE,
    STATEMENT_REMOVE_CHANGES,
    STATEMENT_PRUNE_CHANGES,
    STATEMENT_CLEAR_CHANGES,
    STATEMENT_LIST_CHANGES,
    STATEMENT_COPY,
    STATEMENT_COUNT,
} DatabaseStatement;

typedef struct Database Database;

/* Called with each row of a result; false, with an error, ends the reading. */
typedef bool (*DatabaseRow)(sqlite3_stmt *row, void *userdata, GError **error);

GQuark database_error_quark(void);

bool database_open(const char *path, DatabaseMode mode, Database **ret_database, GError **error);
void database_close(Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, database_close)

/*
 * Runs a statement with its arguments: for each letter of `types` a const char * (s, NULL is SQL's
 * NULL) or an int64_t (i). Rows go to `row`, which may be NULL where none are expected.
 */
bool database_query(Database *database, DatabaseStatement statement, DatabaseRow row,
                    void *userdata, GError **error, const char *types, ...);
bool database_run(Database *database, DatabaseStatement statement, GError **error,
                  const char *types, ...);

/* A transaction. Rolling back is harmless where none is open. */
bool database_begin(Database *database, GError **error);
bool database_commit(Database *database, GError **error);
void database_roll_back(Database *database);

/* Gives back the memory of cached pages. */
void database_shrink(Database *database);
