/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/hhmm.h"

#include <glib.h>
#include <string.h>

bool hhmm_parse(const char *text, unsigned *ret_minutes)
{
    unsigned hours, minutes;

    if (!text || strspn(text, "0123456789") != 4 || text[4])
        return false;

    hours = (unsigned)(g_ascii_digit_value(text[0]) * 10 + g_ascii_digit_value(text[1]));
    minutes = (unsigned)(g_ascii_digit_value(text[2]) * 10 + g_ascii_digit_value(text[3]));
    if (minutes > 59 || hours * 60 + minutes > 24 * 60)
        return false;

    *ret_minutes = hours * 60 + minutes;
    return true;
}
