/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"
#include "daemon/fetch-url.h"

static void check_parse(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CURLU) url = fetch_url_parse(text, &error);
    g_autofree char *parsed = url ? fetch_url_to_string(url) : NULL;

    g_assert_no_error(error);
    g_assert_cmpstr(parsed, ==, expected);
}

static void test_parse(void)
{
    check_parse("http://server/spa.xml", "http://server/spa.xml");
    check_parse("https://[::1]:8443/a?b=c&d", "https://[::1]:8443/a?b=c&d");
    check_parse("tftp://10.0.0.1/spa$.cfg", "tftp://10.0.0.1/spa$.cfg");
    check_parse("http://user:secret@server/x", "http://server/x");
    check_parse("HTTP://server/x", "http://server/x");
}

static void test_parse_impossible(void)
{
    static const char *const urls[] = {
        "",
        "server/x",
        "http://",
        "http://server:port/x",
        "http://server:65536/x",
        "http://user:secret@ser ver/x",
        "http://ser\nver/x",
        "ftp://user:secret@server/x",
        "file:///etc/passwd",
    };

    for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", urls[i]);
        g_assert_null(fetch_url_parse(urls[i], &error));
        g_assert_error(error, FAILURE, FAILURE_INVALID_RULE);
        g_assert_null(strstr(error->message, "secret"));
    }
}

typedef struct Redirect {
    const char *from, *location;
    const char *to; /* NULL: not followed */
} Redirect;

static void check_redirect(const Redirect *redirect)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CURLU) from = fetch_url_parse(redirect->from, NULL);
    g_autoptr(CURLU) to = fetch_url_follow(from, redirect->location, &error);
    g_autofree char *text = to ? fetch_url_to_string(to) : NULL;
    g_autofree char *shown = g_strescape(redirect->location, NULL);

    g_test_message("%s -> %s", redirect->from, shown);
    g_assert_cmpstr(text, ==, redirect->to);
    if (redirect->to) {
        g_assert_no_error(error);
    } else {
        g_assert_error(error, FAILURE, FAILURE_HTTP);
        g_assert_true(g_str_has_prefix(error->message, redirect->from));
        g_assert_true(g_str_is_ascii(error->message));
        g_assert_null(strstr(error->message, "secret"));
    }
}

static void test_follow(void)
{
    static const Redirect redirects[] = {
        {"http://a/x/y", "/z", "http://a/z"},
        {"http://a/x/y", "z?q", "http://a/x/z?q"},
        {"http://a:81/x", "//b/z", "http://b/z"},
        {"http://a/x", "https://a/x", "https://a/x"},
        {"https://a/x", "https://b:444/", "https://b:444/"},
        {"http://a/x", "http://user:secret@b/", "http://b/"},
        {"http://a/x", "/two words", "http://a/two%20words"},
        {"https://a/x", "http://a/x", NULL},
        {"https://a/x", "HTTP://user:secret@b/x", NULL},
        {"http://a/x", "file:///etc/passwd", NULL},
        {"http://a/x", "tftp://a/x", NULL},
        {"http://a/x", "gopher://user:secret@a/x", NULL},
        {"http://a/x", "http://", NULL},
        {"http://a/x", "http://b:99999/", NULL},
        {"http://a/x", "http://b\xff/", NULL},
        {"http://a/x", "http://b%ff/", NULL},
        {"http://a/x", "ftp://b\xef\xbf\xbe/", NULL},
        {"http://a/x", "http://[::1%25\xff]/", NULL},
        {"http://a/x", "ftp://[::1%\xff]/", NULL},
        {"http://a/x", "http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/"},
        {"http://a/x", "http://b/\xff", "http://b/%ff"},
        {"http://a/x", "http://b/\xff?\xff#\xff", "http://b/%ff?%ff"},
        {"http://a/x", "ftp://b/#\xff", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(redirects); i++)
        check_redirect(&redirects[i]);
}

static void test_follow_too_long(void)
{
    g_autofree char *path = g_strnfill(9000, 'a');
    const Redirect redirect = {"http://a/x", path, NULL};

    check_redirect(&redirect);
}

static void test_same_host(void)
{
    static const struct {
        const char *first, *url;
        gboolean same;
    } pairs[] = {
        {"http://a/x", "http://a/y", TRUE},
        {"http://a/x", "http://A:80/y", TRUE},
        {"http://a/x", "https://a/y", TRUE},
        {"http://a:8080/x", "https://a:8443/y", TRUE},
        {"https://a/x", "https://a:443/y", TRUE},
        {"http://a/x", "http://b/x", FALSE},
        {"http://a/x", "https://b/x", FALSE},
        {"http://a/x", "http://a:81/x", FALSE},
        {"https://a/x", "https://a:444/x", FALSE},
        {"https://a/x", "http://a:443/x", FALSE},
        {"http://a/x", "http://a.b/x", FALSE},
        {"http://127.0.0.1/x", "http://localhost/x", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(CURLU) first = fetch_url_parse(pairs[i].first, NULL);
        g_autoptr(CURLU) url = fetch_url_parse(pairs[i].url, NULL);

        g_test_message("%s, %s", pairs[i].first, pairs[i].url);
        g_assert_cmpint(fetch_url_same_host(first, url), ==, pairs[i].same);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fetch-url/parse", test_parse);
    g_test_add_func("/fetch-url/parse-impossible", test_parse_impossible);
    g_test_add_func("/fetch-url/follow", test_follow);
    g_test_add_func("/fetch-url/follow-too-long", test_follow_too_long);
    g_test_add_func("/fetch-url/same-host", test_same_host);
    return g_test_run();
}
