/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text.h"

#include <locale.h>

#define SECOND UINT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct {
    const char *text;
    unsigned width;
} widths[] = {
    {"", 0},  {"abc", 3}, {"größe", 5}, {"設定", 4}, {"e\xcc\x81", 1}, /* an accent of its own */
    {"ｱ", 1},                                                          /* half width */
};

static void test_width(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(widths); i++)
        g_assert_cmpuint(text_width(widths[i].text), ==, widths[i].width);
}

static const struct {
    const char *text;
    unsigned width;
    const char *fitted;
} fits[] = {
    {"abc", 3, "abc"},    {"abcd", 3, "ab…"},      {"abcd", 1, "…"},
    {"abcd", 0, ""},      {"設定値", 6, "設定値"}, {"設定値", 5, "設定…"},
    {"設定値", 4, "設…"}, {"設定値", 2, "…"},      {"", 0, ""},
};

static void test_fit(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fits); i++) {
        g_autofree char *fitted = text_fit(fits[i].text, fits[i].width);

        g_assert_cmpstr(fitted, ==, fits[i].fitted);
        g_assert_cmpuint(text_width(fitted), <=, fits[i].width);
    }
}

static const struct {
    const char *text;
    unsigned width, indent;
    const char *wrapped;
} wraps[] = {
    {"", 10, 2, ""},
    {"one two three", 0, 2, "one two three"},
    {"one two three", 13, 0, "one two three"},
    {"one two three", 12, 0, "one two\nthree"},
    {"one two three", 7, 2, "one\n  two\n  three"},
    {"abcdefghij kl", 5, 1, "abcd\n efgh\n ij\n kl"},
    {"x abcdefgh", 6, 2, "x\n  abcd\n  efgh"},
    {"設定設定 設定", 5, 0, "設定\n設定\n設定"},
    {"abc", 1, 4, "ab\n    c"}, /* no room at all */
};

static void test_wrap(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_autofree char *wrapped = text_wrap(wraps[i].text, wraps[i].width, wraps[i].indent);

        g_assert_cmpstr(wrapped, ==, wraps[i].wrapped);
    }
}

/* A value is somebody else's text: it must not be able to steer the terminal. */
static void test_printable(void)
{
    g_autofree char *escape = text_printable("\033[2Jx\r\n\x7f");
    g_autofree char *c1 = text_printable("\xc2\x9b"
                                         "2J");
    g_autofree char *invalid = text_printable("a\xff");
    g_autofree char *plain = text_printable("größe 設定");

    g_assert_cmpstr(escape, ==, "\uFFFD[2Jx\uFFFD\uFFFD\uFFFD");
    g_assert_cmpstr(c1, ==, "\uFFFD2J");
    g_assert_cmpstr(invalid, ==, "a\uFFFD");
    g_assert_cmpstr(plain, ==, "größe 設定");
}

static const struct {
    uint64_t usec;
    const char *text;
} durations[] = {
    {0, "0 s"},
    {SECOND - 1, "0 s"},
    {59 * SECOND, "59 s"},
    {MINUTE, "1 min"},
    {MINUTE + SECOND, "1 min 1 s"},
    {HOUR - 1, "59 min 59 s"},
    {HOUR, "1 h"},
    {2 * HOUR + 5 * MINUTE + 59 * SECOND, "2 h 5 min"},
    {DAY, "1 d"},
    {49 * HOUR, "2 d 1 h"},
    {UINT64_MAX, "213503982 d 8 h"},
};

static void test_duration(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
        g_autofree char *text = text_duration(durations[i].usec);

        g_assert_cmpstr(text, ==, durations[i].text);
    }
}

static const struct {
    uint64_t usec, now;
    const char *text;
} times[] = {
    {0, 0, "never"},
    {0, 5, "never"},
    {1700000000 * SECOND, 0, "2023-11-14 22:13:20"},
    {1700000000 * SECOND, 1699999940 * SECOND, "2023-11-14 22:13:20 (in 1 min)"},
    {1700000000 * SECOND, 1700000000 * SECOND, "2023-11-14 22:13:20 (0 s ago)"},
    {UINT64_MAX, 0, "never"}, /* beyond the calendar */
};

static void test_time(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autofree char *text = text_time(times[i].usec, times[i].now);

        g_assert_cmpstr(text, ==, times[i].text);
    }
}

static void test_lines(void)
{
    g_autofree char *none = text_lines(0);
    g_autofree char *some = text_lines((UINT64_C(1) << 63) | 2 | 1);

    g_assert_cmpstr(none, ==, "none");
    g_assert_cmpstr(some, ==, "1, 2, 64");
}

static void test_words(void)
{
    g_assert_cmpstr(text_state(PROV_STATE_DEFERRED), ==, "deferred");
    g_assert_cmpstr(text_reason((prov_reason)1000), ==, "unknown");
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/width", test_width);
    g_test_add_func("/text/fit", test_fit);
    g_test_add_func("/text/wrap", test_wrap);
    g_test_add_func("/text/printable", test_printable);
    g_test_add_func("/text/duration", test_duration);
    g_test_add_func("/text/time", test_time);
    g_test_add_func("/text/lines", test_lines);
    g_test_add_func("/text/words", test_words);
    return g_test_run();
}
