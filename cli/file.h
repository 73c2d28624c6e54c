/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files that a person names on the command line. */

#include <glib.h>

/*
 * At most `limit` bytes of a file and one more, by which a larger one is told; "-" is standard
 * input. NULL with errno if it cannot be read. The bytes are wiped when they are freed.
 */
GBytes *file_read(const char *path, size_t limit);
