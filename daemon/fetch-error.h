/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a transfer came to, in the classes and words of the contract. Internal to the fetcher.
 */

#include "core/failure.h"
#include "daemon/fetch-transfer.h"

/*
 * Whether an ended transfer of url brought what was asked for: a file, or the 304 that was asked
 * for. False with a FAILURE that says what was wrong, with the URL in front. Redirects are failures
 * here; whoever follows them asks first.
 */
bool fetch_error_check(const Transfer *transfer, CURLcode code, const char *url, GError **error);

/* Sets a FAILURE whose message is "url: " and the formatted text. */
void fetch_error_set(GError **error, Failure failure, const char *url, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
