/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/parameter-json.h"

static void add_choices(JsonBuilder *builder, const char *const *choices)
{
    if (!choices) {
        json_add_string(builder, "choices", NULL);
        return;
    }
    json_builder_set_member_name(builder, "choices");
    json_builder_begin_array(builder);
    for (; *choices; choices++)
        json_builder_add_string_value(builder, *choices);
    json_builder_end_array(builder);
}

static void add_limit(JsonBuilder *builder, const char *key, bool known, int64_t limit)
{
    json_builder_set_member_name(builder, key);
    if (known)
        json_builder_add_int_value(builder, limit);
    else
        json_builder_add_null_value(builder);
}

static void add_parameter(JsonBuilder *builder, const prov_parameter *parameter)
{
    json_builder_begin_object(builder);
    json_add_string(builder, "name", parameter->name);
    json_add_string(builder, "value", parameter->value);
    json_add_string(builder, "effective", parameter->effective);
    json_add_string(builder, "default", parameter->default_value);
    json_add_word(builder, "source", prov_source_name, parameter->source);
    json_add_word(builder, "access", prov_access_name, parameter->access);
    json_add_optional(builder, "changed", parameter->changed);
    json_add_string(builder, "type", parameter->type);
    add_choices(builder, parameter->choices);
    add_limit(builder, "min", parameter->has_range, parameter->minimum);
    add_limit(builder, "max", parameter->has_range, parameter->maximum);
    json_add_string(builder, "unit", parameter->unit);
    json_add_string(builder, "label", parameter->label);
    json_add_string(builder, "help", parameter->help);
    json_add_bool(builder, "secret", parameter->secret);
    json_builder_end_object(builder);
}

void parameters_print_json(prov_parameter *const *parameters)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_array(builder);
    for (; *parameters; parameters++)
        add_parameter(builder, *parameters);
    json_builder_end_array(builder);
    json_print(builder);
}
