/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Checksums against bits that flip on a disk, not against people: CRC-32 over a row of values,
 * the result of one call being the start of the next. The first start is 0.
 */

#include <stdint.h>

/* Adds a text and where it ends; NULL is another value than an empty text. */
uint32_t checksum_text(uint32_t sum, const char *text);

uint32_t checksum_number(uint32_t sum, uint64_t number);
