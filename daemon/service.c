/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/service.h"

#include <inttypes.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

struct Service {
    Manager *manager;
    ManagerListener listener;
    char *told;
};

static char *format_time(uint64_t realtime)
{
    g_autoptr(GDateTime) time =
        g_date_time_new_from_unix_local((gint64)(realtime / G_USEC_PER_SEC));

    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("an unknown time");
}

static char *format_last(const ManagerStatus *status)
{
    if (strcmp(status->last_result, "success") == 0)
        return g_strdup("; the last attempt succeeded");
    if (strcmp(status->last_result, "failure") == 0)
        return g_strdup_printf("; %" PRIu32 " failed in a row (%s)", status->failures,
                               status->last_error);
    return g_strdup("");
}

char *service_status_line(const ManagerStatus *status)
{
    g_autofree char *last = format_last(status);
    g_autofree char *next = NULL;

    if (strcmp(status->state, "resyncing") == 0)
        return g_strdup_printf("Resyncing (%s)", status->next_reason);
    if (strcmp(status->state, "disabled") == 0)
        return g_strdup_printf("Switched off by Provision_Enable%s", last);
    if (strcmp(status->state, "idle") == 0)
        return g_strdup_printf("Nothing is scheduled%s", last);

    next = format_time(status->next_resync);
    if (strcmp(status->state, "deferred") == 0)
        return g_strdup_printf("Waiting for idle lines: %s resync, at the latest at %s%s",
                               status->next_reason, next, last);
    return g_strdup_printf("Scheduled: %s resync at %s%s", status->next_reason, next, last);
}

static void on_status_changed(void *userdata)
{
    Service *service = userdata;
    g_autofree char *line = service_status_line(manager_status(service->manager));

    if (g_strcmp0(line, service->told) == 0)
        return;
    (void)sd_notifyf(0, "STATUS=%s", line);
    g_free(service->told);
    service->told = g_steal_pointer(&line);
}

Service *service_new(Manager *manager)
{
    Service *service = g_new0(Service, 1);

    service->manager = manager;
    service->listener = (ManagerListener){.status_changed = on_status_changed, .userdata = service};
    manager_listen(manager, &service->listener);
    return service;
}

void service_free(Service *service)
{
    if (!service)
        return;
    manager_unlisten(service->manager, &service->listener);
    g_free(service->told);
    g_free(service);
}

void service_boot_id(char ret_id[SD_ID128_STRING_MAX])
{
    const char *told = g_getenv("PROVD_BOOT_ID");
    sd_id128_t id = SD_ID128_NULL;

    if ((!told || sd_id128_from_string(told, &id) < 0) && sd_id128_get_boot(&id) < 0)
        id = SD_ID128_NULL;
    sd_id128_to_string(id, ret_id);
}

void service_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void service_reloading(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIi64,
                     (int64_t)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000);
}

void service_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}
