/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One request and its answer: a step of a fetch. Each has an easy handle of its own, so that
 * nothing, no credential above all, is left over from the step before. What the server sends is
 * bounded here. Internal to the fetcher.
 */

#include "daemon/curl-loop.h"
#include "daemon/fetch.h"

#include <netinet/in.h>

#define TRANSFER_STALL_BYTES_PER_S 50

typedef struct TransferSpec {
    const FetcherConfig *config;
    const FetchRequest *request; /* but for its URL, and within what the flags below allow */
    const char *url;
    bool is_tftp;
    bool tftp_options; /* false: the request has none, for servers that stumble over them */
    long tftp_family;  /* CURL_IPRESOLVE_...: of the server's addresses, those that count */
    bool credentials;  /* this is a host that they may go to */
    bool post;
    uint64_t timeout_usec; /* what is left to the fetch */
} TransferSpec;

/* Why a transfer was broken off from our side. */
typedef enum TransferStop {
    TRANSFER_GOES_ON,
    TRANSFER_IGNORED, /* the body is of no interest: the status says it all */
    TRANSFER_TOO_LARGE,
    TRANSFER_ENDLESS_HEADER,
} TransferStop;

typedef void (*TransferProgress)(uint64_t received, uint64_t expected, void *userdata);

typedef struct Transfer {
    CURL *easy;
    CurlLoop *loop; /* NULL once the transfer has ended */
    struct curl_slist *headers;
    GByteArray *body;
    TransferProgress progress;
    void *userdata;
    TransferStop stop;
    size_t header_bytes, ignored_bytes;
    size_t size_limit;
    unsigned total_timeout_s, stall_timeout_s;
    bool is_tftp, credentials, conditional; /* as they were sent */
    CURLcode code;                          /* how it has ended */
    char error_text[CURL_ERROR_SIZE];       /* libcurl's words */
    char tftp_server[INET6_ADDRSTRLEN];     /* libcurl tells of connections only */
    int tftp_family;                        /* of that address; AF_UNSPEC before it is known */
} Transfer;

/*
 * Starts a transfer; the specification is not kept. Its end is told to the loop's done callback
 * with userdata, which has to call transfer_ended(). NULL with a FAILURE where it cannot be set up.
 */
Transfer *transfer_start(CurlLoop *loop, const TransferSpec *spec, TransferProgress progress,
                         void *userdata, GError **error);

/*
 * Takes note that libcurl is done, and of what its code means: where the rest of a body was given
 * up because only the status counts, CURLE_OK.
 */
void transfer_ended(Transfer *transfer, CURLcode code);

/* Frees a transfer, cancelling one that runs. */
void transfer_free(Transfer *transfer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transfer, transfer_free)

/* The status of HTTP; 0 where there was none. */
unsigned transfer_status(const Transfer *transfer);

/* The server's address, the proxy's where there is one; NULL where none was reached. */
const char *transfer_server_ip(const Transfer *transfer);

/* A header of the final answer, its first occurrence; NULL where there is none. */
const char *transfer_header(const Transfer *transfer, const char *name);

/* Likewise all occurrences, separated by ", "; newly allocated. */
char *transfer_header_joined(const Transfer *transfer, const char *name);

/* A time of libcurl's (CURLINFO_..._TIME_T), in µs since the start of the transfer. */
uint64_t transfer_time(const Transfer *transfer, CURLINFO info);
