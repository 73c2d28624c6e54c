/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-method.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "daemon/bus-names.h"
#include "daemon/request-error.h"

#include <errno.h>
#include <string.h>

static const char *const request_names[] = {
    [REQUEST_ERROR_DISABLED] = BUS_ERROR_DISABLED,
    [REQUEST_ERROR_REFUSED] = BUS_ERROR_REFUSED,
    [REQUEST_ERROR_NO_SUCH_PARAMETER] = BUS_ERROR_NO_SUCH_PARAMETER,
    [REQUEST_ERROR_INVALID_VALUE] = BUS_ERROR_INVALID_VALUE,
    [REQUEST_ERROR_INVALID_RULE] = BUS_ERROR_INVALID_RULE,
    [REQUEST_ERROR_NO_SUCH_LINE] = BUS_ERROR_NO_SUCH_LINE,
    [REQUEST_ERROR_STORE_FAILED] = BUS_ERROR_STORE_FAILED,
    [REQUEST_ERROR_INVALID_ARGS] = SD_BUS_ERROR_INVALID_ARGS,
    [REQUEST_ERROR_ACCESS_DENIED] = SD_BUS_ERROR_ACCESS_DENIED,
    [REQUEST_ERROR_LIMITS_EXCEEDED] = SD_BUS_ERROR_LIMITS_EXCEEDED,
};

static const char *error_name(const GError *error)
{
    if (error->domain == REQUEST_ERROR)
        return request_names[error->code];
    if (error->domain == PARAMETER_ERROR)
        return error->code == PARAMETER_ERROR_INVALID_RULE ? BUS_ERROR_INVALID_RULE
                                                           : BUS_ERROR_INVALID_VALUE;
    if (g_error_matches(error, FAILURE, FAILURE_INVALID_RULE))
        return BUS_ERROR_INVALID_RULE;
    if (g_error_matches(error, FAILURE, FAILURE_INTERNAL))
        return BUS_ERROR_STORE_FAILED;
    return SD_BUS_ERROR_FAILED;
}

bool bus_check_read(int r, GError **error)
{
    if (r < 0)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    "The arguments cannot be read: %s", g_strerror(-r));
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

int bus_reply_error(sd_bus_message *message, const GError *error)
{
    return sd_bus_reply_method_errorf(message, error_name(error), "%s", error->message);
}

bool bus_reply_empty(sd_bus_message *message)
{
    /* A caller that does not wait for the answer, or has left, is no error of ours. */
    (void)sd_bus_reply_method_return(message, NULL);
    return true;
}

bool bus_reply_send(sd_bus_message *reply, int result, GError **error)
{
    if (result < 0) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_LIMITS_EXCEEDED,
                    "The answer cannot be sent: %s", g_strerror(-result));
        return false;
    }
    (void)sd_bus_send(NULL, reply, NULL);
    return true;
}

static bool may_call(MethodAccess access, const Caller *caller)
{
    switch (access) {
    case METHOD_OPEN:
        return true;
    case METHOD_ADMIN:
        return caller->admin;
    case METHOD_SIP:
        return caller->admin || caller->sip;
    case METHOD_UPGRADE:
        return caller->admin || caller->upgrade;
    case METHOD_DENIED:
        break;
    }
    return false;
}

static const BusMethod *find_method(const BusInterface *interface, sd_bus_message *message)
{
    const char *member = sd_bus_message_get_member(message);

    for (const BusMethod *method = interface->methods; method->member; method++)
        if (strcmp(method->member, member) == 0)
            return method;
    return NULL;
}

static void on_resolved(sd_bus_message *message, const Caller *caller, void *userdata)
{
    const BusInterface *interface = userdata;
    const BusMethod *method = find_method(interface, message);
    g_autoptr(GError) error = NULL;

    if (!caller || !method || !may_call(method->access, caller)) {
        (void)sd_bus_reply_method_errorf(message, SD_BUS_ERROR_ACCESS_DENIED,
                                         "You are not allowed to call %s",
                                         sd_bus_message_get_member(message));
        return;
    }
    if (!method->handler(interface->manager, caller, message, &error))
        (void)bus_reply_error(message, error);
}

int bus_method_dispatch(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const BusInterface *interface = userdata;
    int r = access_resolve(interface->access, message, on_resolved, userdata);

    if (r == -EBUSY)
        return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                "Too many calls are waiting; try again");
    return r < 0 ? r : 1;
}
