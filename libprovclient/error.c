/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_PREFIX      "org.provd.Provisioning1.Error."
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *name;
    int number;
} kinds[] = {
    [PROV_ERROR_UNKNOWN] = {"Unknown", -EIO},
    [PROV_ERROR_NO_BUS] = {"NoBus", -ENOTCONN},
    [PROV_ERROR_NO_DAEMON] = {"NoDaemon", -EHOSTUNREACH},
    [PROV_ERROR_TIMEOUT] = {"Timeout", -ETIMEDOUT},
    [PROV_ERROR_MALFORMED] = {"Malformed", -EBADMSG},
    [PROV_ERROR_NOT_ALLOWED] = {"NotAllowed", -EACCES},
    [PROV_ERROR_INVALID_ARGUMENT] = {"InvalidArgument", -EINVAL},
    [PROV_ERROR_DISABLED] = {"Disabled", -ESHUTDOWN},
    [PROV_ERROR_REFUSED] = {"Refused", -EPERM},
    [PROV_ERROR_NO_SUCH_PARAMETER] = {"NoSuchParameter", -ENOENT},
    [PROV_ERROR_INVALID_VALUE] = {"InvalidValue", -EINVAL},
    [PROV_ERROR_INVALID_RULE] = {"InvalidRule", -EINVAL},
    [PROV_ERROR_NO_SUCH_LINE] = {"NoSuchLine", -ENXIO},
    [PROV_ERROR_STORE_FAILED] = {"StoreFailed", -EIO},
    [PROV_ERROR_OUT_OF_MEMORY] = {"OutOfMemory", -ENOMEM},
};

/* A name that ends in "." stands for all that begin with it. The message is in place of the bus's.
 */
static const struct {
    const char *name;
    prov_error_kind kind;
    const char *message;
} bus_errors[] = {
    {ERROR_PREFIX "Disabled", PROV_ERROR_DISABLED},
    {ERROR_PREFIX "InvalidRule", PROV_ERROR_INVALID_RULE},
    {ERROR_PREFIX "InvalidValue", PROV_ERROR_INVALID_VALUE},
    {ERROR_PREFIX "NoSuchLine", PROV_ERROR_NO_SUCH_LINE},
    {ERROR_PREFIX "NoSuchParameter", PROV_ERROR_NO_SUCH_PARAMETER},
    {ERROR_PREFIX "Refused", PROV_ERROR_REFUSED},
    {ERROR_PREFIX "StoreFailed", PROV_ERROR_STORE_FAILED},
    {SD_BUS_ERROR_ACCESS_DENIED, PROV_ERROR_NOT_ALLOWED},
    {SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, PROV_ERROR_NOT_ALLOWED},
    {SD_BUS_ERROR_INVALID_ARGS, PROV_ERROR_INVALID_ARGUMENT},
    {SD_BUS_ERROR_DISCONNECTED, PROV_ERROR_NO_BUS},
    {SD_BUS_ERROR_NO_SERVER, PROV_ERROR_NO_BUS},
    {SD_BUS_ERROR_NAME_HAS_NO_OWNER, PROV_ERROR_NO_DAEMON, "provd does not run"},
    {SD_BUS_ERROR_NO_REPLY, PROV_ERROR_NO_DAEMON, "provd went away before it answered"},
    {SD_BUS_ERROR_SERVICE_UNKNOWN, PROV_ERROR_NO_DAEMON, "provd does not run"},
    {"org.freedesktop.DBus.Error.Spawn.", PROV_ERROR_NO_DAEMON},
    {"org.freedesktop.systemd1.", PROV_ERROR_NO_DAEMON},
    {SD_BUS_ERROR_UNKNOWN_INTERFACE, PROV_ERROR_MALFORMED},
    {SD_BUS_ERROR_UNKNOWN_METHOD, PROV_ERROR_MALFORMED},
    {SD_BUS_ERROR_UNKNOWN_OBJECT, PROV_ERROR_MALFORMED},
    {SD_BUS_ERROR_UNKNOWN_PROPERTY, PROV_ERROR_MALFORMED},
    {SD_BUS_ERROR_TIMEOUT, PROV_ERROR_TIMEOUT},
    {SD_BUS_ERROR_NO_MEMORY, PROV_ERROR_OUT_OF_MEMORY},
};

static prov_error out_of_memory = {
    .kind = PROV_ERROR_OUT_OF_MEMORY,
    .number = -ENOMEM,
    .message = "out of memory",
};

void prov_error_free(prov_error *error)
{
    if (error != &out_of_memory)
        free(error);
}

const char *prov_error_kind_name(prov_error_kind kind)
{
    return kinds[kind < ARRAY_SIZE(kinds) ? kind : PROV_ERROR_UNKNOWN].name;
}

/* The message is kept in the same piece of memory, behind the struct. */
static prov_error *error_make(prov_error_kind kind, int number, const char *message)
{
    size_t size = strlen(message) + 1;
    prov_error *error = malloc(sizeof(*error) + size);

    if (!error)
        return &out_of_memory;
    *error = (prov_error){
        .kind = kind,
        .number = number,
        .message = memcpy(error + 1, message, size),
    };
    return error;
}

prov_error *error_new(prov_error_kind kind, const char *message)
{
    return error_make(kind, kinds[kind].number, message);
}

prov_error *error_copy(const prov_error *error)
{
    return error_make(error->kind, error->number, error->message);
}

static prov_error_kind kind_from_errno(int number)
{
    switch (-number) {
    case ENOMEM:
        return PROV_ERROR_OUT_OF_MEMORY;
    case EINVAL:
        return PROV_ERROR_INVALID_ARGUMENT;
    case EBADMSG:
    case ENXIO:
        return PROV_ERROR_MALFORMED;
    case ETIMEDOUT:
        return PROV_ERROR_TIMEOUT;
    case ECONNREFUSED:
    case ECONNRESET:
    case ENOTCONN:
    case EPIPE:
    case ESHUTDOWN:
        return PROV_ERROR_NO_BUS;
    default:
        return PROV_ERROR_UNKNOWN;
    }
}

prov_error *error_from_errno(int number)
{
    prov_error_kind kind = kind_from_errno(number);
    const char *description = strerrordesc_np(-number);

    switch (kind) {
    case PROV_ERROR_MALFORMED:
        return error_new(kind, "provd's answer is not what the bus contract says");
    case PROV_ERROR_NO_BUS:
        return error_new(kind, "no connection with the bus");
    case PROV_ERROR_TIMEOUT:
        return error_new(kind, "provd did not answer in time");
    default:
        return error_make(kind, number, description ? description : "unknown error");
    }
}

static bool name_matches(const char *name, const char *pattern)
{
    size_t length = strlen(pattern);

    return pattern[length - 1] == '.' ? strncmp(name, pattern, length) == 0
                                      : strcmp(name, pattern) == 0;
}

prov_error *error_from_bus(const sd_bus_error *bus_error)
{
    const char *message = bus_error->message ? bus_error->message : bus_error->name;

    for (size_t i = 0; i < ARRAY_SIZE(bus_errors); i++)
        if (name_matches(bus_error->name, bus_errors[i].name))
            return error_new(bus_errors[i].kind,
                             bus_errors[i].message ? bus_errors[i].message : message);
    return error_new(PROV_ERROR_UNKNOWN, message);
}

int error_return(prov_error *error, prov_error **ret_error)
{
    int number = error->number;

    if (ret_error)
        *ret_error = error;
    else
        prov_error_free(error);
    return number;
}

int error_return_invalid(prov_error **ret_error)
{
    return error_return(error_from_errno(-EINVAL), ret_error);
}
