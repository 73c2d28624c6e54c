/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A client of provd in libre's loop, which has no moment before it polls at which it could be asked
 * what to wait for. So that is set after each callback, and after each call: client_loop_wake().
 */

#include <provclient.h>

typedef struct ClientLoop ClientLoop;

/* NULL without memory. The client is to live until the loop has let go of it. */
ClientLoop *client_loop_new(prov_client *client);
void client_loop_free(ClientLoop *loop);

/* To be called after calls that were made outside of the client's own callbacks. */
void client_loop_wake(ClientLoop *loop);
