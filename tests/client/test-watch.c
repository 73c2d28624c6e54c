/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals: watching the daemon through its lives, and following an attempt to its end. */
#include "libprovclient/provclient.h"
#include "tests/client/testbus.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define SERVICE "org.provd.Provisioning1"
#define OBJECT  "/org/provd/Provisioning1"

/* Notes what it is told, one letter for each event. */
static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    static const char letters[] = {
        [PROV_EVENT_APPEARED] = 'A',        [PROV_EVENT_VANISHED] = 'V',
        [PROV_EVENT_STATUS_CHANGED] = 'S',  [PROV_EVENT_RESYNC_STARTED] = '<',
        [PROV_EVENT_RESYNC_FINISHED] = '>', [PROV_EVENT_PARAMETERS_CHANGED] = 'P',
    };

    if (event->type == PROV_EVENT_STATUS_CHANGED) {
        g_assert_true(event->status == prov_client_status(client));
        g_assert_cmpint(event->status->state, ==, PROV_STATE_SCHEDULED);
    }
    g_string_append_c(userdata, letters[event->type]);
}

static void run_until(prov_client *client, const GString *seen, const char *expected)
{
    while (strcmp(seen->str, expected) != 0) {
        g_assert_true(g_str_has_prefix(expected, seen->str));
        g_assert_cmpint(prov_client_wait(client, 10 * G_USEC_PER_SEC), >, 0);
        g_assert_cmpint(prov_client_process(client), ==, 0);
    }
}

static prov_client *connect_to(const TestBus *bus)
{
    prov_client *client = NULL;

    g_assert_cmpint(prov_client_new_for_address(bus->address, &client), ==, 0);
    return client;
}

/* A client that watches a service and knows its first status. */
static prov_client *watch_service(TestBus *bus, const char *mode, GString *seen,
                                  prov_slot **ret_slot)
{
    prov_client *client;

    test_bus_start_service(bus, mode);
    client = connect_to(bus);
    g_assert_cmpint(prov_client_watch(client, on_event, seen, ret_slot), ==, 0);
    run_until(client, seen, "AS");
    return client;
}

/* The matches outlive the daemon: a watch tells of its end, its return, and what it then does. */
static void test_restart(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) seen = g_string_new("");
    prov_client *client;
    prov_outcome *outcome = NULL;

    if (!bus)
        return;
    client = connect_to(bus);
    g_assert_cmpint(prov_client_watch(client, on_event, seen, NULL), ==, 0);
    run_until(client, seen, "V");
    g_assert_null(prov_client_status(client));
    test_bus_start_service(bus, "ordinary");
    run_until(client, seen, "VAS");
    test_bus_kill_service(bus);
    run_until(client, seen, "VASV");
    g_assert_null(prov_client_status(client));
    test_bus_start_service(bus, "failing");
    run_until(client, seen, "VASVAS");
    g_assert_cmpint(prov_client_resync(client, 0, NULL, &outcome, NULL), ==, 0);
    g_assert_cmpint(outcome->result, ==, PROV_RESULT_FAILURE);
    g_assert_cmpint(outcome->failure, ==, PROV_FAILURE_FILE_NOT_FOUND);
    g_assert_cmpstr(outcome->message, ==, "no such file");
    g_assert_cmpstr(seen->str, ==, "VASVAS<>");
    prov_outcome_free(outcome);
    prov_client_free(client);
}

/* Who comes later is told the same from the start; who is there already only what is new. */
static void test_second_watch(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) first = g_string_new("");
    g_autoptr(GString) second = g_string_new("");
    prov_slot *slot = NULL;
    prov_client *client;

    if (!bus)
        return;
    client = watch_service(bus, "ordinary", first, &slot);
    g_assert_cmpint(prov_client_watch(client, on_event, second, NULL), ==, 0);
    run_until(client, second, "AS");
    g_assert_cmpstr(first->str, ==, "ASS");
    prov_slot_free(slot);
    test_bus_kill_service(bus);
    run_until(client, second, "ASV");
    g_assert_cmpstr(first->str, ==, "ASS");
    prov_client_free(client);
}

/* The first status comes however often things change meanwhile, and with all that has changed. */
static void test_restless(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) seen = g_string_new("");
    prov_client *client;

    if (!bus)
        return;
    client = watch_service(bus, "restless", seen, NULL);
    g_assert_cmpuint(prov_client_status(client)->next_resync, ==, 1700000000000000);
    g_assert_cmpuint(prov_client_status(client)->failures, ==, 4);
    prov_client_free(client);
}

static void follow(const char *mode, const char *activated, prov_outcome **ret_outcome, int *ret_r)
{
    g_autoptr(TestBus) bus = test_bus_new(activated);
    prov_error *error = NULL;
    prov_client *client;

    *ret_r = -ENOENT;
    if (!bus)
        return;
    test_bus_start_service(bus, mode);
    client = connect_to(bus);
    *ret_r = prov_client_resync(client, 0, NULL, ret_outcome, &error);
    g_assert_true((*ret_r < 0) == (error != NULL));
    prov_error_free(error);
    prov_client_free(client);
}

static void test_follow_success(void)
{
    prov_outcome *outcome = NULL;
    int r;

    follow("ordinary", NULL, &outcome, &r);
    if (r == -ENOENT)
        return;
    g_assert_cmpint(outcome->result, ==, PROV_RESULT_SUCCESS);
    g_assert_cmpuint(outcome->id, ==, 7);
    g_assert_cmpuint(outcome->changed, ==, 2);
    prov_outcome_free(outcome);
}

static void test_follow_hasty(void)
{
    prov_outcome *outcome = NULL;
    int r;

    follow("hasty", NULL, &outcome, &r);
    if (r == -ENOENT)
        return;
    g_assert_cmpint(outcome->result, ==, PROV_RESULT_SUCCESS);
    prov_outcome_free(outcome);
}

static void test_follow_past_restart(void)
{
    prov_outcome *outcome = NULL;
    int r;

    follow("dying", "revived", &outcome, &r);
    if (r == -ENOENT)
        return;
    g_assert_cmpint(r, ==, 0);
    g_assert_cmpint(outcome->failure, ==, PROV_FAILURE_INTERRUPTED);
    prov_outcome_free(outcome);
}

static void test_follow_to_the_grave(void)
{
    prov_outcome *outcome = NULL;
    int r;

    follow("dying", NULL, &outcome, &r);
    if (r == -ENOENT)
        return;
    g_assert_cmpint(r, ==, -EHOSTUNREACH);
    g_assert_null(outcome);
}

/* Sends a ResyncFinished to every connection, as any program on a bus can. */
static void send_forged_signal(const char *address)
{
    g_autoptr(GString) sent = g_string_new(NULL);
    char **names = NULL;
    sd_bus *bus = NULL;

    g_assert_cmpint(sd_bus_new(&bus), >=, 0);
    g_assert_cmpint(sd_bus_set_address(bus, address), >=, 0);
    g_assert_cmpint(sd_bus_set_bus_client(bus, true), >=, 0);
    g_assert_cmpint(sd_bus_start(bus), >=, 0);
    g_assert_cmpint(sd_bus_list_names(bus, &names, NULL), >=, 0);
    for (char **name = names; *name; name++) {
        sd_bus_message *m = NULL;

        if ((*name)[0] != ':')
            continue;
        g_assert_cmpint(sd_bus_message_new_signal(bus, &m, OBJECT, SERVICE, "ResyncFinished"), >=,
                        0);
        g_assert_cmpint(sd_bus_message_append(m, "tsssu", UINT64_C(7), "success", "", "", 0), >=,
                        0);
        g_assert_cmpint(sd_bus_send_to(bus, m, *name, NULL), >=, 0);
        sd_bus_message_unref(m);
    }
    g_strfreev(names);
    sd_bus_flush_close_unref(bus);
}

static void test_forged_signal(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) seen = g_string_new("");
    prov_client *client;

    if (!bus)
        return;
    client = watch_service(bus, "ordinary", seen, NULL);
    send_forged_signal(bus->address);
    test_bus_kill_service(bus);
    run_until(client, seen, "ASV");
    prov_client_free(client);
}

typedef struct Loop {
    sd_event *event;
    GString *seen;
} Loop;

static void on_event_in_loop(prov_client *client, const prov_event *event, void *userdata)
{
    Loop *loop = userdata;

    on_event(client, event, loop->seen);
    if (event->type == PROV_EVENT_STATUS_CHANGED)
        sd_event_exit(loop->event, 0);
}

static void test_sd_event(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) seen = g_string_new("");
    Loop loop = {.seen = seen};
    prov_client *client;

    if (!bus)
        return;
    test_bus_start_service(bus, "ordinary");
    client = connect_to(bus);
    g_assert_cmpint(sd_event_new(&loop.event), >=, 0);
    g_assert_cmpint(prov_client_attach_event(client, loop.event), >=, 0);
    g_assert_cmpint(prov_client_watch(client, on_event_in_loop, &loop, NULL), ==, 0);
    g_assert_cmpint(sd_event_loop(loop.event), ==, 0);
    g_assert_cmpstr(seen->str, ==, "AS");
    prov_client_free(client);
    sd_event_unref(loop.event);
}

static void free_on_event(prov_client *client, const prov_event *event, void *userdata)
{
    *(bool *)userdata = true;
    prov_client_free(client);
}

static void test_free_from_callback(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) seen = g_string_new("");
    prov_slot *slot = NULL;
    prov_client *client;
    bool freed = false;

    if (!bus)
        return;
    client = connect_to(bus);
    g_assert_cmpint(prov_client_watch(client, on_event, seen, &slot), ==, 0);
    g_assert_cmpint(prov_client_watch(client, free_on_event, &freed, NULL), ==, 0);
    while (!freed) {
        g_assert_cmpint(prov_client_wait(client, 10 * G_USEC_PER_SEC), >, 0);
        (void)prov_client_process(client);
    }
    prov_slot_free(slot);
}

/* A call that waits for events cannot be made from where events are told. */
static void resync_on_event(prov_client *client, const prov_event *event, void *userdata)
{
    prov_outcome *outcome = NULL;

    *(int *)userdata = prov_client_resync(client, 0, NULL, &outcome, NULL);
}

static void test_resync_from_callback(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    prov_client *client;
    int r = 0;

    if (!bus)
        return;
    client = connect_to(bus);
    g_assert_cmpint(prov_client_watch(client, resync_on_event, &r, NULL), ==, 0);
    while (r == 0) {
        g_assert_cmpint(prov_client_wait(client, 10 * G_USEC_PER_SEC), >, 0);
        g_assert_cmpint(prov_client_process(client), ==, 0);
    }
    g_assert_cmpint(r, ==, -EBUSY);
    prov_client_free(client);
}

static void test_bus_dies(void)
{
    TestBus *bus = test_bus_new(NULL);
    g_autoptr(GString) seen = g_string_new("");
    prov_client *client;
    int r = 0;

    if (!bus)
        return;
    client = watch_service(bus, "ordinary", seen, NULL);
    test_bus_free(bus);
    for (int i = 0; i < 10 && r >= 0; i++) {
        r = prov_client_wait(client, 10 * G_USEC_PER_SEC);
        if (r >= 0)
            r = prov_client_process(client);
    }
    g_assert_cmpint(r, <, 0);
    g_assert_cmpstr(seen->str, ==, "ASV");
    prov_client_free(client);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/watch/restart", test_restart);
    g_test_add_func("/watch/second", test_second_watch);
    g_test_add_func("/watch/restless", test_restless);
    g_test_add_func("/watch/forged-signal", test_forged_signal);
    g_test_add_func("/watch/sd-event", test_sd_event);
    g_test_add_func("/watch/free-from-callback", test_free_from_callback);
    g_test_add_func("/watch/bus-dies", test_bus_dies);
    g_test_add_func("/follow/success", test_follow_success);
    g_test_add_func("/follow/hasty", test_follow_hasty);
    g_test_add_func("/follow/past-restart", test_follow_past_restart);
    g_test_add_func("/follow/to-the-grave", test_follow_to_the_grave);
    g_test_add_func("/follow/from-callback", test_resync_from_callback);
    return g_test_run();
}
