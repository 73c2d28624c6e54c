/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/fields.h"
#include "cli/json.h"
#include "cli/message.h"
#include "cli/report.h"
#include "cli/text.h"

#include <glib/gi18n.h>

static Style state_style(prov_state state)
{
    switch (state) {
    case PROV_STATE_RESYNCING:
    case PROV_STATE_DEFERRED:
        return STYLE_BUSY;
    case PROV_STATE_DISABLED:
        return STYLE_BAD;
    default:
        return STYLE_GOOD;
    }
}

static Style result_style(prov_result result)
{
    switch (result) {
    case PROV_RESULT_FAILURE:
        return STYLE_BAD;
    case PROV_RESULT_SUCCESS:
        return STYLE_GOOD;
    default:
        return STYLE_PLAIN;
    }
}

static void add_next(Fields *fields, const prov_status *status, uint64_t now)
{
    g_autofree char *time = text_time(status->next_resync, now);
    g_autofree char *row = NULL;

    if (status->next_resync == 0)
        row = g_strdup(_("none"));
    else if (status->state == PROV_STATE_DEFERRED)
        row = g_strdup_printf(_("when the lines are idle, at the latest %s, %s"), time,
                              text_reason(status->next_reason));
    else
        row = g_strdup_printf("%s, %s", time, text_reason(status->next_reason));
    fields_add(fields, _("Next resync"), STYLE_PLAIN, row);
}

static void add_last(Fields *fields, const prov_status *status, uint64_t now)
{
    g_autofree char *attempt = text_time(status->last_attempt, now);
    g_autofree char *success = text_time(status->last_success, now);
    g_autofree char *row =
        status->last_attempt ? g_strdup_printf("%s, %s", attempt, text_reason(status->last_reason))
                             : g_strdup(attempt);

    fields_add(fields, _("Last attempt"), STYLE_PLAIN, row);
    fields_add(fields, _("Last result"), result_style(status->last_result),
               text_result(status->last_result));
    if (status->last_result == PROV_RESULT_FAILURE) {
        g_autofree char *message = message_translate(status->last_message);
        g_autofree char *why =
            g_strdup_printf("%s: %s", prov_failure_name(status->last_failure), message);

        fields_add(fields, "", STYLE_BAD, why);
    }
    fields_add(fields, _("Last success"), STYLE_PLAIN, success);
}

static void add_failures(Fields *fields, const prov_status *status)
{
    g_autofree char *row = g_strdup_printf(_("%u in a row"), status->failures);

    if (status->failures > 0)
        fields_add(fields, _("Failures"), STYLE_BAD, row);
}

static void add_upgrade(Fields *fields, const prov_status *status, uint64_t now)
{
    g_autofree char *row = text_upgrade(status, now);

    if (row)
        fields_add(fields, _("Last upgrade"), status->upgrade_success ? STYLE_PLAIN : STYLE_BAD,
                   row);
}

static void print_text(const Context *context, const prov_status *status)
{
    g_autoptr(Fields) fields = fields_new();
    g_autofree char *active = text_lines(status->active_lines);
    g_autofree char *registered = text_lines(status->registered_lines);
    uint64_t now = context->terminal ? (uint64_t)g_get_real_time() : 0;

    fields_add(fields, _("State"), state_style(status->state), text_state(status->state));
    add_next(fields, status, now);
    add_last(fields, status, now);
    add_failures(fields, status);
    fields_add(fields, _("Active lines"), STYLE_PLAIN, active);
    fields_add(fields, _("Registered lines"), STYLE_PLAIN, registered);
    add_upgrade(fields, status, now);
    fields_print(fields, context);
}

static void print_json(const prov_status *status)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_add_status(builder, status);
    json_print(builder);
}

int command_status(Context *context, char **argv)
{
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    prov_status *status = NULL;
    int exit_status;

    if (!command_parse(context, NULL, (ArgumentRules){}, argv, &arguments, &exit_status) ||
        !command_connect(context, &exit_status))
        return exit_status;
    if (prov_client_get_status(context->client, &status, &error) < 0)
        return report_error(context, error);
    if (context->json)
        print_json(status);
    else
        print_text(context, status);
    prov_status_free(status);
    return EXIT_DONE;
}
