/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Decompression by zlib, under a bound of ours: a file is never larger than what it may be, however
 * small it was packed.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum InflateFormat {
    INFLATE_GZIP,    /* RFC 1952, one member or more */
    INFLATE_DEFLATE, /* HTTP's: RFC 1950, or RFC 1951 without its frame, as some servers send it */
} InflateFormat;

/* Whether data begins as gzip does. */
bool inflate_is_gzip(GBytes *data);

/*
 * What was packed, at most limit bytes. NULL with FAILURE_TOO_LARGE where it is more, or with
 * FAILURE_CORRUPT where it is broken, cut off, or followed by anything but zeros. The
 * bytes are wiped when they are freed.
 */
GBytes *inflate_bytes(GBytes *packed, InflateFormat format, size_t limit, GError **error);
