/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * JSON for programs: one document in a line. Keys are lower case with underscores. Times are
 * microseconds since 1970. What there is none of is null: a time of 0, an empty word.
 */

#include "libprovclient/provclient.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>

void json_add_string(JsonBuilder *builder, const char *key, const char *value); /* NULL: null */
void json_add_number(JsonBuilder *builder, const char *key, uint64_t value);
void json_add_bool(JsonBuilder *builder, const char *key, bool value);
void json_add_optional(JsonBuilder *builder, const char *key, uint64_t value); /* 0: null */

/* The contract's word for an enum's value, null for 0. */
#define json_add_word(builder, key, name, value) \
    json_add_string((builder), (key), (value) ? name(value) : NULL)

/* "error" and "error_message", null where there is none. */
void json_add_failure(JsonBuilder *builder, prov_failure failure, const char *message);

void json_add_status(JsonBuilder *builder, const prov_status *status);

/* Prints what was built, and a newline, at once. */
void json_print(JsonBuilder *builder);
