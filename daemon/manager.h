/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one place where the parts of the daemon meet: the parameters in force, the store, the
 * planner, the running attempt.
 *
 * The bus files call what is below, one function for each thing that a client may ask for, and
 * learn by the listener what became of it. Every change goes the same way: decided on a copy,
 * made durable in one transaction, then put in force, then told.
 *
 * Functions that return bool and take a GError leave everything as it was on failure. Errors are
 * of REQUEST_ERROR or PARAMETER_ERROR, or FAILURE_INTERNAL where the store failed.
 */

#include "core/paramset.h"
#include "core/planner.h"
#include "daemon/configuration.h"
#include "daemon/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

typedef struct Manager Manager;

/* What is told to everybody; strings are static or owned by the manager, and never NULL. */
typedef struct ManagerStatus {
    const char *state;
    const char *next_reason;
    const char *last_reason;
    const char *last_result;
    const char *last_error;
    const char *last_error_message;
    const char *progress_rule;
    const char *progress_phase;
    const char *upgrade_message;
    uint64_t next_resync; /* all times: realtime, µs, 0: none */
    uint64_t last_attempt;
    uint64_t last_success;
    uint64_t progress_received;
    uint64_t progress_expected;
    uint64_t upgrade_attempt;
    uint64_t active_lines; /* a set of bits, bit 0 for line 1 */
    uint64_t registered_lines;
    uint32_t failures;
    int provisioned; /* an int, as sd-bus reads booleans */
    int upgrade_success;
} ManagerStatus;

/*
 * Who wants to know. Called from within the manager, which may be looked at in there, but not asked
 * for anything that changes it.
 */
typedef struct ManagerListener {
    void (*status_changed)(void *userdata); /* some member of the status, perhaps */
    void (*resync_started)(uint64_t id, const char *reason, void *userdata);
    void (*resync_finished)(uint64_t id, const char *result, const char *error, const char *message,
                            unsigned changed, void *userdata);
    /* names: of parameters whose value changed, NULL-terminated */
    void (*parameters_changed)(const char *const *names, const char *source, void *userdata);
    void (*client_holds_lines)(const char *client, void *userdata); /* watch it, please */
    void *userdata;
} ManagerListener;

/*
 * A manager of what the store holds; takes the configuration and the store over on success. The
 * event loop is referenced.
 */
bool manager_new(sd_event *event, Config *config, Store *store, Manager **ret_manager,
                 GError **error);
void manager_free(Manager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manager, manager_free)

/* Adds a listener, which must live until it is taken away again. */
void manager_listen(Manager *manager, const ManagerListener *listener);
void manager_unlisten(Manager *manager, const ManagerListener *listener);

/*
 * Begins to act: tells the planner of the start, and carries out what it decides. A boot_id other
 * than at the last start is a boot of the device.
 */
void manager_start(Manager *manager, const char *boot_id);

/*
 * Gives up the running attempt, if there is one, and tells of its end. The next start finds it
 * unfinished in the store, and makes a failure of it as it does after a power cut.
 */
void manager_stop(Manager *manager);

/*
 * Puts a newly read configuration in force, which it takes over; at the end of the attempt, where
 * one is running.
 */
void manager_reconfigure(Manager *manager, Config *config);

const ManagerStatus *manager_status(const Manager *manager);
const ParamSet *manager_parameters(const Manager *manager);

/* Whether others than administrators may request a resync. */
bool manager_is_user_configurable(const Manager *manager);

/* The macros as they stand at this moment, and the provisioning server of the network or NULL. */
const MacroEnv *manager_env(Manager *manager);
const char *manager_provisioning_server(const Manager *manager);

/* Every cause of a resync and where it stands: an array of PlannerCandidate. */
GArray *manager_explain(const Manager *manager);

/* Resyncs. rule is NULL for the configured ones. */
bool manager_request_resync(Manager *manager, const char *rule, bool force, uint64_t *ret_id,
                            GError **error);
void manager_cancel_resync(Manager *manager);
bool manager_factory_reset(Manager *manager, GError **error);
GPtrArray *manager_history(Manager *manager, unsigned max); /* of AttemptRecord */
GPtrArray *manager_changes(Manager *manager, uint64_t id);  /* of AttemptChange */

/* A caller has made much memory be taken: what will be free of it goes back to the system soon. */
void manager_release_memory(Manager *manager);

/*
 * Parameters. values: name to value. Setting is all or nothing, and durable on return. Checking
 * changes nothing; it returns a new table of each name that setting would refuse, borrowed from
 * `values`, to the reason. Tables are those of core/name-table.h.
 */
bool manager_set_parameters(Manager *manager, GTree *values, GError **error);
GTree *manager_check_parameters(const Manager *manager, GTree *values);
bool manager_reset_parameter(Manager *manager, const char *name, GError **error);

/* The upgrade agent. cause is "upgrade", "parameters" or "other". Durable on return. */
bool manager_notify_upgrade(Manager *manager, bool success, const char *message, GError **error);
bool manager_notify_reboot(Manager *manager, const char *cause, GError **error);

/*
 * The SIP stack. ret_action is static: what the value of the Event header asks for. client is the
 * unique bus name of who says something about a line, from 1 to 64.
 */
bool manager_sip_notify(Manager *manager, const char *event, const char **ret_action,
                        GError **error);
bool manager_set_line_active(Manager *manager, const char *client, unsigned line, bool active,
                             GError **error);
bool manager_set_line_registered(Manager *manager, const char *client, unsigned line,
                                 bool registered, GError **error);
void manager_client_left(Manager *manager, const char *client);
