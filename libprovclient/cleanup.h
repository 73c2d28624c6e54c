/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Has a function called with the address of a variable when that goes out of scope. */

#define _cleanup_(function) __attribute__((cleanup(function)))
