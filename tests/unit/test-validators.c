/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/profile-apply.h"
#include "core/validators.h"

#include <string.h>

#define SERVER "http://192.0.2.1/"

/* A server's file; a device asks for it by a URL of its name. */
typedef struct File {
    const char *name;
    const char *text;
    const char *etag;
} File;

/* A device that resyncs by rule A, then B, ..., each a file. */
typedef struct Device {
    ParamSet *set;
    Validators *known;
    char fetched[VALIDATORS_SLOTS + 1]; /* of the last resync: f in full, n not modified */
} Device;

static void device_set_up(Device *device, gconstpointer data)
{
    device->set = paramset_new(NULL);
    device->known = validators_new();
}

static void device_tear_down(Device *device, gconstpointer data)
{
    paramset_free(device->set);
    validators_free(device->known);
}

static void put(ParamSet *set, const char *name, const char *value)
{
    g_autoptr(Parameter) parameter = parameter_new(name, value, SOURCE_LOCAL, ACCESS_NA, 1);

    g_assert_true(paramset_put(set, parameter));
}

/* Applies a document; the names that it settled. */
static char *apply(ParamSet *set, const char *text)
{
    const ProfileContext context = {.now = 1};
    g_autoptr(Profile) profile = profile_read(text, strlen(text), NULL, NULL, NULL);
    g_auto(ProfileOutcome) outcome = {0};

    g_assert_nonnull(profile);
    g_assert_true(profile_apply(profile, set, &context, &outcome, NULL));
    return g_steal_pointer(&outcome.names);
}

static char *ask_for(const char *name)
{
    g_autofree char *url = g_strconcat(SERVER, name, NULL);

    return validator_ask(&(ValidatorQuestion){.url = url});
}

/* What a device does by one rule. */
static char fetch(const Device *device, ParamSet *working, const File *file, Validators *learned,
                  guint slot)
{
    g_autofree char *asked = ask_for(file->name);
    Validator *offered = validators_find(device->known, asked, working);

    if (offered && g_strcmp0(offered->etag, file->etag) == 0) {
        validators_set(learned, slot, offered, working);
        return 'n';
    }

    g_autofree char *names = apply(working, file->text);
    g_autoptr(Validator) validator = validator_new(
        asked, &(ValidatorAnswer){SERVER, SERVER, .etag = file->etag}, names, working);

    validators_set(learned, slot, validator, NULL);
    return 'f';
}

static void finish(Device *device, ParamSet *working, Validators *learned)
{
    paramset_free(device->set);
    validators_free(device->known);
    device->set = working;
    device->known = learned;
}

/*
 * A successful resync of up to four files, of which the last has no name. It must end as it would
 * without any knowledge of earlier ones.
 */
static void resync(Device *device, const File *files)
{
    ParamSet *working = paramset_copy(device->set);
    Validators *learned = validators_begin(device->known, false);
    g_autoptr(ParamSet) full = paramset_copy(device->set);
    g_autoptr(GPtrArray) differences = NULL;
    guint i;

    for (i = 0; files[i].name; i++) {
        g_autofree char *names = apply(full, files[i].text);

        device->fetched[i] = fetch(device, working, &files[i], learned, i);
        g_assert_cmpstr(names, !=, "");
    }
    device->fetched[i] = '\0';
    differences = paramset_diff(full, working);
    for (guint d = 0; d < differences->len; d++) {
        const ParamChange *change = g_ptr_array_index(differences, d);

        g_assert_true(change->before && change->after);
        g_assert_cmpstr(change->before->value, ==, change->after->value);
        g_assert_cmpint(change->before->source, ==, change->after->source);
        g_assert_cmpint(change->before->access, ==, change->after->access);
    }
    finish(device, working, learned);
}

/* A resync by the rule of a request; how its file was fetched. */
static const char *resync_by_request(Device *device, const File *file)
{
    ParamSet *working = paramset_copy(device->set);
    Validators *learned = validators_begin(device->known, true);

    device->fetched[0] = fetch(device, working, file, learned, VALIDATORS_OF_REQUEST);
    device->fetched[1] = '\0';
    finish(device, working, learned);
    return device->fetched;
}

#define FLAT(inside) "<flat-profile>" inside "</flat-profile>"
#define FILES(...)   ((const File[]){__VA_ARGS__, {0}})

static const File common = {"common", FLAT("<X>a</X><Y>a</Y>"), "\"1\""};
static const File apart = {"own", FLAT("<Z>b</Z>"), "\"1\""};
static const File overriding = {"own", FLAT("<X>b</X><Z>b</Z>"), "\"2\""};
static const File agreeing = {"own", FLAT("<X>a</X><Z>b</Z>"), "\"3\""};

static void test_unchanged_files(Device *device, gconstpointer data)
{
    resync(device, FILES(common, apart));
    g_assert_cmpstr(device->fetched, ==, "ff");
    for (guint i = 0; i < 3; i++) {
        resync(device, FILES(common, apart));
        g_assert_cmpstr(device->fetched, ==, "nn");
    }
    resync(device, FILES(common, {"own", FLAT("<Z>c</Z>"), "\"4\""}));
    g_assert_cmpstr(device->fetched, ==, "nf");
    g_assert_cmpstr(paramset_get(device->set, "Z"), ==, "c");
}

static void test_local_change(Device *device, gconstpointer data)
{
    static const struct {
        const char *name, *value, *fetched;
    } cases[] = {
        {"Y", "mine", "fn"}, /* of the common file: restored by it, and by it alone */
        {"Z", "mine", "nf"},
        {"Y", NULL, "fn"},   /* removed */
        {"W", "mine", "nn"}, /* nobody's */
    };

    resync(device, FILES(common, apart));
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (cases[i].value)
            put(device->set, cases[i].name, cases[i].value);
        else
            paramset_remove(device->set, cases[i].name);
        resync(device, FILES(common, apart));
        g_assert_cmpstr(device->fetched, ==, cases[i].fetched);
        resync(device, FILES(common, apart));
        g_assert_cmpstr(device->fetched, ==, "nn");
    }
    g_assert_cmpstr(paramset_get(device->set, "Y"), ==, "a");
    g_assert_cmpstr(paramset_get(device->set, "Z"), ==, "b");
    g_assert_cmpstr(paramset_get(device->set, "W"), ==, "mine");
}

/* The reasoning at the top of validators.h, step by step. */
static void test_overlapping_files(Device *device, gconstpointer data)
{
    resync(device, FILES(common, overriding));
    g_assert_cmpstr(paramset_get(device->set, "X"), ==, "b");
    resync(device, FILES(common, overriding));
    g_assert_cmpstr(device->fetched, ==, "ff");
    g_assert_cmpstr(paramset_get(device->set, "X"), ==, "b");

    /* B's file says nothing of X any more: X is A's again, at once. */
    resync(device, FILES(common, apart));
    g_assert_cmpstr(device->fetched, ==, "ff");
    g_assert_cmpstr(paramset_get(device->set, "X"), ==, "a");
    resync(device, FILES(common, apart));
    g_assert_cmpstr(device->fetched, ==, "nn");

    /* B's file says something of X again, that is new, and something that is not. */
    resync(device, FILES(common, overriding));
    g_assert_cmpstr(device->fetched, ==, "nf");
    g_assert_cmpstr(paramset_get(device->set, "X"), ==, "b");
    resync(device, FILES(common, agreeing));
    g_assert_cmpstr(device->fetched, ==, "ff");
    resync(device, FILES(common, agreeing));
    g_assert_cmpstr(device->fetched, ==, "nn");

    /* B's rule is gone. */
    resync(device, FILES(common, overriding));
    resync(device, FILES(common));
    g_assert_cmpstr(device->fetched, ==, "f");
    g_assert_cmpstr(paramset_get(device->set, "X"), ==, "a");
}

/* Any order of any files and local changes: resync() compares with a device that knows nothing. */
static void test_any_history(Device *device, gconstpointer data)
{
    static const File firsts[] = {
        {"common", FLAT("<X>a</X><Y>a</Y>"), "\"1\""},
        {"common", FLAT("<X>b</X><Y ua=\"rw\"/>"), "\"2\""},
        {"common", FLAT("<Y/>"), "\"3\""},
    };
    static const File seconds[] = {
        {"own", FLAT("<X>b</X>"), "\"1\""},
        {"own", FLAT("<Z>b</Z>"), "\"2\""},
        {"own", FLAT("<X ua=\"rw\"/><Z>a</Z>"), "\"3\""},
        {"other", FLAT("<X>a</X><Y>b</Y>"), "\"1\""},
    };
    static const char *const names[] = {"X", "Y", "Z"};
    guint unmodified = 0;

    for (guint i = 0; i < 3000; i++) {
        const char *name = names[g_test_rand_int_range(0, G_N_ELEMENTS(names))];
        int what = g_test_rand_int_range(0, 6);
        const File *first = &firsts[g_test_rand_int_range(0, G_N_ELEMENTS(firsts))];
        const File *second = &seconds[g_test_rand_int_range(0, G_N_ELEMENTS(seconds))];

        if (what == 0)
            put(device->set, name, "a");
        else if (what == 1)
            put(device->set, name, "mine");
        else if (what == 2)
            paramset_remove(device->set, name);
        resync(device, FILES(*first, *second));
        for (const char *f = device->fetched; *f; f++)
            unmodified += *f == 'n';
    }
    g_test_message("%u of 6000 were not fetched", unmodified);
    g_assert_cmpuint(unmodified, >, 200);
}

static void test_only_the_last_resync_is_known(Device *device, gconstpointer data)
{
    resync(device, FILES(common, apart));
    resync(device, FILES(common));
    resync(device, FILES(common, apart));
    g_assert_cmpstr(device->fetched, ==, "nf");

    /* Rules may change places. */
    resync(device, FILES(apart, common));
    g_assert_cmpstr(device->fetched, ==, "nn");
}

static void test_requests_have_a_slot(Device *device, gconstpointer data)
{
    static const File dialled = {"dialled", FLAT("<D>1</D>"), "\"1\""};
    static const File another = {"another", FLAT("<E>1</E>"), "\"1\""};

    resync(device, FILES(common, apart));
    g_assert_cmpstr(resync_by_request(device, &dialled), ==, "f");
    g_assert_cmpstr(resync_by_request(device, &dialled), ==, "n");
    g_assert_cmpstr(resync_by_request(device, &common), ==, "n");
    g_assert_cmpstr(resync_by_request(device, &another), ==, "f");
    g_assert_cmpstr(resync_by_request(device, &dialled), ==, "f");
    resync(device, FILES(common, apart));
    g_assert_cmpstr(device->fetched, ==, "nn");
    g_assert_cmpstr(resync_by_request(device, &dialled), ==, "f");
}

/* What was proven of a set counts for it alone: in a slot, a copy, and after the set has changed.
 */
static void test_proof_is_of_one_set(Device *device, gconstpointer data)
{
    g_autofree char *asked = ask_for("common");
    g_autoptr(ParamSet) copy = NULL;

    resync(device, FILES(common));
    resync(device, FILES(common));
    copy = paramset_copy(device->set);
    g_assert_nonnull(validators_find(device->known, asked, copy));
    put(copy, "X", "mine");
    g_assert_null(validators_find(device->known, asked, copy));
    g_assert_nonnull(validators_find(device->known, asked, device->set));

    g_autoptr(Validators) copied = validators_copy(device->known);
    put(device->set, "Y", "mine");
    g_assert_null(validators_find(copied, asked, device->set));
    g_assert_null(validators_find(device->known, asked, device->set));
}

static void test_questions_differ(void)
{
    const ValidatorQuestion questions[] = {
        {.url = "x"},
        {.url = "y"},
        {.url = "x", .user = ""},
        {.url = "x", .user = "x"},
        {.url = "x", .user_agent = "x"},
        {.url = "x", .key = "x"},
        {.url = "x", .ikm = "x"},
        {.url = "x", .aliases = "x"},
        {.url = "x", .reader = "x"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(questions); i++)
        for (guint j = 0; j <= i; j++) {
            g_autofree char *a = validator_ask(&questions[i]);
            g_autofree char *b = validator_ask(&questions[j]);

            g_assert_cmpint(strcmp(a, b) == 0, ==, i == j);
        }
}

static Validator *answered(const char *etag, const char *date)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);

    return validator_new("asked", &(ValidatorAnswer){SERVER, SERVER, etag, date}, "X\n", set);
}

static void test_what_servers_send(void)
{
    static const char date[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    g_autofree char *long_text = g_strnfill(VALIDATOR_ETAG_MAX, 'x');
    g_autofree char *longer = g_strnfill(VALIDATOR_ETAG_MAX + 1, 'x');
    const struct {
        const char *etag, *date;
        bool etag_kept, date_kept;
    } cases[] = {
        {"\"1\"", date, true, true},
        {"W/\"1\"", NULL, true, false},
        {"bare", NULL, true, false},
        {NULL, date, false, true},
        {NULL, NULL, false, false},
        {"", "", false, false},
        {"*", NULL, false, false},
        {"*", date, false, true},
        {"\"a b\"", NULL, false, false},
        {"\"a\"\x7f", NULL, false, false},
        {"\"a\r\nX: y\"", NULL, false, false},
        {"\"\xff\"", date, false, true},
        {"\"\xc3\xa4\"", NULL, false, false},
        {NULL, "Sun, 06 Nov\n1994", false, false},
        {long_text, long_text, true, false},
        {longer, date, false, true},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Validator) validator = answered(cases[i].etag, cases[i].date);

        g_test_message("case %u", i);
        g_assert_cmpint(validator != NULL, ==, cases[i].etag_kept || cases[i].date_kept);
        if (!validator)
            continue;
        g_assert_cmpstr(validator->etag, ==, cases[i].etag_kept ? cases[i].etag : NULL);
        g_assert_cmpstr(validator->last_modified, ==, cases[i].date_kept ? cases[i].date : NULL);
    }
}

/* By way of redirects, the same question may lead to one file today and another one tomorrow. */
static void test_places(void)
{
    static const char *const urls[] = {SERVER, SERVER "a", SERVER "b"};
    g_autoptr(ParamSet) set = paramset_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(urls); i++)
        for (guint j = 0; j < G_N_ELEMENTS(urls); j++) {
            const ValidatorAnswer then = {SERVER, urls[i], .etag = "\"1\""};
            const ValidatorAnswer now = {SERVER, urls[j]};
            g_autoptr(Validator) validator = validator_new("asked", &then, "", set);

            g_assert_cmpint(validator_is_from(validator, &now), ==, i == j);
        }
}

static void test_names_are_bounded(void)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autofree char *names = g_strnfill(VALIDATOR_NAMES_MAX + 1, '\n');
    const ValidatorAnswer answer = {SERVER, SERVER, .etag = "\"1\""};
    g_autoptr(Validator) over = validator_new("asked", &answer, names, set);
    g_autoptr(Validator) most = validator_new("asked", &answer, names + 1, set);

    g_assert_null(over);
    g_assert_nonnull(most);
}

static void test_equality(void)
{
    g_autoptr(Validator) one = answered("\"1\"", NULL);
    g_autoptr(Validator) same = validator_restore(one);
    g_autoptr(Validator) other = answered("\"2\"", NULL);
    g_autoptr(Validator) dated = answered("\"1\"", "Sun, 06 Nov 1994 08:49:37 GMT");

    g_assert_true(validator_equal(one, same));
    g_assert_true(validator_equal(NULL, NULL));
    g_assert_false(validator_equal(one, NULL));
    g_assert_false(validator_equal(NULL, one));
    g_assert_false(validator_equal(one, other));
    g_assert_false(validator_equal(one, dated));
}

/* Nothing of what a question holds can be read in what is kept. */
static void test_nothing_is_in_clear(void)
{
    g_autoptr(ParamSet) set = paramset_new(NULL);
    g_autofree char *asked = validator_ask(&(ValidatorQuestion){
        .url = "http://host/?token=hidden", .user = "hidden", .key = "hidden", .ikm = "hidden"});
    const ValidatorAnswer answer = {
        .asked_url = "http://host/", .url = "http://host/?token=hidden", .etag = "\"1\""};
    g_autoptr(Validator) validator = NULL;

    put(set, "GPP_SA", "hidden");
    validator = validator_new(asked, &answer, "GPP_SA\n", set);
    g_assert_null(strstr(validator->asked, "hidden"));
    g_assert_null(strstr(validator->found, "hidden"));
    g_assert_null(strstr(validator->applied, "hidden"));
    g_assert_null(strstr(validator->names, "hidden"));
}

#define ADD(path, test) g_test_add(path, Device, NULL, device_set_up, test, device_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/validators/unchanged", test_unchanged_files);
    ADD("/validators/local-change", test_local_change);
    ADD("/validators/overlap", test_overlapping_files);
    ADD("/validators/any-history", test_any_history);
    ADD("/validators/last-resync", test_only_the_last_resync_is_known);
    ADD("/validators/request", test_requests_have_a_slot);
    ADD("/validators/proof", test_proof_is_of_one_set);
    g_test_add_func("/validators/question", test_questions_differ);
    g_test_add_func("/validators/answer", test_what_servers_send);
    g_test_add_func("/validators/places", test_places);
    g_test_add_func("/validators/bounds", test_names_are_bounded);
    g_test_add_func("/validators/equal", test_equality);
    g_test_add_func("/validators/clear", test_nothing_is_in_clear);
    return g_test_run();
}
