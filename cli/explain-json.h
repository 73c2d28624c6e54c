/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli/json.h"

void explanation_print_json(const prov_explanation *explanation);
