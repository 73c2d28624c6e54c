/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/version.h"

#include <glib.h>
#include <string.h>

#define LOADS      ".loads"
#define SEPARATORS ".-()"

typedef struct Span {
    const char *start, *end;
} Span;

static size_t run_of_digits(const char *text, const char *end)
{
    const char *at = text;

    while (at < end && g_ascii_isdigit(*at))
        at++;
    return (size_t)(at - text);
}

static size_t run_of_letters(const char *text, const char *end)
{
    const char *at = text;

    while (at < end && g_ascii_isalpha(*at))
        at++;
    return (size_t)(at - text);
}

/* Whether text is parts of digits and letters, digits first, with single separators between. */
static bool is_well_formed(Span span)
{
    bool in_parentheses = false, after_part = false;

    if (span.start == span.end || !g_ascii_isdigit(*span.start))
        return false;
    for (const char *at = span.start; at < span.end; at++) {
        bool part = g_ascii_isalnum(*at);

        if (!part && (!strchr(SEPARATORS, *at) || !(after_part || at[-1] == ')')))
            return false;
        if (at[0] == ')' ? !in_parentheses : (at[0] == '(' && in_parentheses))
            return false;
        if (*at == '(' || *at == ')')
            in_parentheses = *at == '(';
        after_part = part;
    }
    return !in_parentheses && (after_part || span.end[-1] == ')');
}

static guint count_of(Span span, char wanted)
{
    guint count = 0;

    for (const char *at = span.start; at < span.end; at++)
        count += *at == wanted;
    return count;
}

/*
 * Takes model and .loads from the long form. A model has no dot; three parts with dashes must
 * follow it, so that 1.2-3 stays a dotted version.
 */
static Span strip_model(const char *text)
{
    Span whole = {text, text + strlen(text)};
    const char *dot;

    if (g_str_has_suffix(text, LOADS))
        whole.end -= strlen(LOADS);
    dot = memchr(text, '.', (size_t)(whole.end - text));
    if (dot) {
        Span rest = {dot + 1, whole.end};

        if (count_of(rest, '.') == 0 && count_of(rest, '-') >= 2)
            return rest;
    }
    return whole;
}

bool version_parse(const char *text, Version *ret_version)
{
    Span span = strip_model(text);
    VersionForm form = VERSION_DOTTED;

    if (!is_well_formed(span))
        return false;
    if (run_of_digits(span.start, span.end) == (size_t)(span.end - span.start))
        form = VERSION_NUMBER;
    else if (count_of(span, '-') > 0 && count_of(span, '.') == 0)
        form = VERSION_DASHED;
    if (form != VERSION_DASHED && *span.end != '\0')
        return false;

    *ret_version = (Version){
        .text = span.start,
        .length = (size_t)(span.end - span.start),
        .form = form,
    };
    return true;
}

bool version_comparable(const Version *a, const Version *b)
{
    return a->form == b->form || a->form == VERSION_NUMBER || b->form == VERSION_NUMBER;
}

/* Takes the next part from a version; empty where there is none left. */
static Span take_part(Span *rest)
{
    Span part;

    while (rest->start < rest->end && strchr(SEPARATORS, *rest->start))
        rest->start++;
    part.start = rest->start;
    while (rest->start < rest->end && !strchr(SEPARATORS, *rest->start))
        rest->start++;
    part.end = rest->start;
    return part;
}

static int compare_letters(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, MIN(a_length, b_length));

    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* Numbers of any length: the longer one is greater, once leading zeros are gone. */
static int compare_digits(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a_length == 0 || b_length == 0)
        return (a_length > 0) - (b_length > 0);
    for (; a_length > 1 && *a == '0'; a_length--)
        a++;
    for (; b_length > 1 && *b == '0'; b_length--)
        b++;
    return a_length != b_length ? (a_length > b_length) - (a_length < b_length)
                                : memcmp(a, b, a_length);
}

/* A part is digits, letters, digits, ...; what is missing is older. */
static int compare_parts(Span a, Span b)
{
    int order = 0;

    for (bool digits = true; order == 0 && (a.start < a.end || b.start < b.end); digits = !digits) {
        size_t a_length = (digits ? run_of_digits : run_of_letters)(a.start, a.end);
        size_t b_length = (digits ? run_of_digits : run_of_letters)(b.start, b.end);

        order = (digits ? compare_digits : compare_letters)(a.start, a_length, b.start, b_length);
        a.start += a_length;
        b.start += b_length;
    }
    return order;
}

int version_compare(const Version *a, const Version *b)
{
    Span a_rest = {a->text, a->text + a->length};
    Span b_rest = {b->text, b->text + b->length};

    for (;;) {
        Span a_part = take_part(&a_rest);
        Span b_part = take_part(&b_rest);
        int order = compare_parts(a_part, b_part);

        if (order != 0 || (a_part.start == a_part.end && b_part.start == b_part.end))
            return order;
    }
}
