/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* For rules, which hold conditions in parentheses. */

#include "core/condition.h"
#include "core/scanner.h"

/* Parses a condition that reaches from the cursor to the scanner's end; see condition_parse(). */
Condition *condition_read(Scanner *scanner, GError **error);
