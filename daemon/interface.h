/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Network interfaces, as /proc and /sys below a root tell of them ("" but in tests). */

#include "daemon/mac.h"

#include <stdbool.h>

/* The interface of the best default route, IPv4 before IPv6; NULL where there is none. */
char *interface_of_route(const char *root);

/* The interface with the lowest index that has a hardware address; NULL where there is none. */
char *interface_first(const char *root);

/* The hardware address of an interface; false, untouched, where it has none. */
bool interface_mac(const char *root, const char *name, char ret_digits[MAC_DIGITS + 1]);

/*
 * The address of an interface in numbers: IPv4 before IPv6, link-local only where there is no
 * other. Empty where it has none. Newly allocated; asks the kernel, not the root.
 */
char *interface_address(const char *name);
