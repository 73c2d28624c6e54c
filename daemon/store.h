/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the daemon keeps over a restart: parameters, schedule state, what is known of the last
 * resync's files, and the history, in the SQLite database provd.db of the state directory.
 *
 * All of it but the history is read once, at the start; from then on the memory of the daemon is
 * what counts and the disk is only written. One commit is one durable transaction: after a kill or
 * a power cut the disk holds all of it or nothing. An idle store makes no system call.
 *
 * A database that cannot be used is never deleted. It is renamed to provd.db.damaged-<UTC time>,
 * and the copy of it that was kept last (provd.db.good, store_keep_copy()) takes its place, or
 * an empty one. Every parameter and state row carries a checksum, so that flipped bits in a value
 * count as damage, too.
 *
 * One process at a time has the database; a second one is refused.
 */

#include "core/paramset.h"
#include "core/validators.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define STORE_HISTORY_MAX 200 /* attempts that are kept */
#define STORE_CHANGES_MAX 20  /* attempts whose changes are kept */

typedef struct Store Store;

/* What opening found. Everything but STORE_INTACT is to be logged with store_message(). */
typedef enum StoreCondition {
    STORE_INTACT,    /* or new */
    STORE_FROM_COPY, /* the database was damaged or gone: the last good copy took over */
    STORE_EMPTIED,   /* the database was damaged, and there was no good copy: all defaults */
} StoreCondition;

/* One attempt of the history. Strings are never NULL; failure and message may be empty. */
typedef struct AttemptRecord {
    uint64_t id;
    char *reason;
    uint64_t started, finished; /* realtime, µs; finished is 0 while it runs */
    char *result;
    char *failure; /* the name of a failure class */
    char *message;
    uint32_t changed; /* number of parameters */
} AttemptRecord;

/* What an attempt did to a parameter: old or new is NULL where there was none. */
typedef struct AttemptChange {
    char *name;
    char *old;
    char *new;
} AttemptChange;

/*
 * What one transaction writes; all zero is nothing. The store keeps no reference to any of it.
 * Values in `changes` are stored as secret_mask() shows them, so that history holds no secret.
 */
typedef struct StoreCommit {
    bool reset;                   /* factory reset: everything is cleared before the rest */
    const GPtrArray *parameters;  /* ParamChange: `after` is written, where it is NULL removed */
    GHashTable *state;            /* the whole wanted table, string to string; NULL: as it is */
    const Validators *validators; /* all of them; NULL: as they are */
    const AttemptRecord *attempt; /* put in, or in place of the one with its id */
    const GPtrArray *changes;     /* AttemptChange of that attempt, in place of its former ones */
} StoreCommit;

/*
 * Opens the database of a directory, which is created if missing (mode 0700; the file 0600), and
 * reads it. An error where it is in use by another process or cannot be opened or created.
 * On a file system that cannot be written it is opened as it is, and commits fail.
 */
bool store_open(const char *directory, Store **ret_store, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

bool store_is_read_only(const Store *store);

/* What opening found, and what it did about it for a person to read; NULL where all was well. */
StoreCondition store_condition(const Store *store);
const char *store_message(const Store *store);

/*
 * Puts the parameters that were read into a set; to be called once after opening. Rows that the
 * set has no room for, and names that are none, are left out; they stay in the database.
 */
void store_load(Store *store, ParamSet *set);

/* The state as it is stored, string to string: a new table. */
GHashTable *store_load_state(const Store *store);

/* The validators as they are stored: a new copy. */
Validators *store_load_validators(const Store *store);

/*
 * Makes a commit durable. Only rows of state and validators that differ from what is stored are
 * written, and a commit that changes nothing does not touch the disk. On failure (FAILURE_INTERNAL)
 * nothing of it is kept. Where that is because the database turned out damaged, store_is_damaged()
 * is true from then on, every commit fails, and store_replace() is what helps.
 */
bool store_commit(Store *store, const StoreCommit *commit, GError **error);
bool store_is_damaged(const Store *store);

/*
 * Sets the damaged database aside and writes a new one with the parameters that are held, the
 * state, and the validators as they were; the history is lost. ret_message says so for a person to
 * read.
 */
bool store_replace(Store *store, const ParamSet *set, GHashTable *state, char **ret_message,
                   GError **error);

/*
 * Keeps a good copy of the database, where the last one is a day old or there is none, and
 * something was written since. Takes a few milliseconds and a sync: to be called after an attempt
 * has been announced. now is realtime in µs. On failure the former copy stays.
 */
bool store_keep_copy(Store *store, uint64_t now, GError **error);

/* Lets go of the pages of the database that are in memory; what needs them reads them again. */
void store_shrink(Store *store);

/* The last attempts, newest first, at most max: an array of AttemptRecord. Reads the disk. */
GPtrArray *store_history(Store *store, unsigned max);

/* What an attempt changed, sorted by name: an array of AttemptChange. Reads the disk. */
GPtrArray *store_changes(Store *store, uint64_t id);

/* An AttemptChange of copies of the strings. */
AttemptChange *attempt_change_new(const char *name, const char *old, const char *new);
void attempt_change_free(AttemptChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AttemptChange, attempt_change_free)

void attempt_record_free(AttemptRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AttemptRecord, attempt_record_free)
