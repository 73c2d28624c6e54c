/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of lines, as the daemon hears it: each thing once, and all of it after a restart. */
#include "libprovclient/provclient.h"
#include "tests/client/testbus.h"

#include <string.h>
#include <systemd/sd-bus.h>

#define SERVICE "org.provd.Provisioning1"

/* Notes every line that it is told to be active, and answers. */
static int on_message(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    uint32_t line;
    int active;

    if (sd_bus_message_is_method_call(m, SERVICE ".Sip", "SetLineActive") <= 0)
        return 0;
    g_assert_cmpint(sd_bus_message_read(m, "ub", &line, &active), >, 0);
    g_string_append_printf(userdata, "%s%u", active ? "+" : "-", line);
    (void)sd_bus_reply_method_return(m, NULL);
    return 1;
}

static sd_bus *connect_to(const TestBus *bus)
{
    sd_bus *connection = NULL;

    g_assert_cmpint(sd_bus_new(&connection), >=, 0);
    g_assert_cmpint(sd_bus_set_address(connection, bus->address), >=, 0);
    g_assert_cmpint(sd_bus_set_bus_client(connection, true), >=, 0);
    g_assert_cmpint(sd_bus_start(connection), >=, 0);
    return connection;
}

/* A connection that plays the daemon. */
static sd_bus *serve(const TestBus *bus, GString *heard)
{
    sd_bus *service = connect_to(bus);

    g_assert_cmpint(sd_bus_add_filter(service, NULL, on_message, heard), >=, 0);
    g_assert_cmpint(sd_bus_request_name(service, SERVICE, 0), >=, 0);
    return service;
}

static void on_done(prov_client *client, const prov_error *error, void *userdata)
{
    g_assert_null(error);
    *(bool *)userdata = true;
}

static void run_both(prov_client *client, sd_bus *service)
{
    g_assert_cmpint(prov_client_process(client), ==, 0);
    while (sd_bus_process(service, NULL) > 0)
        ;
}

/* Until the daemon has heard of it, and with it of all that was said before. */
static void say(prov_client *client, sd_bus *service, unsigned line)
{
    bool done = false;

    g_assert_cmpint(prov_client_set_line_active_async(client, line, true, on_done, &done, NULL), ==,
                    0);
    while (!done)
        run_both(client, service);
}

static void test_who_comes_and_goes(void)
{
    g_autoptr(TestBus) bus = test_bus_new(NULL);
    g_autoptr(GString) heard = g_string_new("");
    prov_client *client = NULL;
    sd_bus *service;

    if (!bus)
        return;
    service = serve(bus, heard);
    g_assert_cmpint(prov_client_new_for_address(bus->address, &client), ==, 0);
    say(client, service, 1);
    for (guint i = 0; i < 10; i++) {
        sd_bus *other = connect_to(bus);
        const char *name;

        g_assert_cmpint(sd_bus_get_unique_name(other, &name), >=, 0);
        sd_bus_close_unref(other);
    }
    say(client, service, 2);
    g_assert_cmpstr(heard->str, ==, "+1+2");

    sd_bus_close_unref(service);
    g_string_truncate(heard, 0);
    service = serve(bus, heard);
    while (strcmp(heard->str, "+1+2") != 0)
        run_both(client, service);
    prov_client_free(client);
    sd_bus_close_unref(service);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lines/who-comes-and-goes", test_who_comes_and_goes);
    return g_test_run();
}
