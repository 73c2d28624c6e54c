/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "libprovclient/provclient.h"

#include <systemd/sd-bus.h>

/* Lays an interface's properties, an a{sv}, over the status; others than the status's are skipped.
 */
int status_apply(prov_status *status, const char *interface, sd_bus_message *m);

/*
 * The same for the status that prov_client_get_status_async() has under way in a slot. What of it
 * has not been answered yet is left alone: the answer comes later than the change, and knows of it.
 */
int status_apply_partial(prov_slot *slot, const char *interface, sd_bus_message *m);
