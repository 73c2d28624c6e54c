/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/checksum.h"

#include <glib.h>
#include <string.h>
#include <zlib.h>

uint32_t checksum_text(uint32_t sum, const char *text)
{
    static const unsigned char none[] = {0xff}; /* begins no UTF-8 text */

    if (!text)
        return (uint32_t)crc32(sum, none, sizeof none);
    return (uint32_t)crc32_z(sum, (const unsigned char *)text, strlen(text) + 1);
}

uint32_t checksum_number(uint32_t sum, uint64_t number)
{
    uint64_t little = GUINT64_TO_LE(number);

    return (uint32_t)crc32_z(sum, (const unsigned char *)&little, sizeof little);
}
