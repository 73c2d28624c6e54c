/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The URL of a rule, taken apart after its macros were expanded.
 *
 *     url = [ scheme "://" ] [ [ user [ ":" password ] "@" ] server [ ":" port ] ] path
 *
 * A missing scheme is tftp; a missing server is the provisioning server of the network.
 */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Url {
    char *text;   /* what is fetched: no userinfo, no fragment, no port that goes without saying */
    char *scheme; /* "http", "https" or "tftp" */
    char *user;   /* userinfo, percent-decoded; NULL where there is none */
    char *password; /* likewise */
    char *server;   /* name or address; an IPv6 address without its brackets */
    char *path;     /* from the first "/" on, query included */
    uint16_t port;  /* that of the scheme where none was given */
} Url;

/* The length of the "scheme://" that text begins with, whatever the scheme; 0 where it has none. */
size_t url_scheme_length(const char *text);

/*
 * Takes text apart; spaces, control characters and bytes beyond ASCII are percent-encoded.
 * `provisioning_server` is "[scheme://]server[:port]" or NULL, and stands in for a missing server,
 * scheme and port included where text names none. (So url_parse("/", server, &error) checks a
 * server.) NULL with an error of FAILURE: FAILURE_NO_SERVER where the server is missing and none
 * is known, FAILURE_INVALID_RULE where it is no URL to fetch. The message holds no credential.
 */
Url *url_parse(const char *text, const char *provisioning_server, GError **error);
void url_free(Url *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Url, url_free)
