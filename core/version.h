/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Firmware versions in their two forms: dotted (1.0.33, 2.0.3(0412s), 7.5.2b) and dashed
 * ([model.]11-3-2MPP0001-609[.loads], of which model and .loads count for nothing).
 */

#include <stdbool.h>
#include <stddef.h>

typedef enum VersionForm {
    VERSION_NUMBER, /* digits alone: fits either form */
    VERSION_DOTTED,
    VERSION_DASHED,
} VersionForm;

/* Points into the text that it was parsed from. */
typedef struct Version {
    const char *text; /* model and .loads left out */
    size_t length;
    VersionForm form;
} Version;

/* False, with *ret_version untouched, where text is no version. */
bool version_parse(const char *text, Version *ret_version);

/* Whether two versions have an order: not those of different forms. */
bool version_comparable(const Version *a, const Version *b);

/*
 * Negative, 0 or positive as a is older than, the same as or newer than b. Parts are compared
 * from the left, digits as numbers, then letters; a missing part is older.
 */
int version_compare(const Version *a, const Version *b);
