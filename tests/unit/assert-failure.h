/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/failure.h"

#include <string.h>

/* Demands a failure of that class, with these words in a message that the bus would take. */
static inline void assert_failure(const GError *error, Failure failure, const char *words)
{
    g_assert_error(error, FAILURE, (int)failure);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    if (!strstr(error->message, words))
        g_error("“%s” is not in “%s”", words, error->message);
}
