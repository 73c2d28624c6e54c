/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Wrapping files up, for the tests that unwrap them: aes128gcm by the formulas of RFC 8188, on
 * HMAC alone, so that it shares no derivation with the code it tests.
 */

#include <glib.h>

typedef struct Sealer {
    GByteArray *file;
    guint8 key[16];
    guint8 nonce[12];
    guint32 sequence;
} Sealer;

/* A file with a header and no records yet. */
void sealer_init(Sealer *sealer, const void *ikm, gsize ikm_size, const char salt[static 16],
                 guint32 record_size, const char *keyid);
void sealer_clear(Sealer *sealer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sealer, sealer_clear)

/* Appends a record whose inside, text and padding, is as given. */
void sealer_append(Sealer *sealer, const void *inside, gsize size);

/* The whole of a text in records of at most record_size, a record's padding being as given. */
GBytes *sealer_seal(const char *ikm, guint32 record_size, gsize padding, const void *text,
                    gsize size);

/* A file that is given as base64. */
GBytes *sealer_from_base64(const char *text);

/* gzip, as gzip(1) writes it. */
GBytes *sealer_gzip(const void *data, gsize size);
