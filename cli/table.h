/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A table for people. Columns are as wide as their widest cell; where the whole is wider than the
 * terminal, the widest columns give way, down to TABLE_COLUMN_MIN, and their cells end in "…".
 */

#include "cli/terminal.h"

#define TABLE_COLUMN_MIN 8

typedef struct Table Table;

Table *table_new(unsigned n_columns);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* The next cell, row by row; text is copied, and made printable. */
void table_add(Table *table, Style style, const char *text);

/* The table as text, a line for each row; width 0: unlimited. */
char *table_format(const Table *table, unsigned width, bool color);

/* Prints it to stdout as the context says. */
void table_print(const Table *table, const Context *context);

/* Adds a row of translated titles. */
#define table_add_titles(table, ...) \
    table_add_titles_array((table), (const char *const[]){__VA_ARGS__, NULL})
void table_add_titles_array(Table *table, const char *const *titles);
