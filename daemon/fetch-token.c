/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* There is no provider for PKCS#11 in the releases that have OpenSSL 3.0. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "daemon/fetch-token.h"

#include <glib.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <string.h>

#define ENGINE_NAME "pkcs11"

bool fetch_token_is_uri(const char *text)
{
    return g_ascii_strncasecmp(text, "pkcs11:", strlen("pkcs11:")) == 0;
}

void fetch_token_prepare(void)
{
    ENGINE *engine;

    ERR_set_mark();
    engine = ENGINE_by_id(ENGINE_NAME);
    if (engine) {
        ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 0);
        ENGINE_add(engine); /* refused where it is in the list already */
        ENGINE_free(engine);
    }
    ERR_pop_to_mark();
}
