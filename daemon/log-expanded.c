/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/log-expanded.h"
#include "daemon/log.h"

void log_expanded(ParameterId id, const ParamSet *set, const MacroEnv *env)
{
    const char *text = paramset_get(set, parameter_info(id)->name);
    g_autofree char *line = macro_expand(text, env, MACRO_NONE);

    if (line[0] != '\0')
        log_message(LOG_INFO, NULL, "%s", line);
}
