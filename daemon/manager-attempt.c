/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/failure.h"
#include "daemon/log.h"
#include "daemon/manager-private.h"
#include "daemon/message-ids.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static const char *const phase_names[] = {
    [ATTEMPT_CONNECTING] = "connecting",
    [ATTEMPT_RECEIVING] = "receiving",
    [ATTEMPT_APPLYING] = "applying",
};

static void set_progress(Manager *manager, const char *rule, const char *phase, uint64_t received,
                         uint64_t expected)
{
    manager->status.progress_rule = rule;
    manager->status.progress_phase = phase;
    manager->status.progress_received = received;
    manager->status.progress_expected = expected;
}

static void on_progress(Attempt *attempt, const char *rule, AttemptPhase phase, uint64_t received,
                        uint64_t expected, void *userdata)
{
    Manager *manager = userdata;

    set_progress(manager, rule, phase_names[phase], received, expected);
    manager_tell_status(manager);
}

void manager_show_fetch(Manager *manager)
{
    const ManagerFetch *fetch = &manager->last_fetch;

    manager->env.scheme = fetch->scheme;
    manager->env.server = fetch->server;
    manager->env.server_ip = fetch->server_ip;
    manager->env.path = fetch->path;
    manager->env.error = fetch->error;
    manager->env.port = fetch->port;
}

void manager_clear_fetch(Manager *manager)
{
    ManagerFetch *fetch = &manager->last_fetch;

    g_free(fetch->scheme);
    g_free(fetch->server);
    g_free(fetch->server_ip);
    g_free(fetch->path);
    g_free(fetch->error);
    *fetch = (ManagerFetch){0};
}

/* Keeps what the attempt fetched last; one that fetched nothing still borrows what was kept. */
static void keep_fetch(Manager *manager)
{
    const MacroEnv *env = attempt_env(manager->attempt);

    if (!attempt_url(manager->attempt))
        return;
    manager_clear_fetch(manager);
    manager->last_fetch = (ManagerFetch){
        .scheme = g_strdup(env->scheme),
        .server = g_strdup(env->server),
        .server_ip = g_strdup(env->server_ip),
        .path = g_strdup(env->path),
        .error = g_strdup(env->error),
        .port = env->port,
    };
    manager_show_fetch(manager);
}

/* The attempt's changes as the history has them: those of a value. The store masks secrets. */
static GPtrArray *list_changes(const Manager *manager, const GPtrArray *changes)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)attempt_change_free);

    for (guint i = 0; changes && i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);
        const char *name = paramchange_name(change);

        if (manager_changes_value(manager, change))
            g_ptr_array_add(
                list, attempt_change_new(name, manager_value_of(manager, name, change->before),
                                         manager_value_of(manager, name, change->after)));
    }
    return list;
}

/* What is the same for the history and for the bus, of an attempt that ends now. */
static void note_end(Manager *manager, ResyncResult result, const GError *error)
{
    g_free(manager->ended.message);
    manager->ended = (ManagerEnded){
        .id = attempt_id(manager->attempt),
        .result = result,
        .failure = error ? (Failure)error->code : FAILURE_CANCELLED,
        .message = g_strdup(error ? error->message : ""),
    };
}

const char *manager_ended_failure(const ManagerEnded *ended)
{
    return ended->result == RESULT_SUCCESS ? "" : failure_to_string(ended->failure);
}

static AttemptRecord make_record(const Manager *manager)
{
    const ManagerEnded *ended = &manager->ended;

    return (AttemptRecord){
        .id = ended->id,
        .reason = (char *)resync_reason_to_string(manager->attempt_reason),
        .started = manager->attempt_started,
        .finished = (uint64_t)clock_now().realtime,
        .result = (char *)resync_result_to_string(ended->result),
        .failure = (char *)manager_ended_failure(ended),
        .message = ended->message,
        .changed = ended->changed,
    };
}

static PlannerEvent finished_event(const ManagerEnded *ended, uint64_t retry_after_usec)
{
    return (PlannerEvent){
        .type = PLANNER_FINISHED,
        .finished =
            {
                .id = ended->id,
                .result = ended->result,
                .failure = ended->failure,
                .retry_after = (retry_after_usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC,
            },
    };
}

static void set_last_message(Manager *manager, const char *message)
{
    g_free(manager->last_message);
    manager->last_message = g_strdup(message);
}

/*
 * Makes the end of the attempt durable: what it changed, what it knows of its files, its place in
 * the history and the schedule that follows from it and from the settings that are next, in one
 * transaction. Of what the outcome does not have, nothing is written.
 */
static bool commit_end(Manager *manager, const AttemptOutcome *outcome, const PlannerSettings *next,
                       GError **error)
{
    g_autoptr(GPtrArray) list = list_changes(manager, outcome->changes);
    AttemptRecord record;
    PlannerEvent event;
    StoreCommit commit = {
        .parameters = outcome->changes,
        .validators = outcome->validators,
        .changes = list,
    };

    manager->ended.changed = list->len;
    record = make_record(manager);
    event = finished_event(&manager->ended, outcome->retry_after_usec);
    commit.attempt = &record;
    return manager_transact(manager, &event, 1, next, &commit, error);
}

/* Ends the attempt as a failure, or cancelled, of which nothing but the history is kept. */
static void end_without_changes(Manager *manager, ResyncResult result, const GError *failure,
                                uint64_t retry_after_usec)
{
    g_autoptr(GError) error = NULL;

    note_end(manager, result, failure);
    if (result == RESULT_FAILURE)
        set_last_message(manager, failure->message);
    if (commit_end(manager, &(AttemptOutcome){.retry_after_usec = retry_after_usec}, NULL, &error))
        return;

    /* The history is the poorer; that the attempt has ended is a fact all the same. */
    PlannerEvent event = finished_event(&manager->ended, retry_after_usec);

    log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_STORE_FAILED}),
                "The end of attempt %" PRIu64 " cannot be stored: %s", manager->ended.id,
                error->message);
    manager_feed(manager, &event, NULL);
}

/* Whether something that the attempt changed was set, or reset, while it ran. */
static bool was_overtaken(const Manager *manager, const GPtrArray *changes)
{
    for (guint i = 0; i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);

        if (paramset_find(manager->set, paramchange_name(change)) != change->before)
            return true;
    }
    return false;
}

/* The parameter as it is now, with the access that an attempt gave it; NULL where it is gone. */
static Parameter *with_access(const ParamSet *set, const char *name, ParameterAccess access)
{
    const Parameter *now = paramset_find(set, name);

    if (!paramset_get(set, name))
        return NULL;
    return now ? parameter_new(name, now->value, now->source, access, now->changed)
               : parameter_new(name, NULL, SOURCE_DEFAULT, access, 0);
}

/* Of what was set while the attempt ran, only the values that the attempt changed are replaced. */
static bool lay_over(const Manager *manager, ParamSet *set, const GPtrArray *changes)
{
    for (guint i = 0; i < changes->len; i++) {
        const ParamChange *change = g_ptr_array_index(changes, i);
        const char *name = paramchange_name(change);
        g_autoptr(Parameter) kept = NULL;
        Parameter *after = change->after;

        if (paramset_find(set, name) != change->before && !manager_changes_value(manager, change)) {
            kept = with_access(set, name, after ? after->access : ACCESS_NA);
            after = kept;
        }
        if (!after)
            paramset_remove(set, name);
        else if (!paramset_put(set, after))
            return false;
    }
    return true;
}

/*
 * The set that is in force after the attempt, and what makes it of the one that is now: what the
 * attempt made, unless something was set while it ran. False with an error where it would be too
 * large.
 */
static bool merge_changes(const Manager *manager, const AttemptOutcome *outcome, ParamSet **ret_set,
                          GPtrArray **ret_changes, GError **error)
{
    GPtrArray *changes = outcome->changes;
    g_autoptr(ParamSet) set = NULL;
    bool overtaken;

    if (paramset_is_copy(manager->set, outcome->before)) {
        *ret_set = paramset_copy(outcome->after);
        *ret_changes = g_ptr_array_ref(changes);
        return true;
    }
    set = paramset_copy(manager->set);
    overtaken = was_overtaken(manager, changes);

    if (!(overtaken ? lay_over(manager, set, changes) : paramset_apply(set, changes))) {
        g_set_error(error, FAILURE, FAILURE_TOO_LARGE,
                    N_("with what was set meanwhile there would be more than %d parameters"),
                    PARAMSET_MAX);
        return false;
    }
    *ret_changes = overtaken ? paramset_diff(manager->set, set) : g_ptr_array_ref(changes);
    *ret_set = g_steal_pointer(&set);
    return true;
}

/* Puts what a successful attempt changed in force; false with an error where it cannot be kept. */
static bool end_with_changes(Manager *manager, const AttemptOutcome *outcome, GError **error)
{
    g_autofree char *former = g_strdup(manager->last_message);
    g_autoptr(ParamSet) set = NULL;
    g_autoptr(PlannerSettings) next = NULL;
    g_autoptr(GPtrArray) changes = NULL;
    AttemptOutcome merged = *outcome;

    if (!merge_changes(manager, outcome, &set, &changes, error))
        return false;
    merged.changes = changes;
    if (changes->len > 0)
        next = manager_settings_of(manager, set);
    note_end(manager, RESULT_SUCCESS, NULL);
    set_last_message(manager, "");
    if (!commit_end(manager, &merged, next, error)) {
        set_last_message(manager, former);
        return false;
    }
    validators_free(manager->validators);
    manager->validators = validators_copy(outcome->validators);
    if (next)
        manager_adopt(manager, g_steal_pointer(&set), g_steal_pointer(&next), changes, "profile");
    return true;
}

static void drop_attempt(Manager *manager)
{
    g_clear_pointer(&manager->attempt, attempt_free);
    set_progress(manager, "", "", 0, 0);
    manager_take_next_config(manager);
}

/* Once a day or so, after everybody was told: it takes a few milliseconds. */
static void keep_copy(Manager *manager)
{
    g_autoptr(GError) error = NULL;

    if (!store_keep_copy(manager->store, (uint64_t)clock_now().realtime, &error))
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_STORE_FAILED}),
                    "The database cannot be copied: %s", error->message);
}

static void on_done(Attempt *attempt, const AttemptOutcome *outcome, const GError *failure,
                    void *userdata)
{
    Manager *manager = userdata;
    g_autoptr(GError) error = NULL;
    int64_t before = g_get_monotonic_time();
    bool took_file = outcome->times.applying > 0;

    keep_fetch(manager);
    if (failure)
        end_without_changes(manager, RESULT_FAILURE, failure, outcome->retry_after_usec);
    else if (!end_with_changes(manager, outcome, &error))
        end_without_changes(manager, RESULT_FAILURE, error, 0);

    manager_log_times(manager, &outcome->times, g_get_monotonic_time() - before);
    manager_log_end(manager);
    drop_attempt(manager);
    manager_act(manager);
    keep_copy(manager);
    /* A poll that finds nothing new is spared it: the next one needs the same. */
    if (failure || took_file)
        manager_give_memory_back(manager);
}

void manager_stop_attempt(Manager *manager)
{
    keep_fetch(manager);
    end_without_changes(manager, RESULT_CANCELLED, NULL, 0);
    manager_log_end(manager);
    drop_attempt(manager);
}

void manager_begin_attempt(Manager *manager, const PlannerAttempt *attempt)
{
    const char *reason = resync_reason_to_string(attempt->reason);

    manager_load_identity(manager);
    manager->timers.now = clock_now();
    manager->attempt_started = (uint64_t)manager->planner.last_attempt.realtime;
    manager->attempt_reason = attempt->reason;
    planner_fill_macros(&manager->timers, &manager->env);
    manager->attempt = attempt_start(
        manager->event, manager->fetcher,
        &(AttemptInput){
            .id = attempt->id,
            .rule = attempt->rule,
            .parameters = manager->set,
            .validators = manager->validators,
            .env = &manager->env,
            .provisioning_server = manager->config->provisioning_server,
            .limits = {.size = PROFILE_SIZE_MAX, .parameters = manager->config->parameters},
        },
        on_done, on_progress, manager);
    manager_log_start(attempt->id, reason);
    MANAGER_TELL(manager, resync_started, attempt->id, reason);
}

void manager_tell_ended(Manager *manager)
{
    ManagerEnded *ended = &manager->ended;

    if (ended->id == 0)
        return;
    MANAGER_TELL(manager, resync_finished, ended->id, resync_result_to_string(ended->result),
                 manager_ended_failure(ended), ended->message, ended->changed);
    g_free(ended->message);
    *ended = (ManagerEnded){0};
}

void manager_stop(Manager *manager)
{
    uint64_t id;

    if (!manager->attempt)
        return;
    id = attempt_id(manager->attempt);
    drop_attempt(manager);
    MANAGER_TELL(manager, resync_finished, id, resync_result_to_string(RESULT_FAILURE),
                 failure_to_string(FAILURE_INTERRUPTED), N_("provd was stopped"), 0);
}

void manager_record_interrupted(Manager *manager, const PlannerAttempt *attempt)
{
    const char *message = N_("the attempt was interrupted: the daemon was stopped or killed, or "
                             "the power failed");
    AttemptRecord record = {
        .id = attempt->id,
        .reason = (char *)resync_reason_to_string(attempt->reason),
        .started = (uint64_t)manager->planner.last_attempt.realtime,
        .finished = (uint64_t)clock_now().realtime,
        .result = (char *)resync_result_to_string(RESULT_FAILURE),
        .failure = (char *)failure_to_string(FAILURE_INTERRUPTED),
        .message = (char *)message,
    };
    g_autoptr(GError) error = NULL;

    set_last_message(manager, message);
    manager_log_interrupted(&record);
    if (!manager_transact(manager, NULL, 0, NULL, &(StoreCommit){.attempt = &record}, &error))
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_STORE_FAILED}),
                    "The history cannot be stored: %s", error->message);
}
