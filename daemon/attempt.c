/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/attempt.h"
#include "config.h"
#include "core/envelope.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "core/profile-apply.h"
#include "core/rule.h"
#include "daemon/log-expanded.h"
#include "daemon/log.h"
#include "daemon/message-ids.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

static const ParameterId rule_parameters[] = {PARAMETER_PROFILE_RULE, PARAMETER_PROFILE_RULE_B,
                                              PARAMETER_PROFILE_RULE_C, PARAMETER_PROFILE_RULE_D};

struct Attempt {
    uint64_t id;
    char *own_rule;
    char *provisioning_server;
    ProfileLimits limits;
    ParamSet *start;   /* what was in force when the attempt started */
    ParamSet *working; /* what would be after it */
    guint rule;        /* in rule_parameters; 0 with a rule of its own */

    sd_event_source *begin;
    Fetcher *fetcher;
    Fetch *fetch;
    RuleRequest *request; /* what is being fetched, or was last */
    char *user_agent;     /* of it */
    char *asked;          /* its digest; NULL: nothing may be kept of it */
    Validator *offered;   /* what the server was told that we have; NULL: nothing */
    Validators *known;    /* of the last successful resync */
    Validators *learned;  /* what will be known if this one succeeds */
    char *server_ip;
    char *fetch_error;   /* of a fetch that is over */
    char *upgrade_error; /* the env's own: the upgrade agent may tell another one meanwhile */
    MacroEnv env;

    AttemptOutcome outcome;
    AttemptDone done;
    AttemptProgress progress;
    void *userdata;
};

static void attempt_run(Attempt *attempt, const GError *failure);
static bool send_request(Attempt *attempt, Validator *offered, GError **error);

static const char *lookup_parameter(const char *name, void *userdata)
{
    const Attempt *attempt = userdata;

    return paramset_get(attempt->working, name);
}

uint64_t attempt_id(const Attempt *attempt)
{
    return attempt->id;
}

const char *attempt_url(const Attempt *attempt)
{
    return attempt->request ? attempt->request->url->text : NULL;
}

const MacroEnv *attempt_env(const Attempt *attempt)
{
    return &attempt->env;
}

const char *attempt_rule(const Attempt *attempt)
{
    if (attempt->own_rule || attempt->rule >= G_N_ELEMENTS(rule_parameters))
        return NULL;
    return parameter_info(rule_parameters[attempt->rule])->name;
}

static const char *rule_name(const Attempt *attempt)
{
    return attempt->own_rule ? "" : parameter_info(rule_parameters[attempt->rule])->name;
}

/* The same for a message to begin with. */
static const char *rule_title(const Attempt *attempt)
{
    return attempt->own_rule ? N_("rule") : rule_name(attempt);
}

static void tell_progress(Attempt *attempt, AttemptPhase phase, uint64_t received,
                          uint64_t expected)
{
    attempt->progress(attempt, rule_name(attempt), phase, received, expected, attempt->userdata);
}

static void finish(Attempt *attempt, const GError *error)
{
    if (error)
        attempt->env.error = error->message;
    else {
        attempt->outcome.before = attempt->start;
        attempt->outcome.after = attempt->working;
        attempt->outcome.changes = paramset_diff(attempt->start, attempt->working);
        attempt->outcome.validators = g_steal_pointer(&attempt->learned);
    }
    attempt->done(attempt, &attempt->outcome, error, attempt->userdata);
}

/* What an invalid value, or another oddity of a profile, looks like in the log. */
static void on_warning(const ProfileWarning *warning, void *userdata)
{
    const Attempt *attempt = userdata;
    const char *url = attempt_url(attempt);
    g_autofree char *id = g_strdup_printf("%" PRIu64, attempt->id);
    g_autofree char *place =
        warning->line > 0 ? g_strdup_printf(", line %u, column %u", warning->line, warning->column)
                          : g_strdup("");

    log_message(LOG_WARNING,
                LOG_FIELDS({"MESSAGE_ID", MESSAGE_PROFILE_WARNING}, {"PROVD_ATTEMPT", id},
                           {"PROVD_RULE", attempt_rule(attempt)}, {"PROVD_URL", url},
                           {"PROVD_PARAMETER", warning->name}),
                "%s%s: %s", warning->line > 0 && url ? url : rule_title(attempt), place,
                warning->message);
}

static ProfileContext profile_context(Attempt *attempt)
{
    return (ProfileContext){
        .now = (uint64_t)g_get_real_time(),
        .parameters_max = attempt->limits.parameters,
        .warn = on_warning,
        .userdata = attempt,
    };
}

static bool do_assignments(Attempt *attempt, const RuleAlternative *alternative, GError **error)
{
    ProfileContext context = profile_context(attempt);

    for (guint i = 0; i < alternative->assignments->len; i++) {
        const RuleAssignment *assignment = g_ptr_array_index(alternative->assignments, i);
        g_autofree char *value = macro_expand(assignment->value, &attempt->env, MACRO_NONE);

        if (!profile_assign(attempt->working, assignment->name, value, &context,
                            &attempt->outcome.skipped, error))
            return false;
    }
    return true;
}

/* Notes the fetch for the macros SCHEME, SERV, SERVIP, PORT, PATH and ERR. */
static void set_fetch_macros(Attempt *attempt)
{
    const Url *url = attempt->request->url;

    attempt->env.scheme = url->scheme;
    attempt->env.server = url->server;
    attempt->env.server_ip = attempt->server_ip ? attempt->server_ip : url->server;
    attempt->env.port = url->port;
    attempt->env.path = url->path;
    attempt->env.error = attempt->fetch_error;
}

static const char *content_key(const Attempt *attempt)
{
    return paramset_get(attempt->working, parameter_info(PARAMETER_IKM_HTTP_ENCRYPT_CONTENT)->name);
}

static void on_envelope_warning(const char *message, void *userdata)
{
    on_warning(&(ProfileWarning){.message = message}, userdata);
}

static Profile *open_profile(Attempt *attempt, const FetchResult *result, GError **error)
{
    EnvelopeKeys keys = {
        .content_encoding = result->content_encoding,
        .ikm = content_key(attempt),
        .key = attempt->request->key,
    };
    g_autoptr(AliasMap) aliases = NULL;
    g_autoptr(GBytes) document = NULL;
    const void *bytes;
    gsize size;

    if (attempt->request->aliases) {
        aliases = alias_map_parse(attempt->request->aliases, error);
        if (!aliases)
            return NULL;
    }
    document = envelope_open(result->body, &keys, attempt->limits.size, on_envelope_warning,
                             attempt, error);
    if (!document)
        return NULL;
    bytes = g_bytes_get_data(document, &size);
    return profile_read(bytes, size, &attempt->limits, aliases, error);
}

static guint slot_of_rule(const Attempt *attempt)
{
    return attempt->own_rule ? VALIDATORS_OF_REQUEST : attempt->rule;
}

static ValidatorAnswer answer_of(const Attempt *attempt, const FetchResult *result)
{
    return (ValidatorAnswer){
        .asked_url = attempt->request->url->text,
        .url = result->url,
        .etag = result->etag,
        .last_modified = result->last_modified,
    };
}

/* Keeps what the server told of the file that was just applied. */
static void learn_file(Attempt *attempt, const FetchResult *result, const char *names)
{
    const ValidatorAnswer answer = answer_of(attempt, result);
    g_autoptr(Validator) validator =
        attempt->asked ? validator_new(attempt->asked, &answer, names, attempt->working) : NULL;

    validators_set(attempt->learned, slot_of_rule(attempt), validator, attempt->working);
}

static bool apply_profile(Attempt *attempt, const FetchResult *result, GError **error)
{
    g_autoptr(Profile) profile = open_profile(attempt, result, error);
    g_auto(ProfileOutcome) outcome = {0};
    ProfileContext context = profile_context(attempt);

    if (!profile || !profile_apply(profile, attempt->working, &context, &outcome, error)) {
        g_prefix_error(error, "%s: ", result->url);
        return false;
    }
    attempt->outcome.skipped += outcome.skipped;
    learn_file(attempt, result, outcome.names);
    return true;
}

static bool is_forgiven(const Attempt *attempt, const GError *error)
{
    const char *fails =
        paramset_get(attempt->working, parameter_info(PARAMETER_RESYNC_FAILS_ON_FNF)->name);

    return g_error_matches(error, FAILURE, FAILURE_FILE_NOT_FOUND) && strcmp(fails, "No") == 0;
}

static void log_forgiven(const Attempt *attempt, const GError *error)
{
    g_autofree char *id = g_strdup_printf("%" PRIu64, attempt->id);

    log_message(LOG_NOTICE,
                LOG_FIELDS({"MESSAGE_ID", MESSAGE_MISSING_FILE_ACCEPTED}, {"PROVD_ATTEMPT", id},
                           {"PROVD_RULE", attempt_rule(attempt)},
                           {"PROVD_URL", attempt_url(attempt)}),
                "%s; Resync_Fails_On_FNF is No, so the resync goes on", error->message);
}

/*
 * The server has nothing newer than what is in force already. It says so of the file to which it
 * led; where that is another one than before, a date would mean nothing, so that one is fetched.
 */
static bool take_unchanged(Attempt *attempt, const FetchResult *result, GError **error)
{
    const ValidatorAnswer answer = answer_of(attempt, result);

    if (!validator_is_from(attempt->offered, &answer))
        return send_request(attempt, NULL, error);
    log_message(LOG_DEBUG, LOG_FIELDS({"PROVD_URL", result->url}), "%s has not changed",
                result->url);
    validators_set(attempt->learned, slot_of_rule(attempt), attempt->offered, attempt->working);
    return true;
}

static bool take_file(Attempt *attempt, const FetchResult *result, GError **error)
{
    int64_t before = g_get_monotonic_time();
    bool applied;

    tell_progress(attempt, ATTEMPT_APPLYING, g_bytes_get_size(result->body),
                  g_bytes_get_size(result->body));
    applied = apply_profile(attempt, result, error);
    attempt->outcome.times.applying += (uint64_t)(g_get_monotonic_time() - before);
    return applied;
}

static bool take_result(Attempt *attempt, const FetchResult *result, GError **error)
{
    return result->not_modified ? take_unchanged(attempt, result, error)
                                : take_file(attempt, result, error);
}

static void on_fetched(Fetch *ended, const FetchResult *result, const GError *error, void *userdata)
{
    Attempt *attempt = userdata;
    g_autoptr(Fetch) fetch = g_steal_pointer(&attempt->fetch);
    g_autoptr(GError) failure = error ? g_error_copy(error) : NULL;

    attempt->outcome.times.fetching += result->total_usec;
    attempt->outcome.retry_after_usec = result->retry_after_usec;
    g_free(attempt->server_ip);
    attempt->server_ip = g_strdup(result->server_ip);
    g_free(attempt->fetch_error);
    attempt->fetch_error = failure ? g_strdup(failure->message) : NULL;
    set_fetch_macros(attempt);

    if (!failure)
        (void)take_result(attempt, result, &failure);
    else if (is_forgiven(attempt, failure)) {
        log_forgiven(attempt, failure);
        g_clear_error(&failure);
    }
    if (attempt->fetch)
        return;
    if (!failure)
        attempt->rule++;
    attempt_run(attempt, failure);
}

static void on_received(Fetch *fetch, uint64_t received, uint64_t expected, void *userdata)
{
    tell_progress(userdata, ATTEMPT_RECEIVING, received, expected);
}

/* A server that encrypts for those who can decrypt has to be told that this device can. */
static const char *accepted_codings(const Attempt *attempt)
{
    return *content_key(attempt) ? "gzip, aes128gcm" : "gzip";
}

static bool send_request(Attempt *attempt, Validator *offered, GError **error)
{
    const RuleRequest *request = attempt->request;

    validator_unref(attempt->offered);
    attempt->offered = offered ? validator_ref(offered) : NULL;
    return fetch_start(attempt->fetcher,
                       &(FetchRequest){
                           .url = request->url->text,
                           .username = request->user,
                           .password = request->password,
                           .user_agent = attempt->user_agent,
                           .accept_encoding = accepted_codings(attempt),
                           .post_body = request->body,
                           .if_none_match = offered ? offered->etag : NULL,
                           .if_modified_since = offered ? offered->last_modified : NULL,
                       },
                       on_fetched, on_received, attempt, &attempt->fetch, error);
}

/* The answer to a POST may be another one every time, and may be meant to be. */
static char *ask(const Attempt *attempt)
{
    const RuleRequest *request = attempt->request;

    if (request->body)
        return NULL;
    return validator_ask(&(ValidatorQuestion){
        .url = request->url->text,
        .user = request->user,
        .user_agent = attempt->user_agent,
        .key = request->key,
        .ikm = content_key(attempt),
        .aliases = request->aliases,
        .reader = PROVD_VERSION,
    });
}

static void take_request(Attempt *attempt, RuleRequest *request)
{
    const char *agent =
        paramset_get(attempt->working, parameter_info(PARAMETER_HTTP_USER_AGENT_NAME)->name);

    rule_request_free(attempt->request);
    g_free(attempt->user_agent);
    g_free(attempt->asked);
    g_clear_pointer(&attempt->server_ip, g_free);
    g_clear_pointer(&attempt->fetch_error, g_free);
    attempt->request = request;
    set_fetch_macros(attempt);
    attempt->user_agent = macro_expand(agent, &attempt->env, MACRO_NONE);
    attempt->asked = ask(attempt);
}

static bool start_fetch(Attempt *attempt, const RuleAlternative *alternative, GError **error)
{
    RuleRequest *request =
        rule_request_new(alternative, &attempt->env, attempt->provisioning_server, error);
    Validator *offered;

    if (!request)
        return false;
    take_request(attempt, request);
    log_expanded(PARAMETER_LOG_REQUEST_MSG, attempt->id, attempt->working, &attempt->env);
    tell_progress(attempt, ATTEMPT_CONNECTING, 0, 0);
    offered =
        attempt->asked ? validators_find(attempt->known, attempt->asked, attempt->working) : NULL;
    return send_request(attempt, offered, error);
}

/* Does one rule up to its fetch. False with an error where it fails. */
static bool begin_rule(Attempt *attempt, const char *text, GError **error)
{
    g_autoptr(Rule) rule = rule_parse(text, error);
    const RuleAlternative *alternative;

    if (!rule)
        return false;
    alternative = rule_select(rule, &attempt->env);
    if (!alternative)
        return true;
    return do_assignments(attempt, alternative, error) &&
           (!alternative->url || start_fetch(attempt, alternative, error));
}

static guint rule_count(const Attempt *attempt)
{
    return attempt->own_rule ? 1 : G_N_ELEMENTS(rule_parameters);
}

/*
 * Goes on with the next rule, and with the one after it where that one has nothing to fetch, up to
 * a fetch or to the end. failure: how the rule before ended; NULL: well.
 */
static void attempt_run(Attempt *attempt, const GError *failure)
{
    g_autoptr(GError) error = failure ? g_error_copy(failure) : NULL;

    while (!error && attempt->rule < rule_count(attempt)) {
        const char *text = attempt->own_rule ? attempt->own_rule
                                             : paramset_get(attempt->working, rule_name(attempt));

        if (!begin_rule(attempt, text, &error))
            g_prefix_error(&error, "%s: ", rule_title(attempt));
        else if (attempt->fetch)
            return;
        else
            attempt->rule++;
    }
    finish(attempt, error);
}

static int on_begin(sd_event_source *source, void *userdata)
{
    attempt_run(userdata, NULL);
    return 0;
}

Attempt *attempt_start(sd_event *event, Fetcher *fetcher, const AttemptInput *input,
                       AttemptDone done, AttemptProgress progress, void *userdata)
{
    Attempt *attempt = g_new(Attempt, 1);

    *attempt = (Attempt){
        .id = input->id,
        .own_rule = g_strdup(input->rule),
        .provisioning_server = g_strdup(input->provisioning_server),
        .limits = input->limits,
        .start = paramset_copy(input->parameters),
        .working = paramset_copy(input->parameters),
        .known = validators_copy(input->validators),
        .learned = validators_begin(input->validators, input->rule != NULL),
        .fetcher = fetcher,
        .upgrade_error = g_strdup(input->env->upgrade_error),
        .env = *input->env,
        .done = done,
        .progress = progress,
        .userdata = userdata,
    };
    attempt->env.upgrade_error = attempt->upgrade_error;
    attempt->env.parameter = lookup_parameter;
    attempt->env.parameter_data = attempt;
    if (sd_event_add_defer(event, &attempt->begin, on_begin, attempt) < 0)
        g_error("The event loop takes no more sources");
    return attempt;
}

void attempt_free(Attempt *attempt)
{
    if (!attempt)
        return;
    sd_event_source_disable_unref(attempt->begin);
    fetch_free(attempt->fetch);
    rule_request_free(attempt->request);
    validator_unref(attempt->offered);
    validators_free(attempt->known);
    validators_free(attempt->learned);
    validators_free(attempt->outcome.validators);
    if (attempt->outcome.changes)
        g_ptr_array_unref(attempt->outcome.changes);
    paramset_free(attempt->start);
    paramset_free(attempt->working);
    g_free(attempt->own_rule);
    g_free(attempt->provisioning_server);
    g_free(attempt->user_agent);
    g_free(attempt->asked);
    g_free(attempt->server_ip);
    g_free(attempt->fetch_error);
    g_free(attempt->upgrade_error);
    g_free(attempt);
}
