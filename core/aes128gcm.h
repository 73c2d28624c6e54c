/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The content coding aes128gcm (RFC 8188): a header with the salt and the size of the records, then
 * records that are each encrypted and authenticated by their own, under nonces that count. A record
 * says whether it is the last one, so nothing can be cut off, put in another order or added.
 */

#include <glib.h>

/*
 * What the file holds. ikm is the input keying material: its octets as they stand, or where these
 * do not fit and they are base64url, what they decode to. The file's keyid is not looked at. NULL
 * with FAILURE_CORRUPT where there is no key, or another one, or where the file is not whole. The
 * bytes are wiped when they are freed.
 */
GBytes *aes128gcm_open(GBytes *file, const char *ikm, GError **error);
