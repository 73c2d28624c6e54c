/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of the store share: a directory of its own, and commits in a line. */

#include "daemon/store.h"

#include <sys/types.h>

#define COMMITTED_AT G_GUINT64_CONSTANT(1800000000000000)

typedef struct Fixture {
    char *directory;
    char *database; /* the path of provd.db */
    char *copy;     /* the path of provd.db.good */
} Fixture;

void fixture_set_up(Fixture *fixture, gconstpointer data);
void fixture_tear_down(Fixture *fixture, gconstpointer data);

/* Opens the store of the fixture, which must succeed. */
Store *fixture_open(const Fixture *fixture);

/* The parameters of a fresh store. */
ParamSet *fixture_load(Store *store);

/* Names in the directory that have `part` in them. */
unsigned fixture_count_files(const Fixture *fixture, const char *part);

/* The size of the write-ahead log, in bytes. */
off_t fixture_log_size(const Fixture *fixture);

/* Changes the database behind the store's back, which must be closed. */
void fixture_run_sql(const Fixture *fixture, const char *sql);

/* Changes that put `count` parameters, P0 up, with a value that ends in the generation. */
GPtrArray *changes_of_generation(unsigned count, unsigned generation);

/* The generation that all `count` parameters of a set have; fails where they are mixed. */
int generation_of(const ParamSet *set, unsigned count);

/* One parameter that is set, in an array as a commit takes it. */
GPtrArray *change_to(const char *name, const char *value);

/* A commit that must succeed. */
void fixture_commit(Store *store, const StoreCommit *what);

/* Commits changes of parameters alone, which must succeed. */
void commit_parameters(Store *store, const GPtrArray *changes);

/* A state table of key, value, ..., NULL. */
GHashTable *state_of(const char *key, ...) G_GNUC_NULL_TERMINATED;
