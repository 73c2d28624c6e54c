/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/envelope.h"
#include "core/failure.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/sealer.h"

#include <openssl/evp.h>
#include <string.h>

/*
 * The first line says what the rest is:
 *     seal     the insides of records, each after a byte with its length, to be sealed
 *     encrypt  what `openssl enc` is to encrypt, by MD5 or SHA-256, whichever its length says
 *     else     a file, and the line its Content-Encoding
 * No fuzzer finds a tag or a padding that fits; so it hands over what is inside, too.
 */

#define KEY         "red hat"
#define LIMIT       (256 * 1024)
#define RECORD_SIZE 48

static void check_open(GBytes *file, const char *codings)
{
    EnvelopeKeys keys = {.content_encoding = codings, .ikm = KEY, .key = KEY};
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) inside = envelope_open(file, &keys, LIMIT, NULL, NULL, &error);

    if (!inside) {
        fuzz_check_error(error, "");
        g_assert_true(error->code == FAILURE_CORRUPT || error->code == FAILURE_TOO_LARGE);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(inside), <=, MAX(LIMIT, g_bytes_get_size(file)));
}

static void check_sealed(const uint8_t *data, size_t size)
{
    g_auto(Sealer) sealer = {0};
    g_autoptr(GBytes) file = NULL;

    sealer_init(&sealer, KEY, strlen(KEY), "0123456789abcdef", RECORD_SIZE, "");
    for (size_t at = 0; at < size;) {
        size_t inside = MIN(data[at], size - at - 1);

        sealer_append(&sealer, data + at + 1, inside);
        at += inside + 1;
    }
    file = g_bytes_new(sealer.file->data, sealer.file->len);
    check_open(file, "aes128gcm");
}

static void check_encrypted(const uint8_t *data, size_t size)
{
    static const char header[16] = {'S', 'a', 'l', 't', 'e', 'd', '_', '_', 1, 2, 3, 4, 5, 6, 7, 8};
    const EVP_MD *digest = size % 2 ? EVP_md5() : EVP_sha256();
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    guint8 key[32], iv[16], *file = g_malloc(16 + size + 16);
    g_autoptr(GBytes) bytes = NULL;
    int done, rest;

    EVP_BytesToKey(EVP_aes_256_cbc(), digest, (const guint8 *)header + 8, (const guint8 *)KEY,
                   (int)strlen(KEY), 1, key, iv);
    memcpy(file, header, 16);
    g_assert_true(EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key, iv));
    g_assert_true(EVP_EncryptUpdate(cipher, file + 16, &done, data, (int)size));
    g_assert_true(EVP_EncryptFinal_ex(cipher, file + 16 + done, &rest));
    EVP_CIPHER_CTX_free(cipher);
    bytes = g_bytes_new_take(file, 16 + (gsize)done + (gsize)rest);
    check_open(bytes, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line_end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t line_size = line_end ? (size_t)(line_end - data) : 0;
    g_autofree char *line = g_strndup((const char *)data, line_size);
    g_autoptr(GBytes) file = NULL;

    if (line_end) {
        data += line_size + 1;
        size -= line_size + 1;
    }
    if (strcmp(line, "seal") == 0) {
        check_sealed(data, size);
    } else if (strcmp(line, "encrypt") == 0) {
        check_encrypted(data, size);
    } else {
        file = g_bytes_new(data, size);
        check_open(file, line);
    }
    return 0;
}
