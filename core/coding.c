/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/coding.h"

#include "config.h"
#include "core/aes128gcm.h"
#include "core/failure.h"
#include "core/inflate.h"

#include <glib/gi18n-lib.h>

#define CODINGS_MAX    4 /* a packed file that unpacks to itself would be unpacked for ever */
#define NAME_SHOWN_MAX 32

typedef enum CodingKind {
    CODING_IDENTITY,
    CODING_GZIP,
    CODING_DEFLATE,
    CODING_AES128GCM,
    CODING_UNKNOWN,
} CodingKind;

static const struct {
    const char *name;
    CodingKind kind;
} known_codings[] = {
    {"", CODING_IDENTITY},   {"identity", CODING_IDENTITY}, {"gzip", CODING_GZIP},
    {"x-gzip", CODING_GZIP}, {"deflate", CODING_DEFLATE},   {"aes128gcm", CODING_AES128GCM},
};

static CodingKind coding_find(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(known_codings); i++)
        if (g_ascii_strcasecmp(known_codings[i].name, name) == 0)
            return known_codings[i].kind;
    return CODING_UNKNOWN;
}

static void set_unknown(GError **error, const char *name)
{
    g_autofree char *start = g_strndup(name, NAME_SHOWN_MAX);
    const char *shown = g_strcanon(start, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.=; ", '?');

    g_set_error(
        error, FAILURE, FAILURE_CORRUPT,
        _("the file came in the content coding “%s”; gzip, deflate and aes128gcm are known"),
        shown);
}

static GBytes *coding_undo_one(GBytes *file, const char *name, const char *ikm, size_t limit,
                               GError **error)
{
    switch (coding_find(name)) {
    case CODING_IDENTITY:
        return g_bytes_ref(file);
    case CODING_GZIP:
        return inflate_bytes(file, INFLATE_GZIP, limit, error);
    case CODING_DEFLATE:
        return inflate_bytes(file, INFLATE_DEFLATE, limit, error);
    case CODING_AES128GCM:
        return aes128gcm_open(file, ikm, error);
    case CODING_UNKNOWN:
        break;
    }
    set_unknown(error, name);
    return NULL;
}

GBytes *coding_undo(GBytes *file, const char *codings, const char *ikm, size_t limit,
                    bool *ret_encrypted, GError **error)
{
    g_auto(GStrv) names = g_strsplit(codings ? codings : "", ",", CODINGS_MAX + 1);
    g_autoptr(GBytes) plain = g_bytes_ref(file);
    guint count = g_strv_length(names);
    bool encrypted = false;

    if (count > CODINGS_MAX) {
        g_set_error(error, FAILURE, FAILURE_CORRUPT,
                    _("the file came in more than %d content codings"), CODINGS_MAX);
        return NULL;
    }
    while (count > 0) {
        const char *name = g_strstrip(names[--count]);
        GBytes *next = coding_undo_one(plain, name, ikm, limit, error);

        if (!next)
            return NULL;
        encrypted = encrypted || coding_find(name) == CODING_AES128GCM;
        g_bytes_unref(plain);
        plain = next;
    }
    *ret_encrypted = encrypted;
    return g_steal_pointer(&plain);
}
