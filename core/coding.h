/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * HTTP's content codings: what a Content-Encoding header says was done to a file on its way.
 */

#include <glib.h>
#include <stddef.h>

/*
 * The file without its codings, a comma-separated list in the order in which they were applied;
 * NULL means none. At no step more than limit bytes. NULL with FAILURE_TOO_LARGE beyond that, or
 * with FAILURE_CORRUPT where the file is broken or a coding is unknown.
 */
GBytes *coding_undo(GBytes *file, const char *codings, size_t limit, GError **error);
