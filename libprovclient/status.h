/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "libprovclient/provclient.h"

#include <systemd/sd-bus.h>

/* Lays an interface's properties, an a{sv}, over the status; others than the status's are skipped.
 */
int status_apply(prov_status *status, const char *interface, sd_bus_message *m);
