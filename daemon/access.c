/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/access.h"

#include <errno.h>
#include <glib.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

/* A flood of calls must not become a flood of questions to the bus that we hold memory for. */
#define PENDING_MAX 1024

#define NO_GROUP ((gid_t)-1)

struct Access {
    sd_bus *bus;
    bool session;
    gid_t admin_group, sip_group, upgrade_group;
    GHashTable *pending; /* set of Resolution */
};

typedef struct Resolution {
    Access *access;
    sd_bus_message *message;
    sd_bus_slot *slot;
    AccessResolved resolved;
    void *userdata;
} Resolution;

static gid_t group_by_name(const char *name)
{
    const struct group *group = getgrnam(name);

    return group ? group->gr_gid : NO_GROUP;
}

static void resolution_free(gpointer data)
{
    Resolution *resolution = data;

    sd_bus_slot_unref(resolution->slot);
    sd_bus_message_unref(resolution->message);
    g_free(resolution);
}

int access_new(sd_bus *bus, bool session, Access **ret_access)
{
    Access *access = g_new(Access, 1);

    *access = (Access){
        .bus = sd_bus_ref(bus),
        .session = session,
        .admin_group = group_by_name("provd-admin"),
        .sip_group = group_by_name("provd-sip"),
        .upgrade_group = group_by_name("provd-upgrade"),
        .pending = g_hash_table_new_full(NULL, NULL, resolution_free, NULL),
    };
    *ret_access = access;
    return 0;
}

void access_free(Access *access)
{
    if (!access)
        return;
    g_hash_table_unref(access->pending);
    sd_bus_unref(access->bus);
    g_free(access);
}

static void caller_add_group(const Access *access, gid_t group, Caller *caller)
{
    if (group == NO_GROUP)
        return;
    caller->admin = caller->admin || group == access->admin_group;
    caller->sip = caller->sip || group == access->sip_group;
    caller->upgrade = caller->upgrade || group == access->upgrade_group;
}

static int read_groups(const Access *access, sd_bus_message *reply, Caller *caller)
{
    const uint32_t *groups;
    size_t size;
    int r = sd_bus_message_enter_container(reply, 'v', "au");

    if (r < 0)
        return r;
    r = sd_bus_message_read_array(reply, 'u', (const void **)&groups, &size);
    if (r < 0)
        return r;
    for (size_t i = 0; i < size / sizeof(uint32_t); i++)
        caller_add_group(access, groups[i], caller);
    return sd_bus_message_exit_container(reply);
}

/* Reads the dictionary of GetConnectionCredentials; -ENODATA where the uid is not in it. */
static int read_credentials(const Access *access, sd_bus_message *reply, Caller *caller)
{
    bool has_uid = false;
    int r = sd_bus_message_enter_container(reply, 'a', "{sv}");

    while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
        const char *key;

        r = sd_bus_message_read(reply, "s", &key);
        if (r < 0)
            return r;
        if (strcmp(key, "UnixUserID") == 0) {
            has_uid = true;
            r = sd_bus_message_read(reply, "v", "u", &caller->uid);
        } else if (strcmp(key, "UnixGroupIDs") == 0) {
            r = read_groups(access, reply, caller);
        } else {
            r = sd_bus_message_skip(reply, "v");
        }
        if (r >= 0)
            r = sd_bus_message_exit_container(reply);
    }
    if (r < 0)
        return r;
    if (!has_uid)
        return -ENODATA;

    caller->admin =
        caller->admin || caller->uid == 0 || (access->session && caller->uid == geteuid());
    return 0;
}

static int on_credentials(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    Resolution *resolution = userdata;
    Caller caller = {.sender = sd_bus_message_get_sender(resolution->message)};
    bool known = !sd_bus_message_is_method_error(reply, NULL) &&
                 read_credentials(resolution->access, reply, &caller) >= 0;

    resolution->resolved(resolution->message, known ? &caller : NULL, resolution->userdata);
    g_hash_table_remove(resolution->access->pending, resolution);
    return 0;
}

int access_resolve(Access *access, sd_bus_message *message, AccessResolved resolved, void *userdata)
{
    Resolution *resolution;
    int r;

    if (g_hash_table_size(access->pending) >= PENDING_MAX)
        return -EBUSY;

    resolution = g_new(Resolution, 1);
    *resolution = (Resolution){
        .access = access,
        .message = sd_bus_message_ref(message),
        .resolved = resolved,
        .userdata = userdata,
    };
    r = sd_bus_call_method_async(access->bus, &resolution->slot, "org.freedesktop.DBus",
                                 "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                 "GetConnectionCredentials", on_credentials, resolution, "s",
                                 sd_bus_message_get_sender(message));
    if (r < 0) {
        resolution_free(resolution);
        return r;
    }
    g_hash_table_add(access->pending, resolution);
    return 0;
}

/* Password_1_ and its like: what a SIP stack needs to register its lines. */
static bool is_line_password(const char *name)
{
    static const char prefix[] = "Password_";
    size_t digits;

    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return false;
    name += strlen(prefix);
    digits = strspn(name, G_CSET_DIGITS);
    return digits > 0 && strcmp(name + digits, "_") == 0;
}

bool access_reads_value(const Caller *caller, const char *name)
{
    return caller->admin || (caller->sip && is_line_password(name));
}
