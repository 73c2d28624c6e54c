/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/scanner.h"
#include "config.h"
#include "core/failure.h"
#include "core/parameter.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

Scanner scanner_new(const char *text)
{
    return (Scanner){.text = text, .cursor = text, .end = text + strlen(text)};
}

bool scanner_check_length(const Scanner *scanner, GError **error)
{
    return scanner->end - scanner->text <= PARAMETER_VALUE_MAX ||
           scanner_expected(scanner, scanner->text + PARAMETER_VALUE_MAX,
                            _("the end of a text that is too long"), error);
}

char scanner_peek(const Scanner *scanner)
{
    return scanner->cursor < scanner->end ? *scanner->cursor : '\0';
}

void scanner_skip_space(Scanner *scanner)
{
    while (g_ascii_isspace(scanner_peek(scanner)))
        scanner->cursor++;
}

bool scanner_accept(Scanner *scanner, const char *token)
{
    size_t length = strlen(token);

    scanner_skip_space(scanner);
    if ((size_t)(scanner->end - scanner->cursor) < length ||
        memcmp(scanner->cursor, token, length) != 0)
        return false;
    scanner->cursor += length;
    return true;
}

/* From 1, in characters. */
static guint column_of(const Scanner *scanner, const char *at)
{
    guint column = 1;

    for (const char *byte = scanner->text; byte < at; byte++)
        column += ((unsigned char)*byte & 0xc0) != 0x80;
    return column;
}

bool scanner_expected(const Scanner *scanner, const char *at, const char *what, GError **error)
{
    guint column = column_of(scanner, at);

    g_set_error(error, FAILURE, FAILURE_INVALID_RULE, _("column %u: expected %s"), column, what);
    if (scanner->ret_column)
        *scanner->ret_column = column;
    return false;
}

static bool is_octal(const char *text, const char *end)
{
    return end - text >= 3 && text[0] >= '0' && text[0] <= '3' && text[1] >= '0' &&
           text[1] <= '7' && text[2] >= '0' && text[2] <= '7';
}

/* Reads what a backslash begins, or the backslash alone; how many bytes it took. */
static size_t read_escape(const char *text, const char *end, char *ret_byte)
{
    if (is_octal(text + 1, end)) {
        *ret_byte = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
        return 4;
    }
    if (end - text >= 2 && (text[1] == '"' || text[1] == '\\')) {
        *ret_byte = text[1];
        return 2;
    }
    *ret_byte = '\\';
    return 1;
}

/* Behind the quoted string at `at`, or the end. */
static const char *skip_quoted(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\'))
            at++;
    return at < end ? at + 1 : end;
}

char *scanner_read_quoted(Scanner *scanner, GError **error)
{
    const char *behind = skip_quoted(scanner->cursor, scanner->end);
    g_autoptr(SecretString) value = g_string_sized_new((gsize)(behind - scanner->cursor));
    const char *at = scanner->cursor + 1;

    while (at < scanner->end && *at != '"') {
        char byte = *at;
        size_t length = byte == '\\' ? read_escape(at, scanner->end, &byte) : 1;

        if (byte == '\0') {
            scanner_expected(scanner, at, _("a byte other than \\000"), error);
            return NULL;
        }
        g_string_append_c(value, byte);
        at += length;
    }
    if (at == scanner->end) {
        scanner_expected(scanner, at, _("the closing \" of a string"), error);
        return NULL;
    }
    scanner->cursor = at + 1;
    return g_strndup(value->str, value->len);
}

const char *scanner_find_closing(const Scanner *scanner)
{
    size_t depth = 0;

    for (const char *at = scanner->cursor; at < scanner->end;) {
        if (*at == '"') {
            at = skip_quoted(at, scanner->end);
            continue;
        }
        if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at;
        at++;
    }
    return NULL;
}
