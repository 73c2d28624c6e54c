/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/loop.h"
#include "cli/report.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define LINE_MAX_NUMBER    64
#define STATUS_NOT_STARTED 127 /* of a command, as shells have it */
#define STATUS_SIGNAL      128 /* plus the signal's number */

typedef struct LineState {
    const char *name;
    bool value;
    int (*set)(prov_client *client, unsigned line, bool value, prov_done_fn callback,
               void *userdata, prov_slot **ret_slot);
} LineState;

/* The telling of the state, which the person at the keyboard can interrupt like the holding. */
typedef struct Telling {
    const Context *context;
    bool done;
    int status;
} Telling;

static const LineState states[] = {
    {"active", true, prov_client_set_line_active_async},
    {"registered", true, prov_client_set_line_registered_async},
    {"unregistered", false, prov_client_set_line_registered_async},
};

static const LineState *find_state(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
        if (strcmp(states[i].name, name) == 0)
            return &states[i];
    (void)report_usage(_("'%s' is none of active, registered and unregistered"), name);
    return NULL;
}

static void on_told(prov_client *client, const prov_error *error, void *userdata)
{
    Telling *telling = userdata;

    telling->done = true;
    telling->status = error ? report_error(telling->context, error) : EXIT_DONE;
}

/* False, with the status to exit with, if it failed or was interrupted. */
static bool tell(const Context *context, Loop *loop, const LineState *state, unsigned line,
                 int *ret_status)
{
    Telling telling = {.context = context};
    prov_slot *slot = NULL;
    int r = state->set(context->client, line, state->value, on_told, &telling, &slot);

    if (r >= 0)
        r = loop_run(loop, &telling.done);
    prov_slot_free(slot);
    if (r < 0)
        *ret_status = report_errno(context, r);
    else
        *ret_status = telling.done ? telling.status : EXIT_DONE;
    return r == 0 && *ret_status == EXIT_DONE;
}

static int hold_until_interrupted(const Context *context, Loop *loop)
{
    const bool never = false;
    int r = loop_run(loop, &never);

    return r < 0 ? report_errno(context, r) : EXIT_DONE;
}

/* The command gets the signals that end it too; its end is what counts. */
static int hold_while(const Context *context, Loop *loop, char **command)
{
    const bool never = false;
    pid_t pid = loop_spawn(loop, command);
    int ended = 0;

    if (pid < 0) {
        (void)report_failure(_("'%s' cannot be started: %s"), command[0], g_strerror(errno));
        return STATUS_NOT_STARTED;
    }
    while (waitpid(pid, &ended, WNOHANG) == 0) {
        int r = loop_run(loop, &never);

        if (r == SIGTERM)
            (void)kill(pid, SIGTERM);
        if (r < 0) {
            (void)report_errno(context, r);
            (void)waitpid(pid, &ended, 0);
            break;
        }
    }
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : STATUS_SIGNAL + WTERMSIG(ended);
}

int command_line(Context *context, char **argv)
{
    const ArgumentRules rules = {.minimum = 2, .strict = true, .bytes = true};
    g_auto(Arguments) arguments = {};
    auto_loop *loop = NULL;
    const LineState *state;
    char **command;
    unsigned line;
    int status;

    if (!command_parse(context, NULL, rules, argv, &arguments, &status))
        return status;
    if (!command_parse_number(context, arguments.values[0], 1, LINE_MAX_NUMBER, &line) ||
        !(state = find_state(arguments.values[1])))
        return EXIT_USAGE;
    if (!command_connect(context, &status))
        return status;
    loop = loop_new(context->client);
    if (!tell(context, loop, state, line, &status))
        return status;
    command = arguments.values + 2;
    if (*command && strcmp(*command, "--") == 0)
        command++;
    return *command ? hold_while(context, loop, command) : hold_until_interrupted(context, loop);
}
