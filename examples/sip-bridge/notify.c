/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "notify.h"

#include <stdlib.h>

#define PENDING_MAX 16 /* that wait for provd; a peer can send as fast as it likes */

struct Notify {
    prov_client *client;
    ClientLoop *loop;
    struct sip *sip;
    struct sip_lsnr *listener;
    unsigned n_pending;
    NotifyRestart restart;
    void *userdata;
};

typedef struct Pending {
    Notify *notify;
    struct sip_msg *message;
} Pending;

typedef struct Answer {
    uint16_t code;
    const char *reason;
} Answer;

static const Answer answer_unsupported = {501, "Not Implemented"};

static const Answer answers[] = {
    [PROV_ACTION_UNKNOWN] = {501, "Not Implemented"},
    [PROV_ACTION_IGNORED] = {489, "Bad Event"},
    [PROV_ACTION_RESYNC] = {200, "OK"},
    [PROV_ACTION_REBOOT] = {501, "Not Implemented"},
    [PROV_ACTION_RESTART] = {200, "OK"},
    [PROV_ACTION_REPORT] = {501, "Not Implemented"},
};

static Answer answer_of_action(prov_action action)
{
    return (size_t)action < ARRAY_SIZE(answers) ? answers[action] : answer_unsupported;
}

static Answer answer_of_error(const prov_error *error)
{
    bool refused = error->kind == PROV_ERROR_REFUSED || error->kind == PROV_ERROR_DISABLED;

    return refused ? (Answer){403, "Forbidden"} : (Answer){503, "Service Unavailable"};
}

static void on_action(prov_client *client, const prov_error *error, prov_action action,
                      void *userdata)
{
    Pending *pending = userdata;
    Notify *notify = pending->notify;
    Answer answer = error ? answer_of_error(error) : answer_of_action(action);

    (void)re_fprintf(stderr, "sip-bridge: NOTIFY: %s\n",
                     error ? error->message : prov_action_name(action));
    (void)sip_reply(notify->sip, pending->message, answer.code, answer.reason);
    if (!error && action == PROV_ACTION_RESTART)
        notify->restart(notify->userdata);
    mem_deref(pending->message);
    free(pending);
    notify->n_pending--;
}

/* 0, or an errno where provd cannot be asked. */
static int hand_on(Notify *notify, const struct sip_msg *message, const char *event)
{
    Pending *pending = notify->n_pending < PENDING_MAX ? calloc(1, sizeof(*pending)) : NULL;
    int r;

    if (!pending)
        return EBUSY;
    pending->notify = notify;
    pending->message = mem_ref((struct sip_msg *)message);
    r = prov_client_notify_sip_async(notify->client, event, on_action, pending, NULL);
    if (r < 0) {
        mem_deref(pending->message);
        free(pending);
        return -r;
    }
    notify->n_pending++;
    client_loop_wake(notify->loop);
    return 0;
}

static bool on_request(const struct sip_msg *message, void *userdata)
{
    Notify *notify = userdata;
    const struct sip_hdr *header = sip_msg_hdr(message, SIP_HDR_EVENT);
    char *event = NULL;
    int error;

    if (pl_strcmp(&message->met, "NOTIFY") != 0) {
        (void)sip_reply(notify->sip, message, 405, "Method Not Allowed");
        return true;
    }
    if (!header) {
        (void)sip_reply(notify->sip, message, 489, "Bad Event");
        return true;
    }
    error = pl_strdup(&event, &header->val);
    if (error == 0)
        error = hand_on(notify, message, event);
    if (error != 0)
        (void)sip_reply(notify->sip, message, 503, "Service Unavailable");
    mem_deref(event);
    return true;
}

static int notify_open(Notify *notify, const struct sa *address)
{
    int error = sip_alloc(&notify->sip, NULL, 32, 32, 32, "provd sip-bridge", NULL, NULL);

    if (error == 0)
        error = sip_transp_add(notify->sip, SIP_TRANSP_UDP, address);
    if (error == 0)
        error = sip_transp_add(notify->sip, SIP_TRANSP_TCP, address);
    if (error == 0)
        error = sip_listen(&notify->listener, notify->sip, true, on_request, notify);
    return error;
}

int notify_new(prov_client *client, ClientLoop *loop, const struct sa *address,
               NotifyRestart restart, void *userdata, Notify **ret_notify)
{
    Notify *notify = calloc(1, sizeof(*notify));
    int error;

    if (!notify)
        return ENOMEM;
    notify->client = client;
    notify->loop = loop;
    notify->restart = restart;
    notify->userdata = userdata;
    error = notify_open(notify, address);
    if (error != 0) {
        notify_free(notify);
        return error;
    }
    *ret_notify = notify;
    return 0;
}

void notify_free(Notify *notify)
{
    if (!notify)
        return;
    mem_deref(notify->listener);
    mem_deref(notify->sip);
    free(notify);
}
