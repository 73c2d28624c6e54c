/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* libre's headers expect to be told that this is not the last century. */

#define HAVE_INTTYPES_H
#define HAVE_STDBOOL_H

#include <netinet/in.h>
#include <re.h>
