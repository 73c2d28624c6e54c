/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/loop.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/table.h"

#include <glib/gi18n.h>
#include <inttypes.h>

typedef struct Following {
    Context *context;
    bool done;
    int status; /* the exit status, where it failed before there was an outcome */
    prov_outcome *outcome;
} Following;

static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    const Following *following = userdata;

    if (event->type == PROV_EVENT_STATUS_CHANGED && !following->context->json)
        progress_show(following->context, event->status);
}

static void on_outcome(prov_client *client, const prov_error *error, prov_outcome *outcome,
                       void *userdata)
{
    Following *following = userdata;

    progress_clear(following->context);
    following->done = true;
    following->outcome = outcome;
    following->status = error ? report_error(following->context, error) : EXIT_DONE;
}

static void print_changes(const Context *context, prov_change *const *changes)
{
    g_autoptr(Table) table = table_new(3);

    table_set_elastic(table, 1);
    table_set_elastic(table, 2);
    table_add_titles(table, _("Name"), _("Old value"), _("New value"));
    for (; *changes; changes++) {
        table_add(table, STYLE_PLAIN, (*changes)->name);
        table_add(table, STYLE_DIM, (*changes)->before);
        table_add(table, STYLE_PLAIN, (*changes)->after);
    }
    table_print(table, context);
}

static void print_success(const Context *context, const prov_outcome *outcome,
                          prov_change *const *changes)
{
    g_autofree char *text = g_strdup_printf(
        g_dngettext(NULL, "The resync succeeded and changed %u parameter.",
                    "The resync succeeded and changed %u parameters.", outcome->changed),
        outcome->changed);

    if (outcome->changed == 0)
        g_print("%s\n", _("The resync succeeded and changed nothing."));
    else
        g_print("%s\n", text);
    if (*changes)
        print_changes(context, changes);
}

static void print_json(const prov_outcome *outcome, prov_change *const *changes)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    json_add_number(builder, "id", outcome->id);
    json_add_word(builder, "result", prov_result_name, outcome->result);
    json_add_failure(builder, outcome->failure, outcome->message);
    json_add_number(builder, "changed", outcome->changed);
    json_builder_set_member_name(builder, "changes");
    json_builder_begin_array(builder);
    for (; *changes; changes++) {
        json_builder_begin_object(builder);
        json_add_string(builder, "name", (*changes)->name);
        json_add_string(builder, "before", (*changes)->before);
        json_add_string(builder, "after", (*changes)->after);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    json_print(builder);
}

static int report_outcome(const prov_outcome *outcome)
{
    if (outcome->result == PROV_RESULT_SUCCESS)
        return EXIT_DONE;
    if (outcome->failure == PROV_FAILURE_CANCELLED)
        return report_failure(_("the resync was cancelled"));

    g_autofree char *message = message_translate(outcome->message);
    return report_failure(_("the resync failed: %s: %s"), prov_failure_name(outcome->failure),
                          message);
}

static int print_outcome(Context *context, const prov_outcome *outcome)
{
    auto_error *error = NULL;
    prov_change **changes;

    if (prov_client_get_changes(context->client, outcome->id, &changes, &error) < 0)
        return report_error(context, error);
    if (context->json)
        print_json(outcome, changes);
    else if (outcome->result == PROV_RESULT_SUCCESS)
        print_success(context, outcome, changes);
    prov_changes_free(changes);
    return report_outcome(outcome);
}

static int follow(Context *context, unsigned flags, const char *rule)
{
    Following following = {.context = context};
    auto_loop *loop = loop_new(context->client);
    int r = prov_client_watch(context->client, on_event, &following, NULL);
    int status;

    if (r >= 0)
        r = prov_client_resync_async(context->client, flags, rule, on_outcome, &following, NULL);
    if (r >= 0)
        r = loop_run(loop, &following.done);
    if (r < 0)
        return report_errno(context, r);
    if (r > 0) {
        progress_clear(context);
        return report_failure(_("interrupted; the resync goes on, see 'provctl status'"));
    }
    if (!following.outcome)
        return following.status;
    status = print_outcome(context, following.outcome);
    prov_outcome_free(following.outcome);
    return status;
}

static int request(Context *context, unsigned flags, const char *rule)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    auto_error *error = NULL;
    uint64_t id;

    if (prov_client_request_resync(context->client, flags, rule, &id, &error) < 0)
        return report_error(context, error);
    if (!context->json) {
        g_print(_("Resync %" PRIu64 " is requested.\n"), id);
        return EXIT_DONE;
    }
    json_builder_begin_object(builder);
    json_add_number(builder, "id", id);
    json_builder_end_object(builder);
    json_print(builder);
    return EXIT_DONE;
}

int command_resync(Context *context, char **argv)
{
    gboolean force = FALSE, no_wait = FALSE;
    g_autofree char *rule = NULL;
    const GOptionEntry options[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, N_("Do not wait for active lines"), NULL},
        {"rule", 0, 0, COMMAND_OPTION_TEXT, &rule,
         N_("Evaluate RULE in place of the configured rules"), N_("RULE")},
        {"no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, N_("Only request it"), NULL},
        {NULL},
    };
    g_auto(Arguments) arguments = {};
    unsigned flags;
    int status;

    if (!command_parse(context, options, (ArgumentRules){}, argv, &arguments, &status))
        return status;
    if (!command_check_text(rule))
        return EXIT_USAGE;
    if (!command_connect(context, &status))
        return status;
    flags = force ? PROV_RESYNC_FORCE : 0;
    return no_wait ? request(context, flags, rule) : follow(context, flags, rule);
}
