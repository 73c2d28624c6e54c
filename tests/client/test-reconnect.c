/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bus that dies: what every call hears of it, and who finds the next one. */
#include "libprovclient/provclient.h"
#include "tests/client/testbus.h"

#include <errno.h>
#include <systemd/sd-event.h>

#define CALLS 300 /* more than are looked at in one go */

typedef struct Fixture {
    TestBus *bus;
    prov_client *client;
    guint failed;
} Fixture;

/* A service that never answers, and calls that wait for it. */
static void set_up(Fixture *fixture, gconstpointer data)
{
    fixture->bus = test_bus_new(NULL);
    if (!fixture->bus)
        return;
    test_bus_start_service(fixture->bus, "mute");
    g_assert_cmpint(prov_client_new_for_address(fixture->bus->address, &fixture->client), ==, 0);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    prov_client_free(fixture->client);
    test_bus_free(fixture->bus);
}

static void end_bus(Fixture *fixture)
{
    g_clear_pointer(&fixture->bus, test_bus_free);
}

static void count_failure(prov_client *client, const prov_error *error, uint64_t id, void *userdata)
{
    g_assert_nonnull(error);
    ++*(guint *)userdata;
}

/* Has the bus carry them, too, so that it is the bus that is missed. */
static void call_many(Fixture *fixture)
{
    for (guint i = 0; i < CALLS; i++)
        g_assert_cmpint(prov_client_request_resync_async(fixture->client, 0, NULL, count_failure,
                                                         &fixture->failed, NULL),
                        ==, 0);
}

/* Until the loss is seen, or once and again: reconnecting sees it by itself. */
static int reconnect(prov_client *client)
{
    int r;

    do
        r = prov_client_reconnect(client);
    while (r == 0);
    return r;
}

static void test_every_call_fails(Fixture *fixture, gconstpointer data)
{
    if (!fixture->bus)
        return;
    call_many(fixture);
    end_bus(fixture);
    while (prov_client_process(fixture->client) >= 0)
        g_assert_cmpint(prov_client_wait(fixture->client, 10 * G_USEC_PER_SEC), !=, 0);
    g_assert_cmpint(reconnect(fixture->client), <, 0);
    g_assert_cmpuint(fixture->failed, ==, CALLS);
}

static void free_client(prov_client *client, const prov_error *error, uint64_t id, void *userdata)
{
    Fixture *fixture = userdata;

    fixture->failed++;
    g_clear_pointer(&fixture->client, prov_client_free);
}

static int end_loop(sd_event_source *source, uint64_t now, void *userdata)
{
    return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* The last thing that is heard of a bus may be the end of the client, in whatever loop. */
static void test_free_while_it_is_lost(Fixture *fixture, gconstpointer data)
{
    sd_event *event = NULL;

    if (!fixture->bus)
        return;
    g_assert_cmpint(sd_event_new(&event), >=, 0);
    g_assert_cmpint(prov_client_attach_event(fixture->client, event), ==, 0);
    g_assert_cmpint(
        prov_client_request_resync_async(fixture->client, 0, NULL, free_client, fixture, NULL), ==,
        0);
    end_bus(fixture);
    while (fixture->client)
        g_assert_cmpint(sd_event_run(event, 10 * G_USEC_PER_SEC), >, 0);
    g_assert_cmpint(sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC, 0, 0, end_loop, NULL),
                    >=, 0);
    g_assert_cmpint(sd_event_loop(event), ==, 0);
    g_assert_cmpuint(fixture->failed, ==, 1);
    sd_event_unref(event);
}

static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    if (event->type == PROV_EVENT_APPEARED)
        (void)sd_event_exit(userdata, 0);
}

/* A loop finds the bus again also where it is given a client that has lost it already. */
static void test_attach_when_it_is_lost(Fixture *fixture, gconstpointer data)
{
    sd_event *event = NULL;
    int r = 0;

    if (!fixture->bus)
        return;
    g_assert_cmpint(sd_event_new(&event), >=, 0);
    g_assert_cmpint(prov_client_watch(fixture->client, on_event, event, NULL), ==, 0);
    test_bus_restart(fixture->bus);
    while (r >= 0)
        r = prov_client_process(fixture->client);
    test_bus_start_service(fixture->bus, "ordinary");
    g_assert_cmpint(prov_client_attach_event(fixture->client, event), ==, 0);
    g_assert_cmpint(sd_event_loop(event), ==, 0);
    g_clear_pointer(&fixture->client, prov_client_free);
    sd_event_unref(event);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/reconnect/every-call-fails", Fixture, NULL, set_up, test_every_call_fails,
               tear_down);
    g_test_add("/reconnect/free-meanwhile", Fixture, NULL, set_up, test_free_while_it_is_lost,
               tear_down);
    g_test_add("/reconnect/attach-later", Fixture, NULL, set_up, test_attach_when_it_is_lost,
               tear_down);
    return g_test_run();
}
