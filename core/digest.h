/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Digests (SHA-256) of a row of texts, to tell later whether they are still the same without
 * keeping them: secrets may be among them, and whoever wrote them may want two rows to look alike.
 * Against bits that flip by themselves core/checksum.h is enough.
 */

#include <glib.h>

typedef struct Digest Digest;

Digest *digest_new(void);
void digest_free(Digest *digest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Digest, digest_free)

/* Adds a text and where it ends; NULL is another one than the empty text. */
void digest_add(Digest *digest, const char *text);

/* The digest of what was added, in hexadecimal, newly allocated; nothing can be added after it. */
char *digest_finish(Digest *digest);
