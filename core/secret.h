/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What those who may not read secrets get to see, and what may be logged.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define SECRET_MASK "********"

/*
 * The value of a parameter as anybody may see it, newly allocated: the mask for a secret
 * parameter, the masked text for a rule (every name that contains "Rule", understood or not), else
 * a copy. NULL stays NULL.
 */
char *secret_mask(const char *name, const char *value);

/*
 * A rule or URL with the mask in place of what only administrators may read (rule_secrets()); newly
 * allocated. A text that is no rule but could hold such a thing is masked as a whole.
 */
char *secret_mask_rule(const char *text);

/* A text that is wiped before it is freed: g_autoptr(SecretText). NULL is nothing. */
typedef char SecretText;
void secret_free(char *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SecretText, secret_free)

/*
 * The same as a GString, which leaves the text behind where it has to grow: it is to be made as
 * large as it may become.
 */
typedef GString SecretString;
void secret_string_free(GString *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SecretString, secret_string_free)

/* Takes over bytes from g_malloc(), which are wiped and freed with the last reference. */
GBytes *secret_bytes_new_take(void *data, size_t size);
