/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/validators.h"
#include "core/digest.h"
#include "core/profile-apply.h"

#include <string.h>

typedef struct Slot {
    Validator *validator; /* NULL: the slot is empty */
    ParamSet *proven;     /* a set in which it is in force, or NULL */
} Slot;

struct Validators {
    Slot slots[VALIDATORS_SLOTS];
};

char *validator_ask(const ValidatorQuestion *question)
{
    g_autoptr(Digest) digest = digest_new();

    digest_add(digest, question->url);
    digest_add(digest, question->user);
    digest_add(digest, question->user_agent);
    digest_add(digest, question->key);
    digest_add(digest, question->ikm);
    digest_add(digest, question->aliases);
    digest_add(digest, question->reader);
    return digest_finish(digest);
}

static char *digest_place(const ValidatorAnswer *answer)
{
    g_autoptr(Digest) digest = NULL;

    if (strcmp(answer->url, answer->asked_url) == 0)
        return NULL;
    digest = digest_new();
    digest_add(digest, answer->url);
    return digest_finish(digest);
}

static bool is_within(const char *text, char first, size_t max)
{
    size_t length = strlen(text);

    for (const char *c = text; *c; c++)
        if (*c < first || *c > '~')
            return false;
    return length > 0 && length <= max;
}

/* Without its quotes a tag is nothing HTTP knows, but servers that send it so compare it so. An
 * asterisk, sent back, would mean “if you have none at all”. */
static const char *usable_etag(const char *etag)
{
    bool usable = etag && is_within(etag, '!', VALIDATOR_ETAG_MAX) && strcmp(etag, "*") != 0;

    return usable ? etag : NULL;
}

static const char *usable_date(const char *date)
{
    return date && is_within(date, ' ', VALIDATOR_DATE_MAX) ? date : NULL;
}

Validator *validator_restore(const Validator *stored)
{
    Validator *validator = g_rc_box_new(Validator);

    *validator = (Validator){
        .asked = g_strdup(stored->asked),
        .found = g_strdup(stored->found),
        .etag = g_strdup(stored->etag),
        .last_modified = g_strdup(stored->last_modified),
        .names = g_strdup(stored->names),
        .applied = g_strdup(stored->applied),
    };
    return validator;
}

Validator *validator_new(const char *asked, const ValidatorAnswer *answer, const char *names,
                         const ParamSet *set)
{
    const char *etag = usable_etag(answer->etag);
    const char *date = usable_date(answer->last_modified);
    Validator *validator;

    if ((!etag && !date) || strlen(names) > VALIDATOR_NAMES_MAX)
        return NULL;

    validator = g_rc_box_new(Validator);
    *validator = (Validator){
        .asked = g_strdup(asked),
        .found = digest_place(answer),
        .etag = g_strdup(etag),
        .last_modified = g_strdup(date),
        .names = g_strdup(names),
        .applied = profile_digest(set, names),
    };
    return validator;
}

Validator *validator_ref(Validator *validator)
{
    return g_rc_box_acquire(validator);
}

static void validator_clear(gpointer data)
{
    Validator *validator = data;

    g_free(validator->asked);
    g_free(validator->found);
    g_free(validator->etag);
    g_free(validator->last_modified);
    g_free(validator->names);
    g_free(validator->applied);
}

void validator_unref(Validator *validator)
{
    if (validator)
        g_rc_box_release_full(validator, validator_clear);
}

bool validator_equal(const Validator *a, const Validator *b)
{
    if (a == b || !a || !b)
        return a == b;
    return strcmp(a->asked, b->asked) == 0 && g_strcmp0(a->found, b->found) == 0 &&
           g_strcmp0(a->etag, b->etag) == 0 && g_strcmp0(a->last_modified, b->last_modified) == 0 &&
           strcmp(a->applied, b->applied) == 0 && strcmp(a->names, b->names) == 0;
}

bool validator_is_from(const Validator *validator, const ValidatorAnswer *answer)
{
    g_autofree char *found = digest_place(answer);

    return g_strcmp0(found, validator->found) == 0;
}

Validators *validators_new(void)
{
    return g_new0(Validators, 1);
}

Validators *validators_copy(const Validators *validators)
{
    Validators *copy = validators_new();

    for (guint slot = 0; slot < VALIDATORS_SLOTS; slot++)
        validators_set(copy, slot, validators->slots[slot].validator,
                       validators->slots[slot].proven);
    return copy;
}

static void slot_clear(Slot *slot)
{
    validator_unref(slot->validator);
    paramset_free(slot->proven);
    *slot = (Slot){0};
}

void validators_free(Validators *validators)
{
    if (!validators)
        return;
    for (guint slot = 0; slot < VALIDATORS_SLOTS; slot++)
        slot_clear(&validators->slots[slot]);
    g_free(validators);
}

Validator *validators_get(const Validators *validators, guint slot)
{
    g_return_val_if_fail(slot < VALIDATORS_SLOTS, NULL);
    return validators->slots[slot].validator;
}

void validators_set(Validators *validators, guint slot, Validator *validator,
                    const ParamSet *proven)
{
    Slot former;

    g_return_if_fail(slot < VALIDATORS_SLOTS);
    former = validators->slots[slot];
    validators->slots[slot] = (Slot){
        .validator = validator ? validator_ref(validator) : NULL,
        .proven = validator && proven ? paramset_copy(proven) : NULL,
    };
    slot_clear(&former);
}

static bool is_in_force(const Slot *slot, const ParamSet *working)
{
    g_autofree char *digest = NULL;

    if (slot->proven && paramset_is_copy(slot->proven, working))
        return true;
    digest = profile_digest(working, slot->validator->names);
    return strcmp(digest, slot->validator->applied) == 0;
}

/* Two rules may fetch the same file, and each know it as it was when it was its turn. */
Validator *validators_find(const Validators *validators, const char *asked, const ParamSet *working)
{
    for (guint slot = 0; slot < VALIDATORS_SLOTS; slot++) {
        const Slot *known = &validators->slots[slot];

        if (known->validator && strcmp(known->validator->asked, asked) == 0 &&
            is_in_force(known, working))
            return known->validator;
    }
    return NULL;
}

Validators *validators_begin(const Validators *known, bool of_request)
{
    Validators *kept = of_request ? validators_copy(known) : validators_new();

    validators_set(kept, VALIDATORS_OF_REQUEST, NULL, NULL);
    return kept;
}
