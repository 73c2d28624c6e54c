/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who a caller is, and what that allows.
 *
 * The bus daemon is asked for the credentials that the caller had when it connected
 * (GetConnectionCredentials): they cannot be changed by what the process does later, and belong to
 * the connection even when its process id is used again. What they do not allow, polkit may. Both
 * are asked without blocking. No answer is cached, so that what was taken away counts at once; only
 * which groups give a right is looked up once.
 */

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sd_bus_message, sd_bus_message_unref)

/* What a caller may do; bits of a set. */
typedef enum AccessRight {
    RIGHT_NONE = 0,
    RIGHT_ADMIN = 1 << 0,   /* everything */
    RIGHT_SIP = 1 << 1,     /* the Sip interface and line passwords: group provd-sip */
    RIGHT_UPGRADE = 1 << 2, /* the Upgrade interface: group provd-upgrade */
    RIGHT_RESYNC = 1 << 3,  /* request a resync: a user in an active local session */
    RIGHT_USER = 1 << 4,    /* set parameters whose access is rw: likewise */
} AccessRight;

typedef struct Caller {
    const char *sender; /* unique bus name */
    uid_t uid;
    unsigned rights; /* of AccessRight */
} Caller;

typedef struct Access Access;

/* The answer. caller is NULL where the bus could not tell, for example because it has left. */
typedef void (*AccessAnswer)(sd_bus_message *message, const Caller *caller, void *userdata);

/*
 * session: on a session bus a caller with the daemon's own uid is an administrator, and polkit is
 * not asked.
 */
Access *access_new(sd_bus *bus, bool session);
void access_free(Access *access);

/*
 * Asks who sent message, which is kept until the answer is there. Negative errno where it cannot
 * be asked; -EBUSY where too many callers are waiting already.
 */
int access_resolve(Access *access, sd_bus_message *message, AccessAnswer answer, void *userdata);

/*
 * Asks polkit whether the caller has a right that its credentials do not give; the caller in the
 * answer has it if so. interactive: a person may be asked for a password, if the message allows
 * it and the caller's user has not left many of that unanswered. Without polkit nobody gains
 * anything. Errors as above; -EBUSY for a user's calls does not concern those of others.
 */
int access_request(Access *access, sd_bus_message *message, const Caller *caller, AccessRight right,
                   bool interactive, AccessAnswer answer, void *userdata);

/* Whether the caller has a right, or all of them. */
bool access_has(const Caller *caller, AccessRight right);

/* The value of a parameter as the caller may see it, newly allocated; NULL stays NULL. */
char *access_show_value(const Caller *caller, const char *name, const char *value);
