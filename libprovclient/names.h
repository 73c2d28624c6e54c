/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The words of the bus contract and the enums of provclient.h, one table for each. */

#include <stddef.h>

typedef struct NameTable {
    const char *const *names; /* by enum value; [0] stands for every word that is not there */
    size_t n_names;
} NameTable;

extern const NameTable access_names;
extern const NameTable action_names;
extern const NameTable failure_names;
extern const NameTable phase_names;
extern const NameTable reason_names;
extern const NameTable reboot_cause_names;
extern const NameTable result_names;
extern const NameTable source_names;
extern const NameTable state_names;

/* The enum value of a word; 0 for an unknown one. */
unsigned name_parse(const NameTable *table, const char *name);
