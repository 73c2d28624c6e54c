/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The store on a good day: what is committed is there again, and only what must be is written. */

#include "core/failure.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static AttemptRecord attempt_of(uint64_t id, const char *result)
{
    return (AttemptRecord){
        .id = id,
        .reason = (char *)"periodic",
        .started = COMMITTED_AT + id,
        .finished = COMMITTED_AT + id + 1,
        .result = (char *)result,
        .failure = (char *)"",
        .message = (char *)"",
        .changed = 2,
    };
}

static struct timespec last_write(const Fixture *f)
{
    g_autofree char *log = g_strconcat(f->database, "-wal", NULL);
    struct stat st;

    g_assert_no_errno(stat(log, &st));
    return st.st_mtim;
}

static void test_parameters_come_back(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) text = change_to("Line_1", "ünï\n\"");
    g_autoptr(GPtrArray) empty = change_to("Empty", "");
    g_autoptr(GPtrArray) none = change_to("Resync_Periodic", NULL);
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(ParamSet) set = NULL;
    const Parameter *p;

    commit_parameters(store, text);
    commit_parameters(store, empty);
    commit_parameters(store, none);
    g_clear_pointer(&store, store_close);

    store = fixture_open(f);
    g_assert_cmpint(store_condition(store), ==, STORE_INTACT);
    g_assert_null(store_message(store));
    set = fixture_load(store);
    g_assert_cmpuint(paramset_size(set), ==, 3);
    p = paramset_find(set, "Line_1");
    g_assert_cmpstr(p->value, ==, "ünï\n\"");
    g_assert_cmpint(p->source, ==, SOURCE_PROFILE);
    g_assert_cmpint(p->access, ==, ACCESS_RO);
    g_assert_cmpuint(p->changed, ==, COMMITTED_AT);
    g_assert_cmpstr(paramset_find(set, "Empty")->value, ==, "");
    g_assert_null(paramset_find(set, "Resync_Periodic")->value);

    g_ptr_array_add(gone, &(ParamChange){.before = (Parameter *)paramset_find(set, "Empty")});
    commit_parameters(store, gone);
    g_clear_pointer(&store, store_close);
    g_clear_pointer(&set, paramset_free);
    store = fixture_open(f);
    set = fixture_load(store);
    g_assert_null(paramset_find(set, "Empty"));
    g_assert_cmpuint(paramset_size(set), ==, 2);
}

static void test_state_rows_are_the_wanted_table(Fixture *f, gconstpointer data)
{
    g_autoptr(GHashTable) first = state_of("boot", "x", "due", "1", NULL);
    g_autoptr(GHashTable) second = state_of("due", "2", "reason", "", NULL);
    g_autoptr(GHashTable) found = NULL;
    g_autoptr(Store) store = fixture_open(f);

    fixture_commit(store, &(StoreCommit){.state = first});
    fixture_commit(store, &(StoreCommit){.state = second});
    g_clear_pointer(&store, store_close);
    store = fixture_open(f);
    found = store_load_state(store);
    g_assert_cmpuint(g_hash_table_size(found), ==, 2);
    g_assert_cmpstr(g_hash_table_lookup(found, "due"), ==, "2");
    g_assert_cmpstr(g_hash_table_lookup(found, "reason"), ==, "");
}

static void test_nothing_to_do_writes_nothing(Fixture *f, gconstpointer data)
{
    g_autoptr(GHashTable) state = state_of("boot", "x", "due", "1", NULL);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(Store) store = fixture_open(f);
    struct timespec before, after;
    off_t size;

    fixture_commit(store, &(StoreCommit){.state = state});
    before = last_write(f);
    size = fixture_log_size(f);
    for (unsigned i = 0; i < 100; i++) {
        fixture_commit(store, &(StoreCommit){.state = state, .parameters = none});
        fixture_commit(store, &(StoreCommit){0});
    }
    after = last_write(f);
    g_assert_cmpint(fixture_log_size(f), ==, size);
    g_assert_cmpmem(&before, sizeof before, &after, sizeof after);
}

/* A poll that changed nothing writes its time and a row of history: a handful of pages. */
static void test_a_poll_is_small(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes = changes_of_generation(3000, 1);
    g_autoptr(GHashTable) state = state_of("last", "1", "due", "1", NULL);
    AttemptRecord attempt = attempt_of(1, "success");
    g_autoptr(Store) store = fixture_open(f);

    fixture_commit(store, &(StoreCommit){.parameters = changes, .state = state});
    g_clear_pointer(&store, store_close);
    store = fixture_open(f);
    g_hash_table_replace(state, g_strdup("last"), g_strdup("2"));
    fixture_commit(store, &(StoreCommit){.state = state, .attempt = &attempt});
    g_assert_cmpint(fixture_log_size(f), <, 6 * 4200);
}

/* What fails in the last part takes the parts before it back, and the next commit is its own. */
static void test_failure_rolls_back(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) lost = change_to("Lost", "x"), kept = change_to("Kept", "x");
    g_autoptr(GHashTable) state = state_of("due", "1", NULL);
    g_autoptr(GHashTable) found = NULL;
    AttemptRecord attempt = attempt_of(1, "success");
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(ParamSet) set = NULL;
    GError *error = NULL;

    attempt.message = NULL; /* which the table refuses */
    g_assert_false(store_commit(
        store, &(StoreCommit){.parameters = lost, .state = state, .attempt = &attempt}, &error));
    g_assert_error(error, FAILURE, FAILURE_INTERNAL);
    g_clear_error(&error);
    found = store_load_state(store);
    g_assert_cmpuint(g_hash_table_size(found), ==, 0);

    commit_parameters(store, kept);
    g_clear_pointer(&store, store_close);
    store = fixture_open(f);
    set = fixture_load(store);
    g_assert_nonnull(paramset_find(set, "Kept"));
    g_assert_cmpuint(paramset_size(set), ==, 1);
}

static void test_log_does_not_grow(Fixture *f, gconstpointer data)
{
    g_autoptr(Store) store = fixture_open(f);

    for (unsigned i = 0; i < 150; i++) {
        g_autoptr(GPtrArray) changes = changes_of_generation(500, i);

        commit_parameters(store, changes);
        g_assert_cmpint(fixture_log_size(f), <, 3 * 1024 * 1024);
    }
}

static void test_history_is_pruned(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes =
        g_ptr_array_new_with_free_func((GDestroyNotify)attempt_change_free);
    g_autoptr(GPtrArray) history = NULL, few = NULL, kept = NULL, pruned = NULL;
    g_autoptr(Store) store = fixture_open(f);

    g_ptr_array_add(changes, attempt_change_new("Line_1", NULL, "new"));
    for (uint64_t id = 1; id <= STORE_HISTORY_MAX + 5; id++) {
        AttemptRecord attempt = attempt_of(id, "success");

        fixture_commit(store, &(StoreCommit){.attempt = &attempt, .changes = changes});
    }
    history = store_history(store, 1000);
    g_assert_cmpuint(history->len, ==, STORE_HISTORY_MAX);
    g_assert_cmpuint(((AttemptRecord *)history->pdata[0])->id, ==, STORE_HISTORY_MAX + 5);
    g_assert_cmpuint(((AttemptRecord *)history->pdata[STORE_HISTORY_MAX - 1])->id, ==, 6);
    few = store_history(store, 3);
    g_assert_cmpuint(few->len, ==, 3);

    kept = store_changes(store, STORE_HISTORY_MAX + 5 - STORE_CHANGES_MAX + 1);
    pruned = store_changes(store, STORE_HISTORY_MAX + 5 - STORE_CHANGES_MAX);
    g_assert_cmpuint(kept->len, ==, 1);
    g_assert_cmpuint(pruned->len, ==, 0);
}

/* An attempt is written when it starts and again when it ends; ids need not come in order. */
static void test_attempt_is_replaced(Fixture *f, gconstpointer data)
{
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(GPtrArray) history = NULL;
    AttemptRecord first = attempt_of(7, ""), second = attempt_of(5, "failure");
    AttemptRecord *newest, *oldest;

    first.finished = 0;
    fixture_commit(store, &(StoreCommit){.attempt = &first});
    fixture_commit(store, &(StoreCommit){.attempt = &second});
    first = attempt_of(7, "success");
    first.message = (char *)"said";
    fixture_commit(store, &(StoreCommit){.attempt = &first});

    history = store_history(store, 10);
    g_assert_cmpuint(history->len, ==, 2);
    newest = history->pdata[0];
    oldest = history->pdata[1];
    g_assert_cmpuint(newest->id, ==, 5);
    g_assert_cmpuint(oldest->id, ==, 7);
    g_assert_cmpstr(oldest->result, ==, "success");
    g_assert_cmpstr(oldest->message, ==, "said");
    g_assert_cmpstr(oldest->reason, ==, "periodic");
    g_assert_cmpuint(oldest->finished, ==, COMMITTED_AT + 8);
    g_assert_cmpuint(oldest->changed, ==, 2);
}

static void test_secrets_are_not_in_history(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes =
        g_ptr_array_new_with_free_func((GDestroyNotify)attempt_change_free);
    AttemptRecord attempt = attempt_of(1, "success");
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(GPtrArray) found = NULL;
    AttemptChange *a, *b, *c;

    g_ptr_array_add(changes, attempt_change_new("Password_1_", NULL, "hunter2"));
    g_ptr_array_add(changes, attempt_change_new("GPP_A", "old", "new"));
    g_ptr_array_add(changes, attempt_change_new("Profile_Rule", "/a", "http://u:geheim@s/b"));
    fixture_commit(store, &(StoreCommit){.attempt = &attempt, .changes = changes});
    found = store_changes(store, 1);
    g_assert_cmpuint(found->len, ==, 3);
    a = found->pdata[0];
    b = found->pdata[1];
    c = found->pdata[2];
    g_assert_cmpstr(a->name, ==, "GPP_A");
    g_assert_cmpstr(a->old, ==, "old");
    g_assert_cmpstr(a->new, ==, "new");
    g_assert_cmpstr(b->name, ==, "Password_1_");
    g_assert_null(b->old);
    g_assert_cmpstr(b->new, ==, "********");
    g_assert_cmpstr(c->old, ==, "/a");
    g_assert_null(strstr(c->new, "geheim"));
}

static void test_factory_reset(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes = changes_of_generation(10, 1);
    g_autoptr(GPtrArray) local = change_to("Line_1", "kept");
    g_autoptr(GHashTable) state = state_of("due", "1", NULL), after = state_of("due", "1", NULL);
    g_autoptr(GHashTable) found = NULL;
    g_autoptr(GPtrArray) history = NULL;
    AttemptRecord attempt = attempt_of(1, "success");
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(ParamSet) set = NULL;

    fixture_commit(store,
                   &(StoreCommit){.parameters = changes, .state = state, .attempt = &attempt});
    g_assert_true(store_keep_copy(store, COMMITTED_AT, NULL));
    g_assert_true(g_file_test(f->copy, G_FILE_TEST_EXISTS));
    fixture_commit(store, &(StoreCommit){.reset = true, .state = after, .parameters = local});
    g_assert_false(g_file_test(f->copy, G_FILE_TEST_EXISTS));
    g_clear_pointer(&store, store_close);

    store = fixture_open(f);
    set = fixture_load(store);
    history = store_history(store, 10);
    found = store_load_state(store);
    g_assert_cmpuint(paramset_size(set), ==, 1);
    g_assert_cmpuint(history->len, ==, 0);
    g_assert_cmpstr(g_hash_table_lookup(found, "due"), ==, "1");
}

static void test_names_that_are_none_are_left_out(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) bad = change_to("9 lives", "x"), good = change_to("Good", "x");
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(ParamSet) set = NULL;

    commit_parameters(store, bad);
    commit_parameters(store, good);
    g_clear_pointer(&store, store_close);
    store = fixture_open(f);
    set = fixture_load(store);
    g_assert_cmpuint(paramset_size(set), ==, 1);
}

static void test_files_are_private(Fixture *f, gconstpointer data)
{
    g_autofree char *deep = g_build_filename(f->directory, "a", "b", NULL);
    g_autofree char *parent = g_build_filename(f->directory, "a", NULL);
    g_autofree char *inside = g_build_filename(deep, "provd.db", NULL);
    g_autoptr(GPtrArray) changes = change_to("Good", "x");
    g_autoptr(Store) store = fixture_open(f);
    struct stat st;

    commit_parameters(store, changes);
    g_assert_true(store_keep_copy(store, COMMITTED_AT, NULL));
    g_clear_pointer(&store, store_close);
    g_assert_no_errno(stat(f->copy, &st));
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);

    g_assert_no_errno(chmod(f->database, 0644));
    store = fixture_open(f);
    g_assert_no_errno(stat(f->database, &st));
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    g_clear_pointer(&store, store_close);

    g_assert_true(store_open(deep, &store, NULL));
    g_assert_no_errno(stat(deep, &st));
    g_assert_cmpint(st.st_mode & 0777, ==, 0700);
    g_clear_pointer(&store, store_close);
    g_unlink(inside);
    g_rmdir(deep);
    g_rmdir(parent);
}

/* In a child, which shares no lock with us. */
static bool others_are_refused(const Fixture *f)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        g_autoptr(GError) error = NULL;
        Store *second = NULL;
        bool opened = store_open(f->directory, &second, &error);

        _exit(!opened && strstr(error->message, "in use") ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return status == 0;
}

static void test_second_process_is_refused(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes = change_to("Good", "x");
    g_autoptr(Store) store = fixture_open(f);

    g_assert_true(others_are_refused(f));
    commit_parameters(store, changes);
    g_assert_true(others_are_refused(f));
    g_clear_pointer(&store, store_close);

    store = fixture_open(f); /* has only read so far */
    g_assert_true(others_are_refused(f));
    g_assert_cmpuint(fixture_count_files(f, "damaged"), ==, 0);
    g_assert_cmpuint(fixture_count_files(f, "-shm"), ==, 0);
    g_clear_pointer(&store, store_close);
    g_assert_false(others_are_refused(f));
}

static void test_copy_once_a_day(Fixture *f, gconstpointer data)
{
    const uint64_t day = 24 * 3600 * (uint64_t)G_USEC_PER_SEC;
    g_autoptr(GPtrArray) one = change_to("A", "1"), two = change_to("A", "2");
    g_autoptr(Store) store = fixture_open(f);
    struct stat first, second;

    commit_parameters(store, one);
    g_assert_true(store_keep_copy(store, COMMITTED_AT, NULL));
    g_assert_no_errno(stat(f->copy, &first));
    commit_parameters(store, two);
    g_assert_true(store_keep_copy(store, COMMITTED_AT + day - 1, NULL));
    g_assert_no_errno(stat(f->copy, &second));
    g_assert_cmpuint(first.st_ino, ==, second.st_ino);
    g_assert_true(store_keep_copy(store, COMMITTED_AT + day, NULL));
    g_assert_no_errno(stat(f->copy, &second));
    g_assert_cmpuint(first.st_ino, !=, second.st_ino);
    g_assert_cmpuint(fixture_count_files(f, ".new"), ==, 0);
}

/* An empty file is a database of version 0. */
static void test_migration_from_nothing(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes = change_to("Good", "x");
    g_autoptr(Store) store = NULL;

    fixture_run_sql(f, "PRAGMA user_version = 0; VACUUM");
    store = fixture_open(f);
    g_assert_cmpint(store_condition(store), ==, STORE_INTACT);
    commit_parameters(store, changes);
}

static void test_sixteen_thousand(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) changes = changes_of_generation(PARAMSET_MAX, 1);
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(ParamSet) set = NULL;
    gint64 start = g_get_monotonic_time(), written, opened;

    commit_parameters(store, changes);
    written = g_get_monotonic_time();
    g_clear_pointer(&store, store_close);
    opened = g_get_monotonic_time();
    store = fixture_open(f);
    set = fixture_load(store);
    g_test_message("%d parameters: written in %" G_GINT64_FORMAT
                   " µs, opened and read in %" G_GINT64_FORMAT " µs",
                   PARAMSET_MAX, written - start, g_get_monotonic_time() - opened);
    g_assert_cmpint(generation_of(set, PARAMSET_MAX), ==, 1);
}

#define ADD(name, test) g_test_add(name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/store/parameters", test_parameters_come_back);
    ADD("/store/state", test_state_rows_are_the_wanted_table);
    ADD("/store/nothing-to-do", test_nothing_to_do_writes_nothing);
    ADD("/store/poll", test_a_poll_is_small);
    ADD("/store/failure", test_failure_rolls_back);
    ADD("/store/log", test_log_does_not_grow);
    ADD("/store/history", test_history_is_pruned);
    ADD("/store/attempt", test_attempt_is_replaced);
    ADD("/store/secrets", test_secrets_are_not_in_history);
    ADD("/store/reset", test_factory_reset);
    ADD("/store/names", test_names_that_are_none_are_left_out);
    ADD("/store/private", test_files_are_private);
    ADD("/store/second-process", test_second_process_is_refused);
    ADD("/store/copy", test_copy_once_a_day);
    ADD("/store/migration", test_migration_from_nothing);
    ADD("/store/many", test_sixteen_thousand);
    return g_test_run();
}
