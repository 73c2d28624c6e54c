/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What goes between provd and baresip for line 1:
 *
 *     parameters of the line  →  an account that registers; another one when a resync changes them
 *     registration and calls  →  the states of the line, for which a resync waits
 *
 * A change of the account waits for the end of the calls, which baresip ends with their account.
 */

#include "client-loop.h"
#include "libre.h"

typedef struct Bridge Bridge;

/* Of a client and of the address of baresip's control port. An errno on failure. */
int bridge_new(prov_client *client, ClientLoop *loop, const struct sa *control,
               Bridge **ret_bridge);
void bridge_free(Bridge *bridge);

/* Registers anew, as if the account had changed. */
void bridge_restart(Bridge *bridge);
