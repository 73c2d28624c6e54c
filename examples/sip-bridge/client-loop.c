/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client-loop.h"

#include "libre.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#define RECONNECT_MS 1000

struct ClientLoop {
    prov_client *client;
    int fd; /* -1 while the bus is lost */
    struct tmr timer;
};

static void on_ready(int flags, void *userdata);
static void on_time(void *userdata);

static uint64_t now_usec(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int flags_of(int events)
{
    return (events & POLLIN ? FD_READ : 0) | (events & POLLOUT ? FD_WRITE : 0);
}

static void wait_for_more(ClientLoop *loop)
{
    int events = prov_client_get_events(loop->client);
    uint64_t usec, now = now_usec();

    loop->fd = prov_client_get_fd(loop->client);
    (void)fd_listen(loop->fd, flags_of(events), on_ready, loop);
    tmr_cancel(&loop->timer);
    if (prov_client_get_timeout(loop->client, &usec) >= 0 && usec != PROV_FOREVER)
        tmr_start(&loop->timer, usec > now ? (usec - now + 999) / 1000 : 0, on_time, loop);
}

static void run_client(ClientLoop *loop)
{
    if (prov_client_process(loop->client) >= 0) {
        wait_for_more(loop);
        return;
    }
    if (loop->fd >= 0)
        fd_close(loop->fd);
    loop->fd = -1;
    tmr_start(&loop->timer, RECONNECT_MS, on_time, loop);
}

static void on_ready(int flags, void *userdata)
{
    run_client(userdata);
}

static void on_time(void *userdata)
{
    ClientLoop *loop = userdata;

    if (loop->fd < 0)
        (void)prov_client_reconnect(loop->client);
    run_client(loop);
}

void client_loop_wake(ClientLoop *loop)
{
    if (loop->fd >= 0)
        tmr_start(&loop->timer, 0, on_time, loop);
}

ClientLoop *client_loop_new(prov_client *client)
{
    ClientLoop *loop = calloc(1, sizeof(*loop));

    if (!loop)
        return NULL;
    loop->client = client;
    tmr_init(&loop->timer);
    wait_for_more(loop);
    client_loop_wake(loop);
    return loop;
}

void client_loop_free(ClientLoop *loop)
{
    if (!loop)
        return;
    tmr_cancel(&loop->timer);
    if (loop->fd >= 0)
        fd_close(loop->fd);
    free(loop);
}
