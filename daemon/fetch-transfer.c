/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/fetch-transfer.h"

#include "config.h"
#include "core/failure.h"
#include "daemon/fetch-token.h"

#include <glib/gi18n-lib.h>
#include <netdb.h>
#include <sys/socket.h>

#define HEADER_BYTES_MAX  (256 * 1024) /* of all answers in a transfer */
#define IGNORED_BYTES_MAX (64 * 1024)  /* of an error page; reading it saves the connection */
#define TFTP_BLOCK_BYTES  1428         /* an Ethernet frame */

static size_t transfer_expected(const Transfer *transfer)
{
    curl_off_t length = -1;

    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length > 0 ? (size_t)length : 0;
}

static size_t transfer_ignore(Transfer *transfer, size_t size)
{
    transfer->ignored_bytes += size;
    if (transfer->ignored_bytes <= IGNORED_BYTES_MAX)
        return size;
    transfer->stop = TRANSFER_IGNORED;
    return 0;
}

static size_t on_body(char *data, size_t size, size_t n, void *userdata)
{
    Transfer *transfer = userdata;
    size_t expected = transfer_expected(transfer);

    size *= n;
    if (!transfer->is_tftp && transfer_status(transfer) != 200)
        return transfer_ignore(transfer, size);
    if (expected > transfer->size_limit || size > transfer->size_limit - transfer->body->len) {
        transfer->stop = TRANSFER_TOO_LARGE;
        return 0;
    }
    g_byte_array_append(transfer->body, (const guint8 *)data, (guint)size);
    if (transfer->progress)
        transfer->progress(transfer->body->len, expected, transfer->userdata);
    return size;
}

static size_t on_header(char *data, size_t size, size_t n, void *userdata)
{
    Transfer *transfer = userdata;

    transfer->header_bytes += size * n;
    if (transfer->header_bytes <= HEADER_BYTES_MAX)
        return size * n;
    transfer->stop = TRANSFER_ENDLESS_HEADER;
    return 0;
}

/* Control characters would begin another header. NULL stays NULL. */
static char *header_text(const char *text)
{
    char *clean = g_strdup(text);

    for (char *p = clean; p && *p; p++)
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    return clean;
}

static void transfer_add_header(Transfer *transfer, const char *name, const char *value)
{
    g_autofree char *clean = NULL, *line = NULL;

    if (!value)
        return;
    clean = header_text(value);
    line = g_strdup_printf("%s: %s", name, clean);
    transfer->headers = curl_slist_append(transfer->headers, line);
}

static void transfer_set_http(Transfer *transfer, const TransferSpec *spec)
{
    const FetchRequest *request = spec->request;
    g_autofree char *agent = header_text(request->user_agent);
    g_autofree char *user = header_text(request->username); /* Digest sends it as it is */

    curl_easy_setopt(transfer->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(transfer->easy, CURLOPT_USERAGENT, agent);
    transfer_add_header(transfer, "Accept-Encoding", request->accept_encoding);
    transfer_add_header(transfer, "If-None-Match", request->if_none_match);
    transfer_add_header(transfer, "If-Modified-Since", request->if_modified_since);
    transfer->conditional = request->if_none_match || request->if_modified_since;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    if (spec->post)
        curl_easy_setopt(transfer->easy, CURLOPT_COPYPOSTFIELDS, request->post_body);
    transfer->credentials = spec->credentials && request->username;
    if (!transfer->credentials)
        return;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC | CURLAUTH_DIGEST);
    curl_easy_setopt(transfer->easy, CURLOPT_USERNAME, user);
    curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD, request->password ? request->password : "");
}

static void transfer_set_identity(CURL *easy, const FetcherConfig *config)
{
    const char *key = config->key ? config->key : config->certificate;

    if (!config->certificate)
        return;
    curl_easy_setopt(easy, CURLOPT_SSLCERT, config->certificate);
    curl_easy_setopt(easy, CURLOPT_SSLKEY, key);
    /* OpenSSL would ask at the terminal for the passphrase of a key in a file, and wait for it */
    if (!fetch_token_is_uri(key))
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");
    if (fetch_token_is_uri(key) || fetch_token_is_uri(config->certificate))
        fetch_token_prepare();
    if (fetch_token_is_uri(config->certificate))
        curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "ENG");
    if (fetch_token_is_uri(key))
        curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "ENG");
}

/*
 * The system's certificates are looked up by hash in their directory, so that a handshake loads
 * the one it needs; the bundle of all, libcurl's first choice, would cost a megabyte each time.
 */
static void transfer_set_tls(CURL *easy, const FetcherConfig *config)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    const char *directory = info->capath ? info->capath : "/etc/ssl/certs";

    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_CAPATH, directory);
    curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, directory);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, config->ca_file);
    transfer_set_identity(easy, config);
}

static curl_socket_t open_tftp_socket(void *userdata, curlsocktype purpose,
                                      struct curl_sockaddr *address)
{
    Transfer *transfer = userdata;

    transfer->tftp_family = address->family;
    if (getnameinfo(&address->addr, address->addrlen, transfer->tftp_server,
                    sizeof(transfer->tftp_server), NULL, 0, NI_NUMERICHOST) != 0)
        *transfer->tftp_server = '\0';
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void transfer_set_tftp(Transfer *transfer, const TransferSpec *spec)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_tftp_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_TFTP_BLKSIZE, (long)TFTP_BLOCK_BYTES);
    curl_easy_setopt(easy, CURLOPT_TFTP_NO_OPTIONS, spec->tftp_options ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_IPRESOLVE, spec->tftp_family);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

/*
 * libcurl's limit of the size holds for the page of a 401, too, which is no profile: the one that
 * is configured is for on_body(). It looks at TFTP's own timers only when it looks at the speed:
 * without that limit a lost packet would never be sent again.
 */
static void transfer_set_limits(Transfer *transfer, const TransferSpec *spec)
{
    const FetcherConfig *config = spec->config;
    uint64_t timeout_ms = MAX(spec->timeout_usec / 1000, 1);

    transfer->size_limit = config->size_limit;
    transfer->total_timeout_s = config->total_timeout_s;
    transfer->stall_timeout_s = config->stall_timeout_s;
    curl_easy_setopt(transfer->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)FETCH_SIZE_MAX);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECTTIMEOUT, (long)config->connect_timeout_s);
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_LIMIT, (long)TRANSFER_STALL_BYTES_PER_S);
    curl_easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_TIME, (long)config->stall_timeout_s);
}

static void transfer_set_callbacks(Transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer->userdata);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
    /* libcurl would set and restore the handler of SIGPIPE around each of its steps. */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
}

/*
 * QUICK_EXIT: a transfer that ends while a name is being looked up leaves the look-up's thread to
 * end by itself; without it libcurl would wait for the thread, and the loop with it.
 */
static void transfer_set(Transfer *transfer, const TransferSpec *spec)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_URL, spec->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,tftp");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, spec->config->proxy);
    transfer_set_callbacks(transfer);
    transfer_set_limits(transfer, spec);
    transfer_set_tls(easy, spec->config);
    if (spec->is_tftp)
        transfer_set_tftp(transfer, spec);
    else
        transfer_set_http(transfer, spec);
}

Transfer *transfer_start(CurlLoop *loop, const TransferSpec *spec, TransferProgress progress,
                         void *userdata, GError **error)
{
    g_autoptr(Transfer) transfer = g_new0(Transfer, 1);

    transfer->body = g_byte_array_new();
    transfer->progress = progress;
    transfer->userdata = userdata;
    transfer->is_tftp = spec->is_tftp;
    transfer->easy = curl_loop_new_easy(loop);
    if (transfer->easy) {
        transfer_set(transfer, spec);
        if (curl_loop_add(loop, transfer->easy) >= 0) {
            transfer->loop = loop;
            return g_steal_pointer(&transfer);
        }
    }
    g_set_error(error, FAILURE, FAILURE_INTERNAL, N_("%s: the fetch could not be set up"),
                spec->url);
    return NULL;
}

void transfer_ended(Transfer *transfer, CURLcode code)
{
    unsigned status = transfer_status(transfer);

    transfer->loop = NULL;
    transfer->code = code;
    if ((code == CURLE_WRITE_ERROR && transfer->stop == TRANSFER_IGNORED) ||
        (code == CURLE_FILESIZE_EXCEEDED && status != 200 && !transfer->is_tftp))
        transfer->code = CURLE_OK;
}

void transfer_free(Transfer *transfer)
{
    if (!transfer)
        return;
    if (transfer->loop)
        curl_loop_remove(transfer->loop, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    g_clear_pointer(&transfer->body, g_byte_array_unref);
    g_free(transfer);
}

unsigned transfer_status(const Transfer *transfer)
{
    long status = 0;

    if (transfer->is_tftp)
        return 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return (unsigned)status;
}

const char *transfer_server_ip(const Transfer *transfer)
{
    const char *address = NULL;

    if (transfer->is_tftp)
        address = transfer->tftp_server;
    else
        curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &address);
    return address && *address ? address : NULL;
}

const char *transfer_header(const Transfer *transfer, const char *name)
{
    struct curl_header *header;

    if (curl_easy_header(transfer->easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return NULL;
    return header->value;
}

char *transfer_header_joined(const Transfer *transfer, const char *name)
{
    GString *joined = NULL;
    struct curl_header *header;

    for (size_t i = 0;
         curl_easy_header(transfer->easy, name, i, CURLH_HEADER, -1, &header) == CURLHE_OK; i++) {
        if (!joined)
            joined = g_string_new(header->value);
        else
            g_string_append_printf(joined, ", %s", header->value);
    }
    return joined ? g_string_free(joined, FALSE) : NULL;
}

uint64_t transfer_time(const Transfer *transfer, CURLINFO info)
{
    curl_off_t usec = 0;

    curl_easy_getinfo(transfer->easy, info, &usec);
    return usec > 0 ? (uint64_t)usec : 0;
}
