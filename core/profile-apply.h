/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a profile makes of a set of parameters.
 *
 * The last of several elements for one parameter counts, whichever generation's name each has. An
 * element gives its parameter a value, or, where it is empty, takes the parameter back to its
 * default (one that the daemon understands) or to the empty string (an opaque one). Parameters that
 * the profile does not name stay as they are.
 *
 * Whoever wrote a value last is its source: a local value that the profile repeats is the profile's
 * from then on. A parameter whose value, source and access all stay is not touched, so a profile
 * that is applied a second time leaves every Parameter of the set in place. The time of a change is
 * that of the value: it stays where only the source or the access changes, or where the profile
 * spells out the default that counted before.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/paramset.h"
#include "core/profile.h"

/* Something in a profile that did not count. The message is a sentence and never holds a secret. */
typedef struct ProfileWarning {
    const char *name; /* of the parameter; NULL where it is about something else */
    const char *message;
    guint line; /* 0: about the document as a whole */
    guint column;
} ProfileWarning;

typedef void (*ProfileWarningFunc)(const ProfileWarning *warning, void *userdata);

typedef struct ProfileContext {
    uint64_t now;            /* realtime, µs */
    guint parameters_max;    /* of the set; 0: the built-in limit */
    ProfileWarningFunc warn; /* told of every warning in turn; may be NULL */
    void *userdata;
} ProfileContext;

typedef struct ProfileOutcome {
    guint skipped; /* parameters whose value is invalid, so that the old one stays */
    char *names;   /* of the parameters that the profile settles, sorted, each ended by a newline */
} ProfileOutcome;

void profile_outcome_clear(ProfileOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProfileOutcome, profile_outcome_clear)

/*
 * Applies a profile to a working copy. False, with an error of FAILURE_TOO_LARGE, where the set
 * would hold too many parameters; the copy is then half changed, and to be dropped. The outcome is
 * to be cleared by the caller.
 */
bool profile_apply(const Profile *profile, ParamSet *working, const ProfileContext *context,
                   ProfileOutcome *ret_outcome, GError **error);

/*
 * Sets one parameter as an element of a profile would: an assignment of a rule. A value that is
 * not valid is warned about and skipped, which counts *skipped up. False with FAILURE_TOO_LARGE as
 * above.
 */
bool profile_assign(ParamSet *working, const char *name, const char *value,
                    const ProfileContext *context, unsigned *skipped, GError **error);

/*
 * A digest, as text, of how the parameters of an outcome's names stand in a set: value, source and
 * access. Where it is what it was right after the profile was applied, applying the same profile
 * to the set would change nothing in it. A local value that the profile left alone counts as just
 * that, whatever it is.
 */
char *profile_digest(const ParamSet *set, const char *names);
