/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is around a profile, opened from the outside inwards:
 *
 *     1. content codings, as the server's header says: aes128gcm, gzip, deflate
 *     2. the encryption of `openssl enc`, as the file's first bytes say, binary or base64
 *     3. gzip, likewise
 *
 * Each is there at most once, but for the content codings, and each is undone by libcrypto or zlib
 * under bounds. What is inside is for the reader of profiles to judge.
 */

#include <glib.h>
#include <stddef.h>

#define ENVELOPE_SIZE_MAX (4 * 1024 * 1024) /* bytes of a file as it was sent */

/* Something that is odd but keeps nothing from being opened. A sentence without a secret. */
typedef void (*EnvelopeWarning)(const char *message, void *userdata);

/* Strings may be NULL, which is as good as empty. */
typedef struct EnvelopeKeys {
    const char *content_encoding; /* the header's value; the last one is outermost */
    const char *ikm;              /* IKM_HTTP_Encrypt_Content, for aes128gcm */
    const char *key;              /* --key, macros expanded, for `openssl enc` */
} EnvelopeKeys;

/*
 * What is in a file: at most limit bytes behind each decompression. NULL with FAILURE_TOO_LARGE
 * beyond that, or where the file is larger than ENVELOPE_SIZE_MAX; with FAILURE_CORRUPT where it is
 * damaged, or no key fits. The message tells which key is missing or wrong, never what it is. What
 * came out of a wrapping is wiped when it is freed. warning may be NULL.
 */
GBytes *envelope_open(GBytes *file, const EnvelopeKeys *keys, size_t limit, EnvelopeWarning warning,
                      void *userdata, GError **error);
