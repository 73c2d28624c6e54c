/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading scenarios, and the small parts that play them. */

#include "sim/duration.h"
#include "sim/fleet.h"
#include "sim/queue.h"

#include <glib/gstdio.h>
#include <string.h>

static void test_durations(void)
{
    static const struct {
        const char *text;
        int64_t milliseconds; /* -1: not valid */
    } cases[] = {
        {"0", 0},
        {"90", 90000},
        {"90s", 90000},
        {"5m", 300000},
        {"2h", 7200000},
        {"1d", 86400000},
        {"50ms", 50},
        {"1h30m", 5400000},
        {"1d2h3m4s5ms", 93784005},
        {"36500d", 36500 * INT64_C(86400000)},
        {"", -1},
        {"s", -1},
        {"1h30", -1},
        {"-5", -1},
        {"1.5h", -1},
        {"5 m", -1},
        {"5x", -1},
        {"99999999999999999999", -1},
        {"9223372036854775807d", -1},
        {"36525d1ms", -1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t duration = -1000;
        bool valid = duration_parse(cases[i].text, &duration);

        g_test_message("'%s'", cases[i].text);
        g_assert_true(valid == (cases[i].milliseconds >= 0));
        g_assert_cmpint(duration, ==, cases[i].milliseconds * 1000);
    }
}

/* ---- scenarios that are wrong ---- */

#define ONE_OF_STATEMENTS \
    "expected one of: start, zone, phones, seed, until, provisioned, set, server, at, spread"
#define ONE_OF_ACTIONS \
    "expected one of: boot, set, line, server, request, sip, upgrade, clock, zone, restart, off"
#define DURATION "expected a duration, as in 90, 90s, 5m, 2h, 1d, 50ms or 1h30m"

static const struct {
    const char *text;
    const char *message;
} errors[] = {
    {"", "f:1:1: expected `until` and a duration, the end of the run"},
    {"phones 3\n", "f:2:1: expected `until` and a duration, the end of the run"},
    {"until 0\n", "f:1:7: expected a duration longer than 0"},
    {"bogus", "f:1:1: " ONE_OF_STATEMENTS},
    {"until 1d\n  bogus 5", "f:2:3: " ONE_OF_STATEMENTS},
    {"until", "f:1:6: expected a duration, as in 90, 5m or 1h30m"},
    {"until soon", "f:1:7: " DURATION},
    {"until 1d 2d", "f:1:10: expected the end of the line"},
    {"until 1d\nuntil 2d", "f:2:1: expected `until` only once"},
    {"start 2027-03-14", "f:1:7: expected a local time, as in 2027-03-14T00:00:00"},
    {"start 2027-02-30T00:00:00", "f:1:7: expected a local time, as in 2027-03-14T00:00:00"},
    {"start 1969-12-31T00:00:00", "f:1:7: expected a local time, as in 2027-03-14T00:00:00"},
    {"zone Mars/Olympus", "f:1:6: expected a time zone, as in Europe/Berlin"},
    {"phones 0", "f:1:8: expected a number of devices from 1 to 10000000"},
    {"phones many", "f:1:8: expected a number of devices from 1 to 10000000"},
    {"seed -1", "f:1:6: expected a seed, a whole number"},
    {"provisioned now", "f:1:13: expected the end of the line"},
    {"server", "f:1:7: expected one of: capacity, latency, retry-after"},
    {"server down", "f:1:8: expected one of: capacity, latency, retry-after"},
    {"server capacity 500", "f:1:17: expected requests a second, as in 500/s"},
    {"server capacity 0/s", "f:1:17: expected requests a second, as in 500/s"},
    {"server latency fast", "f:1:16: " DURATION},
    {"set", "f:1:4: expected the name of a parameter"},
    {"set Resync_Peridic 5", "f:1:5: expected a parameter that the daemon understands"},
    {"at", "f:1:3: expected a duration, as in 90, 5m or 1h30m"},
    {"at 5", "f:1:5: " ONE_OF_ACTIONS},
    {"at 5s  explode", "f:1:8: " ONE_OF_ACTIONS},
    {"at 5s boot other", "f:1:12: expected upgrade, parameters, or the end of the line"},
    {"at 5s boot upgrade now", "f:1:20: expected the end of the line"},
    {"at 5s line 0 active", "f:1:12: expected a line from 1 to 64"},
    {"at 5s line 65 active", "f:1:12: expected a line from 1 to 64"},
    {"at 5s line 1", "f:1:13: expected one of: active, idle, registered, unregistered"},
    {"at 5s server sick", "f:1:14: expected one of: up, down, missing, corrupt, tls"},
    {"at 5s request now", "f:1:15: expected one of: force"},
    {"at 5s sip now", "f:1:11: expected the end of the line"},
    {"at 5s upgrade", "f:1:14: expected one of: failed, ok"},
    {"at 5s clock noon", "f:1:13: expected a local time, as in 2027-03-14T00:00:00"},
    {"at 5s zone", "f:1:11: expected a time zone, as in Europe/Berlin"},
    {"spread 5s server down", "f:1:11: expected `at`: all devices have the same server"},
    {"until 1d\r\nphones x\r\n", "f:2:8: expected a number of devices from 1 to 10000000"},
};

static void test_errors(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(errors); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", errors[i].text);
        g_assert_null(scenario_parse("f", errors[i].text, &error));
        g_assert_error(error, SCENARIO_ERROR, SCENARIO_ERROR_SYNTAX);
        g_assert_cmpstr(error->message, ==, errors[i].message);
    }
}

/* Values are refused where the daemon would, at the place of the value. */
static void test_values(void)
{
    static const char *const refused[] = {
        "set Resync_Periodic soon",      "set Resync_Periodic 5,0",
        "set Provision_Enable perhaps",  "set Resync_Random_Delay 65536",
        "set Forced_Resync_Delay -1",    "set Resync_Trigger_1 $PRVTMR above 5",
        "at 5s set Resync_Periodic now", "set GPP_A a********",
    };

    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *prefix = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_null(scenario_parse("f", refused[i], &error));
        prefix = g_strdup_printf("f:1:%zu: ",
                                 strlen(refused[i]) -
                                     strlen(strstr(strstr(refused[i], "set ") + 4, " ")) + 2);
        g_assert_true(g_str_has_prefix(error->message, prefix));
    }
}

static void test_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario =
        scenario_parse("f",
                       "# a comment\n"
                       "zone America/New_York\t# another\n"
                       "start 2027-03-14T00:00:00\n"
                       "\n"
                       "until 1h30m# without space\n"
                       "set GPP_A a#b\n"
                       "set Profile_Rule #http://a/b#c  # disabled, as rules may be\n"
                       "set Resync_At__HHmm_ 9:00\n"
                       "set Provision_Enable true\n"
                       "at 20 sip\n"
                       "at 10s request force#d\n"
                       "at 10s line 2 unregistered\n"
                       "spread 1m set Resync_Periodic 1800+300, 3600\n",
                       &error);
    const Action *text, *rule, *at, *enable;
    const Statement *first, *second, *spread;

    g_assert_no_error(error);
    g_assert_cmpint(scenario->start, ==, INT64_C(1805000400000000));
    g_assert_cmpint(scenario->until, ==, 5400 * (int64_t)G_USEC_PER_SEC);
    text = g_ptr_array_index(scenario->parameters, 0);
    rule = g_ptr_array_index(scenario->parameters, 1);
    at = g_ptr_array_index(scenario->parameters, 2);
    enable = g_ptr_array_index(scenario->parameters, 3);
    g_assert_cmpstr(text->set.value, ==, "a#b");
    g_assert_cmpstr(rule->set.value, ==, "");
    g_assert_cmpstr(at->set.value, ==, "9:00");
    g_assert_cmpstr(enable->set.value, ==, "Yes");

    g_assert_cmpuint(scenario->statements->len, ==, 4);
    first = g_ptr_array_index(scenario->statements, 0);
    second = g_ptr_array_index(scenario->statements, 1);
    g_assert_cmpint(first->action.type, ==, ACTION_BOOT); /* nobody else boots it */
    g_assert_cmpint(second->action.type, ==, ACTION_REQUEST);
    g_assert_true(second->action.force);
    g_assert_cmpstr(second->action.text, ==, "request force");
    spread = g_ptr_array_index(scenario->spreads, 0);
    g_assert_cmpstr(spread->action.set.value, ==, "1800+300, 3600");
}

static void test_file(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(scenario_load("/nowhere/at.all", &error));
    g_assert_error(error, SCENARIO_ERROR, SCENARIO_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, "/nowhere/at.all"));
}

/* What stands behind a zero byte is in the file, too. */
static void test_zero_byte(void)
{
    static const char bytes[] = "until 1d\nset GPP_A a\0b\nbogus\n";
    g_autofree char *path = NULL, *message = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("provd-XXXXXX.scn", &path, &error);

    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, &error));
    g_assert_true(g_file_set_contents(path, bytes, sizeof(bytes) - 1, &error));
    g_assert_null(scenario_load(path, &error));
    g_assert_error(error, SCENARIO_ERROR, SCENARIO_ERROR_SYNTAX);
    message = g_strdup_printf("%s:2:12: expected text, not a zero byte", path);
    g_assert_cmpstr(error->message, ==, message);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

/* ---- parts ---- */

/* Against a search through all members, with moments near and far, forth and back. */
static void test_queue(void)
{
    enum { MEMBERS = 50 };
    static const int64_t spans[] = {3, 1000000, 100000000, 4000000000000};
    Queue *queue = queue_new(MEMBERS);
    Random random = random_new(1, 1);
    int64_t moments[MEMBERS], now = 0, at;

    for (unsigned i = 0; i < MEMBERS; i++)
        moments[i] = QUEUE_NEVER;
    queue_first(queue, &at);
    g_assert_cmpint(at, ==, QUEUE_NEVER);

    for (unsigned i = 0; i < 20000; i++) {
        unsigned member = (unsigned)random_draw(&random, MEMBERS - 1), first = 0;
        int64_t span = spans[random_draw(&random, G_N_ELEMENTS(spans) - 1)];

        moments[member] = random_draw(&random, 9) == 0
                              ? QUEUE_NEVER
                              : now + (int64_t)random_draw(&random, (uint64_t)span);
        queue_set(queue, member, moments[member]);

        for (unsigned m = 1; m < MEMBERS; m++)
            first = moments[m] < moments[first] ? m : first;
        member = queue_first(queue, &at);
        g_assert_cmpint(at, ==, moments[first]);
        if (at == QUEUE_NEVER)
            continue;
        g_assert_cmpuint(member, ==, first);
        if (random_draw(&random, 2) > 0) { /* time goes on to it */
            now = at;
            moments[member] = QUEUE_NEVER;
            queue_set(queue, member, QUEUE_NEVER);
        }
    }
    queue_free(queue);
}

static void test_server(void)
{
    Scenario scenario = {.capacity = 2, .latency = 50000, .retry_after = 300};
    Server server = server_new(&scenario);
    Answer answer;

    g_assert_true(server_request(&server, 0).ok);
    g_assert_cmpint(server_request(&server, 10).at, ==, 50010);
    answer = server_request(&server, 999999);
    g_assert_true(!answer.ok && answer.busy);
    g_assert_cmpuint(answer.retry_after, ==, 300);
    g_assert_cmpint(answer.failure, ==, FAILURE_SERVER_ERROR);
    g_assert_true(server_request(&server, 1000000).ok); /* the next second */

    server.state = SERVER_DOWN;
    answer = server_request(&server, 2000000);
    g_assert_cmpint(answer.at, ==, 2000000); /* refuses at once */
    g_assert_cmpint(answer.failure, ==, FAILURE_UNREACHABLE);
    server.state = SERVER_MISSING;
    g_assert_cmpint(server_request(&server, 2000000).failure, ==, FAILURE_FILE_NOT_FOUND);
    server.state = SERVER_CORRUPT;
    g_assert_cmpint(server_request(&server, 2000000).failure, ==, FAILURE_CORRUPT);
    server.state = SERVER_TLS;
    g_assert_cmpint(server_request(&server, 2000000).failure, ==, FAILURE_TLS);
}

static Outcome *run(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("f", text, &error);

    g_assert_no_error(error);
    return fleet_run(scenario, &(SimObserver){});
}

static void test_rules_cost_requests(void)
{
    g_autoptr(Outcome) three = run("until 1h\nset Profile_Rule_B /b\nset Profile_Rule_D /d\n");
    g_autoptr(Outcome) none = run("until 1h\nset Profile_Rule\n");

    g_assert_cmpuint(three->load->attempts, ==, 1);
    g_assert_cmpuint(three->load->requests, ==, 3);
    g_assert_cmpuint(none->load->requests, ==, 0);
    g_assert_cmpuint(none->load->successes, ==, 1);
}

static void test_everybody_at_three(void)
{
    static const char exact[] = "phones 1000\nuntil 1d\nset Resync_On_Reset No\n"
                                "set Resync_At__HHmm_ 0300\nset Resync_At_Random_Delay 0\n";
    static const char window[] = "phones 100000\nuntil 1d\nset Resync_On_Reset No\n"
                                 "set Resync_At__HHmm_ 0300\n";
    g_autoptr(Outcome) at_once = run(exact);
    g_autoptr(Outcome) spread = run(window);
    LoadSecond peak = load_peak(spread->load);

    g_assert_cmpuint(load_peak(at_once->load).requests, ==, 1000);
    g_assert_cmpint(load_peak(at_once->load).second, ==, 3 * 3600);
    g_assert_cmpuint(spread->load->requests, ==, 100000);
    g_assert_cmpfloat(peak.requests, <, 1.3 * 100000 / 600);
}

static void test_outage(void)
{
    g_autoptr(Outcome) outcome = run("phones 1000\nuntil 6h\nset Resync_Error_Retry_Delay 60\n"
                                     "at 30m server down\nat 2h server up\n");

    g_assert_true(outcome->came_up);
    g_assert_cmpuint(outcome->failed, ==, 1000);
    g_assert_cmpuint(outcome->not_recovered, ==, 0);
    g_assert_cmpint(outcome->recovery, <=, 60 * (int64_t)G_USEC_PER_SEC);
    g_assert_cmpint(g_array_index(outcome->gaps, int64_t, 999), >, 5400 * (int64_t)G_USEC_PER_SEC);
}

static void test_spread_boots(void)
{
    g_autoptr(Outcome) outcome = run("phones 10000\nuntil 200s\nset Resync_Random_Delay 0\n"
                                     "spread 100s boot\n");

    g_assert_cmpuint(outcome->load->attempts, ==, 10000);
    g_assert_cmpuint(load_busy_seconds(outcome->load), >=, 100);
    g_assert_cmpuint(load_peak(outcome->load).requests, <, 160);
}

/* What is due decades after the end costs nothing. */
static void test_due_after_the_end(void)
{
    g_autoptr(Outcome) outcome =
        run("phones 100000\nuntil 1h\nprovisioned\nset Resync_Periodic 2147483647\n"
            "at 0s boot parameters\n");

    g_assert_cmpuint(outcome->load->attempts, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/durations", test_durations);
    g_test_add_func("/scenario/errors", test_errors);
    g_test_add_func("/scenario/values", test_values);
    g_test_add_func("/scenario/read", test_read);
    g_test_add_func("/scenario/file", test_file);
    g_test_add_func("/scenario/zero-byte", test_zero_byte);
    g_test_add_func("/sim/queue", test_queue);
    g_test_add_func("/sim/server", test_server);
    g_test_add_func("/sim/rules-cost-requests", test_rules_cost_requests);
    g_test_add_func("/sim/everybody-at-three", test_everybody_at_three);
    g_test_add_func("/sim/outage", test_outage);
    g_test_add_func("/sim/spread-boots", test_spread_boots);
    g_test_add_func("/sim/due-after-the-end", test_due_after_the_end);
    return g_test_run();
}
