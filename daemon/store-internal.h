/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of the store share. */

#include "daemon/database.h"
#include "daemon/store.h"

struct Store {
    char *directory;
    Database *database; /* NULL after a replacement failed: there is nothing to write to */
    bool read_only;
    bool damaged;

    StoreCondition condition;
    char *message;

    GPtrArray *parameters; /* as they were read, until store_load() */
    GHashTable *state;     /* the rows as they are stored */

    uint64_t copied; /* when the good copy was made, realtime µs; 0: there is none */
    bool changed;    /* whether the database may hold what the copy does not */
};

/*
 * Takes an error of a part and passes it on as the store's: of FAILURE_INTERNAL, and remembered
 * where it says that the database is damaged. Returns false.
 */
bool store_fail(Store *store, GError *cause, GError **error);

/* Reads all parameters and state rows, checking every row; replaces what ret_ hold only then. */
bool store_read(Database *database, GPtrArray **ret_parameters, GHashTable **ret_state,
                GError **error);

/* The rows of a parameter and of a state entry, to be used within a transaction. */
bool store_put_parameter(Database *database, const Parameter *parameter, GError **error);
bool store_put_state(Database *database, const char *key, const char *value, GError **error);

/* Writes an attempt and its changes (may be NULL), and prunes; within a transaction. */
bool store_put_attempt(Database *database, const AttemptRecord *attempt, const GPtrArray *changes,
                       GError **error);

/*
 * Writes a commit as one transaction; of its state what differs from the rows that are stored.
 * On failure nothing of it was written.
 */
bool store_write(Database *database, const StoreCommit *commit, GHashTable *stored, GError **error);

/* Removes the good copy: after a factory reset nothing may bring the parameters back. */
void store_forget_copy(Store *store);

/* Whether a commit would write anything. */
bool store_has_work(const StoreCommit *commit, GHashTable *stored);
