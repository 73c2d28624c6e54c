/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/log.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* stderr led to a file, and back again when it goes out of scope. */
typedef struct Capture {
    int file, saved;
    char *name;
} Capture;

static Capture capture_begin(void)
{
    Capture c = {0};

    c.file = g_file_open_tmp("provd-log-XXXXXX", &c.name, NULL);
    g_assert_cmpint(c.file, >=, 0);
    c.saved = dup(STDERR_FILENO);
    g_assert_cmpint(dup2(c.file, STDERR_FILENO), ==, STDERR_FILENO);
    return c;
}

/* Ends the capture and returns what was written. */
static char *capture_end(Capture *c)
{
    char *text = NULL;

    (void)fflush(stderr);
    dup2(c->saved, STDERR_FILENO);
    g_assert_true(g_file_get_contents(c->name, &text, NULL, NULL));
    g_unlink(c->name);
    g_free(c->name);
    close(c->file);
    close(c->saved);
    return text;
}

static void test_text_is_one_line(void)
{
    Capture c = capture_begin();
    g_autofree char *text = NULL;

    log_message(LOG_WARNING, NULL, "one\ntwo %s", "\033[31mred\r");
    log_message(LOG_ERR, LOG_FIELDS({"PROVD_REASON", "boot"}, {"PROVD_URL", NULL}), "%d", 3);
    text = capture_end(&c);
    g_assert_cmpstr(text, ==, "warning: one\\ntwo \\x1b[31mred\\x0d\nerr: 3\n");
}

static void test_escape(void)
{
    static const struct {
        const char *text, *escaped;
    } cases[] = {
        {"", ""},
        {"plain, größer, 日本", "plain, größer, 日本"},
        {"\xff\xc3", "\\xff\\xc3"},
        {"a\xe2\x80\xa8"
         "b",
         "a\\xe2\\x80\\xa8"
         "b"}, /* a line separator */
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b"
         "31m"}, /* CSI in eight bits */
        {"\x7f\t", "\\x7f\\x09"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *escaped = log_escape(cases[i].text);

        g_assert_cmpstr(escaped, ==, cases[i].escaped);
    }
}

static void test_level_holds_back(void)
{
    Capture c = capture_begin();
    g_autofree char *text = NULL;

    log_message(LOG_DEBUG, NULL, "held back");
    log_set_level(LOG_DEBUG);
    log_message(LOG_DEBUG, NULL, "told");
    log_set_level(LOG_ERR);
    log_message(LOG_WARNING, NULL, "held back");
    log_set_level(LOG_INFO);
    text = capture_end(&c);
    g_assert_cmpstr(text, ==, "debug: told\n");
}

static void test_level_names(void)
{
    int level = -1;

    g_assert_true(log_level_from_string("error", &level));
    g_assert_cmpint(level, ==, LOG_ERR);
    for (int l = LOG_EMERG; l <= LOG_DEBUG; l++) {
        g_assert_true(log_level_from_string(log_level_to_string(l), &level));
        g_assert_cmpint(level, ==, l);
    }
    g_assert_cmpstr(log_level_to_string(LOG_ERR), ==, "err");
    g_assert_false(log_level_from_string("Error", &level));
    g_assert_false(log_level_from_string("7", &level));
    g_assert_false(log_level_from_string(NULL, &level));
    g_assert_cmpint(level, ==, LOG_DEBUG);
}

/* A stream that claims to be the journal's counts only if it is the one that stderr is. */
static void test_target(void)
{
    Capture c = capture_begin();
    g_autofree char *own = NULL;
    struct stat st;

    g_setenv("JOURNAL_STREAM", "1:1", TRUE);
    log_open();
    g_assert_cmpstr(log_target(), ==, "console");

    g_assert_no_errno(fstat(STDERR_FILENO, &st));
    own = g_strdup_printf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    g_setenv("JOURNAL_STREAM", own, TRUE);
    log_open();
    g_assert_cmpstr(log_target(), ==, "journal");

    g_unsetenv("JOURNAL_STREAM");
    log_open();
    g_assert_cmpstr(log_target(), ==, "console");
    g_free(capture_end(&c));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/one-line", test_text_is_one_line);
    g_test_add_func("/log/escape", test_escape);
    g_test_add_func("/log/level", test_level_holds_back);
    g_test_add_func("/log/level-names", test_level_names);
    g_test_add_func("/log/target", test_target);
    return g_test_run();
}
