/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/digest.h"

#include <stdarg.h>
#include <string.h>

/* The digest of a row of so many texts. */
static char *digest_of(guint count, ...)
{
    g_autoptr(Digest) digest = digest_new();
    va_list texts;

    va_start(texts, count);
    for (guint i = 0; i < count; i++)
        digest_add(digest, va_arg(texts, const char *));
    va_end(texts);
    return digest_finish(digest);
}

static void test_is_sha256(void)
{
    static const char text[] = "=abc";
    g_autofree char *ours = digest_of(1, "abc");
    g_autofree char *reference =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, sizeof text);

    g_assert_cmpstr(ours, ==, reference);
}

static void test_rows_do_not_look_alike(void)
{
    char *digests[] = {
        digest_of(0),
        digest_of(1, ""),
        digest_of(1, NULL),
        digest_of(2, NULL, NULL),
        digest_of(2, "", ""),
        digest_of(2, "ab", "c"),
        digest_of(2, "a", "bc"),
        digest_of(1, "abc"),
        digest_of(2, "abc", NULL),
        digest_of(2, NULL, "abc"),
        digest_of(1, "-"),
        digest_of(1, "="),
    };

    for (guint i = 0; i < G_N_ELEMENTS(digests); i++)
        for (guint j = 0; j < i; j++)
            g_assert_cmpstr(digests[i], !=, digests[j]);
    for (guint i = 0; i < G_N_ELEMENTS(digests); i++)
        g_free(digests[i]);
}

/* Whatever the pieces are in which libcrypto gets it. */
static void test_long_rows(void)
{
    for (guint length = 4080; length < 4100; length++) {
        g_autoptr(Digest) digest = digest_new();
        g_autoptr(GString) all = g_string_new(NULL);
        g_autofree char *text = g_strnfill(length, 'x');
        g_autofree char *ours = NULL, *reference = NULL;

        for (guint i = 0; i < 5; i++) {
            digest_add(digest, text);
            g_string_append_c(all, '=');
            g_string_append_len(all, text, (gssize)length + 1);
        }
        ours = digest_finish(digest);
        reference =
            g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)all->str, all->len);
        g_assert_cmpstr(ours, ==, reference);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/digest/sha-256", test_is_sha256);
    g_test_add_func("/digest/rows", test_rows_do_not_look_alike);
    g_test_add_func("/digest/long", test_long_rows);
    return g_test_run();
}
