/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sip-bridge [--session] CONTROL LISTEN: puts baresip, a SIP stack, under provd.
 *
 * CONTROL is where baresip's module ctrl_tcp listens, on this machine (127.0.0.1:4444); LISTEN is
 * where NOTIFYs are taken, the address of the network that the SIP server is in: whoever reaches it
 * can cause a resync, as on any phone that Resync_From_SIP allows it. Both programs are in the
 * group provd-sip, which may read the line's password.
 */
#include "bridge.h"
#include "client-loop.h"
#include "libre.h"
#include "notify.h"

#include <string.h>

typedef struct Program {
    prov_client *client;
    ClientLoop *loop;
    Bridge *bridge;
    Notify *notify;
} Program;

static void on_restart(void *userdata)
{
    bridge_restart(((Program *)userdata)->bridge);
}

static void on_signal(int number)
{
    re_cancel();
}

static int open_program(Program *program, prov_bus bus, const struct sa *control,
                        const struct sa *listen)
{
    int r = prov_client_new(bus, &program->client);
    int error = -r;

    if (r >= 0)
        error = (program->loop = client_loop_new(program->client)) ? 0 : ENOMEM;
    if (error == 0)
        error = bridge_new(program->client, program->loop, control, &program->bridge);
    if (error == 0)
        error = notify_new(program->client, program->loop, listen, on_restart, program,
                           &program->notify);
    return error;
}

static void close_program(Program *program)
{
    client_loop_free(program->loop);
    prov_client_free(program->client);
    notify_free(program->notify);
    bridge_free(program->bridge);
}

static int run(prov_bus bus, const struct sa *control, const struct sa *listen)
{
    Program program = {};
    int error = libre_init();

    if (error == 0)
        error = open_program(&program, bus, control, listen);
    if (error == 0)
        error = re_main(on_signal);
    if (error != 0)
        (void)re_fprintf(stderr, "sip-bridge: %m\n", error);
    close_program(&program);
    libre_close();
    return error;
}

int main(int argc, char **argv)
{
    bool session = argc > 1 && strcmp(argv[1], "--session") == 0;
    struct sa control, listen;

    if (argc != 3 + session || sa_decode(&control, argv[argc - 2], strlen(argv[argc - 2])) != 0 ||
        sa_decode(&listen, argv[argc - 1], strlen(argv[argc - 1])) != 0) {
        (void)re_fprintf(stderr,
                         "usage: sip-bridge [--session] CONTROL LISTEN, each ADDRESS:PORT\n");
        return 2;
    }
    return run(session ? PROV_BUS_SESSION : PROV_BUS_SYSTEM, &control, &listen) != 0;
}
