/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waiting for events of the client while signals of the system can end the waiting. */

#include "libprovclient/provclient.h"

#include <stdbool.h>
#include <sys/types.h>

typedef struct Loop Loop;

/*
 * Blocks SIGINT, SIGTERM and SIGCHLD for the process, and takes them from then on. SIGCHLD is no
 * longer ignored, in programs that are started neither.
 */
Loop *loop_new(prov_client *client);
void loop_free(Loop *loop);

/*
 * Runs the client's callbacks until *done, a SIGINT or SIGTERM, or the end of a child process.
 * Returns 0, the signal's number, or a negative errno when the bus is lost.
 */
int loop_run(Loop *loop, const bool *done);

/* Starts a program with the signals as they were; -1 with errno if that fails. */
pid_t loop_spawn(Loop *loop, char **command);

static inline void loop_freep(Loop **loop)
{
    loop_free(*loop);
}
#define auto_loop __attribute__((cleanup(loop_freep))) Loop
