/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a program that speaks with people begins. */

#include "config.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>

/*
 * Takes the locale of the environment, and the translations in a directory. Where there is no
 * locale, or one that is not installed, as ssh may bring it, texts are UTF-8 all the same: that is
 * no reason to write "?" for “.
 */
static inline void language_open(const char *directory)
{
    if (!setlocale(LC_ALL, ""))
        (void)setlocale(LC_ALL, "C.UTF-8");
    else if (!g_getenv("LC_ALL") && !g_getenv("LC_CTYPE") && !g_getenv("LANG"))
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    (void)bindtextdomain(GETTEXT_PACKAGE, directory);
    (void)bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    (void)textdomain(GETTEXT_PACKAGE);
}
