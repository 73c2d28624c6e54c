/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/database.h"
#include "config.h"
#include "daemon/database-schema.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdarg.h>

/*
 * Exclusive locking comes before anything that reads: from then on nobody else gets in, and the
 * index of the write-ahead log is on the heap instead of in a shared file. The log is carried over
 * into the database at a mebibyte and never longer kept than that.
 */
#define SETTINGS_WRITABLE                                                                    \
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" \
    "PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576;"

/* The page cache is small: what is needed often is in the daemon's own memory. */
#define SETTINGS_ALL \
    "PRAGMA cache_size = -256; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"

/* Slots of SQLite's own small allocations, in place of 120 KiB that a connection takes else. */
#define LOOKASIDE_SIZE  128
#define LOOKASIDE_COUNT 64

struct Database {
    char *path;
    sqlite3 *connection;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

G_DEFINE_QUARK(provd_database_error, database_error)

/*
 * All our SQL is constant, so "SQL logic error" is one of the content: a table that is not there.
 * A disk that cannot be read is as bad as one that reads wrong.
 */
static DatabaseError classify(int code)
{
    if (code == SQLITE_IOERR_READ || code == SQLITE_IOERR_CORRUPTFS)
        return DATABASE_ERROR_DAMAGED;
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
        return DATABASE_ERROR_DAMAGED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DATABASE_ERROR_BUSY;
    default:
        return DATABASE_ERROR_FAILED;
    }
}

static bool fail(const Database *database, GError **error)
{
    int code = sqlite3_extended_errcode(database->connection);
    int cause = sqlite3_system_errno(database->connection);
    bool by_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

    if (classify(code) == DATABASE_ERROR_BUSY)
        g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_BUSY,
                    N_("%s is in use by another process; is provd running already?"),
                    database->path);
    else
        g_set_error(error, DATABASE_ERROR, (gint)classify(code), "%s: %s%s%s", database->path,
                    sqlite3_errmsg(database->connection), by_system && cause ? ": " : "",
                    by_system && cause ? g_strerror(cause) : "");
    return false;
}

static bool execute(Database *database, const char *sql, GError **error)
{
    if (sqlite3_exec(database->connection, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(database, error);
    return true;
}

static sqlite3_stmt *prepared(Database *database, DatabaseStatement statement, GError **error)
{
    sqlite3_stmt **place = &database->statements[statement];

    if (!*place && sqlite3_prepare_v3(database->connection, database_schema_statement(statement),
                                      -1, SQLITE_PREPARE_PERSISTENT, place, NULL) != SQLITE_OK)
        fail(database, error);
    return *place;
}

static void bind(sqlite3_stmt *statement, const char *types, va_list arguments)
{
    for (int i = 1; types[i - 1]; i++) {
        int code;

        if (types[i - 1] == 's')
            code =
                sqlite3_bind_text(statement, i, va_arg(arguments, const char *), -1, SQLITE_STATIC);
        else
            code = sqlite3_bind_int64(statement, i, va_arg(arguments, int64_t));
        g_assert(code == SQLITE_OK);
    }
}

static bool step_through(Database *database, sqlite3_stmt *statement, DatabaseRow row,
                         void *userdata, GError **error)
{
    int code;

    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        if (row && !row(statement, userdata, error))
            return false;
    return code == SQLITE_DONE || fail(database, error);
}

static bool query(Database *database, DatabaseStatement statement, DatabaseRow row, void *userdata,
                  GError **error, const char *types, va_list arguments)
{
    sqlite3_stmt *ready = prepared(database, statement, error);
    bool done;

    if (!ready)
        return false;
    bind(ready, types, arguments);
    done = step_through(database, ready, row, userdata, error);
    sqlite3_reset(ready);
    sqlite3_clear_bindings(ready);
    return done;
}

bool database_query(Database *database, DatabaseStatement statement, DatabaseRow row,
                    void *userdata, GError **error, const char *types, ...)
{
    va_list arguments;
    bool done;

    va_start(arguments, types);
    done = query(database, statement, row, userdata, error, types, arguments);
    va_end(arguments);
    return done;
}

bool database_run(Database *database, DatabaseStatement statement, GError **error,
                  const char *types, ...)
{
    va_list arguments;
    bool done;

    va_start(arguments, types);
    done = query(database, statement, NULL, NULL, error, types, arguments);
    va_end(arguments);
    return done;
}

bool database_begin(Database *database, GError **error)
{
    return database_run(database, STATEMENT_BEGIN, error, "");
}

bool database_commit(Database *database, GError **error)
{
    return database_run(database, STATEMENT_COMMIT, error, "");
}

void database_roll_back(Database *database)
{
    if (!sqlite3_get_autocommit(database->connection))
        sqlite3_exec(database->connection, "ROLLBACK", NULL, NULL, NULL);
}

void database_shrink(Database *database)
{
    sqlite3_db_release_memory(database->connection);
}

static bool read_version(Database *database, unsigned *ret_version, GError **error)
{
    sqlite3_stmt *statement = NULL;
    bool read = sqlite3_prepare_v2(database->connection, "PRAGMA user_version", -1, &statement,
                                   NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;

    if (read)
        *ret_version = (unsigned)sqlite3_column_int(statement, 0);
    else
        fail(database, error);
    sqlite3_finalize(statement);
    return read;
}

static bool migrate_from(Database *database, unsigned version, GError **error)
{
    g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %u", version + 1);

    return database_begin(database, error) &&
           execute(database, database_schema_migration(version), error) &&
           execute(database, mark, error) && database_commit(database, error);
}

static bool connect_to(Database *database, DatabaseMode mode, GError **error)
{
    static const int flags[] = {
        [DATABASE_WRITABLE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [DATABASE_IMMUTABLE] = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
        /* Not SQLITE_OPEN_MEMORY: with it, what is copied out would go to memory, too. */
        [DATABASE_IN_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    };
    g_autofree char *escaped = g_uri_escape_string(database->path, "/", FALSE);
    g_autofree char *immutable = g_strdup_printf("file:%s?immutable=1", escaped);
    const char *const names[] = {
        [DATABASE_WRITABLE] = database->path,
        [DATABASE_IMMUTABLE] = immutable,
        [DATABASE_IN_MEMORY] = ":memory:",
    };

    if (sqlite3_open_v2(names[mode], &database->connection,
                        flags[mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK)
        return fail(database, error);
    sqlite3_db_config(database->connection, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_SIZE,
                      LOOKASIDE_COUNT);
    sqlite3_db_config(database->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return true;
}

/* Goes on with a copy in memory in place of the file. */
static bool move_to_memory(Database *database, GError **error)
{
    Database memory = {.path = database->path};
    sqlite3_backup *backup = NULL;
    bool copied;

    if (!connect_to(&memory, DATABASE_IN_MEMORY, error)) {
        sqlite3_close(memory.connection);
        return false;
    }
    backup = sqlite3_backup_init(memory.connection, "main", database->connection, "main");
    if (backup) {
        (void)sqlite3_backup_step(backup, -1);
        (void)sqlite3_backup_finish(backup);
    }
    copied = sqlite3_errcode(memory.connection) == SQLITE_OK || fail(&memory, error);
    sqlite3_close(copied ? database->connection : memory.connection);
    if (copied)
        database->connection = memory.connection;
    return copied;
}

/* What a newer provd wrote cannot be read safely. */
static bool bring_to_date(Database *database, DatabaseMode mode, GError **error)
{
    unsigned version;

    if (!read_version(database, &version, error))
        return false;
    if (version > database_schema_version()) {
        g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_DAMAGED,
                    N_("%s has version %u; this provd reads version %u"), database->path, version,
                    database_schema_version());
        return false;
    }
    if (mode == DATABASE_IMMUTABLE && version < database_schema_version() &&
        !move_to_memory(database, error))
        return false;
    for (; version < database_schema_version(); version++)
        if (!migrate_from(database, version, error))
            return false;
    return true;
}

bool database_open(const char *path, DatabaseMode mode, Database **ret_database, GError **error)
{
    g_autoptr(Database) database = g_new0(Database, 1);

    database->path = g_strdup(path);
    if (!connect_to(database, mode, error) ||
        (mode == DATABASE_WRITABLE && !execute(database, SETTINGS_WRITABLE, error)) ||
        !execute(database, SETTINGS_ALL, error) || !bring_to_date(database, mode, error))
        return false;
    *ret_database = g_steal_pointer(&database);
    return true;
}

void database_close(Database *database)
{
    if (!database)
        return;
    for (guint i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(database->statements[i]);
    sqlite3_close(database->connection);
    g_free(database->path);
    g_free(database);
}
