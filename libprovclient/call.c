/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/call.h"

#include "libprovclient/cleanup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

typedef struct Call {
    prov_slot slot;
    Request request;
    unsigned step;
    void *result;
    uint64_t deadline; /* CLOCK_MONOTONIC, µs */
    sd_bus_slot *pending;
} Call;

static int call_send(Call *call);

static void deliver_done(prov_client *client, SlotCallback callback, const prov_error *error,
                         void *result, void *userdata)
{
    ((prov_done_fn)callback)(client, error, userdata);
}

const ReplyType reply_done = {
    .deliver = deliver_done,
};

void request_clear(Request *request)
{
    for (unsigned i = 0; i < request->n_messages; i++)
        sd_bus_message_unref(request->messages[i]);
    request->n_messages = 0;
}

int request_add_empty(Request *request, prov_client *client, const char *interface,
                      const char *member, sd_bus_message **ret_message)
{
    sd_bus_message *m;
    int r = sd_bus_message_new_method_call(client->bus, &m, SERVICE, OBJECT, interface, member);

    if (r < 0)
        return r;
    request->messages[request->n_messages++] = m;
    if (ret_message)
        *ret_message = m;
    return 0;
}

int request_add(Request *request, prov_client *client, const char *interface, const char *member,
                const char *signature, ...)
{
    sd_bus_message *m;
    va_list arguments;
    int r = request_add_empty(request, client, interface, member, &m);

    if (r < 0)
        return r;
    va_start(arguments, signature);
    r = sd_bus_message_appendv(m, signature, arguments);
    va_end(arguments);
    return r;
}

static int read_answer(const Request *request, unsigned step, sd_bus_message *m, void **result)
{
    const char *signature = request->reply->signatures[step];
    int r;

    if (sd_bus_message_has_signature(m, signature ? signature : "") <= 0)
        return -EBADMSG;
    if (!request->reply->read)
        return 0;
    r = request->reply->read(m, step, result);
    return r < 0 ? r : 0;
}

static void drop_result(const Request *request, void *result)
{
    if (request->reply->free)
        request->reply->free(result);
}

/* One step of a call that waits. */
static prov_error *run_step(prov_client *client, const Request *request, unsigned step,
                            void **result)
{
    _cleanup_(sd_bus_error_free) sd_bus_error bus_error = SD_BUS_ERROR_NULL;
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
    int r = sd_bus_call(client->bus, request->messages[step], 0, &bus_error, &answer);

    if (r == -ETIMEDOUT && !sd_bus_error_has_name(&bus_error, SD_BUS_ERROR_NO_REPLY))
        return error_from_errno(r);
    if (sd_bus_error_is_set(&bus_error))
        return error_from_bus(&bus_error);
    if (r >= 0)
        r = read_answer(request, step, answer, result);
    return r < 0 ? error_from_errno(r) : NULL;
}

int call_run(prov_client *client, Request *request, int r, void **ret_result,
             prov_error **ret_error)
{
    _cleanup_(request_clear) Request sent = *request;
    void *result = NULL;

    if (r < 0)
        return error_return(error_from_errno(r), ret_error);
    for (unsigned i = 0; i < sent.n_messages; i++) {
        prov_error *error = run_step(client, &sent, i, &result);

        if (error) {
            drop_result(&sent, result);
            return error_return(error, ret_error);
        }
    }
    if (ret_result)
        *ret_result = result;
    return 0;
}

static void call_release(prov_slot *slot)
{
    Call *call = (Call *)slot;

    call->pending = sd_bus_slot_unref(call->pending);
    request_clear(&call->request);
    drop_result(&call->request, call->result);
    call->result = NULL;
}

/* The call is over: its callback takes the result, or gets the error. */
static void call_finish(Call *call, prov_error *error)
{
    _cleanup_(error_freep) prov_error *owned = error;
    _cleanup_(client_unrefp) prov_client *client = client_ref(call->slot.client);
    const ReplyType *reply = call->request.reply;
    SlotCallback callback = call->slot.callback;
    void *userdata = call->slot.userdata;
    void *result = NULL;

    if (!error) {
        result = call->result;
        call->result = NULL;
    }
    slot_detach(&call->slot);
    if (call->slot.floating)
        free(call);
    reply->deliver(client, callback, error, result, userdata);
}

static uint64_t now_monotonic(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* The bus says "no reply" for both: the time is over, and the daemon went away. */
static prov_error *answer_error(const Call *call, sd_bus_message *m)
{
    const sd_bus_error *error = sd_bus_message_get_error(m);

    if (sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY) && now_monotonic() >= call->deadline)
        return error_from_errno(-ETIMEDOUT);
    return error_from_bus(error);
}

static int on_answer(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    Call *call = userdata;
    int r;

    if (sd_bus_message_is_method_error(m, NULL)) {
        call_finish(call, answer_error(call, m));
        return 0;
    }
    r = read_answer(&call->request, call->step, m, &call->result);
    if (r >= 0 && ++call->step < call->request.n_messages)
        r = call_send(call);
    if (r < 0)
        call_finish(call, error_from_errno(r));
    else if (call->step == call->request.n_messages)
        call_finish(call, NULL);
    return 0;
}

static int call_send(Call *call)
{
    sd_bus *bus = call->slot.client->bus;
    uint64_t timeout;
    int r = sd_bus_get_method_call_timeout(bus, &timeout);

    if (r < 0)
        return r;
    if (__builtin_add_overflow(now_monotonic(), timeout, &call->deadline))
        call->deadline = UINT64_MAX;
    call->pending = sd_bus_slot_unref(call->pending);
    return sd_bus_call_async(bus, &call->pending, call->request.messages[call->step], on_answer,
                             call, 0);
}

static const SlotType call_type = {
    .release = call_release,
};

int call_start(prov_client *client, Request *request, int r, SlotCallback callback, void *userdata,
               prov_slot **ret_slot)
{
    _cleanup_(request_clear) Request sent = *request;
    Call *call;

    if (r < 0)
        return r;
    if (!callback)
        return -EINVAL;
    call = slot_new(client, &call_type, sizeof(*call));
    if (!call)
        return -ENOMEM;
    call->request = sent;
    sent.n_messages = 0;
    call->slot.callback = callback;
    call->slot.userdata = userdata;
    r = call_send(call);
    if (r < 0) {
        prov_slot_free(&call->slot);
        return r;
    }
    slot_hand_out(&call->slot, ret_slot);
    return 0;
}

void *call_partial_result(const prov_slot *slot, unsigned *ret_steps)
{
    const Call *call = (const Call *)slot;

    *ret_steps = call->step;
    return call->result;
}
