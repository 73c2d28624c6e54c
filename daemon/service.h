/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the service manager is told: ready, reloading, stopping, and what goes on, in a line. */

#include "daemon/manager.h"

typedef struct Service Service;

/* Listens to the manager, which must outlive it. */
Service *service_new(Manager *manager);
void service_free(Service *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Service, service_free)

void service_ready(void);
void service_reloading(void);
void service_stopping(void);

/* The status in a line, newly allocated: "Scheduled: periodic resync at 2027-01-01 03:00:00". */
char *service_status_line(const ManagerStatus *status);
