/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The log: to the journal with structured fields where stderr leads there, else as text to
 * stderr, one entry a line.
 *
 * The level and the target are state of the process, as stderr and the journal are: they are the
 * one thing that log.c keeps at file level.
 */

#include <glib.h>
#include <stdbool.h>
#include <syslog.h>

/* A journal field: PROVD_REASON, MESSAGE_ID, ... A field whose value is NULL is left out. */
typedef struct LogField {
    const char *name;
    const char *value;
} LogField;

/* LOG_FIELDS({"PROVD_REASON", reason}, {"PROVD_URL", url}): an array as log_message() wants. */
#define LOG_FIELDS(...) ((const LogField[]){__VA_ARGS__, {NULL, NULL}})

/* Chooses the target. Before that, everything from LOG_INFO up goes to stderr as text. */
void log_open(void);

/* Where entries go, in the words of org.freedesktop.LogControl1: "journal" or "console". */
const char *log_target(void);

/* Entries less important than the level are dropped; LOG_INFO at first. */
void log_set_level(int level);
int log_level(void);

/* "error", "warning", "notice", "info", "debug", and syslog's other names ("err", "crit"). */
bool log_level_from_string(const char *name, int *ret_level);

/* The name as syslog and org.freedesktop.LogControl1 have it: "err". Static. */
const char *log_level_to_string(int level);

/*
 * Logs an entry. fields may be NULL; else it ends with one whose name is NULL. Control characters
 * and what is not UTF-8 are escaped in the text, so nobody writes entries of his own with it.
 */
void log_message(int level, const LogField *fields, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* How the text of an entry is written: "\n" for a newline, "\x1b" for any other. */
char *log_escape(const char *text);
