/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/name-table.h"

#include <string.h>

static int compare_names(gconstpointer a, gconstpointer b, gpointer userdata)
{
    return strcmp(a, b);
}

GTree *name_table_new(GDestroyNotify free_value)
{
    return g_tree_new_full(compare_names, NULL, NULL, free_value);
}
