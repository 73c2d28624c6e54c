/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * provctl: a table of commands, one file for each.
 *
 * A command parses its own options and arguments with command_parse(), connects, calls the library,
 * and prints: for people by way of table.h and text.h, for programs by way of json.h. What goes
 * wrong is said by report.h, which also knows the exit status.
 */

#include "libprovclient/provclient.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Command Command;

typedef struct Context {
    const Command *command; /* the one that runs */
    gboolean session;
    gboolean json;
    gboolean no_color;
    bool terminal; /* stdout is one: relative times */
    bool capable;  /* and it understands escape sequences: progress */
    bool color;
    unsigned width; /* of the terminal, in columns; 0: unlimited */
    prov_client *client;
} Context;

struct Command {
    const char *name;
    const char *arguments; /* for the usage line, marked for translation; or NULL */
    const char *summary;   /* marked for translation; NULL: nobody but a script calls it */
    const char *group;     /* whose members may do it; NULL: provd-admin */

    /* argv[0] is the command's name. Returns the exit status. */
    int (*run)(Context *context, char **argv);
};

extern const Command commands[]; /* up to one without a name */

typedef struct Arguments {
    char **values; /* those that are no options, up to a NULL */
    unsigned n_values;
} Arguments;

void arguments_clear(Arguments *arguments);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* At least, and at most, so many arguments; options may not follow the first one where strict. */
typedef struct ArgumentRules {
    unsigned minimum;
    unsigned maximum; /* 0 with a minimum: any number */
    bool strict;
    bool bytes; /* they may be any bytes, as the names of files are; else they are UTF-8 */
} ArgumentRules;

/*
 * Parses a command's options (ending in an empty entry, or NULL for none) and takes its arguments.
 * False if it is not to run: the status to exit with is in ret_status then, and what was wrong has
 * been said.
 */
bool command_parse(Context *context, const GOptionEntry *options, ArgumentRules rules, char **argv,
                   Arguments *ret_arguments, int *ret_status);

/*
 * The type of an option that is UTF-8 text, for command_check_text() to see to: what GOption has
 * for text is text in the locale's encoding, and a script's locale is often C.
 */
#define COMMAND_OPTION_TEXT       G_OPTION_ARG_FILENAME
#define COMMAND_OPTION_TEXT_ARRAY G_OPTION_ARG_FILENAME_ARRAY

/* False, having said so, for what is no UTF-8; NULL is. */
bool command_check_text(const char *text);

/* Parses a number of such a range; false, having said what is wrong, for everything else. */
bool command_parse_number(const Context *context, const char *text, unsigned minimum,
                          unsigned maximum, unsigned *ret_number);

/* Connects the context's client. False, having said why, if that is impossible. */
bool command_connect(Context *context, int *ret_status);

/* The options that stand before a command and after it alike; their values go to the context. */
GOptionEntry *command_global_options(Context *context);

int command_check(Context *context, char **argv);
int command_complete(Context *context, char **argv);
int command_describe(Context *context, char **argv);
int command_eval(Context *context, char **argv);
int command_explain(Context *context, char **argv);
int command_factory_reset(Context *context, char **argv);
int command_get(Context *context, char **argv);
int command_history(Context *context, char **argv);
int command_line(Context *context, char **argv);
int command_list(Context *context, char **argv);
int command_monitor(Context *context, char **argv);
int command_reboot_cause(Context *context, char **argv);
int command_reset(Context *context, char **argv);
int command_resync(Context *context, char **argv);
int command_set(Context *context, char **argv);
int command_sip_notify(Context *context, char **argv);
int command_status(Context *context, char **argv);
int command_upgrade_attempted(Context *context, char **argv);
