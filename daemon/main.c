/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* provd: options, wiring, signals. What it does begins in manager.h. */

#include "config.h"
#include "daemon/bus.h"
#include "daemon/configuration.h"
#include "daemon/log.h"
#include "daemon/manager.h"
#include "daemon/message-ids.h"
#include "daemon/service.h"
#include "daemon/store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EXIT_USAGE = 2, /* wrong usage or configuration */
};

/* From this size on, memory that is freed goes back to the system at once. */
#define LARGE_MEMORY (1024 * 1024)

static char *arg_config;
static char *arg_state_directory;
static char *arg_log_level;
static gboolean arg_session;
static gboolean arg_version;

static const GOptionEntry arg_entries[] = {
    {"config", 0, 0, G_OPTION_ARG_FILENAME, &arg_config,
     N_("Read this configuration file, and no other"), N_("FILE")},
    {"state-directory", 0, 0, G_OPTION_ARG_FILENAME, &arg_state_directory,
     N_("Keep the parameters and the schedule here"), N_("DIR")},
    {"session", 0, 0, G_OPTION_ARG_NONE, &arg_session, N_("Serve the session bus"), NULL},
    {"log-level", 0, 0, G_OPTION_ARG_STRING, &arg_log_level,
     N_("error, warning, notice, info or debug"), N_("LEVEL")},
    {"version", 0, 0, G_OPTION_ARG_NONE, &arg_version, N_("Print the version"), NULL},
    {NULL},
};

/* All of the daemon, in the order in which it is made. */
typedef struct Daemon {
    sd_event *event;
    Manager *manager;
    Service *service;
    Bus *bus;
} Daemon;

static void daemon_clear(Daemon *daemon)
{
    bus_free(daemon->bus);
    service_free(daemon->service);
    manager_free(daemon->manager);
    sd_event_unref(daemon->event);
}

static void log_warnings(const Config *config)
{
    for (guint i = 0; i < config->warnings->len; i++)
        log_message(LOG_WARNING, LOG_FIELDS({"MESSAGE_ID", MESSAGE_CONFIGURATION_WARNING}), "%s",
                    (char *)g_ptr_array_index(config->warnings, i));
}

static const char *state_directory(void)
{
    const char *given = arg_state_directory ? arg_state_directory : g_getenv("STATE_DIRECTORY");

    return given ? given : PROVD_STATEDIR;
}

static Store *open_store(GError **error)
{
    Store *store;

    if (!store_open(state_directory(), &store, error))
        return NULL;
    if (store_message(store))
        log_message(LOG_CRIT,
                    LOG_FIELDS({"MESSAGE_ID", store_condition(store) == STORE_INTACT
                                                  ? MESSAGE_STORE_READ_ONLY
                                                  : MESSAGE_STORE_DAMAGED}),
                    "%s", store_message(store));
    return store;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    Daemon *daemon = userdata;

    service_stopping();
    manager_stop(daemon->manager);
    return sd_event_exit(sd_event_source_get_event(source), EXIT_SUCCESS);
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    Daemon *daemon = userdata;
    g_autoptr(GError) error = NULL;
    Config *config;

    service_reloading();
    if (config_load(arg_config, "", &config, &error)) {
        log_warnings(config);
        manager_reconfigure(daemon->manager, config);
        log_message(LOG_NOTICE, LOG_FIELDS({"MESSAGE_ID", MESSAGE_CONFIGURATION_READ}),
                    "The configuration was read again");
    } else {
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_CONFIGURATION_INVALID}),
                    "The configuration stays as it was: %s", error->message);
    }
    service_ready();
    return 0;
}

static int daemon_make_loop(Daemon *daemon)
{
    sigset_t signals;
    int r;

    if (sigemptyset(&signals) < 0 || sigaddset(&signals, SIGTERM) < 0 ||
        sigaddset(&signals, SIGINT) < 0 || sigaddset(&signals, SIGHUP) < 0 ||
        sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
        return -errno;
    (void)signal(SIGPIPE, SIG_IGN);

    r = sd_event_default(&daemon->event);
    if (r >= 0)
        r = sd_event_set_watchdog(daemon->event, true);
    if (r >= 0)
        r = sd_event_add_signal(daemon->event, NULL, SIGTERM, on_stop, daemon);
    if (r >= 0)
        r = sd_event_add_signal(daemon->event, NULL, SIGINT, on_stop, daemon);
    if (r >= 0)
        r = sd_event_add_signal(daemon->event, NULL, SIGHUP, on_reload, daemon);
    return r;
}

/* Makes the daemon of a configuration, which it takes over, and makes it begin. */
static bool daemon_start(Daemon *daemon, Config *config, GError **error)
{
    g_autoptr(Config) owned = config;
    g_autoptr(Store) store = open_store(error);
    char boot_id[SD_ID128_STRING_MAX];

    if (!store || !manager_new(daemon->event, owned, store, &daemon->manager, error))
        return false;
    owned = NULL;
    store = NULL;
    daemon->service = service_new(daemon->manager);
    if (!bus_new(daemon->event, daemon->manager, arg_session, &daemon->bus, error))
        return false;
    service_boot_id(boot_id);
    manager_start(daemon->manager, boot_id);
    return true;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Daemon, daemon_clear)

static int run(Config *config)
{
    g_auto(Daemon) daemon = {0};
    g_autoptr(GError) error = NULL;
    int r = daemon_make_loop(&daemon);

    if (r < 0) {
        config_free(config);
        log_message(LOG_ERR, NULL, "The event loop cannot be made: %s", g_strerror(-r));
        return EXIT_FAILURE;
    }
    if (!daemon_start(&daemon, config, &error)) {
        log_message(LOG_ERR, NULL, "%s", error->message);
        return EXIT_FAILURE;
    }
    service_ready();
    r = sd_event_loop(daemon.event);
    if (r < 0)
        log_message(LOG_ERR, NULL, "The event loop failed: %s", g_strerror(-r));
    else if (r > 0)
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_BUS_LOST}),
                    "The bus has closed the connection");
    return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool parse_arguments(int *argc, char ***argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    int level = LOG_INFO;

    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(context, N_("The provisioning daemon for Linux IP phones."));
    g_option_context_add_main_entries(context, arg_entries, GETTEXT_PACKAGE);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        (void)fprintf(stderr, "provd: %s\n", error->message);
        return false;
    }
    if (*argc > 1) {
        (void)fprintf(stderr, _("provd: “%s” is too much: there are only options\n"), (*argv)[1]);
        return false;
    }
    if (arg_log_level && !log_level_from_string(arg_log_level, &level)) {
        (void)fprintf(stderr,
                      _("provd: “%s” is no log level: error, warning, notice, info or debug\n"),
                      arg_log_level);
        return false;
    }
    log_set_level(level);
    return true;
}

/*
 * Who starts it by hand is answered in their language. From then on, of the language there are only
 * its characters: what the daemon says is English everywhere, for its clients to translate.
 */
static bool start_in_language(int *argc, char ***argv)
{
    bool understood;

    (void)setlocale(LC_CTYPE, "");
    (void)setlocale(LC_MESSAGES, "");
    (void)bindtextdomain(GETTEXT_PACKAGE, PROVD_LOCALEDIR);
    (void)bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    understood = parse_arguments(argc, argv);
    (void)setlocale(LC_MESSAGES, "C");
    return understood;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Config *config;

    /* Left alone, it grows with the largest message that anybody sends, up to 32 MiB. */
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_MEMORY);

    if (!start_in_language(&argc, &argv))
        return EXIT_USAGE;
    if (arg_version) {
        (void)printf("provd %s\n", PROVD_VERSION);
        return EXIT_SUCCESS;
    }

    log_open();
    if (!config_load(arg_config, "", &config, &error)) {
        log_message(LOG_ERR, LOG_FIELDS({"MESSAGE_ID", MESSAGE_CONFIGURATION_INVALID}), "%s",
                    error->message);
        return EXIT_USAGE;
    }
    log_warnings(config);
    return run(config);
}
