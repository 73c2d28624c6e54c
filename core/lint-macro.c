/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/lint-private.h"
#include "core/macro.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WRITTEN_MAX 64 /* letters; a longer word was hardly meant as a name */

/* The name behind the dollar at text, as it is written; NULL where no macro was meant. */
static char *read_written(const char *text)
{
    const char *name = text + (text[1] == '(' ? 2 : 1);
    size_t length = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

    if (!g_ascii_isalpha(*name) || length > WRITTEN_MAX)
        return NULL;
    return g_strndup(name, length);
}

/* The macro that begins right there; false where none does. */
static bool read_macro(const char *text, MacroUse *ret_use)
{
    g_autofree char *alone = g_strndup(text, 1 + strcspn(text + 1, "$"));
    const char *cursor = alone;

    return macro_next(&cursor, ret_use);
}

/* A name that is known, in parentheses that do not go on as they should. */
static bool lint_unfinished(Lint *lint, const ProfileItem *item, const char *text,
                            const char *written)
{
    g_autofree char *alone = g_strconcat("$(", written, ")", NULL);
    MacroUse use;

    if (text[1] != '(' || !read_macro(alone, &use))
        return false;
    lint_add(lint, LINT_WARNING, item, NULL,
             _("%s: $(%s is not followed by “)”, nor by an offset as in $(%s:0:4), and stays as it "
               "is"),
             item->name, written, written);
    return true;
}

/* $MODEL is the macro M and some letters, but hardly anybody means that. */
static bool is_run_on(const char *written, const MacroUse *use)
{
    return strlen(use->name) == 1 && strlen(written) > 2 &&
           strspn(written, G_CSET_A_2_Z) == strlen(written);
}

static void lint_known(Lint *lint, const ProfileItem *item, const char *written,
                       const MacroUse *use)
{
    if (use->secret)
        lint_add(lint, LINT_WARNING, item, NULL,
                 _("%s: $%s is only known in the arguments of --key, --uid and --pwd"), item->name,
                 use->name);
    else if (is_run_on(written, use))
        lint_add(lint, LINT_WARNING, item, NULL,
                 _("%s: $%s is no known macro, it is $%s and “%s”; $(%s) would leave no doubt"),
                 item->name, written, use->name, written + strlen(use->name), use->name);
}

static void lint_macro(Lint *lint, const ProfileItem *item, const char *text)
{
    g_autofree char *written = read_written(text);
    MacroUse use;

    if (!written)
        return;
    if (read_macro(text, &use)) {
        lint_known(lint, item, written, &use);
        return;
    }
    if (lint_unfinished(lint, item, text, written))
        return;
    g_autofree char *upper = g_ascii_strup(written, -1);
    g_autofree char *guess = g_strconcat("$", upper, NULL);
    lint_add(lint, LINT_WARNING, item, read_macro(guess, &use) ? guess : NULL,
             _("%s: $%s is no known macro, it stays as it is"), item->name, written);
}

void lint_macros(Lint *lint, const ProfileItem *item, const char *text)
{
    while ((text = strchrnul(text, '$'))[0] != '\0') {
        if (text[1] == '$') {
            text += 2;
        } else {
            lint_macro(lint, item, text);
            text++;
        }
    }
}
