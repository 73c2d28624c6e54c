/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/hhmm.h"
#include "core/random.h"
#include "core/schedule.h"

static void assert_element(const Schedule *schedule, uint32_t place, uint32_t delay,
                           uint32_t random)
{
    ScheduleElement element = schedule_element(schedule, place);

    g_assert_cmpuint(element.delay, ==, delay);
    g_assert_cmpuint(element.random, ==, random);
}

static void test_last_element_repeats(void)
{
    g_autoptr(Schedule) schedule = schedule_parse(" 1800+300 ,\t3600+600,7200 ", NULL);

    g_assert_nonnull(schedule);
    g_assert_false(schedule_is_off(schedule));
    assert_element(schedule, 0, 1800, 300);
    assert_element(schedule, 1, 3600, 600);
    assert_element(schedule, 2, 7200, 0);
    assert_element(schedule, 3, 7200, 0);
    assert_element(schedule, UINT32_MAX, 7200, 0);
}

static void test_limits(void)
{
    g_autoptr(Schedule) schedule = schedule_parse("2147483647+2147483647,1+0", NULL);

    g_assert_nonnull(schedule);
    assert_element(schedule, 0, 2147483647, 2147483647);
    assert_element(schedule, 1, 1, 0);
}

static void test_off(void)
{
    g_autoptr(Schedule) off = schedule_parse("0", NULL);
    g_autoptr(Schedule) spaced = schedule_parse(" 0 ", NULL);

    g_assert_true(schedule_is_off(off));
    g_assert_true(schedule_is_off(spaced));
}

static void test_fingerprint_is_of_the_elements(void)
{
    g_autoptr(Schedule) a = schedule_parse("600,3600+60", NULL);
    g_autoptr(Schedule) b = schedule_parse(" 600 , 3600+60", NULL);
    g_autoptr(Schedule) c = schedule_parse("600,3600+61", NULL);

    g_assert_cmpuint(schedule_fingerprint(a), ==, schedule_fingerprint(b));
    g_assert_cmpuint(schedule_fingerprint(a), !=, schedule_fingerprint(c));
}

static const struct {
    const char *text;
    int code;
    const char *message;
} malformed[] = {
    {"", SCHEDULE_ERROR_SYNTAX, "element 1: expected whole seconds, as in 3600 or 3600+600"},
    {",", SCHEDULE_ERROR_SYNTAX, "element 1: expected whole seconds, as in 3600 or 3600+600"},
    {"600,", SCHEDULE_ERROR_SYNTAX, "element 2: expected whole seconds, as in 3600 or 3600+600"},
    {"600,,60", SCHEDULE_ERROR_SYNTAX, "element 2: expected whole seconds, as in 3600 or 3600+600"},
    {"-5", SCHEDULE_ERROR_SYNTAX, "element 1: expected whole seconds, as in 3600 or 3600+600"},
    {"600+", SCHEDULE_ERROR_SYNTAX, "element 1: expected whole seconds, as in 3600 or 3600+600"},
    {"600 + 60", SCHEDULE_ERROR_SYNTAX, "element 1: expected a comma or the end after the seconds"},
    {"600+60+6", SCHEDULE_ERROR_SYNTAX, "element 1: expected a comma or the end after the seconds"},
    {"10 20", SCHEDULE_ERROR_SYNTAX, "element 1: expected a comma or the end after the seconds"},
    {"1.5", SCHEDULE_ERROR_SYNTAX, "element 1: expected a comma or the end after the seconds"},
    {"1h", SCHEDULE_ERROR_SYNTAX, "element 1: expected a comma or the end after the seconds"},
    {"600,0", SCHEDULE_ERROR_RANGE,
     "element 2: expected 1 to 2147483647 seconds (0 is allowed only alone, and means off)"},
    {"0+60", SCHEDULE_ERROR_RANGE,
     "element 1: expected 1 to 2147483647 seconds (0 is allowed only alone, and means off)"},
    {"2147483648", SCHEDULE_ERROR_RANGE, "element 1: expected 1 to 2147483647 seconds"},
    {"99999999999999999999999999", SCHEDULE_ERROR_RANGE,
     "element 1: expected 1 to 2147483647 seconds"},
    {"1+2147483648", SCHEDULE_ERROR_RANGE, "element 1: expected 0 to 2147483647 seconds"},
};

static void test_malformed(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autoptr(GError) error = NULL;
        Schedule *schedule = schedule_parse(malformed[i].text, &error);

        g_assert_null(schedule);
        g_assert_error(error, SCHEDULE_ERROR, malformed[i].code);
        g_assert_cmpstr(error->message, ==, malformed[i].message);
    }
}

static void test_hhmm(void)
{
    static const char *const invalid[] = {"",     "960",   "2401", "0960", "9:00", "abcd",
                                          "2360", "03000", " 300", "-300", "0x30", "24 0"};
    unsigned minutes = 7;

    for (guint i = 0; i < G_N_ELEMENTS(invalid); i++)
        g_assert_false(hhmm_parse(invalid[i], &minutes));
    g_assert_false(hhmm_parse(NULL, &minutes));
    g_assert_cmpuint(minutes, ==, 7);

    g_assert_true(hhmm_parse("0000", &minutes));
    g_assert_cmpuint(minutes, ==, 0);
    g_assert_true(hhmm_parse("2359", &minutes));
    g_assert_cmpuint(minutes, ==, 23 * 60 + 59);
    g_assert_true(hhmm_parse("2400", &minutes));
    g_assert_cmpuint(minutes, ==, 24 * 60);
}

/* The sequence is part of the simulator's contract: same seed, same output, on every machine. */
static void test_random_is_fixed(void)
{
    Random random = random_new(1, 0), again = random_new(1, 0), other = random_new(1, 1);
    guint differing = 0;

    for (guint i = 0; i < 64; i++) {
        uint64_t word = random_draw(&random, UINT64_MAX);

        g_assert_cmpuint(word, ==, random_draw(&again, UINT64_MAX));
        differing += word != random_draw(&other, UINT64_MAX);
    }
    g_assert_cmpuint(differing, ==, 64);
}

static void test_random_is_uniform(void)
{
    Random random = random_new(7, 3);
    guint count[11] = {};

    for (guint i = 0; i < 110000; i++)
        count[random_draw(&random, 10)]++;
    for (guint i = 0; i < G_N_ELEMENTS(count); i++)
        g_assert_cmpuint(ABS((int)count[i] - 10000), <, 500); /* five standard deviations */
    g_assert_cmpuint(random_draw(&random, 0), ==, 0);
}

static void test_random_span_is_in_milliseconds(void)
{
    Random random = random_new(7, 3);
    bool first = false, last = false;

    for (guint i = 0; i < 1000; i++) {
        int64_t offset = random_draw_span(&random, 9999);

        g_assert_cmpint(offset, >=, 0);
        g_assert_cmpint(offset, <=, 9000);
        g_assert_cmpint(offset % 1000, ==, 0);
        first |= offset == 0;
        last |= offset == 9000;
    }
    g_assert_true(first && last);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/last-element-repeats", test_last_element_repeats);
    g_test_add_func("/schedule/limits", test_limits);
    g_test_add_func("/schedule/off", test_off);
    g_test_add_func("/schedule/fingerprint", test_fingerprint_is_of_the_elements);
    g_test_add_func("/schedule/malformed", test_malformed);
    g_test_add_func("/hhmm/parse", test_hhmm);
    g_test_add_func("/random/fixed", test_random_is_fixed);
    g_test_add_func("/random/uniform", test_random_is_uniform);
    g_test_add_func("/random/span", test_random_span_is_in_milliseconds);
    return g_test_run();
}
