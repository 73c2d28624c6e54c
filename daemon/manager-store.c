/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/log.h"
#include "daemon/manager-private.h"
#include "daemon/message-ids.h"

#include <inttypes.h>

/* The manager's own rows among the state, beside those of the planner. */
#define ROW_UPGRADE_ATTEMPT "shell.upgrade-attempt"
#define ROW_UPGRADE_SUCCESS "shell.upgrade-success"
#define ROW_UPGRADE_MESSAGE "shell.upgrade-message"
#define ROW_LAST_MESSAGE    "shell.last-message"

static void save_number(GHashTable *state, const char *name, uint64_t value)
{
    g_hash_table_insert(state, g_strdup(name), g_strdup_printf("%" PRIu64, value));
}

static GHashTable *save_state(const Manager *manager, const Planner *planner)
{
    GHashTable *state = planner_save(planner);

    save_number(state, ROW_UPGRADE_ATTEMPT, manager->upgrade_attempt);
    save_number(state, ROW_UPGRADE_SUCCESS, manager->upgrade_success);
    g_hash_table_insert(state, g_strdup(ROW_UPGRADE_MESSAGE), g_strdup(manager->upgrade_message));
    g_hash_table_insert(state, g_strdup(ROW_LAST_MESSAGE), g_strdup(manager->last_message));
    return state;
}

static uint64_t load_number(GHashTable *state, const char *name)
{
    const char *text = g_hash_table_lookup(state, name);

    return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static char *load_text(GHashTable *state, const char *name)
{
    const char *text = g_hash_table_lookup(state, name);

    return g_strdup(text ? text : "");
}

void manager_load_state(Manager *manager)
{
    g_autoptr(GHashTable) state = store_load_state(manager->store);

    if (!planner_load(&manager->planner, state))
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_STORE_DAMAGED}),
                    "Some of the stored schedule is damaged, and is made anew");
    manager->upgrade_attempt = load_number(state, ROW_UPGRADE_ATTEMPT);
    manager->upgrade_success = load_number(state, ROW_UPGRADE_SUCCESS) != 0;
    manager->upgrade_message = load_text(state, ROW_UPGRADE_MESSAGE);
    manager->last_message = load_text(state, ROW_LAST_MESSAGE);
}

/* A database that turned out damaged is replaced by one made of what is in memory. */
static bool replace_store(Manager *manager, GError **error)
{
    g_autoptr(GHashTable) state = save_state(manager, &manager->planner);
    g_autofree char *message = NULL;

    if (!store_replace(manager->store, manager->set, state, &message, error))
        return false;
    log_message(LOG_CRIT, LOG_FIELDS({"MESSAGE_ID", MESSAGE_STORE_DAMAGED}), "%s", message);
    return true;
}

bool manager_commit(Manager *manager, const StoreCommit *commit, GError **error)
{
    if (store_commit(manager->store, commit, error))
        return true;
    if (!store_is_damaged(manager->store))
        return false;

    g_clear_error(error);
    return replace_store(manager, error) && store_commit(manager->store, commit, error);
}

bool manager_transact(Manager *manager, const PlannerEvent *events, guint count,
                      const PlannerSettings *next, StoreCommit *commit, GError **error)
{
    g_auto(Planner) planner = {0};
    g_autoptr(GHashTable) state = NULL;
    Moment now = clock_now();
    bool done;

    planner_copy(&manager->planner, &planner);
    for (guint i = 0; i < count; i++)
        planner_event(&planner, manager->settings, now, &events[i], NULL);
    if (next)
        planner_event(&planner, next, now, &(PlannerEvent){.type = PLANNER_SETTINGS}, NULL);

    state = save_state(manager, &planner);
    commit->state = state;
    done = manager_commit(manager, commit, error);
    commit->state = NULL;
    if (done) {
        planner_clear(&manager->planner);
        manager->planner = planner;
        planner = (Planner){0};
    }
    return done;
}

void manager_store_state(Manager *manager)
{
    g_autoptr(GHashTable) state = save_state(manager, &manager->planner);
    g_autoptr(GError) error = NULL;

    /* That nothing at all can be stored was told once, at the start. */
    if (!manager_commit(manager, &(StoreCommit){.state = state}, &error) &&
        !store_is_read_only(manager->store))
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_STORE_FAILED}),
                    "The schedule cannot be stored: %s", error->message);
}
