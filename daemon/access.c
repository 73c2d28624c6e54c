/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/access.h"
#include "core/secret.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

/* A flood of calls must not become a flood of questions that we hold memory for. */
#define PENDING_MAX 1024

/*
 * What one user may have of the questions to polkit, and of those for which a person is asked: it
 * is in that user's hands when they are answered, and nobody else shall wait for it.
 */
#define PENDING_MAX_OF_USER 64
#define DIALOGS_MAX_OF_USER 8

/* So long may a person take to type a password. */
#define POLKIT_TIMEOUT_USEC (UINT64_C(120) * G_USEC_PER_SEC)

/* Of polkit's CheckAuthorization: ask a person if need be. */
#define POLKIT_ALLOW_INTERACTION 1U

#define NO_GROUP ((gid_t)-1)

/* The groups of which a member has a right. */
static const struct {
    const char *name;
    AccessRight right;
} group_rights[] = {
    {"provd-admin", RIGHT_ADMIN},
    {"provd-sip", RIGHT_SIP},
    {"provd-upgrade", RIGHT_UPGRADE},
};

struct Access {
    sd_bus *bus;
    bool session;
    bool has_groups; /* they have been looked up */
    gid_t groups[G_N_ELEMENTS(group_rights)];
    GHashTable *resolving; /* set of Question: to the bus daemon */
    GHashTable *asking;    /* likewise: to polkit */
};

/* A question under way, to the bus daemon or to polkit. */
typedef struct Question {
    Access *access;
    GHashTable *pending; /* the access's set that it belongs to */
    sd_bus_message *message;
    sd_bus_slot *slot;
    Caller caller;
    AccessRight right;
    bool interactive; /* polkit may ask a person */
    AccessAnswer answer;
    void *userdata;
} Question;

static void question_free(gpointer data)
{
    Question *question = data;

    sd_bus_slot_unref(question->slot);
    sd_bus_message_unref(question->message);
    g_free(question);
}

Access *access_new(sd_bus *bus, bool session)
{
    Access *access = g_new(Access, 1);

    *access = (Access){
        .bus = sd_bus_ref(bus),
        .session = session,
        .resolving = g_hash_table_new_full(NULL, NULL, question_free, NULL),
        .asking = g_hash_table_new_full(NULL, NULL, question_free, NULL),
    };
    return access;
}

void access_free(Access *access)
{
    if (!access)
        return;
    g_hash_table_unref(access->resolving);
    g_hash_table_unref(access->asking);
    sd_bus_unref(access->bus);
    g_free(access);
}

/* Looks the groups up, once, when somebody comes who may need them: it takes a while. */
static void find_groups(Access *access)
{
    if (access->has_groups)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(group_rights); i++) {
        const struct group *group = getgrnam(group_rights[i].name);

        access->groups[i] = group ? group->gr_gid : NO_GROUP;
    }
    access->has_groups = true;
}

/* Whether a user has all rights, whatever groups there are. */
static bool is_administrator(const Access *access, uid_t uid)
{
    return uid == 0 || (access->session && uid == geteuid());
}

static void add_group(const Access *access, gid_t group, Caller *caller)
{
    for (size_t i = 0; i < G_N_ELEMENTS(group_rights); i++)
        if (group != NO_GROUP && group == access->groups[i])
            caller->rights |= group_rights[i].right;
}

static int read_groups(Access *access, sd_bus_message *reply, Caller *caller)
{
    const uint32_t *groups;
    size_t size;
    int r = sd_bus_message_enter_container(reply, 'v', "au");

    if (r < 0)
        return r;
    r = sd_bus_message_read_array(reply, 'u', (const void **)&groups, &size);
    if (r < 0)
        return r;
    find_groups(access);
    for (size_t i = 0; i < size / sizeof(uint32_t); i++)
        add_group(access, groups[i], caller);
    return sd_bus_message_exit_container(reply);
}

static int read_credential(Access *access, sd_bus_message *reply, Caller *caller, bool *has_uid)
{
    const char *key;
    int r = sd_bus_message_read(reply, "s", &key);

    if (r < 0)
        return r;
    if (strcmp(key, "UnixUserID") == 0) {
        *has_uid = true;
        return sd_bus_message_read(reply, "v", "u", &caller->uid);
    }
    if (strcmp(key, "UnixGroupIDs") == 0 && !(*has_uid && is_administrator(access, caller->uid)))
        return read_groups(access, reply, caller);
    return sd_bus_message_skip(reply, "v");
}

/* Reads the dictionary of GetConnectionCredentials; -ENODATA where the uid is not in it. */
static int read_credentials(Access *access, sd_bus_message *reply, Caller *caller)
{
    bool has_uid = false;
    int r = sd_bus_message_enter_container(reply, 'a', "{sv}");

    while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
        r = read_credential(access, reply, caller, &has_uid);
        if (r >= 0)
            r = sd_bus_message_exit_container(reply);
    }
    if (r < 0)
        return r;
    if (!has_uid)
        return -ENODATA;

    if (is_administrator(access, caller->uid))
        caller->rights |= RIGHT_ADMIN;
    return 0;
}

static Question *question_new(Access *access, GHashTable *pending, sd_bus_message *message,
                              AccessAnswer answer, void *userdata)
{
    Question *question = g_new(Question, 1);

    *question = (Question){
        .access = access,
        .pending = pending,
        .message = sd_bus_message_ref(message),
        .caller = {.sender = sd_bus_message_get_sender(message)},
        .answer = answer,
        .userdata = userdata,
    };
    return question;
}

/* Counts a question that was sent as pending, or frees one that could not be. */
static int question_sent(Question *question, int r)
{
    if (r < 0)
        question_free(question);
    else
        g_hash_table_add(question->pending, question);
    return r < 0 ? r : 0;
}

static void question_end(Question *question, bool known)
{
    question->answer(question->message, known ? &question->caller : NULL, question->userdata);
    g_hash_table_remove(question->pending, question);
}

static int on_credentials(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    Question *question = userdata;

    question_end(question, !sd_bus_message_is_method_error(reply, NULL) &&
                               read_credentials(question->access, reply, &question->caller) >= 0);
    return 0;
}

int access_resolve(Access *access, sd_bus_message *message, AccessAnswer answer, void *userdata)
{
    Question *question;

    if (g_hash_table_size(access->resolving) >= PENDING_MAX)
        return -EBUSY;

    question = question_new(access, access->resolving, message, answer, userdata);
    return question_sent(
        question, sd_bus_call_method_async(access->bus, &question->slot, "org.freedesktop.DBus",
                                           "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                           "GetConnectionCredentials", on_credentials, question,
                                           "s", question->caller.sender));
}

/* The action of dbus/org.provd.Provisioning1.policy that stands for a right. */
static const char *polkit_action(AccessRight right)
{
    switch (right) {
    case RIGHT_RESYNC:
        return "org.provd.provisioning1.resync";
    case RIGHT_USER:
        return "org.provd.provisioning1.set-user-parameters";
    default:
        return "org.provd.provisioning1.administer";
    }
}

static int on_authorization(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    Question *question = userdata;
    int authorized = 0, challenge = 0;

    /* Without polkit on this system there is an error, and nobody gains anything. */
    if (!sd_bus_message_is_method_error(reply, NULL) &&
        sd_bus_message_enter_container(reply, 'r', "bba{ss}") > 0 &&
        sd_bus_message_read(reply, "bb", &authorized, &challenge) > 0 && authorized) {
        bool particular = question->right == RIGHT_RESYNC || question->right == RIGHT_USER;

        question->caller.rights |= particular ? question->right : RIGHT_ADMIN;
    }
    question_end(question, true);
    return 0;
}

/* How many questions polkit has for a user, and for how many of them a person may be asked. */
static unsigned count_asking(const Access *access, uid_t uid, unsigned *ret_dialogs)
{
    GHashTableIter iter;
    gpointer key;
    unsigned count = 0;

    *ret_dialogs = 0;
    g_hash_table_iter_init(&iter, access->asking);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        const Question *question = key;

        if (question->caller.uid != uid)
            continue;
        count++;
        *ret_dialogs += question->interactive ? 1 : 0;
    }
    return count;
}

static int ask_polkit(Question *question)
{
    g_autoptr(sd_bus_message) call = NULL;
    int r = sd_bus_message_new_method_call(
        question->access->bus, &call, "org.freedesktop.PolicyKit1",
        "/org/freedesktop/PolicyKit1/Authority", "org.freedesktop.PolicyKit1.Authority",
        "CheckAuthorization");

    if (r >= 0)
        r = sd_bus_message_append(call, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
                                  question->caller.sender, polkit_action(question->right), 0,
                                  question->interactive ? POLKIT_ALLOW_INTERACTION : 0U, "");
    return r < 0 ? r
                 : sd_bus_call_async(question->access->bus, &question->slot, call, on_authorization,
                                     question, POLKIT_TIMEOUT_USEC);
}

int access_request(Access *access, sd_bus_message *message, const Caller *caller, AccessRight right,
                   bool interactive, AccessAnswer answer, void *userdata)
{
    Question *question;
    unsigned dialogs;

    if (access->session)
        return -EOPNOTSUPP;
    if (g_hash_table_size(access->asking) >= PENDING_MAX ||
        count_asking(access, caller->uid, &dialogs) >= PENDING_MAX_OF_USER)
        return -EBUSY;

    question = question_new(access, access->asking, message, answer, userdata);
    question->caller = *caller;
    question->right = right;
    question->interactive = interactive && dialogs < DIALOGS_MAX_OF_USER &&
                            sd_bus_message_get_allow_interactive_authorization(message) > 0;
    return question_sent(question, ask_polkit(question));
}

bool access_has(const Caller *caller, AccessRight right)
{
    return (caller->rights & (unsigned)(right | RIGHT_ADMIN)) != 0;
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

static bool reads_value(const Caller *caller, const char *name)
{
    return access_has(caller, RIGHT_ADMIN) ||
           (access_has(caller, RIGHT_SIP) && is_line_password(name));
}

char *access_show_value(const Caller *caller, const char *name, const char *value)
{
    return reads_value(caller, name) ? g_strdup(value) : secret_mask(name, value);
}
