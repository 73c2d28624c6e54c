/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/server.h"

Server server_new(const Scenario *scenario)
{
    return (Server){.state = SERVER_UP,
                    .capacity = scenario->capacity,
                    .latency = scenario->latency,
                    .retry_after = scenario->retry_after,
                    .second = -1};
}

/* Whether there is room for one more request in this second; takes it. */
static bool take_capacity(Server *server, int64_t now)
{
    int64_t second = now / G_USEC_PER_SEC;

    if (server->second != second) {
        server->second = second;
        server->answered = 0;
    }
    if (server->capacity > 0 && server->answered >= server->capacity)
        return false;
    server->answered++;
    return true;
}

Answer server_request(Server *server, int64_t now)
{
    static const Failure failures[] = {
        [SERVER_DOWN] = FAILURE_UNREACHABLE,
        [SERVER_MISSING] = FAILURE_FILE_NOT_FOUND,
        [SERVER_CORRUPT] = FAILURE_CORRUPT,
        [SERVER_TLS] = FAILURE_TLS,
    };
    Answer answer = {.at = now + server->latency};

    if (server->state == SERVER_DOWN)
        return (Answer){.at = now, .failure = FAILURE_UNREACHABLE};
    if (server->state != SERVER_TLS && !take_capacity(server, now)) {
        answer.failure = FAILURE_SERVER_ERROR;
        answer.busy = true;
        answer.retry_after = server->retry_after;
        return answer;
    }
    answer.ok = server->state == SERVER_UP;
    answer.failure = failures[server->state];
    return answer;
}
