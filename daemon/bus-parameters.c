/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/bus-parameters.h"
#include "config.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>

/* A call about more names than this leaves memory behind that is worth giving back. */
#define NAMES_MANY 1024

/*
 * So many values may a call have: more than any set takes, so that nobody is refused who means it,
 * and fewer than fit into a message, since each takes more here than it does there.
 */
#define VALUES_MAX (8 * PARAMSET_MAX)

static bool no_such_parameter(const char *name, GError **error)
{
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_NO_SUCH_PARAMETER,
                N_("There is no parameter “%s”"), name);
    return false;
}

/* The value as the caller may see it; newly allocated, NULL where there is no such parameter. */
static char *show_parameter(Manager *manager, const Caller *caller, const char *name)
{
    const char *canonical = parameter_canonical_name(name);

    return access_show_value(caller, canonical,
                             paramset_get(manager_parameters(manager), canonical));
}

/* Reading what is shown to everybody asks nobody for more than the caller has. */
static MethodWant read_one_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    g_autofree char *shown = NULL;
    const char *name, *value;

    if (sd_bus_message_read(message, "s", &name) < 0)
        return (MethodWant){RIGHT_NONE, false};
    value = paramset_get(manager_parameters(manager), parameter_canonical_name(name));
    shown = show_parameter(manager, caller, name);
    return (MethodWant){g_strcmp0(shown, value) == 0 ? RIGHT_NONE : RIGHT_ADMIN, false};
}

static bool on_get_parameter(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    g_autofree char *value = NULL;
    const char *name;

    if (!bus_read(message, error, "s", &name))
        return false;
    value = show_parameter(manager, caller, name);
    if (!value)
        return no_such_parameter(name, error);
    (void)sd_bus_reply_method_return(message, "s", value);
    return true;
}

/*
 * The names that a call is about: those in the message, each once, or all where it has none. NULL
 * with an error at the first of which there is no parameter: a call has no more names than those.
 */
static GPtrArray *read_names(Manager *manager, sd_bus_message *message, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GTree) seen = name_table_new(NULL);
    const char *name;
    int r = sd_bus_message_enter_container(message, 'a', "s");

    while (r >= 0 && (r = sd_bus_message_read(message, "s", &name)) > 0) {
        if (g_tree_lookup(seen, name))
            continue;
        if (!paramset_get(manager_parameters(manager), parameter_canonical_name(name))) {
            no_such_parameter(name, error);
            return NULL;
        }
        g_tree_insert(seen, (gpointer)name, (gpointer)name);
        g_ptr_array_add(names, g_strdup(name));
    }
    if (names->len > NAMES_MANY)
        manager_release_memory(manager);
    if (!bus_check_read(r, error))
        return NULL;
    return names->len > 0 ? g_steal_pointer(&names) : paramset_names(manager_parameters(manager));
}

/* Appends something about one parameter that is there to a dictionary. */
typedef void (*AppendParameter)(BusReply *reply, Manager *manager, const Caller *caller,
                                const char *name);

/* Replies with a dictionary that has an entry for each name that the message asks for. */
static bool reply_for_names(Manager *manager, const Caller *caller, sd_bus_message *message,
                            const char *entry, AppendParameter append, GError **error)
{
    g_autoptr(GPtrArray) names = read_names(manager, message, error);
    g_auto(BusReply) reply = bus_reply_new(message);

    if (!names)
        return false;
    bus_reply_open(&reply, 'a', entry);
    for (guint i = 0; i < names->len; i++)
        append(&reply, manager, caller, g_ptr_array_index(names, i));
    bus_reply_close(&reply);
    return bus_reply_send(&reply, error);
}

static void append_value(BusReply *reply, Manager *manager, const Caller *caller, const char *name)
{
    g_autofree char *value = show_parameter(manager, caller, name);

    bus_reply_append(reply, "{ss}", name, value);
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

/* An entry with a text, if there is one. */
static void append_text(BusReply *reply, const char *key, const char *text)
{
    if (text)
        bus_reply_append(reply, "{sv}", key, "s", text);
}

/* What the table says. */
static void append_info(BusReply *reply, const ParameterInfo *info)
{
    const char *const *choices = parameter_type_choices(info->type);

    append_text(reply, "label", info->label);
    append_text(reply, "help", info->help);
    append_text(reply, "unit", info->unit);
    if (info->type == PARAMETER_INTEGER)
        bus_reply_append(reply, "{sv}{sv}", "min", "x", info->minimum, "max", "x", info->maximum);
    if (!choices)
        return;
    bus_reply_open_list(reply, "choices", "s");
    for (; *choices; choices++)
        bus_reply_append(reply, "s", *choices);
    bus_reply_close_list(reply);
}

/* What the set says: where the value came from and what it counts as. */
static void append_state(BusReply *reply, Manager *manager, const Caller *caller, const char *name)
{
    const ParamSet *set = manager_parameters(manager);
    const ParameterInfo *info = parameter_lookup(name);
    const Parameter *held = paramset_find(set, name);
    g_autofree char *effective = info ? parameter_effective(info, paramset_get(set, name)) : NULL;
    g_autofree char *fallback = access_show_value(caller, name, paramset_default(set, name));

    bus_reply_append(reply, "{sv}{sv}{sv}{sv}", "secret", "b", (int)parameter_name_is_secret(name),
                     "access", "s", access_names[held ? held->access : ACCESS_NA], "source", "s",
                     source_names[held ? held->source : SOURCE_DEFAULT], "changed", "t",
                     held ? held->changed : UINT64_C(0));
    append_text(reply, "effective", effective);
    append_text(reply, "default", fallback);
}

static void append_description(BusReply *reply, Manager *manager, const Caller *caller,
                               const char *name)
{
    const ParameterInfo *info = parameter_lookup(name);

    bus_reply_open(reply, 'e', "sa{sv}");
    bus_reply_append(reply, "s", name);
    bus_reply_open(reply, 'a', "{sv}");
    append_text(reply, "type", parameter_type_to_string(info ? info->type : PARAMETER_TEXT));
    if (info)
        append_info(reply, info);
    append_state(reply, manager, caller, parameter_canonical_name(name));
    bus_reply_close(reply);
    bus_reply_close(reply);
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

/* Whether the caller may set those of the parameters that take this right. */
static bool may_set_all(Manager *manager, const Caller *caller, GTree *values, AccessRight right,
                        GError **error)
{
    for (GTreeNode *node = g_tree_node_first(values); node; node = g_tree_node_next(node))
        if (bus_parameters_right(manager, g_tree_node_key(node)) == right &&
            !may_set(manager, caller, g_tree_node_key(node), error))
            return false;
    return true;
}

bool bus_parameters_set(Manager *manager, const Caller *caller, GTree *values, GError **error)
{
    /* Who was refused the former may have the right to the latter, and must not be told of them. */
    return may_set_all(manager, caller, values, RIGHT_ADMIN, error) &&
           may_set_all(manager, caller, values, RIGHT_USER, error) &&
           manager_set_parameters(manager, values, error);
}

static bool on_set_parameter(Manager *manager, const Caller *caller, sd_bus_message *message,
                             GError **error)
{
    g_autoptr(GTree) values = name_table_new(NULL);
    const char *name, *value;

    if (!bus_read(message, error, "ss", &name, &value))
        return false;
    g_tree_insert(values, (gpointer)name, (gpointer)value);
    return bus_parameters_set(manager, caller, values, error) && bus_reply_empty(message);
}

static bool add_value(GTree *values, const char *name, const char *value, GError **error)
{
    if (g_tree_lookup(values, name)) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    N_("%s is there twice: which value counts?"), name);
        return false;
    }
    if (g_tree_nnodes(values) >= VALUES_MAX) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_LIMITS_EXCEEDED,
                    N_("A call may have %d values at the most"), VALUES_MAX);
        return false;
    }
    g_tree_insert(values, (gpointer)name, (gpointer)value);
    return true;
}

/* A dictionary of names and values; the strings are the message's. */
static GTree *read_values(Manager *manager, sd_bus_message *message, GError **error)
{
    g_autoptr(GTree) values = name_table_new(NULL);
    const char *name, *value;
    bool fits = true;
    int r = sd_bus_message_enter_container(message, 'a', "{ss}");

    while (fits && r >= 0 && (r = sd_bus_message_read(message, "{ss}", &name, &value)) > 0)
        fits = add_value(values, name, value, error);
    if (g_tree_nnodes(values) > NAMES_MANY)
        manager_release_memory(manager);
    return fits && bus_check_read(r, error) ? g_steal_pointer(&values) : NULL;
}

static bool on_set_parameters(Manager *manager, const Caller *caller, sd_bus_message *message,
                              GError **error)
{
    g_autoptr(GTree) values = read_values(manager, message, error);

    return values && bus_parameters_set(manager, caller, values, error) && bus_reply_empty(message);
}

static MethodWant set_many_wants(Manager *manager, const Caller *caller, sd_bus_message *message)
{
    g_autoptr(GTree) values = read_values(manager, message, NULL);
    MethodWant want = {values ? RIGHT_USER : RIGHT_NONE, true};
    GTreeNode *node = values ? g_tree_node_first(values) : NULL;

    for (; node; node = g_tree_node_next(node))
        if (bus_parameters_right(manager, g_tree_node_key(node)) == RIGHT_ADMIN)
            want.right = RIGHT_ADMIN;
    return want;
}

static bool on_check_parameters(Manager *manager, const Caller *caller, sd_bus_message *message,
                                GError **error)
{
    g_auto(BusReply) reply = bus_reply_new(message);
    g_autoptr(GTree) values = read_values(manager, message, error);
    g_autoptr(GTree) problems = NULL;

    if (!values)
        return false;
    problems = manager_check_parameters(manager, values);
    bus_reply_open(&reply, 'a', "{ss}");
    for (GTreeNode *node = g_tree_node_first(problems); node; node = g_tree_node_next(node))
        bus_reply_append(&reply, "{ss}", g_tree_node_key(node), g_tree_node_value(node));
    bus_reply_close(&reply);
    return bus_reply_send(&reply, error);
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
