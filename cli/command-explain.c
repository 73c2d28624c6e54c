/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/comparison.h"
#include "cli/explain-json.h"
#include "cli/fields.h"
#include "cli/message.h"
#include "cli/report.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <string.h>

/* The contract's words, for people. */
static const struct {
    const char *word;
    const char *text;
} outcomes[] = {
    {"fetch", N_("fetches")},
    {"assign", N_("assigns, fetches nothing")},
    {"empty", N_("is empty")},
    {"commented-out", N_("is commented out")},
    {"no-match", N_("no condition is TRUE")},
    {"no-server", N_("no server is known")},
    {"invalid", N_("is invalid")},
};

static const char *outcome_text(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++)
        if (strcmp(outcomes[i].word, word) == 0)
            return _(outcomes[i].text);
    return word;
}

/* When it is due, what holds it back, or both. */
static char *describe_candidate(const prov_candidate *candidate, uint64_t now)
{
    g_autofree char *due = text_time(candidate->due, now);

    if (candidate->due == 0)
        return g_strdup(*candidate->held ? _(candidate->held) : "-");
    return *candidate->held ? g_strdup_printf("%s; %s", due, _(candidate->held))
                            : g_steal_pointer(&due);
}

static void print_candidates(const Context *context, prov_candidate *const *candidates)
{
    g_autoptr(Fields) fields = fields_new();
    uint64_t now = context->terminal ? (uint64_t)g_get_real_time() : 0;

    for (; *candidates; candidates++) {
        const prov_candidate *candidate = *candidates;
        g_autofree char *text = describe_candidate(candidate, now);
        g_autofree char *label =
            g_strdup_printf("%s %s", candidate->next ? "→" : " ", text_reason(candidate->reason));

        fields_add(fields, label, candidate->next ? STYLE_GOOD : STYLE_DIM, text);
    }
    fields_print(fields, context);
}

static void print_part(const char *label, const char *text)
{
    g_autofree char *printable = text_printable(text);

    g_print("      %s %s\n", label, printable);
}

static void print_comparisons(const prov_alternative *alternative)
{
    g_autoptr(Condition) condition =
        *alternative->condition ? condition_parse(alternative->condition, NULL) : NULL;
    guint size = condition ? condition_size(condition) : 0;

    for (guint i = 0; alternative->comparisons[i]; i++) {
        const prov_comparison *outcome = alternative->comparisons[i];
        g_autofree char *expanded =
            comparison_show(i < size ? condition_get(condition, i) : NULL, outcome);
        g_autofree char *note = message_translate(outcome->note);
        g_autofree char *text = g_strdup_printf(
            "%s: %s%s%s", expanded, outcome->is_true ? "TRUE" : "FALSE", *note ? ", " : "", note);

        print_part(" ", text);
    }
}

static void print_alternative(const Context *context, const prov_alternative *alternative)
{
    Style style = alternative->taken ? STYLE_GOOD : STYLE_DIM;

    g_print("    %s%s%s\n", style_begin(context->color, style),
            alternative->taken ? _("→ taken") : _("  not taken"), style_end(context->color, style));
    if (*alternative->condition)
        print_part(_("if"), alternative->condition);
    print_comparisons(alternative);
    for (const prov_value *next = alternative->assignments; next->name; next++) {
        g_autofree char *text = g_strdup_printf("%s = \"%s\"", next->name, next->value);

        print_part(_("set"), text);
    }
    if (*alternative->url)
        print_part(_("fetch"), alternative->url);
}

static void print_rule(const Context *context, const prov_rule *rule)
{
    g_autofree char *text = text_printable(rule->text);
    g_autofree char *translated = message_translate(rule->message);
    g_autofree char *message = text_printable(translated);

    g_print("\n%s%s%s: %s%s%s\n", style_begin(context->color, STYLE_HEADER),
            *rule->name ? rule->name : _("Given rule"), style_end(context->color, STYLE_HEADER),
            outcome_text(rule->outcome), *message ? ": " : "", message);
    if (*text)
        g_print("  %s\n", text);
    for (prov_alternative *const *next = rule->alternatives; *next; next++)
        print_alternative(context, *next);
}

static void print_text(const Context *context, const prov_explanation *explanation)
{
    print_candidates(context, explanation->candidates);
    for (prov_rule *const *next = explanation->rules; *next; next++)
        print_rule(context, *next);
}

int command_explain(Context *context, char **argv)
{
    g_autofree char *rule = NULL;
    const GOptionEntry options[] = {
        {"rule", 0, 0, COMMAND_OPTION_TEXT, &rule,
         N_("Explain RULE in place of the configured rules"), N_("RULE")},
        {NULL},
    };
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    prov_explanation *explanation;
    int status;

    if (!command_parse(context, options, (ArgumentRules){}, argv, &arguments, &status))
        return status;
    if (!command_check_text(rule))
        return EXIT_USAGE;
    if (!command_connect(context, &status))
        return status;
    if (prov_client_explain(context->client, rule, &explanation, &error) < 0)
        return report_error(context, error);
    if (context->json)
        explanation_print_json(explanation);
    else
        print_text(context, explanation);
    prov_explanation_free(explanation);
    return EXIT_DONE;
}
