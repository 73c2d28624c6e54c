/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Text for people: widths on a terminal, times, durations, sizes, and the words of the contract. */

#include "libprovclient/provclient.h"

#include <glib.h>
#include <stdbool.h>

/* The columns that text takes on a terminal: two for a wide character, none for a combining one. */
unsigned text_width(const char *text);

/* The beginning of text that fits into so many columns; "…" is its end if something is missing. */
char *text_fit(const char *text, unsigned width);

/*
 * The text broken between words into lines of so many columns (0: unlimited), all but the first one
 * indented; a word that is wider than a line is broken where it must be.
 */
char *text_wrap(const char *text, unsigned width, unsigned indent);

/* The text with control characters and invalid UTF-8 made visible: what is safe to print. */
char *text_printable(const char *text);

/* "2 h 5 min": the two largest units of a number of microseconds. */
char *text_duration(uint64_t usec);

/* Local time to the second, and with `now` how far that is from it; "never" for 0. */
char *text_time(uint64_t usec, uint64_t now);

/* Whether an answer is yes, in the language of the locale or in English, whatever its case. */
bool text_is_yes(const char *answer);

/* "12.5 KiB" */
char *text_size(uint64_t bytes);

/* "1, 2, 5", or "none" */
char *text_lines(uint64_t mask);

/* Translated. Static. */
const char *text_state(prov_state state);
const char *text_reason(prov_reason reason);
const char *text_result(prov_result result);
const char *text_source(prov_source source);
const char *text_phase(prov_phase phase);

/* When the last firmware upgrade was attempted, and how that went; NULL where there was none. */
char *text_upgrade(const prov_status *status, uint64_t now);
