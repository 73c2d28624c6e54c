/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/sealer.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <zlib.h>

#define TAG_SIZE 16

/* The first block of HKDF-Expand: HMAC(PRK, info || 0x00 || 0x01). */
static void expand(const guint8 prk[static 32], const char *info, guint8 *out, gsize size)
{
    guint8 block[EVP_MAX_MD_SIZE];
    g_autofree char *message = g_strdup_printf("%s_\x01", info);
    gsize length = strlen(message);

    message[length - 2] = '\0';
    HMAC(EVP_sha256(), prk, 32, (const guint8 *)message, length, block, NULL);
    memcpy(out, block, size);
}

void sealer_init(Sealer *sealer, const void *ikm, gsize ikm_size, const char salt[static 16],
                 guint32 record_size, const char *keyid)
{
    guint32 big_endian = GUINT32_TO_BE(record_size);
    guint8 keyid_size = (guint8)strlen(keyid);
    guint8 prk[EVP_MAX_MD_SIZE];

    *sealer = (Sealer){.file = g_byte_array_new()};
    HMAC(EVP_sha256(), salt, 16, ikm, ikm_size, prk, NULL);
    expand(prk, "Content-Encoding: aes128gcm", sealer->key, sizeof sealer->key);
    expand(prk, "Content-Encoding: nonce", sealer->nonce, sizeof sealer->nonce);
    g_byte_array_append(sealer->file, (const guint8 *)salt, 16);
    g_byte_array_append(sealer->file, (const guint8 *)&big_endian, sizeof big_endian);
    g_byte_array_append(sealer->file, &keyid_size, 1);
    g_byte_array_append(sealer->file, (const guint8 *)keyid, keyid_size);
}

void sealer_clear(Sealer *sealer)
{
    if (sealer->file)
        g_byte_array_unref(sealer->file);
}

void sealer_append(Sealer *sealer, const void *inside, gsize size)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    guint start = sealer->file->len;
    guint8 nonce[12];
    int done;

    memcpy(nonce, sealer->nonce, sizeof nonce);
    for (int i = 0; i < 4; i++)
        nonce[11 - i] ^= (guint8)(sealer->sequence >> (8 * i));
    sealer->sequence++;
    g_byte_array_set_size(sealer->file, start + (guint)size + TAG_SIZE);
    g_assert_true(EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), NULL, sealer->key, nonce));
    g_assert_true(EVP_EncryptUpdate(cipher, sealer->file->data + start, &done, inside, (int)size));
    g_assert_true(EVP_EncryptFinal_ex(cipher, sealer->file->data + start + size, &done));
    g_assert_true(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
                                      sealer->file->data + start + size));
    EVP_CIPHER_CTX_free(cipher);
}

GBytes *sealer_seal(const char *ikm, guint32 record_size, gsize padding, const void *text,
                    gsize size)
{
    g_auto(Sealer) sealer = {0};
    gsize room = record_size - TAG_SIZE - 1 - padding;
    g_autofree guint8 *inside = g_malloc0(room + 1 + padding);
    gsize at = 0;

    sealer_init(&sealer, ikm, strlen(ikm), "0123456789abcdef", record_size, "");
    do {
        gsize piece = MIN(room, size - at);

        memset(inside, 0, room + 1 + padding);
        memcpy(inside, (const guint8 *)text + at, piece);
        at += piece;
        inside[piece] = at < size ? 1 : 2;
        sealer_append(&sealer, inside, piece + 1 + padding);
    } while (at < size);
    return g_byte_array_free_to_bytes(g_steal_pointer(&sealer.file));
}

GBytes *sealer_from_base64(const char *text)
{
    gsize size;
    guchar *data = g_base64_decode(text, &size);

    return g_bytes_new_take(data, size);
}

GBytes *sealer_gzip(const void *data, gsize size)
{
    z_stream stream = {.next_in = (z_const Bytef *)data, .avail_in = (uInt)size};
    gsize room = size + size / 100 + 100;
    guint8 *out = g_malloc(room);

    g_assert_cmpint(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    g_assert_cmpint(deflate(&stream, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd(&stream);
    return g_bytes_new_take(out, stream.total_out);
}
