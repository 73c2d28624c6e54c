/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/coding.h"
#include "core/failure.h"
#include "core/inflate.h"

#include <string.h>
#include <zlib.h>

#define MIB (1024 * 1024)

typedef enum Window { GZIP = 15 + 16, ZLIB = 15, RAW = -15 } Window;

static GBytes *pack(GBytes *plain, Window window)
{
    gsize size;
    const Bytef *data = g_bytes_get_data(plain, &size);
    gsize room = size + size / 100 + 100;
    Bytef *out = g_malloc(room);
    z_stream stream = {.next_in = (z_const Bytef *)data, .avail_in = (uInt)size};

    g_assert_cmpint(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    g_assert_cmpint(deflate(&stream, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd(&stream);
    return g_bytes_new_take(out, stream.total_out);
}

static GBytes *join(GBytes *a, const void *tail, gsize tail_size)
{
    GByteArray *joined = g_byte_array_new();

    g_byte_array_append(joined, g_bytes_get_data(a, NULL), (guint)g_bytes_get_size(a));
    g_byte_array_append(joined, tail, (guint)tail_size);
    return g_byte_array_free_to_bytes(joined);
}

static GBytes *sample(gsize size)
{
    guint8 *data = g_malloc(size + 1);

    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)((i * i) >> 7);
    return g_bytes_new_take(data, size);
}

static void check_undone(GBytes *file, const char *codings, GBytes *expected)
{
    g_autoptr(GError) error = NULL;
    bool encrypted = true;
    g_autoptr(GBytes) plain = coding_undo(file, codings, NULL, MIB, &encrypted, &error);

    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(plain, expected));
    g_assert_false(encrypted);
}

static void check_refused(GBytes *file, const char *codings, gsize limit, Failure failure)
{
    g_autoptr(GError) error = NULL;
    bool encrypted = true;

    g_assert_null(coding_undo(file, codings, NULL, limit, &encrypted, &error));
    g_assert_error(error, FAILURE, (int)failure);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_null(strstr(error->message, "\xef\xbf\xbe")); /* which the bus refuses in a text */
    g_assert_true(encrypted);
}

static void test_formats(void)
{
    static const gsize sizes[] = {0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 500000};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) plain = sample(sizes[i]);
        g_autoptr(GBytes) gzip = pack(plain, GZIP), zlib = NULL, raw = NULL;

        zlib = pack(plain, ZLIB);
        raw = pack(plain, RAW);
        g_assert_true(inflate_is_gzip(gzip));
        check_undone(gzip, "gzip", plain);
        check_undone(gzip, "X-GZIP", plain);
        check_undone(zlib, "deflate", plain);
        check_undone(raw, "Deflate", plain);
    }
}

static void test_none(void)
{
    g_autoptr(GBytes) plain = sample(1000);

    g_assert_false(inflate_is_gzip(plain));
    check_undone(plain, NULL, plain);
    check_undone(plain, "", plain);
    check_undone(plain, "identity", plain);
    check_undone(plain, " , identity", plain);
}

static void test_several(void)
{
    g_autoptr(GBytes) plain = sample(1000), inner = NULL, outer = NULL;

    inner = pack(plain, ZLIB);
    outer = pack(inner, GZIP);
    check_undone(outer, "deflate, gzip", plain);
    check_refused(outer, "gzip,deflate", MIB, FAILURE_CORRUPT);
    check_refused(plain, "identity,identity,identity,identity,identity", MIB, FAILURE_CORRUPT);
}

static void test_unknown(void)
{
    g_autoptr(GBytes) plain = sample(1000);

    check_refused(plain, "br", MIB, FAILURE_CORRUPT);
    check_refused(plain, "gzip, br", MIB, FAILURE_CORRUPT);
    check_refused(plain, "gzip;q=1", MIB, FAILURE_CORRUPT);
    check_refused(plain, "\xff\xfe", MIB, FAILURE_CORRUPT);
    check_refused(plain, "x\xef\xbf\xbe", MIB, FAILURE_CORRUPT);
    check_refused(plain,
                  "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                  "x\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
                  MIB, FAILURE_CORRUPT);
}

static void test_members(void)
{
    g_autoptr(GBytes) half = sample(40000), packed = NULL, two = NULL, padded = NULL;
    g_autoptr(GBytes) garbled = NULL, both = NULL;

    both = join(half, g_bytes_get_data(half, NULL), g_bytes_get_size(half));
    packed = pack(half, GZIP);
    two = join(packed, g_bytes_get_data(packed, NULL), g_bytes_get_size(packed));
    check_undone(two, "gzip", both);
    padded = join(two, "\0\0\0\0", 4);
    check_undone(padded, "gzip", both);
    garbled = join(two, "\0\0xx", 4);
    check_refused(garbled, "gzip", MIB, FAILURE_CORRUPT);
}

static void test_cut_off(void)
{
    g_autoptr(GBytes) plain = sample(300), packed = pack(plain, GZIP);

    for (gsize i = 0; i < g_bytes_get_size(packed); i++) {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, i);

        check_refused(cut, "gzip", MIB, FAILURE_CORRUPT);
    }
}

/* Whichever bit is turned behind the header, nothing but the file itself comes out: the last bits
 * before the checksum may be unused ones. */
static void test_damaged(void)
{
    g_autoptr(GBytes) plain = sample(300), packed = pack(plain, GZIP);
    gsize size = g_bytes_get_size(packed);

    for (gsize bit = 10 * 8; bit < size * 8; bit++) {
        g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(packed, NULL), size);
        g_autoptr(GBytes) turned = NULL, undone = NULL;
        g_autoptr(GError) error = NULL;
        bool encrypted;

        copy[bit / 8] ^= (guint8)(1 << bit % 8);
        turned = g_bytes_new(copy, size);
        undone = coding_undo(turned, "gzip", NULL, MIB, &encrypted, &error);
        if (undone)
            g_assert_true(g_bytes_equal(undone, plain));
        else
            g_assert_error(error, FAILURE, FAILURE_CORRUPT);
    }
}

static void test_not_packed(void)
{
    g_autoptr(GBytes) page = g_bytes_new_static("<html></html>", 13), empty = NULL;

    empty = g_bytes_new_static("", 0);
    check_refused(page, "gzip", MIB, FAILURE_CORRUPT);
    check_refused(page, "deflate", MIB, FAILURE_CORRUPT);
    check_refused(empty, "gzip", MIB, FAILURE_CORRUPT);
    check_refused(empty, "deflate", MIB, FAILURE_CORRUPT);
}

static void test_limit(void)
{
    g_autoptr(GBytes) plain = sample(100000), packed = pack(plain, GZIP), bomb = NULL;
    g_autoptr(GBytes) zeros = g_bytes_new_take(g_malloc0(64 * MIB), 64 * MIB), exact = NULL;
    bool encrypted;

    exact = coding_undo(packed, "gzip", NULL, 100000, &encrypted, NULL);
    g_assert_nonnull(exact);
    check_refused(packed, "gzip", 99999, FAILURE_TOO_LARGE);
    check_refused(packed, "gzip", 0, FAILURE_TOO_LARGE);
    bomb = pack(zeros, GZIP);
    check_refused(bomb, "gzip", 16 * MIB, FAILURE_TOO_LARGE);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/coding/formats", test_formats);
    g_test_add_func("/coding/none", test_none);
    g_test_add_func("/coding/several", test_several);
    g_test_add_func("/coding/unknown", test_unknown);
    g_test_add_func("/coding/members", test_members);
    g_test_add_func("/coding/cut-off", test_cut_off);
    g_test_add_func("/coding/damaged", test_damaged);
    g_test_add_func("/coding/not-packed", test_not_packed);
    g_test_add_func("/coding/limit", test_limit);
    return g_test_run();
}
