/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/aes128gcm.h"

#include "config.h"
#include "core/failure.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdbool.h>
#include <string.h>

#define SALT_SIZE       16
#define HEADER_SIZE     (SALT_SIZE + 4 + 1) /* salt, record size, length of the keyid after it */
#define RECORD_SIZE_MIN 18                  /* by the RFC: there is room for one byte of text */
#define KEY_SIZE        16
#define NONCE_SIZE      12
#define TAG_SIZE        16
#define PADDING_MORE    1 /* how the padding begins: in the last record, and in all others */
#define PADDING_LAST    2

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF_CTX, EVP_KDF_CTX_free)

typedef struct Body {
    const guint8 *salt;
    const guint8 *records;
    size_t size; /* of all records */
    size_t record_size;
} Body;

typedef struct RecordKey {
    guint8 key[KEY_SIZE];
    guint8 nonce[NONCE_SIZE]; /* of record 0 */
} RecordKey;

static void record_key_clear(RecordKey *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecordKey, record_key_clear)

static bool fail(GError **error, const char *message)
{
    g_set_error_literal(error, FAILURE, FAILURE_CORRUPT, message);
    return false;
}

static bool body_read(GBytes *file, Body *ret_body, GError **error)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(file, &size);
    size_t header_size = size >= HEADER_SIZE ? HEADER_SIZE + bytes[HEADER_SIZE - 1] : HEADER_SIZE;
    guint32 record_size;

    if (size <= header_size + TAG_SIZE)
        return fail(error,
                    _("the encrypted file is cut off: it ends before its first record does"));
    memcpy(&record_size, bytes + SALT_SIZE, sizeof record_size);
    record_size = GUINT32_FROM_BE(record_size);
    if (record_size < RECORD_SIZE_MIN)
        return fail(error, _("the encrypted file is damaged: its records would be smaller than "
                             "aes128gcm has them"));
    *ret_body = (Body){
        .salt = bytes,
        .records = bytes + header_size,
        .size = size - header_size,
        .record_size = record_size,
    };
    return true;
}

/* HKDF with SHA-256; info_size counts the NUL that the RFC ends each info with. */
static bool derive(const Body *body, const void *ikm, size_t ikm_size, const char *info,
                   size_t info_size, guint8 *out, size_t size)
{
    g_autoptr(EVP_KDF) hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    g_autoptr(EVP_KDF_CTX) context = EVP_KDF_CTX_new(hkdf);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)ikm, ikm_size),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)body->salt, SALT_SIZE),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_size),
        OSSL_PARAM_construct_end(),
    };

    return context && EVP_KDF_derive(context, out, size, parameters) == 1;
}

static bool record_key_derive(RecordKey *key, const Body *body, const void *ikm, size_t ikm_size)
{
    static const char key_info[] = "Content-Encoding: aes128gcm";
    static const char nonce_info[] = "Content-Encoding: nonce";

    return derive(body, ikm, ikm_size, key_info, sizeof key_info, key->key, KEY_SIZE) &&
           derive(body, ikm, ikm_size, nonce_info, sizeof nonce_info, key->nonce, NONCE_SIZE);
}

static EVP_CIPHER_CTX *cipher_new(const RecordKey *key)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

    if (!cipher || !EVP_DecryptInit_ex2(cipher, EVP_aes_128_gcm(), key->key, NULL, NULL))
        g_error("libcrypto has no AES-128-GCM");
    return cipher;
}

/* Decrypts one record, tag and all; out has room for its text and padding. False: not authentic. */
static bool record_decrypt(EVP_CIPHER_CTX *cipher, const RecordKey *key, guint32 sequence,
                           const guint8 *record, size_t size, guint8 *out)
{
    size_t text_size = size - TAG_SIZE;
    guint32 number = GUINT32_TO_BE(sequence);
    guint8 nonce[NONCE_SIZE];
    int done = 0, rest = 0;

    memcpy(nonce, key->nonce, NONCE_SIZE);
    for (size_t i = 0; i < sizeof number; i++)
        nonce[NONCE_SIZE - sizeof number + i] ^= ((const guint8 *)&number)[i];
    return EVP_DecryptInit_ex2(cipher, NULL, NULL, nonce, NULL) &&
           EVP_DecryptUpdate(cipher, out, &done, record, (int)text_size) &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE,
                               (void *)(record + text_size)) &&
           EVP_DecryptFinal_ex(cipher, out + done, &rest);
}

/* The octets that a text in base64url stands for, to be wiped; NULL where it is none. */
static GBytes *base64url_decode(const char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t length = strspn(text, alphabet);
    g_autoptr(GBytes) whole = NULL;
    gsize size;
    char *octets;

    if (length < 2 || length % 4 == 1 || text[length + strspn(text + length, "=")] != '\0')
        return NULL;
    octets = g_strnfill(length + -length % 4, '=');
    memcpy(octets, text, length);
    whole = secret_bytes_new_take(octets, strlen(octets));
    g_strdelimit(g_strdelimit(octets, "-", '+'), "_", '/');
    g_base64_decode_inplace(octets, &size);
    return g_bytes_new_from_bytes(whole, 0, size);
}

static bool key_fits(RecordKey *key, const Body *body, const void *ikm, size_t ikm_size,
                     guint8 *scratch)
{
    g_autoptr(EVP_CIPHER_CTX) cipher = NULL;

    if (!record_key_derive(key, body, ikm, ikm_size))
        return false;
    cipher = cipher_new(key);
    return record_decrypt(cipher, key, 0, body->records, MIN(body->record_size, body->size),
                          scratch);
}

/* The first record tells which key it is. */
static bool key_find(RecordKey *key, const Body *body, const char *ikm, guint8 *scratch)
{
    g_autoptr(GBytes) octets = NULL;

    if (key_fits(key, body, ikm, strlen(ikm), scratch))
        return true;
    octets = base64url_decode(ikm);
    return octets &&
           key_fits(key, body, g_bytes_get_data(octets, NULL), g_bytes_get_size(octets), scratch);
}

/* Takes the padding off a record: *size becomes that of its text. 0 where there is only padding. */
static guint8 record_unpad(const guint8 *text, size_t *size)
{
    size_t end = *size;

    while (end > 0 && text[end - 1] == 0)
        end--;
    if (end == 0)
        return 0;
    *size = end - 1;
    return text[end - 1];
}

static bool check_padding(guint8 padding, bool is_last, guint32 sequence, GError **error)
{
    if (padding == (is_last ? PADDING_LAST : PADDING_MORE))
        return true;
    if (padding == PADDING_MORE)
        g_set_error(error, FAILURE, FAILURE_CORRUPT,
                    _("record %u of the encrypted file should be followed by another: the file is "
                      "cut off"),
                    sequence + 1);
    else if (padding == PADDING_LAST)
        g_set_error(error, FAILURE, FAILURE_CORRUPT,
                    _("record %u of the encrypted file should be the last one, but the file goes "
                      "on"),
                    sequence + 1);
    else
        g_set_error(error, FAILURE, FAILURE_CORRUPT,
                    _("record %u of the encrypted file is padded in a way that aes128gcm does not "
                      "have"),
                    sequence + 1);
    return false;
}

/* Decrypts all records one behind the other; text has room for the body. */
static bool decrypt_all(const RecordKey *key, const Body *body, guint8 *text, size_t *ret_size,
                        GError **error)
{
    g_autoptr(EVP_CIPHER_CTX) cipher = cipher_new(key);
    guint32 sequence = 0;
    size_t out = 0;

    for (size_t at = 0; at < body->size; sequence++) {
        size_t record_size = MIN(body->record_size, body->size - at);
        size_t text_size = record_size - TAG_SIZE;

        if (record_size <= TAG_SIZE)
            return fail(error, _("the encrypted file is cut off in its last record"));
        if (!record_decrypt(cipher, key, sequence, body->records + at, record_size, text + out)) {
            g_set_error(
                error, FAILURE, FAILURE_CORRUPT,
                _("record %u of the encrypted file is damaged, cut off or out of its order"),
                sequence + 1);
            return false;
        }
        at += record_size;
        if (!check_padding(record_unpad(text + out, &text_size), at == body->size, sequence, error))
            return false;
        out += text_size;
    }
    *ret_size = out;
    return true;
}

GBytes *aes128gcm_open(GBytes *file, const char *ikm, GError **error)
{
    g_auto(RecordKey) key = {{0}};
    g_autoptr(GBytes) text = NULL;
    guint8 *buffer;
    size_t size;
    Body body;

    if (!ikm || !*ikm) {
        fail(error, _("the file is encrypted (aes128gcm), and its key, the parameter "
                      "IKM_HTTP_Encrypt_Content, is not set"));
        return NULL;
    }
    if (!body_read(file, &body, error))
        return NULL;
    buffer = g_malloc(body.size);
    text = secret_bytes_new_take(buffer, body.size);
    if (!key_find(&key, &body, ikm, buffer)) {
        fail(error,
             _("IKM_HTTP_Encrypt_Content is the wrong key for the encrypted file (aes128gcm), "
               "or the file is damaged"));
        return NULL;
    }
    return decrypt_all(&key, &body, buffer, &size, error) ? g_bytes_new_from_bytes(text, 0, size)
                                                          : NULL;
}
