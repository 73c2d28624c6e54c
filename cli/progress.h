/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One line of a terminal that says what a resync is doing, written again as that changes. */

#include "cli/command.h"

/* Shows it in place of what was there; nothing where stdout is no terminal, or a dumb one. */
void progress_show(const Context *context, const prov_status *status);

/* Clears the line. */
void progress_clear(const Context *context);
