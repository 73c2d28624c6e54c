/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/aes128gcm.h"
#include "core/failure.h"
#include "tests/unit/assert-failure.h"
#include "tests/unit/sealer.h"

#include <stdbool.h>
#include <string.h>

#define TEXT "<flat-profile><User_ID_1_>4711</User_ID_1_></flat-profile>"
#define IKM  "correct horse battery"

/* RFC 8188, section 3.1 */
static const char walrus[] =
    "I1BsxtFttlv3u/Oo94xnmwAAEAAA+NAVub2qFgBEuQKRapoZu+IxkIva3MEB1PD+ly8Thjg=";

/* RFC 8188, section 3.2: records of 25 bytes, one byte of padding, a keyid */
static const char walrus_in_two[] =
    "uNCkWiNYzKTnBN9ji3+qWAAAABkCYTHOG8chz/gnvgOqdGYovxyjuqRyJFjEDyoF"
    "1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS/uA==";

static void check_opens(GBytes *file, const char *ikm, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = aes128gcm_open(file, ikm, &error);
    gsize size;
    const char *bytes;

    g_assert_no_error(error);
    bytes = g_bytes_get_data(text, &size);
    g_assert_cmpmem(bytes, size, expected, strlen(expected));
}

static void check_refuses(GBytes *file, const char *ikm, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(aes128gcm_open(file, ikm, &error));
    assert_failure(error, FAILURE_CORRUPT, words);
    if (ikm && strlen(ikm) > 5)
        g_assert_null(strstr(error->message, ikm));
}

static void check_refuses_array(const GByteArray *file, const char *words)
{
    g_autoptr(GBytes) bytes = g_bytes_new(file->data, file->len);

    check_refuses(bytes, IKM, words);
}

static void test_vectors(void)
{
    g_autoptr(GBytes) one = sealer_from_base64(walrus), two = sealer_from_base64(walrus_in_two);

    check_opens(one, "yqdlZ-tYemfogSmv7Ws5PQ", "I am the walrus");
    check_opens(one, "yqdlZ-tYemfogSmv7Ws5PQ==", "I am the walrus");
    check_opens(two, "BO3ZVPxUlnLORbVGMpbT1Q", "I am the walrus");
}

/* The sealer, by which the other cases are made, writes what the RFC has. */
static void test_sealer(void)
{
    g_autoptr(GBytes) expected = sealer_from_base64(walrus),
                      ikm = sealer_from_base64("yqdlZ+tYemfogSmv7Ws5PQ==");
    g_auto(Sealer) sealer = {0};
    gsize size;

    sealer_init(&sealer, g_bytes_get_data(ikm, NULL), g_bytes_get_size(ikm),
                g_bytes_get_data(expected, NULL), 4096, "");
    sealer_append(&sealer, "I am the walrus\x02", 16);
    const void *data = g_bytes_get_data(expected, &size);
    g_assert_cmpmem(sealer.file->data, sealer.file->len, data, size);
}

static void test_which_key(void)
{
    g_autoptr(GBytes) literal = sealer_seal("yqdlZ-tYemfogSmv7Ws5PQ", 100, 0, TEXT, strlen(TEXT));
    g_autoptr(GBytes) spaced = sealer_seal("red hat", 100, 0, TEXT, strlen(TEXT));
    g_autoptr(GBytes) octets = sealer_seal("red", 100, 0, TEXT, strlen(TEXT)); /* cmVk */
    g_autoptr(GBytes) two = sealer_seal("ab", 100, 0, TEXT, strlen(TEXT));     /* YWI */

    check_opens(literal, "yqdlZ-tYemfogSmv7Ws5PQ", TEXT);
    check_opens(spaced, "red hat", TEXT);
    check_opens(octets, "cmVk", TEXT);
    check_opens(two, "YWI", TEXT);
    check_opens(two, "YWI=", TEXT);
    check_refuses(octets, "cmVk!", "wrong key");
    check_refuses(octets, "cmVkc", "wrong key");
    check_refuses(octets, "c", "wrong key");
    check_refuses(octets, "====", "wrong key");
    check_refuses(octets, "green", "wrong key");
    check_refuses(octets, "", "not set");
    check_refuses(octets, NULL, "not set");
}

/* Whatever the size of the records and their padding, the text comes out whole. */
static void test_record_sizes(void)
{
    static const guint32 sizes[] = {18, 19, 33, 74, 75, 76, 4096, 0xffffffff};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        bool one = sizes[i] > 4096;
        g_autoptr(GBytes) sealed = sealer_seal(IKM, one ? 4096 : sizes[i], 0, TEXT, strlen(TEXT));
        g_autofree guint8 *data =
            g_memdup2(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
        g_autoptr(GBytes) file = NULL;

        if (one)
            memset(data + 16, 0xff, 4);
        file = g_bytes_new(data, g_bytes_get_size(sealed));
        check_opens(file, IKM, TEXT);
    }
    for (gsize padding = 1; padding < 100; padding += 14) {
        g_autoptr(GBytes) padded = sealer_seal(IKM, 200, padding, TEXT, strlen(TEXT));
        g_autoptr(GBytes) many =
            sealer_seal(IKM, 18 + (guint32)padding, padding, TEXT, strlen(TEXT));

        check_opens(padded, IKM, TEXT);
        check_opens(many, IKM, TEXT);
    }
}

static void test_many_records(void)
{
    gsize size = 1000000;
    g_autofree char *text = g_strnfill(size, 'x');
    g_autoptr(GBytes) file = sealer_seal(IKM, 18 + 16, 0, text, size);

    check_opens(file, IKM, text);
}

static void test_nothing_inside(void)
{
    g_autoptr(GBytes) empty = sealer_seal(IKM, 100, 0, "", 0);
    g_autoptr(GBytes) padded = sealer_seal(IKM, 100, 50, "", 0);

    check_opens(empty, IKM, "");
    check_opens(padded, IKM, "");
}

static void test_bad_record_size(void)
{
    g_auto(Sealer) sealer = {0};

    sealer_init(&sealer, IKM, strlen(IKM), "0123456789abcdef", 17, "");
    sealer_append(&sealer, "\x02", 1);
    check_refuses_array(sealer.file, "damaged");
}

static void test_longest_keyid(void)
{
    g_autofree char *keyid = g_strnfill(255, 'k');
    g_auto(Sealer) sealer = {0};

    sealer_init(&sealer, IKM, strlen(IKM), "0123456789abcdef", 100, keyid);
    check_refuses_array(sealer.file, "cut off");
    sealer_append(&sealer, TEXT "\x02", strlen(TEXT) + 1);
    g_autoptr(GBytes) file = g_bytes_new(sealer.file->data, sealer.file->len);
    check_opens(file, IKM, TEXT);
}

typedef struct Inside {
    const char *bytes;
    gsize size;
} Inside;

/* Records with the right tags, whose paddings say the wrong thing. */
static void check_inside(const Inside *records, guint count, const char *words)
{
    g_auto(Sealer) sealer = {0};

    sealer_init(&sealer, IKM, strlen(IKM), "0123456789abcdef", 24, "");
    for (guint i = 0; i < count; i++)
        sealer_append(&sealer, records[i].bytes, records[i].size);
    check_refuses_array(sealer.file, words);
}

static void test_padding(void)
{
    check_inside((Inside[]){{"abcdefg\x01", 8}}, 1, "record 1 of the encrypted file should be fol");
    check_inside((Inside[]){{"abcdefg\x02", 8}, {"abc\x02", 4}}, 2,
                 "record 1 of the encrypted fil");
    check_inside((Inside[]){{"abcdefg\x01", 8}, {"abc\x01", 4}}, 2,
                 "record 2 of the encrypted fil");
    check_inside((Inside[]){{"abcdefg\x03", 8}}, 1, "padded");
    check_inside((Inside[]){{"abcdefg\x00", 8}}, 1, "padded");
    check_inside((Inside[]){{"\0\0\0\0\0\0\0", 8}}, 1, "padded");
    check_inside((Inside[]){{"\0", 1}}, 1, "padded");
    check_inside((Inside[]){{"abcdef\x02\x01", 8}, {"\x02\x00\x01", 3}}, 2, "followed by another");
    check_inside((Inside[]){{"", 0}}, 1, "cut off");
    check_inside((Inside[]){{"abcdefg\x01", 8}, {"", 0}}, 2, "cut off");
}

/* A bit in the salt, the ciphertext or a tag; and those of the record size, which moves records. */
static void test_flipped_bits(void)
{
    g_autoptr(GBytes) sealed = sealer_seal(IKM, 40, 2, TEXT, strlen(TEXT));
    gsize size = g_bytes_get_size(sealed);

    for (gsize bit = 0; bit < size * 8; bit++) {
        g_autofree guint8 *data = g_memdup2(g_bytes_get_data(sealed, NULL), size);
        g_autoptr(GBytes) file = NULL;

        data[bit / 8] ^= (guint8)(1 << bit % 8);
        file = g_bytes_new(data, size);
        check_refuses(file, IKM, "");
    }
}

static void test_cut_off(void)
{
    g_autoptr(GBytes) sealed = sealer_seal(IKM, 40, 0, TEXT, strlen(TEXT));
    gsize size = g_bytes_get_size(sealed);

    g_assert_cmpuint(size, ==, 21 + 2 * 40 + 29); /* 23 bytes of text in a record, 12 in the last */
    for (gsize i = 0; i < size; i++) {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(sealed, 0, i);

        check_refuses(cut, IKM, i == 21 + 40 || i == 21 + 80 ? "cut off" : "");
    }
}

/* The file with its records, of 40 bytes each, in another order. */
static void check_order(GBytes *sealed, const char *order)
{
    const guint8 *data = g_bytes_get_data(sealed, NULL);
    GByteArray *file = g_byte_array_new();
    g_autoptr(GBytes) bytes = NULL;

    g_byte_array_append(file, data, 21);
    for (; *order; order++)
        g_byte_array_append(file, data + 21 + 40 * (gsize)(*order - '1'), 40);
    bytes = g_byte_array_free_to_bytes(file);
    check_refuses(bytes, IKM, "");
}

static void test_order(void)
{
    const char *text = "The records of this text all have the same size, all four of them."
                       "It has 92 letters in all..";
    g_autoptr(GBytes) sealed = sealer_seal(IKM, 40, 0, text, 92);

    check_opens(sealed, IKM, text);
    for (const char *const *order =
             (const char *[]){"123", "124", "134", "234", "2134", "1324", "1243", "4321", "12344",
                              "12334", "1", "4", "11", "12341234", NULL};
         *order; order++)
        check_order(sealed, *order);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/aes128gcm/vectors", test_vectors);
    g_test_add_func("/aes128gcm/sealer", test_sealer);
    g_test_add_func("/aes128gcm/which-key", test_which_key);
    g_test_add_func("/aes128gcm/record-sizes", test_record_sizes);
    g_test_add_func("/aes128gcm/many-records", test_many_records);
    g_test_add_func("/aes128gcm/nothing-inside", test_nothing_inside);
    g_test_add_func("/aes128gcm/bad-record-size", test_bad_record_size);
    g_test_add_func("/aes128gcm/longest-keyid", test_longest_keyid);
    g_test_add_func("/aes128gcm/padding", test_padding);
    g_test_add_func("/aes128gcm/flipped-bits", test_flipped_bits);
    g_test_add_func("/aes128gcm/cut-off", test_cut_off);
    g_test_add_func("/aes128gcm/order", test_order);
    return g_test_run();
}
