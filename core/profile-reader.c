/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "core/profile-private.h"
#include "core/profile-text.h"
#include "core/profile.h"
#include "core/secret-heap.h"

#include <expat.h>
#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>

/*
 * The reader of a profile, on expat.
 *
 * At any moment at most one element is the candidate: the one that was opened last, if it is a
 * child of a flat-profile (or an alias names it) and its name will do. Its text is collected. An
 * element that opens inside it shows that it is no parameter, so it stops being the candidate; its
 * end makes it an item. Elements deeper inside, and everything outside, are never candidates.
 *
 * Names come as they are written, and prefixes are cut off: namespaces mean nothing here, declared
 * or not. The first thing that is wrong stops the parser; its error is kept and handed out by
 * every later call.
 */

#define FLAT_PROFILE "flat-profile"
#define SLICE        (64 * 1024) /* bytes for expat at a time, so that PROFILE_TOKEN_MAX is seen */
#define HEAD_SIZE    512         /* first bytes of a document, to tell an HTML page by */
#define SHOWN_MAX    64          /* characters of a foreign word that a message shows */

typedef struct Candidate {
    const char *name;
    guint depth; /* 0: there is none */
    guint line;
    guint column;
    ProfileAccess access;
} Candidate;

struct ProfileReader {
    XML_Parser parser;
    ProfileLimits limits;
    const AliasMap *aliases;
    Profile *profile;
    GError *error;
    char *fault; /* what error says, without the place */
    guint fault_line;
    guint fault_column;
    size_t size; /* of what was fed */
    guint depth;
    guint flat_depth; /* of the flat-profile that is open; 0: none is */
    bool is_profile;
    GString *path;                      /* of the element that is open, /device/flat-profile/Name */
    gsize steps[PROFILE_DEPTH_MAX + 1]; /* how much of the path leads to each level */
    Candidate candidate;
    ProfileText text; /* of the candidate */
    char head[HEAD_SIZE + 1];
    size_t head_size;
};

static guint current_line(ProfileReader *reader)
{
    return (guint)XML_GetCurrentLineNumber(reader->parser);
}

static guint current_column(ProfileReader *reader)
{
    return (guint)XML_GetCurrentColumnNumber(reader->parser) + 1;
}

/* A foreign word, cut to what a message can take. */
static char *shown(const char *word)
{
    if (g_utf8_strlen(word, -1) <= SHOWN_MAX)
        return g_strdup(word);

    g_autofree char *cut = g_utf8_substring(word, 0, SHOWN_MAX);
    return g_strconcat(cut, "…", NULL);
}

/* Providers' servers like to answer with a page that says what went wrong, and status 200. */
static char *add_html_hint(const ProfileReader *reader, const char *message)
{
    return strcasestr(reader->head, "<html") || strcasestr(reader->head, "<!doctype html")
               ? g_strdup_printf(_("%s; the document is an HTML page, not a profile"), message)
               : g_strdup(message);
}

static void G_GNUC_PRINTF(3, 4)
    fail_here(ProfileReader *reader, Failure failure, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    reader->fault = add_html_hint(reader, message);
    reader->fault_line = current_line(reader);
    reader->fault_column = current_column(reader);
    g_set_error(&reader->error, FAILURE, (int)failure, _("line %u, column %u: %s"),
                reader->fault_line, reader->fault_column, reader->fault);
    XML_StopParser(reader->parser, XML_FALSE);
}

static void fail_as_a_whole(ProfileReader *reader, Failure failure, const char *message)
{
    reader->fault = add_html_hint(reader, message);
    g_set_error_literal(&reader->error, FAILURE, (int)failure, reader->fault);
}

/* The words for expat's errors: its own where they leave nothing open, so that all are translated.
 */
static const char *describe_error(enum XML_Error error)
{
    static const char *const descriptions[] = {
        [XML_ERROR_SYNTAX] = N_("syntax error"),
        [XML_ERROR_NO_ELEMENTS] = N_("the document ends too early"),
        [XML_ERROR_INVALID_TOKEN] =
            N_("not well-formed; in text, & is written &amp; and < is written &lt;"),
        [XML_ERROR_UNCLOSED_TOKEN] = N_("the document ends inside a tag or comment"),
        [XML_ERROR_PARTIAL_CHAR] = N_("the document ends inside a character"),
        [XML_ERROR_UNCLOSED_CDATA_SECTION] = N_("the document ends inside a CDATA section"),
        [XML_ERROR_MISPLACED_XML_PI] =
            N_("an XML declaration may only be the very first thing in the document"),
        [XML_ERROR_DUPLICATE_ATTRIBUTE] = N_("duplicate attribute"),
        [XML_ERROR_JUNK_AFTER_DOC_ELEMENT] = N_("junk after document element"),
        [XML_ERROR_BAD_CHAR_REF] = N_("reference to invalid character number"),
        [XML_ERROR_INCORRECT_ENCODING] = N_("encoding specified in XML declaration is incorrect"),
        [XML_ERROR_XML_DECL] = N_("XML declaration not well-formed"),
        [XML_ERROR_UNDEFINED_ENTITY] =
            N_("undefined entity (known are &amp; &lt; &gt; &quot; and &apos;)"),
        [XML_ERROR_UNKNOWN_ENCODING] =
            N_("unknown encoding (known are UTF-8, UTF-16, ISO-8859-1 and US-ASCII)"),
    };

    if (error < G_N_ELEMENTS(descriptions) && descriptions[error])
        return _(descriptions[error]);
    return XML_ErrorString(error);
}

static void fail_by_expat(ProfileReader *reader)
{
    enum XML_Error error = XML_GetErrorCode(reader->parser);
    const char *open = strrchr(reader->path->str, '/');

    if (error != XML_ERROR_TAG_MISMATCH || !open) {
        fail_here(reader, FAILURE_CORRUPT, "%s", describe_error(error));
        return;
    }
    g_autofree char *name = shown(open + 1);
    fail_here(reader, FAILURE_CORRUPT, _("mismatched tag, expected the end of <%s>"), name);
}

static ProfileAccess read_access(ProfileReader *reader, const char *name, const XML_Char **atts)
{
    static const char *const words[] = {
        [PROFILE_ACCESS_NA] = "na",
        [PROFILE_ACCESS_RO] = "ro",
        [PROFILE_ACCESS_RW] = "rw",
    };

    while (*atts && strcmp(*atts, "ua") != 0)
        atts += 2;
    if (!*atts)
        return PROFILE_ACCESS_UNSAID;

    for (ProfileAccess access = PROFILE_ACCESS_NA; access <= PROFILE_ACCESS_RW; access++)
        if (strcmp(atts[1], words[access]) == 0)
            return access;

    g_autofree char *word = shown(atts[1]);
    g_autofree char *message = g_strdup_printf(
        _("%s: the attribute ua=\"%s\" is ignored, it must be na, ro or rw"), name, word);
    profile_add_remark(reader->profile, current_line(reader), current_column(reader), message);
    return PROFILE_ACCESS_UNSAID;
}

static void remark_invalid_name(ProfileReader *reader, const char *name)
{
    g_autofree char *word = shown(name);
    g_autofree char *message = g_strdup_printf(
        _("the element <%s> is ignored, a parameter's name has up to %d letters, digits, “_”, “.” "
          "and “-”, and does not begin with a digit"),
        word, PARAMETER_NAME_MAX);

    profile_add_remark(reader->profile, current_line(reader), current_column(reader), message);
}

static void open_candidate(ProfileReader *reader, const char *name, const XML_Char **atts)
{
    if (!parameter_name_is_valid(name)) {
        remark_invalid_name(reader, name);
        return;
    }
    reader->candidate = (Candidate){
        .name = g_string_chunk_insert(reader->profile->strings, name),
        .depth = reader->depth,
        .line = current_line(reader),
        .column = current_column(reader),
        .access = read_access(reader, name, atts),
    };
    profile_text_reset(&reader->text);
}

static void on_element_start(void *userdata, const XML_Char *written_name, const XML_Char **atts)
{
    ProfileReader *reader = userdata;
    const char *colon = strchr(written_name, ':');
    const char *name = colon ? colon + 1 : written_name;

    if (reader->error)
        return;
    if (reader->depth == PROFILE_DEPTH_MAX) {
        fail_here(reader, FAILURE_TOO_LARGE, _("elements are nested deeper than %d levels"),
                  PROFILE_DEPTH_MAX);
        return;
    }
    g_string_append_c(reader->path, '/');
    g_string_append(reader->path, name);
    reader->steps[++reader->depth] = reader->path->len;
    reader->candidate.depth = 0;

    const char *alias = reader->aliases
                            ? alias_map_find(reader->aliases, reader->path->str, reader->path->len)
                            : NULL;
    if (alias) {
        open_candidate(reader, alias, atts);
    } else if (reader->flat_depth > 0 && reader->depth == reader->flat_depth + 1) {
        open_candidate(reader, name, atts);
    } else if (reader->flat_depth == 0 && strcmp(name, FLAT_PROFILE) == 0) {
        reader->flat_depth = reader->depth;
        reader->is_profile = true;
    }
}

/* The text as an item's value: NULL where there is none, empty where it says that it is. */
static const char *settle_value(ProfileReader *reader)
{
    const GString *value = reader->text.value;

    if (value->len == 0)
        return NULL;
    if (strcmp(value->str, "\"\"") == 0)
        return "";
    return g_string_chunk_insert_len(reader->profile->strings, value->str, (gssize)value->len);
}

static void close_candidate(ProfileReader *reader)
{
    Candidate *candidate = &reader->candidate;

    candidate->depth = 0;
    if (reader->text.is_too_long) {
        fail_here(reader, FAILURE_TOO_LARGE, _("the value of %s is longer than %d bytes"),
                  candidate->name, PARAMETER_VALUE_MAX);
        return;
    }
    if (reader->profile->items->len == PROFILE_ITEMS_MAX) {
        fail_here(reader, FAILURE_TOO_LARGE, _("more than %d parameters in one document"),
                  PROFILE_ITEMS_MAX);
        return;
    }
    ProfileItem item = {
        .name = candidate->name,
        .value = settle_value(reader),
        .line = candidate->line,
        .column = candidate->column,
        .access = candidate->access,
    };
    g_array_append_val(reader->profile->items, item);
    reader->is_profile = true;
}

static void on_element_end(void *userdata, const XML_Char *name)
{
    ProfileReader *reader = userdata;

    if (reader->error)
        return;
    if (reader->candidate.depth == reader->depth)
        close_candidate(reader);
    if (reader->flat_depth == reader->depth)
        reader->flat_depth = 0;
    reader->depth--;
    g_string_truncate(reader->path, reader->steps[reader->depth]);
}

static void on_text(void *userdata, const XML_Char *piece, int size)
{
    ProfileReader *reader = userdata;

    if (reader->candidate.depth > 0)
        profile_text_append(&reader->text, piece, (size_t)size);
}

static void on_doctype(void *userdata, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_internal_subset)
{
    fail_here(userdata, FAILURE_CORRUPT, _("a document type declaration is not allowed"));
}

/* Expat itself takes any version. */
static void on_declaration(void *userdata, const XML_Char *version, const XML_Char *encoding,
                           int standalone)
{
    if (version && !g_str_has_prefix(version, "1."))
        fail_here(userdata, FAILURE_CORRUPT, _("the version of XML must be 1.0 or 1.1"));
}

ProfileReader *profile_reader_new(const ProfileLimits *limits, const AliasMap *aliases)
{
    static const XML_Memory_Handling_Suite heap = {
        secret_heap_allocate,
        secret_heap_resize,
        secret_heap_free,
    };
    ProfileReader *reader = g_new0(ProfileReader, 1);

    reader->limits = limits ? *limits : (ProfileLimits){.size = PROFILE_SIZE_MAX};
    reader->aliases = aliases;
    reader->profile = profile_new();
    reader->path = g_string_new(NULL);
    profile_text_init(&reader->text);
    reader->parser = XML_ParserCreate_MM(NULL, &heap, NULL);
    g_assert(reader->parser); /* it only fails for want of memory */
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_element_start, on_element_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    XML_SetXmlDeclHandler(reader->parser, on_declaration);
    return reader;
}

void profile_reader_free(ProfileReader *reader)
{
    if (!reader)
        return;
    XML_ParserFree(reader->parser);
    profile_free(reader->profile);
    g_clear_error(&reader->error);
    g_free(reader->fault);
    g_string_free(reader->path, TRUE);
    profile_text_clear(&reader->text);
    explicit_bzero(reader->head, sizeof(reader->head));
    g_free(reader);
}

static void keep_head(ProfileReader *reader, const char *bytes, size_t size)
{
    size_t kept = MIN(size, HEAD_SIZE - reader->head_size);

    memcpy(reader->head + reader->head_size, bytes, kept);
    reader->head_size += kept;
}

static bool propagate(ProfileReader *reader, GError **error)
{
    if (!reader->error)
        return true;
    g_propagate_error(error, g_error_copy(reader->error));
    return false;
}

static void parse(ProfileReader *reader, const char *bytes, size_t size, bool is_final)
{
    if (XML_Parse(reader->parser, bytes, (int)size, is_final) == XML_STATUS_ERROR && !reader->error)
        fail_by_expat(reader);
    reader->size += size;
}

/* A tag that does not end keeps expat collecting, and looking for the end from the start. */
static void check_token(ProfileReader *reader)
{
    size_t parsed = (size_t)MAX(XML_GetCurrentByteIndex(reader->parser), 0);

    if (reader->size - parsed > PROFILE_TOKEN_MAX)
        fail_here(reader, FAILURE_TOO_LARGE, _("a tag or comment of more than %d bytes"),
                  PROFILE_TOKEN_MAX);
}

static void fail_too_large(ProfileReader *reader)
{
    g_autofree char *message =
        g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "the document is larger than %zu byte",
                                    "the document is larger than %zu bytes", reader->limits.size),
                        reader->limits.size);

    fail_as_a_whole(reader, FAILURE_TOO_LARGE, message);
}

bool profile_reader_feed(ProfileReader *reader, const void *bytes, size_t size, GError **error)
{
    const char *next = bytes;

    if (size == 0)
        return propagate(reader, error);
    if (!reader->error && size > reader->limits.size - reader->size)
        fail_too_large(reader);

    keep_head(reader, next, size);
    while (size > 0 && !reader->error) {
        size_t slice = MIN(size, SLICE);

        parse(reader, next, slice, false);
        if (!reader->error)
            check_token(reader);
        next += slice;
        size -= slice;
    }
    return propagate(reader, error);
}

Profile *profile_reader_finish(ProfileReader *reader, GError **error)
{
    if (!reader->error)
        parse(reader, "", 0, true);
    if (!reader->error && !reader->is_profile)
        fail_as_a_whole(reader, FAILURE_CORRUPT, _("no <flat-profile> element in the document"));

    return propagate(reader, error) ? g_steal_pointer(&reader->profile) : NULL;
}

bool profile_reader_fault(const ProfileReader *reader, ProfileFault *ret_fault)
{
    if (!reader->error)
        return false;
    *ret_fault = (ProfileFault){reader->fault, reader->fault_line, reader->fault_column};
    return true;
}
