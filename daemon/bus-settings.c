/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-settings.h"
#include "config.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "daemon/bus-names.h"
#include "daemon/bus-parameters.h"
#include "daemon/request-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

typedef struct Setting {
    const char *property;
    ParameterId id;
} Setting;

static const Setting settings[] = {
    {"ProvisionEnable", PARAMETER_PROVISION_ENABLE},
    {"ResyncOnReset", PARAMETER_RESYNC_ON_RESET},
    {"ResyncRandomDelay", PARAMETER_RESYNC_RANDOM_DELAY},
    {"ResyncAt", PARAMETER_RESYNC_AT},
    {"ResyncAtRandomDelay", PARAMETER_RESYNC_AT_RANDOM_DELAY},
    {"ResyncPeriodic", PARAMETER_RESYNC_PERIODIC},
    {"ResyncErrorRetryDelay", PARAMETER_RESYNC_ERROR_RETRY_DELAY},
    {"ForcedResyncDelay", PARAMETER_FORCED_RESYNC_DELAY},
    {"ResyncFromSIP", PARAMETER_RESYNC_FROM_SIP},
    {"ResyncAfterUpgradeAttempt", PARAMETER_RESYNC_AFTER_UPGRADE_ATTEMPT},
    {"ResyncTrigger1", PARAMETER_RESYNC_TRIGGER_1},
    {"ResyncTrigger2", PARAMETER_RESYNC_TRIGGER_2},
    {"ResyncFailsOnFNF", PARAMETER_RESYNC_FAILS_ON_FNF},
    {"UserConfigurableResync", PARAMETER_USER_CONFIGURABLE_RESYNC},
};

static const ParameterInfo *setting_info(const char *property)
{
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        if (strcmp(settings[i].property, property) == 0)
            return parameter_info(settings[i].id);
    return NULL;
}

static int get_setting(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const BusInterface *owner = userdata;
    const ParameterInfo *info = setting_info(property);
    const char *value;
    int64_t number = 0;
    bool truth = false;

    if (!info)
        return -ENOENT;
    value = paramset_get(manager_parameters(owner->manager), info->name);
    switch (info->type) {
    case PARAMETER_BOOL:
        (void)parameter_parse_bool(value, &truth);
        return sd_bus_message_append(reply, "b", truth);
    case PARAMETER_INTEGER:
        (void)parameter_parse_integer(value, &number);
        return sd_bus_message_append(reply, "u", (uint32_t)number);
    default:
        return sd_bus_message_append(reply, "s", value);
    }
}

/* Reads the variant of Properties.Set as the text that SetParameter would be given. */
static char *read_setting(sd_bus_message *message, const char *property, const ParameterInfo *info,
                          GError **error)
{
    const char *text;
    uint32_t number;
    int truth;

    switch (info->type) {
    case PARAMETER_BOOL:
        if (sd_bus_message_read(message, "v", "b", &truth) >= 0)
            return g_strdup(truth ? "Yes" : "No");
        break;
    case PARAMETER_INTEGER:
        if (sd_bus_message_read(message, "v", "u", &number) >= 0)
            return g_strdup_printf("%" PRIu32, number);
        break;
    default:
        if (sd_bus_message_read(message, "v", "s", &text) >= 0)
            return g_strdup(text);
    }
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                info->type == PARAMETER_BOOL
                    ? N_("%s: the value is of the wrong type, it must be a boolean (b)")
                : info->type == PARAMETER_INTEGER
                    ? N_("%s: the value is of the wrong type, it must be a number (u)")
                    : N_("%s: the value is of the wrong type, it must be a string (s)"),
                property);
    return NULL;
}

static bool read_set(sd_bus_message *message, const ParameterInfo **ret_info, char **ret_value,
                     GError **error)
{
    const char *interface, *property;
    const ParameterInfo *info;

    if (!bus_read(message, error, "ss", &interface, &property))
        return false;
    info = setting_info(property);
    if (!info) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    N_("There is no setting “%s”"), property);
        return false;
    }
    *ret_info = info;
    *ret_value = read_setting(message, property, info, error);
    return *ret_value != NULL;
}

static bool on_set(Manager *manager, const Caller *caller, sd_bus_message *message, GError **error)
{
    g_autoptr(GTree) values = name_table_new(NULL);
    g_autofree char *value = NULL;
    const ParameterInfo *info;

    if (!read_set(message, &info, &value, error))
        return false;
    g_tree_insert(values, (gpointer)info->name, value);
    return bus_parameters_set(manager, caller, values, error) && bus_reply_empty(message);
}

static MethodWant set_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    const char *interface, *property;
    const ParameterInfo *info = NULL;

    if (sd_bus_message_read(message, "ss", &interface, &property) >= 0)
        info = setting_info(property);
    return (MethodWant){info ? bus_parameters_right(manager, info->name) : RIGHT_NONE, true};
}

const BusMethod bus_settings_methods[] = {
    {"Set", METHOD_OPEN, set_wants, on_set},
    {NULL},
};

int bus_settings_filter(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const char *property;

    if (!bus_is_set(message, BUS_INTERFACE_SETTINGS, &property) || !setting_info(property))
        return 0;
    return bus_method_dispatch(message, userdata, error);
}

void bus_settings_changed(sd_bus *bus, const char *const *names)
{
    g_autoptr(GPtrArray) properties = g_ptr_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        if (g_strv_contains(names, parameter_info(settings[i].id)->name))
            g_ptr_array_add(properties, (gpointer)settings[i].property);
    if (properties->len == 0)
        return;
    g_ptr_array_add(properties, NULL);
    (void)sd_bus_emit_properties_changed_strv(bus, BUS_PATH, BUS_INTERFACE_SETTINGS,
                                              (char **)properties->pdata);
}

#define SETTING(name, type)                                                 \
    SD_BUS_WRITABLE_PROPERTY(name, type, get_setting, bus_refuse_setter, 0, \
                             SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE | SD_BUS_VTABLE_UNPRIVILEGED)

const sd_bus_vtable bus_settings_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SETTING("ProvisionEnable", "b"),
    SETTING("ResyncOnReset", "b"),
    SETTING("ResyncRandomDelay", "u"),
    SETTING("ResyncAt", "s"),
    SETTING("ResyncAtRandomDelay", "u"),
    SETTING("ResyncPeriodic", "s"),
    SETTING("ResyncErrorRetryDelay", "s"),
    SETTING("ForcedResyncDelay", "u"),
    SETTING("ResyncFromSIP", "b"),
    SETTING("ResyncAfterUpgradeAttempt", "b"),
    SETTING("ResyncTrigger1", "s"),
    SETTING("ResyncTrigger2", "s"),
    SETTING("ResyncFailsOnFNF", "b"),
    SETTING("UserConfigurableResync", "b"),
    SD_BUS_VTABLE_END,
};
