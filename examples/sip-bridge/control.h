/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * baresip's control port (its module ctrl_tcp): JSON in netstrings over TCP. Commands go there,
 * events come back. While baresip is not there, the connection is tried every second.
 */

#include "libre.h"

typedef struct Control Control;

typedef struct ControlHandlers {
    void (*connected)(void *userdata);
    void (*lost)(void *userdata); /* all that was known of baresip's calls is no longer true */
    void (*event)(const struct odict *event, void *userdata);
    void *userdata;
} ControlHandlers;

/* The handlers are copied. NULL without memory. */
Control *control_new(const struct sa *address, const ControlHandlers *handlers);
void control_free(Control *control);

/* A command of baresip's menu with its parameters; lost while there is no connection. */
void control_send(Control *control, const char *command, const char *parameters);
