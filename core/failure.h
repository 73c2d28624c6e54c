/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Why a resync failed.
 *
 * A failed step of an attempt is a GError of domain FAILURE: its code is the failure class, its
 * message is for a person to read and never holds a credential. The classes and their names are
 * the bus contract (LastError, ResyncFinished, GetHistory).
 */

#include <glib.h>

#define FAILURE (failure_quark())

typedef enum Failure {
    FAILURE_FILE_NOT_FOUND, /* HTTP 404 or 410, TFTP error 1 */
    FAILURE_UNREACHABLE,    /* no address, no connection, timeout, connection broken off */
    FAILURE_TLS,            /* certificate or handshake */
    FAILURE_ACCESS_DENIED,  /* HTTP 401 after credentials were tried, 403, 407, TFTP error 2 */
    FAILURE_HTTP,           /* any other status that is not 200, refused or endless redirects */
    FAILURE_SERVER_ERROR,   /* HTTP 5xx, every other TFTP error */
    FAILURE_CORRUPT,        /* cannot be decompressed, decrypted or parsed, or is no profile */
    FAILURE_TOO_LARGE,      /* beyond one of the limits on a profile */
    FAILURE_INVALID_RULE,   /* a rule that does not parse, or an impossible URL */
    FAILURE_NO_SERVER,      /* a rule without server, and no provisioning server is known */
    FAILURE_INTERRUPTED,    /* ended by a kill, a stop or a power cut */
    FAILURE_INTERNAL,       /* the store failed */
    FAILURE_CANCELLED, /* ended by CancelResync or Provision_Enable: neither success nor failure */
} Failure;

GQuark failure_quark(void);

/* The name of a class on the bus, such as "FileNotFound". Static. */
const char *failure_to_string(Failure failure);
