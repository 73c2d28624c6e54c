/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/json.h"
#include "cli/loop.h"
#include "cli/message.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdio.h>

/* What the last line about the status said, so that a line is printed for what is new only. */
typedef struct Monitor {
    const Context *context;
    char *state;
    char *lines;
    char *progress;
    char *upgrade;
    bool unheard; /* nobody reads what is printed */
} Monitor;

static void print_line(const Context *context, Style style, const char *text)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time =
        g_date_time_format(now, context->terminal ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S");
    g_autofree char *printable = text_printable(text);

    g_print("%s%s%s %s%s%s\n", style_begin(context->color, STYLE_DIM), time,
            style_end(context->color, STYLE_DIM), style_begin(context->color, style), printable,
            style_end(context->color, style));
}

static char *describe_state(const prov_status *status)
{
    g_autofree char *time = text_time(status->next_resync, 0);

    if (status->next_resync == 0)
        return g_strdup(text_state(status->state));
    return g_strdup_printf(_("%s, next resync %s, %s"), text_state(status->state), time,
                           text_reason(status->next_reason));
}

static char *describe_lines(const prov_status *status)
{
    g_autofree char *active = text_lines(status->active_lines);
    g_autofree char *registered = text_lines(status->registered_lines);

    return g_strdup_printf(_("active lines: %s; registered lines: %s"), active, registered);
}

static char *describe_progress(const prov_status *status)
{
    g_autofree char *size = text_size(status->progress_received);

    if (!status->progress_phase)
        return g_strdup("");
    return g_strdup_printf("%s: %s, %s",
                           *status->progress_rule ? status->progress_rule : _("requested rule"),
                           text_phase(status->progress_phase), size);
}

static char *describe_upgrade(const prov_status *status)
{
    g_autofree char *text = text_upgrade(status, 0);

    return text ? g_strdup_printf("%s: %s", _("Last upgrade"), text) : g_strdup("");
}

/* Takes the text over. */
static void print_if_new(const Monitor *monitor, char **last, char *text)
{
    if (*text && g_strcmp0(text, *last) != 0)
        print_line(monitor->context, STYLE_PLAIN, text);
    g_free(*last);
    *last = text;
}

static void print_status(Monitor *monitor, const prov_status *status)
{
    print_if_new(monitor, &monitor->state, describe_state(status));
    print_if_new(monitor, &monitor->lines, describe_lines(status));
    print_if_new(monitor, &monitor->progress, describe_progress(status));
    print_if_new(monitor, &monitor->upgrade, describe_upgrade(status));
}

static void print_finished(const Context *context, const prov_event *event)
{
    g_autofree char *message = message_translate(event->message);
    g_autofree char *text = NULL;

    if (event->result == PROV_RESULT_SUCCESS)
        text = g_strdup_printf(
            g_dngettext(NULL, "resync %" PRIu64 " succeeded, %u parameter changed",
                        "resync %" PRIu64 " succeeded, %u parameters changed", event->changed),
            event->id, event->changed);
    else if (event->failure == PROV_FAILURE_CANCELLED)
        text = g_strdup_printf(_("resync %" PRIu64 " was cancelled"), event->id);
    else
        text = g_strdup_printf(_("resync %" PRIu64 " failed: %s: %s"), event->id,
                               prov_failure_name(event->failure), message);
    print_line(context, event->result == PROV_RESULT_SUCCESS ? STYLE_GOOD : STYLE_BAD, text);
}

static void print_parameters(const Context *context, const prov_event *event)
{
    g_autofree char *names = g_strjoinv(", ", (char **)event->names);
    g_autofree char *text =
        g_strdup_printf(_("parameters changed (%s): %s"), text_source(event->source), names);

    print_line(context, STYLE_PLAIN, text);
}

static void print_text(Monitor *monitor, const prov_event *event)
{
    g_autofree char *started = NULL;

    switch (event->type) {
    case PROV_EVENT_APPEARED:
        print_line(monitor->context, STYLE_GOOD, _("provd is there"));
        break;
    case PROV_EVENT_VANISHED:
        print_line(monitor->context, STYLE_BAD, _("provd is gone"));
        break;
    case PROV_EVENT_STATUS_CHANGED:
        print_status(monitor, event->status);
        break;
    case PROV_EVENT_RESYNC_STARTED:
        started = g_strdup_printf(_("resync %" PRIu64 " started, %s"), event->id,
                                  text_reason(event->reason));
        print_line(monitor->context, STYLE_BUSY, started);
        break;
    case PROV_EVENT_RESYNC_FINISHED:
        print_finished(monitor->context, event);
        break;
    case PROV_EVENT_PARAMETERS_CHANGED:
        print_parameters(monitor->context, event);
        break;
    }
}

static void add_names(JsonBuilder *builder, const char *const *names)
{
    json_builder_set_member_name(builder, "names");
    json_builder_begin_array(builder);
    for (; *names; names++)
        json_builder_add_string_value(builder, *names);
    json_builder_end_array(builder);
}

static void add_details(JsonBuilder *builder, const prov_event *event)
{
    switch (event->type) {
    case PROV_EVENT_STATUS_CHANGED:
        json_builder_set_member_name(builder, "status");
        json_add_status(builder, event->status);
        break;
    case PROV_EVENT_RESYNC_STARTED:
        json_add_number(builder, "id", event->id);
        json_add_word(builder, "reason", prov_reason_name, event->reason);
        break;
    case PROV_EVENT_RESYNC_FINISHED:
        json_add_number(builder, "id", event->id);
        json_add_word(builder, "result", prov_result_name, event->result);
        json_add_failure(builder, event->failure, event->message);
        json_add_number(builder, "changed", event->changed);
        break;
    case PROV_EVENT_PARAMETERS_CHANGED:
        add_names(builder, event->names);
        json_add_word(builder, "source", prov_source_name, event->source);
        break;
    case PROV_EVENT_APPEARED:
    case PROV_EVENT_VANISHED:
        break;
    }
}

static void print_json(const prov_event *event)
{
    static const char *const names[] = {
        [PROV_EVENT_APPEARED] = "appeared",
        [PROV_EVENT_VANISHED] = "vanished",
        [PROV_EVENT_STATUS_CHANGED] = "status_changed",
        [PROV_EVENT_RESYNC_STARTED] = "resync_started",
        [PROV_EVENT_RESYNC_FINISHED] = "resync_finished",
        [PROV_EVENT_PARAMETERS_CHANGED] = "parameters_changed",
    };
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    json_add_number(builder, "time", (uint64_t)g_get_real_time());
    json_add_string(builder, "event", names[event->type]);
    add_details(builder, event);
    json_builder_end_object(builder);
    json_print(builder);
}

static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    Monitor *monitor = userdata;

    if (event->type > PROV_EVENT_PARAMETERS_CHANGED)
        return;
    if (monitor->context->json)
        print_json(event);
    else
        print_text(monitor, event);
    monitor->unheard = ferror(stdout) != 0;
}

static int monitor_run(Context *context)
{
    Monitor monitor = {.context = context};
    auto_loop *loop = loop_new(context->client);
    int r = prov_client_watch(context->client, on_event, &monitor, NULL);

    if (r >= 0)
        r = loop_run(loop, &monitor.unheard);
    g_free(monitor.state);
    g_free(monitor.lines);
    g_free(monitor.progress);
    g_free(monitor.upgrade);
    return r < 0 ? report_errno(context, r) : EXIT_DONE;
}

/* A daemon that does not run when one begins to look is an error; one that is restarted is news. */
int command_monitor(Context *context, char **argv)
{
    g_auto(Arguments) arguments = {};
    auto_error *error = NULL;
    prov_status *status_now;
    int status;

    if (!command_parse(context, NULL, (ArgumentRules){}, argv, &arguments, &status) ||
        !command_connect(context, &status))
        return status;
    if (prov_client_get_status(context->client, &status_now, &error) < 0)
        return report_error(context, error);
    prov_status_free(status_now);
    return monitor_run(context);
}
