/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/profile-text.h"
#include "core/parameter.h"
#include "core/secret.h"

void profile_text_init(ProfileText *text)
{
    *text = (ProfileText){
        .value = g_string_sized_new((gsize)2 * PARAMETER_VALUE_MAX), /* with the space before */
        .space = g_string_new(NULL),
    };
}

void profile_text_clear(ProfileText *text)
{
    secret_string_free(text->value);
    g_string_free(text->space, TRUE);
}

void profile_text_reset(ProfileText *text)
{
    g_string_truncate(text->value, 0);
    g_string_truncate(text->space, 0);
    text->space_breaks_line = false;
    text->is_too_long = false;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void append_space(ProfileText *text, char c)
{
    if (text->value->len == 0)
        return;
    if (c == '\n' || c == '\r')
        text->space_breaks_line = true;
    else if (text->space->len < PARAMETER_VALUE_MAX)
        g_string_append_c(text->space, c);
}

static void append_word(ProfileText *text, const char *word, size_t size)
{
    if (text->space_breaks_line)
        g_string_append_c(text->value, ' ');
    else
        g_string_append_len(text->value, text->space->str, (gssize)text->space->len);
    g_string_truncate(text->space, 0);
    text->space_breaks_line = false;

    if (text->value->len + size > PARAMETER_VALUE_MAX)
        text->is_too_long = true;
    else
        g_string_append_len(text->value, word, (gssize)size);
}

void profile_text_append(ProfileText *text, const char *piece, size_t size)
{
    const char *end = piece + size;

    while (piece < end && !text->is_too_long) {
        const char *word = piece;

        while (piece < end && !is_space(*piece))
            piece++;
        if (piece > word)
            append_word(text, word, (size_t)(piece - word));
        for (; piece < end && is_space(*piece); piece++)
            append_space(text, *piece);
    }
}
