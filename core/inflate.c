/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/inflate.h"

#include "config.h"
#include "core/failure.h"
#include "core/secret-heap.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_MAGIC "\x1f\x8b\x08" /* the 8 is deflate, and there is nothing else */
#define PIECE      (32 * 1024)

/* The window of 32 KiB in the ways of zlib's inflateInit2(). */
typedef enum Frame {
    FRAME_GZIP = 15 + 16,
    FRAME_ZLIB = 15,
    FRAME_NONE = -15,
} Frame;

bool inflate_is_gzip(GBytes *data)
{
    gsize size;
    const char *bytes = g_bytes_get_data(data, &size);

    return size >= strlen(GZIP_MAGIC) && memcmp(bytes, GZIP_MAGIC, strlen(GZIP_MAGIC)) == 0;
}

/* What was unpacked so far; it is wiped where it has to move, and where nobody wants it. */
typedef struct Plain {
    guint8 *bytes;
    size_t size, room;
} Plain;

static void plain_clear(Plain *plain)
{
    if (plain->bytes)
        explicit_bzero(plain->bytes, plain->size);
    g_free(plain->bytes);
    *plain = (Plain){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plain, plain_clear)

/* Makes room for more, at most one byte beyond the limit, by which too much is seen. */
static void plain_grow(Plain *plain, size_t limit)
{
    Plain grown = {.size = plain->size, .room = MIN(MAX(2 * plain->room, PIECE), limit + 1)};

    grown.bytes = g_malloc(grown.room);
    if (plain->size > 0)
        memcpy(grown.bytes, plain->bytes, plain->size);
    plain_clear(plain);
    *plain = grown;
}

/* Unpacks one stream to the end of out; Z_STREAM_END where it was whole. */
static int inflate_stream(z_stream *stream, Plain *out, size_t limit)
{
    int r = Z_OK;

    while (r == Z_OK) {
        if (out->size == out->room)
            plain_grow(out, limit);
        stream->next_out = out->bytes + out->size;
        stream->avail_out = (uInt)(out->room - out->size);
        r = inflate(stream, Z_NO_FLUSH);
        out->size = out->room - stream->avail_out;
        if (out->size > limit)
            return Z_MEM_ERROR;
    }
    return r;
}

static bool only_zeros(const z_stream *stream)
{
    for (uInt i = 0; i < stream->avail_in; i++)
        if (stream->next_in[i] != 0)
            return false;
    return true;
}

/* Members of gzip may follow each other; tapes and careless tools leave zeros after the last. */
static int inflate_all(z_stream *stream, Frame frame, Plain *out, size_t limit)
{
    int r = inflate_stream(stream, out, limit);

    while (r == Z_STREAM_END && frame == FRAME_GZIP && !only_zeros(stream)) {
        inflateReset(stream);
        r = inflate_stream(stream, out, limit);
    }
    if (r == Z_STREAM_END && !only_zeros(stream))
        return Z_DATA_ERROR;
    return r;
}

static void *allocate(void *heap, unsigned count, unsigned size)
{
    return secret_heap_allocate((size_t)count * size);
}

static void give_back(void *heap, void *piece)
{
    secret_heap_free(piece);
}

static GBytes *inflate_frame(GBytes *packed, Frame frame, size_t limit, int *ret_status)
{
    g_auto(Plain) out = {0};
    z_stream stream = {.zalloc = allocate, .zfree = give_back};
    gsize size;

    stream.next_in = (z_const Bytef *)g_bytes_get_data(packed, &size);
    stream.avail_in = (uInt)size;
    *ret_status = inflateInit2(&stream, frame);
    if (*ret_status == Z_OK) {
        *ret_status = inflate_all(&stream, frame, &out, limit);
        inflateEnd(&stream);
    }
    if (*ret_status != Z_STREAM_END)
        return NULL;
    return secret_bytes_new_take(g_steal_pointer(&out.bytes), out.size);
}

static void set_error(GError **error, int status, size_t limit)
{
    if (status == Z_MEM_ERROR)
        g_set_error(error, FAILURE, FAILURE_TOO_LARGE,
                    _("the file is larger than %zu bytes after decompression"), limit);
    else if (status == Z_BUF_ERROR)
        g_set_error(error, FAILURE, FAILURE_CORRUPT, _("the compressed file is cut off"));
    else
        g_set_error(error, FAILURE, FAILURE_CORRUPT, _("the compressed file is damaged"));
}

GBytes *inflate_bytes(GBytes *packed, InflateFormat format, size_t limit, GError **error)
{
    int status;
    GBytes *plain;

    g_return_val_if_fail(limit < G_MAXUINT && g_bytes_get_size(packed) <= G_MAXUINT, NULL);
    plain = inflate_frame(packed, format == INFLATE_GZIP ? FRAME_GZIP : FRAME_ZLIB, limit, &status);
    if (!plain && status == Z_DATA_ERROR && format == INFLATE_DEFLATE)
        plain = inflate_frame(packed, FRAME_NONE, limit, &status);
    if (!plain)
        set_error(error, status, limit);
    return plain;
}
