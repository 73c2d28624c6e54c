/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the program said of its lines, kept to say it again. The daemon forgets it when it ends; so
 * whenever the daemon's name gets an owner, that one is told all of it, in the order of the
 * connection: before whatever the program says next.
 *
 * A client that says nothing of lines has no match on the bus for this.
 */

#include "libprovclient/client.h"

/* Remembers it, and from then on tells whoever becomes the daemon. Lines out of range are not. */
int lines_remember_active(prov_client *client, unsigned line, bool active);
int lines_remember_registered(prov_client *client, unsigned line, bool registered);

/* On a new connection: listens again, and tells the daemon that is there, if one is. */
int lines_resume(prov_client *client);

/* Forgets the connection, not what was said. */
void lines_stop(prov_client *client);
