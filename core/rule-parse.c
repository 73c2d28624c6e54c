/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/rule-parse.h"
#include "config.h"
#include "core/condition-parse.h"
#include "core/parameter.h"
#include "core/scanner.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An option's argument is a text, or a letter that names a general purpose parameter. */
typedef struct RuleOption {
    const char *name;
    size_t offset; /* in RuleAlternative */
    bool is_letter;
} RuleOption;

static const RuleOption options[] = {
    {"--key", offsetof(RuleAlternative, key)},
    {"--uid", offsetof(RuleAlternative, uid)},
    {"--pwd", offsetof(RuleAlternative, pwd)},
    {"--post", offsetof(RuleAlternative, post), .is_letter = true},
    {"--alias", offsetof(RuleAlternative, alias), .is_letter = true},
};

static void mark_secret(Rule *rule, const Scanner *scanner, const char *start, const char *end)
{
    RuleSpan span = {(size_t)(start - scanner->text), (size_t)(end - start)};

    g_array_append_val(rule->secrets, span);
}

/*
 * The "@" that ends the userinfo of an authority; NULL where there is none. A password with a
 * slash in it makes an impossible URL, but one that must not be shown, either: where what looks
 * like a port is none, the "@" may come later.
 */
static const char *find_userinfo_end(const char *authority, const char *end)
{
    const char *limit = authority, *colon;

    while (limit < end && !strchr("/?#", *limit))
        limit++;

    const char *at = memrchr(authority, '@', (size_t)(limit - authority));
    if (at)
        return at;
    colon = memchr(authority, ':', (size_t)(limit - authority));
    if (!colon || *authority == '[' ||
        strspn(colon + 1, "0123456789") >= (size_t)(limit - colon - 1))
        return NULL;
    return memrchr(limit, '@', (size_t)(end - limit));
}

/* Marks what stands before an "@" at the beginning of a URL, and behind each "://" in it. */
static void mark_userinfo(Rule *rule, const Scanner *scanner, const char *url, const char *end)
{
    const char *authority = url + url_scheme_length(url);

    while (authority) {
        const char *at = find_userinfo_end(authority, end);

        if (at && at > authority)
            mark_secret(rule, scanner, authority, at);
        if (at)
            authority = at;
        authority = g_strstr_len(authority, end - authority, "://");
        if (authority)
            authority += strlen("://");
    }
}

/* The name under which a parameter is kept that an assignment names; NULL where it is no name. */
static char *read_name(Scanner *scanner)
{
    const char *start = scanner->cursor;

    while (g_ascii_isalnum(scanner_peek(scanner)) ||
           (scanner_peek(scanner) && strchr("_.-", scanner_peek(scanner))))
        scanner->cursor++;

    g_autofree char *name = g_strndup(start, (gsize)(scanner->cursor - start));
    if (!parameter_name_is_valid(name))
        return NULL;
    if (name[1] == '\0' && name[0] >= 'a' && name[0] <= 'p')
        return g_strdup_printf("GPP_%c", g_ascii_toupper(name[0]));
    return g_strdup(parameter_canonical_name(name));
}

/* Whether not all may see the value; a rule that is assigned can have credentials of its own. */
static bool assigns_secret(const RuleAssignment *assignment)
{
    g_autofree char *shown = secret_mask(assignment->name, assignment->value);

    return strcmp(shown, assignment->value) != 0;
}

static bool read_assigned(Rule *rule, Scanner *scanner, RuleAssignment *assignment, GError **error)
{
    const char *start;

    scanner_skip_space(scanner);
    start = scanner->cursor;
    if (scanner_peek(scanner) != '"')
        return scanner_expected(scanner, start, _("a value in quotes"), error);
    assignment->value = scanner_read_quoted(scanner, error);
    if (!assignment->value)
        return false;
    if (assigns_secret(assignment))
        mark_secret(rule, scanner, start, scanner->cursor);
    return g_utf8_validate(assignment->value, -1, NULL) ||
           scanner_expected(scanner, start, _("a value of UTF-8 text"), error);
}

static bool read_assignment(Rule *rule, Scanner *scanner, GPtrArray *assignments, GError **error)
{
    const char *start = scanner->cursor;
    g_autofree char *name = read_name(scanner);
    RuleAssignment *assignment;

    if (!name)
        return scanner_expected(scanner, start, _("the name of a parameter"), error);
    if (!scanner_accept(scanner, "="))
        return scanner_expected(scanner, scanner->cursor, _("= after the name"), error);

    assignment = g_new0(RuleAssignment, 1);
    assignment->name = g_steal_pointer(&name);
    g_ptr_array_add(assignments, assignment);
    return read_assigned(rule, scanner, assignment, error);
}

static bool read_assignments(Rule *rule, Scanner *scanner, GPtrArray *assignments, GError **error)
{
    scanner_skip_space(scanner);
    while (scanner->cursor < scanner->end) {
        if (!read_assignment(rule, scanner, assignments, error))
            return false;
        if (!scanner_accept(scanner, ";") && scanner->cursor < scanner->end)
            return scanner_expected(scanner, scanner->cursor, _("; or ) after the value"), error);
        scanner_skip_space(scanner);
    }
    return true;
}

/* Takes "( ... )", whose inside `group` is made to scan; false with an error where it is open. */
static bool take_group(Scanner *scanner, Scanner *group, GError **error)
{
    const char *closing = scanner_find_closing(scanner);

    if (!closing)
        return scanner_expected(scanner, scanner->cursor, _("a ) for this ("), error);
    *group = (Scanner){scanner->text, scanner->cursor + 1, closing};
    scanner->cursor = closing + 1;
    return true;
}

/* Reads "( ... ) ?" and "( ... ) !", which only the sign behind the parenthesis tells apart. */
static bool read_groups(Rule *rule, Scanner *scanner, RuleAlternative *alternative, GError **error)
{
    Scanner group;

    while (scanner_skip_space(scanner), scanner_peek(scanner) == '(') {
        if (!take_group(scanner, &group, error))
            return false;
        if (scanner_accept(scanner, "!"))
            return read_assignments(rule, &group, alternative->assignments, error);
        if (alternative->condition)
            return scanner_expected(scanner, scanner->cursor, _("! after the assignments"), error);
        if (!scanner_accept(scanner, "?"))
            return scanner_expected(scanner, scanner->cursor,
                                    _("? after a condition, or ! after assignments"), error);
        alternative->condition = condition_read(&group, error);
        if (!alternative->condition)
            return false;
    }
    return true;
}

/* The end of a word within options. */
static const char *find_word_end(const Scanner *scanner)
{
    const char *at = scanner->cursor;

    while (at < scanner->end && !g_ascii_isspace(*at) && *at != ']')
        at++;
    return at;
}

/* Reads a word or a quoted string; NULL with an error where there is none. */
static char *read_argument(Scanner *scanner, const RuleOption *option, GError **error)
{
    const char *start = scanner->cursor;
    const char *end = find_word_end(scanner);

    if (scanner_peek(scanner) == '"') {
        g_autoptr(SecretText) value = scanner_read_quoted(scanner, error);

        if (value && find_word_end(scanner) != scanner->cursor) {
            scanner_expected(scanner, scanner->cursor, _("a space or ] after the string"), error);
            return NULL;
        }
        return g_steal_pointer(&value);
    }
    if (end == start || g_str_has_prefix(start, "--")) {
        g_autofree char *what = g_strdup_printf(_("an argument of %s"), option->name);

        scanner_expected(scanner, start, what, error);
        return NULL;
    }
    scanner->cursor = end;
    return g_strndup(start, (gsize)(end - start));
}

static const RuleOption *read_option_name(Scanner *scanner)
{
    const char *end = find_word_end(scanner);
    size_t length = (size_t)(end - scanner->cursor);

    for (guint i = 0; i < G_N_ELEMENTS(options); i++)
        if (length == strlen(options[i].name) &&
            memcmp(scanner->cursor, options[i].name, length) == 0) {
            scanner->cursor = end;
            return &options[i];
        }
    return NULL;
}

static bool read_option(Rule *rule, Scanner *scanner, RuleAlternative *alternative, GError **error)
{
    const RuleOption *option = read_option_name(scanner);
    g_autoptr(SecretText) argument = NULL;
    const char *start;

    if (!option)
        return scanner_expected(scanner, scanner->cursor,
                                _("--key, --uid, --pwd, --post, --alias or ]"), error);
    scanner_skip_space(scanner);
    start = scanner->cursor;
    argument = read_argument(scanner, option, error);
    if (!argument)
        return false;

    if (option->is_letter) {
        char letter = g_ascii_toupper(argument[0]);

        if (letter < 'A' || letter > 'P' || argument[1] != '\0')
            return scanner_expected(scanner, start, _("a letter from a to p"), error);
        G_STRUCT_MEMBER(char, alternative, option->offset) = letter;
        return true;
    }
    mark_secret(rule, scanner, start, scanner->cursor);
    secret_free(G_STRUCT_MEMBER(char *, alternative, option->offset));
    G_STRUCT_MEMBER(char *, alternative, option->offset) = g_steal_pointer(&argument);
    return true;
}

/* A bracket opens options only where -- follows, else an IPv6 address. */
static bool accept_options(Scanner *scanner)
{
    Scanner ahead = *scanner;

    if (!scanner_accept(&ahead, "[") || !scanner_accept(&ahead, "--"))
        return false;
    return scanner_accept(scanner, "[");
}

static bool read_options(Rule *rule, Scanner *scanner, RuleAlternative *alternative, GError **error)
{
    while (!scanner_accept(scanner, "]"))
        if (!read_option(rule, scanner, alternative, error))
            return false;
    return true;
}

/* Reads up to a space or a "|", of which one in brackets or quotes is part of the URL. */
static bool read_url(Rule *rule, Scanner *scanner, RuleAlternative *alternative, GError **error)
{
    const char *start, *opened = NULL;
    char closing = '\0';

    scanner_skip_space(scanner);
    start = scanner->cursor;
    if (scanner_peek(scanner) == '(')
        return scanner_expected(scanner, start, _("options, a URL or |"), error);
    for (char c; (c = scanner_peek(scanner)) && !g_ascii_isspace(c); scanner->cursor++) {
        if (c == '|' && !closing)
            break;
        if (c == closing) {
            closing = '\0';
        } else if (!closing && (c == '[' || c == '"')) {
            opened = scanner->cursor;
            closing = c == '[' ? ']' : '"';
        }
    }
    if (closing)
        return scanner_expected(scanner, opened,
                                closing == ']' ? _("a ] for this [") : _("a second \""), error);
    if (scanner->cursor > start) {
        alternative->url = g_strndup(start, (gsize)(scanner->cursor - start));
        mark_userinfo(rule, scanner, start, scanner->cursor);
    }
    return true;
}

static bool read_alternative(Rule *rule, Scanner *scanner, GError **error)
{
    RuleAlternative *alternative = rule_alternative_new();
    bool has_options;

    g_ptr_array_add(rule->alternatives, alternative);
    scanner_skip_space(scanner);
    alternative->start = (size_t)(scanner->cursor - scanner->text);
    if (!read_groups(rule, scanner, alternative, error))
        return false;
    has_options = accept_options(scanner);
    if (has_options && !read_options(rule, scanner, alternative, error))
        return false;
    if (!read_url(rule, scanner, alternative, error))
        return false;
    return !has_options || alternative->url ||
           scanner_expected(scanner, scanner->cursor, _("a URL after the options"), error);
}

Rule *rule_parse(const char *text, GError **error)
{
    g_autoptr(Rule) rule = rule_new();
    Scanner scanner = scanner_new(text);

    if (!scanner_check_length(&scanner, error))
        return NULL;
    scanner_skip_space(&scanner);
    if (scanner_peek(&scanner) == '\0' || scanner_peek(&scanner) == '#')
        return g_steal_pointer(&rule);

    do
        if (!read_alternative(rule, &scanner, error))
            return NULL;
    while (scanner_accept(&scanner, "|"));

    if (scanner.cursor < scanner.end) {
        scanner_expected(&scanner, scanner.cursor, _("| or the end of the rule"), error);
        return NULL;
    }
    return g_steal_pointer(&rule);
}
