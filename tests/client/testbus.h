/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A message bus of the test's own, and processes on it. */

#include <glib.h>
#include <stdbool.h>

typedef struct TestBus {
    char *directory;
    char *address;
    GPid daemon;
    GPid service; /* the fake provd; 0: none */
} TestBus;

/*
 * Starts a bus. If `activated` is not NULL, the bus starts a fake provd of that mode when somebody
 * calls it. NULL where there is no dbus-daemon: the test case is then skipped.
 */
TestBus *test_bus_new(const char *activated);
void test_bus_free(TestBus *bus);

/* Ends the bus and the fake provd, and starts another bus at the same address. */
void test_bus_restart(TestBus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestBus, test_bus_free)

/* Starts a fake provd of a mode (see fake-provd.c) and waits until it owns its name. */
void test_bus_start_service(TestBus *bus, const char *mode);

/* Ends it at once. The bus may take a moment to notice. */
void test_bus_kill_service(TestBus *bus);
