/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is wrong with a profile, told to who writes it, without any device.
 *
 * A file is opened and read by the code that a resync uses (core/envelope.h, core/profile.h), so
 * that what is refused here is what a device would refuse. What reads well is then looked through
 * for what a device would skip, ignore or never do: values that are not allowed, names that look
 * like misspelled known ones, elements that are overridden further down, rules whose alternatives
 * or comparisons lead nowhere, and secrets that would travel in the clear.
 *
 * Of an element that occurs more than once only the one that counts has its value judged. The
 * names of programs that provd does not know are none of its business: a name is a finding only
 * where a known one is near.
 */

#include <glib.h>

typedef enum LintSeverity {
    LINT_ERROR,   /* a device refuses it: the whole profile, or this element */
    LINT_WARNING, /* a device takes it, but it hardly does what was meant */
    LINT_NOTE,    /* nothing is wrong, but it is good to know */
} LintSeverity;

typedef struct LintFinding {
    LintSeverity severity;
    guint line;    /* where the element begins, or where reading ended; counted from 1, */
    guint column;  /* both 0 where it is about the file as a whole */
    char *message; /* one sentence; it never holds a secret */
    char *fix;     /* what was probably meant, or NULL */
} LintFinding;

/*
 * The findings on a file as it lies on a server, plain or wrapped, in the order of the document: a
 * new array of LintFinding that frees them. `key` is the argument of --key, or the keying material
 * of a file that is in the content coding aes128gcm; NULL where there is none.
 */
GPtrArray *lint_profile(GBytes *file, const char *key);

/* "error", "warning" or "note", for programs; marked for translation. Static. */
const char *lint_severity_to_string(LintSeverity severity);
