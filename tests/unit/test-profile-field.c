/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/profile-apply.h"

#include <string.h>

/*
 * Whole profiles, read here and by another parser (tests/service/profiles.py): the project's own,
 * and those of the directory that PROVD_FIELD_PROFILES names.
 */

typedef struct Field {
    const char *python;    /* an interpreter that has lxml, or "" */
    const char *program;   /* profiles.py */
    const char *directory; /* of *.xml; NULL: none was named */
} Field;

/* Name, equals sign and value of each element, or only its name where it is empty. */
static char *list_items(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    GString *list = g_string_new(NULL);
    gsize size;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_autoptr(Profile) profile = profile_read(text, size, NULL, NULL, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < profile_size(profile); i++) {
        const ProfileItem *item = profile_item(profile, i);

        g_string_append_printf(list, "%s%s%s\n", item->name, item->value ? "=" : "",
                               item->value ? item->value : "");
    }
    return g_string_free(list, FALSE);
}

static char *list_expected(const Field *field, const char *path)
{
    const char *argv[] = {field->python, field->program, path, NULL};
    g_autoptr(GError) error = NULL;
    char *list = NULL;
    int status = -1;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &list, NULL, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    return list;
}

static guint compare_profile(const Field *field, const char *path)
{
    g_autofree char *actual = list_items(path);
    g_autofree char *expected = list_expected(field, path);
    g_auto(GStrv) actual_lines = g_strsplit(actual, "\n", -1);
    g_auto(GStrv) expected_lines = g_strsplit(expected, "\n", -1);

    for (guint i = 0; actual_lines[i] && expected_lines[i]; i++)
        g_assert_cmpstr(actual_lines[i], ==, expected_lines[i]);
    g_assert_cmpuint(g_strv_length(actual_lines), ==, g_strv_length(expected_lines));
    return g_strv_length(actual_lines) - 1;
}

static void test_directory(gconstpointer data)
{
    const Field *field = data;
    guint profiles = 0;

    if (!field->directory) {
        g_test_skip("PROVD_FIELD_PROFILES names no directory of profiles");
        return;
    }
    if (*field->python == '\0') {
        g_test_skip("python3-lxml is not installed");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) directory = g_dir_open(field->directory, 0, &error);
    g_assert_no_error(error);
    for (const char *name; (name = g_dir_read_name(directory));) {
        if (!g_str_has_suffix(name, ".xml"))
            continue;
        g_autofree char *path = g_build_filename(field->directory, name, NULL);
        g_test_message("%s: %u parameters", name, compare_profile(field, path));
        profiles++;
    }
    g_assert_cmpuint(profiles, >, 0);
}

static void fail_on_warning(const ProfileWarning *warning, void *userdata)
{
    g_error("line %u: %s", warning->line, warning->message);
}

/* The sample is an example to others: everything in it counts, and nothing is said twice. */
static void test_sample_is_clean(gconstpointer data)
{
    const ProfileContext context = {.now = 1, .warn = fail_on_warning};
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_auto(ProfileOutcome) outcome = {0};
    g_autofree char *text = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(data, &text, &size, NULL));
    g_autoptr(Profile) profile = profile_read(text, size, NULL, NULL, NULL);
    g_assert_true(profile_apply(profile, set, &context, &outcome, NULL));

    g_auto(GStrv) names = g_strsplit(outcome.names, "\n", -1);
    g_assert_cmpuint(g_strv_length(names) - 1, ==, profile_size(profile));
    g_assert_cmpuint(profile_size(profile), >=, 400);
    g_assert_null(paramset_find(set, "Profile_Rule"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    const Field own = {
        .python = PROVD_TEST_PYTHON,
        .program = PROVD_TEST_SOURCE_ROOT "/tests/service/profiles.py",
        .directory = PROVD_TEST_SOURCE_ROOT "/examples/profiles",
    };
    const Field given = {
        .python = own.python,
        .program = own.program,
        .directory = g_getenv("PROVD_FIELD_PROFILES"),
    };
    g_test_add_data_func("/profile-field/own", &own, test_directory);
    g_test_add_data_func("/profile-field/given", &given, test_directory);
    g_test_add_data_func("/profile-field/sample",
                         PROVD_TEST_SOURCE_ROOT "/examples/profiles/phone.xml",
                         test_sample_is_clean);
    return g_test_run();
}
