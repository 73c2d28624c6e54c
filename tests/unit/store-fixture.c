/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

void fixture_set_up(Fixture *fixture, gconstpointer data)
{
    fixture->directory = g_dir_make_tmp("provd-store-XXXXXX", NULL);
    g_assert_nonnull(fixture->directory);
    fixture->database = g_build_filename(fixture->directory, "provd.db", NULL);
    fixture->copy = g_build_filename(fixture->directory, "provd.db.good", NULL);
}

void fixture_tear_down(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(fixture->directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(fixture->directory, name, NULL);

        g_assert_no_errno(g_unlink(path));
    }
    g_assert_no_errno(g_rmdir(fixture->directory));
    g_free(fixture->directory);
    g_free(fixture->database);
    g_free(fixture->copy);
}

Store *fixture_open(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    Store *store = NULL;

    g_assert_true(store_open(fixture->directory, &store, &error));
    g_assert_no_error(error);
    return store;
}

ParamSet *fixture_load(Store *store)
{
    ParamSet *set = paramset_new(NULL);

    store_load(store, set);
    return set;
}

unsigned fixture_count_files(const Fixture *fixture, const char *part)
{
    g_autoptr(GDir) dir = g_dir_open(fixture->directory, 0, NULL);
    unsigned count = 0;
    const char *name;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)))
        count += strstr(name, part) != NULL;
    return count;
}

off_t fixture_log_size(const Fixture *fixture)
{
    g_autofree char *log = g_strconcat(fixture->database, "-wal", NULL);
    struct stat st;

    g_assert_no_errno(stat(log, &st));
    return st.st_size;
}

void fixture_run_sql(const Fixture *fixture, const char *sql)
{
    sqlite3 *raw = NULL;

    g_assert_cmpint(sqlite3_open(fixture->database, &raw), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(raw, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(raw);
}

static void change_free(gpointer data)
{
    ParamChange *change = data;

    parameter_unref(change->after);
    g_free(change);
}

static void add_change(GPtrArray *changes, const char *name, const char *value)
{
    ParamChange *change = g_new0(ParamChange, 1);

    change->after = parameter_new(name, value, SOURCE_PROFILE, ACCESS_RO, COMMITTED_AT);
    g_ptr_array_add(changes, change);
}

GPtrArray *changes_of_generation(unsigned count, unsigned generation)
{
    GPtrArray *changes = g_ptr_array_new_with_free_func(change_free);

    for (unsigned i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("P%u", i);
        g_autofree char *value = g_strdup_printf("a value of some length, number %u", generation);

        add_change(changes, name, value);
    }
    return changes;
}

int generation_of(const ParamSet *set, unsigned count)
{
    const char *first = paramset_get(set, "P0");

    if (!first)
        return -1;
    g_assert_cmpuint(paramset_size(set), ==, count);
    for (unsigned i = 1; i < count; i++) {
        g_autofree char *name = g_strdup_printf("P%u", i);

        g_assert_cmpstr(paramset_get(set, name), ==, first);
    }
    return (int)g_ascii_strtoll(strrchr(first, ' '), NULL, 10);
}

GPtrArray *change_to(const char *name, const char *value)
{
    GPtrArray *changes = g_ptr_array_new_with_free_func(change_free);

    add_change(changes, name, value);
    return changes;
}

void fixture_commit(Store *store, const StoreCommit *what)
{
    g_autoptr(GError) error = NULL;

    store_commit(store, what, &error);
    g_assert_no_error(error);
}

void commit_parameters(Store *store, const GPtrArray *changes)
{
    fixture_commit(store, &(StoreCommit){.parameters = changes});
}

GHashTable *state_of(const char *key, ...)
{
    GHashTable *state = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    va_list arguments;

    va_start(arguments, key);
    for (const char *k = key; k; k = va_arg(arguments, const char *))
        g_hash_table_insert(state, g_strdup(k), g_strdup(va_arg(arguments, const char *)));
    va_end(arguments);
    return state;
}
