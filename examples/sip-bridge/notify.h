/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Takes SIP NOTIFYs outside of a dialog, which baresip refuses, and hands them on to provd. Each is
 * answered when provd has answered: 200 for what was or will be done, 489 for an event that is none
 * of ours, 403 where a setting forbids it, 501 for what this program cannot do, 503 without provd.
 */

#include "client-loop.h"
#include "libre.h"

typedef struct Notify Notify;

typedef void (*NotifyRestart)(void *userdata);

/* Listens on an address, UDP and TCP. `restart` is called where a NOTIFY asks for it. */
int notify_new(prov_client *client, ClientLoop *loop, const struct sa *address,
               NotifyRestart restart, void *userdata, Notify **ret_notify);
void notify_free(Notify *notify);
