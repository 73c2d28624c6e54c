/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-reply.h"
#include "config.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "daemon/bus-names.h"
#include "daemon/request-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

/*
 * A message that quotes what the caller sent can be longer than that. Nobody reads on after so many
 * bytes, and the bus disconnects who sends more than it carries.
 */
#define MESSAGE_MAX (16 * 1024)

/* What D-Bus adds to a value at the most: its length, its end, and space in front of it. */
#define VALUE_OVERHEAD 16

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

BusReply bus_reply_new(sd_bus_message *call)
{
    BusReply reply = {0};

    reply.result = sd_bus_message_new_method_return(call, &reply.message);
    return reply;
}

void bus_reply_clear(BusReply *reply)
{
    reply->message = sd_bus_message_unref(reply->message);
}

void bus_reply_open(BusReply *reply, char type, const char *contents)
{
    reply->size += VALUE_OVERHEAD;
    if (reply->result >= 0)
        reply->result = sd_bus_message_open_container(reply->message, type, contents);
}

void bus_reply_close(BusReply *reply)
{
    if (reply->result >= 0)
        reply->result = sd_bus_message_close_container(reply->message);
}

void bus_reply_open_list(BusReply *reply, const char *key, const char *element)
{
    g_autofree char *array = g_strconcat("a", element, NULL);

    bus_reply_open(reply, 'e', "sv");
    bus_reply_append(reply, "s", key);
    bus_reply_open(reply, 'v', array);
    bus_reply_open(reply, 'a', element);
}

void bus_reply_close_list(BusReply *reply)
{
    bus_reply_close(reply);
    bus_reply_close(reply);
    bus_reply_close(reply);
}

/* What values take on the bus, or a little more. */
static size_t size_of(const char *types, va_list *values)
{
    size_t size = 0;

    for (; *types; types++) {
        const char *text = NULL;

        if (*types == 's')
            text = va_arg(*values, const char *);
        else if (*types == 'v')
            size += size_of(va_arg(*values, const char *), values);
        else if (strchr("butx", *types))
            (void)(strchr("bu", *types) ? va_arg(*values, uint32_t) : va_arg(*values, uint64_t));
        else
            g_assert(strchr("(){}", *types));
        size += VALUE_OVERHEAD + (text ? strlen(text) : 0);
    }
    return size;
}

void bus_reply_append(BusReply *reply, const char *types, ...)
{
    va_list values;

    va_start(values, types);
    reply->size += size_of(types, &values);
    va_end(values);
    if (reply->result >= 0 && reply->size > (size_t)BUS_REPLY_MAX * 1024 * 1024)
        reply->result = -EMSGSIZE;
    if (reply->result < 0)
        return;

    va_start(values, types);
    reply->result = sd_bus_message_appendv(reply->message, types, values);
    va_end(values);
}

bool bus_reply_send(BusReply *reply, GError **error)
{
    if (reply->result >= 0) {
        /* A caller that does not wait for the answer, or has left, is no error of ours. */
        (void)sd_bus_send(NULL, reply->message, NULL);
        return true;
    }
    if (reply->result == -EMSGSIZE)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_LIMITS_EXCEEDED,
                    N_("The answer would be larger than the %d MiB that the bus carries"),
                    BUS_REPLY_MAX);
    else
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_LIMITS_EXCEEDED,
                    N_("The answer cannot be sent: %s"), g_strerror(-reply->result));
    return false;
}

bool bus_reply_empty(sd_bus_message *call)
{
    (void)sd_bus_reply_method_return(call, NULL);
    return true;
}

int bus_reply_error(sd_bus_message *call, const GError *error)
{
    const char *message = error->message;
    size_t length = strlen(message);

    if (length > MESSAGE_MAX)
        length = (size_t)(g_utf8_find_prev_char(message, message + MESSAGE_MAX) - message);
    return sd_bus_reply_method_errorf(call, error_name(error), "%.*s%s", (int)length, message,
                                      message[length] ? "…" : "");
}
