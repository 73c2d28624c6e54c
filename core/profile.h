/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A profile: what an XML document of a provisioning server says about parameters.
 *
 * A reader takes the document in pieces of any size, as they come out of the transport and its
 * wrappings, and hands out the profile at the end; profile_read() does so with a document that is
 * in memory already. Nothing is decided here about the parameters that a device has: what a
 * profile makes of these is core/profile-apply.h, what is bad style in one is for the linter.
 *
 * Errors are of domain FAILURE: FAILURE_CORRUPT where the document is not well-formed or no
 * profile, FAILURE_TOO_LARGE beyond a limit. The message tells line and column, and never a value.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/alias.h"

#define PROFILE_DEPTH_MAX  32                 /* levels of elements, the root being the first */
#define PROFILE_ITEMS_MAX  65536              /* parameter elements in one document */
#define PROFILE_SIZE_MAX   (16 * 1024 * 1024) /* bytes of a document, decompressed */
#define PROFILE_TOKEN_MAX  (1024 * 1024)      /* bytes of a single tag, comment or instruction */
#define PROFILE_REMARK_MAX 256                /* remarks that are kept */

/* The attribute ua of an element. One that is none of the known is told by a remark. */
typedef enum ProfileAccess {
    PROFILE_ACCESS_UNSAID,
    PROFILE_ACCESS_NA,
    PROFILE_ACCESS_RO,
    PROFILE_ACCESS_RW,
} ProfileAccess;

/* One parameter element. */
typedef struct ProfileItem {
    const char *name;  /* valid as a parameter's, without the namespace's prefix */
    const char *value; /* trimmed, of one line; NULL: empty element; "": written as `""` */
    guint line;        /* where the element begins, both counted from 1 */
    guint column;
    ProfileAccess access;
} ProfileItem;

/* Something to warn about that does not keep the rest from counting. */
typedef struct ProfileRemark {
    const char *message;
    guint line;
    guint column;
} ProfileRemark;

/* What configuration may lower; at most the built-in limits. */
typedef struct ProfileLimits {
    size_t size;      /* of the document, at most PROFILE_SIZE_MAX */
    guint parameters; /* of the whole set once the profile is applied, at most PARAMSET_MAX */
} ProfileLimits;

typedef struct Profile Profile;
typedef struct ProfileReader ProfileReader;

/*
 * A reader of one document. NULL as limits stands for the built-in ones, which are copied; the
 * aliases, NULL where there are none, are to live as long as the reader.
 */
ProfileReader *profile_reader_new(const ProfileLimits *limits, const AliasMap *aliases);
void profile_reader_free(ProfileReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProfileReader, profile_reader_free)

/* Takes the next bytes. False, with error set, once the document cannot become a profile. */
bool profile_reader_feed(ProfileReader *reader, const void *bytes, size_t size, GError **error);

/* Ends the document; to be called once. The profile, or NULL with error set. */
Profile *profile_reader_finish(ProfileReader *reader, GError **error);

/* What kept a document from becoming a profile, for who shows the place apart from the words. */
typedef struct ProfileFault {
    const char *message; /* that of the error but for the place; the reader's */
    guint line;          /* counted from 1; both 0 where it is about the document as a whole */
    guint column;
} ProfileFault;

/* The fault that feed or finish has told; false, with nothing stored, where there is none. */
bool profile_reader_fault(const ProfileReader *reader, ProfileFault *ret_fault);

/* A whole document at once; as the calls above. */
Profile *profile_read(const void *bytes, size_t size, const ProfileLimits *limits,
                      const AliasMap *aliases, GError **error);

void profile_free(Profile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)

/* The parameter elements in the order of the document, duplicates included. */
guint profile_size(const Profile *profile);
const ProfileItem *profile_item(const Profile *profile, guint index);

/* The remarks in the order of the document, and how many more there were than are kept. */
guint profile_remark_count(const Profile *profile);
guint profile_remarks_unkept(const Profile *profile);
const ProfileRemark *profile_remark(const Profile *profile, guint index);
