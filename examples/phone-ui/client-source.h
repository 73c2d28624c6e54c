/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A client of provd in a GLib main loop, ready to be taken into other programs. */

#include <glib.h>
#include <provclient.h>

/*
 * Runs the client's callbacks from the loop of a context (NULL: the default one), and reconnects
 * when the bus was lost. The client is to live until the source has been destroyed.
 */
GSource *client_source_attach(prov_client *client, GMainContext *context);
