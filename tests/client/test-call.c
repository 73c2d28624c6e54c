/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls of libprovclient: what they return, and how each thing that goes wrong is told. */
#include "libprovclient/provclient.h"
#include "tests/client/testbus.h"

#include <errno.h>
#include <string.h>

typedef struct Fixture {
    TestBus *bus;
    prov_client *client;
} Fixture;

/* The test's data is the mode of the service; NULL for no service. */
static void set_up(Fixture *fixture, gconstpointer mode)
{
    fixture->bus = test_bus_new(NULL);
    if (!fixture->bus)
        return;
    if (mode)
        test_bus_start_service(fixture->bus, mode);
    g_assert_cmpint(prov_client_new_for_address(fixture->bus->address, &fixture->client), ==, 0);
}

static void tear_down(Fixture *fixture, gconstpointer mode)
{
    prov_client_free(fixture->client);
    test_bus_free(fixture->bus);
}

static void expect_error(int r, prov_error *error, prov_error_kind kind, int number)
{
    g_assert_nonnull(error);
    g_assert_cmpint(error->kind, ==, kind);
    g_assert_cmpint(error->number, ==, number);
    g_assert_cmpint(r, ==, number);
    g_assert_cmpstr(error->message, !=, "");
    prov_error_free(error);
}

static void test_status(Fixture *fixture, gconstpointer mode)
{
    prov_status *status = NULL;

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_get_status(fixture->client, &status, NULL), ==, 0);
    g_assert_cmpint(status->state, ==, PROV_STATE_SCHEDULED);
    g_assert_cmpint(status->next_reason, ==, PROV_REASON_PERIODIC);
    g_assert_cmpuint(status->next_resync, ==, 1700000000000000);
    g_assert_cmpint(status->last_failure, ==, PROV_FAILURE_UNKNOWN);
    g_assert_cmpuint(status->failures, ==, 3);
    g_assert_true(status->provisioned);
    g_assert_cmpstr(status->progress_rule, ==, "Profile_Rule");
    g_assert_cmpint(status->progress_phase, ==, PROV_PHASE_RECEIVING);
    g_assert_cmpuint(status->progress_expected, ==, 20);
    g_assert_cmpuint(status->active_lines, ==, (UINT64_C(1) << 63) | 1);
    g_assert_cmpstr(status->version, ==, "1.2.3");
    g_assert_cmpstr(status->last_message, ==, "");
    prov_status_free(status);
}

static void test_history_and_changes(Fixture *fixture, gconstpointer mode)
{
    prov_attempt **attempts = NULL;
    prov_change **changes = NULL;

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_get_history(fixture->client, 0, &attempts, NULL), ==, 0);
    g_assert_cmpuint(attempts[0]->id, ==, 7);
    g_assert_cmpint(attempts[0]->result, ==, PROV_RESULT_SUCCESS);
    g_assert_cmpuint(attempts[0]->finished, ==, 2000);
    g_assert_cmpint(attempts[1]->failure, ==, PROV_FAILURE_CANCELLED);
    g_assert_null(attempts[2]);
    prov_attempts_free(attempts);

    g_assert_cmpint(prov_client_get_changes(fixture->client, 7, &changes, NULL), ==, 0);
    g_assert_cmpstr(changes[1]->before, ==, "old");
    g_assert_cmpstr(changes[1]->after, ==, "");
    g_assert_null(changes[2]);
    prov_changes_free(changes);
}

/* Values come sorted; a description finds its value, and what is new in it does no harm. */
static void test_parameters(Fixture *fixture, gconstpointer mode)
{
    prov_parameter **parameters = NULL;
    prov_value *values = NULL;
    char *value = NULL;

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_get_parameter(fixture->client, "X", &value, NULL), ==, 0);
    g_assert_cmpstr(value, ==, "value");
    free(value);

    g_assert_cmpint(prov_client_get_parameters(fixture->client, NULL, &values, NULL), ==, 0);
    g_assert_cmpstr(values[0].name, ==, "GPP_A");
    g_assert_cmpstr(values[2].value, ==, "z");
    g_assert_null(values[3].name);
    prov_values_free(values);

    g_assert_cmpint(prov_client_describe_parameters(fixture->client, NULL, &parameters, NULL), ==,
                    0);
    g_assert_cmpstr(parameters[0]->name, ==, "GPP_A");
    g_assert_null(parameters[0]->type);
    g_assert_cmpstr(parameters[1]->value, ==, "3600");
    g_assert_cmpstr(parameters[1]->type, ==, "schedule");
    g_assert_cmpint(parameters[1]->access, ==, PROV_ACCESS_WRITE);
    g_assert_true(parameters[1]->has_range);
    g_assert_cmpint(parameters[1]->minimum, ==, -1);
    g_assert_cmpstr(parameters[1]->choices[1], ==, "No");
    g_assert_null(parameters[1]->choices[2]);
    g_assert_cmpint(parameters[2]->source, ==, PROV_SOURCE_PROFILE);
    g_assert_null(parameters[3]);
    prov_parameters_free(parameters);
}

static void test_explain(Fixture *fixture, gconstpointer mode)
{
    prov_explanation *explanation = NULL;
    prov_rule **rules;

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_explain(fixture->client, NULL, &explanation, NULL), ==, 0);
    g_assert_cmpint(explanation->candidates[0]->reason, ==, PROV_REASON_PERIODIC);
    g_assert_cmpstr(explanation->candidates[0]->held, ==, "");
    g_assert_null(explanation->candidates[1]);
    rules = explanation->rules;
    g_assert_cmpstr(rules[0]->name, ==, "Profile_Rule");
    g_assert_true(rules[0]->alternatives[0]->taken);
    g_assert_cmpstr(rules[0]->alternatives[0]->comparisons[0]->right, ==, "2");
    g_assert_null(rules[0]->alternatives[0]->assignments[0].name);
    g_assert_cmpstr(rules[0]->alternatives[1]->assignments[0].value, ==, "x");
    g_assert_null(rules[0]->alternatives[1]->comparisons[0]);
    g_assert_null(rules[0]->alternatives[2]);
    g_assert_cmpstr(rules[1]->name, ==, "Profile_Rule_B");
    g_assert_null(rules[1]->alternatives[0]);
    g_assert_null(rules[2]);
    prov_explanation_free(explanation);
}

static void test_agents(Fixture *fixture, gconstpointer mode)
{
    prov_action action = PROV_ACTION_UNKNOWN;
    prov_value values[] = {{"GPP_A", "1"}, {}};

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_set_parameters(fixture->client, values, NULL), ==, 0);
    g_assert_cmpint(prov_client_reset_parameter(fixture->client, "GPP_A", NULL), ==, 0);
    g_assert_cmpint(prov_client_notify_upgrade(fixture->client, true, NULL, NULL), ==, 0);
    g_assert_cmpint(prov_client_notify_reboot(fixture->client, PROV_REBOOT_UPGRADE, NULL), ==, 0);
    g_assert_cmpint(prov_client_set_line_active(fixture->client, 1, true, NULL), ==, 0);
    g_assert_cmpint(prov_client_set_line_registered(fixture->client, 1, true, NULL), ==, 0);
    g_assert_cmpint(prov_client_notify_sip(fixture->client, "reboot_now", &action, NULL), ==, 0);
    g_assert_cmpint(action, ==, PROV_ACTION_REBOOT);
}

static void test_wrong_arguments(Fixture *fixture, gconstpointer mode)
{
    prov_value no_value[] = {{"GPP_A", NULL}, {}};
    prov_value not_utf8[] = {{"GPP_A", "\xff"}, {}};
    prov_error *error = NULL;
    int r;

    if (!fixture->bus)
        return;
    r = prov_client_set_parameters(fixture->client, no_value, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_INVALID_ARGUMENT, -EINVAL);
    r = prov_client_set_parameters(fixture->client, not_utf8, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_INVALID_ARGUMENT, -EINVAL);
    r = prov_client_notify_reboot(fixture->client, 99, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_INVALID_ARGUMENT, -EINVAL);
    g_assert_cmpint(prov_client_request_resync(fixture->client, 1 << 5, NULL, NULL, NULL), ==,
                    -EINVAL);
    g_assert_cmpint(prov_client_get_status(NULL, NULL, NULL), ==, -EINVAL);
    g_assert_cmpint(prov_client_watch(fixture->client, NULL, NULL, NULL), ==, -EINVAL);
    prov_client_free(NULL);
    prov_slot_free(NULL);
    prov_error_free(NULL);
    prov_status_free(NULL);
    prov_values_free(NULL);
}

static const struct {
    const char *name;
    prov_error_kind kind;
    int number;
} error_names[] = {
    {"org.provd.Provisioning1.Error.Disabled", PROV_ERROR_DISABLED, -ESHUTDOWN},
    {"org.provd.Provisioning1.Error.Refused", PROV_ERROR_REFUSED, -EPERM},
    {"org.provd.Provisioning1.Error.NoSuchParameter", PROV_ERROR_NO_SUCH_PARAMETER, -ENOENT},
    {"org.provd.Provisioning1.Error.InvalidValue", PROV_ERROR_INVALID_VALUE, -EINVAL},
    {"org.provd.Provisioning1.Error.InvalidRule", PROV_ERROR_INVALID_RULE, -EINVAL},
    {"org.provd.Provisioning1.Error.NoSuchLine", PROV_ERROR_NO_SUCH_LINE, -ENXIO},
    {"org.provd.Provisioning1.Error.StoreFailed", PROV_ERROR_STORE_FAILED, -EIO},
    {"org.freedesktop.DBus.Error.AccessDenied", PROV_ERROR_NOT_ALLOWED, -EACCES},
    {"org.freedesktop.DBus.Error.InvalidArgs", PROV_ERROR_INVALID_ARGUMENT, -EINVAL},
    {"org.freedesktop.systemd1.UnitMasked", PROV_ERROR_NO_DAEMON, -EHOSTUNREACH},
    {"org.freedesktop.DBus.Error.UnknownInterface", PROV_ERROR_MALFORMED, -EBADMSG},
    {"org.freedesktop.DBus.Error.UnknownMethod", PROV_ERROR_MALFORMED, -EBADMSG},
    {"org.freedesktop.DBus.Error.UnknownObject", PROV_ERROR_MALFORMED, -EBADMSG},
    {"org.freedesktop.DBus.Error.UnknownProperty", PROV_ERROR_MALFORMED, -EBADMSG},
    {"org.provd.Provisioning1.Error.DisabledByMagic", PROV_ERROR_UNKNOWN, -EIO},
    {"com.example.Whatever", PROV_ERROR_UNKNOWN, -EIO},
};

static void test_error_names(Fixture *fixture, gconstpointer mode)
{
    if (!fixture->bus)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(error_names); i++) {
        prov_error *error = NULL;
        char *value = NULL;
        int r = prov_client_get_parameter(fixture->client, error_names[i].name, &value, &error);

        g_assert_null(value);
        g_assert_nonnull(error);
        g_assert_cmpstr(error->message, ==, "why not");
        expect_error(r, error, error_names[i].kind, error_names[i].number);
    }
}

static void test_garbled(Fixture *fixture, gconstpointer mode)
{
    prov_attempt **attempts = NULL;
    prov_parameter **parameters = NULL;
    prov_explanation *explanation = NULL;
    prov_error *error = NULL;
    uint64_t id = 42;
    int r;

    if (!fixture->bus)
        return;
    r = prov_client_request_resync(fixture->client, 0, NULL, &id, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_MALFORMED, -EBADMSG);
    g_assert_cmpuint(id, ==, 42);
    r = prov_client_cancel_resync(fixture->client, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_MALFORMED, -EBADMSG);
    r = prov_client_get_history(fixture->client, 0, &attempts, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_MALFORMED, -EBADMSG);
    r = prov_client_describe_parameters(fixture->client, NULL, &parameters, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_MALFORMED, -EBADMSG);
    r = prov_client_explain(fixture->client, NULL, &explanation, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_MALFORMED, -EBADMSG);
    g_assert_true(!attempts && !parameters && !explanation);
}

static void on_id(prov_client *client, const prov_error *error, uint64_t id, void *userdata)
{
    g_assert_nonnull(error);
    g_assert_cmpuint(id, ==, 0);
    *(prov_error_kind *)userdata = error->kind;
}

static prov_error_kind run_to_error(prov_client *client, prov_error_kind *kind)
{
    while (*kind == PROV_ERROR_UNKNOWN) {
        g_assert_cmpint(prov_client_process(client), ==, 0);
        if (*kind == PROV_ERROR_UNKNOWN)
            g_assert_cmpint(prov_client_wait(client, PROV_FOREVER), >=, 0);
    }
    return *kind;
}

static void test_no_answer(Fixture *fixture, gconstpointer mode)
{
    prov_error_kind kind = PROV_ERROR_UNKNOWN;
    prov_error *error = NULL;
    int r;

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_set_timeout(fixture->client, 50 * 1000), >=, 0);
    r = prov_client_request_resync(fixture->client, 0, NULL, NULL, &error);
    expect_error(r, error, PROV_ERROR_TIMEOUT, -ETIMEDOUT);
    r = prov_client_request_resync_async(fixture->client, 0, NULL, on_id, &kind, NULL);
    g_assert_cmpint(r, ==, 0);
    g_assert_cmpint(run_to_error(fixture->client, &kind), ==, PROV_ERROR_TIMEOUT);
}

/* The daemon goes away with a call in its hands: that is not a matter of time. */
static void test_gone_while_waiting(Fixture *fixture, gconstpointer mode)
{
    prov_error_kind kind = PROV_ERROR_UNKNOWN;
    prov_status *status = NULL;

    if (!fixture->bus)
        return;
    g_assert_cmpint(prov_client_request_resync_async(fixture->client, 0, NULL, on_id, &kind, NULL),
                    ==, 0);
    g_assert_cmpint(prov_client_get_status(fixture->client, &status, NULL), ==, 0);
    prov_status_free(status);
    test_bus_kill_service(fixture->bus);
    g_assert_cmpint(run_to_error(fixture->client, &kind), ==, PROV_ERROR_NO_DAEMON);
}

static void test_no_daemon(Fixture *fixture, gconstpointer mode)
{
    prov_error *error = NULL;
    prov_status *status = NULL;
    prov_outcome *outcome = NULL;
    int r;

    if (!fixture->bus)
        return;
    r = prov_client_get_status(fixture->client, &status, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_NO_DAEMON, -EHOSTUNREACH);
    r = prov_client_resync(fixture->client, 0, NULL, &outcome, &error);
    expect_error(r, g_steal_pointer(&error), PROV_ERROR_NO_DAEMON, -EHOSTUNREACH);
    g_assert_true(!status && !outcome);
}

static void test_no_bus(void)
{
    prov_client *client = NULL;

    g_assert_cmpint(prov_client_new_for_address("unix:path=/nonexistent/bus", &client), ==,
                    -ENOENT);
    g_assert_null(client);
}

static void fail_if_called(prov_client *client, const prov_error *error, uint64_t id,
                           void *userdata)
{
    g_assert_not_reached();
}

static void count_call(prov_client *client, const prov_error *error, uint64_t id, void *userdata)
{
    g_assert_null(error);
    g_assert_cmpuint(id, ==, 7);
    *(int *)userdata += 1;
}

/* A dropped call runs no callback; a slot may outlive its call, and its client. */
static void test_cancellation(Fixture *fixture, gconstpointer mode)
{
    prov_slot *dropped = NULL, *kept = NULL, *late = NULL;
    int calls = 0;

    if (!fixture->bus)
        return;
    g_assert_cmpint(
        prov_client_request_resync_async(fixture->client, 0, NULL, fail_if_called, NULL, &dropped),
        ==, 0);
    g_assert_cmpint(
        prov_client_request_resync_async(fixture->client, 0, NULL, count_call, &calls, &kept), ==,
        0);
    prov_slot_free(dropped);
    while (calls == 0) {
        g_assert_cmpint(prov_client_wait(fixture->client, PROV_FOREVER), >=, 0);
        g_assert_cmpint(prov_client_process(fixture->client), ==, 0);
    }
    g_assert_cmpint(calls, ==, 1);
    g_assert_cmpint(
        prov_client_request_resync_async(fixture->client, 0, NULL, fail_if_called, NULL, &late), ==,
        0);
    g_assert_cmpint(
        prov_client_request_resync_async(fixture->client, 0, NULL, fail_if_called, NULL, NULL), ==,
        0);
    prov_client_free(g_steal_pointer(&fixture->client));
    prov_slot_free(kept);
    prov_slot_free(late);
}

/* The callbacks of the calls below: each counts itself, and sees its own type of result. */
static void on_done(prov_client *client, const prov_error *error, void *userdata)
{
    g_assert_null(error);
    *(int *)userdata += 1;
}

static void on_status(prov_client *client, const prov_error *error, prov_status *status,
                      void *userdata)
{
    g_assert_cmpstr(status->version, ==, "1.2.3");
    prov_status_free(status);
    on_done(client, error, userdata);
}

static void on_attempts(prov_client *client, const prov_error *error, prov_attempt **attempts,
                        void *userdata)
{
    g_assert_cmpuint(attempts[0]->id, ==, 7);
    prov_attempts_free(attempts);
    on_done(client, error, userdata);
}

static void on_changes(prov_client *client, const prov_error *error, prov_change **changes,
                       void *userdata)
{
    g_assert_cmpstr(changes[0]->name, ==, "GPP_A");
    prov_changes_free(changes);
    on_done(client, error, userdata);
}

static void on_value(prov_client *client, const prov_error *error, char *value, void *userdata)
{
    g_assert_cmpstr(value, ==, "value");
    free(value);
    on_done(client, error, userdata);
}

static void on_values(prov_client *client, const prov_error *error, prov_value *values,
                      void *userdata)
{
    g_assert_cmpstr(values[0].name, ==, "GPP_A");
    prov_values_free(values);
    on_done(client, error, userdata);
}

static void on_parameters(prov_client *client, const prov_error *error, prov_parameter **parameters,
                          void *userdata)
{
    g_assert_cmpstr(parameters[1]->type, ==, "schedule");
    prov_parameters_free(parameters);
    on_done(client, error, userdata);
}

static void on_explanation(prov_client *client, const prov_error *error,
                           prov_explanation *explanation, void *userdata)
{
    g_assert_nonnull(explanation->rules[1]);
    prov_explanation_free(explanation);
    on_done(client, error, userdata);
}

static void on_action(prov_client *client, const prov_error *error, prov_action action,
                      void *userdata)
{
    g_assert_cmpint(action, ==, PROV_ACTION_REBOOT);
    on_done(client, error, userdata);
}

static void test_every_async_call(Fixture *fixture, gconstpointer mode)
{
    prov_client *c = fixture->client;
    const prov_value values[] = {{"GPP_A", "1"}, {}};
    int done = 0, started = 0;

    if (!fixture->bus)
        return;
    started += prov_client_get_status_async(c, on_status, &done, NULL) == 0;
    started += prov_client_cancel_resync_async(c, on_done, &done, NULL) == 0;
    started += prov_client_factory_reset_async(c, on_done, &done, NULL) == 0;
    started += prov_client_get_history_async(c, 0, on_attempts, &done, NULL) == 0;
    started += prov_client_get_changes_async(c, 7, on_changes, &done, NULL) == 0;
    started += prov_client_get_parameter_async(c, "X", on_value, &done, NULL) == 0;
    started += prov_client_get_parameters_async(c, NULL, on_values, &done, NULL) == 0;
    started += prov_client_describe_parameters_async(c, NULL, on_parameters, &done, NULL) == 0;
    started += prov_client_set_parameters_async(c, values, on_done, &done, NULL) == 0;
    started += prov_client_check_parameters_async(c, values, on_values, &done, NULL) == 0;
    started += prov_client_reset_parameter_async(c, "X", on_done, &done, NULL) == 0;
    started += prov_client_explain_async(c, "/x", on_explanation, &done, NULL) == 0;
    started += prov_client_notify_upgrade_async(c, false, "bad", on_done, &done, NULL) == 0;
    started += prov_client_notify_reboot_async(c, PROV_REBOOT_OTHER, on_done, &done, NULL) == 0;
    started += prov_client_notify_sip_async(c, "x", on_action, &done, NULL) == 0;
    started += prov_client_set_line_active_async(c, 1, true, on_done, &done, NULL) == 0;
    started += prov_client_set_line_registered_async(c, 1, true, on_done, &done, NULL) == 0;
    g_assert_cmpint(started, ==, 17);
    while (done < started) {
        g_assert_cmpint(prov_client_wait(c, 10 * G_USEC_PER_SEC), >, 0);
        g_assert_cmpint(prov_client_process(c), ==, 0);
    }
}

#define ADD(path, mode, function) \
    g_test_add("/call/" path, Fixture, mode, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("status", "ordinary", test_status);
    ADD("history", "ordinary", test_history_and_changes);
    ADD("parameters", "ordinary", test_parameters);
    ADD("explain", "ordinary", test_explain);
    ADD("agents", "ordinary", test_agents);
    ADD("wrong-arguments", "ordinary", test_wrong_arguments);
    ADD("error-names", "erring", test_error_names);
    ADD("garbled", "garbled", test_garbled);
    ADD("no-answer", "mute", test_no_answer);
    ADD("gone-while-waiting", "mute", test_gone_while_waiting);
    ADD("no-daemon", NULL, test_no_daemon);
    ADD("async", "ordinary", test_every_async_call);
    ADD("cancellation", "ordinary", test_cancellation);
    g_test_add_func("/call/no-bus", test_no_bus);
    return g_test_run();
}
