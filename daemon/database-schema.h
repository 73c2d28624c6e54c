/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The tables of the store, in SQL: what the file looks like and what is asked of it. */

#include "daemon/database.h"

/* The version that this daemon writes: PRAGMA user_version. */
unsigned database_schema_version(void);

/* What makes version + 1 of version; to be run in a transaction. */
const char *database_schema_migration(unsigned version);

const char *database_schema_statement(DatabaseStatement statement);
