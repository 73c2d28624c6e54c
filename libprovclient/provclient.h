/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * libprovclient: how programs on the phone talk with provd, the provisioning daemon.
 *
 *   - A phone's user interface shows the status, requests a resync and follows it.
 *   - An upgrade agent tells of firmware upgrades and of the reboot that follows one.
 *   - A SIP stack reads its accounts, hands on NOTIFY requests and says which lines are active.
 *
 * A program that prints the state, and waits for what happens next:
 *
 *     static void on_event(prov_client *client, const prov_event *event, void *userdata)
 *     {
 *         (void)client, (void)userdata;
 *         if (event->type == PROV_EVENT_STATUS_CHANGED)
 *             printf("%s\n", prov_state_name(event->status->state));
 *     }
 *
 *     int main(void)
 *     {
 *         prov_client *client = NULL;
 *         int r = prov_client_new(PROV_BUS_SYSTEM, &client);
 *
 *         if (r >= 0)
 *             r = prov_client_watch(client, on_event, NULL, NULL);
 *         while (r >= 0 && (r = prov_client_process(client)) >= 0)
 *             r = prov_client_wait(client, PROV_FOREVER);
 *         prov_client_free(client);
 *         return r < 0;
 *     }
 *
 * Errors. A function returns a negative errno when it fails, and then leaves its ret_ arguments
 * untouched but for ret_error, which may be NULL, and which gets a prov_error that says more.
 *
 * Ownership. What a function returns, or hands to a callback without "const", is the receiver's to
 * free with the function that its type names; what is handed over as "const" is the library's and
 * valid until the callback returns. Every free function takes NULL. Arguments are copied.
 *
 * Binary compatibility. Structs are made by the library alone, and grow at their end: never copy
 * one, nor ask for its size. Lists are arrays of pointers that end in NULL. The one exception is
 * prov_value, which programs make too, and which stays as it is. Enums get new members; whatever
 * the library does not know yet is 0, "unknown".
 *
 * Two ways to call. Each call waits for its answer, or, with _async at the end of its name, returns
 * at once and calls back with the answer. Its slot drops the call when it is freed; ret_slot may be
 * NULL. A call that waits keeps signals for later, unless it says otherwise. A callback that gets
 * an error gets no result (NULL or 0).
 *
 * Loops. A client fits any loop: attach it to an sd-event loop, or poll its descriptor; a source
 * for GLib's main loop is among the project's examples. Callbacks run from within
 * prov_client_process() or the attached loop, never from within the call that they belong to. A
 * callback may make calls, and may free its client and slots.
 *
 * Threads. A client, its slots and its callbacks belong to one thread at a time; there are no locks
 * and no threads in here. Different clients may be used in different threads at once. A client is
 * of no use after a fork().
 *
 * Memory. A call allocates its message, its answer, and where it is asynchronous a slot, and
 * nothing of it stays when the answer is freed. A watch keeps one status. Memory that lacks is
 * -ENOMEM, or PROV_ERROR_OUT_OF_MEMORY where the answer cannot be kept; the program is not ended.
 *
 * Units. Times are microseconds of CLOCK_REALTIME, 0 where there is none.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

typedef struct sd_event sd_event;

typedef struct prov_client prov_client;

/* A call that is under way, or a watch. */
typedef struct prov_slot prov_slot;

#define PROV_FOREVER UINT64_MAX

/* ---- Errors ---------------------------------------------------------------------------------- */

typedef enum prov_error_kind {
    PROV_ERROR_UNKNOWN = 0,       /* -EIO: what this library has no name for */
    PROV_ERROR_NO_BUS,            /* -ENOTCONN: no connection with the bus */
    PROV_ERROR_NO_DAEMON,         /* -EHOSTUNREACH: provd does not run, or went away */
    PROV_ERROR_TIMEOUT,           /* -ETIMEDOUT: no answer in time */
    PROV_ERROR_MALFORMED,         /* -EBADMSG: no such call, or an answer not as in the contract */
    PROV_ERROR_NOT_ALLOWED,       /* -EACCES: this program may not do that */
    PROV_ERROR_INVALID_ARGUMENT,  /* -EINVAL */
    PROV_ERROR_DISABLED,          /* -ESHUTDOWN: Provision_Enable is No */
    PROV_ERROR_REFUSED,           /* -EPERM: a setting forbids it */
    PROV_ERROR_NO_SUCH_PARAMETER, /* -ENOENT */
    PROV_ERROR_INVALID_VALUE,     /* -EINVAL: the message says what is allowed */
    PROV_ERROR_INVALID_RULE,      /* -EINVAL: the message says where, and what was expected */
    PROV_ERROR_NO_SUCH_LINE,      /* -ENXIO */
    PROV_ERROR_STORE_FAILED,      /* -EIO: the daemon cannot keep it */
    PROV_ERROR_OUT_OF_MEMORY,     /* -ENOMEM */
} prov_error_kind;

typedef struct prov_error {
    prov_error_kind kind;
    int number;          /* the negative errno that goes with it */
    const char *message; /* for a person to read, in English */
} prov_error;

void prov_error_free(prov_error *error);

/* "InvalidValue", "NoDaemon", ... Static. */
const char *prov_error_kind_name(prov_error_kind kind);

/* ---- Client and loop ------------------------------------------------------------------------- */

typedef enum prov_bus {
    PROV_BUS_SYSTEM,
    PROV_BUS_SESSION, /* where "provd --session" is, for development */
} prov_bus;

/*
 * A new connection with the bus. Succeeds also where the daemon does not run: the first call starts
 * it, where the bus can. -ENOENT, -ECONNREFUSED and the like where there is no such bus.
 */
int prov_client_new(prov_bus bus, prov_client **ret_client);

/* The same for a bus at a D-Bus address, such as "unix:path=/run/dbus/system_bus_socket". */
int prov_client_new_for_address(const char *address, prov_client **ret_client);

/*
 * Closes the connection. Calls under way are dropped without their callbacks. To the daemon, this
 * program's lines become idle. Slots may be freed before or after.
 */
void prov_client_free(prov_client *client);

/* Drops a call, whose callback then never runs, or ends a watch. */
void prov_slot_free(prov_slot *slot);

/* The longest time to wait for an answer, in microseconds; 25 s if never set. */
int prov_client_set_timeout(prov_client *client, uint64_t usec);

/*
 * Whether the daemon may have the user asked for a password, where a call needs more rights. Then
 * set a timeout that is long enough for a person too. Off if never set.
 */
int prov_client_set_interactive(prov_client *client, bool interactive);

/* The descriptor to poll; it stays the client's. */
int prov_client_get_fd(prov_client *client);

/* The poll() events to wait for; they change, so ask before each poll(). */
int prov_client_get_events(prov_client *client);

/*
 * The moment, in microseconds of CLOCK_MONOTONIC, at which prov_client_process() is to be called
 * even if the descriptor is silent; 0 for at once, PROV_FOREVER for none. Changes as events do.
 */
int prov_client_get_timeout(prov_client *client, uint64_t *ret_usec);

/*
 * Sends what is to be sent, and runs the callbacks for what has come; never blocks. Returns 0, or a
 * negative errno once the connection with the bus is lost, which is seldom more than a bus that is
 * restarted: then free the client, or have it reconnect, and poll no descriptor meanwhile.
 */
int prov_client_process(prov_client *client);

/*
 * Blocks until prov_client_process() has something to do, for at most so many microseconds. A
 * positive number if there is, 0 after the time has passed; -EINTR after a signal.
 */
int prov_client_wait(prov_client *client, uint64_t usec);

/*
 * Connects anew with a bus that was lost. Calls that were under way have failed by then; watches go
 * on, what was said of lines is said again, and settings stay. The descriptor is another one. Where
 * there is no bus yet, fails as prov_client_new() does, and may be tried again, not more often than
 * every second or so. 0 without doing anything where the connection was not lost; -EBUSY from
 * within a callback.
 */
int prov_client_reconnect(prov_client *client);

/*
 * Has an sd-event loop do all of this, reconnecting included. The client keeps a reference to it
 * until it is detached. -EBUSY where it is attached.
 */
int prov_client_attach_event(prov_client *client, sd_event *event);
void prov_client_detach_event(prov_client *client);

/* ---- Status ---------------------------------------------------------------------------------- */

typedef enum prov_state {
    PROV_STATE_UNKNOWN = 0,
    PROV_STATE_DISABLED,  /* Provision_Enable is No */
    PROV_STATE_IDLE,      /* nothing is scheduled */
    PROV_STATE_SCHEDULED, /* next_resync says when */
    PROV_STATE_DEFERRED,  /* due, and waiting for idle lines, at the longest until next_resync */
    PROV_STATE_RESYNCING,
} prov_state;

/* What an attempt is made for. */
typedef enum prov_reason {
    PROV_REASON_UNKNOWN = 0, /* also: none */
    PROV_REASON_REQUEST,
    PROV_REASON_SIP,
    PROV_REASON_UPGRADE,
    PROV_REASON_BOOT,
    PROV_REASON_RETRY,
    PROV_REASON_AT,
    PROV_REASON_TRIGGER,
    PROV_REASON_PERIODIC,
} prov_reason;

typedef enum prov_result {
    PROV_RESULT_UNKNOWN = 0,
    PROV_RESULT_NONE, /* there was no attempt */
    PROV_RESULT_SUCCESS,
    PROV_RESULT_FAILURE,
    PROV_RESULT_CANCELLED,
} prov_result;

/* Why an attempt failed. */
typedef enum prov_failure {
    PROV_FAILURE_UNKNOWN = 0, /* also: none */
    PROV_FAILURE_FILE_NOT_FOUND,
    PROV_FAILURE_UNREACHABLE,
    PROV_FAILURE_TLS,
    PROV_FAILURE_ACCESS_DENIED,
    PROV_FAILURE_HTTP,
    PROV_FAILURE_SERVER_ERROR,
    PROV_FAILURE_CORRUPT,
    PROV_FAILURE_TOO_LARGE,
    PROV_FAILURE_INVALID_RULE,
    PROV_FAILURE_NO_SERVER,
    PROV_FAILURE_INTERRUPTED,
    PROV_FAILURE_INTERNAL,
    PROV_FAILURE_CANCELLED,
} prov_failure;

typedef enum prov_phase {
    PROV_PHASE_UNKNOWN = 0, /* also: no attempt runs */
    PROV_PHASE_CONNECTING,
    PROV_PHASE_RECEIVING,
    PROV_PHASE_APPLYING,
} prov_phase;

typedef struct prov_status {
    prov_state state;
    prov_reason next_reason;
    uint64_t next_resync;

    uint64_t last_attempt; /* when it started */
    uint64_t last_success; /* when it ended */
    prov_reason last_reason;
    prov_result last_result; /* none, success or failure; cancelled ones do not count */
    prov_failure last_failure;
    const char *last_message; /* what went wrong, in English; empty after a success */
    unsigned failures;        /* in a row */
    bool provisioned;         /* an attempt has succeeded, ever */

    const char *progress_rule; /* the running attempt's parameter; empty: the rule of a request */
    prov_phase progress_phase;
    uint64_t progress_received; /* bytes */
    uint64_t progress_expected; /* bytes; 0: unknown */

    uint64_t active_lines; /* bit n - 1 is set while line n is active */
    uint64_t registered_lines;

    uint64_t upgrade_attempt; /* when a firmware upgrade was last attempted */
    bool upgrade_success;
    const char *upgrade_message;

    const char *version; /* of the daemon */
} prov_status;

typedef void (*prov_status_fn)(prov_client *client, const prov_error *error, prov_status *status,
                               void *userdata);

int prov_client_get_status(prov_client *client, prov_status **ret_status, prov_error **ret_error);
int prov_client_get_status_async(prov_client *client, prov_status_fn callback, void *userdata,
                                 prov_slot **ret_slot);
void prov_status_free(prov_status *status);

/* The names that the bus has for them: "scheduled", "request", "FileNotFound", ... Static. */
const char *prov_state_name(prov_state state);
const char *prov_reason_name(prov_reason reason);
const char *prov_result_name(prov_result result);
const char *prov_failure_name(prov_failure failure);
const char *prov_phase_name(prov_phase phase);

/* ---- Resync ---------------------------------------------------------------------------------- */

typedef enum prov_resync_flags {
    PROV_RESYNC_FORCE = 1 << 0, /* do not wait for the lines to become idle */
} prov_resync_flags;

/* How an attempt ended. */
typedef struct prov_outcome {
    uint64_t id;
    prov_result result;
    prov_failure failure;
    const char *message; /* what went wrong, in English; empty after a success */
    unsigned changed;    /* parameters that it changed */
} prov_outcome;

typedef void (*prov_done_fn)(prov_client *client, const prov_error *error, void *userdata);
typedef void (*prov_id_fn)(prov_client *client, const prov_error *error, uint64_t id,
                           void *userdata);
typedef void (*prov_outcome_fn)(prov_client *client, const prov_error *error, prov_outcome *outcome,
                                void *userdata);

/*
 * Requests a resync; the id is that of the attempt that will serve the request. `rule`, unless it
 * is NULL, is evaluated in place of the configured rules, and is for administrators, as
 * PROV_RESYNC_FORCE is.
 */
int prov_client_request_resync(prov_client *client, unsigned flags, const char *rule,
                               uint64_t *ret_id, prov_error **ret_error);
int prov_client_request_resync_async(prov_client *client, unsigned flags, const char *rule,
                                     prov_id_fn callback, void *userdata, prov_slot **ret_slot);

/*
 * The same, and follows the attempt to its end, however long that takes. An attempt that fails is
 * an outcome, not an error, and so is a request that is dropped before it starts: cancelled. Where
 * the daemon is restarted on the way, the outcome is told afterwards; where it is gone for good,
 * the error is PROV_ERROR_NO_DAEMON. Dropping the call stops the following, not the resync. The one
 * that waits runs this client's other callbacks meanwhile, and cannot itself be called from within
 * one (-EBUSY).
 */
int prov_client_resync(prov_client *client, unsigned flags, const char *rule,
                       prov_outcome **ret_outcome, prov_error **ret_error);
int prov_client_resync_async(prov_client *client, unsigned flags, const char *rule,
                             prov_outcome_fn callback, void *userdata, prov_slot **ret_slot);
void prov_outcome_free(prov_outcome *outcome);

/* Drops what is waiting, and stops a running attempt. */
int prov_client_cancel_resync(prov_client *client, prov_error **ret_error);
int prov_client_cancel_resync_async(prov_client *client, prov_done_fn callback, void *userdata,
                                    prov_slot **ret_slot);

/* All parameters back to their defaults; history and schedule cleared. */
int prov_client_factory_reset(prov_client *client, prov_error **ret_error);
int prov_client_factory_reset_async(prov_client *client, prov_done_fn callback, void *userdata,
                                    prov_slot **ret_slot);

/* ---- History --------------------------------------------------------------------------------- */

typedef struct prov_attempt {
    uint64_t id;
    prov_reason reason;
    uint64_t started, finished;
    prov_result result;
    prov_failure failure;
    const char *message; /* what went wrong, in English; empty after a success */
    unsigned changed;    /* parameters that it changed */
} prov_attempt;

typedef struct prov_change {
    const char *name;
    const char *before, *after; /* empty: there was, or is, no such parameter */
} prov_change;

typedef void (*prov_attempts_fn)(prov_client *client, const prov_error *error,
                                 prov_attempt **attempts, void *userdata);
typedef void (*prov_changes_fn)(prov_client *client, const prov_error *error, prov_change **changes,
                                void *userdata);

/* The last attempts, newest first, at most `max`; 0 for all that are kept, which is 200. */
int prov_client_get_history(prov_client *client, unsigned max, prov_attempt ***ret_attempts,
                            prov_error **ret_error);
int prov_client_get_history_async(prov_client *client, unsigned max, prov_attempts_fn callback,
                                  void *userdata, prov_slot **ret_slot);
void prov_attempts_free(prov_attempt **attempts);

/* What an attempt changed, by name; kept for the last 20 attempts, empty for others. */
int prov_client_get_changes(prov_client *client, uint64_t id, prov_change ***ret_changes,
                            prov_error **ret_error);
int prov_client_get_changes_async(prov_client *client, uint64_t id, prov_changes_fn callback,
                                  void *userdata, prov_slot **ret_slot);
void prov_changes_free(prov_change **changes);

/* ---- Parameters ------------------------------------------------------------------------------ */

/* A name and its value; a list of them ends with a name that is NULL. */
typedef struct prov_value {
    const char *name;
    const char *value;
} prov_value;

typedef enum prov_source {
    PROV_SOURCE_UNKNOWN = 0,
    PROV_SOURCE_DEFAULT,
    PROV_SOURCE_PROFILE,
    PROV_SOURCE_LOCAL,
} prov_source;

/* What the phone's User login may do with a parameter. */
typedef enum prov_access {
    PROV_ACCESS_UNKNOWN = 0,
    PROV_ACCESS_NONE,
    PROV_ACCESS_READ,
    PROV_ACCESS_WRITE,
} prov_access;

/* All that is known of a parameter. A string that does not apply is NULL. */
typedef struct prov_parameter {
    const char *name;
    const char *value;
    const char *effective; /* the value that counts, where it differs */
    const char *default_value;
    const char *label; /* the name of its field on the phone's web page */
    const char *type;  /* "text", "bool", "integer", "hhmm", "schedule", "condition", "rule", ... */
    const char *unit;
    const char *help;
    const char *const *choices; /* the only values that there are, up to a NULL */
    bool has_range;
    int64_t minimum, maximum; /* where has_range */
    bool secret;              /* the value is masked for all but administrators */
    prov_access access;
    prov_source source;
    uint64_t changed;
} prov_parameter;

typedef void (*prov_value_fn)(prov_client *client, const prov_error *error, char *value,
                              void *userdata);
typedef void (*prov_values_fn)(prov_client *client, const prov_error *error, prov_value *values,
                               void *userdata);
typedef void (*prov_parameters_fn)(prov_client *client, const prov_error *error,
                                   prov_parameter **parameters, void *userdata);

/* One value; free it with free(). */
int prov_client_get_parameter(prov_client *client, const char *name, char **ret_value,
                              prov_error **ret_error);
int prov_client_get_parameter_async(prov_client *client, const char *name, prov_value_fn callback,
                                    void *userdata, prov_slot **ret_slot);

/* The values of the names up to a NULL, or of all parameters if names is NULL; sorted by name. */
int prov_client_get_parameters(prov_client *client, const char *const *names,
                               prov_value **ret_values, prov_error **ret_error);
int prov_client_get_parameters_async(prov_client *client, const char *const *names,
                                     prov_values_fn callback, void *userdata, prov_slot **ret_slot);
void prov_values_free(prov_value *values);

/* As the last one, with all that is known about each. */
int prov_client_describe_parameters(prov_client *client, const char *const *names,
                                    prov_parameter ***ret_parameters, prov_error **ret_error);
int prov_client_describe_parameters_async(prov_client *client, const char *const *names,
                                          prov_parameters_fn callback, void *userdata,
                                          prov_slot **ret_slot);
void prov_parameters_free(prov_parameter **parameters);

/* Sets them all or none; they are durable when it succeeds. */
int prov_client_set_parameters(prov_client *client, const prov_value *values,
                               prov_error **ret_error);
int prov_client_set_parameters_async(prov_client *client, const prov_value *values,
                                     prov_done_fn callback, void *userdata, prov_slot **ret_slot);

/* What set_parameters would refuse: for each such name, why, in English. Changes nothing. */
int prov_client_check_parameters(prov_client *client, const prov_value *values,
                                 prov_value **ret_problems, prov_error **ret_error);
int prov_client_check_parameters_async(prov_client *client, const prov_value *values,
                                       prov_values_fn callback, void *userdata,
                                       prov_slot **ret_slot);

/* Back to its default; one that has none is removed. */
int prov_client_reset_parameter(prov_client *client, const char *name, prov_error **ret_error);
int prov_client_reset_parameter_async(prov_client *client, const char *name, prov_done_fn callback,
                                      void *userdata, prov_slot **ret_slot);

/* "profile" and "rw" and the like. Static. */
const char *prov_source_name(prov_source source);
const char *prov_access_name(prov_access access);

/* ---- Explanation ----------------------------------------------------------------------------- */

/* One reason for which an attempt is due at some time, or could be. */
typedef struct prov_candidate {
    prov_reason reason;
    uint64_t due;     /* 0 while it has no moment */
    bool next;        /* it is the one that next_resync tells of */
    const char *held; /* what holds it back or switches it off, in English; or empty */
} prov_candidate;

/* A comparison of a condition, its operands as macros expanded them. */
typedef struct prov_comparison {
    const char *left, *op, *right;
    bool is_true;
    const char *note; /* why it cannot be TRUE where the two do not compare; or empty */
} prov_comparison;

typedef struct prov_alternative {
    const char *condition; /* as written; or empty */
    prov_comparison **comparisons;
    bool taken;
    prov_value *assignments;
    const char *url; /* expanded, without credentials */
} prov_alternative;

typedef struct prov_rule {
    const char *name;    /* the parameter that holds it; empty for the rule that was given */
    const char *text;    /* as written */
    const char *outcome; /* "fetch", "no-match", "invalid", ...; see the bus contract */
    const char *message; /* why nothing can be fetched, in English; or empty */
    prov_alternative **alternatives;
} prov_rule;

/* Why the next resync is when it is, and what it would fetch. */
typedef struct prov_explanation {
    prov_candidate **candidates;
    prov_rule **rules;
} prov_explanation;

typedef void (*prov_explanation_fn)(prov_client *client, const prov_error *error,
                                    prov_explanation *explanation, void *userdata);

/* Explains a rule, or if rule is NULL the configured ones. */
int prov_client_explain(prov_client *client, const char *rule, prov_explanation **ret_explanation,
                        prov_error **ret_error);
int prov_client_explain_async(prov_client *client, const char *rule, prov_explanation_fn callback,
                              void *userdata, prov_slot **ret_slot);
void prov_explanation_free(prov_explanation *explanation);

/* ---- Upgrade agents -------------------------------------------------------------------------- */

typedef enum prov_reboot_cause {
    PROV_REBOOT_OTHER = 0,
    PROV_REBOOT_UPGRADE,
    PROV_REBOOT_PARAMETERS,
} prov_reboot_cause;

/* A firmware upgrade was attempted; the message says what went wrong, NULL if nothing did. */
int prov_client_notify_upgrade(prov_client *client, bool success, const char *message,
                               prov_error **ret_error);
int prov_client_notify_upgrade_async(prov_client *client, bool success, const char *message,
                                     prov_done_fn callback, void *userdata, prov_slot **ret_slot);

/* What the next boot will be caused by; durable when it succeeds. */
int prov_client_notify_reboot(prov_client *client, prov_reboot_cause cause, prov_error **ret_error);
int prov_client_notify_reboot_async(prov_client *client, prov_reboot_cause cause,
                                    prov_done_fn callback, void *userdata, prov_slot **ret_slot);

/* ---- SIP stacks ------------------------------------------------------------------------------ */

/* What a NOTIFY asks for; the last three are the caller's to carry out. */
typedef enum prov_action {
    PROV_ACTION_UNKNOWN = 0,
    PROV_ACTION_IGNORED,
    PROV_ACTION_RESYNC, /* an attempt was made due */
    PROV_ACTION_REBOOT,
    PROV_ACTION_RESTART,
    PROV_ACTION_REPORT,
} prov_action;

typedef void (*prov_action_fn)(prov_client *client, const prov_error *error, prov_action action,
                               void *userdata);

/* Hands on the value of a NOTIFY's Event header, parameters included. */
int prov_client_notify_sip(prov_client *client, const char *event, prov_action *ret_action,
                           prov_error **ret_error);
int prov_client_notify_sip_async(prov_client *client, const char *event, prov_action_fn callback,
                                 void *userdata, prov_slot **ret_slot);

/*
 * Lines count from 1 to 64. A line is active from off-hook or ringing until it is idle again; an
 * attempt that is due waits for that. What a client said holds until it says otherwise, or leaves
 * the bus. It holds past the end of the daemon too: once it is back, the library says all of it
 * again, from within the loop. That goes for what was said while it was away as well, although such
 * a call fails with PROV_ERROR_NO_DAEMON.
 */
int prov_client_set_line_active(prov_client *client, unsigned line, bool active,
                                prov_error **ret_error);
int prov_client_set_line_active_async(prov_client *client, unsigned line, bool active,
                                      prov_done_fn callback, void *userdata, prov_slot **ret_slot);
int prov_client_set_line_registered(prov_client *client, unsigned line, bool registered,
                                    prov_error **ret_error);
int prov_client_set_line_registered_async(prov_client *client, unsigned line, bool registered,
                                          prov_done_fn callback, void *userdata,
                                          prov_slot **ret_slot);

/* "resync", "ignored", ... Static. */
const char *prov_action_name(prov_action action);

/* ---- Events ---------------------------------------------------------------------------------- */

typedef enum prov_event_type {
    PROV_EVENT_APPEARED = 1,       /* the daemon is on the bus */
    PROV_EVENT_VANISHED,           /* it is not */
    PROV_EVENT_STATUS_CHANGED,     /* status */
    PROV_EVENT_RESYNC_STARTED,     /* id, reason */
    PROV_EVENT_RESYNC_FINISHED,    /* id, result, failure, message, changed */
    PROV_EVENT_PARAMETERS_CHANGED, /* names, source */
} prov_event_type;

/* What happened. Members that do not go with the type are 0 or NULL. */
typedef struct prov_event {
    prov_event_type type;
    const prov_status *status; /* complete, whatever part of it changed */
    uint64_t id;
    prov_reason reason;
    prov_result result;
    prov_failure failure;
    const char *message;
    unsigned changed;
    const char *const *names; /* up to a NULL */
    prov_source source;
} prov_event;

typedef void (*prov_event_fn)(prov_client *client, const prov_event *event, void *userdata);

/*
 * Calls back for every event until the slot is freed, or the client where ret_slot is NULL. The
 * first event says whether the daemon is there; the status follows if it is. The same again
 * whenever it was restarted: a program that draws what it is told is never wrong for long.
 */
int prov_client_watch(prov_client *client, prov_event_fn callback, void *userdata,
                      prov_slot **ret_slot);

/*
 * The status as of the last event, the client's; NULL before the first one, without a watch, and
 * while the daemon is away. Valid until callbacks run again.
 */
const prov_status *prov_client_status(const prov_client *client);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
