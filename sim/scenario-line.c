/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/duration.h"
#include "sim/scenario-private.h"

#include <glib/gi18n.h>
#include <string.h>

bool line_word(Line *line, char **ret_word)
{
    char *word = line->rest + strspn(line->rest, " \t");
    size_t length = strcspn(word, " \t#");

    if (word[length] == '#')
        word[length] = '\0';
    line->rest = word;
    if (length == 0)
        return false;

    line->rest = word + length;
    if (*line->rest) {
        *line->rest++ = '\0';
        line->rest += strspn(line->rest, " \t");
    }
    *ret_word = word;
    return true;
}

bool line_fail(const Line *line, const char *place, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(line->error, SCENARIO_ERROR, SCENARIO_ERROR_SYNTAX, "%s:%u:%u: %s", line->file,
                line->number, (unsigned)(place - line->text) + 1, message);
    return false;
}

bool line_expect(Line *line, const char *expected, char **ret_word)
{
    if (line_word(line, ret_word))
        return true;
    line_fail(line, line->rest, _("expected %s"), expected);
    return false;
}

bool line_expect_duration(Line *line, int64_t *ret_duration)
{
    char *word;

    if (!line_expect(line, _("a duration, as in 90, 5m or 1h30m"), &word))
        return false;
    if (!duration_parse(word, ret_duration))
        return line_fail(line, word,
                         _("expected a duration, as in 90, 90s, 5m, 2h, 1d, 50ms or 1h30m"));
    return true;
}

bool line_expect_number(Line *line, const char *expected, uint64_t minimum, uint64_t maximum,
                        uint64_t *ret_number)
{
    char *word;
    guint64 number;

    if (!line_expect(line, expected, &word))
        return false;
    if (!g_ascii_string_to_unsigned(word, 10, minimum, maximum, &number, NULL))
        return line_fail(line, word, _("expected %s"), expected);
    *ret_number = number;
    return true;
}

bool line_expect_end(Line *line)
{
    char *word;

    return !line_word(line, &word) || line_fail(line, word, _("expected the end of the line"));
}

bool line_expect_choice(Line *line, const char *const *choices, unsigned *ret_choice)
{
    g_autofree char *all = g_strjoinv(", ", (char **)choices);
    char *word;

    if (!line_word(line, &word))
        return line_fail(line, line->rest, _("expected one of: %s"), all);
    for (unsigned i = 0; choices[i]; i++)
        if (strcmp(choices[i], word) == 0) {
            *ret_choice = i;
            return true;
        }
    return line_fail(line, word, _("expected one of: %s"), all);
}

bool line_expect_time(Line *line, GDateTime **ret_time)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = NULL;
    const char *expected = _("a local time, as in 2027-03-14T00:00:00");
    char *word;

    if (!line_expect(line, expected, &word))
        return false;
    if (strlen(word) == strlen("2027-03-14T00:00:00") && word[7] == '-' && word[10] == 'T' &&
        word[13] == ':')
        time = g_date_time_new_from_iso8601(word, utc);
    if (!time || g_date_time_get_year(time) < 1970)
        return line_fail(line, word, _("expected %s"), expected);
    *ret_time = g_steal_pointer(&time);
    return true;
}

bool line_expect_zone(Line *line, GTimeZone **ret_zone)
{
    const char *expected = _("a time zone, as in Europe/Berlin");
    char *word;

    if (!line_expect(line, expected, &word))
        return false;
    *ret_zone = g_time_zone_new_identifier(word);
    return *ret_zone || line_fail(line, word, _("expected %s"), expected);
}
