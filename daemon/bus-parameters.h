/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface org.provd.Provisioning1.Parameters: reading, describing and setting values. */

#include "daemon/bus-method.h"

#include <systemd/sd-bus.h>

extern const sd_bus_vtable bus_parameters_vtable[];
extern const BusMethod bus_parameters_methods[];

/* The right to change a parameter: a lesser one where the profile left it to the phone's user. */
AccessRight bus_parameters_right(Manager *manager, const char *name);

/*
 * Sets parameters for a caller, who must be allowed to set each of them; all or nothing. values:
 * name to value.
 */
bool bus_parameters_set(Manager *manager, const Caller *caller, GTree *values, GError **error);
