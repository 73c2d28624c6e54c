/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "core/rule.h"
#include "daemon/log.h"
#include "daemon/manager-private.h"
#include "daemon/request-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static bool check_refusal(PlannerRefusal refusal, const char *setting, GError **error)
{
    switch (refusal) {
    case PLANNER_ACCEPTED:
        return true;
    case PLANNER_REFUSED_DISABLED:
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_DISABLED,
                    N_("Provisioning is switched off: Provision_Enable is No"));
        return false;
    case PLANNER_REFUSED_SETTING:
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED,
                    N_("The request is refused: %s is No"), setting);
        return false;
    case PLANNER_REFUSED_FULL:
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_LIMITS_EXCEEDED,
                    N_("%d requests with a rule of their own are waiting already, no more are "
                       "possible"),
                    PLANNER_RULES_MAX);
        return false;
    }
    return false;
}

static bool check_rule(const char *text, GError **error)
{
    g_autoptr(Rule) rule = NULL;

    if (strlen(text) >= PLANNER_RULE_MAX) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_RULE,
                    N_("a rule of %zu bytes is too long, %d are allowed"), strlen(text),
                    PLANNER_RULE_MAX - 1);
        return false;
    }
    rule = rule_parse(text, error);
    return rule != NULL;
}

bool manager_request_resync(Manager *manager, const char *rule, bool force, uint64_t *ret_id,
                            GError **error)
{
    PlannerEvent event = {
        .type = PLANNER_REQUEST,
        .request = {.force = force, .administrator = true, .rule = rule},
    };
    PlannerReply reply;

    if (rule && !check_rule(rule, error))
        return false;
    manager_feed(manager, &event, &reply);
    if (!check_refusal(reply.refusal, "User_Configurable_Resync", error))
        return false;
    manager_act(manager);
    *ret_id = reply.id;
    return true;
}

void manager_cancel_resync(Manager *manager)
{
    manager_feed_and_act(manager, &(PlannerEvent){.type = PLANNER_CANCEL}, NULL);
}

bool manager_is_user_configurable(const Manager *manager)
{
    return manager->settings->user_configurable;
}

bool manager_notify_upgrade(Manager *manager, bool success, const char *message, GError **error)
{
    PlannerEvent event = {.type = PLANNER_UPGRADE, .upgrade.success = success};
    g_autofree char *former_message = g_steal_pointer(&manager->upgrade_message);
    uint64_t former_attempt = manager->upgrade_attempt;
    bool former_success = manager->upgrade_success;

    manager->upgrade_message = g_utf8_substring(message, 0, MIN(g_utf8_strlen(message, -1), 1024));
    manager->upgrade_attempt = (uint64_t)clock_now().realtime;
    manager->upgrade_success = success;
    if (!manager_transact(manager, &event, 1, NULL, &(StoreCommit){0}, error)) {
        g_free(manager->upgrade_message);
        manager->upgrade_message = g_steal_pointer(&former_message);
        manager->upgrade_attempt = former_attempt;
        manager->upgrade_success = former_success;
        return false;
    }
    manager->env.upgrade_error = manager->upgrade_message;
    manager_act(manager);
    return true;
}

bool manager_notify_reboot(Manager *manager, const char *cause, GError **error)
{
    PlannerEvent event = {.type = PLANNER_REBOOT};

    if (!reboot_cause_from_string(cause, &event.reboot.cause)) {
        g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_INVALID_ARGS,
                    N_("“%s” is no cause of a reboot: upgrade, parameters or other"), cause);
        return false;
    }
    return manager_transact(manager, &event, 1, NULL, &(StoreCommit){0}, error);
}

/* Whether a URL is on a server that the device is provisioned from anyhow. */
static bool is_known_server(const Manager *manager, const char *server)
{
    const char *provisioning = manager->config->provisioning_server;
    g_autoptr(Url) own = provisioning ? url_parse("/", provisioning, NULL) : NULL;

    if (own && g_ascii_strcasecmp(own->server, server) == 0)
        return true;
    for (ParameterId id = PARAMETER_PROFILE_RULE; id <= PARAMETER_PROFILE_RULE_D; id++) {
        g_autoptr(Rule) rule =
            rule_parse(paramset_get(manager->set, parameter_info(id)->name), NULL);

        for (guint i = 0; rule && i < rule_size(rule); i++) {
            const RuleAlternative *alternative = rule_get(rule, i);
            g_autofree char *text =
                alternative->url ? macro_expand(alternative->url, &manager->env, MACRO_NONE) : NULL;
            g_autoptr(Url) url = text ? url_parse(text, provisioning, NULL) : NULL;

            if (url && g_ascii_strcasecmp(url->server, server) == 0)
                return true;
        }
    }
    return false;
}

/* A NOTIFY may name the URL to fetch, but not send the device to just any server. */
static bool check_notified_url(const Manager *manager, const char *text, GError **error)
{
    g_autoptr(Url) url = NULL;
    g_autoptr(GError) cause = NULL;

    if (!check_rule(text, error))
        return false;
    url = url_parse(text, manager->config->provisioning_server, &cause);
    if (g_error_matches(cause, FAILURE, FAILURE_NO_SERVER)) {
        g_set_error_literal(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED, cause->message);
        return false;
    }
    if (!url) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return false;
    }
    if (is_known_server(manager, url->server))
        return true;
    g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_REFUSED,
                N_("%s is neither the host of a configured rule nor the provisioning server"),
                url->server);
    return false;
}

/* What forbids every NOTIFY comes before what is wrong with this one. */
static PlannerRefusal refusal_of_sip(const Manager *manager)
{
    if (!manager->settings->enabled)
        return PLANNER_REFUSED_DISABLED;
    return manager->settings->resync_from_sip ? PLANNER_ACCEPTED : PLANNER_REFUSED_SETTING;
}

static bool resync_by_sip(Manager *manager, const char *rule, GError **error)
{
    PlannerEvent event = {.type = PLANNER_SIP, .sip.rule = rule};
    PlannerReply reply;

    if (!check_refusal(refusal_of_sip(manager), "Resync_From_SIP", error) ||
        (rule && !check_notified_url(manager, rule, error)))
        return false;
    manager_feed(manager, &event, &reply);
    if (!check_refusal(reply.refusal, "Resync_From_SIP", error))
        return false;
    manager_act(manager);
    return true;
}

/* The text without the space around the first such sign in it, and at its ends. */
static char *strip_around(const char *text, const char *sign)
{
    g_auto(GStrv) parts = g_strsplit(text, sign, 2);

    for (char **part = parts; *part; part++)
        g_strstrip(*part);
    return g_strjoinv(sign, parts);
}

/*
 * The URL that text, a tight Event header, names; NULL: none. The quotes, which SIP wants around
 * what is no token, are taken off.
 */
static const char *find_profile(char *text)
{
    static const char start[] = "resync;profile=";
    char *url;
    size_t length;

    if (g_ascii_strncasecmp(text, start, strlen(start)) != 0)
        return NULL;
    url = text + strlen(start);
    length = strlen(url);
    if (length < 2 || url[0] != '"' || url[length - 1] != '"')
        return url;
    url[length - 1] = '\0';
    return url + 1;
}

bool manager_sip_notify(Manager *manager, const char *event, const char **ret_action,
                        GError **error)
{
    static const struct {
        const char *event, *action;
    } actions[] = {
        {"resync", "resync"},
        {"check-sync", "resync"},
        {"check-sync;reboot=false", "resync"},
        {"check-sync;reboot=true", "reboot"},
        {"reboot_now", "reboot"},
        {"restart_now", "restart"},
        {"report", "report"},
    };
    g_autofree char *half_tight = strip_around(event, ";");
    g_autofree char *tight = strip_around(half_tight, "=");
    const char *rule = find_profile(tight);
    const char *action = rule ? "resync" : "ignored";

    for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
        if (g_ascii_strcasecmp(tight, actions[i].event) == 0)
            action = actions[i].action;
    if (strcmp(action, "resync") == 0 && !resync_by_sip(manager, rule, error))
        return false;
    *ret_action = action;
    return true;
}
