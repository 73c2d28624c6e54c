/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/message.h"

#include "libprovclient/result.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

int message_enter_array(sd_bus_message *m, const char *contents)
{
    int r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, contents);
    int n = 0;

    if (r < 0)
        return r;
    while ((r = sd_bus_message_at_end(m, false)) == 0 && n < INT_MAX) {
        r = sd_bus_message_skip(m, contents);
        if (r < 0)
            return r;
        n++;
    }
    if (r < 0)
        return r;
    r = sd_bus_message_rewind(m, false);
    return r < 0 ? r : n;
}

static int read_string(sd_bus_message *m, const FieldTable *table, const char **member)
{
    const char *text;
    int r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &text);

    if (r < 0)
        return r;
    if (table->own_strings) {
        char *copy = strdup(text);

        if (!copy)
            return -ENOMEM;
        free((char *)*member);
        text = copy;
    }
    *member = text;
    return 0;
}

static int read_enum(sd_bus_message *m, const NameTable *names, unsigned *member)
{
    const char *name;
    int r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &name);

    if (r >= 0)
        *member = name_parse(names, name);
    return r;
}

static int read_bool(sd_bus_message *m, bool *member)
{
    int value;
    int r = sd_bus_message_read_basic(m, SD_BUS_TYPE_BOOLEAN, &value);

    if (r >= 0)
        *member = value;
    return r;
}

static int read_member(sd_bus_message *m, const FieldTable *table, const Field *field, void *target)
{
    void *member = (char *)target + field->offset;

    if (field->names)
        return read_enum(m, field->names, member);
    if (field->signature[0] == SD_BUS_TYPE_STRING)
        return read_string(m, table, member);
    if (field->signature[0] == SD_BUS_TYPE_BOOLEAN)
        return read_bool(m, member);
    return sd_bus_message_read_basic(m, field->signature[0], member);
}

static int read_variant(sd_bus_message *m, const FieldTable *table, const Field *field,
                        void *target, void *result)
{
    const char *contents;
    int r = sd_bus_message_peek_type(m, NULL, &contents);

    if (r < 0)
        return r;
    if (strcmp(contents, field->signature) != 0)
        return -EBADMSG;
    r = sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, field->signature);
    if (r < 0)
        return r;
    r = field->read ? field->read(target, result, m) : read_member(m, table, field, target);
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_entry(sd_bus_message *m, const FieldTable *table, void *target, void *result)
{
    const char *key;
    int r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &key);

    if (r < 0)
        return r;
    for (size_t i = 0; i < table->n_fields; i++)
        if (strcmp(table->fields[i].key, key) == 0)
            return read_variant(m, table, &table->fields[i], target, result);
    return sd_bus_message_skip(m, "v");
}

int message_read_fields(sd_bus_message *m, const FieldTable *table, void *target, void *result)
{
    int r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{sv}");

    if (r < 0)
        return r;
    while ((r = sd_bus_message_enter_container(m, SD_BUS_TYPE_DICT_ENTRY, "sv")) > 0) {
        r = read_entry(m, table, target, result);
        if (r < 0)
            return r;
        r = sd_bus_message_exit_container(m);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

int message_read_strings(sd_bus_message *m, void *result, const char *const **ret_strings)
{
    int n = message_enter_array(m, "s");
    const char **strings;
    int r;

    if (n < 0)
        return n;
    strings = result_alloc(result, (size_t)n + 1, sizeof(*strings));
    if (!strings)
        return -ENOMEM;
    for (int i = 0; i < n; i++) {
        r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &strings[i]);
        if (r < 0)
            return r;
    }
    r = sd_bus_message_exit_container(m);
    if (r >= 0)
        *ret_strings = strings;
    return r;
}
