/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bridge.h"

#include "account.h"
#include "control.h"

#include <stdlib.h>
#include <string.h>

#define LINE      1
#define CALLS_MAX 64 /* that are told apart */

struct Bridge {
    prov_client *client;
    ClientLoop *loop;
    Control *control;
    Account account; /* what provd says; all NULL: none */
    char *in_use;    /* the aor that baresip has; or NULL */
    bool stale;      /* baresip has another account than it should */
    struct odict *calls;
    bool is_active;
    bool is_registered;
};

static void on_told(prov_client *client, const prov_error *error, void *userdata)
{
    if (error)
        (void)re_fprintf(stderr, "sip-bridge: line %d: %s\n", LINE, error->message);
}

static void tell_line(Bridge *bridge, bool is_active, bool is_registered)
{
    if (is_active != bridge->is_active)
        (void)prov_client_set_line_active_async(bridge->client, LINE, is_active, on_told, bridge,
                                                NULL);
    if (is_registered != bridge->is_registered)
        (void)prov_client_set_line_registered_async(bridge->client, LINE, is_registered, on_told,
                                                    bridge, NULL);
    bridge->is_active = is_active;
    bridge->is_registered = is_registered;
    client_loop_wake(bridge->loop);
}

/* ---- The account ---- */

static void note_in_use(Bridge *bridge, char *aor)
{
    mem_deref(bridge->in_use);
    bridge->in_use = mem_ref(aor);
}

static void use_account(Bridge *bridge)
{
    if (!bridge->stale || bridge->is_active)
        return;
    if (bridge->in_use)
        control_send(bridge->control, "uadel", bridge->in_use);
    note_in_use(bridge, bridge->account.aor);
    tell_line(bridge, false, false);
    if (bridge->account.text) {
        (void)re_fprintf(stderr, "sip-bridge: registering %s\n", bridge->account.aor);
        control_send(bridge->control, "uanew", bridge->account.text);
    }
    bridge->stale = false;
}

void bridge_restart(Bridge *bridge)
{
    bridge->stale = true;
    use_account(bridge);
}

static void take_account(Bridge *bridge, Account *account)
{
    bool same = str_cmp(bridge->account.text, account->text) == 0;

    account_clear(&bridge->account);
    bridge->account = *account;
    if (!same)
        bridge_restart(bridge);
}

static void on_values(prov_client *client, const prov_error *error, prov_value *values,
                      void *userdata)
{
    const char *problem = NULL;
    Account account = {};

    if (error) {
        (void)re_fprintf(stderr, "sip-bridge: no parameters: %s\n", error->message);
        return;
    }
    if (!account_read(values, &account, &problem) && problem)
        (void)re_fprintf(stderr, "sip-bridge: baresip has no way to say %s\n", problem);
    take_account(userdata, &account);
    prov_values_free(values);
}

/* A phone that was never provisioned lacks some of them, so all are asked for. */
static void read_account(Bridge *bridge)
{
    (void)prov_client_get_parameters_async(bridge->client, NULL, on_values, bridge, NULL);
}

static void on_provd_event(prov_client *client, const prov_event *event, void *userdata)
{
    const char *const *name = event->names;

    if (event->type == PROV_EVENT_APPEARED)
        read_account(userdata);
    while (name && *name && !account_depends_on(*name))
        name++;
    if (name && *name)
        read_account(userdata);
}

/* ---- baresip ---- */

/* It may have the account already, from before this program was restarted. */
static void on_connected(void *userdata)
{
    Bridge *bridge = userdata;

    (void)re_fprintf(stderr, "sip-bridge: baresip is there\n");
    note_in_use(bridge, bridge->account.aor);
    bridge_restart(bridge);
}

static void on_lost(void *userdata)
{
    Bridge *bridge = userdata;

    (void)re_fprintf(stderr, "sip-bridge: baresip has gone\n");
    note_in_use(bridge, NULL);
    list_flush(&bridge->calls->lst);
    tell_line(bridge, false, false);
}

static void on_registration(Bridge *bridge, const char *type, const char *aor)
{
    if (!bridge->in_use || !aor || strcmp(aor, bridge->in_use) != 0)
        return;
    if (strcmp(type, "REGISTER_OK") == 0)
        tell_line(bridge, bridge->is_active, true);
    if (strcmp(type, "REGISTER_FAIL") == 0 || strcmp(type, "UNREGISTERING") == 0)
        tell_line(bridge, bridge->is_active, false);
}

/* A call is one from the first that is heard of it until it is closed. */
static void on_call(Bridge *bridge, const char *type, const char *id)
{
    if (!id)
        return;
    if (strcmp(type, "CALL_CLOSED") == 0)
        odict_entry_del(bridge->calls, id);
    else if (!odict_lookup(bridge->calls, id) && odict_count(bridge->calls, false) < CALLS_MAX)
        (void)odict_entry_add(bridge->calls, id, ODICT_NULL);
    tell_line(bridge, odict_count(bridge->calls, false) > 0, bridge->is_registered);
    use_account(bridge);
}

static void on_baresip_event(const struct odict *event, void *userdata)
{
    const char *class = odict_string(event, "class");
    const char *type = odict_string(event, "type");

    if (!class || !type)
        return;
    if (strcmp(class, "register") == 0)
        on_registration(userdata, type, odict_string(event, "accountaor"));
    if (strcmp(class, "call") == 0)
        on_call(userdata, type, odict_string(event, "id"));
}

int bridge_new(prov_client *client, ClientLoop *loop, const struct sa *control, Bridge **ret_bridge)
{
    Bridge *bridge = calloc(1, sizeof(*bridge));
    const ControlHandlers handlers = {on_connected, on_lost, on_baresip_event, bridge};

    if (!bridge)
        return ENOMEM;
    bridge->client = client;
    bridge->loop = loop;
    bridge->control = control_new(control, &handlers);
    if (!bridge->control || odict_alloc(&bridge->calls, 8) != 0 ||
        prov_client_watch(client, on_provd_event, bridge, NULL) < 0) {
        bridge_free(bridge);
        return ENOMEM;
    }
    *ret_bridge = bridge;
    return 0;
}

void bridge_free(Bridge *bridge)
{
    if (!bridge)
        return;
    control_free(bridge->control);
    account_clear(&bridge->account);
    mem_deref(bridge->in_use);
    mem_deref(bridge->calls);
    free(bridge);
}
