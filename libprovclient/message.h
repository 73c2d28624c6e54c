/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reading what the daemon sends. A dictionary of the contract, be it properties, a description or
 * an entry of an explanation, is read into a struct by a table of its keys. Unknown keys are passed
 * over, so that a newer daemon can say more; a known key of another type is -EBADMSG.
 */

#include "libprovclient/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>

typedef struct Field {
    const char *key;
    const char *signature;  /* of the value: "s", "b", "u", "t", "x", or what `read` reads */
    size_t offset;          /* of the struct's member */
    const NameTable *names; /* the member is an enum of these */
    int (*read)(void *target, void *result, sd_bus_message *m); /* in place of all that */
} Field;

typedef struct FieldTable {
    const Field *fields;
    size_t n_fields;
    bool own_strings; /* the struct's strings are its own, from malloc(), and are replaced */
} FieldTable;

#define FIELD_TABLE(array) .fields = (array), .n_fields = sizeof(array) / sizeof((array)[0])

/* Enters an array with such elements; returns their number. */
int message_enter_array(sd_bus_message *m, const char *contents);

/* Reads an a{sv} into target; `result`, for the tables' functions, is what target belongs to. */
int message_read_fields(sd_bus_message *m, const FieldTable *table, void *target, void *result);

/* Reads an as into a list that goes with the result. */
int message_read_strings(sd_bus_message *m, void *result, const char *const **ret_strings);
