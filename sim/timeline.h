/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What devices do, written to stdout as it happens: for people, or as a JSON object a line. */

#include "sim/phone.h"

void timeline_print(const SimEvent *event);
void timeline_print_json(const SimEvent *event);

/* Seconds, to the millisecond: "40.0", "40.25"; newly allocated. */
char *format_seconds(int64_t time);
