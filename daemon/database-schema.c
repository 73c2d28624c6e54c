/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/database-schema.h"

/*
 * Sources and accesses are the numbers of core/paramset.h. `sum` is the checksum of the row
 * (core/checksum.h); where it is NULL, as in a row that somebody put in by hand, it is not checked.
 *
 * Attempts are kept by their place, in the order in which they were first written: ids need not
 * come in that order. The changes of an attempt are kept under its place, too, so that both are
 * pruned from the old end.
 *
 * Slots of validators are those of core/validators.h.
 *
 * `size` has the number of rows of a table, for a flipped bit in a page's header can make one
 * vanish without a trace.
 */
static const char *const migrations[] = {
    [0] = "CREATE TABLE parameter (name TEXT NOT NULL PRIMARY KEY, value TEXT,"
          " source INTEGER NOT NULL, access INTEGER NOT NULL, changed INTEGER NOT NULL,"
          " sum INTEGER) WITHOUT ROWID;"
          "CREATE TABLE state (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL,"
          " sum INTEGER) WITHOUT ROWID;"
          "CREATE TABLE attempt (place INTEGER PRIMARY KEY, id INTEGER NOT NULL,"
          " reason TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL,"
          " result TEXT NOT NULL, failure TEXT NOT NULL, message TEXT NOT NULL,"
          " changed INTEGER NOT NULL);"
          "CREATE TABLE change (place INTEGER NOT NULL, name TEXT NOT NULL, old TEXT, new TEXT,"
          " PRIMARY KEY (place, name)) WITHOUT ROWID;",
    [1] = "CREATE TABLE validator (slot INTEGER PRIMARY KEY, asked TEXT NOT NULL,"
          " found TEXT, etag TEXT, last_modified TEXT, names TEXT NOT NULL,"
          " applied TEXT NOT NULL, sum INTEGER);",
    [2] = "CREATE TABLE IF NOT EXISTS size (name TEXT NOT NULL PRIMARY KEY, rows INTEGER NOT NULL)"
          " WITHOUT ROWID;",
};

static const char *const statements[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_LOAD_PARAMETERS] = "SELECT name, value, source, access, changed, sum FROM parameter",
    [STATEMENT_PUT_PARAMETER] = "REPLACE INTO parameter (name, value, source, access, changed, sum)"
                                " VALUES (?, ?, ?, ?, ?, ?)",
    [STATEMENT_REMOVE_PARAMETER] = "DELETE FROM parameter WHERE name = ?",
    [STATEMENT_CLEAR_PARAMETERS] = "DELETE FROM parameter",
    [STATEMENT_LOAD_SIZES] = "SELECT name, rows FROM size",
    [STATEMENT_NOTE_PARAMETERS] =
        "REPLACE INTO size (name, rows) SELECT 'parameter', count(*) FROM parameter",
    [STATEMENT_NOTE_STATE] = "REPLACE INTO size (name, rows) SELECT 'state', count(*) FROM state",
    [STATEMENT_CLEAR_SIZES] = "DELETE FROM size",
    [STATEMENT_LOAD_STATE] = "SELECT key, value, sum FROM state",
    [STATEMENT_PUT_STATE] = "REPLACE INTO state (key, value, sum) VALUES (?, ?, ?)",
    [STATEMENT_REMOVE_STATE] = "DELETE FROM state WHERE key = ?",
    [STATEMENT_CLEAR_STATE] = "DELETE FROM state",
    [STATEMENT_LOAD_VALIDATORS] =
        "SELECT slot, asked, found, etag, last_modified, names, applied, sum FROM validator",
    [STATEMENT_PUT_VALIDATOR] = "REPLACE INTO validator (slot, asked, found, etag, last_modified,"
                                " names, applied, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_REMOVE_VALIDATOR] = "DELETE FROM validator WHERE slot = ?",
    [STATEMENT_CLEAR_VALIDATORS] = "DELETE FROM validator",
    [STATEMENT_PLACE_OF_ATTEMPT] =
        "SELECT coalesce((SELECT place FROM attempt WHERE id = ? ORDER BY place DESC LIMIT 1),"
        " (SELECT max(place) FROM attempt) + 1, 1)",
    [STATEMENT_PUT_ATTEMPT] = "REPLACE INTO attempt (place, id, reason, started, finished, result,"
                              " failure, message, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_PRUNE_ATTEMPTS] = "DELETE FROM attempt WHERE place <= ?",
    [STATEMENT_CLEAR_ATTEMPTS] = "DELETE FROM attempt",
    [STATEMENT_LIST_ATTEMPTS] = "SELECT id, reason, started, finished, result, failure, message,"
                                " changed FROM attempt ORDER BY place DESC LIMIT ?",
    [STATEMENT_PUT_CHANGE] = "REPLACE INTO change (place, name, old, new) VALUES (?, ?, ?, ?)",
    [STATEMENT_REMOVE_CHANGES] = "DELETE FROM change WHERE place = ?",
    [STATEMENT_PRUNE_CHANGES] = "DELETE FROM change WHERE place <= ?",
    [STATEMENT_CLEAR_CHANGES] = "DELETE FROM change",
    [STATEMENT_LIST_CHANGES] = "SELECT name, old, new FROM change WHERE place ="
                               " (SELECT max(place) FROM attempt WHERE id = ?) ORDER BY name",
    [STATEMENT_COPY] = "VACUUM INTO ?",
};

unsigned database_schema_version(void)
{
    return G_N_ELEMENTS(migrations);
}

const char *database_schema_migration(unsigned version)
{
    g_return_val_if_fail(version < G_N_ELEMENTS(migrations), NULL);
    return migrations[version];
}

const char *database_schema_statement(DatabaseStatement statement)
{
    g_return_val_if_fail(statement < STATEMENT_COUNT, NULL);
    return statements[statement];
}
