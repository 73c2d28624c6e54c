/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/mac.h"

#include <glib.h>
#include <string.h>

static bool names_one_device(const char *digits)
{
    bool group = g_ascii_xdigit_value(digits[1]) & 1;

    return !group && strspn(digits, "0") != MAC_DIGITS;
}

bool mac_parse(const char *text, char ret_digits[MAC_DIGITS + 1])
{
    char digits[MAC_DIGITS + 1] = "";
    char separator = 0;
    const char *p = text;

    if (strlen(text) > 2 && strchr(":-", text[2]))
        separator = text[2];
    for (unsigned i = 0; i < MAC_DIGITS; i++) {
        if (separator && i > 0 && i % 2 == 0 && *p++ != separator)
            return false;
        if (!g_ascii_isxdigit(*p))
            return false;
        digits[i] = g_ascii_tolower(*p++);
    }
    if (*p || !names_one_device(digits))
        return false;
    memcpy(ret_digits, digits, sizeof digits);
    return true;
}
