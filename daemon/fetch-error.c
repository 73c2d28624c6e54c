/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/fetch-error.h"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <openssl/x509_vfy.h>
#include <string.h>

void fetch_error_set(GError **error, Failure failure, const char *url, const char *format, ...)
{
    g_autofree char *text = NULL, *where = g_utf8_make_valid(url, -1);
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, FAILURE, (int)failure, N_("%s: %s"), where, text);
}

static const char *status_phrase(unsigned status)
{
    static const struct {
        unsigned status;
        const char *phrase;
    } phrases[] = {
        {204, " No Content"},
        {400, " Bad Request"},
        {403, " Forbidden"},
        {404, " Not Found"},
        {405, " Method Not Allowed"},
        {407, " Proxy Authentication Required"},
        {410, " Gone"},
        {429, " Too Many Requests"},
        {500, " Internal Server Error"},
        {502, " Bad Gateway"},
        {503, " Service Unavailable"},
        {504, " Gateway Timeout"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

static Failure status_failure(unsigned status)
{
    switch (status) {
    case 404:
    case 410:
        return FAILURE_FILE_NOT_FOUND;
    case 401:
    case 403:
    case 407:
        return FAILURE_ACCESS_DENIED;
    default:
        return status >= 500 && status <= 599 ? FAILURE_SERVER_ERROR : FAILURE_HTTP;
    }
}

static bool check_status(const Transfer *transfer, const char *url, GError **error)
{
    unsigned status = transfer_status(transfer);

    if (transfer->is_tftp || status == 200 || (status == 304 && transfer->conditional))
        return true;
    if (status == 304)
        fetch_error_set(error, FAILURE_HTTP, url,
                        N_("the server answered 304 Not Modified, which was not asked for"));
    else if (status != 401)
        fetch_error_set(error, status_failure(status), url, N_("the server answered %u%s"), status,
                        status_phrase(status));
    else if (transfer->credentials)
        fetch_error_set(error, FAILURE_ACCESS_DENIED, url,
                        N_("the server answered 401 Unauthorized: it does not accept the user name "
                           "and password"));
    else
        fetch_error_set(error, FAILURE_ACCESS_DENIED, url,
                        N_("the server answered 401 Unauthorized: it asks for a user name and "
                           "password, and none are given for it"));
    return false;
}

/* The words for what the verification of a certificate found; NULL for rare findings. */
static const char *certificate_fault(long verdict)
{
    switch (verdict) {
    case X509_V_ERR_UNSPECIFIED: /* how libcurl says that OpenSSL accepted it, but not the name */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return N_("it was issued for another name than the one in the URL");
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return N_("it has expired, or this device's clock is wrong");
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return N_("it is not yet valid; is this device's clock wrong?");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return N_("its issuer is unknown; is CAFile= right?");
    default:
        return NULL;
    }
}

static void set_certificate_error(const Transfer *transfer, const char *url, GError **error)
{
    long verdict = X509_V_OK;
    const char *fault;

    curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    fault = certificate_fault(verdict);
    if (!fault)
        fault = X509_verify_cert_error_string(verdict);
    fetch_error_set(error, FAILURE_TLS, url, N_("the server's certificate was not accepted: %s"),
                    fault);
}

static void set_timeout_error(const Transfer *transfer, const char *url, GError **error)
{
    uint64_t usec = transfer_time(transfer, CURLINFO_TOTAL_TIME_T);
    unsigned seconds = (unsigned)((usec + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

    if (!transfer->is_tftp && transfer_time(transfer, CURLINFO_PRETRANSFER_TIME_T) == 0)
        fetch_error_set(error, FAILURE_UNREACHABLE, url, N_("no connection within %u s"), seconds);
    else if (transfer->body->len == 0 && transfer->header_bytes == 0)
        fetch_error_set(error, FAILURE_UNREACHABLE, url,
                        N_("the server did not answer within %u s"), seconds);
    else if (strstr(transfer->error_text, "too slow"))
        fetch_error_set(error, FAILURE_UNREACHABLE, url,
                        N_("the server sent fewer than %d bytes/s for %u s"),
                        TRANSFER_STALL_BYTES_PER_S, transfer->stall_timeout_s);
    else
        fetch_error_set(error, FAILURE_UNREACHABLE, url, N_("not complete within %u s"),
                        transfer->total_timeout_s);
}

static void set_connect_error(const Transfer *transfer, const char *url, GError **error)
{
    long number = 0;
    const char *reason;

    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
    reason = number > 0 ? strerrordesc_np((int)number) : NULL;
    fetch_error_set(error, FAILURE_UNREACHABLE, url, N_("no connection: %s"),
                    reason ? reason : N_("the server does not answer"));
}

static void set_handshake_error(const Transfer *transfer, const char *url, GError **error)
{
    g_autofree char *words = g_utf8_make_valid(transfer->error_text, -1);

    fetch_error_set(error, FAILURE_TLS, url, N_("TLS failed: %s"), g_strstrip(words));
}

/* A proxy that does not open the tunnel, and a server that ends TLS 1.3 with an alert, are known
 * to libcurl as connections that broke off. */
static void set_broken_error(const Transfer *transfer, const char *url, GError **error)
{
    curl_off_t received = 0;
    long proxy_status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
    if (proxy_status == 407)
        fetch_error_set(error, FAILURE_ACCESS_DENIED, url,
                        N_("the proxy answered 407 Proxy Authentication Required"));
    else if (proxy_status >= 300)
        fetch_error_set(error, FAILURE_UNREACHABLE, url, N_("the proxy answered %ld%s"),
                        proxy_status, status_phrase((unsigned)proxy_status));
    else if (strstr(transfer->error_text, "alert"))
        set_handshake_error(transfer, url, error);
    else
        fetch_error_set(error, FAILURE_UNREACHABLE, url,
                        N_("the connection broke off after %" PRId64 " bytes"), (int64_t)received);
}

static void set_stop_error(const Transfer *transfer, const char *url, GError **error)
{
    if (transfer->stop == TRANSFER_ENDLESS_HEADER)
        fetch_error_set(error, FAILURE_TOO_LARGE, url, N_("the header of the answer has no end"));
    else
        fetch_error_set(error, FAILURE_TOO_LARGE, url, N_("the file is larger than %zu bytes"),
                        transfer->size_limit);
}

/* Codes that need only words; no words: libcurl's own. */
static const struct {
    CURLcode code;
    Failure failure;
    const char *words;
} plain_errors[] = {
    {CURLE_COULDNT_RESOLVE_HOST, FAILURE_UNREACHABLE, N_("no address is known for the server")},
    {CURLE_COULDNT_RESOLVE_PROXY, FAILURE_UNREACHABLE, N_("no address is known for the proxy")},
    {CURLE_GOT_NOTHING, FAILURE_UNREACHABLE, N_("the server closed the connection unanswered")},
    {CURLE_WEIRD_SERVER_REPLY, FAILURE_HTTP, N_("what the server answered is not HTTP")},
    {CURLE_UNSUPPORTED_PROTOCOL, FAILURE_HTTP, N_("what the server answered is not HTTP")},
    /* libcurl takes a line of more than 100 KiB for that; without memory provd had ended before */
    {CURLE_OUT_OF_MEMORY, FAILURE_TOO_LARGE, N_("a line of the answer's header has no end")},
    {CURLE_TFTP_NOTFOUND, FAILURE_FILE_NOT_FOUND, N_("the server has no such file")},
    {CURLE_TFTP_PERM, FAILURE_ACCESS_DENIED, N_("the server denies access to the file")},
    {CURLE_TFTP_ILLEGAL, FAILURE_SERVER_ERROR, N_("the TFTP server reports an error")},
    {CURLE_TFTP_UNKNOWNID, FAILURE_SERVER_ERROR, N_("the TFTP server lost the transfer")},
    {CURLE_TFTP_NOSUCHUSER, FAILURE_SERVER_ERROR, N_("the TFTP server reports an unknown user")},
    {CURLE_REMOTE_DISK_FULL, FAILURE_SERVER_ERROR, N_("the TFTP server's disk is full")},
    {CURLE_REMOTE_FILE_EXISTS, FAILURE_SERVER_ERROR, N_("the TFTP server reports an error")},
    {CURLE_ABORTED_BY_CALLBACK, FAILURE_SERVER_ERROR, N_("the TFTP server reports an error")},
};

static void set_plain_error(CURLcode code, const char *url, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(plain_errors); i++)
        if (plain_errors[i].code == code) {
            fetch_error_set(error, plain_errors[i].failure, url, "%s", plain_errors[i].words);
            return;
        }
    fetch_error_set(error, FAILURE_UNREACHABLE, url, "%s", curl_easy_strerror(code));
}

static void set_transfer_error(const Transfer *transfer, CURLcode code, const char *url,
                               GError **error)
{
    switch (code) {
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
        set_stop_error(transfer, url, error);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
        set_certificate_error(transfer, url, error);
        break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CLIENTCERT:
        set_handshake_error(transfer, url, error);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        set_timeout_error(transfer, url, error);
        break;
    case CURLE_COULDNT_CONNECT:
        set_connect_error(transfer, url, error);
        break;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        set_broken_error(transfer, url, error);
        break;
    default:
        set_plain_error(code, url, error);
    }
}

bool fetch_error_check(const Transfer *transfer, CURLcode code, const char *url, GError **error)
{
    if (code == CURLE_OK)
        return check_status(transfer, url, error);
    set_transfer_error(transfer, code, url, error);
    return false;
}
