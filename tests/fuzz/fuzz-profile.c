/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parameter.h"
#include "core/profile-apply.h"
#include "core/profile.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define NO_TEXT ""

/* The same document in pieces; their size is as arbitrary as the document's. */
static Profile *read_in_pieces(const char *document, size_t size, const AliasMap *aliases)
{
    g_autoptr(ProfileReader) reader = profile_reader_new(NULL, aliases);
    size_t piece = size % 61 + 1;

    for (size_t at = 0; at < size; at += piece)
        if (!profile_reader_feed(reader, document + at, MIN(piece, size - at), NULL))
            return NULL;
    return profile_reader_finish(reader, NULL);
}

static void check_same(const Profile *a, const Profile *b)
{
    g_assert_cmpint(a != NULL, ==, b != NULL);
    if (!a)
        return;
    g_assert_cmpuint(profile_size(a), ==, profile_size(b));
    g_assert_cmpuint(profile_remark_count(a), ==, profile_remark_count(b));
    for (guint i = 0; i < profile_size(a); i++) {
        const ProfileItem *one = profile_item(a, i), *other = profile_item(b, i);

        g_assert_cmpstr(one->name, ==, other->name);
        g_assert_cmpstr(one->value, ==, other->value);
        g_assert_cmpuint(one->line, ==, other->line);
        g_assert_cmpuint(one->column, ==, other->column);
        g_assert_true(parameter_name_is_valid(one->name));
    }
}

static void on_warning(const ProfileWarning *warning, void *userdata)
{
    g_assert_true(g_utf8_validate(warning->message, -1, NULL));
}

/* Applied a second time, a profile changes nothing. */
static void check_apply(const Profile *profile)
{
    const ProfileContext context = {.now = 1, .warn = on_warning};
    g_autoptr(ParamSet) set = paramset_new(NULL), before = NULL;
    g_autoptr(GPtrArray) changes = NULL;
    g_auto(ProfileOutcome) first = {0}, second = {0};

    if (!profile_apply(profile, set, &context, &first, NULL))
        return;
    before = paramset_copy(set);
    g_assert_true(profile_apply(profile, set, &context, &second, NULL));
    changes = paramset_diff(before, set);
    g_assert_cmpuint(changes->len, ==, 0);
    g_assert_cmpstr(first.names, ==, second.names);
}

static void check_document(const char *document, size_t size, const AliasMap *aliases)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Profile) profile = profile_read(document, size, NULL, aliases, &error);
    g_autoptr(Profile) again = read_in_pieces(document, size, aliases);

    check_same(profile, again);
    if (profile)
        check_apply(profile);
    else
        fuzz_check_error(error, NO_TEXT);
}

/* Where the input begins with a slash, its first line is an alias map. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *document = (const char *)data;
    const char *line_end = size > 0 && *document == '/' ? memchr(document, '\n', size) : NULL;
    g_autofree char *map = line_end ? g_strndup(document, (gsize)(line_end - document)) : NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(AliasMap) aliases = map ? alias_map_parse(map, &error) : NULL;

    if (map && !aliases)
        fuzz_check_error(error, map);
    if (line_end) {
        size -= (size_t)(line_end + 1 - document);
        document = line_end + 1;
    }
    check_document(document, size, aliases);
    return 0;
}
