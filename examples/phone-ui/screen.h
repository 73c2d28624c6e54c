/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the screen shows, and how: it is drawn anew from the whole of it after each change. */

#include <provclient.h>
#include <stdint.h>

typedef struct View {
    const prov_status *status; /* NULL: the daemon is away */
    prov_attempt **history;    /* or NULL */
    const char *note;          /* the answer to the last key; or NULL */
    uint64_t now;              /* CLOCK_REALTIME, µs */
} View;

void screen_open(void);
void screen_close(void);

/* The terminal has another size. */
void screen_resize(void);

void screen_draw(const View *view);
