/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The least that provd could be: the yardstick of the benchmark.
 *
 * It owns a name on the session bus, with a property and two methods. It links the libraries that
 * provd links. With an argument, the path of a database, it also holds SQLite and expat open, as
 * provd does while it waits.
 */

#include <curl/curl.h>
#include <errno.h>
#include <expat.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define BARE_NAME "org.provd.Bare1"
#define BARE_PATH "/org/provd/Bare1"

/* What Values answers; bench.py has the same. */
#define VALUES 3000
#define VALUE  "thirty characters of something"

typedef struct Bare {
    sd_event *event;
    sd_bus *bus;
    sqlite3 *database;
    XML_Parser parser;
} Bare;

static void bare_done(Bare *bare)
{
    sd_bus_flush_close_unref(bare->bus);
    sd_event_unref(bare->event);
    sqlite3_close(bare->database);
    if (bare->parser)
        XML_ParserFree(bare->parser);
}

static size_t count_bytes(char *data, size_t size, size_t count, void *userdata)
{
    uint64_t *total = userdata;

    *total += size * count;
    return size * count;
}

static int fetch(const char *url, const char *ca_file, uint64_t *ret_size)
{
    uint64_t size = 0;
    CURL *easy = curl_easy_init();
    CURLcode code;

    if (!easy)
        return -ENOMEM;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &size);
    code = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    if (code != CURLE_OK)
        return -EIO;
    *ret_size = size;
    return 0;
}

/* Fetch(s url, s ca_file) -> t: the number of bytes that came. */
static int method_fetch(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const char *url, *ca_file;
    uint64_t size;
    int r = sd_bus_message_read(message, "ss", &url, &ca_file);

    if (r >= 0)
        r = fetch(url, ca_file, &size);
    if (r < 0)
        return r;
    return sd_bus_reply_method_return(message, "t", size);
}

/* Values() -> a{ss}: as many bytes as bench.py puts into provd. */
static int method_values(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    sd_bus_message *reply = NULL;
    int r = sd_bus_message_new_method_return(message, &reply);

    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "{ss}");
    for (int i = 0; r >= 0 && i < VALUES; i++) {
        char name[sizeof("Name_0000_")];

        (void)snprintf(name, sizeof(name), "Name_%04d_", i);
        r = sd_bus_message_append(reply, "{ss}", name, VALUE);
    }
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    if (r >= 0)
        r = sd_bus_send(NULL, reply, NULL);
    sd_bus_message_unref(reply);
    return r;
}

static int get_state(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", "idle");
}

static const sd_bus_vtable bare_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Fetch", "ss", "t", method_fetch, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Values", NULL, "a{ss}", method_values, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("State", "s", get_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

static int bare_open_libraries(Bare *bare, const char *path)
{
    if (sqlite3_open(path, &bare->database) != SQLITE_OK ||
        sqlite3_exec(bare->database,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE IF NOT EXISTS parameter (name TEXT PRIMARY KEY, value TEXT);"
                     "SELECT count(*) FROM parameter;",
                     NULL, NULL, NULL) != SQLITE_OK)
        return -EIO;
    bare->parser = XML_ParserCreate(NULL);
    return bare->parser ? 0 : -ENOMEM;
}

static int bare_run(Bare *bare)
{
    int r = sd_event_default(&bare->event);

    if (r < 0)
        return r;
    r = sd_bus_open_user(&bare->bus);
    if (r < 0)
        return r;
    r = sd_bus_add_object_vtable(bare->bus, NULL, BARE_PATH, BARE_NAME, bare_vtable, bare);
    if (r < 0)
        return r;
    r = sd_bus_attach_event(bare->bus, bare->event, SD_EVENT_PRIORITY_NORMAL);
    if (r < 0)
        return r;
    r = sd_bus_request_name(bare->bus, BARE_NAME, 0);
    if (r < 0)
        return r;
    return sd_event_loop(bare->event);
}

int main(int argc, char **argv)
{
    Bare bare = {0};
    int r = argc > 1 ? bare_open_libraries(&bare, argv[1]) : 0;

    if (r >= 0)
        r = bare_run(&bare);
    bare_done(&bare);
    if (r < 0)
        (void)fprintf(stderr, "bare-service: %s\n", strerror(-r));
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
