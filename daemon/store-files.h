/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The files of a state directory: where they are, and moving them about so that a power cut leaves
 * the old or the new. Errors are of the domain G_FILE_ERROR.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define STORE_FILE_DATABASE "provd.db"
#define STORE_FILE_COPY     "provd.db.good"

/* On the way of becoming one of the above; what is left of them counts for nothing. */
#define STORE_FILE_NEW_DATABASE "provd.db.new"
#define STORE_FILE_NEW_COPY     "provd.db.good.new"

char *store_file_path(const char *directory, const char *name);

/*
 * Creates the directory and makes sure that the database in it, if there is one, is nobody else's
 * to read. ret_writable is false, with no error, where the file system or its permissions forbid
 * to write.
 */
bool store_files_prepare(const char *directory, bool *ret_writable, GError **error);

/* Whether a file is there and has content. */
bool store_file_has_content(const char *directory, const char *name);

/* When a file was written, realtime µs; 0 where it is missing. */
uint64_t store_file_time(const char *directory, const char *name);

/* An empty file (0600) in place of what is there, its write-ahead log included. */
bool store_file_create(const char *directory, const char *name, GError **error);

/* Puts a complete file, synced first, in the place of another one. */
bool store_file_rename(const char *directory, const char *from, const char *to, GError **error);

void store_file_remove(const char *directory, const char *name);

/*
 * Renames a database and what belongs to it to <name>.damaged-<UTC time>, which it returns, or
 * <name>.damaged-<UTC time>-<n> where that is taken. NULL, with no error, where it is missing.
 */
bool store_file_set_aside(const char *directory, const char *name, char **ret_aside,
                          GError **error);

/*
 * Copies a database with its write-ahead log into a new directory of its own, for one that is on a
 * read-only file system can only be read without its log, and that may be half of the truth.
 */
bool store_files_copy_out(const char *directory, char **ret_directory, GError **error);

/* Removes such a directory; files in it that are open go on. */
void store_files_drop(const char *directory);
