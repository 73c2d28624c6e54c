/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Fetching one file by HTTP, HTTPS or TFTP, on an sd-event loop.
 *
 * A Fetcher holds what all fetches have in common; a Fetch is one URL on its way. It runs by itself
 * and ends in exactly one call of its FetchDone, unless it is freed before. Redirects, the second
 * try of TFTP without options and the answer to a 401 are steps inside a fetch. The attempt starts
 * fetches, one after the other.
 *
 * Between fetches nothing is held: no socket, no timer, no cached connection. The one thing done
 * outside the loop is the look-up of host names, in a thread of libcurl's.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#define FETCH_SIZE_MAX          (4 * 1024 * 1024) /* bytes on the wire */
#define FETCH_CONNECT_TIMEOUT_S 20
#define FETCH_TOTAL_TIMEOUT_S   120
#define FETCH_STALL_TIMEOUT_S   30 /* so long may a server send fewer than 50 bytes/s */
#define FETCH_REDIRECTS_MAX     5

typedef struct Fetcher Fetcher;
typedef struct Fetch Fetch;

/* What holds for every fetch. Strings may be NULL; a number that is 0 means the built-in one. */
typedef struct FetcherConfig {
    const char *proxy;       /* a URL; NULL: what the environment says */
    const char *ca_file;     /* PEM, trusted beside the system's certificates */
    const char *certificate; /* this device's: a PEM file or a pkcs11: URI */
    const char *key; /* of the certificate: a PEM file or a pkcs11: URI; NULL: in its file */
    unsigned connect_timeout_s;
    unsigned total_timeout_s; /* redirects and second tries included */
    unsigned stall_timeout_s;
    size_t size_limit;
} FetcherConfig;

typedef struct FetchRequest {
    const char *url;                 /* absolute, http, https or tftp; userinfo in it is dropped */
    const char *username, *password; /* for the first host only; NULL: none */
    const char *user_agent;
    const char *accept_encoding; /* content codings that the caller can undo; NULL: not said */
    const char *post_body;       /* NULL: GET */
    const char *if_none_match, *if_modified_since; /* what an earlier result had; NULL: unasked */
} FetchRequest;

/*
 * What came of a fetch. Complete on success; on failure there is no body, and the rest says how far
 * it came. Strings that were not sent are NULL.
 */
typedef struct FetchResult {
    GBytes *body;      /* as it was sent, content codings not undone; NULL where not_modified */
    bool not_modified; /* 304, only where the request asked for it */
    const char *url;   /* where it ended, after redirects; no userinfo */
    const char *etag, *last_modified;
    const char *content_encoding; /* more than one: separated by ", ", the last one outermost */
    const char *server_ip;        /* of the last connection; the proxy's where there is one */
    unsigned server_port;
    unsigned status;           /* of HTTP; 0: there was no answer, or it is TFTP */
    uint64_t retry_after_usec; /* with status 429 and 503, at most 24 h; 0: the server named none */
    uint64_t connect_usec, first_byte_usec, total_usec; /* since the start of the last request */
} FetchResult;

/*
 * A fetch has ended: error is NULL, or of the domain FAILURE with a message for a person. Result
 * and error are the callee's only during the call; a reference on the body may be kept. The fetch
 * may be freed in here, and others started.
 */
typedef void (*FetchDone)(Fetch *fetch, const FetchResult *result, const GError *error,
                          void *userdata);

/*
 * The body is arriving: received bytes of expected ones, 0 where the server did not say how many.
 * Called for every piece, not before the first one; until then the fetch is connecting. No fetch
 * may be started or freed in here.
 */
typedef void (*FetchProgress)(Fetch *fetch, uint64_t received, uint64_t expected, void *userdata);

/* A fetcher on a loop, of which it takes a reference. The configuration is copied. */
Fetcher *fetcher_new(sd_event *event, const FetcherConfig *config);

/* Puts another configuration in place, for the requests that are sent from now on. Copied. */
void fetcher_configure(Fetcher *fetcher, const FetcherConfig *config);

/* Every fetch must have been freed or have ended; not to be called from a fetch's callbacks. */
void fetcher_free(Fetcher *fetcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fetcher, fetcher_free)

/*
 * Starts a fetch; the request is copied. done is called from the loop, never from in here; progress
 * may be NULL. False with a FAILURE, *ret_fetch untouched and nothing called, where the URL is
 * impossible (FAILURE_INVALID_RULE) or the fetch cannot be set up (FAILURE_INTERNAL).
 */
bool fetch_start(Fetcher *fetcher, const FetchRequest *request, FetchDone done,
                 FetchProgress progress, void *userdata, Fetch **ret_fetch, GError **error);

/* Frees a fetch; one that still runs is cancelled, and its callbacks are not called any more. */
void fetch_free(Fetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fetch, fetch_free)
