/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Following a requested attempt to its end.
 *
 * The end is told by ResyncFinished with the request's id. Where that may have been missed, because
 * the daemon went away or because it came before the id was known, the history is asked; an attempt
 * that is not in there is still to come. Asking starts a daemon that has gone, if the bus can, and
 * ends the following if it cannot.
 *
 * A request that waits may be dropped: CancelResync, a factory reset and Provision_Enable do that.
 * No signal tells of an attempt that never was; but then the status names no request any more, and
 * what is not in the history either never comes.
 */
#include "libprovclient/call.h"
#include "libprovclient/cleanup.h"
#include "libprovclient/result.h"
#include "libprovclient/track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define USEC_PER_SEC 1000000U
#define PAUSE_SEC    10U /* more than provd waits for the lines */

typedef struct Follow {
    prov_slot slot;
    uint64_t id;     /* 0: not known yet */
    bool missed;     /* attempts ended before it was known */
    bool settled;    /* no request waits or runs any more */
    prov_slot *call; /* the request, then a look into the history */
} Follow;

static prov_outcome *outcome_new(const prov_outcome *outcome)
{
    prov_outcome *copy = result_new(1, sizeof(*copy));
    size_t size = strlen(outcome->message) + 1;
    char *message = copy ? result_alloc(copy, 1, size) : NULL;

    if (!message) {
        result_free(copy);
        return NULL;
    }
    *copy = *outcome;
    copy->message = memcpy(message, outcome->message, size);
    return copy;
}

void prov_outcome_free(prov_outcome *outcome)
{
    result_free(outcome);
}

static void follow_release(prov_slot *slot)
{
    Follow *follow = (Follow *)slot;

    prov_slot_free(follow->call);
    follow->call = NULL;
}

static void follow_finish(Follow *follow, const prov_error *error, prov_outcome *outcome)
{
    _cleanup_(client_unrefp) prov_client *client = client_ref(follow->slot.client);
    prov_outcome_fn callback = (prov_outcome_fn)follow->slot.callback;
    void *userdata = follow->slot.userdata;

    slot_detach(&follow->slot);
    if (follow->slot.floating)
        free(follow);
    callback(client, error, outcome, userdata);
}

static void follow_fail(Follow *follow, int number)
{
    _cleanup_(error_freep) prov_error *error = error_from_errno(number);

    follow_finish(follow, error, NULL);
}

static void follow_succeed(Follow *follow, const prov_outcome *found)
{
    prov_outcome *outcome = outcome_new(found);

    if (outcome)
        follow_finish(follow, NULL, outcome);
    else
        follow_fail(follow, -ENOMEM);
}

static void look_into(Follow *follow, prov_attempt **attempts)
{
    for (; *attempts; attempts++)
        if ((*attempts)->id == follow->id) {
            prov_outcome outcome = {
                .id = follow->id,
                .result = (*attempts)->result,
                .failure = (*attempts)->failure,
                .message = (*attempts)->message,
                .changed = (*attempts)->changed,
            };

            follow_succeed(follow, &outcome);
            return;
        }
    if (follow->settled)
        follow_succeed(follow, &(prov_outcome){
                                   .id = follow->id,
                                   .result = PROV_RESULT_CANCELLED,
                                   .failure = PROV_FAILURE_CANCELLED,
                                   .message = "",
                               });
}

static void on_history(prov_client *client, const prov_error *error, prov_attempt **attempts,
                       void *userdata)
{
    Follow *follow = userdata;

    prov_slot_free(follow->call);
    follow->call = NULL;
    if (error)
        follow_finish(follow, error, NULL);
    else
        look_into(follow, attempts);
    prov_attempts_free(attempts);
}

static void look_up(Follow *follow)
{
    int r;

    prov_slot_free(follow->call);
    follow->call = NULL;
    r = prov_client_get_history_async(follow->slot.client, 0, on_history, follow, &follow->call);
    if (r < 0)
        follow_fail(follow, r);
}

static void on_accepted(prov_client *client, const prov_error *error, uint64_t id, void *userdata)
{
    Follow *follow = userdata;

    prov_slot_free(follow->call);
    follow->call = NULL;
    follow->id = id;
    if (error)
        follow_finish(follow, error, NULL);
    else if (follow->missed)
        look_up(follow);
}

/*
 * Whether no request can be under way. One with a rule of its own may stand behind another reason
 * that is as good as due: after a restart that waits for the lines to be announced again.
 */
static bool is_settled(const prov_status *status)
{
    struct timespec now;

    if (status->state != PROV_STATE_SCHEDULED)
        return status->state == PROV_STATE_IDLE || status->state == PROV_STATE_DISABLED;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return status->next_reason != PROV_REASON_REQUEST &&
           status->next_resync / USEC_PER_SEC > (uint64_t)now.tv_sec + PAUSE_SEC;
}

static void follow_on_event(prov_slot *slot, const prov_event *event)
{
    Follow *follow = (Follow *)slot;

    if (!follow->id) {
        follow->missed |= event->type == PROV_EVENT_RESYNC_FINISHED;
        return;
    }
    if (event->type == PROV_EVENT_STATUS_CHANGED)
        follow->settled |= is_settled(event->status);
    if (event->type == PROV_EVENT_VANISHED ||
        (event->type == PROV_EVENT_STATUS_CHANGED && follow->settled))
        look_up(follow);
    if (event->type == PROV_EVENT_RESYNC_FINISHED && event->id == follow->id) {
        prov_outcome outcome = {
            .id = event->id,
            .result = event->result,
            .failure = event->failure,
            .message = event->message,
            .changed = event->changed,
        };

        follow_succeed(follow, &outcome);
    }
}

static const SlotType follow_type = {
    .release = follow_release,
    .on_event = follow_on_event,
};

int prov_client_resync_async(prov_client *client, unsigned flags, const char *rule,
                             prov_outcome_fn callback, void *userdata, prov_slot **ret_slot)
{
    Follow *follow;
    int r;

    if (!client || !callback)
        return -EINVAL;
    r = track_start(client);
    if (r < 0)
        return r;
    follow = slot_new(client, &follow_type, sizeof(*follow));
    if (!follow)
        return -ENOMEM;
    follow->slot.callback = (SlotCallback)callback;
    follow->slot.userdata = userdata;
    r = prov_client_request_resync_async(client, flags, rule, on_accepted, follow, &follow->call);
    if (r < 0) {
        prov_slot_free(&follow->slot);
        return r;
    }
    slot_hand_out(&follow->slot, ret_slot);
    return 0;
}

typedef struct Ending {
    bool reached;
    prov_error *error;
    prov_outcome *outcome;
} Ending;

static void on_ending(prov_client *client, const prov_error *error, prov_outcome *outcome,
                      void *userdata)
{
    Ending *ending = userdata;

    ending->reached = true;
    ending->error = error ? error_copy(error) : NULL;
    ending->outcome = outcome;
}

static int run_until(prov_client *client, const Ending *ending)
{
    _cleanup_(client_unrefp) prov_client *held = client_ref(client);

    while (!ending->reached && client->bus) {
        int r = prov_client_wait(client, PROV_FOREVER);

        if (r >= 0)
            r = prov_client_process(client);
        if (r < 0 && r != -EINTR)
            return ending->reached ? 0 : r;
    }
    return ending->reached ? 0 : -ECANCELED;
}

int prov_client_resync(prov_client *client, unsigned flags, const char *rule,
                       prov_outcome **ret_outcome, prov_error **ret_error)
{
    Ending ending = {};
    prov_slot *slot = NULL;
    int r;

    if (!client || !ret_outcome)
        return error_return_invalid(ret_error);
    r = prov_client_process(client);
    if (r >= 0)
        r = prov_client_resync_async(client, flags, rule, on_ending, &ending, &slot);
    if (r >= 0)
        r = run_until(client, &ending);
    prov_slot_free(slot);
    if (r < 0)
        return error_return(error_from_errno(r), ret_error);
    if (ending.error)
        return error_return(ending.error, ret_error);
    *ret_outcome = ending.outcome;
    return 0;
}
