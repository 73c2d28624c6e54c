/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * phone-ui [--session]: the provisioning page of a phone, on a terminal.
 *
 * A watch tells it all that it shows but the history, which it asks for when an attempt has ended.
 * Everything happens in callbacks of one GLib main loop; no call waits for the daemon, so that the
 * keys answer whatever the daemon does.
 */
#include "client-source.h"
#include "screen.h"

#include <curses.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define N_HISTORY 6

typedef struct PhoneUi {
    GMainLoop *loop;
    prov_client *client;
    prov_attempt **history;
    char *note;
    guint tick;
} PhoneUi;

static void draw(PhoneUi *ui)
{
    View view = {
        .status = prov_client_status(ui->client),
        .history = ui->history,
        .note = ui->note,
        .now = (uint64_t)g_get_real_time(),
    };

    screen_draw(&view);
}

static gboolean on_tick(gpointer userdata)
{
    draw(userdata);
    return G_SOURCE_CONTINUE;
}

/* The countdown needs to be drawn each second; without one nothing does. */
static void keep_time(PhoneUi *ui)
{
    const prov_status *status = prov_client_status(ui->client);
    bool counts = status && status->next_resync;

    if (counts && !ui->tick)
        ui->tick = g_timeout_add_seconds(1, on_tick, ui);
    if (!counts && ui->tick) {
        g_source_remove(ui->tick);
        ui->tick = 0;
    }
}

static void on_history(prov_client *client, const prov_error *error, prov_attempt **attempts,
                       void *userdata)
{
    PhoneUi *ui = userdata;

    if (error)
        return;
    prov_attempts_free(ui->history);
    ui->history = attempts;
    draw(ui);
}

static void on_event(prov_client *client, const prov_event *event, void *userdata)
{
    PhoneUi *ui = userdata;

    if (event->type == PROV_EVENT_APPEARED || event->type == PROV_EVENT_RESYNC_FINISHED)
        (void)prov_client_get_history_async(client, N_HISTORY, on_history, ui, NULL);
    keep_time(ui);
    draw(ui);
}

static void note(PhoneUi *ui, const char *text)
{
    g_free(ui->note);
    ui->note = g_strdup(text);
    draw(ui);
}

static void on_outcome(prov_client *client, const prov_error *error, prov_outcome *outcome,
                       void *userdata)
{
    g_autofree char *text = NULL;

    if (error)
        text = g_strdup_printf("No resync: %s", error->message);
    else if (outcome->result == PROV_RESULT_SUCCESS)
        text = g_strdup_printf("Resynced, %u changed", outcome->changed);
    else
        text = g_strdup_printf("Not resynced: %s", outcome->message);
    note(userdata, text);
    prov_outcome_free(outcome);
}

static void request_resync(PhoneUi *ui)
{
    int r = prov_client_resync_async(ui->client, 0, NULL, on_outcome, ui, NULL);

    note(ui, r < 0 ? g_strerror(-r) : "Requested ...");
}

static gboolean on_key(int fd, GIOCondition condition, gpointer userdata)
{
    PhoneUi *ui = userdata;
    int key;

    if (condition & (G_IO_HUP | G_IO_ERR))
        g_main_loop_quit(ui->loop);
    while ((key = getch()) != ERR) {
        if (key == 'r' || key == 'R')
            request_resync(ui);
        if (key == 'q' || key == 'Q')
            g_main_loop_quit(ui->loop);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean on_resize(gpointer userdata)
{
    screen_resize();
    draw(userdata);
    return G_SOURCE_CONTINUE;
}

static gboolean on_end(gpointer userdata)
{
    g_main_loop_quit(((PhoneUi *)userdata)->loop);
    return G_SOURCE_CONTINUE;
}

static void run(PhoneUi *ui)
{
    g_autoptr(GSource) source = client_source_attach(ui->client, NULL);

    (void)g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_key, ui);
    (void)g_unix_signal_add(SIGWINCH, on_resize, ui);
    (void)g_unix_signal_add(SIGTERM, on_end, ui);
    screen_open();
    draw(ui);
    g_main_loop_run(ui->loop);
    screen_close();
    g_source_destroy(source);
}

int main(int argc, char **argv)
{
    prov_bus bus =
        argc > 1 && strcmp(argv[1], "--session") == 0 ? PROV_BUS_SESSION : PROV_BUS_SYSTEM;
    PhoneUi ui = {.loop = g_main_loop_new(NULL, FALSE)};
    int r = prov_client_new(bus, &ui.client);

    (void)setlocale(LC_ALL, "");
    if (r >= 0)
        r = prov_client_watch(ui.client, on_event, &ui, NULL);
    if (r >= 0)
        run(&ui);
    else
        (void)fprintf(stderr, "phone-ui: there is no bus: %s\n", g_strerror(-r));
    prov_client_free(ui.client);
    prov_attempts_free(ui.history);
    g_free(ui.note);
    g_main_loop_unref(ui.loop);
    return r < 0;
}
