/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Tables by names that a stranger has chosen: a server's profile, a caller on the bus.
 *
 * They are balanced trees. A hash table is as slow as a list where all names have one hash, and
 * for a hash that anybody can compute such names are easily made; a tree has no worst case. Names
 * are in the order of strcmp(); g_tree_node_first() and g_tree_node_next() go through them.
 */

#include <glib.h>

/* A table that holds names as they are handed in, and frees values by free_value if not NULL. */
GTree *name_table_new(GDestroyNotify free_value);
