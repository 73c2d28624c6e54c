/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libprovclient/lines.h"

#include "libprovclient/cleanup.h"

#include <errno.h>
#include <string.h>

#define LINES_MAX 64

/*
 * Nobody waits for an answer: a daemon that refuses has refused the program before. A daemon that
 * has gone again is not started for it; its successor will be told.
 */
static int tell(prov_client *client, const char *member, unsigned line, bool value)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = sd_bus_message_new_method_call(client->bus, &m, SERVICE, OBJECT, INTERFACE_SIP, member);

    if (r >= 0)
        r = sd_bus_message_set_expect_reply(m, false);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(m, false);
    if (r >= 0)
        r = sd_bus_message_append(m, "ub", line, (int)value);
    if (r >= 0)
        r = sd_bus_send(client->bus, m, NULL);
    return r;
}

/* A daemon that has just started takes every line for idle. */
static int tell_all(prov_client *client)
{
    int r = 0;

    for (unsigned line = 1; line <= LINES_MAX && r >= 0; line++) {
        uint64_t bit = UINT64_C(1) << (line - 1);

        if (client->lines_active & bit)
            r = tell(client, "SetLineActive", line, true);
        if (r >= 0 && client->lines_reported & bit)
            r = tell(client, "SetLineRegistered", line, client->lines_registered & bit);
    }
    return r;
}

static int on_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    const char *sender = sd_bus_message_get_sender(m);
    const char *owner;

    if (!sender || strcmp(sender, BUS_DRIVER) != 0)
        return 0;
    if (sd_bus_message_read(m, "sss", NULL, NULL, &owner) >= 0 && *owner)
        (void)tell_all(userdata);
    return 0;
}

static int listen(prov_client *client)
{
    if (client->lines_match)
        return 0;
    return sd_bus_add_match_async(client->bus, &client->lines_match, MATCH_OWNER_CHANGED,
                                  on_owner_changed, NULL, client);
}

static uint64_t bit_of(unsigned line)
{
    return line >= 1 && line <= LINES_MAX ? UINT64_C(1) << (line - 1) : 0;
}

static void assign(uint64_t *set, uint64_t bit, bool value)
{
    *set = value ? *set | bit : *set & ~bit;
}

int lines_remember_active(prov_client *client, unsigned line, bool active)
{
    int r = listen(client);

    if (r >= 0)
        assign(&client->lines_active, bit_of(line), active);
    return r;
}

int lines_remember_registered(prov_client *client, unsigned line, bool registered)
{
    int r = listen(client);

    if (r < 0)
        return r;
    assign(&client->lines_registered, bit_of(line), registered);
    client->lines_reported |= bit_of(line);
    return 0;
}

int lines_resume(prov_client *client)
{
    int r;

    if (!client->lines_active && !client->lines_reported)
        return 0;
    r = listen(client);
    return r < 0 ? r : tell_all(client);
}

void lines_stop(prov_client *client)
{
    client->lines_match = sd_bus_slot_unref(client->lines_match);
}
