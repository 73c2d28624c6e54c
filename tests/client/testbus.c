/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/client/testbus.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char bus_config[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
    " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
    "<busconfig><type>session</type><listen>unix:path=%s/bus</listen>\n"
    "<servicedir>%s</servicedir>\n"
    "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\n"
    "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy>\n"
    "</busconfig>\n";

static const char service_file[] = "[D-BUS Service]\nName=org.provd.Provisioning1\nExec=%s %s\n";

static const char *fake_provd(void)
{
    return g_getenv("FAKE_PROVD");
}

static void write_file(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A process does not outlive a test that was aborted. */
static void end_with_parent(gpointer userdata)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts a process and returns the first line that it prints. */
static char *spawn(const char *const *command, const char *bus_address, GPid *ret_pid)
{
    g_auto(GStrv) environment = g_get_environ();
    char line[512];
    FILE *output;
    int fd;

    if (bus_address)
        environment = g_environ_setenv(environment, "DBUS_SESSION_BUS_ADDRESS", bus_address, TRUE);
    if (!g_spawn_async_with_pipes(NULL, (char **)command, environment,
                                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, end_with_parent,
                                  NULL, ret_pid, NULL, &fd, NULL, NULL))
        return NULL;
    output = fdopen(fd, "r");
    g_assert_nonnull(output);
    if (!fgets(line, sizeof(line), output))
        g_error("%s says nothing", command[0]);
    (void)fclose(output);
    return g_strdup(g_strchomp(line));
}

static void end_process(GPid *pid)
{
    if (*pid == 0)
        return;
    (void)kill(*pid, SIGKILL);
    (void)waitpid(*pid, NULL, 0);
    *pid = 0;
}

/* Whether a bus has been started: not where there is no dbus-daemon. */
static bool start_bus(TestBus *bus)
{
    g_autofree char *option = g_strdup_printf("--config-file=%s/bus.conf", bus->directory);
    g_autofree char *address =
        spawn((const char *[]){"dbus-daemon", option, "--nofork", "--print-address=1", NULL}, NULL,
              &bus->daemon);

    return address != NULL;
}

TestBus *test_bus_new(const char *activated)
{
    g_autoptr(TestBus) bus = g_new0(TestBus, 1);
    g_autofree char *config = NULL;

    bus->directory = g_dir_make_tmp("provd-client-XXXXXX", NULL);
    g_assert_nonnull(bus->directory);
    config = g_strdup_printf(bus_config, bus->directory, bus->directory);
    write_file(bus->directory, "bus.conf", config);
    if (activated) {
        g_autofree char *service = g_strdup_printf(service_file, fake_provd(), activated);

        write_file(bus->directory, "org.provd.Provisioning1.service", service);
    }
    bus->address = g_strdup_printf("unix:path=%s/bus", bus->directory);
    if (start_bus(bus))
        return g_steal_pointer(&bus);
    g_test_skip("dbus-daemon is not installed");
    return NULL;
}

void test_bus_free(TestBus *bus)
{
    static const char *const names[] = {"bus.conf", "org.provd.Provisioning1.service", "bus"};

    if (!bus)
        return;
    end_process(&bus->service);
    end_process(&bus->daemon);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(bus->directory, names[i], NULL);

        (void)g_unlink(path);
    }
    (void)g_rmdir(bus->directory);
    g_free(bus->directory);
    g_free(bus->address);
    g_free(bus);
}

void test_bus_restart(TestBus *bus)
{
    g_autofree char *path = g_build_filename(bus->directory, "bus", NULL);

    end_process(&bus->service);
    end_process(&bus->daemon);
    (void)g_unlink(path);
    g_assert_true(start_bus(bus));
}

void test_bus_start_service(TestBus *bus, const char *mode)
{
    g_autofree char *ready =
        spawn((const char *[]){fake_provd(), mode, NULL}, bus->address, &bus->service);

    g_assert_cmpstr(ready, ==, "ready");
}

void test_bus_kill_service(TestBus *bus)
{
    end_process(&bus->service);
}
