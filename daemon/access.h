/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who a caller is, and what that allows.
 *
 * The bus daemon is asked for the credentials that the caller had when it connected
 * (GetConnectionCredentials): they cannot be changed by what the process does later, and belong to
 * the connection even when its process id is used again. Nothing is cached, so that the answers to
 * one client keep the order of its calls.
 */

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

typedef struct Caller {
    const char *sender; /* unique bus name */
    uid_t uid;
    bool admin;   /* may do everything */
    bool sip;     /* in group provd-sip: the SIP stack */
    bool upgrade; /* in group provd-upgrade: the upgrade agent */
} Caller;

typedef struct Access Access;

/*
 * Called once for each access_resolve() that returned 0, with the message that was handed in.
 * caller is NULL where the bus could not tell, for example because the caller has left.
 */
typedef void (*AccessResolved)(sd_bus_message *message, const Caller *caller, void *userdata);

/* session: on a session bus, a caller with the daemon's own uid is an administrator. */
int access_new(sd_bus *bus, bool session, Access **ret_access);
void access_free(Access *access);

/*
 * Asks who sent message, which is kept until the answer is there. Negative errno where it cannot
 * be asked; -EBUSY where too many callers are waiting already.
 */
int access_resolve(Access *access, sd_bus_message *message, AccessResolved resolved,
                   void *userdata);

/* Whether the caller may read the value of a parameter as it is: if not, it is shown masked. */
bool access_reads_value(const Caller *caller, const char *name);
