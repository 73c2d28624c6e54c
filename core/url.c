/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/url.h"
#include "config.h"
#include "core/failure.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <string.h>

#define SERVER_NAME_MAX 253

/* Paths and queries stay as they are written; a stray % is no error. */
#define SPLIT_FLAGS (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED)

/* A URL as GUri takes it apart. */
typedef struct UrlParts {
    char *scheme, *user, *password, *server, *path, *query;
    int port; /* -1: none */
    bool has_scheme;
} UrlParts;

static const struct {
    const char *name;
    uint16_t port;
} schemes[] = {{"http", 80}, {"https", 443}, {"tftp", 69}};

static void url_parts_clear(UrlParts *parts)
{
    g_free(parts->scheme);
    secret_free(parts->user);
    secret_free(parts->password);
    g_free(parts->server);
    g_free(parts->path);
    g_free(parts->query);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UrlParts, url_parts_clear)

static bool set_invalid(GError **error, const char *message)
{
    g_set_error_literal(error, FAILURE, FAILURE_INVALID_RULE, message);
    return false;
}

size_t url_scheme_length(const char *text)
{
    size_t length = strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "+.-");

    return length > 0 && g_str_has_prefix(text + length, "://") ? length + strlen("://") : 0;
}

/* GUri encodes what is beyond ASCII, but would drop spaces at the end and control characters. */
static void append_encoded(GString *out, const char *text)
{
    for (; *text; text++)
        if (*text == ' ' || g_ascii_iscntrl(*text))
            g_string_append_printf(out, "%%%02X", (unsigned)*text);
        else
            g_string_append_c(out, *text);
}

static bool set_impossible(GError **error)
{
    return set_invalid(error, _("the URL has an impossible scheme, server or port"));
}

static bool split_url(const char *text, UrlParts *parts, GError **error)
{
    g_autoptr(SecretString) whole = g_string_sized_new(strlen("tftp://") + 3 * strlen(text));

    parts->has_scheme = url_scheme_length(text) > 0;
    if (!parts->has_scheme)
        g_string_append(whole, "tftp://");
    append_encoded(whole, text);

    /* GUri's own message could quote a password */
    if (!g_uri_split_with_user(whole->str, SPLIT_FLAGS, &parts->scheme, &parts->user,
                               &parts->password, NULL, &parts->server, &parts->port, &parts->path,
                               &parts->query, NULL, NULL) ||
        !parts->scheme || !parts->server || (*parts->path && *parts->path != '/'))
        return set_impossible(error);
    return true;
}

static bool split_provisioning_server(const char *server, UrlParts *parts, GError **error)
{
    if (!split_url(server, parts, NULL) || !*parts->server || parts->query ||
        (*parts->path && strcmp(parts->path, "/") != 0))
        return set_invalid(
            error, _("the provisioning server of the network is not [scheme://]server[:port]"));
    return true;
}

static void replace(char **place, char **value)
{
    secret_free(*place);
    *place = g_steal_pointer(value);
}

/* Lets the provisioning server stand in for the server that text does not name. */
static bool fill_server(const char *text, const char *provisioning_server, UrlParts *parts,
                        GError **error)
{
    const char *rest = text + url_scheme_length(text);
    g_auto(UrlParts) server = {0};

    if (*rest && *rest != '/')
        return set_impossible(error);
    if (!provisioning_server || !*provisioning_server) {
        g_set_error_literal(error, FAILURE, FAILURE_NO_SERVER,
                            _("the rule names no server, and no provisioning server is known"));
        return false;
    }
    if (!split_provisioning_server(provisioning_server, &server, error))
        return false;

    if (!parts->has_scheme)
        replace(&parts->scheme, &server.scheme);
    if (!server.has_scheme || !parts->has_scheme ||
        g_ascii_strcasecmp(parts->scheme, server.scheme) == 0)
        parts->port = server.port;
    replace(&parts->user, &server.user);
    replace(&parts->password, &server.password);
    replace(&parts->server, &server.server);
    return true;
}

/* Whether text is of characters that names of hosts and interfaces may have, and not empty. */
static bool is_name(const char *text)
{
    return *text && !text[strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-")];
}

static bool server_is_valid(const char *server)
{
    const char *zone = strchr(server, '%');

    if (strchr(server, ':'))
        return g_hostname_is_ip_address(server) && (!zone || is_name(zone + 1));
    return strlen(server) <= SERVER_NAME_MAX && g_ascii_isalnum(server[0]) && is_name(server);
}

/* Puts the scheme in lower case, and tells its port; false where it is none that is fetched. */
static bool settle_scheme(UrlParts *parts, int *ret_port, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (g_ascii_strcasecmp(parts->scheme, schemes[i].name) == 0) {
            char *name = g_strdup(schemes[i].name);

            replace(&parts->scheme, &name);
            *ret_port = schemes[i].port;
            return true;
        }
    return set_invalid(error, _("the URL's scheme is not http, https or tftp"));
}

/* A piece of userinfo as it is meant; one that is badly encoded is taken as it is written. */
static char *decode_userinfo(const char *text)
{
    char *decoded = text && *text ? g_uri_unescape_string(text, NULL) : NULL;

    return decoded ? decoded : g_strdup(text);
}

static Url *build_url(const UrlParts *parts, int scheme_port)
{
    Url *url = g_new0(Url, 1);
    int port = parts->port == scheme_port ? -1 : parts->port;
    const char *path = *parts->path ? parts->path : "/";
    bool has_userinfo = parts->user && (*parts->user || parts->password);

    url->text = g_uri_join_with_user(SPLIT_FLAGS, parts->scheme, NULL, NULL, NULL, parts->server,
                                     port, path, parts->query, NULL);
    url->scheme = g_strdup(parts->scheme);
    url->server = g_strdup(parts->server);
    url->user = has_userinfo ? decode_userinfo(parts->user) : NULL;
    url->password = decode_userinfo(parts->password);
    url->path = g_strjoin(parts->query ? "?" : NULL, path, parts->query, NULL);
    url->port = (uint16_t)(parts->port < 0 ? scheme_port : parts->port);
    return url;
}

Url *url_parse(const char *text, const char *provisioning_server, GError **error)
{
    g_auto(UrlParts) parts = {0};
    int scheme_port = 0;

    if (!*text) {
        set_invalid(error, _("the URL is empty"));
        return NULL;
    }
    if (!split_url(text, &parts, error))
        return NULL;
    if (!*parts.server && !fill_server(text, provisioning_server, &parts, error))
        return NULL;
    if (!settle_scheme(&parts, &scheme_port, error))
        return NULL;
    if (!server_is_valid(parts.server)) {
        set_invalid(error, _("the URL's server is neither a host name nor an address"));
        return NULL;
    }
    if (parts.port == 0) {
        set_invalid(error, _("the URL's port is not from 1 to 65535"));
        return NULL;
    }
    return build_url(&parts, scheme_port);
}

void url_free(Url *url)
{
    if (!url)
        return;
    g_free(url->text);
    g_free(url->scheme);
    secret_free(url->user);
    secret_free(url->password);
    g_free(url->server);
    g_free(url->path);
    g_free(url);
}
