/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/coding.h"

#include "core/failure.h"
#include "core/inflate.h"

#define CODINGS_MAX    4 /* a packed file that unpacks to itself would be unpacked for ever */
#define NAME_SHOWN_MAX 32

typedef struct Coding {
    const char *name;
    bool packed;
    InflateFormat format;
} Coding;

static const Coding known_codings[] = {
    {.name = "identity"},
    {.name = "gzip", .packed = true, .format = INFLATE_GZIP},
    {.name = "x-gzip", .packed = true, .format = INFLATE_GZIP},
    {.name = "deflate", .packed = true, .format = INFLATE_DEFLATE},
};

static const Coding *coding_find(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(known_codings); i++)
        if (g_ascii_strcasecmp(known_codings[i].name, name) == 0)
            return &known_codings[i];
    return NULL;
}

static GBytes *coding_undo_one(GBytes *file, const char *name, size_t limit, GError **error)
{
    const Coding *coding = coding_find(name);
    g_autofree char *start = NULL, *shown = NULL;

    if (coding && coding->packed)
        return inflate_bytes(file, coding->format, limit, error);
    if (coding || !*name)
        return g_bytes_ref(file);
    start = g_strndup(name, NAME_SHOWN_MAX);
    shown = g_utf8_make_valid(start, -1);
    g_set_error(error, FAILURE, FAILURE_CORRUPT,
                "the file came in the content coding \"%s\"; gzip and deflate are known", shown);
    return NULL;
}

GBytes *coding_undo(GBytes *file, const char *codings, size_t limit, GError **error)
{
    g_auto(GStrv) names = g_strsplit(codings ? codings : "", ",", CODINGS_MAX + 1);
    g_autoptr(GBytes) plain = g_bytes_ref(file);
    guint count = g_strv_length(names);

    if (count > CODINGS_MAX) {
        g_set_error(error, FAILURE, FAILURE_CORRUPT,
                    "the file came in more than %d content codings", CODINGS_MAX);
        return NULL;
    }
    while (count > 0) {
        GBytes *next = coding_undo_one(plain, g_strstrip(names[--count]), limit, error);

        if (!next)
            return NULL;
        g_bytes_unref(plain);
        plain = next;
    }
    return g_steal_pointer(&plain);
}
