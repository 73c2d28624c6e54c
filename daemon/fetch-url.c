/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/fetch-url.h"

#include "config.h"
#include "daemon/fetch-error.h"

#include <glib/gi18n-lib.h>

#define LOCATION_MAX 8192 /* bytes */

typedef enum Scheme {
    SCHEME_OTHER,
    SCHEME_HTTP,
    SCHEME_HTTPS,
    SCHEME_TFTP,
} Scheme;

/* Newly allocated; NULL where the URL has no such part. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *text = NULL, *copy;

    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return NULL;
    copy = g_strdup(text);
    curl_free(text);
    return copy;
}

static Scheme url_scheme(CURLU *url)
{
    static const char *const schemes[] = {
        [SCHEME_HTTP] = "http",
        [SCHEME_HTTPS] = "https",
        [SCHEME_TFTP] = "tftp",
    };
    g_autofree char *scheme = url_part(url, CURLUPART_SCHEME);

    for (guint i = SCHEME_HTTP; i < G_N_ELEMENTS(schemes); i++)
        if (g_strcmp0(scheme, schemes[i]) == 0)
            return (Scheme)i;
    return SCHEME_OTHER;
}

static void url_strip_userinfo(CURLU *url)
{
    curl_url_set(url, CURLUPART_USER, NULL, 0);
    curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
    curl_url_set(url, CURLUPART_OPTIONS, NULL, 0);
}

/*
 * A file of TFTP may have any name, and is asked for in octet mode: libcurl would cut the name off
 * at a question mark, and obey a mode at its end (RFC 3617), which is therefore dropped.
 */
static void url_settle_file(CURLU *url)
{
    g_autofree char *path = url_part(url, CURLUPART_PATH);
    g_autofree char *query = url_part(url, CURLUPART_QUERY);
    g_autofree char *name = g_strjoin(query ? "%3F" : NULL, path, query, NULL);
    char *mode = strstr(name, ";mode=");

    if (mode)
        *mode = '\0';
    curl_url_set(url, CURLUPART_PATH, name, 0);
    curl_url_set(url, CURLUPART_QUERY, NULL, 0);
}

CURLU *fetch_url_parse(const char *text, GError **error)
{
    g_autoptr(CURLU) url = curl_url();
    CURLUcode code = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);

    /* What cannot be taken apart may hold a password anywhere: it is not repeated. */
    if (code != CURLUE_OK) {
        g_set_error(error, FAILURE, FAILURE_INVALID_RULE,
                    N_("the URL of the rule is impossible: %s"), curl_url_strerror(code));
        return NULL;
    }
    url_strip_userinfo(url);
    if (url_scheme(url) == SCHEME_OTHER) {
        g_autofree char *where = fetch_url_to_string(url);

        fetch_error_set(error, FAILURE_INVALID_RULE, where,
                        N_("the scheme of a URL has to be http, https or tftp"));
        return NULL;
    }
    if (fetch_url_is_tftp(url))
        url_settle_file(url);
    return g_steal_pointer(&url);
}

static bool check_redirect(CURLU *from, CURLU *to, const char *where, GError **error)
{
    Scheme scheme = url_scheme(to);
    g_autofree char *target = fetch_url_to_string(to);

    if (scheme != SCHEME_HTTP && scheme != SCHEME_HTTPS)
        fetch_error_set(error, FAILURE_HTTP, where,
                        N_("the server redirects to %s, and only http and https are followed"),
                        target);
    else if (scheme == SCHEME_HTTP && url_scheme(from) == SCHEME_HTTPS)
        fetch_error_set(error, FAILURE_HTTP, where,
                        N_("the server redirects from https to %s, which is not followed"), target);
    else
        return true;
    return false;
}

/*
 * Else what the server sent would be in our messages, which the bus takes only as UTF-8. libcurl
 * encodes the path and the query, but neither a host nor the zone of an address.
 */
static bool is_ascii(CURLU *url)
{
    g_autofree char *text = fetch_url_to_string(url);

    return g_str_is_ascii(text);
}

CURLU *fetch_url_follow(CURLU *url, const char *location, GError **error)
{
    g_autoptr(CURLU) next = curl_url_dup(url);
    g_autofree char *where = fetch_url_to_string(url);
    CURLUcode code;

    if (strlen(location) > LOCATION_MAX) {
        fetch_error_set(error, FAILURE_HTTP, where,
                        N_("the server redirects to a URL of more than %d bytes"), LOCATION_MAX);
        return NULL;
    }
    code = curl_url_set(next, CURLUPART_URL, location, CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME);
    if (code != CURLUE_OK) {
        fetch_error_set(error, FAILURE_HTTP, where,
                        N_("the server redirects to an impossible URL (%s)"),
                        curl_url_strerror(code));
        return NULL;
    }
    /* Not encoded either, and nothing that a server gets. */
    curl_url_set(next, CURLUPART_FRAGMENT, NULL, 0);
    if (!is_ascii(next)) {
        fetch_error_set(error, FAILURE_HTTP, where,
                        N_("the server redirects to an impossible URL (its host is not ASCII)"));
        return NULL;
    }
    url_strip_userinfo(next);
    return check_redirect(url, next, where, error) ? g_steal_pointer(&next) : NULL;
}

/*
 * The same name and port, as another port may be another's server; or the same name that now has a
 * certificate to show for it.
 */
bool fetch_url_same_host(CURLU *first, CURLU *url)
{
    g_autofree char *first_name = url_part(first, CURLUPART_HOST);
    g_autofree char *first_port = url_part(first, CURLUPART_PORT);
    g_autofree char *name = url_part(url, CURLUPART_HOST);
    g_autofree char *port = url_part(url, CURLUPART_PORT);

    if (!first_name || !name || g_ascii_strcasecmp(first_name, name) != 0)
        return false;
    if (url_scheme(first) == SCHEME_HTTP && url_scheme(url) == SCHEME_HTTPS)
        return true;
    return url_scheme(first) == url_scheme(url) && g_strcmp0(first_port, port) == 0;
}

bool fetch_url_is_tftp(CURLU *url)
{
    return url_scheme(url) == SCHEME_TFTP;
}

bool fetch_url_has_name(CURLU *url)
{
    g_autofree char *host = url_part(url, CURLUPART_HOST);

    return host && *host != '[' && !g_hostname_is_ip_address(host);
}

char *fetch_url_to_string(CURLU *url)
{
    char *text = NULL, *copy;

    if (curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
        return g_strdup("(no URL)");
    copy = g_strdup(text);
    curl_free(text);
    return copy;
}
