/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Explain of org.provd.Provisioning1: why the next resync is when it is, and what it would fetch.
 */

#include "daemon/bus-method.h"

/* The handler of the method. The keys of its entries are documented in the introspection XML. */
bool bus_explain(Manager *manager, const Caller *caller, sd_bus_message *message, GError **error);
