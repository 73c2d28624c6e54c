/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/message.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX   8   /* of sentences within sentences; the daemon has three */
#define ERRNO_LIMIT 256 /* beyond all numbers of system errors */

typedef struct Sentence {
    const char *one;
    const char *many; /* NULL where no number governs it */
} Sentence;

static const Sentence sentences[] = {
#include "cli/messages.inc"
};

/* A place in a sentence where something is put in. */
typedef struct Directive {
    const char *start;
    const char *end;
    char conversion;
    guint argument; /* from 1, where the translation changes the order; 0: the next one */
} Directive;

/* How a message was made. */
typedef struct Making {
    const Sentence *sentence;
    const char *format;   /* the one or the many of it */
    size_t literal;       /* bytes of the format that stand in the message as they are */
    GPtrArray *arguments; /* what was put in, as text */
} Making;

static void making_clear(Making *making)
{
    g_clear_pointer(&making->arguments, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Making, making_clear)

static char *translate(const char *text, guint depth);

/* The first directive of a format; false where it has none. */
static bool find_directive(const char *format, Directive *ret_directive)
{
    const char *start = strchr(format, '%');
    const char *at, *dollar;

    if (!start)
        return false;
    *ret_directive = (Directive){.start = start};
    at = start + 1;
    dollar = at + strspn(at, G_CSET_DIGITS);
    if (dollar > at && *dollar == '$') {
        ret_directive->argument = (guint)g_ascii_strtoull(at, NULL, 10);
        at = dollar + 1;
    }
    at += strspn(at, "-+ #0123456789.hljztq");
    ret_directive->conversion = *at;
    ret_directive->end = *at ? at + 1 : at;
    return true;
}

static size_t count_literal(const char *format)
{
    size_t count = strlen(format);
    Directive directive;

    for (; find_directive(format, &directive); format = directive.end)
        count -= (size_t)(directive.end - directive.start);
    return count;
}

/* Quotation marks are put around what others wrote, which is no sentence of the daemon's. */
static bool is_quoted(const Directive *directive)
{
    return g_str_has_prefix(directive->end, "”") || *directive->end == '>';
}

static size_t number_length(const char *text)
{
    size_t sign = *text == '-' ? 1 : 0;
    size_t digits = strspn(text + sign, G_CSET_DIGITS);

    return digits > 0 ? sign + digits : 0;
}

/*
 * Compares the format, up to the next text that was put in, with what begins at text. The end of
 * that, with *format moved on and the numbers added to the arguments; NULL where they differ.
 */
static const char *match_stretch(const char **format, const char *text, GPtrArray *arguments)
{
    const char *at = *format;
    guint before = arguments->len;
    Directive directive;

    for (;;) {
        bool found = find_directive(at, &directive);
        size_t length = found ? (size_t)(directive.start - at) : strlen(at);

        if (strncmp(at, text, length) != 0)
            break;
        at += length;
        text += length;
        if (!found || directive.conversion == 's') {
            *format = at;
            return text;
        }
        length = directive.conversion == '%' ? *text == '%' : number_length(text);
        if (length == 0)
            break;
        if (directive.conversion != '%')
            g_ptr_array_add(arguments, g_strndup(text, length));
        at = directive.end;
        text += length;
    }
    g_ptr_array_set_size(arguments, (gint)before);
    return NULL;
}

/*
 * Whether the text was made with the format; what was put in, if so. Each text that was put in is
 * taken for as short as it can be: what follows it in the format is looked for from the left, as
 * in a file name's pattern, so that the time is bounded whatever others wrote into the message.
 */
static bool match(const char *format, const char *text, GPtrArray *ret_arguments)
{
    const char *end = match_stretch(&format, text, ret_arguments);

    while (end && *format) {
        const char *begin = end, *behind = format + strlen("%s");
        guint place = ret_arguments->len;

        for (const char *at = begin;; at++) {
            format = behind;
            end = match_stretch(&format, at, ret_arguments);
            if (end && (*format || !*end)) {
                g_ptr_array_insert(ret_arguments, (gint)place,
                                   g_strndup(begin, (gsize)(at - begin)));
                break;
            }
            g_ptr_array_set_size(ret_arguments, (gint)place);
            if (!*at)
                return false;
        }
    }
    return end && !*end;
}

/* Takes what the format says more of than the sentence found before does. */
static void try_format(Making *making, const Sentence *sentence, const char *format,
                       const char *text)
{
    size_t literal = format ? count_literal(format) : 0;

    if (literal <= making->literal)
        return;

    g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
    if (!match(format, text, arguments))
        return;
    making_clear(making);
    *making = (Making){sentence, format, literal, g_steal_pointer(&arguments)};
}

static void translate_arguments(const Making *making, guint depth)
{
    const char *format = making->format;
    Directive directive;

    for (guint i = 0; i < making->arguments->len && find_directive(format, &directive);
         format = directive.end) {
        if (directive.conversion == '%')
            continue;

        gpointer *argument = &making->arguments->pdata[i++];
        if (directive.conversion == 's' && !is_quoted(&directive)) {
            g_autofree char *original = *argument;

            *argument = translate(original, depth);
        }
    }
}

/* The number that governs a sentence with a plural: the first one in it. */
static gulong governing_number(const Making *making)
{
    for (guint i = 0; i < making->arguments->len; i++) {
        const char *argument = making->arguments->pdata[i];

        if (g_ascii_isdigit(*argument))
            return (gulong)g_ascii_strtoull(argument, NULL, 10);
    }
    return 0;
}

static const char *translation_of(const Making *making)
{
    const Sentence *sentence = making->sentence;

    return sentence->many
               ? g_dngettext(NULL, sentence->one, sentence->many, governing_number(making))
               : _(sentence->one);
}

static char *make(const char *format, const GPtrArray *arguments)
{
    GString *text = g_string_new(NULL);
    Directive directive;
    guint next = 0;

    for (; find_directive(format, &directive); format = directive.end) {
        g_string_append_len(text, format, directive.start - format);
        if (directive.conversion == '%') {
            g_string_append_c(text, '%');
            continue;
        }
        guint index = directive.argument > 0 ? directive.argument - 1 : next++;
        if (index < arguments->len)
            g_string_append(text, arguments->pdata[index]);
    }
    g_string_append(text, format);
    return g_string_free(text, FALSE);
}

/* The system's own words for an error, as the daemon had them from the C library. */
static char *translate_errno(const char *text)
{
    for (int number = 1; number < ERRNO_LIMIT; number++)
        if (g_strcmp0(strerrordesc_np(number), text) == 0)
            return g_strdup(g_strerror(number));
    return g_strdup(text);
}

static char *translate(const char *text, guint depth)
{
    g_auto(Making) making = {0};

    for (guint i = 0; depth < DEPTH_MAX && i < G_N_ELEMENTS(sentences); i++) {
        try_format(&making, &sentences[i], sentences[i].one, text);
        try_format(&making, &sentences[i], sentences[i].many, text);
    }
    if (!making.sentence)
        return translate_errno(text);
    translate_arguments(&making, depth + 1);
    return make(translation_of(&making), making.arguments);
}

char *message_translate(const char *message)
{
    return translate(message, 0);
}
