/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libintl.h>
#include <locale.h>

/* Takes the translations that the build has made, PROVD_TEST_PO, in the language of LANGUAGE. */
static inline void catalogue_open(void)
{
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain("provd", g_getenv("PROVD_TEST_PO"));
    (void)bind_textdomain_codeset("provd", "UTF-8");
    (void)textdomain("provd");
}
