/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/macro.h"
#include "core/parameter.h"
#include "core/paramset.h"

#include <stdint.h>

/*
 * Logs what a parameter of the kind of Log_Request_Msg says, its macros expanded, with a field for
 * each of the values that such a text is usually made of; nothing if it is empty.
 */
void log_expanded(ParameterId id, uint64_t attempt, const ParamSet *set, const MacroEnv *env);
