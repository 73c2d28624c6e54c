/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How the files that read scenarios share a line: words are taken off it from the left. */

#include "sim/scenario.h"

typedef struct Line {
    const char *file;
    unsigned number; /* from 1 */
    char *text;      /* without comment and trailing space; words are cut off it in place */
    char *rest;      /* what has not been read */
    GError **error;
} Line;

/* The next word and whether there is one; *ret_word lives as long as the line. */
bool line_word(Line *line, char **ret_word);

/* Sets the line's error at a place in it (a word, or rest), and returns false. */
bool line_fail(const Line *line, const char *place, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Takes a word, or fails with what was expected. */
bool line_expect(Line *line, const char *expected, char **ret_word);
bool line_expect_duration(Line *line, int64_t *ret_duration);
bool line_expect_number(Line *line, const char *expected, uint64_t minimum, uint64_t maximum,
                        uint64_t *ret_number);
bool line_expect_end(Line *line);

/* Takes a word that is one of `choices` (NULL-terminated), or fails naming all of them. */
bool line_expect_choice(Line *line, const char *const *choices, unsigned *ret_choice);

/* "2027-03-14T00:00:00", read as if in UTC. */
bool line_expect_time(Line *line, GDateTime **ret_time);
bool line_expect_zone(Line *line, GTimeZone **ret_zone);

/* The action that begins at the rest of the line, up to the line's end. */
bool action_parse(Line *line, Action *ret_action);

/* "NAME VALUE", behind the word "set". */
bool action_parse_set(Line *line, Action *action);
