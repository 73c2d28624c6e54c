/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli/json.h"

void explanation_print_json(const prov_explanation *explanation);

/* One comparison as an object. */
void comparison_add_json(JsonBuilder *builder, const prov_comparison *comparison);
