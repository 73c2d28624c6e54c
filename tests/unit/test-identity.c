/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/identity.h"
#include "daemon/interface.h"

#include <glib/gstdio.h>

#define NONE6 "00000000000000000000000000000000"

/* A made-up machine: files below a root that stand for /proc and /sys. */
typedef struct Fixture {
    char *root;
    Config config;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = g_dir_make_tmp("provd-identity-XXXXXX", NULL);
    g_assert_nonnull(f->root);
}

static void remove_below(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_below(child);
    }
    g_assert_no_errno(g_remove(path));
}

static void tear_down(Fixture *f, gconstpointer data)
{
    remove_below(f->root);
    g_free(f->root);
}

static void write_file(Fixture *f, const char *name, const char *content)
{
    g_autofree char *path = g_strconcat(f->root, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    g_assert_no_errno(g_mkdir_with_parents(parent, 0700));
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void add_interface(Fixture *f, const char *name, const char *index, const char *address)
{
    g_autofree char *directory = g_strconcat("/sys/class/net/", name, NULL);
    g_autofree char *index_file = g_strconcat(directory, "/ifindex", NULL);
    g_autofree char *address_file = g_strconcat(directory, "/address", NULL);

    write_file(f, index_file, index);
    write_file(f, address_file, address);
}

static void add_machine(Fixture *f)
{
    add_interface(f, "lo", "1\n", "00:00:00:00:00:00\n");
    add_interface(f, "tun0", "2\n", "\n");
    add_interface(f, "eth1", "10\n", "00:1a:2b:00:00:01\n");
    add_interface(f, "eth0", "9\n", "00:1a:2b:00:00:0a\n");
}

static const char route_header[] =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   \n";

static void assert_interface(Fixture *f, const char *interface, const char *mac)
{
    g_autoptr(Identity) identity = identity_load(&f->config, f->root);

    g_assert_cmpstr(identity->interface, ==, interface);
    g_assert_cmpstr(identity->mac, ==, mac);
}

static void test_best_default_route(Fixture *f, gconstpointer data)
{
    g_autofree char *routes =
        g_strconcat(route_header, "eth0\t00000000\t0100000A\t0003\t0\t0\t600\t00000000\t0\t0\t0\n",
                    "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
                    "down\t00000000\t0100000A\t0000\t0\t0\t1\t00000000\t0\t0\t0\n",
                    "refused\t00000000\t0100000A\t0201\t0\t0\t2\t00000000\t0\t0\t0\n",
                    "eth1\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n",
                    "short\t00000000\n", NULL);

    add_machine(f);
    write_file(f, "/proc/net/route", routes);
    assert_interface(f, "eth1", "001a2b000001");
}

static void test_ipv6_route(Fixture *f, gconstpointer data)
{
    add_machine(f);
    write_file(f, "/proc/net/route", route_header);
    write_file(f, "/proc/net/ipv6_route",
               NONE6 " 00 " NONE6 " 00 " NONE6 " ffffffff 00000001 00000000 00200200       lo\n"
                     "fe800000000000000000000000000000 40 " NONE6 " 00 " NONE6
                     " 00000100 00000001 00000000 00000001     eth0\n" NONE6 " 00 " NONE6
                     " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     "
                     "eth1\n");
    assert_interface(f, "eth1", "001a2b000001");
}

static void test_first_with_an_address(Fixture *f, gconstpointer data)
{
    g_autofree char *routes = g_strconcat(
        route_header, "tun0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n", NULL);

    add_machine(f);
    assert_interface(f, "eth0", "001a2b00000a");

    /* A tunnel has no hardware address; it still is the interface where the MAC is configured. */
    write_file(f, "/proc/net/route", routes);
    assert_interface(f, "eth0", "001a2b00000a");
    f->config.mac = (char *)"020000000001";
    assert_interface(f, "tun0", "020000000001");
}

static void test_configured_interface(Fixture *f, gconstpointer data)
{
    add_machine(f);
    f->config.interface = (char *)"eth1";
    assert_interface(f, "eth1", "001a2b000001");
    f->config.interface = (char *)"eth7";
    assert_interface(f, "eth7", "");
}

static void test_no_network(Fixture *f, gconstpointer data)
{
    g_autoptr(Identity) identity = identity_load(&f->config, f->root);
    g_autofree char *version = g_get_os_info("VERSION_ID");

    g_assert_cmpstr(identity->interface, ==, "");
    g_assert_cmpstr(identity->mac, ==, "");
    g_assert_cmpstr(identity->ip, ==, "");
    g_assert_cmpstr(identity->vendor, ==, "");
    g_assert_cmpstr(identity->product_name, ==, "provd");
    g_assert_cmpstr(identity->product_series, ==, "provd");
    g_assert_cmpstr(identity->serial, ==, "");
    g_assert_cmpstr(identity->software_version, ==, version ? version : "");
    g_assert_cmpstr(identity->hardware_version, ==, "");
}

static void test_names(Fixture *f, gconstpointer data)
{
    g_autoptr(Identity) first = NULL, second = NULL;

    add_machine(f);
    f->config.product_name = (char *)"EX-8851";
    first = identity_load(&f->config, f->root);
    g_assert_cmpstr(first->product_series, ==, "EX-8851");
    g_assert_cmpstr(first->serial, ==, "001A2B00000A");

    f->config.product_series = (char *)"EX-88";
    f->config.serial = (char *)"123";
    f->config.vendor = (char *)"Example";
    f->config.software_version = (char *)"1.2";
    f->config.hardware_version = (char *)"3";
    second = identity_load(&f->config, f->root);
    g_assert_cmpstr(second->product_series, ==, "EX-88");
    g_assert_cmpstr(second->serial, ==, "123");
    g_assert_cmpstr(second->vendor, ==, "Example");
    g_assert_cmpstr(second->software_version, ==, "1.2");
    g_assert_cmpstr(second->hardware_version, ==, "3");
}

static void test_address(void)
{
    g_autofree char *loopback = interface_address("lo");
    g_autofree char *none = interface_address("no such one");

    g_assert_cmpstr(loopback, ==, "127.0.0.1");
    g_assert_cmpstr(none, ==, "");
}

#define ADD(name, test) g_test_add(name, Fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/identity/default-route", test_best_default_route);
    ADD("/identity/ipv6-route", test_ipv6_route);
    ADD("/identity/first", test_first_with_an_address);
    ADD("/identity/configured", test_configured_interface);
    ADD("/identity/no-network", test_no_network);
    ADD("/identity/names", test_names);
    g_test_add_func("/identity/address", test_address);
    return g_test_run();
}
