/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Labels and what belongs to each, one below the other; long text goes on below itself. */

#include "cli/terminal.h"

typedef struct Fields Fields;

Fields *fields_new(void);
void fields_free(Fields *fields);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fields, fields_free)

/* The label is translated; an empty one goes on with the field before. NULL for text: no field. */
void fields_add(Fields *fields, const char *label, Style style, const char *text);

/* All of it as text; width 0: unlimited. */
char *fields_format(const Fields *fields, unsigned width, bool color);

void fields_print(const Fields *fields, const Context *context);
