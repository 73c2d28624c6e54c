/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/schedule.h"

#include "config.h"
#include "core/checksum.h"

#include <glib/gi18n-lib.h>

#define ELEMENT_MAX UINT32_C(2147483647)

struct Schedule {
    GArray *elements; /* of ScheduleElement; empty: off */
    uint32_t fingerprint;
};

G_DEFINE_QUARK(provd_schedule_error, schedule_error)

static const char *skip_space(const char *p)
{
    while (g_ascii_isspace(*p))
        p++;
    return p;
}

/* Reads one number at *p and moves on behind it. */
static bool number_parse(const char **p, guint position, uint32_t minimum, uint32_t *ret_value,
                         GError **error)
{
    const char *start = *p, *end = start;
    uint64_t value = 0;

    for (; g_ascii_isdigit(*end); end++)
        value = MIN(value * 10 + (uint64_t)g_ascii_digit_value(*end), (uint64_t)ELEMENT_MAX + 1);

    if (end == start) {
        g_set_error(error, SCHEDULE_ERROR, SCHEDULE_ERROR_SYNTAX,
                    _("element %u: expected whole seconds, as in 3600 or 3600+600"), position);
        return false;
    }
    if (value < minimum || value > ELEMENT_MAX) {
        g_set_error(error, SCHEDULE_ERROR, SCHEDULE_ERROR_RANGE,
                    value == 0 ? _("element %u: expected %u to %u seconds (0 is allowed only "
                                   "alone, and means off)")
                               : _("element %u: expected %u to %u seconds"),
                    position, minimum, ELEMENT_MAX);
        return false;
    }
    *p = end;
    *ret_value = (uint32_t)value;
    return true;
}

/* Reads one "D" or "D+R" with the space around it, up to the comma or the end behind it. */
static bool element_parse(const char **p, guint position, ScheduleElement *ret_element,
                          GError **error)
{
    ScheduleElement element = {};

    *p = skip_space(*p);
    if (!number_parse(p, position, 1, &element.delay, error))
        return false;
    if (**p == '+') {
        (*p)++;
        if (!number_parse(p, position, 0, &element.random, error))
            return false;
    }

    *p = skip_space(*p);
    if (**p && **p != ',') {
        g_set_error(error, SCHEDULE_ERROR, SCHEDULE_ERROR_SYNTAX,
                    _("element %u: expected a comma or the end after the seconds"), position);
        return false;
    }
    *ret_element = element;
    return true;
}

static bool text_is_off(const char *text)
{
    const char *p = skip_space(text);

    return *p == '0' && *skip_space(p + 1) == '\0';
}

Schedule *schedule_parse(const char *text, GError **error)
{
    g_autoptr(Schedule) schedule = g_new0(Schedule, 1);
    const char *p = text;

    g_return_val_if_fail(text, NULL);

    schedule->elements = g_array_new(FALSE, FALSE, sizeof(ScheduleElement));
    if (text_is_off(text))
        return g_steal_pointer(&schedule);

    for (guint position = 1;; position++) {
        ScheduleElement element;

        if (!element_parse(&p, position, &element, error))
            return NULL;
        g_array_append_val(schedule->elements, element);
        schedule->fingerprint = checksum_number(schedule->fingerprint, element.delay);
        schedule->fingerprint = checksum_number(schedule->fingerprint, element.random);
        if (!*p)
            return g_steal_pointer(&schedule);
        p++;
    }
}

void schedule_free(Schedule *schedule)
{
    if (!schedule)
        return;
    g_array_unref(schedule->elements);
    g_free(schedule);
}

bool schedule_is_off(const Schedule *schedule)
{
    g_return_val_if_fail(schedule, true);
    return schedule->elements->len == 0;
}

ScheduleElement schedule_element(const Schedule *schedule, uint32_t place)
{
    g_return_val_if_fail(schedule && schedule->elements->len > 0, (ScheduleElement){});
    return g_array_index(schedule->elements, ScheduleElement,
                         MIN(place, schedule->elements->len - 1));
}

uint32_t schedule_fingerprint(const Schedule *schedule)
{
    g_return_val_if_fail(schedule, 0);
    return schedule->fingerprint;
}
