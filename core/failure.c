/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"

static const char *const failure_names[] = {
    [FAILURE_FILE_NOT_FOUND] = "FileNotFound",
    [FAILURE_UNREACHABLE] = "Unreachable",
    [FAILURE_TLS] = "Tls",
    [FAILURE_ACCESS_DENIED] = "AccessDenied",
    [FAILURE_HTTP] = "Http",
    [FAILURE_SERVER_ERROR] = "ServerError",
    [FAILURE_CORRUPT] = "Corrupt",
    [FAILURE_TOO_LARGE] = "TooLarge",
    [FAILURE_INVALID_RULE] = "InvalidRule",
    [FAILURE_NO_SERVER] = "NoServer",
    [FAILURE_INTERRUPTED] = "Interrupted",
    [FAILURE_INTERNAL] = "Internal",
    [FAILURE_CANCELLED] = "Cancelled",
};

G_DEFINE_QUARK(provd_failure, failure)

const char *failure_to_string(Failure failure)
{
    g_return_val_if_fail(failure < G_N_ELEMENTS(failure_names), NULL);
    return failure_names[failure];
}
