/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * No secret is left in memory that is given back. All of it comes by this program's own free() and
 * realloc(), which look through every piece for one before the C library gets it.
 */

#include "core/envelope.h"
#include "core/paramset.h"
#include "core/profile-apply.h"
#include "core/profile.h"
#include "core/rule.h"
#include "tests/unit/sealer.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "s3cr3t-0f-th3-ph0n3"
#define LARGE  (200 * 1000)

extern void __libc_free(void *piece);

static const char *watched; /* NULL: nobody looks */
static guint found;

/* Looks for the secret, and wipes the piece, so that nobody who gets it next is blamed for it. */
static void look_through(void *piece)
{
    size_t size = malloc_usable_size(piece);

    if (watched && memmem(piece, size, watched, strlen(watched)))
        found++;
    explicit_bzero(piece, size);
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's is a reserved name */
__attribute__((visibility("default"))) void free(void *piece)
{
    if (piece)
        look_through(piece);
    __libc_free(piece);
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((visibility("default"))) void *realloc(void *piece, size_t size)
{
    size_t kept = piece ? MIN(size, malloc_usable_size(piece)) : 0;
    void *moved = malloc(size);

    if (moved && kept > 0)
        memcpy(moved, piece, kept);
    if (moved)
        free(piece);
    return moved;
}

/* Begins and ends a stretch in which nothing that holds the secret may be freed. */
static void watch(const char *secret)
{
    found = 0;
    watched = secret;
}

static void assert_all_wiped(void)
{
    watched = NULL;
    g_assert_cmpuint(found, ==, 0);
}

/* A document with the secret at its beginning, and as much behind it. */
static GString *make_document(guint filler)
{
    GString *text = g_string_new("<flat-profile><Password_1_>" SECRET "</Password_1_><!--");

    for (guint i = 0; i < filler; i++)
        g_string_append_c(text, (char)('a' + i * i % 23));
    return g_string_append(text, "--></flat-profile>");
}

static void test_the_watch_itself(void)
{
    char *text = g_strdup(SECRET);

    watch(SECRET);
    g_free(text);
    watched = NULL;
    g_assert_cmpuint(found, ==, 1);
}

static void open_gzip_in_aes128gcm(guint filler)
{
    g_autoptr(GString) text = make_document(filler);
    g_autoptr(GBytes) packed = sealer_gzip(text->str, text->len);
    g_autoptr(GBytes) file =
        sealer_seal("key", 4096, 0, g_bytes_get_data(packed, NULL), g_bytes_get_size(packed));
    const EnvelopeKeys keys = {.content_encoding = "aes128gcm", .ikm = "key"};
    GBytes *inside;

    watch(SECRET);
    inside = envelope_open(file, &keys, PROFILE_SIZE_MAX, NULL, NULL, NULL);
    g_assert_nonnull(inside);
    g_bytes_unref(inside);
    g_assert_null(envelope_open(packed, &(EnvelopeKeys){0}, filler, NULL, NULL, NULL));
    assert_all_wiped();
}

/* Of the smaller one zlib has the beginning in its window at the end. */
static void test_gzip_in_aes128gcm(void)
{
    open_gzip_in_aes128gcm(32 * 1024);
    open_gzip_in_aes128gcm(LARGE);
}

/* Of which the decoded octets take the place of the first three quarters. */
static void test_key_in_base64url(void)
{
    static const char ikm[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" SECRET;
    g_autoptr(GBytes) file = sealer_seal("other", 4096, 0, "x", 1);

    watch(SECRET);
    g_assert_null(envelope_open(file, &(EnvelopeKeys){.content_encoding = "aes128gcm", .ikm = ikm},
                                PROFILE_SIZE_MAX, NULL, NULL, NULL));
    assert_all_wiped();
}

static const char *get_secret(const char *name, void *userdata)
{
    return SECRET;
}

static void request(const char *text)
{
    const MacroEnv env = {.parameter = get_secret};
    g_autoptr(Rule) rule = rule_parse(text, NULL);

    if (rule)
        rule_request_free(rule_request_new(rule_get(rule, 0), &env, NULL, NULL));
}

/* But for userinfo in a URL: GUri works on copies of its own. */
static void test_rules(void)
{
    static const char *const rules[] = {
        "[--key $SA]http://h/",
        "[--key \"longer than the buffer would be: " SECRET "\" ]http://h/",
        "[--pwd " SECRET " --pwd " SECRET "]http://h/",
        "[--pwd " SECRET "x --post z]http://h/",
        "[--pwd \"" SECRET "\"x]http://h/",
        "[--pwd \"" SECRET,
        "[--post a]http://h/",
        "(Password_1_ = \"" SECRET "\";)! http://h/",
    };

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_test_message("%s", rules[i]);
        watch(SECRET);
        request(rules[i]);
        assert_all_wiped();
    }
}

static void test_values(void)
{
    const ProfileContext context = {.now = 1};
    g_autoptr(GString) text = make_document(LARGE);
    g_autoptr(ParamSet) set = paramset_new(NULL);
    ProfileOutcome outcome = {0};
    Profile *profile;

    watch(SECRET);
    profile = profile_read(text->str, text->len, NULL, NULL, NULL);
    g_assert_cmpstr(profile_item(profile, 0)->value, ==, SECRET);
    g_assert_true(profile_apply(profile, set, &context, &outcome, NULL));
    profile_outcome_clear(&outcome);
    profile_free(profile);
    g_assert_cmpstr(paramset_get(set, "Password_1_"), ==, SECRET);
    paramset_remove(set, "Password_1_");
    assert_all_wiped();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wiped/watch", test_the_watch_itself);
    g_test_add_func("/wiped/envelope", test_gzip_in_aes128gcm);
    g_test_add_func("/wiped/ikm", test_key_in_base64url);
    g_test_add_func("/wiped/rules", test_rules);
    g_test_add_func("/wiped/values", test_values);
    return g_test_run();
}
