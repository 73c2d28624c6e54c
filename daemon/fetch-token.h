/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Certificates and keys in PKCS#11 tokens, named by a pkcs11: URI. OpenSSL 3.0 reaches them by an
 * engine, which is installed apart. Internal to the fetcher.
 */

#include <stdbool.h>

bool fetch_token_is_uri(const char *text);

/*
 * Loads the engine, if it is not, for libcurl to find. Left to itself it would write the URI, the
 * PIN included, to stderr where a token refuses. Without an engine libcurl fails and says so.
 */
void fetch_token_prepare(void);
