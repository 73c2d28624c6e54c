/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control.h"

#include <stdlib.h>

#define RETRY_MS    1000
#define MESSAGE_MAX 65536
#define JSON_DEPTH  4

struct Control {
    struct sa address;
    ControlHandlers handlers;
    struct tcp_conn *connection;
    bool is_connected;
    struct mbuf *input; /* a netstring that has not come in whole yet */
    struct tmr timer;
};

static void control_connect(void *userdata);

static void control_lose(Control *control)
{
    bool was_connected = control->is_connected;

    control->is_connected = false;
    control->connection = mem_deref(control->connection);
    control->input = mem_deref(control->input);
    tmr_start(&control->timer, RETRY_MS, control_connect, control);
    if (was_connected)
        control->handlers.lost(control->handlers.userdata);
}

static void on_established(void *userdata)
{
    Control *control = userdata;

    control->is_connected = true;
    control->handlers.connected(control->handlers.userdata);
}

static void on_closed(int error, void *userdata)
{
    control_lose(userdata);
}

static void take_message(Control *control, const char *text, size_t size)
{
    struct odict *message = NULL;
    bool is_event = false;

    if (json_decode_odict(&message, 8, text, size, JSON_DEPTH) != 0)
        return;
    if (odict_get_boolean(message, &is_event, "event") && is_event)
        control->handlers.event(message, control->handlers.userdata);
    mem_deref(message);
}

/* "LENGTH:TEXT,": 1 if a whole one was taken, 0 if more is to come, -1 if it is none. */
static int take_netstring(Control *control)
{
    struct mbuf *input = control->input;
    const char *begin = (const char *)mbuf_buf(input);
    struct pl length = PL_INIT;
    size_t head, size;

    if (re_regex(begin, mbuf_get_left(input), "[0-9]+:", &length) != 0)
        return mbuf_get_left(input) > sizeof("65536") ? -1 : 0;
    if (length.p != begin)
        return -1;
    size = pl_u32(&length);
    head = length.l + 1;
    if (size > MESSAGE_MAX)
        return -1;
    if (mbuf_get_left(input) < head + size + 1)
        return 0;
    if (begin[head + size] != ',')
        return -1;
    take_message(control, begin + head, size);
    mbuf_advance(input, (ssize_t)(head + size + 1));
    return 1;
}

/* What is left is moved to a buffer of its own, so that none grows for ever. */
static int keep_rest(Control *control)
{
    struct mbuf *rest = mbuf_alloc(mbuf_get_left(control->input) + 1);
    int error;

    if (!rest)
        return ENOMEM;
    error = mbuf_write_mem(rest, mbuf_buf(control->input), mbuf_get_left(control->input));
    mem_deref(control->input);
    rest->pos = 0;
    control->input = rest;
    return error;
}

static void on_data(struct mbuf *data, void *userdata)
{
    Control *control = userdata;
    struct mbuf *input = control->input;
    size_t position = input->pos;
    int taken = 1;
    int error;

    mbuf_skip_to_end(input);
    error = mbuf_write_mem(input, mbuf_buf(data), mbuf_get_left(data));
    mbuf_set_pos(input, position);
    while (error == 0 && taken > 0)
        taken = take_netstring(control);
    if (error != 0 || taken < 0 || keep_rest(control) != 0)
        control_lose(control);
}

static void control_connect(void *userdata)
{
    Control *control = userdata;

    control->input = mbuf_alloc(1024);
    if (!control->input || tcp_connect(&control->connection, &control->address, on_established,
                                       on_data, on_closed, control) != 0)
        control_lose(control);
}

Control *control_new(const struct sa *address, const ControlHandlers *handlers)
{
    Control *control = calloc(1, sizeof(*control));

    if (!control)
        return NULL;
    control->address = *address;
    control->handlers = *handlers;
    tmr_init(&control->timer);
    tmr_start(&control->timer, 0, control_connect, control);
    return control;
}

void control_free(Control *control)
{
    if (!control)
        return;
    tmr_cancel(&control->timer);
    mem_deref(control->connection);
    mem_deref(control->input);
    free(control);
}

static int encode(struct mbuf *buffer, const char *command, const char *parameters)
{
    struct odict *message = NULL;
    char *text = NULL;
    int error = odict_alloc(&message, 8);

    if (error == 0)
        error = odict_entry_add(message, "command", ODICT_STRING, command);
    if (error == 0)
        error = odict_entry_add(message, "params", ODICT_STRING, parameters);
    if (error == 0)
        error = re_sdprintf(&text, "%H", json_encode_odict, message);
    if (error == 0)
        error = mbuf_printf(buffer, "%zu:%s,", str_len(text), text);
    mem_deref(text);
    mem_deref(message);
    return error;
}

void control_send(Control *control, const char *command, const char *parameters)
{
    struct mbuf *buffer;

    if (!control->is_connected || !(buffer = mbuf_alloc(512)))
        return;
    if (encode(buffer, command, parameters) == 0) {
        buffer->pos = 0;
        (void)tcp_send(control->connection, buffer);
    }
    mem_deref(buffer);
}
