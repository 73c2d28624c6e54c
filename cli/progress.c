/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/progress.h"

#include "cli/text.h"

#include <glib/gi18n.h>

#define CLEAR_LINE "\r\033[K"

static char *describe_bytes(const prov_status *status)
{
    g_autofree char *received = text_size(status->progress_received);
    g_autofree char *expected = text_size(status->progress_expected);

    if (status->progress_phase != PROV_PHASE_RECEIVING)
        return g_strdup("");
    return status->progress_expected ? g_strdup_printf(_(", %s of %s"), received, expected)
                                     : g_strdup_printf(", %s", received);
}

static char *describe(const prov_status *status)
{
    g_autofree char *bytes = describe_bytes(status);
    g_autofree char *time = text_time(status->next_resync, 0);

    if (status->state == PROV_STATE_DEFERRED)
        return g_strdup_printf(_("waiting for the lines to become idle, at the latest until %s"),
                               time);
    if (status->state != PROV_STATE_RESYNCING)
        return g_strdup(_("waiting for the resync to start"));
    return g_strdup_printf("%s: %s%s",
                           *status->progress_rule ? status->progress_rule : _("requested rule"),
                           text_phase(status->progress_phase), bytes);
}

void progress_show(const Context *context, const prov_status *status)
{
    g_autofree char *text = NULL;
    g_autofree char *printable = NULL;
    g_autofree char *fitting = NULL;

    if (!context->capable)
        return;
    text = describe(status);
    printable = text_printable(text);
    fitting = text_fit(printable, context->width - 1);
    g_print(CLEAR_LINE "%s", fitting);
}

void progress_clear(const Context *context)
{
    if (context->capable)
        g_print(CLEAR_LINE);
}
