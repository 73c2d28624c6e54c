/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A table for people. Columns are as wide as their widest cell. Where the whole is wider than the
 * terminal, columns give way, the widest first, down to TABLE_COLUMN_MIN, and their cells end in
 * "…": those that were said to be elastic, and only if that is not enough all others. Where the
 * width is unlimited, no cell is cut, and one wider than TABLE_COLUMN_MAX pushes on what follows in
 * its row alone: else a single long value would be paid for in spaces by every row.
 */

#include "cli/terminal.h"

#define TABLE_COLUMN_MIN 4
#define TABLE_COLUMN_MAX 256

typedef struct Table Table;

Table *table_new(unsigned n_columns);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* Says that a column, counted from 0, gives way first. */
void table_set_elastic(Table *table, unsigned column);

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
