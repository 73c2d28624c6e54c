/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client-source.h"

#define RECONNECT_USEC G_USEC_PER_SEC

typedef struct ClientSource {
    GSource source;
    prov_client *client;
    gpointer tag; /* of the descriptor; NULL while the bus is lost */
    int events;
} ClientSource;

/* poll()'s bits are GIOCondition's on Linux. */
static void watch_descriptor(ClientSource *self)
{
    self->events = prov_client_get_events(self->client);
    self->tag = g_source_add_unix_fd(&self->source, prov_client_get_fd(self->client),
                                     (GIOCondition)self->events);
}

static void lose(ClientSource *self)
{
    if (self->tag)
        g_source_remove_unix_fd(&self->source, self->tag);
    self->tag = NULL;
    g_source_set_ready_time(&self->source, g_get_monotonic_time() + RECONNECT_USEC);
}

/* Asked before each poll(): what to wait for, and until when. */
static gboolean client_source_prepare(GSource *source, int *timeout)
{
    ClientSource *self = (ClientSource *)source;
    uint64_t usec = PROV_FOREVER;
    int events;

    *timeout = -1;
    if (!self->tag)
        return FALSE;
    events = prov_client_get_events(self->client);
    if (events < 0 || prov_client_get_timeout(self->client, &usec) < 0)
        return TRUE;
    if (events != self->events)
        g_source_modify_unix_fd(source, self->tag, (GIOCondition)events);
    self->events = events;
    g_source_set_ready_time(source, usec == PROV_FOREVER ? -1 : (gint64)usec);
    return FALSE;
}

static gboolean client_source_dispatch(GSource *source, GSourceFunc callback, gpointer userdata)
{
    ClientSource *self = (ClientSource *)source;

    if (!self->tag) {
        if (prov_client_reconnect(self->client) < 0) {
            lose(self);
            return G_SOURCE_CONTINUE;
        }
        watch_descriptor(self);
    }
    if (prov_client_process(self->client) < 0)
        lose(self);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs client_source_funcs = {
    .prepare = client_source_prepare,
    .dispatch = client_source_dispatch,
};

GSource *client_source_attach(prov_client *client, GMainContext *context)
{
    GSource *source = g_source_new(&client_source_funcs, sizeof(ClientSource));
    ClientSource *self = (ClientSource *)source;

    self->client = client;
    watch_descriptor(self);
    g_source_attach(source, context);
    return source;
}
