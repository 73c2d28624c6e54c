/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/track.h"

#include "libprovclient/cleanup.h"
#include "libprovclient/message.h"
#include "libprovclient/result.h"
#include "libprovclient/status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static int refresh(prov_client *client);

/* ---- What the daemon says ---- */

static int on_resync_started(prov_client *client, sd_bus_message *m)
{
    prov_event event = {.type = PROV_EVENT_RESYNC_STARTED};
    const char *reason;
    int r = sd_bus_message_read(m, "ts", &event.id, &reason);

    if (r < 0)
        return r;
    event.reason = name_parse(&reason_names, reason);
    client_emit(client, &event);
    return 0;
}

static int on_resync_finished(prov_client *client, sd_bus_message *m)
{
    prov_event event = {.type = PROV_EVENT_RESYNC_FINISHED};
    const char *result, *failure;
    int r = sd_bus_message_read(m, "tsssu", &event.id, &result, &failure, &event.message,
                                &event.changed);

    if (r < 0)
        return r;
    event.result = name_parse(&result_names, result);
    event.failure = name_parse(&failure_names, failure);
    client_emit(client, &event);
    return 0;
}

static int on_parameters_changed(prov_client *client, sd_bus_message *m)
{
    prov_event event = {.type = PROV_EVENT_PARAMETERS_CHANGED};
    void *result = result_new(0, 0);
    const char *source;
    int r = result ? message_read_strings(m, result, &event.names) : -ENOMEM;

    if (r >= 0)
        r = sd_bus_message_read(m, "s", &source);
    if (r >= 0) {
        event.source = name_parse(&source_names, source);
        client_emit(client, &event);
    }
    result_free(result);
    return r;
}

static void emit_status(prov_client *client)
{
    prov_event event = {.type = PROV_EVENT_STATUS_CHANGED, .status = client->status};

    client_emit(client, &event);
}

/* A status that is on its way takes the change in, so that no burst of them holds it back. */
static int on_properties_changed(prov_client *client, sd_bus_message *m)
{
    const char *interface;
    int r;

    if (!client->refresh && !client->status)
        return refresh(client);
    r = sd_bus_message_read(m, "s", &interface);
    if (r >= 0 && client->refresh)
        return status_apply_partial(client->refresh, interface, m);
    if (r >= 0)
        r = status_apply(client->status, interface, m);
    if (r < 0)
        return r;
    emit_status(client);
    return 0;
}

static const struct {
    const char *interface, *member, *signature;
    int (*handle)(prov_client *client, sd_bus_message *m);
} signals[] = {
    {INTERFACE_MANAGER, "ResyncStarted", "ts", on_resync_started},
    {INTERFACE_MANAGER, "ResyncFinished", "tsssu", on_resync_finished},
    {INTERFACE_PARAMETERS, "ParametersChanged", "ass", on_parameters_changed},
    {"org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", on_properties_changed},
};

/* A signal that is not what the contract says is as good as none. */
static int on_signal(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    _cleanup_(client_unrefp) prov_client *client = client_ref(userdata);
    const char *sender = sd_bus_message_get_sender(m);

    if (!client->owner || !sender || strcmp(client->owner, sender) != 0)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        if (sd_bus_message_is_signal(m, signals[i].interface, signals[i].member) > 0 &&
            sd_bus_message_has_signature(m, signals[i].signature) > 0)
            (void)signals[i].handle(client, m);
    return 0;
}

/* ---- Whether it is there ---- */

static void on_status(prov_client *client, const prov_error *error, prov_status *status,
                      void *userdata)
{
    prov_slot_free(client->refresh);
    client->refresh = NULL;
    if (error)
        return;
    prov_status_free(client->status);
    client->status = status;
    emit_status(client);
}

static int refresh(prov_client *client)
{
    prov_slot_free(client->refresh);
    client->refresh = NULL;
    return prov_client_get_status_async(client, on_status, NULL, &client->refresh);
}

static void forget_status(prov_client *client)
{
    prov_slot_free(client->refresh);
    client->refresh = NULL;
    prov_status_free(client->status);
    client->status = NULL;
}

static void emit_presence(prov_client *client)
{
    prov_event event = {.type = client->owner ? PROV_EVENT_APPEARED : PROV_EVENT_VANISHED};

    if (client->owner)
        (void)refresh(client);
    client_emit(client, &event);
}

/* Takes the owner's unique name in; empty: nobody. */
static int set_owner(prov_client *client, const char *owner)
{
    char *copy = NULL;

    if (*owner && client->owner && strcmp(owner, client->owner) == 0)
        return 0;
    if (*owner && !(copy = strdup(owner)))
        return -ENOMEM;
    forget_status(client);
    free(client->owner);
    client->owner = copy;
    return 0;
}

static int on_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    _cleanup_(client_unrefp) prov_client *client = client_ref(userdata);
    const char *sender = sd_bus_message_get_sender(m);
    const char *owner;
    bool replaced;

    if (!sender || strcmp(sender, BUS_DRIVER) != 0)
        return 0;
    if (sd_bus_message_read(m, "sss", NULL, NULL, &owner) < 0)
        return 0;
    replaced = client->owner && *owner && strcmp(client->owner, owner) != 0;
    if (replaced && set_owner(client, "") >= 0)
        emit_presence(client);
    if (client->bus && set_owner(client, owner) >= 0)
        emit_presence(client);
    return 0;
}

static int on_owner_told(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    _cleanup_(client_unrefp) prov_client *client = client_ref(userdata);
    const char *owner = "";

    client->owner_query = sd_bus_slot_unref(client->owner_query);
    if (!sd_bus_message_is_method_error(m, NULL) && sd_bus_message_read(m, "s", &owner) < 0)
        return 0;
    if (set_owner(client, owner) >= 0)
        emit_presence(client);
    return 0;
}

static int on_disconnected(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    _cleanup_(client_unrefp) prov_client *client = client_ref(userdata);

    if (set_owner(client, "") >= 0)
        emit_presence(client);
    return 0;
}

static const struct {
    const char *match;
    sd_bus_message_handler_t handler;
} matches[] = {
    {MATCH_OWNER_CHANGED, on_owner_changed},
    {"type='signal',sender='" SERVICE "',path='" OBJECT "'", on_signal},
    {"type='signal',path='/org/freedesktop/DBus/Local',"
     "interface='org.freedesktop.DBus.Local',member='Disconnected'",
     on_disconnected},
};

_Static_assert(ARRAY_SIZE(matches) == ARRAY_SIZE(((prov_client *)NULL)->matches),
               "the client has a slot for each match");

int track_start(prov_client *client)
{
    int r = 0;

    if (client->matches[0])
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(matches) && r >= 0; i++)
        r = sd_bus_add_match_async(client->bus, &client->matches[i], matches[i].match,
                                   matches[i].handler, NULL, client);
    if (r >= 0)
        r = track_announce(client);
    if (r >= 0)
        return 1;
    track_stop(client);
    return r;
}

int track_announce(prov_client *client)
{
    client->owner_query = sd_bus_slot_unref(client->owner_query);
    return sd_bus_call_method_async(client->bus, &client->owner_query, BUS_DRIVER,
                                    "/org/freedesktop/DBus", BUS_DRIVER, "GetNameOwner",
                                    on_owner_told, client, "s", SERVICE);
}

void track_stop(prov_client *client)
{
    for (size_t i = 0; i < ARRAY_SIZE(matches); i++)
        client->matches[i] = sd_bus_slot_unref(client->matches[i]);
    client->owner_query = sd_bus_slot_unref(client->owner_query);
    forget_status(client);
    free(client->owner);
    client->owner = NULL;
}
