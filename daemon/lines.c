/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/lines.h"

#include <glib.h>

struct Lines {
    GHashTable *clients; /* name → ClientLines */
};

typedef struct ClientLines {
    uint64_t facts[LINE_REPORTED + 1];
} ClientLines;

Lines *lines_new(void)
{
    Lines *lines = g_new(Lines, 1);

    lines->clients = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return lines;
}

void lines_free(Lines *lines)
{
    if (!lines)
        return;
    g_hash_table_unref(lines->clients);
    g_free(lines);
}

void lines_set(Lines *lines, const char *client, LineFact fact, unsigned line, bool holds)
{
    g_return_if_fail(line >= 1 && line <= LINES_MAX);

    ClientLines *said = g_hash_table_lookup(lines->clients, client);
    uint64_t bit = UINT64_C(1) << (line - 1);

    if (!said) {
        if (!holds)
            return;
        said = g_new0(ClientLines, 1);
        g_hash_table_insert(lines->clients, g_strdup(client), said);
    }
    if (holds)
        said->facts[fact] |= bit;
    else
        said->facts[fact] &= ~bit;
    if (said->facts[LINE_ACTIVE] == 0 && said->facts[LINE_HAS_REGISTRATION] == 0 &&
        said->facts[LINE_REPORTED] == 0)
        g_hash_table_remove(lines->clients, client);
}

void lines_drop(Lines *lines, const char *client)
{
    g_hash_table_remove(lines->clients, client);
}

uint64_t lines_get(const Lines *lines, LineFact fact)
{
    GHashTableIter iter;
    gpointer said;
    uint64_t any = 0;

    g_hash_table_iter_init(&iter, lines->clients);
    while (g_hash_table_iter_next(&iter, NULL, &said))
        any |= ((const ClientLines *)said)->facts[fact];
    return any;
}
