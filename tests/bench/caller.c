/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes the same call on the session bus again and again, each when the last one was answered, and
 * prints how long all of them took, in µs.
 *
 *     caller CALLS DESTINATION PATH INTERFACE MEMBER [SIGNATURE ARGUMENT...]
 *
 * The arguments are strings; the signature "as" stands for an empty array.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

static uint64_t now_usec(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int append_arguments(sd_bus_message *message, const char *signature, char **arguments)
{
    int r = strcmp(signature, "as") == 0 ? sd_bus_message_append(message, "as", 0) : 0;

    for (; r >= 0 && *arguments; arguments++)
        r = sd_bus_message_append(message, "s", *arguments);
    return r;
}

static int call_once(sd_bus *bus, char **argv, const char *signature, char **arguments)
{
    sd_bus_message *message = NULL, *reply = NULL;
    int r = sd_bus_message_new_method_call(bus, &message, argv[2], argv[3], argv[4], argv[5]);

    if (r >= 0)
        r = append_arguments(message, signature, arguments);
    if (r >= 0)
        r = sd_bus_call(bus, message, 0, NULL, &reply);
    sd_bus_message_unref(reply);
    sd_bus_message_unref(message);
    return r;
}

int main(int argc, char **argv)
{
    sd_bus *bus = NULL;
    uint64_t begin;
    int r;

    if (argc < 6) {
        (void)fprintf(stderr, "usage: caller CALLS DESTINATION PATH INTERFACE MEMBER "
                              "[SIGNATURE ARGUMENT...]\n");
        return 2;
    }
    r = sd_bus_open_user(&bus);
    begin = now_usec();
    for (long calls = strtol(argv[1], NULL, 10); r >= 0 && calls > 0; calls--)
        r = call_once(bus, argv, argc > 6 ? argv[6] : "", argc > 7 ? argv + 7 : argv + argc);
    if (r < 0)
        (void)fprintf(stderr, "caller: %s\n", strerror(-r));
    else
        (void)printf("%llu\n", (unsigned long long)(now_usec() - begin));
    sd_bus_flush_close_unref(bus);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
