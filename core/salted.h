/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Files as `openssl enc -aes-256-cbc` writes them with a password: "Salted__", eight bytes of salt,
 * then the encrypted text; with -a all of it in base64. Key and IV come from password and salt by
 * SHA-256, or by MD5 before OpenSSL 1.1. Neither is said in the file, and nothing authenticates it:
 * which one it was is seen by what comes out, a profile or a packed one.
 */

#include <glib.h>
#include <stdbool.h>

/* Whether the file begins so, in binary or in base64. */
bool salted_is_encrypted(GBytes *file);

/*
 * What such a file holds. NULL with FAILURE_CORRUPT where there is no password (NULL or empty), or
 * another one, or where the file is cut off. The bytes are wiped when they are freed.
 */
GBytes *salted_open(GBytes *file, const char *password, GError **error);
