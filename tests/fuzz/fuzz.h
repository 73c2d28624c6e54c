/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A fuzz target is a file with this one function: it hands the bytes to a part of the core and
 * asserts what must hold whatever they are. With -Dfuzzers=true libFuzzer calls it; else
 * fuzz-main.c does, for each file of the target's corpus.
 */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macro.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Macros for the targets: a device, and parameters whose values are awkward ones. */
extern const MacroEnv fuzz_env;

/* Asserts that an error is one of ours, and that a bus can carry its message. */
void fuzz_check_error(const GError *error, const char *input);
