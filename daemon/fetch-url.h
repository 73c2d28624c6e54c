/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Where a fetch may go: its first URL, and those that redirects lead to. None of them holds
 * userinfo. Internal to the fetcher.
 */

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURLU, curl_url_cleanup)

/*
 * The URL of a request, its userinfo dropped, and that of TFTP as libcurl asks for the very file;
 * NULL with FAILURE_INVALID_RULE if impossible.
 */
CURLU *fetch_url_parse(const char *text, GError **error);

/*
 * Where a redirect leads: location, absolute or relative to url. NULL with FAILURE_HTTP where the
 * contract does not let it be followed.
 */
CURLU *fetch_url_follow(CURLU *url, const char *location, GError **error);

/* Whether what is meant for the host of first (credentials, a body) may be sent to url's. */
bool fetch_url_same_host(CURLU *first, CURLU *url);

bool fetch_url_is_tftp(CURLU *url);

/* Whether the server is named, and not given by its address. */
bool fetch_url_has_name(CURLU *url);

/* As a request and a message have it; newly allocated. */
char *fetch_url_to_string(CURLU *url);
