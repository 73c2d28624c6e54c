/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/manager-private.h"

#include <malloc.h>

static int on_idle(sd_event_source *source, void *userdata)
{
    manager_give_memory_back(userdata);
    return 0;
}

int manager_init_memory(Manager *manager)
{
    int r = sd_event_add_defer(manager->event, &manager->release, on_idle, manager);

    /* When calls that wait are answered, and what they and their answers took is free. */
    if (r >= 0)
        r = sd_event_source_set_priority(manager->release, SD_EVENT_PRIORITY_IDLE);
    return r < 0 ? r : sd_event_source_set_enabled(manager->release, SD_EVENT_OFF);
}

void manager_release_memory(Manager *manager)
{
    (void)sd_event_source_set_enabled(manager->release, SD_EVENT_ONESHOT);
}

void manager_give_memory_back(Manager *manager)
{
    store_shrink(manager->store);
    (void)malloc_trim(0);
}
