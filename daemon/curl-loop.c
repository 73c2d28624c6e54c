/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/curl-loop.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#define TIMER_ACCURACY_USEC 1000

struct CurlLoop {
    sd_event *event;
    sd_event_source *timer; /* made with the first transfer; off while libcurl waits for none */
    CURLM *multi;           /* NULL while no transfer runs */
    CurlLoopDone done;
    unsigned transfers;
    bool initialized; /* curl_global_init() was called: not before the first handle needs it */
    bool dispatching; /* libcurl or a done callback is running: the multi handle has to stay */
};

CurlLoop *curl_loop_new(sd_event *event, CurlLoopDone done)
{
    CurlLoop *loop = g_new0(CurlLoop, 1);

    loop->event = sd_event_ref(event);
    loop->done = done;
    return loop;
}

static void curl_loop_release(CurlLoop *loop)
{
    if (loop->transfers > 0 || loop->dispatching || !loop->multi)
        return;
    curl_multi_cleanup(loop->multi);
    loop->multi = NULL;
    sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF);
}

void curl_loop_free(CurlLoop *loop)
{
    if (!loop)
        return;
    assert(loop->transfers == 0 && !loop->dispatching);
    curl_loop_release(loop);
    sd_event_source_disable_unref(loop->timer);
    sd_event_unref(loop->event);
    if (loop->initialized)
        curl_global_cleanup();
    g_free(loop);
}

static void curl_loop_report(CurlLoop *loop)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(loop->multi, &left))) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        void *userdata = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &userdata);
        curl_multi_remove_handle(loop->multi, easy);
        loop->transfers--;
        loop->done(easy, code, userdata);
    }
}

static void curl_loop_dispatch(CurlLoop *loop, curl_socket_t fd, int events)
{
    int running;

    loop->dispatching = true;
    curl_multi_socket_action(loop->multi, fd, events, &running);
    curl_loop_report(loop);
    loop->dispatching = false;
    curl_loop_release(loop);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    int events = 0;

    if (revents & (EPOLLIN | EPOLLHUP))
        events |= CURL_CSELECT_IN;
    if (revents & EPOLLOUT)
        events |= CURL_CSELECT_OUT;
    if (revents & EPOLLERR)
        events |= CURL_CSELECT_ERR;
    curl_loop_dispatch(userdata, fd, events);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    curl_loop_dispatch(userdata, CURL_SOCKET_TIMEOUT, 0);
    return 0;
}

static uint32_t poll_to_epoll(int what)
{
    switch (what) {
    case CURL_POLL_IN:
        return EPOLLIN;
    case CURL_POLL_OUT:
        return EPOLLOUT;
    case CURL_POLL_INOUT:
        return EPOLLIN | EPOLLOUT;
    default:
        return 0;
    }
}

/* libcurl hands back, as socket_data, the source that was assigned to the socket. */
static int set_socket(CURL *easy, curl_socket_t fd, int what, void *userdata, void *socket_data)
{
    CurlLoop *loop = userdata;
    sd_event_source *source = socket_data;

    if (what == CURL_POLL_REMOVE) {
        sd_event_source_disable_unref(source);
        curl_multi_assign(loop->multi, fd, NULL);
        return 0;
    }
    if (source)
        return sd_event_source_set_io_events(source, poll_to_epoll(what)) < 0 ? -1 : 0;
    if (sd_event_add_io(loop->event, &source, fd, poll_to_epoll(what), on_io, loop) < 0)
        return -1;
    sd_event_source_set_description(source, "fetch-socket");
    curl_multi_assign(loop->multi, fd, source);
    return 0;
}

static int set_timer(CURLM *multi, long timeout_ms, void *userdata)
{
    CurlLoop *loop = userdata;

    if (timeout_ms < 0)
        return sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF) < 0 ? -1 : 0;
    if (sd_event_source_set_time_relative(loop->timer, (uint64_t)timeout_ms * 1000) < 0)
        return -1;
    return sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT) < 0 ? -1 : 0;
}

static int curl_loop_make_timer(CurlLoop *loop)
{
    int r;

    if (loop->timer)
        return 0;
    r = sd_event_add_time(loop->event, &loop->timer, CLOCK_MONOTONIC, UINT64_MAX,
                          TIMER_ACCURACY_USEC, on_timer, loop);
    if (r < 0)
        return r;
    sd_event_source_set_description(loop->timer, "fetch-timer");
    return sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF);
}

CURL *curl_loop_new_easy(CurlLoop *loop)
{
    if (!loop->initialized && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    loop->initialized = true;
    return curl_easy_init();
}

static int curl_loop_open(CurlLoop *loop)
{
    int r;

    if (loop->multi)
        return 0;
    r = curl_loop_make_timer(loop);
    if (r < 0)
        return r;
    loop->multi = curl_multi_init();
    if (!loop->multi)
        return -ENOMEM;
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
    return 0;
}

int curl_loop_add(CurlLoop *loop, CURL *easy)
{
    int r = curl_loop_open(loop);

    if (r < 0)
        return r;
    if (curl_multi_add_handle(loop->multi, easy) != CURLM_OK) {
        curl_loop_release(loop);
        return -ENOMEM;
    }
    loop->transfers++;
    return 0;
}

void curl_loop_remove(CurlLoop *loop, CURL *easy)
{
    curl_multi_remove_handle(loop->multi, easy);
    loop->transfers--;
    curl_loop_release(loop);
}
