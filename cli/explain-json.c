/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/explain-json.h"

static void add_candidate(JsonBuilder *builder, const prov_candidate *candidate)
{
    json_builder_begin_object(builder);
    json_add_word(builder, "reason", prov_reason_name, candidate->reason);
    json_add_optional(builder, "due", candidate->due);
    json_add_bool(builder, "next", candidate->next);
    json_add_string(builder, "held", *candidate->held ? candidate->held : NULL);
    json_builder_end_object(builder);
}

void comparison_add_json(JsonBuilder *builder, const prov_comparison *comparison)
{
    json_builder_begin_object(builder);
    json_add_string(builder, "left", comparison->left);
    json_add_string(builder, "operator", comparison->op);
    json_add_string(builder, "right", comparison->right);
    json_add_bool(builder, "true", comparison->is_true);
    json_add_string(builder, "note", *comparison->note ? comparison->note : NULL);
    json_builder_end_object(builder);
}

static void add_assignments(JsonBuilder *builder, const prov_value *assignments)
{
    json_builder_set_member_name(builder, "assignments");
    json_builder_begin_object(builder);
    for (; assignments->name; assignments++)
        json_add_string(builder, assignments->name, assignments->value);
    json_builder_end_object(builder);
}

static void add_alternative(JsonBuilder *builder, const prov_alternative *alternative)
{
    json_builder_begin_object(builder);
    json_add_bool(builder, "taken", alternative->taken);
    json_add_string(builder, "condition", *alternative->condition ? alternative->condition : NULL);
    json_builder_set_member_name(builder, "comparisons");
    json_builder_begin_array(builder);
    for (prov_comparison *const *next = alternative->comparisons; *next; next++)
        comparison_add_json(builder, *next);
    json_builder_end_array(builder);
    add_assignments(builder, alternative->assignments);
    json_add_string(builder, "url", *alternative->url ? alternative->url : NULL);
    json_builder_end_object(builder);
}

static void add_rule(JsonBuilder *builder, const prov_rule *rule)
{
    json_builder_begin_object(builder);
    json_add_string(builder, "name", *rule->name ? rule->name : NULL);
    json_add_string(builder, "text", rule->text);
    json_add_string(builder, "outcome", rule->outcome);
    json_add_string(builder, "message", *rule->message ? rule->message : NULL);
    json_builder_set_member_name(builder, "alternatives");
    json_builder_begin_array(builder);
    for (prov_alternative *const *next = rule->alternatives; *next; next++)
        add_alternative(builder, *next);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

void explanation_print_json(const prov_explanation *explanation)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "candidates");
    json_builder_begin_array(builder);
    for (prov_candidate *const *next = explanation->candidates; *next; next++)
        add_candidate(builder, *next);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "rules");
    json_builder_begin_array(builder);
    for (prov_rule *const *next = explanation->rules; *next; next++)
        add_rule(builder, *next);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    json_print(builder);
}
