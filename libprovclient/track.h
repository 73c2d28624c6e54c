/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Keeping track of the daemon: whether it is there, its status, its signals. Started by the first
 * watch or follower of a client; a client that only calls has no matches on the bus.
 *
 * The matches name the daemon by its well-known name, so they outlive it. Whoever may send signals
 * could send ours, so only those of the name's owner count, and only the bus says who that is.
 */

#include "libprovclient/client.h"

/* 1 if that started it, and announces; 0 if it had been. */
int track_start(prov_client *client);
void track_stop(prov_client *client);

/* Has everybody who has not been told yet hear whether the daemon is there, and then its status. */
int track_announce(prov_client *client);
