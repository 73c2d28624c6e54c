/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/duration.h"

#include <glib.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t length;
} units[] = {
    /* Longer names first: "ms" is not minutes and an "s". */
    {"ms", 1000},
    {"s", G_USEC_PER_SEC},
    {"m", 60 * (int64_t)G_USEC_PER_SEC},
    {"h", 3600 * (int64_t)G_USEC_PER_SEC},
    {"d", 86400 * (int64_t)G_USEC_PER_SEC},
};

/* The length of the unit at *text, which is moved behind it; 0: there is none. */
static int64_t unit_parse(const char **text)
{
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_has_prefix(*text, units[i].name)) {
            *text += strlen(units[i].name);
            return units[i].length;
        }
    return 0;
}

bool duration_parse(const char *text, int64_t *ret_duration)
{
    const char *p = text;
    int64_t sum = 0;

    do {
        const char *digits = p;
        int64_t number = 0, unit;

        for (; g_ascii_isdigit(*p); p++)
            number = MIN(number * 10 + g_ascii_digit_value(*p), DURATION_MAX);
        if (p == digits)
            return false;

        unit = unit_parse(&p);
        if (!unit && digits == text && !*p)
            unit = G_USEC_PER_SEC; /* a number alone */
        if (!unit || number > (DURATION_MAX - sum) / unit)
            return false;
        sum += number * unit;
    } while (*p);

    *ret_duration = sum;
    return true;
}
