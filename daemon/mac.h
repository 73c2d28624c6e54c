/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Hardware addresses as people and the kernel write them. */

#include <stdbool.h>

#define MAC_DIGITS 12

/*
 * Reads 00:11:22:aa:bb:cc, 00-11-22-AA-BB-CC or 001122aabbcc into twelve lower-case digits. False
 * for anything else, and for what is no address of one device (all zero, a group address).
 */
bool mac_parse(const char *text, char ret_digits[MAC_DIGITS + 1]);
