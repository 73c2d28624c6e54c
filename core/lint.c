/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/lint.h"
#include "config.h"
#include "core/envelope.h"
#include "core/failure.h"
#include "core/inflate.h"
#include "core/lint-private.h"
#include "core/name-table.h"
#include "core/parameter.h"
#include "core/paramset.h"
#include "core/salted.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>

const char *lint_severity_to_string(LintSeverity severity)
{
    static const char *const names[] = {
        [LINT_ERROR] = N_("error"),
        [LINT_WARNING] = N_("warning"),
        [LINT_NOTE] = N_("note"),
    };

    g_return_val_if_fail(severity < G_N_ELEMENTS(names), NULL);
    return names[severity];
}

static void finding_free(gpointer data)
{
    LintFinding *finding = data;

    g_free(finding->message);
    g_free(finding->fix);
    g_free(finding);
}

static void add_finding(Lint *lint, LintFinding finding)
{
    g_ptr_array_add(lint->findings, g_memdup2(&finding, sizeof(finding)));
}

void lint_add(Lint *lint, LintSeverity severity, const ProfileItem *item, const char *fix,
              const char *format, ...)
{
    LintFinding finding = {
        .severity = severity,
        .line = item->line,
        .column = item->column,
        .fix = g_strdup(fix),
    };
    va_list arguments;

    va_start(arguments, format);
    finding.message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    add_finding(lint, finding);
}

const ProfileItem *lint_find(const Lint *lint, const char *name)
{
    return g_tree_lookup(lint->counting, name);
}

static void add_envelope_warning(const char *message, void *userdata)
{
    add_finding(userdata, (LintFinding){.severity = LINT_WARNING, .message = g_strdup(message)});
}

/* Whether a file begins as a document does: space, or the marks of an encoding, and then "<". */
static bool is_document(GBytes *file)
{
    static const char before[] = "\0 \t\r\n\xef\xbb\xbf\xfe\xff";
    gsize size, at = 0;
    const char *bytes = g_bytes_get_data(file, &size);

    while (at < size && memchr(before, bytes[at], sizeof(before)))
        at++;
    return at == size || bytes[at] == '<';
}

/*
 * What a file holds. The header that names a content coding is the server's, not the file's: a
 * file that is nothing else is taken for aes128gcm.
 */
static GBytes *open_file(Lint *lint, GBytes *file, const char *key, GError **error)
{
    bool coded = !is_document(file) && !inflate_is_gzip(file) && !salted_is_encrypted(file);
    EnvelopeKeys keys = {
        .content_encoding = coded && key ? "aes128gcm" : NULL,
        .ikm = key,
        .key = key,
    };

    if (coded && !key) {
        g_set_error_literal(error, FAILURE, FAILURE_CORRUPT,
                            _("the file is neither XML nor gzip nor encrypted by “openssl enc”; if "
                              "it is in the content coding aes128gcm, its key is needed"));
        return NULL;
    }
    lint->encrypted = coded || salted_is_encrypted(file);
    if (lint->encrypted && !key) {
        g_set_error_literal(error, FAILURE, FAILURE_CORRUPT,
                            _("the file is encrypted by “openssl enc”; its key is needed"));
        return NULL;
    }
    return envelope_open(file, &keys, PROFILE_SIZE_MAX, add_envelope_warning, lint, error);
}

static void lint_remarks(Lint *lint)
{
    guint unkept = profile_remarks_unkept(lint->profile);

    for (guint i = 0; i < profile_remark_count(lint->profile); i++) {
        const ProfileRemark *remark = profile_remark(lint->profile, i);

        add_finding(lint, (LintFinding){
                              .severity = LINT_WARNING,
                              .line = remark->line,
                              .column = remark->column,
                              .message = g_strdup(remark->message),
                          });
    }
    if (unkept > 0)
        add_finding(
            lint,
            (LintFinding){
                .severity = LINT_WARNING,
                .message = g_strdup_printf(
                    g_dngettext(GETTEXT_PACKAGE, "%u more element has an invalid name or attribute",
                                "%u more elements have invalid names or attributes", unkept),
                    unkept),
            });
}

static void find_counting(Lint *lint)
{
    for (guint i = 0; i < profile_size(lint->profile); i++) {
        const ProfileItem *item = profile_item(lint->profile, i);

        g_tree_insert(lint->counting, (gpointer)parameter_canonical_name(item->name),
                      (gpointer)item);
    }
}

static void lint_item(Lint *lint, const ProfileItem *item)
{
    const ProfileItem *counting = lint_find(lint, parameter_canonical_name(item->name));

    lint_name(lint, item);
    if (counting == item)
        lint_value(lint, item);
    else if (strcmp(item->name, counting->name) == 0)
        lint_add(lint, LINT_WARNING, item, NULL,
                 _("%s is set again in line %u: this value does not count"), item->name,
                 counting->line);
    else
        lint_add(lint, LINT_WARNING, item, NULL,
                 _("%s is set again in line %u as %s: this value does not count"), item->name,
                 counting->line, counting->name);
}

static void lint_count(Lint *lint)
{
    guint count = (guint)g_tree_nnodes(lint->counting);

    if (count > PARAMSET_MAX)
        add_finding(lint, (LintFinding){
                              .severity = LINT_ERROR,
                              .message = g_strdup_printf(_("the profile sets %u parameters, a "
                                                           "device takes at most %d"),
                                                         count, PARAMSET_MAX),
                          });
}

/* Which of two comes first; the file as a whole comes before any line. */
static int compare_findings(gconstpointer a, gconstpointer b)
{
    const LintFinding *one = *(const LintFinding *const *)a;
    const LintFinding *other = *(const LintFinding *const *)b;

    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    return (one->column > other->column) - (one->column < other->column);
}

/* NULL, with a finding, where the document is no profile. */
static Profile *read_document(Lint *lint, GBytes *document)
{
    g_autoptr(ProfileReader) reader = profile_reader_new(NULL, NULL);
    gsize size;
    const char *bytes = g_bytes_get_data(document, &size);
    Profile *profile =
        profile_reader_feed(reader, bytes, size, NULL) ? profile_reader_finish(reader, NULL) : NULL;
    ProfileFault fault;

    if (profile_reader_fault(reader, &fault))
        add_finding(lint, (LintFinding){
                              .severity = LINT_ERROR,
                              .line = fault.line,
                              .column = fault.column,
                              .message = g_strdup(fault.message),
                          });
    return profile;
}

static void lint_document(Lint *lint, GBytes *document)
{
    g_autoptr(GTree) counting = name_table_new(NULL);
    g_autoptr(Profile) profile = read_document(lint, document);

    if (!profile)
        return;
    lint->profile = profile;
    lint->counting = counting;
    find_counting(lint);
    lint_count(lint);
    lint_remarks(lint);
    for (guint i = 0; i < profile_size(profile); i++)
        lint_item(lint, profile_item(profile, i));
    lint_transport(lint);
    g_ptr_array_sort(lint->findings, compare_findings);
}

GPtrArray *lint_profile(GBytes *file, const char *key)
{
    Lint lint = {.findings = g_ptr_array_new_with_free_func(finding_free)};
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) document = open_file(&lint, file, key && *key ? key : NULL, &error);

    if (document)
        lint_document(&lint, document);
    else
        add_finding(&lint, (LintFinding){
                               .severity = LINT_ERROR,
                               .message = g_strdup(error->message),
                           });
    return lint.findings;
}
