/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * loop-tool sd-event|glib|poll LINE: a program of the simplest kind in one of three loops. It says
 * once that a line is active and registered, and from then on prints what it is told, a word or two
 * a line, until it is killed.
 */
#include "examples/phone-ui/client-source.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <time.h>

static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    switch (event->type) {
    case PROV_EVENT_APPEARED:
        puts("appeared");
        break;
    case PROV_EVENT_VANISHED:
        puts("vanished");
        break;
    case PROV_EVENT_STATUS_CHANGED:
        printf("status %s\n", prov_state_name(event->status->state));
        break;
    case PROV_EVENT_RESYNC_FINISHED:
        printf("finished %s\n", prov_result_name(event->result));
        break;
    default:
        break;
    }
}

static void on_told(prov_client *client, const prov_error *error, void *userdata)
{
    puts(error ? error->message : "told");
}

static int run_sd_event(prov_client *client)
{
    sd_event *event;
    int r = sd_event_default(&event);

    if (r >= 0)
        r = prov_client_attach_event(client, event);
    return r < 0 ? r : sd_event_loop(event);
}

static int run_glib(prov_client *client)
{
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);

    client_source_attach(client, NULL);
    g_main_loop_run(loop);
    return 0;
}

/* poll() counts milliseconds from now, the client microseconds of the clock. */
static int poll_timeout(prov_client *client)
{
    struct timespec now;
    uint64_t usec, passed;

    if (prov_client_get_timeout(client, &usec) < 0 || usec == PROV_FOREVER)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    passed = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    return usec > passed ? (int)((usec - passed + 999) / 1000) : 0;
}

static int run_poll(prov_client *client)
{
    for (;;) {
        struct pollfd fd = {.fd = prov_client_get_fd(client)};

        if (prov_client_process(client) < 0) {
            (void)poll(NULL, 0, 500);
            (void)prov_client_reconnect(client);
            continue;
        }
        fd.events = (short)prov_client_get_events(client);
        if (poll(&fd, 1, poll_timeout(client)) < 0 && errno != EINTR)
            return -errno;
    }
}

static const struct {
    const char *name;
    int (*run)(prov_client *client);
} loops[] = {
    {"sd-event", run_sd_event},
    {"glib", run_glib},
    {"poll", run_poll},
};

static int begin(prov_client *client, unsigned line)
{
    int r = prov_client_watch(client, on_event, NULL, NULL);

    if (r >= 0)
        r = prov_client_set_line_active_async(client, line, true, on_told, NULL, NULL);
    if (r >= 0)
        r = prov_client_set_line_registered_async(client, line, true, on_told, NULL, NULL);
    return r;
}

int main(int argc, char **argv)
{
    prov_client *client = NULL;
    int r = argc == 3 ? prov_client_new(PROV_BUS_SESSION, &client) : -EINVAL;

    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (r >= 0)
        r = begin(client, (unsigned)strtoul(argv[2], NULL, 10));
    for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(loops); i++)
        if (strcmp(argv[1], loops[i].name) == 0)
            r = loops[i].run(client);
    prov_client_free(client);
    return r < 0;
}
