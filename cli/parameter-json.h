/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli/json.h"

/* Prints a list of parameters, all that is known of each. */
void parameters_print_json(prov_parameter *const *parameters);
