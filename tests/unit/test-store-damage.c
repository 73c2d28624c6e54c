/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The store on a bad day: kills, full disks, flipped bits, files that are none, read-only. */

#include "core/failure.h"
#include "store-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 200 /* parameters of a generation */
#define FLIPS 200
#define KILLS 30

static void commit_generation(Store *store, unsigned generation)
{
    g_autoptr(GPtrArray) changes = changes_of_generation(COUNT, generation);
    g_autofree char *number = g_strdup_printf("%u", generation);
    g_autoptr(GHashTable) state = state_of("generation", number, NULL);

    fixture_commit(store, &(StoreCommit){.parameters = changes, .state = state});
}

/* The generation of what is stored, -1 for nothing: parameters and state have the same. */
static int generation_in(Store *store)
{
    g_autoptr(ParamSet) set = fixture_load(store);
    g_autoptr(GHashTable) state = store_load_state(store);
    const char *number = g_hash_table_lookup(state, "generation");
    int generation = generation_of(set, COUNT);

    g_assert_cmpint(generation, ==, number ? (int)g_ascii_strtoll(number, NULL, 10) : -1);
    return generation;
}

static void write_store(const Fixture *f, unsigned generation)
{
    g_autoptr(Store) store = fixture_open(f);

    commit_generation(store, generation);
}

/* Generation 1 in the database, generation 0 in the copy. */
static void write_store_and_copy(const Fixture *f)
{
    g_autoptr(Store) store = fixture_open(f);

    commit_generation(store, 0);
    g_assert_true(store_keep_copy(store, COMMITTED_AT, NULL));
    commit_generation(store, 1);
}

/* Opens, and says what condition and which generation there was. */
static int reopen(const Fixture *f, StoreCondition condition)
{
    g_autoptr(Store) store = fixture_open(f);

    g_assert_cmpint(store_condition(store), ==, condition);
    g_assert_cmpint(store_message(store) == NULL, ==, condition == STORE_INTACT);
    return generation_in(store);
}

static void overwrite(const char *path, const char *content, gssize size)
{
    g_assert_true(g_file_set_contents(path, content, size, NULL));
}

static void flip(const char *path, gsize at, char bits)
{
    g_autofree char *content = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(path, &content, &size, NULL));
    g_assert_cmpuint(at, <, size);
    content[at] = (char)(content[at] ^ bits);
    overwrite(path, content, (gssize)size);
}

static void test_not_a_database(Fixture *f, gconstpointer data)
{
    write_store(f, 1);
    overwrite(f->database, "this is no database, and it is long enough to be looked at\n", -1);
    g_assert_cmpint(reopen(f, STORE_EMPTIED), ==, -1);
    g_assert_cmpuint(fixture_count_files(f, "provd.db.damaged-"), ==, 1);

    /* What took over is sound. */
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, -1);
    overwrite(f->database, "again", -1);
    g_assert_cmpint(reopen(f, STORE_EMPTIED), ==, -1);
    g_assert_cmpuint(fixture_count_files(f, "provd.db.damaged-"), ==, 2);
}

static void test_copy_takes_over(Fixture *f, gconstpointer data)
{
    write_store_and_copy(f);
    overwrite(f->database, "text", -1);
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, 0);
    g_assert_cmpuint(fixture_count_files(f, "damaged"), ==, 1);
    g_assert_true(g_file_test(f->copy, G_FILE_TEST_EXISTS));
}

static void test_copy_is_damaged_too(Fixture *f, gconstpointer data)
{
    write_store_and_copy(f);
    overwrite(f->database, "text", -1);
    overwrite(f->copy, "text", -1);
    g_assert_cmpint(reopen(f, STORE_EMPTIED), ==, -1);
    g_assert_cmpuint(fixture_count_files(f, "provd.db.damaged-"), ==, 1);
    g_assert_cmpuint(fixture_count_files(f, "provd.db.good.damaged-"), ==, 1);
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, -1);
}

static void test_missing_or_empty(Fixture *f, gconstpointer data)
{
    write_store_and_copy(f);
    g_assert_no_errno(g_unlink(f->database));
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
    g_assert_cmpuint(fixture_count_files(f, "damaged"), ==, 0);
    overwrite(f->database, "", 0);
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
    g_assert_cmpuint(fixture_count_files(f, "damaged"), ==, 1);

    /* Without a copy, an empty file is what the very first start leaves when it is cut short. */
    g_assert_no_errno(g_unlink(f->copy));
    overwrite(f->database, "", 0);
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, -1);
}

static void test_truncated(Fixture *f, gconstpointer data)
{
    static const unsigned sizes[] = {2, 99, 100, 511, 512, 4095, 4096, 8192, 8193, 16384};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        write_store(f, 1);
        g_assert_no_errno(truncate(f->database, sizes[i]));
        g_assert_cmpint(reopen(f, STORE_EMPTIED), ==, -1);
        g_assert_cmpuint(fixture_count_files(f, "damaged"), ==, i + 1);
    }
}

/* Wherever a bit flips: the values are the right ones, the copy's, or the defaults; never others.
 */
static void test_flipped_bits(Fixture *f, gconstpointer data)
{
    g_autofree char *content = NULL;
    gsize size;
    unsigned found = 0;

    write_store_and_copy(f);
    g_assert_true(g_file_get_contents(f->database, &content, &size, NULL));
    for (unsigned i = 0; i < FLIPS; i++) {
        gsize at = (gsize)g_test_rand_int_range(0, (gint32)size);
        g_autoptr(Store) store = NULL;

        overwrite(f->database, content, (gssize)size);
        flip(f->database, at, (char)(1 << g_test_rand_int_range(0, 8)));
        store = fixture_open(f);
        found += store_condition(store) == STORE_FROM_COPY;
        g_assert_cmpint(generation_in(store), ==, store_condition(store) == STORE_INTACT ? 1 : 0);
    }
    g_test_message("%u of %d flipped bits were in what counts, and found", found, FLIPS);
    g_assert_cmpuint(found, >, FLIPS / 8);
}

/* Where in the database a value of generation 1 is. */
static gsize place_of_value(const Fixture *f)
{
    static const char value[] = "some length, number 1";
    g_autofree char *content = NULL;
    const char *place;
    gsize size;

    g_assert_true(g_file_get_contents(f->database, &content, &size, NULL));
    place = memmem(content, size, value, strlen(value));
    g_assert_nonnull(place);
    return (gsize)(place - content);
}

static void test_flipped_value(Fixture *f, gconstpointer data)
{
    write_store_and_copy(f);
    flip(f->database, place_of_value(f), 1);
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
}

static void test_not_our_tables(Fixture *f, gconstpointer data)
{
    static const char *const changes[] = {
        "DROP TABLE state",
        "ALTER TABLE parameter RENAME COLUMN source TO origin",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 1000",
        "UPDATE parameter SET value = 'x' WHERE name = 'P7'",
        "UPDATE state SET value = 'x'",
        "UPDATE parameter SET value = x'ff', sum = NULL WHERE name = 'P7'",
        "DELETE FROM parameter WHERE name = 'P7'",
        "DELETE FROM state",
    };

    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        write_store(f, 1);
        fixture_run_sql(f, changes[i]);
        g_assert_cmpint(reopen(f, STORE_EMPTIED), ==, -1);
    }
}

#define PAGE 4096 /* of SQLite's files */
#define PAGE_LEAF \
    0x0a            /* first byte of one that holds rows; the number of them is in bytes 3 and 4 */
#define PAGE_HEAD 8 /* bytes before the places of the rows, two bytes each */

/* A flipped bit in the place of a row can have another one read twice, with its checksum. */
static void test_row_read_twice(Fixture *f, gconstpointer data)
{
    static const char value[] = "some length, number 1";
    g_autofree char *content = NULL;
    gsize size, page = 0;

    write_store_and_copy(f);
    g_assert_true(g_file_get_contents(f->database, &content, &size, NULL));
    while (content[page] != PAGE_LEAF || content[page + 4] < 10 ||
           !memmem(content + page, PAGE, value, strlen(value))) {
        page += PAGE;
        g_assert_cmpuint(page, <, size);
    }
    memcpy(content + page + PAGE_HEAD + 2, content + page + PAGE_HEAD, 2);
    overwrite(f->database, content, (gssize)size);
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
}

/* A flipped bit in the head of a row can take its checksum away, and shift what is read as its
 * name.
 */
static void test_row_without_head(Fixture *f, gconstpointer data)
{
    write_store_and_copy(f);
    fixture_run_sql(f, "UPDATE parameter SET name = CAST(x'1004' AS TEXT), sum = NULL "
                       "WHERE name = 'P17'");
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
}

/* An operator's repair has no checksum, and is believed. */
static void test_row_put_in_by_hand(Fixture *f, gconstpointer data)
{
    g_autoptr(Store) store = NULL;
    g_autoptr(ParamSet) set = NULL;

    write_store(f, 1);
    fixture_run_sql(f, "INSERT INTO parameter (name, value, source, access, changed) "
                       "VALUES ('Hand', 'made', 2, 9, 0)");
    store = fixture_open(f);
    set = fixture_load(store);
    g_assert_cmpint(store_condition(store), ==, STORE_INTACT);
    g_assert_cmpstr(paramset_get(set, "Hand"), ==, "made");
    g_assert_cmpint(paramset_find(set, "Hand")->access, ==, ACCESS_NA);
}

/* History has no checksums, but what it says has to be text for those who read it. */
static void test_flipped_history(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) attempts = NULL, changes = NULL;
    g_autoptr(Store) store = NULL;

    write_store(f, 1);
    fixture_run_sql(f, "INSERT INTO attempt VALUES (1, 7, 'request', 1, 2, 'failure', 'Http',"
                       " CAST(x'61ff' AS TEXT), 0);"
                       "INSERT INTO change VALUES (1, 'P1', NULL, CAST(x'ff' AS TEXT))");
    store = fixture_open(f);
    attempts = store_history(store, 1);
    changes = store_changes(store, 7);
    g_assert_cmpint(store_condition(store), ==, STORE_INTACT);
    g_assert_cmpstr(((AttemptRecord *)attempts->pdata[0])->message, ==, "a\xef\xbf\xbd");
    g_assert_cmpstr(((AttemptChange *)changes->pdata[0])->new, ==, "\xef\xbf\xbd");
    g_assert_null(((AttemptChange *)changes->pdata[0])->old);
}

static void spoil_everything(const char *path)
{
    g_autofree char *noise = g_malloc(4096);
    struct stat st;
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_no_errno(fstat(fd, &st));
    memset(noise, 0x5a, 4096);
    for (off_t at = 4096; at < st.st_size; at += 4096)
        g_assert_cmpint(pwrite(fd, noise, 4096, at), ==, 4096);
    close(fd);
}

/* The database goes bad under the running daemon: memory is what counts, and writes it anew. */
static void test_damaged_while_running(Fixture *f, gconstpointer data)
{
    g_autoptr(GHashTable) state = state_of("generation", "1", NULL);
    g_autoptr(GPtrArray) more = changes_of_generation(COUNT, 2);
    g_autofree char *message = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(ParamSet) set = NULL;
    g_autoptr(GError) error = NULL;

    write_store(f, 1);
    store = fixture_open(f);
    set = fixture_load(store);
    spoil_everything(f->database);
    g_assert_false(store_commit(store, &(StoreCommit){.parameters = more}, &error));
    g_assert_error(error, FAILURE, FAILURE_INTERNAL);
    g_assert_true(store_is_damaged(store));
    g_assert_false(store_commit(store, &(StoreCommit){.parameters = more}, NULL));

    g_assert_true(store_replace(store, set, state, &message, NULL));
    g_assert_nonnull(strstr(message, "provd.db.damaged-"));
    g_assert_false(store_is_damaged(store));
    g_assert_cmpuint(fixture_count_files(f, "damaged"), >=, 1);
    g_clear_pointer(&store, store_close);
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, 1);
}

/* A copy of what is damaged must not push out the good one. */
static void test_no_copy_of_damage(Fixture *f, gconstpointer data)
{
    const uint64_t later = COMMITTED_AT + 48 * 3600 * (uint64_t)G_USEC_PER_SEC;
    g_autoptr(Store) store = NULL;

    write_store_and_copy(f);
    fixture_run_sql(f, "CREATE TABLE other (x)");
    store = fixture_open(f);
    spoil_everything(f->database);
    g_assert_false(store_keep_copy(store, later, NULL));
    g_assert_true(store_is_damaged(store));
    g_clear_pointer(&store, store_close);
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
}

/* A bit flips inside a value: the copy is as it was, and the next start finds it. */
static void test_no_copy_of_a_flipped_value(Fixture *f, gconstpointer data)
{
    const uint64_t later = COMMITTED_AT + 48 * 3600 * (uint64_t)G_USEC_PER_SEC;
    gsize at;
    g_autoptr(Store) store = NULL;
    int fd;

    write_store_and_copy(f);
    at = place_of_value(f);
    store = fixture_open(f);
    fd = open(f->database, O_WRONLY | O_CLOEXEC);
    g_assert_cmpint(pwrite(fd, "S", 1, (off_t)at), ==, 1);
    close(fd);
    g_assert_false(store_keep_copy(store, later, NULL));
    g_assert_true(store_is_damaged(store));
    g_clear_pointer(&store, store_close);
    g_assert_cmpint(reopen(f, STORE_FROM_COPY), ==, 0);
}

/* Commits generation after generation and tells each that is durable, until it is killed. */
static void G_GNUC_NORETURN commit_for_ever(const Fixture *f, unsigned from, int tell)
{
    g_autoptr(Store) store = fixture_open(f);

    for (unsigned generation = from;; generation++) {
        commit_generation(store, generation);
        if (write(tell, &generation, sizeof generation) != sizeof generation)
            _exit(1);
    }
}

/* Kills a writer at a random moment; returns the last generation that it called durable. */
static int kill_a_writer(const Fixture *f, unsigned from)
{
    gint64 moment = g_test_rand_int_range(0, 5000); /* µs after the first report */
    unsigned generation;
    int ends[2], last = (int)from - 1;
    pid_t child;

    g_assert_no_errno(pipe(ends));
    child = fork();
    if (child == 0)
        commit_for_ever(f, from, ends[1]);
    close(ends[1]);
    if (read(ends[0], &generation, sizeof generation) == sizeof generation)
        last = (int)generation;
    moment += g_get_monotonic_time();
    while (g_get_monotonic_time() < moment)
        sched_yield();
    g_assert_no_errno(kill(child, SIGKILL));
    while (read(ends[0], &generation, sizeof generation) == sizeof generation)
        last = (int)generation;
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    close(ends[0]);
    return last;
}

static void test_kill(Fixture *f, gconstpointer data)
{
    unsigned during = 0;
    int generation = 0;

    for (unsigned i = 0; i < KILLS; i++) {
        int durable = kill_a_writer(f, (unsigned)generation + 1);

        generation = reopen(f, STORE_INTACT);
        g_assert_cmpint(generation, >=, durable);
        g_assert_cmpint(generation, <=, durable + 1);
        during += generation == durable + 1;
    }
    g_test_message("%u of %d kills fell between the commit and its report; generation %d", during,
                   KILLS, generation);
}

/* Commits until one fails; the one before must be there, in memory of rows and on disk. */
static int commit_until_full(Store *store)
{
    for (unsigned generation = 1; generation < 10000; generation++) {
        g_autoptr(GPtrArray) changes = changes_of_generation(COUNT, generation);
        g_autofree char *number = g_strdup_printf("%u", generation);
        g_autoptr(GHashTable) state = state_of("generation", number, NULL);
        g_autoptr(GError) error = NULL;

        if (!store_commit(store, &(StoreCommit){.parameters = changes, .state = state}, &error)) {
            g_assert_error(error, FAILURE, FAILURE_INTERNAL);
            g_assert_false(store_is_damaged(store));
            return (int)generation - 1;
        }
    }
    g_assert_not_reached();
}

static void assert_state_is(Store *store, int generation)
{
    g_autoptr(GHashTable) state = store_load_state(store);

    g_assert_cmpint((int)g_ascii_strtoll(g_hash_table_lookup(state, "generation"), NULL, 10), ==,
                    generation);
}

/* Files that may not grow are a full disk that needs no privilege. */
static void test_disk_full(Fixture *f, gconstpointer data)
{
    struct rlimit unlimited, limit;
    g_autoptr(Store) store = NULL;
    int last;

    g_assert_no_errno(getrlimit(RLIMIT_FSIZE, &unlimited));
    limit = (struct rlimit){.rlim_cur = 150000, .rlim_max = unlimited.rlim_max};
    (void)signal(SIGXFSZ, SIG_IGN);
    store = fixture_open(f);
    g_assert_no_errno(setrlimit(RLIMIT_FSIZE, &limit));
    last = commit_until_full(store);
    g_assert_no_errno(setrlimit(RLIMIT_FSIZE, &unlimited));
    g_assert_cmpint(last, >, 0);
    assert_state_is(store, last);
    commit_generation(store, (unsigned)last + 10); /* there is room again */
    g_clear_pointer(&store, store_close);
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, last + 10);
}

/* A file system of our own over the directory; false, the test skipped, where that is forbidden. */
static bool mount_over(const Fixture *f, const char *options)
{
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("provd-test", f->directory, "tmpfs", 0, options) < 0) {
        g_test_skip("mounting a file system is not permitted here");
        return false;
    }
    return true;
}

static void unmount(const Fixture *f)
{
    g_assert_no_errno(umount2(f->directory, MNT_DETACH));
}

static void remount(const Fixture *f, unsigned long flags)
{
    g_assert_no_errno(mount(NULL, f->directory, NULL, MS_REMOUNT | flags, NULL));
}

static void test_device_full(Fixture *f, gconstpointer data)
{
    g_autofree char *ballast = g_build_filename(f->directory, "ballast", NULL);
    g_autofree char *zeros = g_malloc0(100000);
    g_autoptr(Store) store = NULL;
    int last;

    if (!mount_over(f, "size=400k"))
        return;
    overwrite(ballast, zeros, 100000);
    store = fixture_open(f);
    last = commit_until_full(store);
    g_assert_cmpint(last, >, 0);
    assert_state_is(store, last);
    g_assert_no_errno(g_unlink(ballast));
    commit_generation(store, (unsigned)last + 10);
    g_clear_pointer(&store, store_close);
    g_assert_cmpint(reopen(f, STORE_INTACT), ==, last + 10);
    unmount(f);
}

static void assert_read_only(const Fixture *f, StoreCondition condition, int generation)
{
    g_autoptr(GPtrArray) changes = changes_of_generation(COUNT, 7);
    g_autoptr(Store) store = fixture_open(f);
    g_autoptr(GPtrArray) history = store_history(store, 10);
    g_autoptr(GError) error = NULL;

    g_assert_true(store_is_read_only(store));
    g_assert_nonnull(strstr(store_message(store), "cannot be written"));
    g_assert_cmpint(store_condition(store), ==, condition);
    g_assert_cmpint(generation_in(store), ==, generation);
    g_assert_cmpuint(history->len, ==, 0);
    g_assert_true(store_commit(store, &(StoreCommit){0}, NULL));
    g_assert_true(store_keep_copy(store, COMMITTED_AT, NULL));
    g_assert_false(store_commit(store, &(StoreCommit){.parameters = changes}, &error));
    g_assert_error(error, FAILURE, FAILURE_INTERNAL);
}

static void test_read_only(Fixture *f, gconstpointer data)
{
    if (!mount_over(f, "size=64m"))
        return;
    remount(f, MS_RDONLY);
    assert_read_only(f, STORE_EMPTIED, -1);
    remount(f, 0);
    write_store_and_copy(f);
    remount(f, MS_RDONLY);
    assert_read_only(f, STORE_INTACT, 1);
    remount(f, 0);
    overwrite(f->database, "text", -1);
    remount(f, MS_RDONLY);
    assert_read_only(f, STORE_FROM_COPY, 0);
    g_assert_cmpuint(fixture_count_files(f, "damaged"), ==, 0);
    unmount(f);
}

/* Killed, and then the disk only readable: the newest commits are in the log alone. */
static void test_read_only_with_log(Fixture *f, gconstpointer data)
{
    int durable;

    if (!mount_over(f, "size=64m"))
        return;
    durable = kill_a_writer(f, 1);
    remount(f, MS_RDONLY);
    {
        g_autoptr(Store) store = fixture_open(f);

        g_assert_true(store_is_read_only(store));
        g_assert_cmpint(generation_in(store), >=, durable);
    }
    unmount(f);
}

static void test_directory_cannot_be_made(Fixture *f, gconstpointer data)
{
    g_autofree char *file = g_build_filename(f->directory, "file", NULL);
    g_autofree char *below = g_build_filename(file, "state", NULL);
    Store *store = NULL;
    GError *error = NULL;

    overwrite(file, "", 0);
    g_assert_false(store_open(below, &store, &error));
    g_assert_error(error, FAILURE, FAILURE_INTERNAL);
    g_assert_nonnull(strstr(error->message, below));
    g_assert_null(store);
    g_clear_error(&error);
    g_assert_false(store_open(file, &store, &error));
    g_assert_error(error, FAILURE, FAILURE_INTERNAL);
    g_clear_error(&error);
}

#define ADD(name, test) g_test_add(name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/store-damage/text", test_not_a_database);
    ADD("/store-damage/copy", test_copy_takes_over);
    ADD("/store-damage/copy-damaged", test_copy_is_damaged_too);
    ADD("/store-damage/missing", test_missing_or_empty);
    ADD("/store-damage/truncated", test_truncated);
    ADD("/store-damage/bits", test_flipped_bits);
    ADD("/store-damage/value", test_flipped_value);
    ADD("/store-damage/head", test_row_without_head);
    ADD("/store-damage/twice", test_row_read_twice);
    ADD("/store-damage/tables", test_not_our_tables);
    ADD("/store-damage/by-hand", test_row_put_in_by_hand);
    ADD("/store-damage/history", test_flipped_history);
    ADD("/store-damage/running", test_damaged_while_running);
    ADD("/store-damage/no-copy", test_no_copy_of_damage);
    ADD("/store-damage/no-copy-value", test_no_copy_of_a_flipped_value);
    ADD("/store-damage/kill", test_kill);
    ADD("/store-damage/full", test_disk_full);
    ADD("/store-damage/device-full", test_device_full);
    ADD("/store-damage/read-only", test_read_only);
    ADD("/store-damage/read-only-log", test_read_only_with_log);
    ADD("/store-damage/directory", test_directory_cannot_be_made);
    return g_test_run();
}
