/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/rule.h"
#include "core/secret.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_spans(const Rule *rule, const char *text)
{
    size_t done = 0;
    guint count;
    const RuleSpan *spans = rule_secrets(rule, &count);

    for (guint i = 0; i < count; i++) {
        g_assert_cmpuint(spans[i].start, >=, done);
        done = spans[i].start + spans[i].length;
    }
    g_assert_cmpuint(done, <=, strlen(text));
}

/* No piece of a rule is expanded into what would make another rule of it. */
static void check_alternative(const RuleAlternative *alternative, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RuleRequest) request = NULL;

    for (guint i = 0; i < alternative->assignments->len; i++) {
        const RuleAssignment *assignment = g_ptr_array_index(alternative->assignments, i);

        g_assert_true(*assignment->name);
        g_assert_nonnull(assignment->value);
    }
    if (!alternative->url)
        return;
    request = rule_request_new(alternative, &fuzz_env, "server.example", &error);
    if (!request) {
        fuzz_check_error(error, text);
        return;
    }
    g_assert_true(request->url->path[0] == '/');
    g_assert_null(strpbrk(request->url->text, " \t\r\n"));
    g_assert_cmpint(alternative->key != NULL, ==, request->key != NULL);
    g_assert_cmpint(alternative->post != 0, ==, request->body != NULL);
    g_assert_cmpint(alternative->alias != 0, ==, request->aliases != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *masked = secret_mask_rule(text);
    g_autoptr(GError) error = NULL;
    g_autoptr(Rule) rule = rule_parse(text, &error);

    g_assert_nonnull(masked);
    if (!rule) {
        fuzz_check_error(error, text);
        return 0;
    }
    g_assert_no_error(error);
    check_spans(rule, text);
    g_assert_cmpuint(rule_unreachable(rule), <=, rule_size(rule));
    for (guint i = 0; i < rule_size(rule); i++)
        check_alternative(rule_get(rule, i), text);
    (void)rule_select(rule, &fuzz_env);
    return 0;
}
