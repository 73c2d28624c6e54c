/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-method.h"
#include "config.h"
#include "daemon/log.h"
#include "daemon/request-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

bool bus_is_set(sd_bus_message *message, const char *interface, const char **ret_property)
{
    const char *of = NULL;

    if (!sd_bus_message_is_method_call(message, "org.freedesktop.DBus.Properties", "Set") ||
        !sd_bus_message_has_signature(message, "ssv"))
        return false;
    return sd_bus_message_read(message, "ss", &of, ret_property) >= 0 &&
           sd_bus_message_rewind(message, true) >= 0 && strcmp(of, interface) == 0;
}

int bus_refuse_setter(sd_bus *bus, const char *path, const char *interface, const char *property,
                      sd_bus_message *value, void *userdata, sd_bus_error *error)
{
    return -EACCES;
}

bool bus_check_read(int r, GError **error)
{
    if (r < 0)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    N_("The arguments cannot be read: %s"), g_strerror(-r));
    return r >= 0;
}

bool bus_read(sd_bus_message *message, GError **error, const char *types, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, types);
    r = sd_bus_message_readv(message, types, arguments);
    va_end(arguments);
    return bus_check_read(r, error);
}

MethodWant bus_wants_secrets(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    return (MethodWant){RIGHT_ADMIN, false};
}

static const BusMethod *find_method(const BusInterface *interface, sd_bus_message *message)
{
    const char *member = sd_bus_message_get_member(message);

    for (const BusMethod *method = interface->methods; method->member; method++)
        if (strcmp(method->member, member) == 0)
            return method;
    return NULL;
}

/* The right that a call needs; RIGHT_NONE where everybody may make it. */
static MethodWant find_want(const BusInterface *interface, const BusMethod *method,
                            const Caller *caller, sd_bus_message *message)
{
    static const AccessRight fixed[] = {
        [METHOD_DENIED] = RIGHT_ADMIN,    [METHOD_OPEN] = RIGHT_NONE,
        [METHOD_ADMIN] = RIGHT_ADMIN,     [METHOD_SIP] = RIGHT_SIP,
        [METHOD_UPGRADE] = RIGHT_UPGRADE,
    };
    MethodWant want = {.right = fixed[method->access], .interactive = true};

    if (method->access == METHOD_OPEN && method->wants) {
        want = method->wants(interface->manager, caller, message);
        (void)sd_bus_message_rewind(message, true);
    }
    return want;
}

static void deny(sd_bus_message *message)
{
    (void)sd_bus_reply_method_errorf(message, SD_BUS_ERROR_ACCESS_DENIED,
                                     N_("You are not allowed to call %s"),
                                     sd_bus_message_get_member(message));
}

/* Carries a call out for a caller of whom all is known that can be. */
static void on_authorized(sd_bus_message *message, const Caller *caller, void *userdata)
{
    const BusInterface *interface = userdata;
    const BusMethod *method = find_method(interface, message);
    g_autoptr(GError) error = NULL;

    if (!method || method->access == METHOD_DENIED ||
        (method->access != METHOD_OPEN &&
         !access_has(caller, find_want(interface, method, caller, message).right)))
        deny(message);
    else if (!method->handler(interface->manager, caller, message, &error))
        (void)bus_reply_error(message, error);
}

static void on_resolved(sd_bus_message *message, const Caller *caller, void *userdata)
{
    const BusInterface *interface = userdata;
    const BusMethod *method = find_method(interface, message);
    MethodWant want;

    /* Nobody hears the answer, and who looks for the reason has nothing else. */
    if (!caller)
        log_message(LOG_DEBUG, NULL, "A call of %s is denied: its caller has left the bus",
                    sd_bus_message_get_member(message));
    if (!caller || !method) {
        deny(message);
        return;
    }
    want = find_want(interface, method, caller, message);
    if (want.right == RIGHT_NONE || access_has(caller, want.right) ||
        access_request(interface->access, message, caller, want.right, want.interactive,
                       on_authorized, userdata) < 0)
        on_authorized(message, caller, userdata);
}

int bus_method_dispatch(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const BusInterface *interface = userdata;
    int r = access_resolve(interface->access, message, on_resolved, userdata);

    if (r == -EBUSY)
        return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                N_("Too many calls are waiting; try again"));
    return r < 0 ? r : 1;
}
