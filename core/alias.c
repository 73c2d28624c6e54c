/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/alias.h"
#include "config.h"
#include "core/failure.h"
#include "core/parameter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TARGET_PREFIX "/flat-profile/"

typedef struct Alias {
    char *tail; /* of an element's path, without the leading slash */
    char *name; /* of the parameter */
} Alias;

struct AliasMap {
    GPtrArray *aliases;
};

static void alias_free(gpointer data)
{
    Alias *alias = data;

    g_free(alias->tail);
    g_free(alias->name);
    g_free(alias);
}

void alias_map_free(AliasMap *map)
{
    if (!map)
        return;
    g_ptr_array_unref(map->aliases);
    g_free(map);
}

static void expected(GError **error, const char *text, const char *at, const char *what)
{
    g_set_error(error, FAILURE, FAILURE_INVALID_RULE, _("alias map, column %u: expected %s"),
                (guint)g_utf8_strlen(text, at - text) + 1, what);
}

/* A path begins with a slash, has no empty step, and ends at a space, `=` or `;`. */
static char *take_path(const char **cursor)
{
    const char *path = *cursor;
    size_t length = strcspn(path, " \t\r\n=;");
    g_autofree char *taken = g_strndup(path, length);

    if (length < 2 || path[0] != '/' || path[length - 1] == '/' || strstr(taken, "//"))
        return NULL;

    *cursor = path + length;
    return g_steal_pointer(&taken);
}

static void skip_space(const char **cursor)
{
    *cursor += strspn(*cursor, " \t\r\n");
}

/* Reads `path = /flat-profile/Name` and the semicolon, if any, with the space around. */
static Alias *take_alias(const char *text, const char **cursor, GError **error)
{
    g_autofree char *source = take_path(cursor);
    if (!source) {
        expected(error, text, *cursor, _("the path of an element, such as /customer/SIP-number"));
        return NULL;
    }

    skip_space(cursor);
    if (**cursor != '=') {
        expected(error, text, *cursor, _("“=”"));
        return NULL;
    }
    ++*cursor;
    skip_space(cursor);

    const char *start = *cursor;
    g_autofree char *target = take_path(cursor);
    if (!target || !g_str_has_prefix(target, TARGET_PREFIX) ||
        !parameter_name_is_valid(target + strlen(TARGET_PREFIX))) {
        expected(error, text, start, _("/flat-profile/ and the name of a parameter"));
        return NULL;
    }

    skip_space(cursor);
    if (**cursor != '\0' && **cursor != ';') {
        expected(error, text, *cursor, _("“;” or the end"));
        return NULL;
    }
    *cursor += **cursor == ';';
    skip_space(cursor);

    Alias *alias = g_new(Alias, 1);
    alias->tail = g_strdup(source + 1);
    alias->name = g_strdup(target + strlen(TARGET_PREFIX));
    return alias;
}

AliasMap *alias_map_parse(const char *text, GError **error)
{
    g_autoptr(GPtrArray) aliases = g_ptr_array_new_with_free_func(alias_free);
    const char *cursor = text;

    skip_space(&cursor);
    do {
        if (aliases->len == ALIAS_MAX) {
            g_autofree char *what =
                g_strdup_printf(_("the end, for %d entries are allowed"), ALIAS_MAX);

            expected(error, text, cursor, what);
            return NULL;
        }
        Alias *alias = take_alias(text, &cursor, error);
        if (!alias)
            return NULL;
        g_ptr_array_add(aliases, alias);
    } while (*cursor != '\0');

    AliasMap *map = g_new(AliasMap, 1);
    map->aliases = g_steal_pointer(&aliases);
    return map;
}

static bool is_tail_of(const char *tail, const char *path, size_t path_length)
{
    size_t length = strlen(tail);

    return path_length > length && path[path_length - length - 1] == '/' &&
           memcmp(path + path_length - length, tail, length) == 0;
}

const char *alias_map_find(const AliasMap *map, const char *path, size_t length)
{
    for (guint i = 0; i < map->aliases->len; i++) {
        const Alias *alias = g_ptr_array_index(map->aliases, i);

        if (is_tail_of(alias->tail, path, length))
            return alias->name;
    }
    return NULL;
}
