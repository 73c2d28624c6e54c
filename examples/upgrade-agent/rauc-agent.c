/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rauc-agent [--session]: tells provd of each installation that RAUC has completed, and after a
 * good one what the next boot will be caused by.
 *
 * RAUC's signal has the result and nothing else, so the message is asked for. What provd could not
 * be told, because it was not there, it is told when it comes.
 */
#include <errno.h>
#include <provclient.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#define RAUC_SERVICE   "de.pengutronix.rauc"
#define RAUC_OBJECT    "/"
#define RAUC_INTERFACE "de.pengutronix.rauc.Installer"

typedef struct Agent {
    sd_event *event;
    sd_bus *bus;
    prov_client *client;
    sd_bus_slot *question;
    bool pending; /* provd was not there to be told of `success` and `message` */
    bool success;
    char *message;
} Agent;

static void on_told(prov_client *client, const prov_error *error, void *userdata)
{
    Agent *agent = userdata;

    if (error)
        (void)fprintf(stderr, SD_WARNING "provd was not told: %s\n", error->message);
    agent->pending = error && error->kind == PROV_ERROR_NO_DAEMON;
}

static void on_reboot_told(prov_client *client, const prov_error *error, void *userdata)
{
    if (error)
        (void)fprintf(stderr, SD_WARNING "provd was not told of the reboot: %s\n", error->message);
}

static void tell(Agent *agent)
{
    agent->pending = false;
    (void)printf("The upgrade %s\n", agent->success ? "went well" : "failed");
    (void)prov_client_notify_upgrade_async(agent->client, agent->success, agent->message, on_told,
                                           agent, NULL);
    if (agent->success)
        (void)prov_client_notify_reboot_async(agent->client, PROV_REBOOT_UPGRADE, on_reboot_told,
                                              agent, NULL);
}

static void complete(Agent *agent, bool success, const char *message)
{
    free(agent->message);
    agent->message = message ? strdup(message) : NULL;
    agent->success = success;
    tell(agent);
}

static int on_last_error(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    Agent *agent = userdata;
    const char *message = "";

    agent->question = sd_bus_slot_unref(agent->question);
    if (!sd_bus_message_is_method_error(m, NULL))
        (void)sd_bus_message_read(m, "v", "s", &message);
    complete(agent, false, *message ? message : "RAUC does not say why");
    return 0;
}

static int on_completed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    Agent *agent = userdata;
    int result;

    if (sd_bus_message_read(m, "i", &result) < 0)
        return 0;
    agent->question = sd_bus_slot_unref(agent->question);
    if (result == 0)
        complete(agent, true, NULL);
    else if (sd_bus_call_method_async(agent->bus, &agent->question, RAUC_SERVICE, RAUC_OBJECT,
                                      "org.freedesktop.DBus.Properties", "Get", on_last_error,
                                      agent, "ss", RAUC_INTERFACE, "LastError") < 0)
        complete(agent, false, "RAUC could not be asked why");
    return 0;
}

/* The daemon has come: there may be something to tell it. */
static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    Agent *agent = userdata;

    if (event->type == PROV_EVENT_APPEARED && agent->pending)
        tell(agent);
}

static int on_matched(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
    if (sd_bus_message_is_method_error(m, NULL))
        return sd_event_exit(((Agent *)userdata)->event, -EIO);
    (void)sd_notify(0, "READY=1\nSTATUS=Listening to RAUC");
    return 0;
}

static int open_agent(Agent *agent, bool session)
{
    int r = sd_event_default(&agent->event);

    if (r >= 0)
        r = session ? sd_bus_default_user(&agent->bus) : sd_bus_default_system(&agent->bus);
    if (r >= 0)
        r = sd_bus_attach_event(agent->bus, agent->event, SD_EVENT_PRIORITY_NORMAL);
    if (r >= 0)
        r = sd_bus_set_exit_on_disconnect(agent->bus, true);
    if (r >= 0)
        r = prov_client_new(session ? PROV_BUS_SESSION : PROV_BUS_SYSTEM, &agent->client);
    if (r >= 0)
        r = prov_client_attach_event(agent->client, agent->event);
    if (r >= 0)
        r = prov_client_watch(agent->client, on_event, agent, NULL);
    if (r >= 0)
        r = sd_bus_match_signal_async(agent->bus, NULL, RAUC_SERVICE, RAUC_OBJECT, RAUC_INTERFACE,
                                      "Completed", on_completed, on_matched, agent);
    return r;
}

static void close_agent(Agent *agent)
{
    prov_client_free(agent->client);
    sd_bus_slot_unref(agent->question);
    sd_bus_flush_close_unref(agent->bus);
    sd_event_unref(agent->event);
    free(agent->message);
}

int main(int argc, char **argv)
{
    bool session = argc > 1 && strcmp(argv[1], "--session") == 0;
    Agent agent = {};
    int r = open_agent(&agent, session);

    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (r >= 0)
        r = sd_event_loop(agent.event);
    if (r < 0)
        (void)fprintf(stderr, SD_ERR "rauc-agent: %s\n", strerror(-r));
    close_agent(&agent);
    return r < 0;
}
