/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/fetch.h"

#include "config.h"
#include "core/secret.h"
#include "daemon/fetch-error.h"
#include "daemon/fetch-transfer.h"
#include "daemon/fetch-url.h"

#include <glib/gi18n-lib.h>

#define RETRY_AFTER_MAX_S     (24 * 60 * 60)
#define TFTP_RIVAL_AFTER_USEC (2 * G_USEC_PER_SEC)

/*
 * A fetch is a chain of transfers: one that has ended either leads to the next (a redirect, TFTP
 * without options) or ends the fetch.
 *
 * libcurl tries all addresses of a server that it connects to, but of TFTP, which knows no
 * connections, only the first. Where nothing comes from that one, a rival asks the other family's.
 * Who gets an answer first has won; who gets none leaves it to the other.
 */
struct Fetch {
    Fetcher *fetcher;
    FetchDone done;
    FetchProgress progress;
    void *userdata;
    FetchRequest request; /* but for the URL */
    CURLU *first;         /* the host that credentials and body may go to */
    CURLU *url;           /* where it is now */
    char *url_text;
    Transfer *transfer;           /* NULL once the fetch has ended */
    Transfer *rival;              /* NULL: there is none */
    sd_event_source *rival_timer; /* until there was one */
    uint64_t deadline;            /* CLOCK_MONOTONIC, µs */
    unsigned redirects;
    bool post, tftp_options;
    long tftp_family; /* CURL_IPRESOLVE_... */
};

struct Fetcher {
    sd_event *event;
    CurlLoop *loop;
    FetcherConfig config;
};

static void config_clear(FetcherConfig *config)
{
    g_free((char *)config->proxy);
    g_free((char *)config->ca_file);
    g_free((char *)config->certificate);
    g_free((char *)config->key);
}

static FetcherConfig config_copy(const FetcherConfig *config)
{
    return (FetcherConfig){
        .proxy = g_strdup(config->proxy),
        .ca_file = g_strdup(config->ca_file),
        .certificate = g_strdup(config->certificate),
        .key = g_strdup(config->key),
        .connect_timeout_s = config->connect_timeout_s ?: FETCH_CONNECT_TIMEOUT_S,
        .total_timeout_s = config->total_timeout_s ?: FETCH_TOTAL_TIMEOUT_S,
        .stall_timeout_s = config->stall_timeout_s ?: FETCH_STALL_TIMEOUT_S,
        .size_limit = config->size_limit ?: FETCH_SIZE_MAX,
    };
}

static void request_clear(FetchRequest *request)
{
    secret_free((char *)request->username);
    secret_free((char *)request->password);
    g_free((char *)request->user_agent);
    g_free((char *)request->accept_encoding);
    secret_free((char *)request->post_body);
    g_free((char *)request->if_none_match);
    g_free((char *)request->if_modified_since);
}

static FetchRequest request_copy(const FetchRequest *request)
{
    return (FetchRequest){
        .username = g_strdup(request->username),
        .password = g_strdup(request->password),
        .user_agent = g_strdup(request->user_agent),
        .accept_encoding = g_strdup(request->accept_encoding),
        .post_body = g_strdup(request->post_body),
        .if_none_match = g_strdup(request->if_none_match),
        .if_modified_since = g_strdup(request->if_modified_since),
    };
}

static uint64_t fetcher_now(const Fetcher *fetcher)
{
    uint64_t now = 0;

    sd_event_now(fetcher->event, CLOCK_MONOTONIC, &now);
    return now;
}

static void on_progress(uint64_t received, uint64_t expected, void *userdata)
{
    Fetch *fetch = userdata;

    if (fetch->progress)
        fetch->progress(fetch, received, expected, fetch->userdata);
}

static Transfer *fetch_new_transfer(Fetch *fetch, long tftp_family, GError **error)
{
    uint64_t now = fetcher_now(fetch->fetcher);
    bool first_host = fetch_url_same_host(fetch->first, fetch->url);

    return transfer_start(fetch->fetcher->loop,
                          &(TransferSpec){
                              .config = &fetch->fetcher->config,
                              .request = &fetch->request,
                              .url = fetch->url_text,
                              .is_tftp = fetch_url_is_tftp(fetch->url),
                              .tftp_options = fetch->tftp_options,
                              .tftp_family = tftp_family,
                              .credentials = first_host,
                              .post = fetch->post,
                              .timeout_usec = fetch->deadline > now ? fetch->deadline - now : 0,
                          },
                          on_progress, fetch, error);
}

/* Sends the request to where the fetch is now, in place of the transfer before. */
static bool fetch_send(Fetch *fetch, GError **error)
{
    Transfer *transfer = fetch_new_transfer(fetch, fetch->tftp_family, error);

    if (!transfer)
        return false;
    transfer_free(fetch->transfer);
    fetch->transfer = transfer;
    return true;
}

static void fetch_start_rival(Fetch *fetch)
{
    int family = fetch->transfer->tftp_family;

    g_clear_pointer(&fetch->rival_timer, sd_event_source_disable_unref);
    if (family == AF_UNSPEC)
        return;
    fetch->rival =
        fetch_new_transfer(fetch, family == AF_INET6 ? CURL_IPRESOLVE_V4 : CURL_IPRESOLVE_V6, NULL);
}

static int on_rival_due(sd_event_source *source, uint64_t usec, void *userdata)
{
    Fetch *fetch = userdata;

    if (fetch->transfer->tftp_family == AF_UNSPEC) {
        sd_event_source_set_time(source, usec + TFTP_RIVAL_AFTER_USEC);
        return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    }
    if (fetch->transfer->body->len > 0)
        g_clear_pointer(&fetch->rival_timer, sd_event_source_disable_unref);
    else
        fetch_start_rival(fetch);
    return 0;
}

static void fetch_await_rival(Fetch *fetch)
{
    uint64_t due = fetcher_now(fetch->fetcher) + TFTP_RIVAL_AFTER_USEC;

    if (fetch_url_is_tftp(fetch->url) && fetch_url_has_name(fetch->url))
        sd_event_add_time(fetch->fetcher->event, &fetch->rival_timer, CLOCK_MONOTONIC, due, 0,
                          on_rival_due, fetch);
}

static bool is_silence(CURLcode code)
{
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
           code == CURLE_OPERATION_TIMEDOUT || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR;
}

/* Whether a transfer that got no answer leaves it to the other one, which may be new. */
static bool fetch_waits_for_other(Fetch *fetch, const Transfer *silent)
{
    if (silent == fetch->rival) {
        g_clear_pointer(&fetch->rival, transfer_free);
        return fetch->transfer->loop != NULL;
    }
    if (fetch->rival_timer)
        fetch_start_rival(fetch);
    return fetch->rival != NULL;
}

/* A transfer that got an answer is the only one from now on. */
static void fetch_settle(Fetch *fetch, const Transfer *winner)
{
    g_clear_pointer(&fetch->rival_timer, sd_event_source_disable_unref);
    if (winner == fetch->rival) {
        transfer_free(fetch->transfer);
        fetch->transfer = g_steal_pointer(&fetch->rival);
        fetch->tftp_family =
            fetch->transfer->tftp_family == AF_INET6 ? CURL_IPRESOLVE_V6 : CURL_IPRESOLVE_V4;
    }
    g_clear_pointer(&fetch->rival, transfer_free);
}

/* Error 1 and 2 are about the file; any other may be about the options. */
static bool fetch_stumbled_over_options(const Fetch *fetch, CURLcode code)
{
    return fetch->transfer->is_tftp && fetch->tftp_options &&
           (code == CURLE_TFTP_ILLEGAL || code == CURLE_TFTP_UNKNOWNID ||
            code == CURLE_TFTP_NOSUCHUSER || code == CURLE_REMOTE_DISK_FULL ||
            code == CURLE_REMOTE_FILE_EXISTS || code == CURLE_ABORTED_BY_CALLBACK);
}

static bool fetch_is_redirected(const Fetch *fetch, CURLcode code)
{
    unsigned status = transfer_status(fetch->transfer);

    if (code != CURLE_OK)
        return false;
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

/* 301, 302 and 303 make a GET of a POST; 307 and 308 keep it, within the first host. */
static bool fetch_redirect_post(Fetch *fetch, CURLU *next, GError **error)
{
    unsigned status = transfer_status(fetch->transfer);

    if (!fetch->post)
        return true;
    if (status < 307) {
        fetch->post = false;
        return true;
    }
    if (fetch_url_same_host(fetch->first, next))
        return true;
    fetch_error_set(
        error, FAILURE_HTTP, fetch->url_text,
        N_("the server answered %u to a POST, and its body is not sent to another host"), status);
    return false;
}

static bool fetch_redirect(Fetch *fetch, GError **error)
{
    const char *location = transfer_header(fetch->transfer, "Location");
    g_autoptr(CURLU) next = NULL;

    if (!location) {
        fetch_error_set(error, FAILURE_HTTP, fetch->url_text,
                        N_("the server answered %u without saying where to go"),
                        transfer_status(fetch->transfer));
        return false;
    }
    if (++fetch->redirects > FETCH_REDIRECTS_MAX) {
        fetch_error_set(error, FAILURE_HTTP, fetch->url_text,
                        N_("the server redirects once more after %d redirects"),
                        FETCH_REDIRECTS_MAX);
        return false;
    }
    next = fetch_url_follow(fetch->url, location, error);
    if (!next || !fetch_redirect_post(fetch, next, error))
        return false;
    curl_url_cleanup(fetch->url);
    fetch->url = g_steal_pointer(&next);
    g_free(fetch->url_text);
    fetch->url_text = fetch_url_to_string(fetch->url);
    return fetch_send(fetch, error);
}

static uint64_t transfer_retry_after(const Transfer *transfer, unsigned status)
{
    curl_off_t seconds = 0;

    if (status != 429 && status != 503)
        return 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    return (uint64_t)CLAMP(seconds, 0, RETRY_AFTER_MAX_S) * G_USEC_PER_SEC;
}

static FetchResult transfer_result(const Transfer *transfer, const char *url)
{
    long server_port = 0;
    unsigned status = transfer_status(transfer);

    curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_PORT, &server_port);
    return (FetchResult){
        .not_modified = status == 304 && transfer->conditional,
        .url = url,
        .etag = transfer_header(transfer, "ETag"),
        .last_modified = transfer_header(transfer, "Last-Modified"),
        .server_ip = transfer_server_ip(transfer),
        .server_port = (unsigned)server_port,
        .status = status,
        .retry_after_usec = transfer_retry_after(transfer, status),
        .connect_usec = transfer_time(transfer, CURLINFO_CONNECT_TIME_T),
        .first_byte_usec = transfer_time(transfer, CURLINFO_STARTTRANSFER_TIME_T),
        .total_usec = transfer_time(transfer, CURLINFO_TOTAL_TIME_T),
    };
}

/* The callee may free the fetch: what the result points into is taken out of it before. */
static void fetch_finish(Fetch *fetch, const GError *error)
{
    g_autoptr(Transfer) transfer = g_steal_pointer(&fetch->transfer);
    g_autofree char *url = g_steal_pointer(&fetch->url_text);
    g_autofree char *codings = transfer_header_joined(transfer, "Content-Encoding");
    g_autoptr(GBytes) body = NULL;
    FetchResult result = transfer_result(transfer, url);

    if (!error && !result.not_modified)
        body = g_byte_array_free_to_bytes(g_steal_pointer(&transfer->body));
    result.body = body;
    result.content_encoding = codings;
    fetch->done(fetch, &result, error, fetch->userdata);
}

static void on_transfer_done(CURL *easy, CURLcode code, void *userdata)
{
    Fetch *fetch = userdata;
    bool is_rival = fetch->rival && fetch->rival->easy == easy;
    Transfer *ended = is_rival ? fetch->rival : fetch->transfer;
    g_autoptr(GError) error = NULL;

    transfer_ended(ended, code);
    if (!is_silence(ended->code))
        fetch_settle(fetch, ended);
    else if (fetch_waits_for_other(fetch, ended))
        return;

    code = fetch->transfer->code;
    if (fetch_stumbled_over_options(fetch, code)) {
        fetch->tftp_options = false;
        if (fetch_send(fetch, &error))
            return;
    } else if (fetch_is_redirected(fetch, code)) {
        if (fetch_redirect(fetch, &error))
            return;
    } else {
        fetch_error_check(fetch->transfer, code, fetch->url_text, &error);
    }
    fetch_finish(fetch, error);
}

Fetcher *fetcher_new(sd_event *event, const FetcherConfig *config)
{
    Fetcher *fetcher = g_new0(Fetcher, 1);

    fetcher->event = sd_event_ref(event);
    fetcher->loop = curl_loop_new(event, on_transfer_done);
    fetcher->config = config_copy(config);
    return fetcher;
}

void fetcher_configure(Fetcher *fetcher, const FetcherConfig *config)
{
    FetcherConfig copy = config_copy(config);

    config_clear(&fetcher->config);
    fetcher->config = copy;
}

void fetcher_free(Fetcher *fetcher)
{
    if (!fetcher)
        return;
    curl_loop_free(fetcher->loop);
    sd_event_unref(fetcher->event);
    config_clear(&fetcher->config);
    g_free(fetcher);
}

bool fetch_start(Fetcher *fetcher, const FetchRequest *request, FetchDone done,
                 FetchProgress progress, void *userdata, Fetch **ret_fetch, GError **error)
{
    g_autoptr(Fetch) fetch = g_new0(Fetch, 1);

    fetch->fetcher = fetcher;
    fetch->done = done;
    fetch->progress = progress;
    fetch->userdata = userdata;
    fetch->request = request_copy(request);
    fetch->post = request->post_body != NULL;
    fetch->tftp_options = true;
    fetch->deadline =
        fetcher_now(fetcher) + fetcher->config.total_timeout_s * (uint64_t)G_USEC_PER_SEC;
    fetch->url = fetch_url_parse(request->url, error);
    if (!fetch->url)
        return false;
    fetch->first = curl_url_dup(fetch->url);
    fetch->url_text = fetch_url_to_string(fetch->url);
    if (!fetch_send(fetch, error))
        return false;
    fetch_await_rival(fetch);
    *ret_fetch = g_steal_pointer(&fetch);
    return true;
}

void fetch_free(Fetch *fetch)
{
    if (!fetch)
        return;
    sd_event_source_disable_unref(fetch->rival_timer);
    transfer_free(fetch->rival);
    transfer_free(fetch->transfer);
    curl_url_cleanup(fetch->url);
    curl_url_cleanup(fetch->first);
    g_free(fetch->url_text);
    request_clear(&fetch->request);
    g_free(fetch);
}
