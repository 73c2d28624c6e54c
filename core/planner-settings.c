/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/checksum.h"
#include "core/hhmm.h"
#include "core/parameter.h"
#include "core/planner-private.h"

#define RANDOM_DELAY_UNIT 20 /* s, of Resync_Random_Delay */

static bool read_bool(const ParamSet *set, ParameterId id)
{
    const ParameterInfo *info = parameter_info(id);
    bool value = false;

    if (!parameter_parse_bool(paramset_get(set, info->name), &value))
        parameter_parse_bool(info->default_value, &value);
    return value;
}

/* The number that counts, which may be another than the one that is stored. */
static int64_t read_number(const ParamSet *set, ParameterId id)
{
    const ParameterInfo *info = parameter_info(id);
    const char *stored = paramset_get(set, info->name);
    g_autofree char *effective = stored ? parameter_effective(info, stored) : NULL;
    int64_t value = 0;

    if (!parameter_parse_integer(effective ? effective : stored, &value) || value < info->minimum ||
        value > info->maximum)
        parameter_parse_integer(info->default_value, &value);
    return value;
}

static Schedule *read_schedule(const ParamSet *set, ParameterId id)
{
    const ParameterInfo *info = parameter_info(id);
    const char *text = paramset_get(set, info->name);
    Schedule *schedule = text ? schedule_parse(text, NULL) : NULL;

    return schedule ? schedule : schedule_parse(info->default_value, NULL);
}

static void read_trigger(PlannerSettings *settings, unsigned i, const ParamSet *set, ParameterId id)
{
    const char *text = paramset_get(set, parameter_info(id)->name);

    if (!text || !*text)
        return;
    settings->trigger[i] = condition_parse(text, NULL);
    if (settings->trigger[i])
        settings->trigger_fingerprint[i] = MAX(checksum_text(0, text), 1);
}

PlannerSettings *planner_settings_new(const ParamSet *set, GTimeZone *zone, const MacroEnv *macros)
{
    PlannerSettings *settings = g_new0(PlannerSettings, 1);

    settings->enabled = read_bool(set, PARAMETER_PROVISION_ENABLE);
    settings->resync_on_reset = read_bool(set, PARAMETER_RESYNC_ON_RESET);
    settings->resync_from_sip = read_bool(set, PARAMETER_RESYNC_FROM_SIP);
    settings->resync_after_upgrade = read_bool(set, PARAMETER_RESYNC_AFTER_UPGRADE_ATTEMPT);
    settings->fails_on_fnf = read_bool(set, PARAMETER_RESYNC_FAILS_ON_FNF);
    settings->user_configurable = read_bool(set, PARAMETER_USER_CONFIGURABLE_RESYNC);
    settings->daily =
        hhmm_parse(paramset_get(set, parameter_info(PARAMETER_RESYNC_AT)->name), &settings->at);
    settings->at_window = SECONDS(read_number(set, PARAMETER_RESYNC_AT_RANDOM_DELAY));
    settings->random_delay =
        SECONDS(read_number(set, PARAMETER_RESYNC_RANDOM_DELAY)) * RANDOM_DELAY_UNIT;
    settings->forced_delay = SECONDS(read_number(set, PARAMETER_FORCED_RESYNC_DELAY));
    settings->periodic = read_schedule(set, PARAMETER_RESYNC_PERIODIC);
    settings->retry = read_schedule(set, PARAMETER_RESYNC_ERROR_RETRY_DELAY);
    read_trigger(settings, 0, set, PARAMETER_RESYNC_TRIGGER_1);
    read_trigger(settings, 1, set, PARAMETER_RESYNC_TRIGGER_2);
    settings->zone = zone ? g_time_zone_ref(zone) : g_time_zone_new_utc();
    settings->macros = macros;
    return settings;
}

void planner_settings_free(PlannerSettings *settings)
{
    if (!settings)
        return;
    schedule_free(settings->periodic);
    schedule_free(settings->retry);
    for (unsigned i = 0; i < PLANNER_TRIGGERS; i++)
        condition_free(settings->trigger[i]);
    g_clear_pointer(&settings->zone, g_time_zone_unref);
    g_free(settings);
}
