/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/envelope.h"
#include "core/failure.h"
#include "tests/unit/assert-failure.h"
#include "tests/unit/sealer.h"

#include <string.h>

#define MIB   (1024 * 1024)
#define LIMIT (16 * MIB)
#define KEY   "red hat"
#define IKM   "yqdlZ-tYemfogSmv7Ws5PQ"
#define TEXT  "<flat-profile>\n  <User_ID_1_>4711</User_ID_1_>\n</flat-profile>\n"

/* gzip -9nc FILE | openssl enc -aes-256-cbc -md md5 -k "red hat" -a, with TEXT in FILE */
static const char salted_gzip[] =
    "U2FsdGVkX1/uZG8dwrxoiSGr+pc8RJOkQOn4bfsijXOQFOCcMzv7s1BWrv+SRaSB\n"
    "uoYm9lVpxuQeY/NWk9/Om3ACtjFDlRZKdpdkzE6zfTc=\n";

static void count_warning(const char *message, void *userdata)
{
    guint *count = userdata;

    g_assert_nonnull(strstr(message, "--key"));
    g_assert_null(strstr(message, KEY));
    ++*count;
}

static void check_opens(GBytes *file, EnvelopeKeys keys, guint warnings)
{
    g_autoptr(GError) error = NULL;
    guint count = 0;
    g_autoptr(GBytes) inside = envelope_open(file, &keys, LIMIT, count_warning, &count, &error);

    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(inside, NULL), g_bytes_get_size(inside), TEXT, strlen(TEXT));
    g_assert_cmpuint(count, ==, warnings);
}

static void check_refuses(GBytes *file, EnvelopeKeys keys, Failure failure, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(envelope_open(file, &keys, LIMIT, NULL, NULL, &error));
    assert_failure(error, failure, words);
}

static GBytes *seal(GBytes *inside)
{
    return sealer_seal(IKM, 50, 1, g_bytes_get_data(inside, NULL), g_bytes_get_size(inside));
}

static void test_plain(void)
{
    g_autoptr(GBytes) file = g_bytes_new_static(TEXT, strlen(TEXT));

    check_opens(file, (EnvelopeKeys){0}, 0);
    check_opens(file, (EnvelopeKeys){.content_encoding = "identity", .ikm = IKM}, 0);
    check_opens(file, (EnvelopeKeys){.key = ""}, 0);
    check_opens(file, (EnvelopeKeys){.key = KEY}, 1);
    g_autoptr(GBytes) same =
        envelope_open(file, &(EnvelopeKeys){.key = KEY}, LIMIT, NULL, NULL, NULL);
    g_assert_true(same == file);
}

static void test_gzip(void)
{
    g_autoptr(GBytes) file = sealer_gzip(TEXT, strlen(TEXT)), twice = NULL;

    twice = sealer_gzip(g_bytes_get_data(file, NULL), g_bytes_get_size(file));
    check_opens(file, (EnvelopeKeys){0}, 0);
    check_opens(file, (EnvelopeKeys){.key = KEY}, 1);
    check_opens(file, (EnvelopeKeys){.content_encoding = "gzip"}, 0);
    check_opens(twice, (EnvelopeKeys){.content_encoding = "gzip"}, 0);
    check_opens(twice, (EnvelopeKeys){.content_encoding = "gzip, gzip"}, 0);
}

static void test_salted(void)
{
    g_autoptr(GBytes) binary = sealer_from_base64(salted_gzip), packed = NULL;
    g_autoptr(GBytes) text = g_bytes_new_static(salted_gzip, strlen(salted_gzip));

    packed = sealer_gzip(salted_gzip, strlen(salted_gzip));
    check_opens(binary, (EnvelopeKeys){.key = KEY}, 0);
    check_opens(text, (EnvelopeKeys){.key = KEY}, 0);
    check_opens(packed, (EnvelopeKeys){.key = KEY, .content_encoding = "gzip"}, 0);
    check_refuses(binary, (EnvelopeKeys){0}, FAILURE_CORRUPT, "no --key");
    check_refuses(text, (EnvelopeKeys){.key = "other"}, FAILURE_CORRUPT, "wrong key");
}

static void test_content_encryption(void)
{
    g_autoptr(GBytes) text = g_bytes_new_static(TEXT, strlen(TEXT)), packed = NULL, salted = NULL;
    g_autoptr(GBytes) sealed = seal(text), sealed_packed = NULL, sealed_salted = NULL;
    g_autoptr(GBytes) packed_sealed = NULL;

    packed = sealer_gzip(TEXT, strlen(TEXT));
    sealed_packed = seal(packed);
    packed_sealed = sealer_gzip(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
    salted = sealer_from_base64(salted_gzip);
    sealed_salted = seal(salted);
    check_opens(sealed, (EnvelopeKeys){"aes128gcm", IKM, NULL}, 0);
    check_opens(sealed, (EnvelopeKeys){"AES128GCM", IKM, "wins over this"}, 0);
    check_opens(sealed_packed, (EnvelopeKeys){"aes128gcm", IKM, NULL}, 0);
    check_opens(sealed_packed, (EnvelopeKeys){"gzip,aes128gcm", IKM, NULL}, 0);
    check_opens(packed_sealed, (EnvelopeKeys){"aes128gcm, gzip", IKM, NULL}, 0);
    check_opens(sealed_salted, (EnvelopeKeys){"aes128gcm", IKM, KEY}, 0);
    check_refuses(sealed, (EnvelopeKeys){"aes128gcm", NULL, KEY}, FAILURE_CORRUPT, "not set");
    check_refuses(sealed, (EnvelopeKeys){"aes128gcm", "x", KEY}, FAILURE_CORRUPT, "wrong key");
    check_refuses(packed_sealed, (EnvelopeKeys){"gzip, aes128gcm", IKM, NULL}, FAILURE_CORRUPT, "");
    check_refuses(text, (EnvelopeKeys){"aes128gcm", IKM, NULL}, FAILURE_CORRUPT, "");
}

static void test_unknown_coding(void)
{
    g_autoptr(GBytes) text = g_bytes_new_static(TEXT, strlen(TEXT));

    check_refuses(text, (EnvelopeKeys){"br", IKM, NULL}, FAILURE_CORRUPT, "“br”");
    check_refuses(text, (EnvelopeKeys){"aesgcm", IKM, NULL}, FAILURE_CORRUPT, "“aesgcm”");
}

/* A bomb is noticed wherever it is packed: as a coding, by its own first bytes, encrypted. */
static void test_limits(void)
{
    g_autofree char *zeros = g_malloc0(64 * MIB);
    g_autoptr(GBytes) bomb = sealer_gzip(zeros, 64 * MIB), sealed = seal(bomb), exact = NULL;
    g_autoptr(GBytes) large = g_bytes_new(zeros, 4 * MIB + 1);
    g_autoptr(GBytes) largest = g_bytes_new(zeros, 4 * MIB), same = NULL, whole = NULL;

    check_refuses(bomb, (EnvelopeKeys){0}, FAILURE_TOO_LARGE, "16777216");
    check_refuses(bomb, (EnvelopeKeys){.content_encoding = "gzip"}, FAILURE_TOO_LARGE, "16777216");
    check_refuses(sealed, (EnvelopeKeys){"aes128gcm", IKM, NULL}, FAILURE_TOO_LARGE, "16777216");
    check_refuses(large, (EnvelopeKeys){0}, FAILURE_TOO_LARGE, "4194304");
    same = envelope_open(largest, &(EnvelopeKeys){0}, LIMIT, NULL, NULL, NULL);
    g_assert_true(same == largest);
    exact = sealer_gzip(zeros, LIMIT);
    whole = envelope_open(exact, &(EnvelopeKeys){0}, LIMIT, NULL, NULL, NULL);
    g_assert_cmpuint(g_bytes_get_size(whole), ==, LIMIT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/envelope/plain", test_plain);
    g_test_add_func("/envelope/gzip", test_gzip);
    g_test_add_func("/envelope/salted", test_salted);
    g_test_add_func("/envelope/content-encryption", test_content_encryption);
    g_test_add_func("/envelope/unknown-coding", test_unknown_coding);
    g_test_add_func("/envelope/limits", test_limits);
    return g_test_run();
}
