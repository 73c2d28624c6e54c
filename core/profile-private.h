/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the reader fills in; everybody else uses core/profile.h. */

#include "core/profile.h"

struct Profile {
    GStringChunk *strings; /* holds every string that items and remarks point to */
    GArray *items;         /* of ProfileItem */
    GArray *remarks;       /* of ProfileRemark */
    guint remarks_unkept;
};

Profile *profile_new(void);

/* Keeps a copy of the message; counts it only where PROFILE_REMARK_MAX are kept already. */
void profile_add_remark(Profile *profile, guint line, guint column, const char *message);
