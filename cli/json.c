/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"

#include <stdio.h>

void json_add_string(JsonBuilder *builder, const char *key, const char *value)
{
    json_builder_set_member_name(builder, key);
    if (value)
        json_builder_add_string_value(builder, value);
    else
        json_builder_add_null_value(builder);
}

void json_add_number(JsonBuilder *builder, const char *key, uint64_t value)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_int_value(builder, (gint64)value);
}

void json_add_bool(JsonBuilder *builder, const char *key, bool value)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_boolean_value(builder, value);
}

void json_add_optional(JsonBuilder *builder, const char *key, uint64_t value)
{
    if (value > 0)
        json_add_number(builder, key, value);
    else
        json_add_string(builder, key, NULL);
}

static void add_lines(JsonBuilder *builder, const char *key, uint64_t mask)
{
    json_builder_set_member_name(builder, key);
    json_builder_begin_array(builder);
    for (int line = 1; line <= 64; line++)
        if (mask & (UINT64_C(1) << (line - 1)))
            json_builder_add_int_value(builder, line);
    json_builder_end_array(builder);
}

void json_add_failure(JsonBuilder *builder, prov_failure failure, const char *message)
{
    json_add_word(builder, "error", prov_failure_name, failure);
    json_add_string(builder, "error_message", *message ? message : NULL);
}

static void add_progress(JsonBuilder *builder, const prov_status *status)
{
    if (!status->progress_phase) {
        json_add_string(builder, "progress", NULL);
        return;
    }
    json_builder_set_member_name(builder, "progress");
    json_builder_begin_object(builder);
    json_add_string(builder, "rule", *status->progress_rule ? status->progress_rule : NULL);
    json_add_word(builder, "phase", prov_phase_name, status->progress_phase);
    json_add_number(builder, "received", status->progress_received);
    json_add_optional(builder, "expected", status->progress_expected);
    json_builder_end_object(builder);
}

static void add_upgrade(JsonBuilder *builder, const prov_status *status)
{
    if (!status->upgrade_attempt) {
        json_add_string(builder, "upgrade", NULL);
        return;
    }
    json_builder_set_member_name(builder, "upgrade");
    json_builder_begin_object(builder);
    json_add_optional(builder, "attempt", status->upgrade_attempt);
    json_add_bool(builder, "success", status->upgrade_success);
    json_add_string(builder, "message", *status->upgrade_message ? status->upgrade_message : NULL);
    json_builder_end_object(builder);
}

void json_add_status(JsonBuilder *builder, const prov_status *status)
{
    json_builder_begin_object(builder);
    json_add_word(builder, "state", prov_state_name, status->state);
    json_add_optional(builder, "next_resync", status->next_resync);
    json_add_word(builder, "next_reason", prov_reason_name, status->next_reason);
    json_add_optional(builder, "last_attempt", status->last_attempt);
    json_add_optional(builder, "last_success", status->last_success);
    json_add_word(builder, "last_reason", prov_reason_name, status->last_reason);
    json_add_word(builder, "last_result", prov_result_name, status->last_result);
    json_add_word(builder, "last_error", prov_failure_name, status->last_failure);
    json_add_string(builder, "last_error_message",
                    *status->last_message ? status->last_message : NULL);
    json_add_number(builder, "failures", status->failures);
    json_add_bool(builder, "provisioned", status->provisioned);
    add_progress(builder, status);
    add_lines(builder, "active_lines", status->active_lines);
    add_lines(builder, "registered_lines", status->registered_lines);
    add_upgrade(builder, status);
    json_add_string(builder, "version", status->version);
    json_builder_end_object(builder);
}

void json_print(JsonBuilder *builder)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, FALSE);

    (void)puts(text);
    (void)fflush(stdout);
}
