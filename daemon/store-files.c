/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/store-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What SQLite keeps beside a database. */
static const char *const companions[] = {"-wal", "-shm", "-journal"};

static bool fail(GError **error, const char *what, const char *path)
{
    int cause = errno;

    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(cause), "Cannot %s %s: %s", what,
                path, g_strerror(cause));
    return false;
}

char *store_file_path(const char *directory, const char *name)
{
    return g_build_filename(directory, name, NULL);
}

static bool forbids_writing(int error)
{
    return error == EROFS || error == EACCES || error == EPERM;
}

bool store_files_prepare(const char *directory, bool *ret_writable, GError **error)
{
    g_autofree char *path = store_file_path(directory, STORE_FILE_DATABASE);
    struct stat st;

    if (g_mkdir_with_parents(directory, 0700) < 0 && errno != EROFS)
        return fail(error, "create", directory);
    if (access(directory, W_OK) < 0 || (access(path, W_OK) < 0 && errno != ENOENT)) {
        if (!forbids_writing(errno))
            return fail(error, "write to", directory);
        *ret_writable = false;
        return true;
    }
    if (stat(path, &st) == 0 && (st.st_mode & 077) && chmod(path, 0600) < 0)
        return fail(error, "protect", path);
    *ret_writable = true;
    return true;
}

bool store_file_has_content(const char *directory, const char *name)
{
    g_autofree char *path = store_file_path(directory, name);
    struct stat st;

    return stat(path, &st) == 0 && st.st_size > 1; /* one byte is nothing to SQLite, too */
}

uint64_t store_file_time(const char *directory, const char *name)
{
    g_autofree char *path = store_file_path(directory, name);
    struct stat st;

    if (stat(path, &st) < 0 || st.st_mtim.tv_sec < 0)
        return 0;
    return (uint64_t)st.st_mtim.tv_sec * G_USEC_PER_SEC + (uint64_t)st.st_mtim.tv_nsec / 1000;
}

void store_file_remove(const char *directory, const char *name)
{
    g_autofree char *path = store_file_path(directory, name);

    (void)unlink(path);
    for (guint i = 0; i < G_N_ELEMENTS(companions); i++) {
        g_autofree char *companion = g_strconcat(path, companions[i], NULL);

        (void)unlink(companion);
    }
}

bool store_file_create(const char *directory, const char *name, GError **error)
{
    g_autofree char *path = store_file_path(directory, name);
    int fd;

    store_file_remove(directory, name);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(error, "create", path);
    close(fd);
    return true;
}

static bool sync_path(const char *path, int flags, GError **error)
{
    int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (!synced)
        fail(error, "sync", path);
    if (fd >= 0)
        close(fd);
    return synced;
}

bool store_file_rename(const char *directory, const char *from, const char *to, GError **error)
{
    g_autofree char *old = store_file_path(directory, from);
    g_autofree char *new = store_file_path(directory, to);

    if (!sync_path(old, 0, error))
        return false;
    if (rename(old, new) < 0)
        return fail(error, "rename", old);
    return sync_path(directory, O_DIRECTORY, error);
}

/* The first free name for now. One process has the directory, so nobody takes it meanwhile. */
static char *name_aside(const char *path)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y%m%dT%H%M%SZ");
    g_autofree char *base = g_strdup_printf("%s.damaged-%s", path, time);
    char *aside = g_strdup(base);

    for (unsigned n = 2; access(aside, F_OK) == 0; n++) {
        g_free(aside);
        aside = g_strdup_printf("%s-%u", base, n);
    }
    return aside;
}

static bool move_aside(const char *path, const char *aside, const char *suffix, bool *moved,
                       GError **error)
{
    g_autofree char *from = g_strconcat(path, suffix, NULL);
    g_autofree char *to = g_strconcat(aside, suffix, NULL);

    if (rename(from, to) == 0)
        *moved = true;
    else if (errno != ENOENT)
        return fail(error, "set aside", from);
    return true;
}

bool store_file_set_aside(const char *directory, const char *name, char **ret_aside, GError **error)
{
    g_autofree char *path = store_file_path(directory, name);
    g_autofree char *aside = name_aside(path);
    bool moved = false;

    if (!move_aside(path, aside, "", &moved, error))
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(companions); i++)
        if (!move_aside(path, aside, companions[i], &moved, error))
            return false;
    *ret_aside = moved ? g_steal_pointer(&aside) : NULL;
    return true;
}

static bool copy_file(const char *from, const char *to, GError **error)
{
    g_autofree char *content = NULL;
    gsize size;

    return g_file_get_contents(from, &content, &size, error) &&
           g_file_set_contents_full(to, content, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600,
                                    error);
}

bool store_files_copy_out(const char *directory, char **ret_directory, GError **error)
{
    static const char *const names[] = {STORE_FILE_DATABASE, STORE_FILE_DATABASE "-wal"};
    g_autofree char *out = g_dir_make_tmp("provd-XXXXXX", error);

    if (!out)
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *from = store_file_path(directory, names[i]);
        g_autofree char *to = store_file_path(out, names[i]);

        if (!copy_file(from, to, error)) {
            store_files_drop(out);
            return false;
        }
    }
    *ret_directory = g_steal_pointer(&out);
    return true;
}

void store_files_drop(const char *directory)
{
    store_file_remove(directory, STORE_FILE_DATABASE);
    (void)g_rmdir(directory);
}
