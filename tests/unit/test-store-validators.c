/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the store keeps of the last resync's files, and databases of before it did. */

#include "daemon/database.h"
#include "store-fixture.h"

#include <glib/gstdio.h>

/* One as it comes from a server, and one without the parts that may be missing. */
static Validators *some_validators(const char *etag)
{
    g_autofree char *names = g_strnfill(30000, '\n');
    const Validator full = {
        .asked = (char *)"asked",
        .found = (char *)"found",
        .etag = (char *)etag,
        .last_modified = (char *)"Sun, 06 Nov 1994 08:49:37 GMT",
        .names = (char *)"A\nB\n",
        .applied = (char *)"applied",
    };
    const Validator bare = {
        .asked = (char *)"other",
        .last_modified = (char *)"x",
        .names = names,
        .applied = (char *)"",
    };
    g_autoptr(Validator) first = validator_restore(&full);
    g_autoptr(Validator) second = validator_restore(&bare);
    Validators *validators = validators_new();

    validators_set(validators, 1, first, NULL);
    validators_set(validators, VALIDATORS_OF_REQUEST, second, NULL);
    return validators;
}

static void assert_validators(const Store *store, const Validators *wanted)
{
    g_autoptr(Validators) found = store_load_validators(store);

    for (guint slot = 0; slot < VALIDATORS_SLOTS; slot++)
        g_assert_true(validator_equal(validators_get(found, slot), validators_get(wanted, slot)));
}

static Store *reopen(const Fixture *f, Store *store)
{
    store_close(store);
    return fixture_open(f);
}

static void test_they_come_back(Fixture *f, gconstpointer data)
{
    g_autoptr(Validators) wanted = some_validators("\"1\"");
    g_autoptr(Validators) none = validators_new();
    g_autoptr(Store) store = fixture_open(f);

    assert_validators(store, none);
    fixture_commit(store, &(StoreCommit){.validators = wanted});
    assert_validators(store, wanted);
    fixture_commit(store, &(StoreCommit){0});
    store = reopen(f, store);
    assert_validators(store, wanted);

    validators_set(wanted, 1, NULL, NULL);
    fixture_commit(store, &(StoreCommit){.validators = wanted});
    store = reopen(f, store);
    assert_validators(store, wanted);

    fixture_commit(store, &(StoreCommit){.reset = true});
    assert_validators(store, none);
    store = reopen(f, store);
    assert_validators(store, none);
}

static void test_only_what_differs_is_written(Fixture *f, gconstpointer data)
{
    g_autoptr(Validators) first = some_validators("\"1\"");
    g_autoptr(Validators) same = some_validators("\"1\"");
    g_autoptr(Validators) other = some_validators("\"2\"");
    g_autoptr(Store) store = fixture_open(f);
    off_t size;

    fixture_commit(store, &(StoreCommit){.validators = first});
    size = fixture_log_size(f);
    fixture_commit(store, &(StoreCommit){.validators = same});
    g_assert_cmpint(fixture_log_size(f), ==, size);

    /* The names of the one that stays are eight pages of their own. */
    fixture_commit(store, &(StoreCommit){.validators = other});
    g_assert_cmpint(fixture_log_size(f), >, size);
    g_assert_cmpint(fixture_log_size(f), <, size + 4 * 4200);
    store = reopen(f, store);
    assert_validators(store, other);
}

static void test_replacement_has_them(Fixture *f, gconstpointer data)
{
    g_autoptr(Validators) wanted = some_validators("\"1\"");
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(GHashTable) state = state_of("due", "1", NULL);
    g_autoptr(Store) store = fixture_open(f);
    g_autofree char *message = NULL;

    fixture_commit(store, &(StoreCommit){.validators = wanted});
    g_assert_true(store_replace(store, set, state, &message, NULL));
    assert_validators(store, wanted);
    store = reopen(f, store);
    assert_validators(store, wanted);
}

static void test_flipped_bits_are_damage(Fixture *f, gconstpointer data)
{
    g_autoptr(Validators) wanted = some_validators("\"1\"");
    g_autoptr(Store) store = fixture_open(f);

    fixture_commit(store, &(StoreCommit){.validators = wanted});
    g_clear_pointer(&store, store_close);
    fixture_run_sql(f, "UPDATE validator SET etag = '\"0\"' WHERE slot = 1");
    store = fixture_open(f);
    g_assert_cmpint(store_condition(store), ==, STORE_EMPTIED);
}

/* A slot that is none, as a hand may write it, is nobody's. */
static void test_slot_that_is_none(Fixture *f, gconstpointer data)
{
    g_autoptr(Validators) none = validators_new();
    g_autoptr(Store) store = fixture_open(f);

    g_clear_pointer(&store, store_close);
    fixture_run_sql(f, "INSERT INTO validator (slot, asked, found, names, applied) "
                       "VALUES (5, '', '', '', ''), (-1, '', '', '', '')");
    store = fixture_open(f);
    g_assert_cmpint(store_condition(store), ==, STORE_INTACT);
    assert_validators(store, none);
}

/* A database as it was before there were validators. */
static void write_version_1(const Fixture *f)
{
    g_autoptr(GPtrArray) changes = changes_of_generation(10, 1);
    g_autoptr(Store) store = fixture_open(f);

    commit_parameters(store, changes);
    g_clear_pointer(&store, store_close);
    fixture_run_sql(f, "DROP TABLE validator; PRAGMA user_version = 1");
}

static void assert_migrated(const Fixture *f, StoreCondition condition)
{
    g_autoptr(Validators) wanted = some_validators("\"1\"");
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(ParamSet) set = fixture_load(store);

    g_assert_cmpint(store_condition(store), ==, condition);
    g_assert_cmpint(generation_of(set, 10), ==, 1);
    fixture_commit(store, &(StoreCommit){.validators = wanted});
    store = reopen(f, store);
    assert_validators(store, wanted);
}

static void test_old_database(Fixture *f, gconstpointer data)
{
    write_version_1(f);
    assert_migrated(f, STORE_INTACT);
}

/* The last good copy may be older than the program that needs it. */
static void test_old_copy(Fixture *f, gconstpointer data)
{
    write_version_1(f);
    g_assert_no_errno(g_rename(f->database, f->copy));
    assert_migrated(f, STORE_FROM_COPY);
}

static bool count_row(sqlite3_stmt *row, void *userdata, GError **error)
{
    ++*(guint *)userdata;
    return true;
}

/* What cannot be written can be read all the same, and stays as it is. */
static void test_old_database_read_only(Fixture *f, gconstpointer data)
{
    g_autoptr(Database) database = NULL;
    g_autofree char *before = NULL, *after = NULL;
    gsize size_before, size_after;
    guint count = 0;
    g_autoptr(GError) error = NULL;

    write_version_1(f);
    g_assert_true(g_file_get_contents(f->database, &before, &size_before, NULL));
    database_open(f->database, DATABASE_IMMUTABLE, &database, &error);
    g_assert_no_error(error);
    g_assert_true(database_query(database, STATEMENT_LOAD_PARAMETERS, count_row, &count, NULL, ""));
    g_assert_cmpuint(count, ==, 10);
    g_assert_true(database_query(database, STATEMENT_LOAD_VALIDATORS, count_row, &count, NULL, ""));
    g_assert_cmpuint(count, ==, 10);
    g_clear_pointer(&database, database_close);
    g_assert_true(g_file_get_contents(f->database, &after, &size_after, NULL));
    g_assert_cmpmem(before, size_before, after, size_after);
}

#define ADD(name, test) g_test_add(name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/store-validators/come-back", test_they_come_back);
    ADD("/store-validators/only-what-differs", test_only_what_differs_is_written);
    ADD("/store-validators/replacement", test_replacement_has_them);
    ADD("/store-validators/flipped-bits", test_flipped_bits_are_damage);
    ADD("/store-validators/slot", test_slot_that_is_none);
    ADD("/store-validators/old", test_old_database);
    ADD("/store-validators/old-copy", test_old_copy);
    ADD("/store-validators/old-read-only", test_old_database_read_only);
    return g_test_run();
}
