/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"
#include "core/url.h"

typedef struct Case {
    const char *text, *provisioning_server;
    const char *url, *scheme, *user, *password, *server, *path;
    guint port;
} Case;

static void check_case(const Case *c)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Url) url = url_parse(c->text, c->provisioning_server, &error);
    g_autofree char *shown = g_strescape(c->text, NULL);

    g_test_message("%s + %s", shown, c->provisioning_server);
    g_assert_no_error(error);
    g_assert_cmpstr(url->text, ==, c->url);
    g_assert_cmpstr(url->scheme, ==, c->scheme);
    g_assert_cmpstr(url->user, ==, c->user);
    g_assert_cmpstr(url->password, ==, c->password);
    g_assert_cmpstr(url->server, ==, c->server);
    g_assert_cmpstr(url->path, ==, c->path);
    g_assert_cmpuint(url->port, ==, c->port);

    /* What is fetched is taken apart to the same */
    g_autoptr(Url) again = url_parse(url->text, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(again->text, ==, url->text);
    g_assert_cmpstr(again->server, ==, url->server);
}

static void test_parts(void)
{
    static const Case cases[] = {
        {"http://h/x.xml", NULL, "http://h/x.xml", "http", NULL, NULL, "h", "/x.xml", 80},
        {"HTTPS://h", NULL, "https://h/", "https", NULL, NULL, "h", "/", 443},
        {"h/x.xml", NULL, "tftp://h/x.xml", "tftp", NULL, NULL, "h", "/x.xml", 69},
        {"192.0.2.1:6969/a/b", NULL, "tftp://192.0.2.1:6969/a/b", "tftp", NULL, NULL, "192.0.2.1",
         "/a/b", 6969},
        {"http://h:80/x", NULL, "http://h/x", "http", NULL, NULL, "h", "/x", 80},
        {"http://h:/x", NULL, "http://h/x", "http", NULL, NULL, "h", "/x", 80},
        {"http://h:8080", "other", "http://h:8080/", "http", NULL, NULL, "h", "/", 8080},
        {"http://[::1]:99/x", NULL, "http://[::1]:99/x", "http", NULL, NULL, "::1", "/x", 99},
        {"[2001:db8::1]/x", NULL, "tftp://[2001:db8::1]/x", "tftp", NULL, NULL, "2001:db8::1", "/x",
         69},
        {"http://[fe80::1%25eth0]/x", NULL, "http://[fe80::1%eth0]/x", "http", NULL, NULL,
         "fe80::1%eth0", "/x", 80},
        {"http://h/a?x=1&y=http://z/?q#part", NULL, "http://h/a?x=1&y=http://z/?q", "http", NULL,
         NULL, "h", "/a?x=1&y=http://z/?q", 80},
        {"http://h?x=1", NULL, "http://h/?x=1", "http", NULL, NULL, "h", "/?x=1", 80},
        {"http://h/config?", NULL, "http://h/config?", "http", NULL, NULL, "h", "/config?", 80},
        {"http://a_b.example.com./x", NULL, "http://a_b.example.com./x", "http", NULL, NULL,
         "a_b.example.com.", "/x", 80},
        {"http://h/100%", NULL, "http://h/100%", "http", NULL, NULL, "h", "/100%", 80},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&cases[i]);
}

static void test_userinfo(void)
{
    static const Case cases[] = {
        {"http://u:p@h/x", NULL, "http://h/x", "http", "u", "p", "h", "/x", 80},
        {"u@h/x", NULL, "tftp://h/x", "tftp", "u", NULL, "h", "/x", 69},
        {"http://u%40d:p%3a%2Fq@h/", NULL, "http://h/", "http", "u@d", "p:/q", "h", "/", 80},
        {"http://u:p@q@h/", NULL, "http://h/", "http", "u", "p@q", "h", "/", 80},
        {"http://u:100%@h/", NULL, "http://h/", "http", "u", "100%", "h", "/", 80},
        {"http://u:a%00b@h/", NULL, "http://h/", "http", "u", "a%00b", "h", "/", 80},
        {"http://u:a b@h/", NULL, "http://h/", "http", "u", "a b", "h", "/", 80},
        {"http://u:@h/", NULL, "http://h/", "http", "u", "", "h", "/", 80},
        {"http://@h/", NULL, "http://h/", "http", NULL, NULL, "h", "/", 80},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&cases[i]);
}

static void test_provisioning_server(void)
{
    static const Case cases[] = {
        {"/x.xml", "p", "tftp://p/x.xml", "tftp", NULL, NULL, "p", "/x.xml", 69},
        {"/x.xml", "p:1069", "tftp://p:1069/x.xml", "tftp", NULL, NULL, "p", "/x.xml", 1069},
        {"/x.xml", "https://p:8443", "https://p:8443/x.xml", "https", NULL, NULL, "p", "/x.xml",
         8443},
        {"/x.xml", "http://p/", "http://p/x.xml", "http", NULL, NULL, "p", "/x.xml", 80},
        {"/x.xml", "http://[::1]:8080", "http://[::1]:8080/x.xml", "http", NULL, NULL, "::1",
         "/x.xml", 8080},
        {"/x.xml", "http://u:p@s", "http://s/x.xml", "http", "u", "p", "s", "/x.xml", 80},
        {"http:///x.xml", "p:8080", "http://p:8080/x.xml", "http", NULL, NULL, "p", "/x.xml", 8080},
        {"http:///x.xml", "https://p:8443", "http://p/x.xml", "http", NULL, NULL, "p", "/x.xml",
         80},
        {"/?mac=1", "http://p", "http://p/?mac=1", "http", NULL, NULL, "p", "/?mac=1", 80},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&cases[i]);
}

static void test_what_expansion_brings_in_is_encoded(void)
{
    static const Case cases[] = {
        {"http://h/a b\tc\r\nX: y\x7f", NULL, "http://h/a%20b%09c%0D%0AX:%20y%7F", "http", NULL,
         NULL, "h", "/a%20b%09c%0D%0AX:%20y%7F", 80},
        {"http://h/ ", NULL, "http://h/%20", "http", NULL, NULL, "h", "/%20", 80},
        {"http://h/x?a b", NULL, "http://h/x?a%20b", "http", NULL, NULL, "h", "/x?a%20b", 80},
        {"http://h/ä", NULL, "http://h/%C3%A4", "http", NULL, NULL, "h", "/%C3%A4", 80},
        {"http://h/\xff", NULL, "http://h/%FF", "http", NULL, NULL, "h", "/%FF", 80},
        {"http://h/%20", NULL, "http://h/%20", "http", NULL, NULL, "h", "/%20", 80},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&cases[i]);
}

static void check_failure(const char *text, const char *provisioning_server, Failure failure)
{
    g_autoptr(GError) error = NULL;

    g_test_message("%s + %s", text, provisioning_server);
    g_assert_null(url_parse(text, provisioning_server, &error));
    g_assert_error(error, FAILURE, (int)failure);
    g_assert_null(g_strrstr(error->message, "hush"));
}

static void test_impossible(void)
{
    static const char *const texts[] = {
        "",
        "ftp://h/x",
        "file:///etc/passwd",
        "://h/x",
        "1http://h/x",
        "+://h/x",
        "http;//h/x",
        "http://h;p/x",
        "http://:81/x",
        ":69/x",
        "?x",
        "u:hush@/x.xml",
        "http://h:0/x",
        "http://h:65536/x",
        "http://h:99999999999999999999/x",
        "http://h:-1/x",
        "http://h:a/x",
        "http://u:hush/w@h/x",
        "http://h hush/x",
        "http://h%20x/",
        "http://h%2Fx/",
        "http://h\r\nHost: x/",
        "http://h<x>/",
        "http://-h/",
        "http://.h/",
        "http://[::1/x",
        "http://[::1]x/",
        "http://[1::2::3]/x",
        "http://[x]/x",
        "http://[::\003\0031]/x",
        "http://[::\0221]/x",
        "http://[::%25eth0]/x",
        "http://[::1%25a/b]/x",
        "http://::1/x",
        "http://::1:80/x",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        check_failure(texts[i], "p", FAILURE_INVALID_RULE);
}

static void test_no_server(void)
{
    check_failure("/x.xml", NULL, FAILURE_NO_SERVER);
    check_failure("/x.xml", "", FAILURE_NO_SERVER);
    check_failure("http:///x.xml", NULL, FAILURE_NO_SERVER);
    check_failure("http://", NULL, FAILURE_NO_SERVER);
}

static void test_wrong_provisioning_server(void)
{
    static const char *const servers[] = {
        "ftp://p", "http://p/path", "http://", "p:x", "http://u:hush@p/x", "p?x=1", "a b", "/",
    };

    for (guint i = 0; i < G_N_ELEMENTS(servers); i++)
        check_failure("/x.xml", servers[i], FAILURE_INVALID_RULE);
}

static void test_long_names(void)
{
    g_autofree char *name = g_strnfill(254, 'a');
    g_autofree char *text = g_strconcat("http://", name, "/", NULL);
    g_autofree char *path = g_strnfill(60000, '/');
    g_autofree char *long_path = g_strconcat("http://h", path, NULL);
    g_autoptr(Url) url = url_parse(long_path, NULL, NULL);

    check_failure(text, NULL, FAILURE_INVALID_RULE);
    g_assert_cmpstr(url->path, ==, path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/url/parts", test_parts);
    g_test_add_func("/url/userinfo", test_userinfo);
    g_test_add_func("/url/provisioning-server", test_provisioning_server);
    g_test_add_func("/url/encoding", test_what_expansion_brings_in_is_encoded);
    g_test_add_func("/url/impossible", test_impossible);
    g_test_add_func("/url/no-server", test_no_server);
    g_test_add_func("/url/wrong-provisioning-server", test_wrong_provisioning_server);
    g_test_add_func("/url/long", test_long_names);
    return g_test_run();
}
