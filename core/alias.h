/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * An alias map: which elements of a foreign document stand for which parameters.
 *
 *     /customer/SIP-number = /flat-profile/User_ID_1_ ;
 *     /customer/secret     = /flat-profile/Password_1_ ;
 *
 * The left side is the tail of an element's path, from any level down to the element itself, by
 * names without namespace prefixes. The last semicolon may be missing.
 */

#include <glib.h>
#include <stddef.h>

#define ALIAS_MAX 30 /* entries of a map */

typedef struct AliasMap AliasMap;

/*
 * Reads a map; NULL with an error of FAILURE_INVALID_RULE, which tells the column, in characters,
 * and what was expected, where the text is none.
 */
AliasMap *alias_map_parse(const char *text, GError **error);
void alias_map_free(AliasMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AliasMap, alias_map_free)

/*
 * The parameter that the element of a path such as "/order/customer/SIP-number", of length bytes,
 * stands for, by the first entry that matches; NULL where none does. Owned by the map. Looks at no
 * more of the path than its entries are long.
 */
const char *alias_map_find(const AliasMap *map, const char *path, size_t length);
