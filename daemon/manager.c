/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/manager.h"
#include "core/failure.h"
#include "daemon/log.h"
#include "daemon/manager-private.h"

#include <string.h>
#include <systemd/sd-id128.h>

static const char *lookup_parameter(const char *name, void *userdata)
{
    const Manager *manager = userdata;

    return paramset_get(manager->set, name);
}

/* Once for each time that the address is gone: a URL with $MA names no file then. */
static void warn_of_mac(const Manager *manager, const Identity *identity)
{
    if (*identity->mac || (manager->identity && !*manager->identity->mac))
        return;
    if (*identity->interface)
        log_message(LOG_WARNING, NULL,
                    "The interface “%s” is not there or has no hardware address; $MA is empty",
                    identity->interface);
    else
        log_message(LOG_WARNING, NULL, "No interface has a hardware address; $MA is empty");
}

void manager_load_identity(Manager *manager)
{
    Identity *identity = identity_load(manager->config, "");

    warn_of_mac(manager, identity);
    identity_free(manager->identity);
    manager->identity = identity;
    manager->env = (MacroEnv){
        .mac = identity->mac,
        .vendor = identity->vendor,
        .product_name = identity->product_name,
        .product_series = identity->product_series,
        .serial = identity->serial,
        .software_version = identity->software_version,
        .hardware_version = identity->hardware_version,
        .ip = identity->ip,
        .client_certificate = manager->config->certificate_file != NULL,
        .parameter = lookup_parameter,
        .parameter_data = manager,
        .upgrade_error = manager->upgrade_message,
    };
    manager_show_fetch(manager);
    planner_fill_macros(&manager->timers, &manager->env);
}

static FetcherConfig fetcher_config(const Config *config)
{
    return (FetcherConfig){
        .proxy = config->proxy,
        .ca_file = config->ca_file,
        .certificate = config->certificate_file,
        .key = config->key_file,
        .connect_timeout_s = config->connect_timeout,
        .total_timeout_s = config->fetch_timeout,
        .size_limit = config->profile_size,
    };
}

static void init_status(Manager *manager)
{
    manager->status = (ManagerStatus){
        .state = planner_status_to_string(PLANNER_IDLE),
        .next_reason = "",
        .last_reason = "",
        .last_result = resync_result_to_string(RESULT_NONE),
        .last_error = "",
        .last_error_message = manager->last_message,
        .progress_rule = "",
        .progress_phase = "",
        .upgrade_message = manager->upgrade_message,
    };
}

bool manager_new(sd_event *event, Config *config, Store *store, Manager **ret_manager,
                 GError **error)
{
    g_autoptr(Manager) manager = g_new0(Manager, 1);
    FetcherConfig fetching = fetcher_config(config);
    int r;

    manager->event = sd_event_ref(event);
    r = clock_new(event, manager_on_clock, manager, &manager->clock);
    if (r >= 0)
        r = manager_init_memory(manager);
    if (r < 0) {
        g_set_error(error, FAILURE, FAILURE_INTERNAL, "The timers cannot be made: %s",
                    g_strerror(-r));
        return false;
    }
    manager->fetcher = fetcher_new(event, &fetching);
    manager->lines = lines_new();
    manager->listeners = g_ptr_array_new();
    manager->zone = clock_zone();
    manager->config = config;
    manager->store = store;
    manager->set = paramset_new(config->defaults);
    store_load(store, manager->set);
    manager->validators = store_load_validators(store);
    planner_init(&manager->planner);
    manager_load_state(manager);
    manager->timers = (PlannerTimers){.planner = &manager->planner, .now = clock_now()};
    manager_load_identity(manager);
    manager->settings = manager_settings_of(manager, manager->set);
    init_status(manager);
    *ret_manager = g_steal_pointer(&manager);
    return true;
}

void manager_free(Manager *manager)
{
    if (!manager)
        return;
    attempt_free(manager->attempt);
    fetcher_free(manager->fetcher);
    clock_free(manager->clock);
    lines_free(manager->lines);
    planner_clear(&manager->planner);
    planner_settings_free(manager->settings);
    g_clear_pointer(&manager->zone, g_time_zone_unref);
    paramset_free(manager->set);
    validators_free(manager->validators);
    identity_free(manager->identity);
    store_close(manager->store);
    config_free(manager->config);
    config_free(manager->next_config);
    g_clear_pointer(&manager->listeners, g_ptr_array_unref);
    manager_clear_fetch(manager);
    g_free(manager->upgrade_message);
    g_free(manager->last_message);
    g_free(manager->ended.message);
    sd_event_source_disable_unref(manager->release);
    sd_event_unref(manager->event);
    g_free(manager);
}

void manager_listen(Manager *manager, const ManagerListener *listener)
{
    g_ptr_array_add(manager->listeners, (gpointer)listener);
}

void manager_unlisten(Manager *manager, const ManagerListener *listener)
{
    g_ptr_array_remove(manager->listeners, (gpointer)listener);
}

void manager_tell_status(Manager *manager)
{
    MANAGER_TELL(manager, status_changed);
}

void manager_start(Manager *manager, const char *boot_id)
{
    PlannerEvent event = {.type = PLANNER_START, .start.boot_id = boot_id};
    PlannerReply reply;
    sd_id128_t seed;

    if (sd_id128_randomize(&seed) >= 0)
        event.start.seed = seed.qwords[0];
    manager_feed(manager, &event, &reply);
    if (reply.interrupted.id != 0)
        manager_record_interrupted(manager, &reply.interrupted);
    manager_act(manager);
}

static void put_config_in_force(Manager *manager, Config *config)
{
    FetcherConfig fetching = fetcher_config(config);

    fetcher_configure(manager->fetcher, &fetching);
    manager_adopt_defaults(manager, paramset_copy_over(manager->set, config->defaults));
    config_free(manager->config);
    manager->config = config;
    manager_load_identity(manager);
    manager_settings_changed(manager);
}

void manager_reconfigure(Manager *manager, Config *config)
{
    config_free(manager->next_config);
    manager->next_config = config;
    manager_take_next_config(manager);
    manager_act(manager);
}

void manager_take_next_config(Manager *manager)
{
    if (manager->next_config && !manager->attempt)
        put_config_in_force(manager, g_steal_pointer(&manager->next_config));
}

const ManagerStatus *manager_status(const Manager *manager)
{
    return &manager->status;
}

const ParamSet *manager_parameters(const Manager *manager)
{
    return manager->set;
}

const MacroEnv *manager_env(Manager *manager)
{
    manager->timers.now = clock_now();
    planner_fill_macros(&manager->timers, &manager->env);
    return &manager->env;
}

const char *manager_provisioning_server(const Manager *manager)
{
    return manager->config->provisioning_server;
}

GArray *manager_explain(const Manager *manager)
{
    return planner_explain(&manager->planner, manager->settings, clock_now());
}

GPtrArray *manager_history(Manager *manager, unsigned max)
{
    return store_history(manager->store, max);
}

GPtrArray *manager_changes(Manager *manager, uint64_t id)
{
    return store_changes(manager->store, id);
}

static const char *reason_name(ResyncReason reason)
{
    return reason == RESYNC_NONE ? "" : resync_reason_to_string(reason);
}

void manager_update_status(Manager *manager, const PlannerDecision *decision)
{
    const Planner *planner = &manager->planner;
    ManagerStatus *status = &manager->status;
    const char *state = planner_status_to_string(decision->status);

    manager_log_switch(status->state, state);
    status->state = state;
    status->next_reason = reason_name(decision->reason);
    status->next_resync = (uint64_t)decision->due.realtime;
    status->last_attempt = (uint64_t)planner->last_attempt.realtime;
    status->last_success = (uint64_t)planner->last_success.realtime;
    status->last_reason = reason_name(planner->last_reason);
    status->last_result = resync_result_to_string(planner->last_result);
    status->last_error =
        planner->last_result == RESULT_FAILURE ? failure_to_string(planner->last_failure) : "";
    status->last_error_message = manager->last_message;
    status->failures = planner->failures;
    status->provisioned = planner->provisioned;
    status->upgrade_attempt = manager->upgrade_attempt;
    status->upgrade_success = manager->upgrade_success;
    status->upgrade_message = manager->upgrade_message;
    status->active_lines = lines_get(manager->lines, LINE_ACTIVE);
    status->registered_lines = lines_get(manager->lines, LINE_HAS_REGISTRATION);
    manager_tell_status(manager);
}
