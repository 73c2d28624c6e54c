/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The provisioning server of a scenario: it answers so many requests in each second, and the rest
 * get a 503; each answer takes its latency; and it can be down or serve nonsense.
 */

#include "core/failure.h"
#include "sim/scenario.h"

typedef struct Server {
    ServerState state;
    uint64_t capacity;    /* requests a second; 0: unlimited */
    int64_t latency;      /* µs */
    uint64_t retry_after; /* s, of a 503 */
    int64_t second;       /* the one that `answered` counts for */
    uint64_t answered;
} Server;

typedef struct Answer {
    int64_t at; /* when it is there, µs */
    bool ok;
    Failure failure;      /* where it is not ok */
    bool busy;            /* a 503 */
    uint64_t retry_after; /* s; 0: none */
} Answer;

Server server_new(const Scenario *scenario);

/* A request at a moment; moments never go back. */
Answer server_request(Server *server, int64_t now);
