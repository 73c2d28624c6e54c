/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Why a request of a client was not carried out. The codes become error names on the bus, the
 * message is for a person to read.
 */

#include <glib.h>

#define REQUEST_ERROR (request_error_quark())

typedef enum RequestError {
    REQUEST_ERROR_DISABLED, /* Provision_Enable is No */
    REQUEST_ERROR_REFUSED,  /* a setting forbids it */
    REQUEST_ERROR_NO_SUCH_PARAMETER,
    REQUEST_ERROR_INVALID_VALUE,
    REQUEST_ERROR_INVALID_RULE,
    REQUEST_ERROR_NO_SUCH_LINE,
    REQUEST_ERROR_STORE_FAILED,
    REQUEST_ERROR_INVALID_ARGS,
    REQUEST_ERROR_ACCESS_DENIED,
    REQUEST_ERROR_LIMITS_EXCEEDED,
} RequestError;

GQuark request_error_quark(void);
