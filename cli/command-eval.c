/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/comparison.h"
#include "cli/explain-json.h"
#include "cli/message.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "core/condition.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * The condition is parsed here in either case. What its macros stand for is given by hand, and then
 * the core compares; or the daemon is asked to explain a rule that is made of the condition.
 */

/* Cuts NAME=VALUE in two and adds it; false, having said what is wrong, if it is no macro's. */
static bool add_setting(GHashTable *settings, char *setting)
{
    char *equals = strchr(setting, '=');
    g_autofree char *text =
        equals ? g_strdup_printf("$%.*s", (int)(equals - setting), setting) : NULL;
    const char *cursor = text;
    MacroUse use;

    if (!equals || equals == setting) {
        (void)report_usage(_("'%s' is not of the form NAME=VALUE"), setting);
        return false;
    }
    if (!macro_next(&cursor, &use) || *cursor != '\0' || use.secret) {
        (void)report_usage(_("there is no macro '%s' in conditions"), text + 1);
        return false;
    }
    /* By the parameter where it is one's value, for a text may call it $A or $GPP_A */
    g_hash_table_insert(settings, g_strdup(*use.parameter ? use.parameter : use.name), equals + 1);
    return true;
}

static const char *find_setting(const char *name, void *userdata)
{
    return g_hash_table_lookup(userdata, name);
}

static void print_comparison(const Context *context, const Comparison *written,
                             const prov_comparison *outcome)
{
    g_autofree char *expanded = comparison_show(written, outcome);
    g_autofree char *text = g_strdup_printf("%s %s %s: %s", written->left.written, outcome->op,
                                            written->right.written, expanded);
    g_autofree char *printable = text_printable(text);
    g_autofree char *translated = message_translate(outcome->note);
    g_autofree char *note = text_printable(translated);
    Style style = outcome->is_true ? STYLE_GOOD : STYLE_BAD;

    g_print("  %s: %s%s%s%s%s\n", printable, style_begin(context->color, style),
            outcome->is_true ? "TRUE" : "FALSE", style_end(context->color, style),
            *note ? ", " : "", note);
}

static void print_json(const char *text, bool is_true, const prov_comparison *const *comparisons)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    json_add_string(builder, "condition", text);
    json_add_bool(builder, "true", is_true);
    json_builder_set_member_name(builder, "comparisons");
    json_builder_begin_array(builder);
    for (; *comparisons; comparisons++)
        comparison_add_json(builder, *comparisons);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    json_print(builder);
}

/* What came of the comparisons, in the order of the condition, up to a NULL. */
static int print_outcome(const Context *context, const char *text, const Condition *condition,
                         const prov_comparison *const *comparisons)
{
    bool is_true = true;
    guint count = 0;

    for (; comparisons[count]; count++)
        is_true = is_true && comparisons[count]->is_true;
    if (count != condition_size(condition))
        return report_failure(
            _("provd's answer makes no sense; are provd and provctl of one version?"));
    if (context->json) {
        print_json(text, is_true, comparisons);
        return EXIT_DONE;
    }
    g_print("%s%s%s\n", style_begin(context->color, is_true ? STYLE_GOOD : STYLE_BAD),
            is_true ? "TRUE" : "FALSE", style_end(context->color, STYLE_GOOD));
    for (guint i = 0; i < count; i++)
        print_comparison(context, condition_get(condition, i), comparisons[i]);
    return EXIT_DONE;
}

static int evaluate_here(const Context *context, const char *text, const Condition *condition,
                         GHashTable *settings)
{
    const MacroEnv env = {
        .parameter = find_setting,
        .parameter_data = settings,
        .override = find_setting,
        .override_data = settings,
    };
    g_autoptr(GPtrArray) steps = condition_trace(condition, &env);
    g_autoptr(GPtrArray) comparisons = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < steps->len; i++) {
        const ConditionStep *step = g_ptr_array_index(steps, i);
        prov_comparison comparison = {
            .left = step->left,
            .op = condition_operator_to_string(step->comparison->op),
            .right = step->right,
            .is_true = step->result,
            .note = step->reason ? step->reason : "",
        };

        g_ptr_array_add(comparisons, g_memdup2(&comparison, sizeof(comparison)));
    }
    g_ptr_array_add(comparisons, NULL);
    return print_outcome(context, text, condition,
                         (const prov_comparison *const *)comparisons->pdata);
}

static int evaluate_there(Context *context, const char *text, const Condition *condition)
{
    static const prov_comparison *const none[] = {NULL};
    g_autofree char *rule = g_strdup_printf("(%s)? /", text);
    prov_explanation *explanation;
    auto_error *error = NULL;
    int status;

    if (!command_connect(context, &status))
        return status;
    if (prov_client_explain(context->client, rule, &explanation, &error) < 0)
        return report_error(context, error);

    const prov_alternative *alternative =
        *explanation->rules ? *explanation->rules[0]->alternatives : NULL;
    status = print_outcome(context, text, condition,
                           alternative ? (const prov_comparison *const *)alternative->comparisons
                                       : none);
    prov_explanation_free(explanation);
    return status;
}

/* Says what was expected, and points at where. */
static int report_syntax(const char *text, guint column, const GError *error)
{
    g_autofree char *printable = text_printable(text);

    (void)report_usage("%s", error->message);
    if ((glong)column > g_utf8_strlen(printable, -1) + 1)
        return EXIT_USAGE;

    g_autofree char *front = g_utf8_substring(printable, 0, (glong)column - 1);
    g_printerr("  %s\n  %*s^\n", printable, (int)text_width(front), "");
    return EXIT_USAGE;
}

/* A number may begin with a minus, and its condition would be taken for an option. */
static char **protect_minus(char **argv)
{
    char **words = g_strdupv(argv);

    for (char **word = words; *word; word++)
        if ((*word)[0] == '-' && g_ascii_isdigit((*word)[1])) {
            char *protected = g_strconcat(" ", *word, NULL);

            g_free(*word);
            *word = protected;
        }
    return words;
}

int command_eval(Context *context, char **argv)
{
    g_auto(GStrv) words = protect_minus(argv);
    g_auto(GStrv) given = NULL;
    const GOptionEntry options[] = {
        {"set", 0, 0, COMMAND_OPTION_TEXT_ARRAY, &given,
         N_("Take VALUE for a macro, and do not ask the daemon"), N_("NAME=VALUE")},
        {NULL},
    };
    g_autoptr(GHashTable) settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(Condition) condition = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(Arguments) arguments = {};
    const char *text;
    guint column;
    int status;

    if (!command_parse(context, options, (ArgumentRules){.minimum = 1, .maximum = 1}, words,
                       &arguments, &status))
        return status;
    for (char **setting = given; setting && *setting; setting++)
        if (!command_check_text(*setting) || !add_setting(settings, *setting))
            return EXIT_USAGE;
    text = arguments.values[0] + (g_str_has_prefix(arguments.values[0], " -") ? 1 : 0);
    condition = condition_parse_column(text, &column, &error);
    if (!condition)
        return report_syntax(text, column, error);
    return given ? evaluate_here(context, text, condition, settings)
                 : evaluate_there(context, text, condition);
}
