/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/message.h"
#include "cli/report.h"
#include "cli/table.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <limits.h>

#define HISTORY_DEFAULT "20"

static char *describe_failure(const prov_attempt *attempt)
{
    if (attempt->result != PROV_RESULT_FAILURE)
        return g_strdup("");

    g_autofree char *message = message_translate(attempt->message);
    return g_strdup_printf("%s: %s", prov_failure_name(attempt->failure), message);
}

static void add_row(Table *table, const prov_attempt *attempt)
{
    g_autofree char *id = g_strdup_printf("%" PRIu64, attempt->id);
    g_autofree char *started = text_time(attempt->started, 0);
    g_autofree char *changed = g_strdup_printf("%u", attempt->changed);
    g_autofree char *failure = describe_failure(attempt);

    table_add(table, STYLE_PLAIN, id);
    table_add(table, STYLE_PLAIN, started);
    table_add(table, STYLE_PLAIN, text_reason(attempt->reason));
    table_add(table, *failure ? STYLE_BAD : STYLE_PLAIN, text_result(attempt->result));
    table_add(table, STYLE_PLAIN, changed);
    table_add(table, STYLE_PLAIN, failure);
}

static void print_text(const Context *context, prov_attempt *const *attempts)
{
    g_autoptr(Table) table = table_new(6);

    if (!*attempts) {
        g_print("%s\n", _("There was no attempt yet."));
        return;
    }
    table_set_elastic(table, 2);
    table_set_elastic(table, 5);
    table_add_titles(table, _("Id"), _("Started"), _("Reason"), _("Result"), _("Changed"),
                     _("Error"));
    for (; *attempts; attempts++)
        add_row(table, *attempts);
    table_print(table, context);
}

static void print_json(prov_attempt *const *attempts)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_array(builder);
    for (; *attempts; attempts++) {
        const prov_attempt *attempt = *attempts;

        json_builder_begin_object(builder);
        json_add_number(builder, "id", attempt->id);
        json_add_word(builder, "reason", prov_reason_name, attempt->reason);
        json_add_optional(builder, "started", attempt->started);
        json_add_optional(builder, "finished", attempt->finished);
        json_add_word(builder, "result", prov_result_name, attempt->result);
        json_add_failure(builder, attempt->failure, attempt->message);
        json_add_number(builder, "changed", attempt->changed);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_print(builder);
}

static int history(Context *context, unsigned max)
{
    auto_error *error = NULL;
    prov_attempt **attempts;

    if (prov_client_get_history(context->client, max, &attempts, &error) < 0)
        return report_error(context, error);
    if (context->json)
        print_json(attempts);
    else
        print_text(context, attempts);
    prov_attempts_free(attempts);
    return EXIT_DONE;
}

/* -n5 is -n 5, as everywhere but in GOption. */
static char **part_number(char **argv)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    for (char **word = argv; *word; word++) {
        bool joined = g_str_has_prefix(*word, "-n") && g_ascii_isdigit((*word)[2]);

        if (joined)
            g_strv_builder_add(words, "-n");
        g_strv_builder_add(words, *word + (joined ? 2 : 0));
    }
    return g_strv_builder_end(words);
}

int command_history(Context *context, char **argv)
{
    g_auto(GStrv) words = part_number(argv);
    g_autofree char *number = NULL;
    const GOptionEntry options[] = {
        {"number", 'n', 0, COMMAND_OPTION_TEXT, &number,
         N_("At most so many; 20 if not given, and 200 are kept"), N_("N")},
        {NULL},
    };
    g_auto(Arguments) arguments = {};
    unsigned max;
    int status;

    if (!command_parse(context, options, (ArgumentRules){}, words, &arguments, &status))
        return status;
    if (!command_parse_number(context, number ? number : HISTORY_DEFAULT, 1, UINT_MAX, &max))
        return EXIT_USAGE;
    return command_connect(context, &status) ? history(context, max) : status;
}
