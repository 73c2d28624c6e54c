/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/loop.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct Loop {
    prov_client *client;
    int signals;
    sigset_t before;
};

Loop *loop_new(prov_client *client)
{
    Loop *loop = g_new0(Loop, 1);
    sigset_t mask;

    (void)signal(SIGCHLD, SIG_DFL); /* where it is ignored, nobody hears of a child's end */
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGINT);
    (void)sigaddset(&mask, SIGTERM);
    (void)sigaddset(&mask, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &mask, &loop->before);
    loop->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (loop->signals < 0)
        g_error("signalfd: %s", g_strerror(errno));
    loop->client = client;
    return loop;
}

void loop_free(Loop *loop)
{
    if (!loop)
        return;
    (void)close(loop->signals);
    (void)sigprocmask(SIG_SETMASK, &loop->before, NULL);
    g_free(loop);
}

/* Milliseconds to poll for, rounded up, of a moment on CLOCK_MONOTONIC. */
static int poll_timeout(prov_client *client)
{
    uint64_t deadline, now = (uint64_t)g_get_monotonic_time();

    if (prov_client_get_timeout(client, &deadline) < 0 || deadline == PROV_FOREVER)
        return -1;
    if (deadline <= now)
        return 0;
    return (int)MIN((deadline - now + 999) / 1000, (uint64_t)G_MAXINT);
}

static int wait_once(const Loop *loop)
{
    struct signalfd_siginfo info;
    struct pollfd fds[] = {
        {.fd = prov_client_get_fd(loop->client)},
        {.fd = loop->signals, .events = POLLIN},
    };
    int events = prov_client_get_events(loop->client);

    if (events < 0)
        return events;
    fds[0].events = (short)events;
    if (poll(fds, G_N_ELEMENTS(fds), poll_timeout(loop->client)) < 0 && errno != EINTR)
        return -errno;
    return read(loop->signals, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}

int loop_run(Loop *loop, const bool *done)
{
    int r = prov_client_process(loop->client);

    while (r == 0 && !*done) {
        r = wait_once(loop);
        if (r == 0)
            r = prov_client_process(loop->client);
    }
    return *done ? 0 : r;
}

pid_t loop_spawn(Loop *loop, char **command)
{
    posix_spawnattr_t attributes;
    pid_t pid = -1;
    int error = posix_spawnattr_init(&attributes);

    if (error == 0)
        error = posix_spawnattr_setsigmask(&attributes, &loop->before);
    if (error == 0)
        error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (error == 0)
        error = posix_spawnp(&pid, command[0], NULL, &attributes, command, environ);
    (void)posix_spawnattr_destroy(&attributes);
    errno = error;
    return error == 0 ? pid : -1;
}
