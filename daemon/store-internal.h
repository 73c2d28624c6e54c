/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of the store share. */

#include "daemon/database.h"
#include "daemon/store.h"

/* What is on disk of what a commit gives as a whole. */
typedef struct StoreRows {
    GHashTable *state;
    Validators *validators;
} StoreRows;

struct Store {
    char *directory;
    Database *database; /* NULL after a replacement failed: there is nothing to write to */
    bool read_only;
    bool damaged;

    StoreCondition condition;
    char *message;

    GPtrArray *parameters; /* as they were read, until store_load() */
    StoreRows rows;

    uint64_t copied; /* when the good copy was made, realtime µs; 0: there is none */
    bool changed;    /* whether the database may hold what the copy does not */
};

/*
 * Takes an error of a part and passes it on as the store's: of FAILURE_INTERNAL, and remembered
 * where it says that the database is damaged. Returns false.
 */
bool store_fail(Store *store, GError *cause, GError **error);

/* Rows where there are none. */
StoreRows store_rows_new(void);
void store_rows_clear(StoreRows *rows);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreRows, store_rows_clear)

/* Reads all rows but those of the history, and checks each; replaces what ret_ hold only then. */
bool store_read(Database *database, GPtrArray **ret_parameters, StoreRows *ret_rows,
                GError **error);

/* The rows of a parameter, a state entry and a validator, to be used within a transaction. */
bool store_put_parameter(Database *database, const Parameter *parameter, GError **error);
bool store_put_state(Database *database, const char *key, const char *value, GError **error);
bool store_put_validator(Database *database, guint slot, const Validator *validator,
                         GError **error);

/* Writes an attempt and its changes (may be NULL), and prunes; within a transaction. */
bool store_put_attempt(Database *database, const AttemptRecord *attempt, const GPtrArray *changes,
                       GError **error);

/*
 * Writes a commit as one transaction; of its state and validators what differs from the rows that
 * are stored. On failure nothing of it was written.
 */
bool store_write(Database *database, const StoreCommit *commit, const StoreRows *stored,
                 GError **error);

/* Removes the good copy: after a factory reset nothing may bring the parameters back. */
void store_forget_copy(Store *store);

/* Whether a commit would write anything. */
bool store_has_work(const StoreCommit *commit, const StoreRows *stored);
