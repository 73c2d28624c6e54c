/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/secret.h"
#include "core/parameter.h"
#include "core/rule.h"

#include <string.h>

/* Options and assignments are held to be some also where dashes or quotes of theirs are missing. */
static bool could_hold_secret(const char *text)
{
    const char *group = strchr(text, '(');

    return strstr(text, "--") || strpbrk(text, "@\"[") || (group && strchr(group, '='));
}

static void append_masked(GString *out, const char *text, const Rule *rule)
{
    guint count;
    const RuleSpan *spans = rule_secrets(rule, &count);
    size_t done = 0;

    for (guint i = 0; i < count; i++) {
        g_string_append_len(out, text + done, (gssize)(spans[i].start - done));
        g_string_append(out, SECRET_MASK);
        done = spans[i].start + spans[i].length;
    }
    g_string_append(out, text + done);
}

char *secret_mask_rule(const char *text)
{
    GString *out = g_string_new(NULL);
    size_t disabled = strspn(text, "# \t\r\n");
    g_autoptr(Rule) rule = rule_parse(text + disabled, NULL);

    g_string_append_len(out, text, (gssize)disabled);
    if (rule)
        append_masked(out, text + disabled, rule);
    else
        g_string_append(out, could_hold_secret(text) ? SECRET_MASK : text + disabled);
    return g_string_free(out, FALSE);
}

char *secret_mask(const char *name, const char *value)
{
    if (!value)
        return NULL;
    if (parameter_name_is_secret(name))
        return g_strdup(SECRET_MASK);
    return strcasestr(name, "rule") ? secret_mask_rule(value) : g_strdup(value);
}

void secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

void secret_string_free(GString *secret)
{
    if (!secret)
        return;
    explicit_bzero(secret->str, secret->allocated_len);
    g_string_free(secret, TRUE);
}

typedef struct SecretBytes {
    void *data;
    size_t size;
} SecretBytes;

static void secret_bytes_free(void *userdata)
{
    SecretBytes *secret = userdata;

    explicit_bzero(secret->data, secret->size);
    g_free(secret->data);
    g_free(secret);
}

GBytes *secret_bytes_new_take(void *data, size_t size)
{
    SecretBytes *secret = g_new(SecretBytes, 1);

    *secret = (SecretBytes){.data = data, .size = size};
    return g_bytes_new_with_free_func(data, size, secret_bytes_free, secret);
}
