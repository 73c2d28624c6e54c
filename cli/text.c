/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text.h"

#include <glib/gi18n.h>
#include <string.h>

static unsigned char_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

unsigned text_width(const char *text)
{
    unsigned width = 0;

    for (const char *p = text; *p; p = g_utf8_next_char(p))
        width += char_width(g_utf8_get_char(p));
    return width;
}

/* The bytes of the longest beginning that fits into so many columns. */
static gsize length_within(const char *text, unsigned width)
{
    unsigned used = 0;
    const char *end = text;

    while (*end && used + char_width(g_utf8_get_char(end)) <= width) {
        used += char_width(g_utf8_get_char(end));
        end = g_utf8_next_char(end);
    }
    return (gsize)(end - text);
}

char *text_fit(const char *text, unsigned width)
{
    if (text_width(text) <= width)
        return g_strdup(text);
    if (width == 0)
        return g_strdup("");
    return g_strdup_printf("%.*s…", (int)length_within(text, width - 1), text);
}

/* Appends a word that is wider than a line, one line after the other; returns the last one's width.
 */
static unsigned append_broken(GString *wrapped, const char *word, unsigned width, unsigned indent)
{
    while (text_width(word) > width) {
        gsize length = MAX(length_within(word, width), 1);

        g_string_append_printf(wrapped, "%.*s\n%*s", (int)length, word, (int)indent, "");
        word += length;
    }
    g_string_append(wrapped, word);
    return text_width(word);
}

char *text_wrap(const char *text, unsigned width, unsigned indent)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    GString *wrapped = g_string_new(NULL);
    unsigned available = width > indent + 1 ? width - indent : 2;
    unsigned used = 0;

    if (width == 0)
        available = G_MAXUINT;
    for (char **word = words; *word; word++) {
        bool fits = text_width(*word) < available - used;

        if (word > words && fits)
            g_string_append_c(wrapped, ' ');
        else if (word > words)
            g_string_append_printf(wrapped, "\n%*s", (int)indent, "");
        used = (word > words && fits ? used + 1 : 0) +
               append_broken(wrapped, *word, available, indent);
    }
    return g_string_free(wrapped, FALSE);
}

char *text_printable(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *printable = g_string_sized_new(64);

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        g_string_append_unichar(printable, g_unichar_iscntrl(c) ? 0xfffd : c);
    }
    return g_string_free(printable, FALSE);
}

char *text_duration(uint64_t usec)
{
    uint64_t seconds = usec / G_USEC_PER_SEC;
    uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

    if (days > 0)
        return hours % 24 ? g_strdup_printf(_("%u d %u h"), (unsigned)days, (unsigned)(hours % 24))
                          : g_strdup_printf(_("%u d"), (unsigned)days);
    if (hours > 0)
        return minutes % 60
                   ? g_strdup_printf(_("%u h %u min"), (unsigned)hours, (unsigned)(minutes % 60))
                   : g_strdup_printf(_("%u h"), (unsigned)hours);
    if (minutes > 0)
        return seconds % 60
                   ? g_strdup_printf(_("%u min %u s"), (unsigned)minutes, (unsigned)(seconds % 60))
                   : g_strdup_printf(_("%u min"), (unsigned)minutes);
    return g_strdup_printf(_("%u s"), (unsigned)seconds);
}

char *text_time(uint64_t usec, uint64_t now)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc((gint64)(usec / G_USEC_PER_SEC));
    g_autoptr(GDateTime) local = utc ? g_date_time_to_local(utc) : NULL;
    g_autofree char *time = local ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S") : NULL;
    g_autofree char *distance = NULL;

    if (usec == 0 || !time)
        return g_strdup(_("never"));
    if (now == 0)
        return g_steal_pointer(&time);
    distance = text_duration(usec > now ? usec - now : now - usec);
    return usec > now ? g_strdup_printf(_("%s (in %s)"), time, distance)
                      : g_strdup_printf(_("%s (%s ago)"), time, distance);
}

bool text_is_yes(const char *answer)
{
    const char *const words[] = {"y", "yes", C_("answer", "y"), C_("answer", "yes")};
    g_autofree char *valid = g_utf8_make_valid(answer, -1);
    g_autofree char *given = g_utf8_casefold(valid, -1);

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *word = g_utf8_casefold(words[i], -1);

        if (strcmp(given, word) == 0)
            return true;
    }
    return false;
}

char *text_size(uint64_t bytes)
{
    return g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS);
}

char *text_lines(uint64_t mask)
{
    GString *text = g_string_new(NULL);

    for (unsigned line = 1; line <= 64; line++)
        if (mask & (UINT64_C(1) << (line - 1)))
            g_string_append_printf(text, "%s%u", text->len ? ", " : "", line);
    if (text->len == 0)
        g_string_append(text, _("none"));
    return g_string_free(text, FALSE);
}

static const char *const states[] = {
    [PROV_STATE_UNKNOWN] = N_("unknown"),   [PROV_STATE_DISABLED] = N_("disabled"),
    [PROV_STATE_IDLE] = N_("idle"),         [PROV_STATE_SCHEDULED] = N_("scheduled"),
    [PROV_STATE_DEFERRED] = N_("deferred"), [PROV_STATE_RESYNCING] = N_("resyncing"),
};

static const char *const reasons[] = {
    [PROV_REASON_UNKNOWN] = N_("unknown"),
    [PROV_REASON_REQUEST] = N_("on request"),
    [PROV_REASON_SIP] = N_("asked for by SIP"),
    [PROV_REASON_UPGRADE] = N_("after an upgrade attempt"),
    [PROV_REASON_BOOT] = N_("after a boot"),
    [PROV_REASON_RETRY] = N_("after a failure"),
    [PROV_REASON_AT] = N_("daily"),
    [PROV_REASON_TRIGGER] = N_("by a trigger"),
    [PROV_REASON_PERIODIC] = N_("periodic"),
};

static const char *const results[] = {
    [PROV_RESULT_UNKNOWN] = N_("unknown"),     [PROV_RESULT_NONE] = N_("none yet"),
    [PROV_RESULT_SUCCESS] = N_("success"),     [PROV_RESULT_FAILURE] = N_("failure"),
    [PROV_RESULT_CANCELLED] = N_("cancelled"),
};

static const char *const sources[] = {
    [PROV_SOURCE_UNKNOWN] = N_("unknown"),
    [PROV_SOURCE_DEFAULT] = N_("default"),
    [PROV_SOURCE_PROFILE] = N_("profile"),
    [PROV_SOURCE_LOCAL] = N_("local"),
};

static const char *const phases[] = {
    [PROV_PHASE_UNKNOWN] = N_("starting"),
    [PROV_PHASE_CONNECTING] = N_("connecting"),
    [PROV_PHASE_RECEIVING] = N_("receiving"),
    [PROV_PHASE_APPLYING] = N_("applying"),
};

static const char *word(const char *const *words, gsize n_words, guint value)
{
    return _(words[value < n_words ? value : 0]);
}

const char *text_state(prov_state state)
{
    return word(states, G_N_ELEMENTS(states), state);
}

const char *text_reason(prov_reason reason)
{
    return word(reasons, G_N_ELEMENTS(reasons), reason);
}

const char *text_result(prov_result result)
{
    return word(results, G_N_ELEMENTS(results), result);
}

const char *text_source(prov_source source)
{
    return word(sources, G_N_ELEMENTS(sources), source);
}

const char *text_phase(prov_phase phase)
{
    return word(phases, G_N_ELEMENTS(phases), phase);
}

char *text_upgrade(const prov_status *status, uint64_t now)
{
    g_autofree char *time = text_time(status->upgrade_attempt, now);

    if (status->upgrade_attempt == 0)
        return NULL;
    if (status->upgrade_success)
        return g_strdup_printf(_("%s, succeeded"), time);
    if (*status->upgrade_message)
        return g_strdup_printf(_("%s, failed: %s"), time, status->upgrade_message);
    return g_strdup_printf(_("%s, failed"), time);
}
