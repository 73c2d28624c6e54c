/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The rows behind core/parameter.h, which is what other rooms use. */

#include "core/parameter.h"

/* The row of an id. Static. */
const ParameterInfo *parameter_table_row(ParameterId id);

/* The row of exactly this name; NULL where there is none. */
const ParameterInfo *parameter_table_find(const char *name);

/* The name that another generation's name stands for, or name itself. */
const char *parameter_table_unalias(const char *name);
