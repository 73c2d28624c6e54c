/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * How a method call is carried out: find its row, ask the bus who calls and, where that does not
 * do, polkit what he may; then do it and answer. Nothing changes before that.
 *
 * Each bus-*.c has a table of its methods, of which the column `access` denies where it is left
 * out. Of a method that is open, much may still depend on the arguments (a secret, an option): its
 * column `wants` says which right a call would need, which polkit is asked for, and the handler
 * decides from the Caller that it is given.
 */

#include "daemon/access.h"
#include "daemon/bus-reply.h"
#include "daemon/manager.h"

#include <glib.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>

typedef enum MethodAccess {
    METHOD_DENIED = 0,
    METHOD_OPEN,    /* anyone on the bus */
    METHOD_ADMIN,   /* root, provd-admin */
    METHOD_SIP,     /* the SIP stack, and administrators */
    METHOD_UPGRADE, /* the upgrade agent, and administrators */
} MethodAccess;

/* What a call needs beyond being made. */
typedef struct MethodWant {
    AccessRight right;
    bool interactive; /* worth asking a person for a password */
} MethodWant;

/* Reads the arguments of a call, which are rewound afterwards, and says what it needs. */
typedef MethodWant (*MethodWants)(Manager *manager, const Caller *caller, sd_bus_message *message);

/*
 * Carries out a call and replies to it. False with an error, and without a reply, where it cannot:
 * then nothing has changed.
 */
typedef bool (*MethodHandler)(Manager *manager, const Caller *caller, sd_bus_message *message,
                              GError **error);

typedef struct BusMethod {
    const char *member;
    MethodAccess access;
    MethodWants wants; /* of METHOD_OPEN; NULL: nothing */
    MethodHandler handler;
} BusMethod;

/* One interface on the bus: the userdata of its sd-bus vtable. */
typedef struct BusInterface {
    Manager *manager;
    Access *access;
    const BusMethod *methods; /* ends with a row without member */
} BusInterface;

/* A `wants` of methods that show secrets to administrators, and masks to others. */
MethodWant bus_wants_secrets(Manager *manager, const Caller *caller, sd_bus_message *message);

/* The sd-bus handler of every method: finds the row by the member's name. Userdata: BusInterface.
 */
int bus_method_dispatch(sd_bus_message *message, void *userdata, sd_bus_error *error);

/*
 * Whether a message sets a property of an interface, which is then in *ret_property, owned by the
 * message. For handlers in front of the vtables: a property setter of sd-bus would have to answer
 * before the caller is known.
 */
bool bus_is_set(sd_bus_message *message, const char *interface, const char **ret_property);

/* The setter for such properties, never reached: a bug in front of it must not open a door. */
int bus_refuse_setter(sd_bus *bus, const char *path, const char *interface, const char *property,
                      sd_bus_message *value, void *userdata, sd_bus_error *error);

/* Reads arguments as sd_bus_message_read() does; false with an error where they are not there. */
bool bus_read(sd_bus_message *message, GError **error, const char *types, ...);

/* Sets an error that says that arguments cannot be read, where r is negative; true where not. */
bool bus_check_read(int r, GError **error);
