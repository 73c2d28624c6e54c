/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/condition.h"
#include "libprovclient/provclient.h"

/*
 * The operands of a comparison after expansion, with the operator between them, for people: a
 * string in quotes, and a number that became nothing named so. written: the comparison as it stands
 * in its condition; NULL where that is not known, and quotes are left out.
 */
char *comparison_show(const Comparison *written, const prov_comparison *outcome);
