/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/log-expanded.h"
#include "daemon/log.h"
#include "daemon/message-ids.h"

#include <inttypes.h>

static void log_text(const char *text, uint64_t attempt, const MacroEnv *env)
{
    g_autofree char *id = g_strdup_printf("%" PRIu64, attempt);
    g_autofree char *mac = macro_expand("$MAC", env, MACRO_NONE);
    g_autofree char *port = macro_expand("$PORT", env, MACRO_NONE);

    log_message(LOG_INFO,
                LOG_FIELDS({"MESSAGE_ID", MESSAGE_PROVIDER_TEXT}, {"PROVD_ATTEMPT", id},
                           {"PROVD_PRODUCT", env->product_name}, {"PROVD_MAC", mac},
                           {"PROVD_SCHEME", env->scheme}, {"PROVD_SERVER", env->server},
                           {"PROVD_SERVER_IP", env->server_ip}, {"PROVD_PORT", port},
                           {"PROVD_PATH", env->path}, {"PROVD_ERROR_MESSAGE", env->error}),
                "%s", text);
}

void log_expanded(ParameterId id, uint64_t attempt, const ParamSet *set, const MacroEnv *env)
{
    const char *text = paramset_get(set, parameter_info(id)->name);
    g_autofree char *line = macro_expand(text, env, MACRO_NONE);

    if (line[0] != '\0')
        log_text(line, attempt, env);
}
