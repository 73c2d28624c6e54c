/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface org.provd.Provisioning1.Upgrade: what the upgrade agent tells. */

#include "daemon/bus-method.h"

#include <systemd/sd-bus.h>

extern const sd_bus_vtable bus_upgrade_vtable[];
extern const BusMethod bus_upgrade_methods[];
