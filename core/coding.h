/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * HTTP's content codings: what a Content-Encoding header says was done to a file on its way.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The file without its codings, a comma-separated list in the order in which they were applied;
 * NULL means none. At no step more than limit bytes. ikm: the key of aes128gcm, or NULL.
 * *ret_encrypted: whether that was among them. NULL with FAILURE_TOO_LARGE beyond the limit, or
 * with FAILURE_CORRUPT where the file is broken, cannot be decrypted, or a coding is unknown.
 */
GBytes *coding_undo(GBytes *file, const char *codings, const char *ikm, size_t limit,
                    bool *ret_encrypted, GError **error);
