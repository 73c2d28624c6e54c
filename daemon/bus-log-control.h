/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * org.freedesktop.LogControl1, so that "systemctl service-log-level provd debug" works
 * (org.freedesktop.LogControl1(5)).
 */

#include "daemon/bus-method.h"

#include <systemd/sd-bus.h>

extern const sd_bus_vtable bus_log_control_vtable[];
extern const BusMethod bus_log_control_methods[];

/* The object's handler that takes Properties.Set. Userdata: BusInterface with the methods above. */
int bus_log_control_filter(sd_bus_message *message, void *userdata, sd_bus_error *error);
