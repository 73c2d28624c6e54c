/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

/* Texts are short and many, and libcrypto is quick with few and long pieces. */
#define PIECE_SIZE 4096

struct Digest {
    EVP_MD_CTX *context;
    size_t filled;
    char piece[PIECE_SIZE];
};

static void check(int result)
{
    if (result != 1)
        g_error("libcrypto cannot do SHA-256");
}

Digest *digest_new(void)
{
    Digest *digest = g_new(Digest, 1);

    digest->context = EVP_MD_CTX_new();
    digest->filled = 0;
    check(EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL));
    return digest;
}

void digest_free(Digest *digest)
{
    if (!digest)
        return;
    EVP_MD_CTX_free(digest->context);
    OPENSSL_cleanse(digest->piece, sizeof digest->piece);
    g_free(digest);
}

static void add_bytes(Digest *digest, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t part = MIN(size, PIECE_SIZE - digest->filled);

        memcpy(digest->piece + digest->filled, bytes, part);
        digest->filled += part;
        bytes += part;
        size -= part;
        if (digest->filled == PIECE_SIZE) {
            check(EVP_DigestUpdate(digest->context, digest->piece, PIECE_SIZE));
            digest->filled = 0;
        }
    }
}

void digest_add(Digest *digest, const char *text)
{
    add_bytes(digest, text ? "=" : "-", 1);
    if (text)
        add_bytes(digest, text, strlen(text) + 1);
}

char *digest_finish(Digest *digest)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char *text;

    check(EVP_DigestUpdate(digest->context, digest->piece, digest->filled));
    check(EVP_DigestFinal_ex(digest->context, hash, &size));
    text = g_malloc(2 * (size_t)size + 1);
    for (unsigned i = 0; i < size; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 0xf];
    }
    text[2 * size] = '\0';
    return text;
}
