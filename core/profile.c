/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/profile.h"
#include "core/profile-private.h"

#include <string.h>

#define STRINGS_BLOCK 8192 /* a profile of a thousand parameters is a handful of allocations */

Profile *profile_new(void)
{
    Profile *profile = g_new(Profile, 1);

    profile->strings = g_string_chunk_new(STRINGS_BLOCK);
    profile->items = g_array_new(FALSE, FALSE, sizeof(ProfileItem));
    profile->remarks = g_array_new(FALSE, FALSE, sizeof(ProfileRemark));
    profile->remarks_unkept = 0;
    return profile;
}

/* Values may be secrets, which are not left in memory. */
static void wipe(const char *value)
{
    if (value && *value)
        explicit_bzero((char *)value, strlen(value));
}

void profile_free(Profile *profile)
{
    if (!profile)
        return;
    for (guint i = 0; i < profile_size(profile); i++)
        wipe(profile_item(profile, i)->value);
    g_string_chunk_free(profile->strings);
    g_array_unref(profile->items);
    g_array_unref(profile->remarks);
    g_free(profile);
}

void profile_add_remark(Profile *profile, guint line, guint column, const char *message)
{
    if (profile->remarks->len == PROFILE_REMARK_MAX) {
        profile->remarks_unkept++;
        return;
    }
    ProfileRemark remark = {
        .message = g_string_chunk_insert(profile->strings, message),
        .line = line,
        .column = column,
    };
    g_array_append_val(profile->remarks, remark);
}

Profile *profile_read(const void *bytes, size_t size, const ProfileLimits *limits,
                      const AliasMap *aliases, GError **error)
{
    g_autoptr(ProfileReader) reader = profile_reader_new(limits, aliases);

    return profile_reader_feed(reader, bytes, size, error) ? profile_reader_finish(reader, error)
                                                           : NULL;
}

guint profile_size(const Profile *profile)
{
    return profile->items->len;
}

const ProfileItem *profile_item(const Profile *profile, guint index)
{
    g_return_val_if_fail(index < profile->items->len, NULL);
    return &g_array_index(profile->items, ProfileItem, index);
}

guint profile_remark_count(const Profile *profile)
{
    return profile->remarks->len;
}

guint profile_remarks_unkept(const Profile *profile)
{
    return profile->remarks_unkept;
}

const ProfileRemark *profile_remark(const Profile *profile, guint index)
{
    g_return_val_if_fail(index < profile->remarks->len, NULL);
    return &g_array_index(profile->remarks, ProfileRemark, index);
}
