/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-parameters.h"
#include "config.h"
#include "core/parameter.h"
#include "core/secret.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>

static bool no_such_parameter(const char *name, GError **error)
{
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_NO_SUCH_PARAMETER,
                N_("There is no parameter “%s”"), name);
    return false;
}

/* The value as the caller may see it; newly allocated, NULL with an error where there is none. */
static char *show_parameter(Manager *manager, const Caller *caller, const char *name,
                            GError **error)
{
    const char *canonical = parameter_canonical_name(name);
    const char *value = paramset_get(manager_parameters(manager), canonical);

    if (!value) {
        no_such_parameter(name, error);
        return NULL;
    }
    return access_reads_value(caller, canonical) ? g_strdup(value) : secret_mask(canonical, value);
}

/* Reading what is shown to everybody asks nobody for more than the caller has. */
static MethodWant read_one_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    g_autofree char *shown = NULL;
    const char *name, *value;

    if (sd_bus_message_read(message, "s", &name) < 0)
        return (MethodWant){RIGHT_NONE, false};
    value = paramset_get(manager_parameters(manager), parameter_canonical_name(name));
    shown = value ? show_parameter(manager, caller, name, NULL) : NULL;
    return (MethodWant){g_strcmp0(shown, value) == 0 ? RIGHT_NONE : RIGHT_ADMIN, false};
}

static bool on_get_parameter(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    g_autofree char *value = NULL;
    const char *name;

    if (!bus_read(message, error, "s", &name))
        return false;
    value = show_parameter(manager, caller, name, error);
    if (!value)
        return false;
    (void)sd_bus_reply_method_return(message, "s", value);
    return true;
}

/* The names that a call is about: those in the message, or all where it has none. */
static int read_names(Manager *manager, sd_bus_message *message, GPtrArray **ret_names)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    int r = sd_bus_message_enter_container(message, 'a', "s");

    while (r >= 0 && (r = sd_bus_message_read(message, "s", &name)) > 0)
        g_ptr_array_add(names, g_strdup(name));
    if (r < 0)
        return r;

    *ret_names =
        names->len > 0 ? g_steal_pointer(&names) : paramset_names(manager_parameters(manager));
    return 0;
}

/* Appends something about one parameter to a dictionary; false with an error where it is missing.
 */
typedef bool (*AppendParameter)(sd_bus_message *reply, Manager *manager, const Caller *caller,
                                const char *name, int *ret_result, GError **error);

/* Replies with a dictionary that has an entry for each name that the message asks for. */
static bool reply_for_names(Manager *manager, const Caller *caller, sd_bus_message *message,
                            const char *signature, AppendParameter append, GError **error)
{
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(sd_bus_message) reply = NULL;
    int r = read_names(manager, message, &names);

    if (r >= 0)
        r = sd_bus_message_new_method_return(message, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', signature);
    for (guint i = 0; r >= 0 && i < names->len; i++)
        if (!append(reply, manager, caller, g_ptr_array_index(names, i), &r, error))
            return false;
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return bus_reply_send(reply, r, error);
}

static bool append_value(sd_bus_message *reply, Manager *manager, const Caller *caller,
                         const char *name, int *ret_result, GError **error)
{
    g_autofree char *value = show_parameter(manager, caller, name, error);

    if (!value)
        return false;
    *ret_result = sd_bus_message_append(reply, "{ss}", name, value);
    return true;
}

static bool on_get_parameters(Manager *manager, const Caller *caller, sd_bus_message *message,
                              GError **error)
{
    return reply_for_names(manager, caller, message, "{ss}", append_value, error);
}

static const char *const access_names[] = {
    [ACCESS_NA] = "na", [ACCESS_RO] = "ro", [ACCESS_RW] = "rw"};

static const char *const source_names[] = {
    [SOURCE_DEFAULT] = "default", [SOURCE_PROFILE] = "profile", [SOURCE_LOCAL] = "local"};

/* What the table says; appends nothing for an opaque parameter. */
static int append_info(sd_bus_message *reply, const ParameterInfo *info)
{
    const char *const *choices = parameter_type_choices(info->type);
    int r = 0;

    if (info->label)
        r = sd_bus_message_append(reply, "{sv}", "label", "s", info->label);
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}{sv}", "type", "s",
                                  parameter_type_to_string(info->type), "help", "s", info->help);
    if (r >= 0 && info->type == PARAMETER_INTEGER)
        r = sd_bus_message_append(reply, "{sv}{sv}", "min", "x", info->minimum, "max", "x",
                                  info->maximum);
    if (r >= 0 && info->unit)
        r = sd_bus_message_append(reply, "{sv}", "unit", "s", info->unit);
    if (r >= 0 && choices)
        r = sd_bus_message_append(reply, "{sv}", "choices", "as", 2, choices[0], choices[1]);
    return r;
}

/* What the set says: where the value came from and what it counts as. */
static int append_state(sd_bus_message *reply, Manager *manager, const Caller *caller,
                        const char *name)
{
    const ParamSet *set = manager_parameters(manager);
    const ParameterInfo *info = parameter_lookup(name);
    const Parameter *held = paramset_find(set, name);
    const char *fallback = paramset_default(set, name);
    g_autofree char *effective = info ? parameter_effective(info, paramset_get(set, name)) : NULL;
    g_autofree char *shown = !fallback                          ? NULL
                             : access_reads_value(caller, name) ? g_strdup(fallback)
                                                                : secret_mask(name, fallback);
    int r = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}", "secret", "b",
                                  parameter_name_is_secret(name), "access", "s",
                                  access_names[held ? held->access : ACCESS_NA], "source", "s",
                                  source_names[held ? held->source : SOURCE_DEFAULT], "changed",
                                  "t", held ? held->changed : UINT64_C(0));

    if (r >= 0 && effective)
        r = sd_bus_message_append(reply, "{sv}", "effective", "s", effective);
    if (r >= 0 && shown)
        r = sd_bus_message_append(reply, "{sv}", "default", "s", shown);
    return r;
}

static bool append_description(sd_bus_message *reply, Manager *manager, const Caller *caller,
                               const char *name, int *ret_result, GError **error)
{
    const char *canonical = parameter_canonical_name(name);
    const ParameterInfo *info = parameter_lookup(name);
    int r;

    if (!paramset_get(manager_parameters(manager), canonical))
        return no_such_parameter(name, error);

    r = sd_bus_message_open_container(reply, 'e', "sa{sv}");
    if (r >= 0)
        r = sd_bus_message_append(reply, "s", name);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = info ? append_info(reply, info)
                 : sd_bus_message_append(reply, "{sv}", "type", "s",
                                         parameter_type_to_string(PARAMETER_TEXT));
    if (r >= 0)
        r = append_state(reply, manager, caller, canonical);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    *ret_result = r < 0 ? r : sd_bus_message_close_container(reply);
    return true;
}

static bool on_describe_parameters(Manager *manager, const Caller *caller, sd_bus_message *message,
                                   GError **error)
{
    return reply_for_names(manager, caller, message, "{sa{sv}}", append_description, error);
}

AccessRight bus_parameters_right(Manager *manager, const char *name)
{
    const Parameter *held =
        paramset_find(manager_parameters(manager), parameter_canonical_name(name));

    return held && held->access == ACCESS_RW ? RIGHT_USER : RIGHT_ADMIN;
}

static bool may_set(Manager *manager, const Caller *caller, const char *name, GError **error)
{
    if (access_has(caller, bus_parameters_right(manager, name)))
        return true;
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_ACCESS_DENIED,
                N_("You are not allowed to change %s"), name);
    return false;
}

/* What a call that begins with one name needs. */
static MethodWant set_one_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    const char *name;

    if (sd_bus_message_read(message, "s", &name) < 0)
        return (MethodWant){RIGHT_NONE, false};
    return (MethodWant){bus_parameters_right(manager, name), true};
}

bool bus_parameters_set(Manager *manager, const Caller *caller, GHashTable *values, GError **error)
{
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init(&iter, values);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (!may_set(manager, caller, name, error))
            return false;
    return manager_set_parameters(manager, values, error);
}

static bool on_set_parameter(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
    const char *name, *value;

    if (!bus_read(message, error, "ss", &name, &value))
        return false;
    g_hash_table_insert(values, (gpointer)name, (gpointer)value);
    return bus_parameters_set(manager, caller, values, error) && bus_reply_empty(message);
}

/* A dictionary of names and values; the strings are the message's. */
static GHashTable *read_values(sd_bus_message *message, GError **error)
{
    g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
    const char *name, *value;
    int r = sd_bus_message_enter_container(message, 'a', "{ss}");

    while (r >= 0 && (r = sd_bus_message_read(message, "{ss}", &name, &value)) > 0)
        if (!g_hash_table_insert(values, (gpointer)name, (gpointer)value)) {
            g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                        N_("%s is there twice: which value counts?"), name);
            return NULL;
        }
    return bus_check_read(r, error) ? g_steal_pointer(&values) : NULL;
}

static bool on_set_parameters(Manager *manager, const Caller *caller, sd_bus_message *message,
                              GError **error)
{
    g_autoptr(GHashTable) values = read_values(message, error);

    return values && bus_parameters_set(manager, caller, values, error) && bus_reply_empty(message);
}

static MethodWant set_many_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    g_autoptr(GHashTable) values = read_values(message, NULL);
    MethodWant want = {values ? RIGHT_USER : RIGHT_NONE, true};
    GHashTableIter iter;
    gpointer name;

    if (!values)
        return want;
    g_hash_table_iter_init(&iter, values);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (bus_parameters_right(manager, name) == RIGHT_ADMIN)
            want.right = RIGHT_ADMIN;
    return want;
}

static int append_problems(sd_bus_message *reply, GHashTable *problems)
{
    GHashTableIter iter;
    gpointer name, problem;
    int r = sd_bus_message_open_container(reply, 'a', "{ss}");

    g_hash_table_iter_init(&iter, problems);
    while (r >= 0 && g_hash_table_iter_next(&iter, &name, &problem))
        r = sd_bus_message_append(reply, "{ss}", name, problem);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static bool on_check_parameters(Manager *manager, const Caller *caller, sd_bus_message *message,
                                GError **error)
{
    g_autoptr(GHashTable) values = read_values(message, error);
    g_autoptr(GHashTable) problems = NULL;
    g_autoptr(sd_bus_message) reply = NULL;
    int r;

    if (!values)
        return false;
    problems = manager_check_parameters(manager, values);
    r = sd_bus_message_new_method_return(message, &reply);
    if (r >= 0)
        r = append_problems(reply, problems);
    return bus_reply_send(reply, r, error);
}

static bool on_reset_parameter(Manager *manager, const Caller *caller, sd_bus_message *message,
                               GError **error)
{
    const char *name;

    return bus_read(message, error, "s", &name) && may_set(manager, caller, name, error) &&
           manager_reset_parameter(manager, name, error) && bus_reply_empty(message);
}

const BusMethod bus_parameters_methods[] = {
    {"GetParameter", METHOD_OPEN, read_one_wants, on_get_parameter},
    {"GetParameters", METHOD_OPEN, bus_wants_secrets, on_get_parameters},
    {"SetParameter", METHOD_OPEN, set_one_wants, on_set_parameter},
    {"SetParameters", METHOD_OPEN, set_many_wants, on_set_parameters},
    {"CheckParameters", METHOD_OPEN, NULL, on_check_parameters},
    {"ResetParameter", METHOD_OPEN, set_one_wants, on_reset_parameter},
    {"DescribeParameters", METHOD_OPEN, bus_wants_secrets, on_describe_parameters},
    {NULL},
};

const sd_bus_vtable bus_parameters_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("GetParameter", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", value),
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetParameters", SD_BUS_ARGS("as", names),
                            SD_BUS_RESULT("a{ss}", values), bus_method_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("SetParameter", SD_BUS_ARGS("s", name, "s", value), SD_BUS_NO_RESULT,
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("SetParameters", SD_BUS_ARGS("a{ss}", values), SD_BUS_NO_RESULT,
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("CheckParameters", SD_BUS_ARGS("a{ss}", values),
                            SD_BUS_RESULT("a{ss}", problems), bus_method_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("ResetParameter", SD_BUS_ARGS("s", name), SD_BUS_NO_RESULT,
                            bus_method_dispatch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("DescribeParameters", SD_BUS_ARGS("as", names),
                            SD_BUS_RESULT("a{sa{sv}}", descriptions), bus_method_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("ParametersChanged", SD_BUS_ARGS("as", names, "s", source), 0),
    SD_BUS_VTABLE_END,
};
