/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A cursor over a text that is being parsed; shared by rules and conditions.
 *
 * Columns in errors count characters from the beginning of the whole text, also where only a
 * stretch of it is scanned. Errors are FAILURE_INVALID_RULE and say what was expected, never what
 * is there: it could be a credential.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Scanner {
    const char *text;   /* where columns are counted from */
    const char *cursor; /* text <= cursor <= end */
    const char *end;
    guint *ret_column; /* takes the column of an error as a number, too; may be NULL */
} Scanner;

/* A scanner of a whole text. */
Scanner scanner_new(const char *text);

/* Refuses, with an error, a text that is longer than a parameter's value may be. */
bool scanner_check_length(const Scanner *scanner, GError **error);

/* The character at the cursor; NUL at the end. */
char scanner_peek(const Scanner *scanner);

void scanner_skip_space(Scanner *scanner);

/* Skips space, and then token where it is there; false, at the next thing, where it is not. */
bool scanner_accept(Scanner *scanner, const char *token);

/* Sets the error "column N: expected WHAT" (translated), and returns false to be passed on. */
bool scanner_expected(const Scanner *scanner, const char *at, const char *what, GError **error);

/*
 * Reads a quoted string at the cursor, in which \ooo is a byte in octal, \" a quote and \\ a
 * backslash; any other backslash is one. Newly allocated and without the quotes; NULL with an
 * error and the cursor untouched where it does not end.
 */
char *scanner_read_quoted(Scanner *scanner, GError **error);

/*
 * The parenthesis that closes the one at the cursor, quoted strings skipped; NULL where there is
 * none up to the end.
 */
const char *scanner_find_closing(const Scanner *scanner);
