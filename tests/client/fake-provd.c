/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A service that owns the daemon's name and misbehaves on demand: what the real daemon cannot be
 * made to do when a test wants it. Its answers are fixed; its argument says how it goes wrong.
 *
 *   ordinary  not at all
 *   hasty     an attempt ends before its request is answered
 *   dying     ends without a word once an attempt has started
 *   revived   what the bus starts after "dying": knows the attempt as Interrupted
 *   mute      takes calls and never answers
 *   garbled   answers with other types than the contract's
 *   failing   every attempt fails
 *   erring    GetParameter(NAME) answers with the error of that name
 *   restless  its properties change whenever it is asked for all of an interface: NextResync for
 *             the first interface, Failures for all others
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define SERVICE    "org.provd.Provisioning1"
#define OBJECT     "/org/provd/Provisioning1"
#define ATTEMPT_ID UINT64_C(7)

static int property_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    if (strcmp(property, "State") == 0)
        return sd_bus_message_append(reply, "s", "scheduled");
    if (strcmp(property, "NextReason") == 0)
        return sd_bus_message_append(reply, "s", "periodic");
    if (strcmp(property, "Version") == 0)
        return sd_bus_message_append(reply, "s", "1.2.3");
    if (strcmp(property, "LastError") == 0)
        return sd_bus_message_append(reply, "s", "FromTheFuture");
    return sd_bus_message_append(reply, "s", "");
}

static int number_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "t", UINT64_C(1700000000000000));
}

static int count_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "u", 3);
}

static int flag_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "b", 1);
}

static int progress_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "(sstt)", "Profile_Rule", "receiving", UINT64_C(10),
                                 UINT64_C(20));
}

static int lines_get(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "au", 4, 0, 1, 64, 65);
}

static bool is_mode(void *userdata, const char *mode)
{
    return strcmp(userdata, mode) == 0;
}

static int emit_finished(sd_bus *bus, void *userdata)
{
    bool failing = is_mode(userdata, "failing");

    return sd_bus_emit_signal(bus, OBJECT, SERVICE, "ResyncFinished", "tsssu", ATTEMPT_ID,
                              failing ? "failure" : "success", failing ? "FileNotFound" : "",
                              failing ? "no such file" : "", failing ? 0 : 2);
}

static int on_resync_now(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    sd_bus *bus = sd_bus_message_get_bus(m);
    int r = 0;

    if (is_mode(userdata, "mute"))
        return 1;
    if (is_mode(userdata, "hasty"))
        r = emit_finished(bus, userdata);
    if (r >= 0)
        r = sd_bus_reply_method_return(m, "t", ATTEMPT_ID);
    if (r >= 0 && !is_mode(userdata, "hasty"))
        r = sd_bus_emit_signal(bus, OBJECT, SERVICE, "ResyncStarted", "ts", ATTEMPT_ID, "request");
    if (r >= 0 && is_mode(userdata, "dying")) {
        sd_bus_flush(bus);
        _exit(0);
    }
    if (r >= 0 && !is_mode(userdata, "hasty"))
        r = emit_finished(bus, userdata);
    return r;
}

static int on_get_history(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    bool revived = is_mode(userdata, "revived");

    return sd_bus_reply_method_return(
        m, "a(tsttsssu)", 2, ATTEMPT_ID, "request", UINT64_C(1000), UINT64_C(2000),
        revived ? "failure" : "success", revived ? "Interrupted" : "",
        revived ? "provd was stopped" : "", revived ? 0 : 2, ATTEMPT_ID - 1, "boot", UINT64_C(10),
        UINT64_C(20), "cancelled", "Cancelled", "cancelled", 0);
}

static int on_get_changes(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return sd_bus_reply_method_return(m, "a(sss)", 2, "GPP_A", "", "x", "Z_1", "old", "");
}

static int on_get_parameter(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    const char *name;
    int r = sd_bus_message_read(m, "s", &name);

    if (r < 0)
        return r;
    if (is_mode(userdata, "erring"))
        return sd_bus_error_setf(error, name, "why %s", "not");
    return sd_bus_reply_method_return(m, "s", "value");
}

static int on_get_parameters(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return sd_bus_reply_method_return(m, "a{ss}", 3, "Z_1", "z", "GPP_A", "a", "Resync_Periodic",
                                      "3600");
}

static int on_describe(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return sd_bus_reply_method_return(m, "a{sa{sv}}", 3, "Resync_Periodic", 6, "type", "s",
                                      "schedule", "access", "s", "rw", "min", "x", INT64_C(-1),
                                      "max", "x", INT64_C(5), "choices", "as", 2, "Yes", "No",
                                      "something-new", "(ii)", 1, 2, "Gone", 1, "type", "s", "text",
                                      "Z_1", 1, "source", "s", "profile");
}

static int on_set(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return sd_bus_reply_method_return(m, NULL);
}

static int on_notify(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return sd_bus_reply_method_return(m, "s", "reboot");
}

static int on_explain(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return sd_bus_reply_method_return(
        m, "aa{sv}", 6,                                                                    /* */
        3, "kind", "s", "candidate", "reason", "s", "periodic", "due", "t", UINT64_C(5),   /* */
        2, "kind", "s", "rule", "name", "s", "Profile_Rule",                               /* */
        3, "kind", "s", "alternative", "taken", "b", 1, "comparisons", "a(sssbs)", 1, "1", /* */
        "eq", "2", 0, "",                                                                  /* */
        3, "kind", "s", "alternative", "url", "s", "http://h/", "assignments", "a(ss)", 1, /* */
        "GPP_A", "x",                                                                      /* */
        2, "kind", "s", "rule", "name", "s", "Profile_Rule_B",                             /* */
        1, "kind", "s", "oracle");
}

/* Announces, ahead of the answer, what the answer to the first question need not agree with. */
static int announce_change(sd_bus_message *call)
{
    sd_bus *bus = sd_bus_message_get_bus(call);
    const char *interface = NULL;
    int r = sd_bus_message_read(call, "s", &interface);

    if (r >= 0)
        r = sd_bus_message_rewind(call, true);
    if (r < 0)
        return r;
    if (strcmp(interface, SERVICE) == 0)
        return sd_bus_emit_signal(bus, OBJECT, "org.freedesktop.DBus.Properties",
                                  "PropertiesChanged", "sa{sv}as", SERVICE, 1, "NextResync", "t",
                                  UINT64_C(1), 0);
    return sd_bus_emit_signal(bus, OBJECT, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                              "sa{sv}as", SERVICE, 1, "Failures", "u", 4, 0);
}

/* Answers in front of the tables, which would not let such answers out. */
static int on_garbled(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    const char *member = sd_bus_message_get_member(m);

    if (is_mode(userdata, "restless") && strcmp(member, "GetAll") == 0) {
        int r = announce_change(m);

        return r < 0 ? r : 0;
    }
    if (!is_mode(userdata, "garbled"))
        return 0;
    if (strcmp(member, "ResyncNow") == 0)
        return sd_bus_reply_method_return(m, "s", "seven");
    if (strcmp(member, "CancelResync") == 0)
        return sd_bus_reply_method_return(m, "s", "nothing was to be said");
    if (strcmp(member, "GetHistory") == 0)
        return sd_bus_reply_method_return(m, "a(ts)", 1, ATTEMPT_ID, "request");
    if (strcmp(member, "DescribeParameters") == 0)
        return sd_bus_reply_method_return(m, "a{sa{sv}}", 1, "GPP_A", 1, "changed", "s", "now");
    if (strcmp(member, "Explain") == 0)
        return sd_bus_reply_method_return(m, "aa{sv}", 1, 1, "kind", "s", "alternative");
    return 0;
}

static const sd_bus_vtable manager_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("ResyncNow", "a{sv}", "t", on_resync_now, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetHistory", "u", "a(tsttsssu)", on_get_history, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetChanges", "t", "a(sss)", on_get_changes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Explain", "s", "aa{sv}", on_explain, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("CancelResync", "", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("FactoryReset", "", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("ResyncStarted", "ts", 0),
    SD_BUS_SIGNAL("ResyncFinished", "tsssu", 0),
    SD_BUS_PROPERTY("State", "s", property_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("NextResync", "t", number_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("NextReason", "s", property_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LastError", "s", property_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Failures", "u", count_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Provisioned", "b", flag_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Progress", "(sstt)", progress_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Version", "s", property_get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable parameters_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("GetParameter", "s", "s", on_get_parameter, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetParameters", "as", "a{ss}", on_get_parameters, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetParameters", "a{ss}", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("CheckParameters", "a{ss}", "a{ss}", on_get_parameters,
                  SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("ResetParameter", "s", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("DescribeParameters", "as", "a{sa{sv}}", on_describe, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("ParametersChanged", "ass", 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable sip_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Notify", "s", "s", on_notify, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetLineActive", "ub", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetLineRegistered", "ub", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("ActiveLines", "au", lines_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable upgrade_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("NotifyAttempt", "bs", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("NotifyReboot", "s", "", on_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("LastMessage", "s", property_get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

static const struct {
    const char *interface;
    const sd_bus_vtable *vtable;
} objects[] = {
    {SERVICE, manager_vtable},
    {SERVICE ".Parameters", parameters_vtable},
    {SERVICE ".Sip", sip_vtable},
    {SERVICE ".Upgrade", upgrade_vtable},
};

static int serve(sd_bus *bus, char *mode)
{
    int r = sd_bus_add_object(bus, NULL, OBJECT, on_garbled, mode);

    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]) && r >= 0; i++)
        r = sd_bus_add_object_vtable(bus, NULL, OBJECT, objects[i].interface, objects[i].vtable,
                                     mode);
    if (r >= 0)
        r = sd_bus_request_name(bus, SERVICE, 0);
    if (r < 0)
        return r;
    (void)puts("ready");
    (void)fflush(stdout);
    while (r >= 0) {
        r = sd_bus_process(bus, NULL);
        if (r == 0)
            r = sd_bus_wait(bus, UINT64_MAX);
    }
    return r;
}

int main(int argc, char **argv)
{
    sd_bus *bus = NULL;
    int r = argc == 2 ? sd_bus_open_user(&bus) : -EINVAL;

    if (r >= 0)
        r = serve(bus, argv[1]);
    sd_bus_flush_close_unref(bus);
    return r < 0 && r != -ENOTCONN && r != -ECONNRESET;
}
