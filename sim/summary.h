/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What came of runs, in figures: side by side for people, one object each for programs. */

#include "sim/fleet.h"

typedef struct Played {
    const Scenario *scenario;
    const Outcome *outcome;
} Played;

void summary_print(const Played *runs, unsigned count);
void summary_print_json(const Played *run);

/* A row for each second of the run: t, attempts, successes, failures, refused (503s). */
bool summary_write_csv(const Played *run, const char *path, GError **error);

/* Requests per second over time, all runs in one picture; .svg or .png, drawn by gnuplot. */
bool summary_plot(const Played *runs, unsigned count, const char *path, GError **error);

/* Whether a picture can be drawn into a file of that name. */
bool summary_plot_is_possible(const char *path);
