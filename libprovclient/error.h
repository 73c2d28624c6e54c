/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What went wrong, as a program wants to know it: every failure, whether it comes from the daemon,
 * the bus, the system or the arguments, becomes one prov_error.
 */

#include "libprovclient/provclient.h"

#include <systemd/sd-bus.h>

/* An error that is the library's own word: kind and message. Never NULL. */
prov_error *error_new(prov_error_kind kind, const char *message);

/* The error for a negative errno of the system or of libsystemd. Never NULL. */
prov_error *error_from_errno(int number);

/* The error for one that came over the bus. Never NULL. */
prov_error *error_from_bus(const sd_bus_error *bus_error);

prov_error *error_copy(const prov_error *error);

/* Gives the error to the caller, who may not want it; returns its errno. */
int error_return(prov_error *error, prov_error **ret_error);

/* The same for an argument that only a bug can make wrong. */
int error_return_invalid(prov_error **ret_error);

static inline void error_freep(prov_error **error)
{
    prov_error_free(*error);
}
