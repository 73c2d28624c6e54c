/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stdout is, and what may therefore be written to it. */

#include "cli/command.h"

typedef enum Style {
    STYLE_PLAIN,
    STYLE_HEADER,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_WARNING,
    STYLE_BUSY,
    STYLE_DIM,
} Style;

/* Works out terminal, capable, color and width of a context whose options have been parsed. */
void terminal_look(Context *context);

/* The escape sequences around text of a style; empty without colours. Static. */
const char *style_begin(bool color, Style style);
const char *style_end(bool color, Style style);
