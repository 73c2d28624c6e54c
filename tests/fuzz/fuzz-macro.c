/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_expansion(const char *text, MacroFlags flags)
{
    g_autofree char *expanded = macro_expand(text, &fuzz_env, flags);

    g_assert_cmpuint(strlen(expanded), <=, MACRO_EXPANSION_MAX);
    if (!strchr(text, '$') && strlen(text) <= MACRO_EXPANSION_MAX)
        g_assert_cmpstr(expanded, ==, text);
    if (g_utf8_validate(text, -1, NULL))
        g_assert_true(g_utf8_validate(expanded, -1, NULL));
}

/* The macros of a text, one by one. */
static void walk(const char *text)
{
    const char *cursor = text, *end = text + strlen(text);
    MacroUse use;

    while (true) {
        const char *before = cursor;

        if (!macro_next(&cursor, &use))
            break;
        g_assert_true(cursor > before && cursor <= end);
        g_assert_true(*use.name);
    }
    g_assert_true(cursor == end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    MacroUse use;

    check_expansion(text, MACRO_NONE);
    check_expansion(text, MACRO_SECRETS);
    walk(text);
    if (macro_is_timer(text, &use))
        g_assert_cmpint(use.timer, !=, MACRO_TIMER_NONE);
    return 0;
}
