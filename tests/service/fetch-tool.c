/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fetches URLs, one after the other, with the daemon's fetcher, and prints what came of each: lines
 * of key=value, an empty line after each fetch. For test_fetch.py.
 */

#include "core/failure.h"
#include "daemon/fetch.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct Tool {
    sd_event *event;
    Fetcher *fetcher;
    FetcherConfig config;
    FetchRequest request;
    char **urls;
    int repeat, cancel_ms, size_limit;
    int connect_timeout, total_timeout, stall_timeout;
    gboolean quiet, wait;
    Fetch *fetch;
    sd_event_source *cancel;
    guint next, pieces;
} Tool;

static void tool_next(Tool *tool);

static void print_text(const char *key, const char *value)
{
    g_autofree char *escaped = g_strescape(value ? value : "", NULL);

    if (value)
        g_print("%s=%s\n", key, escaped);
}

static void print_body(GBytes *body)
{
    g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, body);

    g_print("size=%zu\nsha256=%s\n", g_bytes_get_size(body), digest);
}

static void print_result(const FetchResult *result)
{
    print_text("url", result->url);
    print_text("etag", result->etag);
    print_text("last_modified", result->last_modified);
    print_text("content_encoding", result->content_encoding);
    print_text("server_ip", result->server_ip);
    g_print("server_port=%u\nstatus=%u\nnot_modified=%d\n", result->server_port, result->status,
            result->not_modified);
    g_print("retry_after=%" G_GUINT64_FORMAT "\n", result->retry_after_usec / G_USEC_PER_SEC);
    g_print("connect_usec=%" G_GUINT64_FORMAT "\nfirst_byte_usec=%" G_GUINT64_FORMAT
            "\ntotal_usec=%" G_GUINT64_FORMAT "\n",
            result->connect_usec, result->first_byte_usec, result->total_usec);
    if (result->body)
        print_body(result->body);
}

static void on_done(Fetch *fetch, const FetchResult *result, const GError *error, void *userdata)
{
    Tool *tool = userdata;

    g_assert_true(fetch == tool->fetch);
    g_assert_true(!error || error->domain == FAILURE);
    if (!tool->quiet) {
        print_text("class", error ? failure_to_string((Failure)error->code) : "ok");
        print_text("message", error ? error->message : NULL);
        g_print("pieces=%u\n", tool->pieces);
        print_result(result);
        g_print("\n");
    }
    g_clear_pointer(&tool->fetch, fetch_free);
    sd_event_source_set_enabled(tool->cancel, SD_EVENT_OFF);
    tool_next(tool);
}

static void on_progress(Fetch *fetch, uint64_t received, uint64_t expected, void *userdata)
{
    Tool *tool = userdata;

    g_assert_cmpuint(received, >, 0);
    g_assert_true(expected == 0 || received <= expected);
    tool->pieces++;
}

static int on_cancel(sd_event_source *source, uint64_t usec, void *userdata)
{
    Tool *tool = userdata;

    g_clear_pointer(&tool->fetch, fetch_free);
    g_print("class=cancelled\n\n");
    tool_next(tool);
    return 0;
}

static int on_stdin(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    return sd_event_exit(sd_event_source_get_event(source), 0);
}

/*
 * A step of the loop after the last fetch, when the fetcher has put its things away. With --wait it
 * stays until stdin is closed, for the test to look at it.
 */
static int on_finish(sd_event_source *source, void *userdata)
{
    Tool *tool = userdata;

    g_print("idle\n");
    return tool->wait ? 0 : sd_event_exit(tool->event, 0);
}

static void tool_next(Tool *tool)
{
    g_autoptr(GError) error = NULL;
    guint count = g_strv_length(tool->urls);

    if (tool->next == count * (guint)tool->repeat) {
        g_assert_cmpint(sd_event_add_defer(tool->event, NULL, on_finish, tool), >=, 0);
        return;
    }
    tool->request.url = tool->urls[tool->next++ % count];
    tool->pieces = 0;
    if (!fetch_start(tool->fetcher, &tool->request, on_done, on_progress, tool, &tool->fetch,
                     &error)) {
        print_text("class", failure_to_string((Failure)error->code));
        print_text("message", error->message);
        g_print("\n");
        tool_next(tool);
    } else if (tool->cancel) {
        sd_event_source_set_time_relative(tool->cancel, (uint64_t)tool->cancel_ms * 1000);
        sd_event_source_set_enabled(tool->cancel, SD_EVENT_ONESHOT);
    }
}

static void tool_parse(Tool *tool, int argc, char *argv[])
{
    const GOptionEntry entries[] = {
        {"agent", 0, 0, G_OPTION_ARG_STRING, &tool->request.user_agent, NULL, NULL},
        {"ca", 0, 0, G_OPTION_ARG_STRING, &tool->config.ca_file, NULL, NULL},
        {"cancel-ms", 0, 0, G_OPTION_ARG_INT, &tool->cancel_ms, NULL, NULL},
        {"cert", 0, 0, G_OPTION_ARG_STRING, &tool->config.certificate, NULL, NULL},
        {"connect-timeout", 0, 0, G_OPTION_ARG_INT, &tool->connect_timeout, NULL, NULL},
        {"etag", 0, 0, G_OPTION_ARG_STRING, &tool->request.if_none_match, NULL, NULL},
        {"key", 0, 0, G_OPTION_ARG_STRING, &tool->config.key, NULL, NULL},
        {"modified", 0, 0, G_OPTION_ARG_STRING, &tool->request.if_modified_since, NULL, NULL},
        {"password", 0, 0, G_OPTION_ARG_STRING, &tool->request.password, NULL, NULL},
        {"post", 0, 0, G_OPTION_ARG_STRING, &tool->request.post_body, NULL, NULL},
        {"proxy", 0, 0, G_OPTION_ARG_STRING, &tool->config.proxy, NULL, NULL},
        {"quiet", 0, 0, G_OPTION_ARG_NONE, &tool->quiet, NULL, NULL},
        {"repeat", 0, 0, G_OPTION_ARG_INT, &tool->repeat, NULL, NULL},
        {"size", 0, 0, G_OPTION_ARG_INT, &tool->size_limit, NULL, NULL},
        {"stall-timeout", 0, 0, G_OPTION_ARG_INT, &tool->stall_timeout, NULL, NULL},
        {"timeout", 0, 0, G_OPTION_ARG_INT, &tool->total_timeout, NULL, NULL},
        {"user", 0, 0, G_OPTION_ARG_STRING, &tool->request.username, NULL, NULL},
        {"wait", 0, 0, G_OPTION_ARG_NONE, &tool->wait, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &tool->urls, NULL, "URL..."},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !tool->urls) {
        g_printerr("%s\n", error ? error->message : "no URL");
        exit(2);
    }
    tool->config.size_limit = (size_t)tool->size_limit;
    tool->config.connect_timeout_s = (unsigned)tool->connect_timeout;
    tool->config.total_timeout_s = (unsigned)tool->total_timeout;
    tool->config.stall_timeout_s = (unsigned)tool->stall_timeout;
}

static void tool_clear(Tool *tool)
{
    fetch_free(tool->fetch);
    fetcher_free(tool->fetcher);
    sd_event_source_unref(tool->cancel);
    sd_event_unref(tool->event);
    g_strfreev(tool->urls);
    g_free((char *)tool->request.user_agent);
    g_free((char *)tool->request.username);
    g_free((char *)tool->request.password);
    g_free((char *)tool->request.post_body);
    g_free((char *)tool->request.if_none_match);
    g_free((char *)tool->request.if_modified_since);
    g_free((char *)tool->config.proxy);
    g_free((char *)tool->config.ca_file);
    g_free((char *)tool->config.certificate);
    g_free((char *)tool->config.key);
}

int main(int argc, char *argv[])
{
    Tool tool = {.repeat = 1};
    int r;

    tool_parse(&tool, argc, argv);
    g_assert_cmpint(sd_event_new(&tool.event), >=, 0);
    if (tool.wait)
        g_assert_cmpint(sd_event_add_io(tool.event, NULL, STDIN_FILENO, 0, on_stdin, NULL), >=, 0);
    if (tool.cancel_ms > 0) {
        r = sd_event_add_time(tool.event, &tool.cancel, CLOCK_MONOTONIC, 0, 1000, on_cancel, &tool);
        g_assert_cmpint(r, >=, 0);
        sd_event_source_set_enabled(tool.cancel, SD_EVENT_OFF);
    }
    tool.fetcher = fetcher_new(tool.event, &tool.config);
    tool_next(&tool);
    r = sd_event_loop(tool.event);
    tool_clear(&tool);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
