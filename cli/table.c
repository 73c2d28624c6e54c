/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/table.h"

#include "cli/text.h"

#define GAP "  "

typedef struct Cell {
    char *text;
    Style style;
} Cell;

struct Table {
    unsigned n_columns;
    bool *elastic; /* by column */
    GArray *cells;
};

static void clear_cell(gpointer cell)
{
    g_free(((Cell *)cell)->text);
}

Table *table_new(unsigned n_columns)
{
    Table *table = g_new0(Table, 1);

    table->n_columns = n_columns;
    table->elastic = g_new0(bool, n_columns);
    table->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
    g_array_set_clear_func(table->cells, clear_cell);
    return table;
}

void table_free(Table *table)
{
    if (!table)
        return;
    g_array_unref(table->cells);
    g_free(table->elastic);
    g_free(table);
}

void table_set_elastic(Table *table, unsigned column)
{
    table->elastic[column] = true;
}

void table_add(Table *table, Style style, const char *text)
{
    Cell cell = {.text = text_printable(text), .style = style};

    g_array_append_val(table->cells, cell);
}

void table_add_titles_array(Table *table, const char *const *titles)
{
    for (; *titles; titles++)
        table_add(table, STYLE_HEADER, *titles);
}

/* What each column needs, but no more than so much. */
static unsigned *natural_widths(const Table *table, unsigned limit)
{
    unsigned *widths = g_new0(unsigned, table->n_columns);

    for (guint i = 0; i < table->cells->len; i++) {
        unsigned *width = &widths[i % table->n_columns];

        *width = MAX(*width, MIN(text_width(g_array_index(table->cells, Cell, i).text), limit));
    }
    return widths;
}

/* The widest column that can give way; n_columns if there is none. */
static unsigned find_widest(const Table *table, const unsigned *widths, bool elastic_only)
{
    unsigned widest = table->n_columns;

    for (unsigned i = 0; i < table->n_columns; i++)
        if (widths[i] > TABLE_COLUMN_MIN && (table->elastic[i] || !elastic_only) &&
            (widest == table->n_columns || widths[i] >= widths[widest]))
            widest = i;
    return widest;
}

static void narrow(const Table *table, unsigned *widths, unsigned limit)
{
    unsigned total = (table->n_columns - 1) * (unsigned)(sizeof(GAP) - 1);

    for (unsigned i = 0; i < table->n_columns; i++)
        total += widths[i];
    for (; total > limit; total--) {
        unsigned widest = find_widest(table, widths, true);

        if (widest == table->n_columns)
            widest = find_widest(table, widths, false);
        if (widest == table->n_columns)
            return;
        widths[widest]--;
    }
}

static void append_cell(GString *text, const Cell *cell, unsigned width, bool last, bool color)
{
    g_autofree char *shown = text_fit(cell->text, width);
    unsigned padding = last ? 0 : width - text_width(shown);

    color = color && *shown;
    g_string_append_printf(text, "%s%s%s%*s%s", style_begin(color, cell->style), shown,
                           style_end(color, cell->style), (int)padding, "", last ? "" : GAP);
}

static void end_line(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    g_string_append_c(text, '\n');
}

char *table_format(const Table *table, unsigned width, bool color)
{
    g_autofree unsigned *widths = natural_widths(table, width > 0 ? G_MAXUINT : TABLE_COLUMN_MAX);
    GString *text = g_string_new(NULL);

    if (width > 0)
        narrow(table, widths, width);
    for (guint i = 0; i < table->cells->len; i++) {
        const Cell *cell = &g_array_index(table->cells, Cell, i);
        unsigned column = i % table->n_columns;
        unsigned own = width > 0 ? 0 : text_width(cell->text);
        bool last = column + 1 == table->n_columns;

        append_cell(text, cell, MAX(widths[column], own), last, color);
        if (last)
            end_line(text);
    }
    return g_string_free(text, FALSE);
}

void table_print(const Table *table, const Context *context)
{
    g_autofree char *text = table_format(table, context->width, context->color);

    g_print("%s", text);
}
