/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What goes wrong, as "provctl: ..." on stderr, in one line; and the exit status that it means. */

#include "cli/command.h"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_UNREACHABLE = 3,
    EXIT_NOT_ALLOWED = 4,
};

/* Each returns the status to exit with. */
int report_failure(const char *format, ...) G_GNUC_PRINTF(1, 2);
int report_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);
int report_error(const Context *context, const prov_error *error);

/* The bus cannot be reached: a negative errno. */
int report_no_bus(const Context *context, int number);

/* A function of the client's loop failed. */
int report_errno(const Context *context, int number);

static inline void prov_error_freep(prov_error **error)
{
    prov_error_free(*error);
}
#define auto_error __attribute__((cleanup(prov_error_freep))) prov_error
