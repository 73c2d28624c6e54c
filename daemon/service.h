/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the service manager is told: ready, reloading, stopping, and what goes on, in a line; and
 * what it tells.
 */

#include "daemon/manager.h"

#include <systemd/sd-id128.h>

typedef struct Service Service;

/* Listens to the manager, which must outlive it. */
Service *service_new(Manager *manager);
void service_free(Service *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Service, service_free)

void service_ready(void);
void service_reloading(void);
void service_stopping(void);

/*
 * The id of this boot: that of the service manager in $PROVD_BOOT_ID, else the kernel's. In a
 * container they differ, and the sandbox hides what the container's manager has put in place of
 * the kernel's.
 */
void service_boot_id(char ret_id[SD_ID128_STRING_MAX]);

/* The status in a line, newly allocated: "Scheduled: periodic resync at 2027-01-01 03:00:00". */
char *service_status_line(const ManagerStatus *status);
