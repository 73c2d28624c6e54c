/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/profile-apply.h"
#include "config.h"
#include "core/digest.h"
#include "core/failure.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct Application {
    const ProfileContext *context;
    ParamSet *working;
    GPtrArray *names; /* that the profile settles; they live as long as the profile */
    guint skipped;
} Application;

void profile_outcome_clear(ProfileOutcome *outcome)
{
    g_clear_pointer(&outcome->names, g_free);
}

static void warn(const ProfileContext *context, const ProfileWarning *warning)
{
    if (context->warn)
        context->warn(warning, context->userdata);
}

static void warn_of_remarks(const Profile *profile, const ProfileContext *context)
{
    guint unkept = profile_remarks_unkept(profile);

    for (guint i = 0; i < profile_remark_count(profile); i++) {
        const ProfileRemark *remark = profile_remark(profile, i);

        warn(context, &(ProfileWarning){
                          .message = remark->message,
                          .line = remark->line,
                          .column = remark->column,
                      });
    }
    if (unkept > 0) {
        g_autofree char *message =
            g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%u more element or attribute is ignored",
                                        "%u more elements or attributes are ignored", unkept),
                            unkept);

        warn(context, &(ProfileWarning){.message = message});
    }
}

static void warn_of_value(const Application *application, const char *name, const ProfileItem *item,
                          const char *message)
{
    warn(application->context, &(ProfileWarning){
                                   .name = name,
                                   .message = message,
                                   .line = item->line,
                                   .column = item->column,
                               });
}

/* Canonical name → the item that counts, which is the last one. */
static GTree *find_last_items(const Profile *profile)
{
    GTree *last = name_table_new(NULL);

    for (guint i = 0; i < profile_size(profile); i++) {
        const ProfileItem *item = profile_item(profile, i);

        g_tree_insert(last, (gpointer)parameter_canonical_name(item->name), (gpointer)item);
    }
    return last;
}

static ParameterAccess settle_access(const ProfileItem *item, const Parameter *held)
{
    static const ParameterAccess accesses[] = {
        [PROFILE_ACCESS_NA] = ACCESS_NA,
        [PROFILE_ACCESS_RO] = ACCESS_RO,
        [PROFILE_ACCESS_RW] = ACCESS_RW,
    };

    if (item->access == PROFILE_ACCESS_UNSAID)
        return held ? held->access : ACCESS_NA;
    return accesses[item->access];
}

static bool put(Application *application, Parameter *parameter, GError **error)
{
    guint limit = application->context->parameters_max;
    bool is_full = limit > 0 && paramset_size(application->working) >= limit;

    if ((!is_full || paramset_find(application->working, parameter->name)) &&
        paramset_put(application->working, parameter))
        return true;

    g_set_error(error, FAILURE, FAILURE_TOO_LARGE,
                g_dngettext(GETTEXT_PACKAGE,
                            "with this profile the device would have more than %u parameter",
                            "with this profile the device would have more than %u parameters",
                            paramset_size(application->working)),
                paramset_size(application->working));
    return false;
}

/* Gives a parameter its value, NULL for its default, unless all is so already. */
static bool settle(Application *application, const ProfileItem *item, const char *name,
                   const char *value, ParameterSource source, GError **error)
{
    const ParamSet *set = application->working;
    const Parameter *held = paramset_find(set, name);
    ParameterAccess access = settle_access(item, held);

    if (!held && !value && access == ACCESS_NA)
        return true;
    if (held && held->source == source && held->access == access &&
        g_strcmp0(held->value, value) == 0)
        return true;

    bool is_same =
        g_strcmp0(paramset_get(set, name), value ? value : paramset_default(set, name)) == 0;
    uint64_t changed = held ? held->changed : 0;
    g_autoptr(Parameter) parameter =
        parameter_new(name, value, source, access, is_same ? changed : application->context->now);

    return put(application, parameter, error);
}

static bool apply_empty(Application *application, const ProfileItem *item, const char *name,
                        GError **error)
{
    const Parameter *held = paramset_find(application->working, name);

    g_ptr_array_add(application->names, (gpointer)name);
    if (item->access == PROFILE_ACCESS_RW && held && held->source == SOURCE_LOCAL)
        return settle(application, item, name, held->value, SOURCE_LOCAL, error);
    return parameter_lookup(name) ? settle(application, item, name, NULL, SOURCE_DEFAULT, error)
                                  : settle(application, item, name, "", SOURCE_PROFILE, error);
}

static bool apply_value(Application *application, const ProfileItem *item, const char *name,
                        GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(SecretText) value = parameter_normalize(name, item->value, &problem);

    if (!value && parameter_lookup(name) == parameter_info(PARAMETER_RESYNC_AT)) {
        g_autofree char *message = g_strdup_printf(_("%s; it counts as empty"), problem->message);

        warn_of_value(application, name, item, message);
        value = g_strdup(item->value);
    }
    if (!value) {
        g_autofree char *message = g_strdup_printf(_("%s; the old value stays"), problem->message);

        warn_of_value(application, name, item, message);
        application->skipped++;
        return true;
    }
    g_ptr_array_add(application->names, (gpointer)name);
    return settle(application, item, name, value, SOURCE_PROFILE, error);
}

static bool apply_items(Application *application, const Profile *profile, GError **error)
{
    g_autoptr(GTree) last = find_last_items(profile);

    for (guint i = 0; i < profile_size(profile); i++) {
        const ProfileItem *item = profile_item(profile, i);
        const char *name = parameter_canonical_name(item->name);

        if (g_tree_lookup(last, name) != item)
            continue;
        if (!(item->value ? apply_value(application, item, name, error)
                          : apply_empty(application, item, name, error)))
            return false;
    }
    return true;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *list_names(GPtrArray *names)
{
    GString *list = g_string_new(NULL);

    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_string_append(list, g_ptr_array_index(names, i));
        g_string_append_c(list, '\n');
    }
    return g_string_free(list, FALSE);
}

bool profile_apply(const Profile *profile, ParamSet *working, const ProfileContext *context,
                   ProfileOutcome *ret_outcome, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_sized_new(profile_size(profile));
    Application application = {.context = context, .working = working, .names = names};

    warn_of_remarks(profile, context);
    if (!apply_items(&application, profile, error))
        return false;

    *ret_outcome = (ProfileOutcome){
        .skipped = application.skipped,
        .names = list_names(names),
    };
    return true;
}

bool profile_assign(ParamSet *working, const char *name, const char *value,
                    const ProfileContext *context, unsigned *skipped, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    Application application = {.context = context, .working = working, .names = names};
    ProfileItem item = {.name = name, .value = value};

    if (!apply_value(&application, &item, parameter_canonical_name(name), error))
        return false;
    *skipped += application.skipped;
    return true;
}

/*
 * A parameter in the way in which a profile cares about it: as what apply_items() would leave
 * alone. That is value, source and access, but of a local value just that it is local: the profile
 * that left one alone, having an empty element with ua="rw", does so whatever it is.
 */
static void digest_parameter(Digest *digest, const ParamSet *set, const char *name)
{
    const Parameter *held = paramset_find(set, name);
    ParameterSource source = held ? held->source : SOURCE_DEFAULT;
    ParameterAccess access = held ? held->access : ACCESS_NA;
    const char *value = held && held->value ? held->value : paramset_default(set, name);
    const char state[] = {(char)('0' + source), (char)('0' + access), '\0'};

    digest_add(digest, name);
    digest_add(digest, state);
    digest_add(digest, source == SOURCE_LOCAL ? NULL : value);
}

char *profile_digest(const ParamSet *set, const char *names)
{
    g_autoptr(Digest) digest = digest_new();
    char name[PARAMETER_NAME_MAX + 1];

    for (const char *end; (end = strchr(names, '\n')); names = end + 1) {
        size_t length = MIN((size_t)(end - names), PARAMETER_NAME_MAX);

        memcpy(name, names, length);
        name[length] = '\0';
        digest_parameter(digest, set, name);
    }
    return digest_finish(digest);
}
