/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface org.provd.Provisioning1: state, requests, history. */

#include <systemd/sd-bus.h>

#include "daemon/bus-method.h"

/* The interface's vtable and methods, for bus.c to put on the bus. */
extern const sd_bus_vtable bus_provisioning_vtable[];
extern const BusMethod bus_provisioning_methods[];
