/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The text of a parameter's element on its way to becoming a value.
 *
 * It arrives in pieces that end anywhere. Space at either end is dropped, a line break becomes one
 * space together with the space around it, all other space is kept. What is held never exceeds a
 * value's limit by more than the space in it, however much arrives.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct ProfileText {
    GString *value; /* what has come so far, without the space at its end */
    GString *space; /* white space that belongs to the value if more text follows */
    bool space_breaks_line;
    bool is_too_long; /* beyond PARAMETER_VALUE_MAX; what follows is dropped */
} ProfileText;

void profile_text_init(ProfileText *text);
void profile_text_clear(ProfileText *text);

/* Begins a new value. */
void profile_text_reset(ProfileText *text);

void profile_text_append(ProfileText *text, const char *piece, size_t size);
