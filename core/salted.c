/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/salted.h"

#include "config.h"
#include "core/failure.h"
#include "core/inflate.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define MAGIC        "Salted__"
#define MAGIC_BASE64 "U2FsdGVkX1" /* "Salted__" but for its last four bits */
#define SPACE        " \t\r\n"
#define MAGIC_SIZE   8
#define SALT_SIZE    8
#define BLOCK_SIZE   16
#define LOOKED_AT    256 /* bytes of the text that show whether it is one */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_ENCODE_CTX, EVP_ENCODE_CTX_free)

typedef struct CipherKey {
    guint8 key[32];
    guint8 iv[BLOCK_SIZE];
} CipherKey;

static void cipher_key_clear(CipherKey *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CipherKey, cipher_key_clear)

static bool begins_with(const guint8 *bytes, size_t size, const char *start, size_t start_size)
{
    return size >= start_size && memcmp(bytes, start, start_size) == 0;
}

static bool is_binary(GBytes *file)
{
    return begins_with(g_bytes_get_data(file, NULL), g_bytes_get_size(file), MAGIC, MAGIC_SIZE);
}

static bool is_base64(GBytes *file)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(file, &size);

    while (size > 0 && strchr(SPACE, *bytes) && *bytes) {
        bytes++;
        size--;
    }
    return begins_with(bytes, size, MAGIC_BASE64, strlen(MAGIC_BASE64));
}

bool salted_is_encrypted(GBytes *file)
{
    return is_binary(file) || is_base64(file);
}

static GBytes *base64_decode(GBytes *file, GError **error)
{
    g_autoptr(EVP_ENCODE_CTX) context = EVP_ENCODE_CTX_new();
    gsize size;
    const guint8 *text = g_bytes_get_data(file, &size);
    guint8 *bytes = g_malloc(size);
    g_autoptr(GBytes) buffer = g_bytes_new_take(bytes, size);
    int done = 0, rest = 0;

    EVP_DecodeInit(context);
    if (EVP_DecodeUpdate(context, bytes, &done, text, (int)size) < 0 ||
        EVP_DecodeFinal(context, bytes + done, &rest) < 0) {
        g_set_error(error, FAILURE, FAILURE_CORRUPT,
                    _("the encrypted file is cut off or damaged: it is no whole base64"));
        return NULL;
    }
    return g_bytes_new_from_bytes(buffer, 0, (gsize)done + (gsize)rest);
}

/* A document that says what it is: one in UTF-16, or any that begins with a declaration. */
static bool is_declared_xml(const guint8 *text, size_t size)
{
    return begins_with(text, size, "<?xml", 5) || begins_with(text, size, "\xff\xfe<\0", 4) ||
           begins_with(text, size, "\xfe\xff\0<", 4) || begins_with(text, size, "<\0?\0", 4) ||
           begins_with(text, size, "\0<\0?", 4);
}

static bool is_control(guint8 byte)
{
    return byte < ' ' && (byte == 0 || !strchr(SPACE, byte));
}

/*
 * Whether a text may be XML. Without a declaration it has to be UTF-8, of which every piece shows
 * that it is. Under a wrong key one text in 256 has the right first byte, but none gets on far.
 */
static bool is_xml(const guint8 *text, size_t size)
{
    size_t seen = MIN(size, LOOKED_AT), start = begins_with(text, size, "\xef\xbb\xbf", 3) ? 3 : 0;
    const char *valid_end;

    if (is_declared_xml(text + start, size - start))
        return true;
    if (!g_utf8_validate_len((const char *)text, seen, &valid_end) &&
        (const char *)text + seen - valid_end > 3) /* more than a character that is cut in two */
        return false;
    for (size_t i = start; i < seen; i++)
        if (is_control(text[i]))
            return false;
    while (start < seen && strchr(SPACE, text[start]))
        start++;
    return start < seen && text[start] == '<';
}

/* Decrypts into text, which has room for a block more; false where the padding is not right. */
static bool decrypt(const CipherKey *key, const guint8 *bytes, size_t size, guint8 *text,
                    size_t *ret_size)
{
    g_autoptr(EVP_CIPHER_CTX) cipher = EVP_CIPHER_CTX_new();
    int done = 0, rest = 0;
    bool padded;

    if (!cipher || !EVP_DecryptInit_ex2(cipher, EVP_aes_256_cbc(), key->key, key->iv, NULL) ||
        !EVP_DecryptUpdate(cipher, text, &done, bytes, (int)size))
        g_error("libcrypto has no AES-256-CBC");
    padded = EVP_DecryptFinal_ex(cipher, text + done, &rest) == 1;
    *ret_size = (size_t)done + (padded ? (size_t)rest : 0);
    return padded;
}

/*
 * The text under the keys of one digest; NULL where they do not fit. *cut_off becomes true where
 * they seem to, but for the end of the file.
 */
static GBytes *open_with(const EVP_MD *digest, GBytes *file, const char *password, bool *cut_off)
{
    g_auto(CipherKey) key = {{0}};
    const guint8 *salt = (const guint8 *)g_bytes_get_data(file, NULL) + MAGIC_SIZE;
    size_t size = g_bytes_get_size(file) - MAGIC_SIZE - SALT_SIZE;
    guint8 *buffer = g_malloc(size + BLOCK_SIZE);
    g_autoptr(GBytes) text = secret_bytes_new_take(buffer, size + BLOCK_SIZE), found = NULL;
    size_t text_size;
    bool padded;

    if (!EVP_BytesToKey(EVP_aes_256_cbc(), digest, salt, (const guint8 *)password,
                        (int)strlen(password), 1, key.key, key.iv))
        return NULL;
    padded = decrypt(&key, salt + SALT_SIZE, size, buffer, &text_size);
    found = g_bytes_new_from_bytes(text, 0, text_size);
    if (!is_xml(buffer, text_size) && !inflate_is_gzip(found))
        return NULL;
    if (!padded)
        *cut_off = true;
    return padded ? g_steal_pointer(&found) : NULL;
}

/* Checks what is to be right before a key is tried: that there is one, and whole blocks. */
static bool check(GBytes *file, const char *password, GError **error)
{
    const char *what = NULL;
    size_t size = g_bytes_get_size(file);

    if (!password)
        what = _("the file is encrypted (openssl enc), and the rule has no --key for it");
    else if (!*password)
        what = _("the file is encrypted (openssl enc), and the --key for it is empty");
    else if (!is_binary(file) || size <= MAGIC_SIZE + SALT_SIZE || size % BLOCK_SIZE != 0)
        what = _("the encrypted file is cut off or damaged");
    if (what)
        g_set_error_literal(error, FAILURE, FAILURE_CORRUPT, what);
    return !what;
}

static GBytes *open_binary(GBytes *file, const char *password, GError **error)
{
    const EVP_MD *const digests[] = {EVP_sha256(), EVP_md5()};
    bool cut_off = false;

    if (!check(file, password, error))
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(digests); i++) {
        GBytes *text = open_with(digests[i], file, password, &cut_off);

        if (text)
            return text;
    }
    g_set_error_literal(
        error, FAILURE, FAILURE_CORRUPT,
        cut_off ? _("the encrypted file is cut off or damaged: its end is not right")
                : _("--key is the wrong key for the encrypted file, or this was not made "
                    "by “openssl enc -aes-256-cbc” without -pbkdf2, or holds no profile"));
    return NULL;
}

GBytes *salted_open(GBytes *file, const char *password, GError **error)
{
    g_autoptr(GBytes) binary = NULL;

    if (is_binary(file))
        return open_binary(file, password, error);
    binary = base64_decode(file, error);
    return binary ? open_binary(binary, password, error) : NULL;
}
