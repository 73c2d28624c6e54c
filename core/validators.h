/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is known of the files of the last successful resync, so that the next one can ask its
 * servers for a file only if it has changed (HTTP's If-None-Match and If-Modified-Since).
 *
 * A rule whose file has not changed is done without the file, so that is only right where applying
 * the file once more would change nothing. And that is the whole condition: just before the fetch,
 * on the working copy as it stands then, after all assignments and earlier rules, every parameter
 * that the file settles must stand as it stood right after this file was applied the last time,
 * and the file must mean the same (the key, the alias map and so on are what they were). Leaving
 * out a step that changes nothing changes nothing, so it does not matter what the other rules do,
 * did, or will do, and no record is ever wrong: at worst it is of no use.
 *
 * Where rules A and B both set X, this matters. After a resync X has B's value. On the next one X
 * is not as A left it, so A's file is asked for in full and sets X to A's value again; now X is not
 * as B left it, so B's file is asked for in full, too. To leave X out of A's record, as being B's
 * by now, would save these two answers as long as both files stay. But once B's file sets X no
 * longer, A's “not changed” would leave X at the value that B's file once gave it, where a device
 * that has just been unpacked, with the same files, has A's. So a record holds what its own file
 * made of the parameters, whatever a later rule made of that; files that overlap are fetched in
 * full each time.
 *
 * There is a slot for each configured rule and one for the rule of a request. A successful resync
 * of the configured rules forgets all other URLs; one of a request's rule replaces only what was
 * known for the request's rule before, so that a URL dialled in by hand costs the configured rules
 * nothing. A resync that fails leaves everything as it was.
 *
 * No URL, key or value is held in clear, only digests of them, and no server can make a record
 * grow beyond what is below.
 */

#include "core/paramset.h"

#include <glib.h>
#include <stdbool.h>

#define VALIDATOR_ETAG_MAX  1024         /* bytes of an ETag; one that is longer is not kept */
#define VALIDATOR_DATE_MAX  64           /* bytes of a Last-Modified, likewise */
#define VALIDATOR_NAMES_MAX (512 * 1024) /* bytes of the names of all parameters of a file */

/* The slots: 0 to 3 are those of Profile_Rule, _B, _C and _D. */
#define VALIDATORS_OF_REQUEST 4
#define VALIDATORS_SLOTS      5

/* One file, as it was applied last. Immutable and reference counted. */
typedef struct Validator {
    char *asked;         /* the digest of what was asked: validator_ask() */
    char *found;         /* the digest of the URL to which redirects led; NULL: there were none */
    char *etag;          /* as the server sent them; NULL where it did not, but not both */
    char *last_modified; /* likewise */
    char *names;         /* of the parameters that it settles, as in ProfileOutcome */
    char *applied;       /* their profile_digest() right after it was applied */
} Validator;

/* All that decides which file a GET brings, and what a profile is read from it. NULL: none. */
typedef struct ValidatorQuestion {
    const char *url;
    const char *user;
    const char *user_agent;
    const char *key;
    const char *ikm;
    const char *aliases;
    const char *reader; /* who reads it: another version may understand more */
} ValidatorQuestion;

/* Where the file was, and by what the server knows it. */
typedef struct ValidatorAnswer {
    const char *asked_url;
    const char *url; /* after redirects */
    const char *etag;
    const char *last_modified;
} ValidatorAnswer;

typedef struct Validators Validators;

/* The digest of a question, newly allocated. */
char *validator_ask(const ValidatorQuestion *question);

/*
 * What is to be known of a file that has just been applied to a set and settled the names. NULL
 * where the server gave nothing by which to ask for a change, or nothing that is fit to be sent.
 */
Validator *validator_new(const char *asked, const ValidatorAnswer *answer, const char *names,
                         const ParamSet *set);

/* One of copies of all the strings, as it was stored. */
Validator *validator_restore(const Validator *stored);

Validator *validator_ref(Validator *validator);
void validator_unref(Validator *validator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Validator, validator_unref)

bool validator_equal(const Validator *a, const Validator *b);

/* Whether a file that has not changed is where it was before. */
bool validator_is_from(const Validator *validator, const ValidatorAnswer *answer);

Validators *validators_new(void);
Validators *validators_copy(const Validators *validators);
void validators_free(Validators *validators);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Validators, validators_free)

/* What is known in a slot, or NULL. Owned by the validators. */
Validator *validators_get(const Validators *validators, guint slot);

/*
 * Puts a reference of validator into a slot; NULL empties it. proven: a set in which all stands as
 * the file left it, of which a copy is kept so that the next validators_find() need not look at
 * every parameter as long as the set does not change; NULL where that is not known.
 */
void validators_set(Validators *validators, guint slot, Validator *validator,
                    const ParamSet *proven);

/*
 * What may be used to ask only for a change, given the working copy at that moment; NULL where the
 * file is to be asked for in full. Owned by the validators.
 */
Validator *validators_find(const Validators *validators, const char *asked,
                           const ParamSet *working);

/* What a resync that begins now keeps if it succeeds, whatever its own files are. */
Validators *validators_begin(const Validators *known, bool of_request);
