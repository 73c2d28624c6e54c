/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface org.provd.Provisioning1.Sip: NOTIFYs, calls and registrations. */

#include "daemon/bus-method.h"

#include <systemd/sd-bus.h>

extern const sd_bus_vtable bus_sip_vtable[];
extern const BusMethod bus_sip_methods[];
