/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parameter.h"
#include "core/paramset.h"

static bool put(ParamSet *set, const char *name, const char *value)
{
    g_autoptr(Parameter) parameter = parameter_new(name, value, SOURCE_LOCAL, ACCESS_NA, 1);

    return paramset_put(set, parameter);
}

static void fill(ParamSet *set, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("P%u", i);

        g_assert_true(put(set, name, "x"));
    }
}

static void test_defaults_lie_under_the_set(void)
{
    g_autoptr(GHashTable) makers = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(ParamSet) set = NULL;

    g_hash_table_insert(makers, (char *)"Resync_Periodic", (char *)"7200");
    g_hash_table_insert(makers, (char *)"Time_Zone", (char *)"GMT+01:00");
    set = paramset_new(makers);

    g_assert_cmpstr(paramset_get(set, "Resync_Periodic"), ==, "7200");
    g_assert_cmpstr(paramset_get(set, "Provision_Enable"), ==, "Yes");
    g_assert_cmpstr(paramset_get(set, "Time_Zone"), ==, "GMT+01:00");
    g_assert_null(paramset_get(set, "Display_Name_1_"));

    g_assert_true(put(set, "Resync_Periodic", "60"));
    g_assert_cmpstr(paramset_get(set, "Resync_Periodic"), ==, "60");
    g_assert_cmpstr(paramset_default(set, "Resync_Periodic"), ==, "7200");
    paramset_remove(set, "Resync_Periodic");
    g_assert_cmpstr(paramset_get(set, "Resync_Periodic"), ==, "7200");
}

static void test_held_without_value_is_at_its_default(void)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(Parameter) parameter =
        parameter_new("Resync_Periodic", NULL, SOURCE_DEFAULT, ACCESS_RW, 5);

    g_assert_true(paramset_put(set, parameter));
    g_assert_cmpstr(paramset_get(set, "Resync_Periodic"), ==, "3600");
    g_assert_cmpint(paramset_find(set, "Resync_Periodic")->access, ==, ACCESS_RW);
}

static void test_names_are_sorted_and_whole(void)
{
    g_autoptr(GHashTable) makers = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(ParamSet) set = NULL;
    g_autoptr(GPtrArray) names = NULL;

    g_hash_table_insert(makers, (char *)"Time_Zone", (char *)"GMT+01:00");
    g_hash_table_insert(makers, (char *)"Zoo", (char *)"open");
    set = paramset_new(makers);
    g_assert_true(put(set, "Zone", "x"));
    g_assert_true(put(set, "Resync_Periodic", "60"));
    g_assert_true(put(set, "Time_Zone", "x"));
    g_assert_true(put(set, "Aardvark", "x"));
    names = paramset_names(set);
    g_assert_cmpuint(names->len, ==, PARAMETER_ID_COUNT + 4);
    g_assert_cmpstr(g_ptr_array_index(names, 0), ==, "Aardvark");
    g_assert_cmpstr(g_ptr_array_index(names, names->len - 2), ==, "Zone");
    g_assert_cmpstr(g_ptr_array_index(names, names->len - 1), ==, "Zoo");
    for (guint i = 1; i < names->len; i++)
        g_assert_cmpstr(g_ptr_array_index(names, i - 1), <, g_ptr_array_index(names, i));
}

static void test_a_copy_is_of_its_own(void)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(ParamSet) copy = NULL;

    g_assert_true(put(set, "A", "1"));
    copy = paramset_copy(set);
    g_assert_true(put(copy, "A", "2"));
    g_assert_true(put(copy, "B", "3"));
    g_assert_cmpstr(paramset_get(set, "A"), ==, "1");
    g_assert_null(paramset_get(set, "B"));
}

static void assert_change(const GPtrArray *changes, guint i, const char *name, const char *before,
                          const char *after)
{
    const ParamChange *change = g_ptr_array_index(changes, i);

    g_assert_cmpstr(paramchange_name(change), ==, name);
    g_assert_cmpstr(change->before ? change->before->value : NULL, ==, before);
    g_assert_cmpstr(change->after ? change->after->value : NULL, ==, after);
}

static void test_diff_and_apply(void)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(ParamSet) copy = NULL;
    g_autoptr(GPtrArray) changes = NULL;
    g_autoptr(GPtrArray) none = NULL;

    g_assert_true(put(set, "Same", "1"));
    g_assert_true(put(set, "Gone", "1"));
    g_assert_true(put(set, "Other", "1"));
    copy = paramset_copy(set);
    g_assert_true(put(copy, "Other", "2"));
    g_assert_true(put(copy, "New", "3"));
    paramset_remove(copy, "Gone");

    changes = paramset_diff(set, copy);
    g_assert_cmpuint(changes->len, ==, 3);
    assert_change(changes, 0, "Gone", "1", NULL);
    assert_change(changes, 1, "New", NULL, "3");
    assert_change(changes, 2, "Other", "1", "2");

    g_assert_true(paramset_apply(set, changes));
    none = paramset_diff(set, copy);
    g_assert_cmpuint(none->len, ==, 0);
}

/* What was set meanwhile stays, except where the resync changed it too (profile.md). */
static void test_changes_are_laid_over_what_came_meanwhile(void)
{
    g_autoptr(ParamSet) live = paramset_new(NULL);
    g_autoptr(ParamSet) start = NULL;
    g_autoptr(ParamSet) working = NULL;
    g_autoptr(GPtrArray) changes = NULL;

    g_assert_true(put(live, "Both", "1"));
    g_assert_true(put(live, "Mine", "1"));
    start = paramset_copy(live);
    working = paramset_copy(live);
    g_assert_true(put(working, "Both", "profile"));
    g_assert_true(put(live, "Both", "local"));
    g_assert_true(put(live, "Mine", "local"));

    changes = paramset_diff(start, working);
    g_assert_true(paramset_apply(live, changes));
    g_assert_cmpstr(paramset_get(live, "Both"), ==, "profile");
    g_assert_cmpstr(paramset_get(live, "Mine"), ==, "local");
}

static void test_a_full_set_takes_no_new_name(void)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(ParamSet) copy = NULL;
    g_autoptr(ParamSet) empty = paramset_new(NULL);
    g_autoptr(GPtrArray) changes = NULL;

    fill(set, PARAMSET_MAX);
    g_assert_false(put(set, "One_More", "x"));
    g_assert_null(paramset_get(set, "One_More"));
    g_assert_true(put(set, "P0", "y"));

    copy = paramset_copy(set);
    changes = paramset_diff(empty, copy);
    g_assert_true(put(empty, "Meanwhile", "x"));
    g_assert_false(paramset_apply(empty, changes));
    g_assert_cmpuint(paramset_size(empty), ==, 1);
}

/* Copies are one in memory until one of them changes, which nobody may notice. */
static void test_copies_are_independent(void)
{
    g_autoptr(ParamSet) first = paramset_new(NULL);
    g_autoptr(ParamSet) second = NULL, third = NULL;

    g_assert_true(put(first, "A", "1"));
    second = paramset_copy(first);
    third = paramset_copy(second);
    g_assert_true(paramset_is_copy(first, third));

    g_assert_true(put(first, "A", "2"));
    paramset_remove(second, "Not_There");
    g_assert_true(paramset_is_copy(second, third));
    paramset_remove(second, "A");
    g_assert_false(paramset_is_copy(first, second));
    g_assert_false(paramset_is_copy(second, third));
    g_assert_cmpstr(paramset_get(first, "A"), ==, "2");
    g_assert_null(paramset_get(second, "A"));
    g_assert_cmpstr(paramset_get(third, "A"), ==, "1");

    g_clear_pointer(&first, paramset_free);
    g_assert_true(put(third, "B", "1"));
    g_assert_null(paramset_get(second, "B"));
}

static void test_changes_reach_one_copy(void)
{
    g_autoptr(ParamSet) before = paramset_new(NULL);
    g_autoptr(ParamSet) after = NULL, other = NULL;
    g_autoptr(GPtrArray) changes = NULL, none = NULL;

    g_assert_true(put(before, "Gone", "1"));
    g_assert_true(put(before, "Kept", "1"));
    after = paramset_copy(before);
    none = paramset_diff(before, after);
    g_assert_cmpuint(none->len, ==, 0);
    paramset_remove(after, "Gone");
    g_assert_true(put(after, "New", "1"));
    changes = paramset_diff(before, after);

    other = paramset_copy(before);
    g_assert_true(paramset_apply(other, none));
    g_assert_true(paramset_is_copy(before, other));
    g_assert_true(paramset_apply(other, changes));
    g_assert_null(paramset_get(other, "Gone"));
    g_assert_cmpstr(paramset_get(other, "New"), ==, "1");
    g_assert_cmpstr(paramset_get(before, "Gone"), ==, "1");
    g_assert_null(paramset_get(before, "New"));
}

/* The same parameters over other defaults are another set. */
static void test_copy_over_other_defaults_is_none(void)
{
    g_autoptr(GHashTable) makers = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autoptr(ParamSet) over = NULL;

    g_hash_table_insert(makers, (char *)"Resync_Periodic", (char *)"7200");
    over = paramset_copy_over(set, makers);
    g_assert_false(paramset_is_copy(set, over));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/paramset/defaults", test_defaults_lie_under_the_set);
    g_test_add_func("/paramset/held-without-value", test_held_without_value_is_at_its_default);
    g_test_add_func("/paramset/names", test_names_are_sorted_and_whole);
    g_test_add_func("/paramset/copy", test_a_copy_is_of_its_own);
    g_test_add_func("/paramset/diff-apply", test_diff_and_apply);
    g_test_add_func("/paramset/meanwhile", test_changes_are_laid_over_what_came_meanwhile);
    g_test_add_func("/paramset/full", test_a_full_set_takes_no_new_name);
    g_test_add_func("/paramset/copy/independent", test_copies_are_independent);
    g_test_add_func("/paramset/copy/changes", test_changes_reach_one_copy);
    g_test_add_func("/paramset/copy/defaults", test_copy_over_other_defaults_is_none);
    return g_test_run();
}
