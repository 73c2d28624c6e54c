/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/macro.h"
#include "core/parameter.h"
#include "core/paramset.h"

/* Logs what a parameter of the kind of Log_Request_Msg says, its macros expanded; nothing if empty.
 */
void log_expanded(ParameterId id, const ParamSet *set, const MacroEnv *env);
