/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim/load.h"

Load *load_new(void)
{
    Load *load = g_new0(Load, 1);

    load->seconds = g_array_new(FALSE, FALSE, sizeof(LoadSecond));
    return load;
}

void load_free(Load *load)
{
    if (!load)
        return;
    g_array_unref(load->seconds);
    g_free(load);
}

static LoadSecond *second_at(Load *load, int64_t now)
{
    LoadSecond fresh = {.second = now / G_USEC_PER_SEC};
    GArray *seconds = load->seconds;

    if (seconds->len == 0 ||
        g_array_index(seconds, LoadSecond, seconds->len - 1).second != fresh.second)
        g_array_append_val(seconds, fresh);
    return &g_array_index(seconds, LoadSecond, seconds->len - 1);
}

void load_count_request(Load *load, int64_t now)
{
    load->requests++;
    second_at(load, now)->requests++;
}

void load_count_attempt(Load *load, int64_t now)
{
    load->attempts++;
    second_at(load, now)->attempts++;
}

void load_count_success(Load *load, int64_t now)
{
    load->successes++;
    second_at(load, now)->successes++;
}

void load_count_failure(Load *load, int64_t now)
{
    load->failures++;
    second_at(load, now)->failures++;
}

void load_count_refused(Load *load, int64_t now)
{
    load->refused++;
    second_at(load, now)->refused++;
}

LoadSecond load_peak(const Load *load)
{
    LoadSecond peak = {};

    for (guint i = 0; i < load->seconds->len; i++) {
        LoadSecond second = g_array_index(load->seconds, LoadSecond, i);

        if (second.requests > peak.requests)
            peak = second;
    }
    return peak;
}

unsigned load_busy_seconds(const Load *load)
{
    unsigned busy = 0;

    for (guint i = 0; i < load->seconds->len; i++)
        busy += g_array_index(load->seconds, LoadSecond, i).requests > 0;
    return busy;
}
