/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who the device is: what the macros MA, MAU, MAC, IP, PN, PSN, SN, SWVER, HWVER and VERSION are
 * made from. The configuration says it; where it does not:
 *
 *     interface         the one with the default route, else the first with a hardware address
 *     mac               that of the interface
 *     product name      "provd"
 *     product series    the product name, so that the factory rule /$PSN.xml asks for one file
 *                       for each kind of device as soon as ProductName= is set
 *     serial            the MAC, in upper case as on a label
 *     software version  VERSION_ID of os-release
 *
 * Cheap enough to be loaded anew for each attempt: the network may have come up since.
 */

#include "daemon/configuration.h"

/* Strings are never NULL, but empty where nothing is known. */
typedef struct Identity {
    char *interface;
    char *mac; /* twelve hexadecimal digits, lower case */
    char *ip;  /* of the interface; IPv4 before IPv6, link-local only where there is no other */
    char *vendor;
    char *product_name;
    char *product_series;
    char *serial;
    char *software_version;
    char *hardware_version;
} Identity;

/* Never fails: what cannot be found out is empty. root is "" but in tests: above /proc, /sys. */
Identity *identity_load(const Config *config, const char *root);
void identity_free(Identity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Identity, identity_free)
