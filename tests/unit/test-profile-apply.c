/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"
#include "core/parameter.h"
#include "core/profile-apply.h"

#include <string.h>
#include <time.h>

#define FLAT(inside) "<flat-profile>" inside "</flat-profile>"

typedef struct Fixture {
    ParamSet *set;
    GPtrArray *warnings; /* "name: message" */
    ProfileOutcome outcome;
} Fixture;

static void fixture_set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GHashTable) defaults = g_hash_table_new(g_str_hash, g_str_equal);

    g_hash_table_insert(defaults, (gpointer) "Resync_Periodic", (gpointer) "7200");
    g_hash_table_insert(defaults, (gpointer) "Ring_Tone", (gpointer) "bell");
    fixture->set = paramset_new(defaults);
    fixture->warnings = g_ptr_array_new_with_free_func(g_free);
}

static void fixture_tear_down(Fixture *fixture, gconstpointer data)
{
    paramset_free(fixture->set);
    g_ptr_array_unref(fixture->warnings);
    profile_outcome_clear(&fixture->outcome);
}

static void keep_warning(const ProfileWarning *warning, void *userdata)
{
    Fixture *fixture = userdata;

    g_ptr_array_add(fixture->warnings,
                    g_strdup_printf("%u %s: %s", warning->line, warning->name ? warning->name : "-",
                                    warning->message));
}

static bool try_apply(Fixture *fixture, const char *text, uint64_t now, GError **error)
{
    g_autoptr(Profile) profile = profile_read(text, strlen(text), NULL, NULL, NULL);
    const ProfileContext context = {.now = now, .warn = keep_warning, .userdata = fixture};

    g_assert_nonnull(profile);
    profile_outcome_clear(&fixture->outcome);
    return profile_apply(profile, fixture->set, &context, &fixture->outcome, error);
}

static void apply(Fixture *fixture, const char *text, uint64_t now)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(try_apply(fixture, text, now, &error));
    g_assert_no_error(error);
}

static void put_local(Fixture *fixture, const char *name, const char *value)
{
    g_autoptr(Parameter) parameter = parameter_new(name, value, SOURCE_LOCAL, ACCESS_RW, 5);

    g_assert_true(paramset_put(fixture->set, parameter));
}

static void assert_value(const Fixture *fixture, const char *name, const char *value)
{
    g_assert_cmpstr(paramset_get(fixture->set, name), ==, value);
}

static void assert_held(const Fixture *fixture, const char *name, const char *value,
                        ParameterSource source, ParameterAccess access, uint64_t changed)
{
    const Parameter *held = paramset_find(fixture->set, name);

    g_assert_nonnull(held);
    g_assert_cmpstr(held->value, ==, value);
    g_assert_cmpint(held->source, ==, source);
    g_assert_cmpint(held->access, ==, access);
    g_assert_cmpuint(held->changed, ==, changed);
}

static void assert_warning(const Fixture *fixture, guint index, const char *start,
                           const char *contained)
{
    const char *warning = g_ptr_array_index(fixture->warnings, index);

    if (!g_str_has_prefix(warning, start) || !strstr(warning, contained))
        g_error("“%s” does not say “%s…%s”", warning, start, contained);
}

static void test_values(Fixture *fixture, gconstpointer data)
{
    apply(fixture,
          FLAT("<Dial_Plan>(9xx)</Dial_Plan><Resync_On_Reset ua=\"ro\">no</Resync_On_Reset>"), 100);

    assert_held(fixture, "Dial_Plan", "(9xx)", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_held(fixture, "Resync_On_Reset", "No", SOURCE_PROFILE, ACCESS_RO, 100);
    g_assert_cmpuint(paramset_size(fixture->set), ==, 2);
    g_assert_cmpuint(fixture->warnings->len, ==, 0);
    g_assert_cmpuint(fixture->outcome.skipped, ==, 0);
    g_assert_cmpstr(fixture->outcome.names, ==, "Dial_Plan\nResync_On_Reset\n");
}

static void test_unnamed_parameters_stay(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<A>1</A><B>2</B>"), 100);
    put_local(fixture, "C", "3");
    apply(fixture, FLAT("<B>4</B>"), 200);

    assert_held(fixture, "A", "1", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_held(fixture, "B", "4", SOURCE_PROFILE, ACCESS_NA, 200);
    assert_held(fixture, "C", "3", SOURCE_LOCAL, ACCESS_RW, 5);
}

static void test_last_occurrence_wins(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<A ua=\"rw\">1</A><B>x</B><A>2</A><B/>"), 100);

    assert_held(fixture, "A", "2", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_held(fixture, "B", "", SOURCE_PROFILE, ACCESS_NA, 100);

    /* Only the last one is looked at: an invalid one before it is no warning, one after it is. */
    apply(fixture,
          FLAT("<Resync_On_Reset>maybe</Resync_On_Reset><Resync_On_Reset>No</Resync_On_Reset>"),
          200);
    g_assert_cmpuint(fixture->warnings->len, ==, 0);
    assert_value(fixture, "Resync_On_Reset", "No");
    apply(fixture,
          FLAT("<Resync_On_Reset>Yes</Resync_On_Reset><Resync_On_Reset>x</Resync_On_Reset>"), 300);
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    assert_value(fixture, "Resync_On_Reset", "No");
}

static void test_names_of_other_generations(Fixture *fixture, gconstpointer data)
{
    apply(fixture,
          FLAT("<Resync_At>0300</Resync_At><Log_Resync_Request_Msg>a</Log_Resync_Request_Msg>"
               "<Custom_CA_RULE>x</Custom_CA_RULE><Custom_CA_Rule>y</Custom_CA_Rule>"
               "<Report_to_Server>z</Report_to_Server><Report_To_Server/>"),
          100);

    assert_value(fixture, "Resync_At__HHmm_", "0300");
    assert_value(fixture, "Log_Request_Msg", "a");
    assert_value(fixture, "Custom_CA_Rule", "y");
    assert_value(fixture, "Report_to_Server", "");
    g_assert_cmpuint(paramset_size(fixture->set), ==, 4);
    g_assert_cmpstr(fixture->outcome.names, ==,
                    "Custom_CA_Rule\nLog_Request_Msg\nReport_to_Server\nResync_At__HHmm_\n");
}

static void test_names_are_case_sensitive(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<resync_on_reset>maybe</resync_on_reset>"), 100);

    assert_value(fixture, "resync_on_reset", "maybe");
    assert_value(fixture, "Resync_On_Reset", "Yes");
    g_assert_cmpuint(fixture->warnings->len, ==, 0);
}

static void test_values_are_not_expanded(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<GPP_A>$MA $$</GPP_A><Station_Name>$GPP_A</Station_Name>"), 100);

    assert_value(fixture, "GPP_A", "$MA $$");
    assert_value(fixture, "Station_Name", "$GPP_A");
}

static void test_invalid_values_are_skipped(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<Resync_On_Reset>No</Resync_On_Reset>"), 100);
    apply(fixture,
          FLAT("\n<Resync_On_Reset ua=\"rw\">perhaps</Resync_On_Reset>\n<A>1</A>"
               "<Forced_Resync_Delay>65536</Forced_Resync_Delay>"),
          200);

    assert_held(fixture, "Resync_On_Reset", "No", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_value(fixture, "Forced_Resync_Delay", "14400");
    assert_value(fixture, "A", "1");
    g_assert_cmpuint(fixture->outcome.skipped, ==, 2);
    g_assert_cmpstr(fixture->outcome.names, ==, "A\n");
    g_assert_cmpuint(fixture->warnings->len, ==, 2);
    assert_warning(fixture, 0, "2 Resync_On_Reset: Resync_On_Reset: “perhaps” ",
                   "Yes or No; the old value stays");
    assert_warning(fixture, 1, "3 Forced_Resync_Delay: ", "65535");
}

static void test_daily_time_takes_any_text(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<Resync_At__HHmm_>0300</Resync_At__HHmm_>"), 100);
    apply(fixture, FLAT("<Resync_At__HHmm_>9:00</Resync_At__HHmm_>"), 200);

    assert_held(fixture, "Resync_At__HHmm_", "9:00", SOURCE_PROFILE, ACCESS_NA, 200);
    g_assert_cmpuint(fixture->outcome.skipped, ==, 0);
    g_assert_cmpstr(fixture->outcome.names, ==, "Resync_At__HHmm_\n");
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    assert_warning(fixture, 0, "1 Resync_At__HHmm_: ", "; it counts as empty");
}

static void test_empty_elements(Fixture *fixture, gconstpointer data)
{
    apply(fixture,
          FLAT("<Resync_Periodic>60</Resync_Periodic><GPP_A>x</GPP_A><Station_Name>x</Station_Name>"
               "<Ring_Tone>siren</Ring_Tone><Resync_Random_Delay>9</Resync_Random_Delay>"),
          100);
    apply(fixture,
          FLAT("<Resync_Periodic/><GPP_A></GPP_A><Station_Name/><Ring_Tone> </Ring_Tone>"
               "<Resync_Random_Delay/>"),
          200);

    /* Understood: the maker's default, or else the built-in one. Opaque: the empty string. */
    assert_value(fixture, "Resync_Periodic", "7200");
    assert_value(fixture, "Resync_Random_Delay", "2");
    assert_value(fixture, "GPP_A", "");
    assert_held(fixture, "Resync_Periodic", NULL, SOURCE_DEFAULT, ACCESS_NA, 200);
    assert_held(fixture, "Station_Name", "", SOURCE_PROFILE, ACCESS_NA, 200);
    assert_held(fixture, "Ring_Tone", "", SOURCE_PROFILE, ACCESS_NA, 200);
}

static void test_empty_where_nothing_was(Fixture *fixture, gconstpointer data)
{
    apply(fixture,
          FLAT("<Resync_Periodic/><Profile_Rule ua=\"rw\"/><Station_Name/><Host_Name ua=\"rw\"/>"),
          100);

    g_assert_null(paramset_find(fixture->set, "Resync_Periodic"));
    assert_held(fixture, "Profile_Rule", NULL, SOURCE_DEFAULT, ACCESS_RW, 0);
    assert_held(fixture, "Station_Name", "", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_held(fixture, "Host_Name", "", SOURCE_PROFILE, ACCESS_RW, 100);
}

static void test_empty_string(Fixture *fixture, gconstpointer data)
{
    apply(fixture,
          FLAT("<Profile_Rule>\"\"</Profile_Rule><Station_Name>\"\"</Station_Name>"
               "<Provision_Enable>\"\"</Provision_Enable>"),
          100);

    assert_held(fixture, "Profile_Rule", "", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_held(fixture, "Station_Name", "", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_value(fixture, "Provision_Enable", "Yes");
    g_assert_cmpuint(fixture->outcome.skipped, ==, 1);
}

static void test_empty_with_rw_keeps_local_values(Fixture *fixture, gconstpointer data)
{
    put_local(fixture, "User_Password", "1234");
    put_local(fixture, "Resync_Periodic", "60");
    put_local(fixture, "Station_Name", "Lobby");
    apply(fixture,
          FLAT("<User_Password ua=\"rw\"/><Resync_Periodic ua=\"rw\"/><Station_Name ua=\"ro\"/>"),
          100);

    assert_held(fixture, "User_Password", "1234", SOURCE_LOCAL, ACCESS_RW, 5);
    assert_held(fixture, "Resync_Periodic", "60", SOURCE_LOCAL, ACCESS_RW, 5);
    assert_held(fixture, "Station_Name", "", SOURCE_PROFILE, ACCESS_RO, 100);
    g_assert_cmpstr(fixture->outcome.names, ==, "Resync_Periodic\nStation_Name\nUser_Password\n");
}

static void test_empty_with_rw_resets_other_values(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<User_Password ua=\"rw\">1234</User_Password>"), 100);
    apply(fixture, FLAT("<User_Password ua=\"rw\"/>"), 200);
    assert_held(fixture, "User_Password", "", SOURCE_PROFILE, ACCESS_RW, 200);

    /* The attribute of this very element counts, not what an earlier one said; nor is `""` empty.
     */
    put_local(fixture, "A", "1");
    put_local(fixture, "B", "1");
    apply(fixture, FLAT("<A/><B ua=\"rw\">\"\"</B>"), 300);
    assert_held(fixture, "A", "", SOURCE_PROFILE, ACCESS_RW, 300);
    assert_held(fixture, "B", "", SOURCE_PROFILE, ACCESS_RW, 300);
}

static void test_access(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<A ua=\"rw\">1</A><B ua=\"ro\">1</B><C>1</C>"), 100);
    apply(fixture, FLAT("<A>1</A><B ua=\"na\">1</B><C ua=\"all\">2</C>"), 200);

    assert_held(fixture, "A", "1", SOURCE_PROFILE, ACCESS_RW, 100);
    assert_held(fixture, "B", "1", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_held(fixture, "C", "2", SOURCE_PROFILE, ACCESS_NA, 200);
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    assert_warning(fixture, 0, "1 -: C: the attribute ua=\"all\"", "na, ro or rw");
}

static void test_local_value_is_overridden(Fixture *fixture, gconstpointer data)
{
    put_local(fixture, "A", "1");
    put_local(fixture, "B", "1");
    apply(fixture, FLAT("<A ua=\"rw\">2</A><B>1</B>"), 100);

    assert_held(fixture, "A", "2", SOURCE_PROFILE, ACCESS_RW, 100);
    assert_held(fixture, "B", "1", SOURCE_PROFILE, ACCESS_RW, 5);
}

static void test_the_default_spelled_out(Fixture *fixture, gconstpointer data)
{
    apply(fixture, FLAT("<Resync_On_Reset>Yes</Resync_On_Reset>"), 100);

    /* The profile's from now on, and not a change. */
    assert_held(fixture, "Resync_On_Reset", "Yes", SOURCE_PROFILE, ACCESS_NA, 0);
}

static void test_second_time_changes_nothing(Fixture *fixture, gconstpointer data)
{
    static const char text[] = FLAT(
        "<A ua=\"rw\">1</A><B/><C>\"\"</C><Resync_Periodic/><Resync_At ua=\"ro\">9:00</Resync_At>"
        "<Profile_Rule ua=\"rw\"/><Resync_On_Reset>true</Resync_On_Reset><GPP_A> x\n y </GPP_A>"
        "<Local ua=\"rw\"/><Provision_Enable>x</Provision_Enable><A>2</A><D ua=\"?\">1</D>");

    put_local(fixture, "Local", "mine");
    apply(fixture, text, 100);

    g_autoptr(ParamSet) before = paramset_copy(fixture->set);
    g_autofree char *names = g_strdup(fixture->outcome.names);
    apply(fixture, text, 200);

    g_autoptr(GPtrArray) changes = paramset_diff(before, fixture->set);
    g_assert_cmpuint(changes->len, ==, 0);
    g_assert_cmpstr(fixture->outcome.names, ==, names);
}

static void test_skipped_elements_are_warned_about(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) odd = g_string_new("<flat-profile>\n");

    for (guint i = 0; i < PROFILE_REMARK_MAX + 3; i++)
        g_string_append(odd, "<\xc3\xa4/>\n");
    g_string_append(odd, "<A>1</A></flat-profile>");
    apply(fixture, odd->str, 100);

    assert_value(fixture, "A", "1");
    g_assert_cmpuint(fixture->warnings->len, ==, PROFILE_REMARK_MAX + 1);
    assert_warning(fixture, 0, "2 -: the element <\xc3\xa4> is ignored", "");
    assert_warning(fixture, PROFILE_REMARK_MAX, "0 -: 3 more", "");
}

static void test_secrets_are_not_in_warnings(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = g_strdup_printf(FLAT("<GPP_SA>s3cret\xef\xb7\x90</GPP_SA>"));

    apply(fixture, text, 100);
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    g_assert_null(strstr(g_ptr_array_index(fixture->warnings, 0), "s3cret"));
}

static char *many_parameters(guint count)
{
    GString *text = g_string_new("<flat-profile>");

    for (guint i = 0; i < count; i++)
        g_string_append_printf(text, "<P%u>%u</P%u>", i, i, i);
    g_string_append(text, "</flat-profile>");
    return g_string_free(text, FALSE);
}

static void test_most_parameters(Fixture *fixture, gconstpointer data)
{
    g_autofree char *most = many_parameters(PARAMSET_MAX);
    g_autofree char *over = many_parameters(PARAMSET_MAX + 1);
    g_autoptr(GError) error = NULL;

    apply(fixture, most, 100);
    g_assert_cmpuint(paramset_size(fixture->set), ==, PARAMSET_MAX);
    apply(fixture, FLAT("<P0>other</P0><P1/>"), 200);

    g_assert_false(try_apply(fixture, over, 300, &error));
    g_assert_error(error, FAILURE, FAILURE_TOO_LARGE);
    g_assert_cmpstr(error->message, ==,
                    "with this profile the device would have more than 16384 parameters");
    g_assert_null(fixture->outcome.names);
}

static void test_the_whole_set_counts(Fixture *fixture, gconstpointer data)
{
    g_autofree char *most = many_parameters(PARAMSET_MAX);
    g_autoptr(GError) error = NULL;

    put_local(fixture, "One_More", "1");
    g_assert_false(try_apply(fixture, most, 100, &error));
    g_assert_error(error, FAILURE, FAILURE_TOO_LARGE);
}

static void test_configured_limit(Fixture *fixture, gconstpointer data)
{
    static const char two[] = FLAT("<A>1</A><B>1</B><A>2</A>");
    static const char three[] = FLAT("<A>3</A><B>1</B><C>1</C>");
    const ProfileContext context = {.now = 1, .parameters_max = 2};
    g_autoptr(Profile) fits = profile_read(two, strlen(two), NULL, NULL, NULL);
    g_autoptr(Profile) over = profile_read(three, strlen(three), NULL, NULL, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(profile_apply(fits, fixture->set, &context, &fixture->outcome, &error));
    profile_outcome_clear(&fixture->outcome);
    g_assert_false(profile_apply(over, fixture->set, &context, &fixture->outcome, &error));
    g_assert_error(error, FAILURE, FAILURE_TOO_LARGE);
}

static char *digest_with(const Fixture *fixture, const char *names, const char *name,
                         const char *value, ParameterSource source, ParameterAccess access)
{
    g_autoptr(ParamSet) copy = paramset_copy(fixture->set);
    g_autoptr(Parameter) parameter = parameter_new(name, value, source, access, 5);

    g_assert_true(paramset_put(copy, parameter));
    return profile_digest(copy, names);
}

static void test_digest(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *name, *value;
        ParameterSource source;
        ParameterAccess access;
        bool same;
    } cases[] = {
        {"C", "1", SOURCE_PROFILE, ACCESS_NA, true}, /* what is not the profile's */
        {"A", "1", SOURCE_PROFILE, ACCESS_NA, true}, /* another time is no difference */
        {"Resync_Periodic", NULL, SOURCE_DEFAULT, ACCESS_NA, true},
        {"A", "2", SOURCE_PROFILE, ACCESS_NA, false},
        {"A", "1", SOURCE_LOCAL, ACCESS_NA, false},
        {"A", "1", SOURCE_PROFILE, ACCESS_RW, false},
        {"B", "x", SOURCE_PROFILE, ACCESS_NA, false},
        {"Resync_Periodic", "7200", SOURCE_PROFILE, ACCESS_NA, false},
    };

    apply(fixture, FLAT("<A>1</A><B/><Resync_Periodic/>"), 100);
    g_autofree char *names = g_strdup(fixture->outcome.names);
    g_autofree char *digest = profile_digest(fixture->set, names);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *other = digest_with(fixture, names, cases[i].name, cases[i].value,
                                             cases[i].source, cases[i].access);

        g_test_message("case %u", i);
        g_assert_cmpint(strcmp(other, digest) == 0, ==, cases[i].same);
    }
    paramset_remove(fixture->set, "B");
    g_autofree char *removed = profile_digest(fixture->set, names);
    g_assert_cmpstr(removed, !=, digest);
}

/* A local value that an empty element leaves alone may be any, but has to stay a local one. */
static void test_digest_of_kept_local_value(Fixture *fixture, gconstpointer data)
{
    put_local(fixture, "Ring", "bell");
    apply(fixture, FLAT("<Ring ua=\"rw\"/>"), 100);
    const char *names = fixture->outcome.names;
    g_autofree char *digest = profile_digest(fixture->set, names);
    g_autofree char *other = digest_with(fixture, names, "Ring", "siren", SOURCE_LOCAL, ACCESS_RW);
    g_autofree char *profiled =
        digest_with(fixture, names, "Ring", "bell", SOURCE_PROFILE, ACCESS_RW);
    g_autofree char *closed = digest_with(fixture, names, "Ring", "bell", SOURCE_LOCAL, ACCESS_RO);

    g_assert_cmpstr(other, ==, digest);
    g_assert_cmpstr(profiled, !=, digest);
    g_assert_cmpstr(closed, !=, digest);
    paramset_remove(fixture->set, "Ring");
    g_autofree char *removed = profile_digest(fixture->set, names);
    g_assert_cmpstr(removed, !=, digest);
}

/* The promise by which a profile may be left out: same digest, then applying it changes nothing. */
static void test_same_digest_means_nothing_to_do(Fixture *fixture, gconstpointer data)
{
    static const char ours[] =
        FLAT("<A>1</A><B ua=\"rw\"/><GPP_A/><GPP_B ua=\"rw\"/><Resync_Periodic>5</Resync_Periodic>"
             "<Resync_At__HHmm_>x</Resync_At__HHmm_><Provision_Enable>x</Provision_Enable>");
    static const char *const others[] = {
        FLAT("<C>1</C>"),
        FLAT("<A>2</A>"),
        FLAT("<A ua=\"rw\">1</A>"),
        FLAT("<B>x</B>"),
        FLAT("<B ua=\"na\"/>"),
        FLAT("<GPP_A>x</GPP_A>"),
        FLAT("<GPP_A ua=\"ro\"/>"),
        FLAT("<GPP_B>x</GPP_B>"),
        FLAT("<Resync_Periodic/>"),
        FLAT("<Resync_At/>"),
        FLAT("<Provision_Enable>No</Provision_Enable>"),
    };
    static const char *const locals[] = {"A", "B", "C", "GPP_A", "GPP_B"};
    guint same = 0;

    for (guint i = 0; i < G_N_ELEMENTS(others) * (G_N_ELEMENTS(locals) + 1); i++) {
        guint local = i / G_N_ELEMENTS(others);

        if (local > 0)
            put_local(fixture, locals[local - 1], "mine");
        apply(fixture, ours, 100);
        g_autofree char *names = g_strdup(fixture->outcome.names);
        g_autofree char *digest = profile_digest(fixture->set, names);

        apply(fixture, others[i % G_N_ELEMENTS(others)], 200);
        g_autofree char *now = profile_digest(fixture->set, names);
        g_autoptr(ParamSet) before = paramset_copy(fixture->set);
        apply(fixture, ours, 300);
        g_autoptr(GPtrArray) changes = paramset_diff(before, fixture->set);
        g_test_message("case %u", i);
        if (strcmp(now, digest) != 0)
            continue;
        g_assert_cmpuint(changes->len, ==, 0);
        same++;
    }
    /* A parameter that is not ours, and an invalid value of ours, are the other profile's. */
    g_assert_cmpuint(same, >=, 2 * (G_N_ELEMENTS(locals) + 1));
}

/*
 * Names that are one to a hash that adds up characters times 33, as g_str_hash() is: 'A' 'z' and
 * 'B' 'Y' are. A table that relies on it would take half a minute.
 */
static void test_names_of_one_hash(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new("<flat-profile>");
    clock_t start = clock();
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < PROFILE_ITEMS_MAX; i++) {
        char name[2 * 16 + 1] = "";

        for (guint bit = 0; bit < 16; bit++)
            g_strlcat(name, i >> bit & 1 ? "Az" : "BY", sizeof(name));
        g_string_append_printf(text, "<%s/>", name);
    }
    g_string_append(text, "</flat-profile>");

    g_assert_false(try_apply(fixture, text->str, 100, &error));
    g_assert_error(error, FAILURE, FAILURE_TOO_LARGE);
    g_assert_cmpuint(paramset_size(fixture->set), ==, PARAMSET_MAX);
    g_assert_cmpint((clock() - start) / CLOCKS_PER_SEC, <, 8);
}

static void test_assignments(Fixture *fixture, gconstpointer data)
{
    const ProfileContext context = {.now = 100, .warn = keep_warning, .userdata = fixture};
    g_autoptr(GError) error = NULL;
    unsigned skipped = 1;

    g_assert_true(profile_assign(fixture->set, "A", " as it is ", &context, &skipped, &error));
    g_assert_true(profile_assign(fixture->set, "Resync_At", "0300", &context, &skipped, &error));
    g_assert_cmpuint(skipped, ==, 1);
    g_assert_true(
        profile_assign(fixture->set, "Provision_Enable", "maybe", &context, &skipped, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(skipped, ==, 2);
    assert_held(fixture, "A", " as it is ", SOURCE_PROFILE, ACCESS_NA, 100);
    assert_value(fixture, "Resync_At__HHmm_", "0300");
    assert_value(fixture, "Provision_Enable", "Yes");
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *fixture, gconstpointer data);
    } cases[] = {
        {"/profile-apply/values", test_values},
        {"/profile-apply/unnamed", test_unnamed_parameters_stay},
        {"/profile-apply/last-wins", test_last_occurrence_wins},
        {"/profile-apply/other-generations", test_names_of_other_generations},
        {"/profile-apply/case", test_names_are_case_sensitive},
        {"/profile-apply/not-expanded", test_values_are_not_expanded},
        {"/profile-apply/invalid", test_invalid_values_are_skipped},
        {"/profile-apply/daily-time", test_daily_time_takes_any_text},
        {"/profile-apply/empty/default", test_empty_elements},
        {"/profile-apply/empty/nothing-before", test_empty_where_nothing_was},
        {"/profile-apply/empty/string", test_empty_string},
        {"/profile-apply/empty/rw-local", test_empty_with_rw_keeps_local_values},
        {"/profile-apply/empty/rw-other", test_empty_with_rw_resets_other_values},
        {"/profile-apply/access", test_access},
        {"/profile-apply/local-overridden", test_local_value_is_overridden},
        {"/profile-apply/default-spelled-out", test_the_default_spelled_out},
        {"/profile-apply/second-time", test_second_time_changes_nothing},
        {"/profile-apply/warnings", test_skipped_elements_are_warned_about},
        {"/profile-apply/secrets", test_secrets_are_not_in_warnings},
        {"/profile-apply/limit/most", test_most_parameters},
        {"/profile-apply/limit/whole-set", test_the_whole_set_counts},
        {"/profile-apply/limit/configured", test_configured_limit},
        {"/profile-apply/limit/one-hash", test_names_of_one_hash},
        {"/profile-apply/digest", test_digest},
        {"/profile-apply/digest/local", test_digest_of_kept_local_value},
        {"/profile-apply/digest/promise", test_same_digest_means_nothing_to_do},
        {"/profile-apply/assignments", test_assignments},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_test_add(cases[i].path, Fixture, NULL, fixture_set_up, cases[i].test, fixture_tear_down);
    return g_test_run();
}
