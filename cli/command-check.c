/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/file.h"
#include "cli/json.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "core/envelope.h"
#include "core/lint.h"
#include "core/parameter.h"
#include "core/secret.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/* What came of one file. */
typedef struct CheckedFile {
    const char *path;
    const char *trouble; /* why it could not be read, or NULL */
    GPtrArray *findings; /* of LintFinding; NULL where it could not be read */
} CheckedFile;

typedef struct KeyOptions {
    char *key;
    char *file;
} KeyOptions;

static void key_options_clear(KeyOptions *options)
{
    secret_free(options->key);
    g_free(options->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KeyOptions, key_options_clear)

/* The first line of a file. False, with the status to exit with, if it cannot be read. */
static bool read_key_file(KeyOptions *options, int *ret_status)
{
    g_autoptr(GBytes) bytes = file_read(options->file, PARAMETER_VALUE_MAX);
    gsize size;

    if (!bytes) {
        *ret_status = report_failure(_("'%s' cannot be read: %s"), options->file, strerror(errno));
        return false;
    }
    const char *text = g_bytes_get_data(bytes, &size);
    options->key = g_strndup(text, size);
    options->key[strcspn(options->key, "\r\n")] = '\0';
    if (*options->key)
        return true;
    *ret_status = report_failure(_("there is no key in '%s'"), options->file);
    return false;
}

static bool settle_key(KeyOptions *options, int *ret_status)
{
    if (!options->file)
        return true;
    if (!options->key)
        return read_key_file(options, ret_status);
    *ret_status = report_usage(_("--key and --key-file exclude each other"));
    return false;
}

static CheckedFile check_file(const char *path, const char *key)
{
    CheckedFile checked = {.path = path};
    g_autoptr(GBytes) bytes = file_read(path, ENVELOPE_SIZE_MAX);

    if (bytes) {
        checked.findings = lint_profile(bytes, key);
    } else {
        checked.trouble = g_strerror(errno);
        (void)report_failure(_("'%s' cannot be read: %s"), path, checked.trouble);
    }
    return checked;
}

static bool is_clean(const CheckedFile *checked)
{
    for (guint i = 0; checked->findings && i < checked->findings->len; i++) {
        const LintFinding *finding = g_ptr_array_index(checked->findings, i);

        if (finding->severity != LINT_NOTE)
            return false;
    }
    return checked->findings != NULL;
}

/* FILE:LINE:COLUMN: warning: message, as compilers write it: editors find their way to the place.
 */
static void print_finding(const Context *context, const char *path, const LintFinding *finding)
{
    static const Style styles[] = {
        [LINT_ERROR] = STYLE_BAD,
        [LINT_WARNING] = STYLE_WARNING,
        [LINT_NOTE] = STYLE_BUSY,
    };
    g_autofree char *place =
        finding->line > 0 ? g_strdup_printf("%s:%u:%u:", path, finding->line, finding->column)
                          : g_strdup_printf("%s:", path);
    g_autofree char *text =
        finding->fix ? g_strdup_printf(_("%s (did you mean %s?)"), finding->message, finding->fix)
                     : g_strdup(finding->message);
    g_autofree char *printable_place = text_printable(place);
    g_autofree char *printable_text = text_printable(text);

    g_print("%s%s%s %s%s:%s %s\n", style_begin(context->color, STYLE_HEADER), printable_place,
            style_end(context->color, STYLE_HEADER),
            style_begin(context->color, styles[finding->severity]),
            _(lint_severity_to_string(finding->severity)),
            style_end(context->color, styles[finding->severity]), printable_text);
}

static void add_finding(JsonBuilder *builder, const LintFinding *finding)
{
    json_builder_begin_object(builder);
    json_add_string(builder, "severity", lint_severity_to_string(finding->severity));
    json_add_optional(builder, "line", finding->line);
    json_add_optional(builder, "column", finding->column);
    json_add_string(builder, "message", finding->message);
    json_add_string(builder, "suggestion", finding->fix);
    json_builder_end_object(builder);
}

static void add_file(JsonBuilder *builder, const CheckedFile *checked)
{
    g_autofree char *path = g_utf8_make_valid(checked->path, -1);

    json_builder_begin_object(builder);
    json_add_string(builder, "file", path);
    json_add_string(builder, "error_message", checked->trouble);
    json_builder_set_member_name(builder, "findings");
    json_builder_begin_array(builder);
    for (guint i = 0; checked->findings && i < checked->findings->len; i++)
        add_finding(builder, g_ptr_array_index(checked->findings, i));
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

/* Checks file by file; all that is kept of one is the findings. */
static int check_files(const Context *context, const Arguments *paths, const char *key)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    bool clean = true;

    /* JSON is for programs: in English, the findings of the core, too */
    if (context->json)
        (void)setlocale(LC_MESSAGES, "C");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < paths->n_values; i++) {
        CheckedFile checked = check_file(paths->values[i], key);

        clean = is_clean(&checked) && clean;
        for (guint j = 0; !context->json && checked.findings && j < checked.findings->len; j++)
            print_finding(context, checked.path, g_ptr_array_index(checked.findings, j));
        if (context->json)
            add_file(builder, &checked);
        g_clear_pointer(&checked.findings, g_ptr_array_unref);
    }
    json_builder_end_array(builder);
    if (context->json)
        json_print(builder);
    return clean ? EXIT_DONE : EXIT_FAILED;
}

int command_check(Context *context, char **argv)
{
    g_auto(KeyOptions) key = {};
    const GOptionEntry options[] = {
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &key.key,
         N_("The key of encrypted files; other users of this machine may see it"), N_("KEY")},
        {"key-file", 0, 0, G_OPTION_ARG_FILENAME, &key.file,
         N_("Take the key from the first line of FILE"), N_("FILE")},
        {NULL},
    };
    g_auto(Arguments) paths = {};
    int status;

    if (!command_parse(context, options, (ArgumentRules){.minimum = 1, .bytes = true}, argv, &paths,
                       &status) ||
        !settle_key(&key, &status))
        return status;
    return check_files(context, &paths, key.key);
}
