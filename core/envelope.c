/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/envelope.h"

#include "config.h"
#include "core/coding.h"
#include "core/failure.h"
#include "core/inflate.h"
#include "core/salted.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>

static bool has_text(const char *text)
{
    return text && *text;
}

GBytes *envelope_open(GBytes *file, const EnvelopeKeys *keys, size_t limit, EnvelopeWarning warning,
                      void *userdata, GError **error)
{
    g_autoptr(GBytes) uncoded = NULL, plain = NULL;
    bool encrypted = false;

    if (g_bytes_get_size(file) > ENVELOPE_SIZE_MAX) {
        g_set_error(error, FAILURE, FAILURE_TOO_LARGE, _("the file is larger than %d bytes"),
                    ENVELOPE_SIZE_MAX);
        return NULL;
    }
    uncoded = coding_undo(file, keys->content_encoding, keys->ikm, limit, &encrypted, error);
    if (!uncoded)
        return NULL;
    if (salted_is_encrypted(uncoded)) {
        plain = salted_open(uncoded, keys->key, error);
        if (!plain)
            return NULL;
    } else {
        plain = g_bytes_ref(uncoded);
        if (has_text(keys->key) && !encrypted && warning)
            warning(_("the file is not encrypted as “openssl enc” does it; --key was not needed"),
                    userdata);
    }
    return inflate_is_gzip(plain) ? inflate_bytes(plain, INFLATE_GZIP, limit, error)
                                  : g_steal_pointer(&plain);
}
