/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-provisioning.h"
#include "config.h"
#include "daemon/bus-explain.h"
#include "daemon/bus-properties.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What ResyncNow was asked for. The rule is the message's. */
typedef struct ResyncOptions {
    const char *rule; /* NULL: the configured ones */
    bool force;
} ResyncOptions;

static bool read_option(sd_bus_message *message, const char *name, ResyncOptions *options,
                        GError **error)
{
    int force = 0;
    int r;

    if (strcmp(name, "force") == 0) {
        r = sd_bus_message_read(message, "v", "b", &force);
        options->force = force;
    } else if (strcmp(name, "rule") == 0) {
        r = sd_bus_message_read(message, "v", "s", &options->rule);
    } else {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    N_("There is no option “%s”, only “force” (b) and “rule” (s)"), name);
        return false;
    }
    if (r < 0)
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    N_("The option “%s” is of the wrong type: “force” is a boolean (b), “rule” a "
                       "string (s)"),
                    name);
    return r >= 0;
}

static bool read_options(sd_bus_message *message, ResyncOptions *options, GError **error)
{
    int r = sd_bus_message_enter_container(message, 'a', "{sv}");

    while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        const char *name;

        r = sd_bus_message_read(message, "s", &name);
        if (r < 0)
            break;
        if (!read_option(message, name, options, error))
            return false;
        r = sd_bus_message_exit_container(message);
    }
    return bus_check_read(r, error);
}

/* A plain request is for users, too, as far as the settings and polkit allow. */
static bool is_plain(Manager *manager, const ResyncOptions *options)
{
    return !options->rule && !options->force && manager_is_user_configurable(manager);
}

static MethodWant resync_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    ResyncOptions options = {0};

    if (!read_options(message, &options, NULL))
        return (MethodWant){RIGHT_NONE, false};
    return (MethodWant){is_plain(manager, &options) ? RIGHT_RESYNC : RIGHT_ADMIN, true};
}

static bool may_request(Manager *manager, const Caller *caller, const ResyncOptions *options,
                        GError **error)
{
    if (access_has(caller, is_plain(manager, options) ? RIGHT_RESYNC : RIGHT_ADMIN))
        return true;

    if (!manager_is_user_configurable(manager))
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED,
                    N_("Only administrators may request a resync: User_Configurable_Resync is No"));
    else
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_ACCESS_DENIED, "%s",
                    options->rule || options->force
                        ? N_("You are not allowed to request a resync with options")
                        : N_("You are not allowed to request a resync"));
    return false;
}

static bool on_resync_now(Manager *manager, const Caller *caller, sd_bus_message *message,
                          GError **error)
{
    ResyncOptions options = {0};
    uint64_t id;

    if (!read_options(message, &options, error) || !may_request(manager, caller, &options, error) ||
        !manager_request_resync(manager, options.rule, options.force, &id, error))
        return false;
    (void)sd_bus_reply_method_return(message, "t", id);
    return true;
}

static bool on_cancel_resync(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    manager_cancel_resync(manager);
    return bus_reply_empty(message);
}

static bool on_factory_reset(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    return manager_factory_reset(manager, error) && bus_reply_empty(message);
}

static bool on_get_history(Manager *manager, const Caller *caller, sd_bus_message *message,
                           GError **error)
{
    g_auto(BusReply) reply = bus_reply_new(message);
    g_autoptr(GPtrArray) attempts = NULL;
    uint32_t max;

    if (!bus_read(message, error, "u", &max))
        return false;
    attempts = manager_history(manager, max == 0 ? STORE_HISTORY_MAX : max);
    bus_reply_open(&reply, 'a', "(tsttsssu)");
    for (guint i = 0; i < attempts->len; i++) {
        const AttemptRecord *attempt = g_ptr_array_index(attempts, i);

        bus_reply_append(&reply, "(tsttsssu)", attempt->id, attempt->reason, attempt->started,
                         attempt->finished, attempt->result, attempt->failure, attempt->message,
                         attempt->changed);
    }
    bus_reply_close(&reply);
    return bus_reply_send(&reply, error);
}

static bool on_get_changes(Manager *manager, const Caller *caller, sd_bus_message *message,
                           GError **error)
{
    g_auto(BusReply) reply = bus_reply_new(message);
    g_autoptr(GPtrArray) changes = NULL;
    uint64_t id;

    if (!bus_read(message, error, "t", &id))
        return false;
    changes = manager_changes(manager, id);
    bus_reply_open(&reply, 'a', "(sss)");
    for (guint i = 0; i < changes->len; i++) {
        const AttemptChange *change = g_ptr_array_index(changes, i);
        g_autofree char *old = access_show_value(caller, change->name, change->old);
        g_autofree char *new = access_show_value(caller, change->name, change->new);

        bus_reply_append(&reply, "(sss)", change->name, old, new);
    }
    bus_reply_close(&reply);
    return bus_reply_send(&reply, error);
}

const BusMethod bus_provisioning_methods[] = {
    {"ResyncNow", METHOD_OPEN, resync_wants, on_resync_now},
    {"CancelResync", METHOD_ADMIN, NULL, on_cancel_resync},
    {"FactoryReset", METHOD_ADMIN, NULL, on_factory_reset},
    {"GetHistory", METHOD_OPEN, NULL, on_get_history},
    {"GetChanges", METHOD_OPEN, NULL, on_get_changes},
    {"Explain", METHOD_OPEN, bus_wants_secrets, bus_explain},
    {NULL},
};

#define STATUS(name, type) \
    SD_BUS_PROPERTY(name, type, bus_properties_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

static int get_version(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", PROVD_VERSION);
}

const sd_bus_vtable bus_provisioning_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("ResyncNow", SD_BUS_ARGS("a{sv}", options), SD_BUS_RESULT("t", id),
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("CancelResync", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_method_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("FactoryReset", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_method_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetHistory", SD_BUS_ARGS("u", max),
                            SD_BUS_RESULT("a(tsttsssu)", attempts), bus_method_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetChanges", SD_BUS_ARGS("t", id), SD_BUS_RESULT("a(sss)", changes),
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_ARGS("s", rule), SD_BUS_RESULT("aa{sv}", entries),
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("ResyncStarted", SD_BUS_ARGS("t", id, "s", reason), 0),
    SD_BUS_SIGNAL_WITH_ARGS(
        "ResyncFinished", SD_BUS_ARGS("t", id, "s", result, "s", error, "s", message, "u", changed),
        0),
    STATUS("State", "s"),
    STATUS("NextResync", "t"),
    STATUS("NextReason", "s"),
    STATUS("LastAttempt", "t"),
    STATUS("LastSuccess", "t"),
    STATUS("LastReason", "s"),
    STATUS("LastResult", "s"),
    STATUS("LastError", "s"),
    STATUS("LastErrorMessage", "s"),
    STATUS("Failures", "u"),
    STATUS("Provisioned", "b"),
    STATUS("Progress", "(sstt)"),
    SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_VTABLE_END,
};
