/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"
#include "core/salted.h"
#include "tests/unit/assert-failure.h"
#include "tests/unit/sealer.h"

#include <string.h>

#define KEY  "red hat"
#define TEXT "<flat-profile>\n  <User_ID_1_>4711</User_ID_1_>\n</flat-profile>\n"

/*
 * All made by OpenSSL 3.0's command, from a file that holds TEXT where nothing else is said:
 *     openssl enc -aes-256-cbc -md sha256 -k "red hat" -a -in FILE
 */
static const char by_sha256[] = "U2FsdGVkX1+DbZVE7rjYbDrnEOLcQ9g2ILL6V7+VGqYqBpdVrfiV1JpMgMJXK6Br\n"
                                "b81mSbJR2l8smDKTeUkECDuEL5RT/B0dVWPrJWcJXV0=\n";
static const char by_md5[] = /* -md md5 */
    "U2FsdGVkX18cahAKKxWtMLALgBcpR+RKNt9x3nmTlll9yQouuoShxNJcwy/md9nV\n"
    "5dH9Qm4njCR0Y0W37Z+t1JfEthbNKo9UyCWMTtugGS4=\n";
static const char gzip_by_sha256[] = /* of what gzip -9n made of it */
    "U2FsdGVkX1+ZitYLYLdRyqdE8vzftQ7j+os65PC7FTrl0k/wVquk6oNeaFOaNIGo\n"
    "S1VVkaHv2PSG8AOsA0gQ0uNAPEUHtyp+99/3A5xbi3A=\n";
static const char gzip_by_md5[] = /* likewise, -md md5 */
    "U2FsdGVkX1/uZG8dwrxoiSGr+pc8RJOkQOn4bfsijXOQFOCcMzv7s1BWrv+SRaSB\n"
    "uoYm9lVpxuQeY/NWk9/Om3ACtjFDlRZKdpdkzE6zfTc=\n";
static const char utf16_by_md5[] = /* of FF FE and the text in UTF-16LE, -md md5 */
    "U2FsdGVkX1+7YUgCqh+ZLe5eNX4jAY70+cn0fvgrbI3FOezE3lyRDWVUqLRhkEk5\n"
    "81OiiTXvqiNDyEwQHcULgjCVyML46rEUvRTDt1sAkRrXas7IUjddJ8RrnYWWSCIq\n"
    "LvykBmKU2ov0RxlAHhLshjtMdNL4a8j20B5+fPmGjxH2Zw5RJQO4lb+zeVktcA5T\n"
    "Jj6gib54l2Sl/dwlphX+zQ==\n";
static const char smallest[] = /* of <flat-profile/>, 15 bytes */
    "U2FsdGVkX18FlAT15DlJ7SQfiT391m18MzV3L9po9H8=\n";
static const char no_profile[] = /* of "no profile at all\n" */
    "U2FsdGVkX1+r7LEVwNsg7YbNdId2Oo7pbsvgUyZSPotiLLGclA5X/7YltAkQBW08\n";
static const char by_pbkdf2[] = /* -pbkdf2 */
    "U2FsdGVkX18KMQKdODo9G8JZhCt5g4YL31b6ktA0DYuAVYeBRdsH/I9R18jTXolv\n"
    "cw2Y1vjpSGBXV95cFcF9I/jV4Hf74ZOjCWyFbrq3M74=\n";
static const char by_aes128[] = /* -aes-128-cbc */
    "U2FsdGVkX1+jyfne0SnUpvzfIEYnOBHoTPyyr+MLsOjygUjPrI/vKDo67EJTdNhe\n"
    "JmNGDlCpzAknKD0Myv0+ZKxIerNQ0+bO1Fw1/e7sfig=\n";

static GBytes *from_text(const char *text)
{
    return g_bytes_new(text, strlen(text));
}

static void check_opens_to(GBytes *file, const char *expected, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = NULL;

    g_assert_true(salted_is_encrypted(file));
    text = salted_open(file, KEY, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(text, NULL), g_bytes_get_size(text), expected, size);
}

static void check_opens(GBytes *file)
{
    check_opens_to(file, TEXT, strlen(TEXT));
}

static void check_refuses(GBytes *file, const char *key, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(salted_open(file, key, &error));
    assert_failure(error, FAILURE_CORRUPT, words);
    if (key && *key)
        g_assert_null(strstr(error->message, key));
}

static void test_derivations(void)
{
    g_autoptr(GBytes) sha256 = sealer_from_base64(by_sha256), md5 = sealer_from_base64(by_md5);
    g_autoptr(GBytes) gzip_sha256 = sealer_from_base64(gzip_by_sha256);
    g_autoptr(GBytes) gzip_md5 = sealer_from_base64(gzip_by_md5);
    g_autoptr(GBytes) packed = NULL, utf16 = sealer_from_base64(utf16_by_md5), text = NULL;
    g_autoptr(GBytes) small = sealer_from_base64(smallest);

    check_opens(sha256);
    check_opens(md5);
    check_opens_to(small, "<flat-profile/>", 15);
    packed = salted_open(gzip_sha256, KEY, NULL);
    text = salted_open(gzip_md5, KEY, NULL);
    g_assert_true(g_bytes_equal(packed, text));
    g_assert_cmpmem(g_bytes_get_data(packed, NULL), 2, "\x1f\x8b", 2);
    g_bytes_unref(text);
    text = salted_open(utf16, KEY, NULL);
    g_assert_cmpuint(g_bytes_get_size(text), ==, 2 * strlen(TEXT) + 2);
}

static char *replace(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, -1);

    return g_strjoinv(to, parts);
}

static void check_base64(char *taken)
{
    g_autofree char *text = taken;
    g_autoptr(GBytes) file = from_text(text);

    check_opens(file);
}

static void test_base64(void)
{
    check_base64(g_strdup(by_sha256));
    check_base64(g_strdup(by_md5));
    check_base64(replace(by_md5, "\n", "\r\n"));
    check_base64(replace(by_md5, "\n", "\r"));
    check_base64(replace(by_md5, "\n", ""));
    check_base64(replace(by_md5, "=\n", "="));
    check_base64(replace(by_md5, "\n", "\n\n"));
    check_base64(replace(by_md5, "5d", "\n5\nd"));
    check_base64(g_strconcat("\r\n ", by_sha256, "\n\n", NULL));
}

static void test_base64_damaged(void)
{
    g_autofree char *cut = g_strndup(by_sha256, 80), *star = replace(by_sha256, "b8", "*8");
    g_autofree char *other = replace(by_sha256, "X1+D", "X1AD"), *twice = NULL;
    g_autoptr(GBytes) cut_file = from_text(cut), star_file = from_text(star), twice_file = NULL;
    g_autoptr(GBytes) other_file = from_text(other), magic = from_text("U2FsdGVkX1");

    twice = g_strconcat(by_sha256, by_sha256, NULL);
    twice_file = from_text(twice);
    check_refuses(cut_file, KEY, "cut off");
    check_refuses(star_file, KEY, "base64");
    check_refuses(other_file, KEY, "damaged");
    check_refuses(magic, KEY, "base64");
    check_refuses(twice_file, KEY, "base64");
}

static void test_wrong_key(void)
{
    const char *const all[] = {by_sha256, by_md5, gzip_by_sha256, gzip_by_md5, smallest};

    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autoptr(GBytes) file = sealer_from_base64(all[i]), text = from_text(all[i]);

        check_refuses(file, "red hats", "wrong key");
        check_refuses(text, "red hats", "wrong key");
        check_refuses(file, NULL, "no --key");
        check_refuses(text, NULL, "no --key");
        check_refuses(file, "", "empty");
    }
}

/* Under some of many wrong keys the padding is right and the first byte is; still none opens. */
static void test_many_wrong_keys(void)
{
    g_autoptr(GBytes) file = sealer_from_base64(by_md5);

    for (guint i = 0; i < 20000; i++) {
        g_autofree char *key = g_strdup_printf("key %u", i);

        check_refuses(file, key, "wrong key");
    }
}

static void test_other_ways(void)
{
    g_autoptr(GBytes) pbkdf2 = sealer_from_base64(by_pbkdf2),
                      aes128 = sealer_from_base64(by_aes128);
    g_autoptr(GBytes) text = sealer_from_base64(no_profile);

    check_refuses(pbkdf2, KEY, "-pbkdf2");
    check_refuses(aes128, KEY, "-aes-256-cbc");
    check_refuses(text, KEY, "holds no profile");
}

static void test_cut_off(void)
{
    g_autoptr(GBytes) file = sealer_from_base64(by_md5);

    for (gsize i = 8; i < g_bytes_get_size(file); i++) {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(file, 0, i);

        g_assert_true(salted_is_encrypted(cut));
        check_refuses(cut, KEY, i % 16 == 0 && i > 32 ? "its end is not right" : "");
        check_refuses(cut, "green", i % 16 != 0 ? "cut off" : "");
    }
}

/* No bit of the salt goes unnoticed. */
static void test_flipped_salt(void)
{
    g_autoptr(GBytes) file = sealer_from_base64(gzip_by_sha256);
    gsize size = g_bytes_get_size(file);

    for (guint bit = 8 * 8; bit < 16 * 8; bit++) {
        g_autofree guint8 *data = g_memdup2(g_bytes_get_data(file, NULL), size);
        g_autoptr(GBytes) turned = NULL;

        data[bit / 8] ^= (guint8)(1 << bit % 8);
        turned = g_bytes_new(data, size);
        check_refuses(turned, KEY, "wrong key");
    }
}

static void test_what_is_not_encrypted(void)
{
    const char *const plain[] = {
        "", TEXT, "Salted", "Salted_", " Salted__12345678", "U2FsdGV", "U2FsdGVkX0", "xU2FsdGVkX1"};

    for (guint i = 0; i < G_N_ELEMENTS(plain); i++) {
        g_autoptr(GBytes) file = from_text(plain[i]);

        g_assert_false(salted_is_encrypted(file));
    }
    g_autoptr(GBytes) nul = g_bytes_new("\0U2FsdGVkX1", 11);
    g_assert_false(salted_is_encrypted(nul));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/salted/derivations", test_derivations);
    g_test_add_func("/salted/base64", test_base64);
    g_test_add_func("/salted/base64-damaged", test_base64_damaged);
    g_test_add_func("/salted/wrong-key", test_wrong_key);
    g_test_add_func("/salted/many-wrong-keys", test_many_wrong_keys);
    g_test_add_func("/salted/other-ways", test_other_ways);
    g_test_add_func("/salted/cut-off", test_cut_off);
    g_test_add_func("/salted/flipped-salt", test_flipped_salt);
    g_test_add_func("/salted/not-encrypted", test_what_is_not_encrypted);
    return g_test_run();
}
