/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "core/condition-parse.h"
#include "core/version.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

struct Condition {
    GArray *comparisons;
};

typedef enum ValueKind {
    VALUE_NOTHING, /* neither a number nor a version */
    VALUE_INTEGER,
    VALUE_VERSION,
} ValueKind;

/* What an operand without quotes has become. */
typedef struct Value {
    ValueKind kind;
    int64_t integer;
    Version version;
} Value;

static const struct {
    const char *text;
    ConditionOperator op;
} operators[] = {
    /* The longer first where one begins with another */
    {"eq", CONDITION_EQ}, {"ne", CONDITION_NE}, {"lt", CONDITION_LT}, {"le", CONDITION_LE},
    {"gt", CONDITION_GT}, {"ge", CONDITION_GE}, {"!=", CONDITION_NE}, {"<=", CONDITION_LE},
    {">=", CONDITION_GE}, {"=", CONDITION_EQ},  {"!", CONDITION_NE},  {"<", CONDITION_LT},
    {">", CONDITION_GT},
};

/* Decimal or 0x hex, with a leading minus; false where text is none that fits. */
static bool parse_integer(const char *text, int64_t *ret_integer)
{
    const char *digits = text + (*text == '-');
    bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    char *end;
    int64_t integer;

    if (hex ? !g_ascii_isxdigit(digits[2]) : !g_ascii_isdigit(digits[0]))
        return false;
    errno = 0;
    integer = g_ascii_strtoll(text, &end, hex ? 16 : 10);
    if (errno != 0 || *end != '\0')
        return false;
    *ret_integer = integer;
    return true;
}

static Value read_value(const char *text)
{
    Value value = {.kind = VALUE_NOTHING};

    if (parse_integer(text, &value.integer))
        value.kind = VALUE_INTEGER;
    else if (version_parse(text, &value.version))
        value.kind = VALUE_VERSION;
    return value;
}

/* The end of what may be an operand without quotes, or a word such as "and". */
static const char *find_word_end(const Scanner *scanner)
{
    size_t depth = 0;
    const char *at = scanner->cursor;

    for (; at < scanner->end && !g_ascii_isspace(*at) && !strchr("\"=!<>", *at); at++) {
        if (*at == '(')
            depth++;
        else if (*at == ')' && depth-- == 0)
            break;
    }
    return at;
}

static bool accept_word(Scanner *scanner, const char *word)
{
    scanner_skip_space(scanner);

    const char *end = find_word_end(scanner);
    if ((size_t)(end - scanner->cursor) != strlen(word) ||
        memcmp(scanner->cursor, word, strlen(word)) != 0)
        return false;
    scanner->cursor = end;
    return true;
}

static bool accept_operator(Scanner *scanner, ConditionOperator *ret_op)
{
    for (guint i = 0; i < G_N_ELEMENTS(operators); i++) {
        const char *text = operators[i].text;
        bool is_word = g_ascii_isalpha(text[0]);

        if (is_word ? accept_word(scanner, text) : scanner_accept(scanner, text)) {
            *ret_op = operators[i].op;
            return true;
        }
    }
    return false;
}

static bool read_string(Scanner *scanner, ConditionOperand *operand, GError **error)
{
    const char *start = scanner->cursor;

    operand->quoted = true;
    operand->text = scanner_read_quoted(scanner, error);
    if (!operand->text)
        return false;
    operand->written = g_strndup(start, (gsize)(scanner->cursor - start));
    return g_utf8_validate(operand->text, -1, NULL) ||
           scanner_expected(scanner, start, _("a string of UTF-8 text"), error);
}

static bool read_operand(Scanner *scanner, ConditionOperand *operand, GError **error)
{
    scanner_skip_space(scanner);
    if (scanner_peek(scanner) == '"')
        return read_string(scanner, operand, error);

    const char *start = scanner->cursor;
    scanner->cursor = find_word_end(scanner);
    operand->text = g_strndup(start, (gsize)(scanner->cursor - start));
    operand->written = g_strdup(operand->text);
    return strchr(operand->text, '$') || read_value(operand->text).kind != VALUE_NOTHING ||
           scanner_expected(scanner, start, _("an integer, a version or a string in quotes"),
                            error);
}

static void clear_comparison(gpointer data)
{
    Comparison *comparison = data;

    g_free(comparison->left.written);
    g_free(comparison->left.text);
    g_free(comparison->right.written);
    g_free(comparison->right.text);
}

/* Fills a comparison, part of which is there even on failure. */
static bool read_comparison(Scanner *scanner, Comparison *comparison, GError **error)
{
    if (accept_operator(scanner, &comparison->op)) {
        comparison->left.text = g_strdup("$SWVER");
        comparison->left.written = g_strdup("$SWVER");
    } else {
        if (!read_operand(scanner, &comparison->left, error))
            return false;
        if (!accept_operator(scanner, &comparison->op))
            return scanner_expected(scanner, scanner->cursor,
                                    _("a comparison (eq, ne, lt, le, gt, ge)"), error);
    }
    return read_operand(scanner, &comparison->right, error);
}

Condition *condition_read(Scanner *scanner, GError **error)
{
    g_autoptr(Condition) condition = g_new0(Condition, 1);

    condition->comparisons = g_array_new(FALSE, TRUE, sizeof(Comparison));
    g_array_set_clear_func(condition->comparisons, clear_comparison);
    do {
        guint i = condition->comparisons->len;

        g_array_set_size(condition->comparisons, i + 1);
        if (!read_comparison(scanner, &g_array_index(condition->comparisons, Comparison, i), error))
            return NULL;
    } while (accept_word(scanner, "and") || accept_word(scanner, "AND"));

    if (scanner->cursor < scanner->end) {
        scanner_expected(scanner, scanner->cursor, _("“and” or the end of the condition"), error);
        return NULL;
    }
    return g_steal_pointer(&condition);
}

Condition *condition_parse(const char *text, GError **error)
{
    return condition_parse_column(text, NULL, error);
}

Condition *condition_parse_column(const char *text, guint *ret_column, GError **error)
{
    Scanner scanner = scanner_new(text);

    scanner.ret_column = ret_column;
    return scanner_check_length(&scanner, error) ? condition_read(&scanner, error) : NULL;
}

void condition_free(Condition *condition)
{
    if (!condition)
        return;
    g_array_unref(condition->comparisons);
    g_free(condition);
}

guint condition_size(const Condition *condition)
{
    return condition->comparisons->len;
}

const Comparison *condition_get(const Condition *condition, guint i)
{
    g_return_val_if_fail(i < condition->comparisons->len, NULL);
    return &g_array_index(condition->comparisons, Comparison, i);
}

const char *comparison_problem(const Comparison *comparison)
{
    if (comparison->left.quoted != comparison->right.quoted)
        return N_("a string does not compare with a number");
    if (comparison->left.quoted && comparison->op != CONDITION_EQ && comparison->op != CONDITION_NE)
        return N_("strings are only equal or not, they have no order");
    return NULL;
}

static bool holds(ConditionOperator op, int order)
{
    switch (op) {
    case CONDITION_EQ:
        return order == 0;
    case CONDITION_NE:
        return order != 0;
    case CONDITION_LT:
        return order < 0;
    case CONDITION_LE:
        return order <= 0;
    case CONDITION_GT:
        return order > 0;
    case CONDITION_GE:
        return order >= 0;
    }
    g_assert_not_reached();
}

/* Takes the version that a value is; an integer is the version of its decimal digits. */
static bool value_to_version(const Value *value, char digits[static 24], Version *ret_version)
{
    if (value->kind == VALUE_VERSION) {
        *ret_version = value->version;
        return true;
    }
    g_snprintf(digits, 24, "%" G_GINT64_FORMAT, value->integer);
    return version_parse(digits, ret_version);
}

/* Compares two numbers or versions; the reason why they do not compare, or NULL. */
static const char *order_values(const Value *left, const Value *right, int *ret_order)
{
    char left_digits[24], right_digits[24];
    Version a, b;

    if (left->kind == VALUE_INTEGER && right->kind == VALUE_INTEGER) {
        *ret_order = (left->integer > right->integer) - (left->integer < right->integer);
        return NULL;
    }
    if (!value_to_version(left, left_digits, &a) || !value_to_version(right, right_digits, &b))
        return N_("a negative number is no version");
    if (!version_comparable(&a, &b))
        return N_("versions of different forms do not compare");
    *ret_order = version_compare(&a, &b);
    return NULL;
}

/* Why an expanded operand is of no use as a number, or NULL. */
static const char *find_lack(const Value *left, const char *left_text, const Value *right,
                             const char *right_text)
{
    if ((left->kind == VALUE_NOTHING && !*left_text) ||
        (right->kind == VALUE_NOTHING && !*right_text))
        return N_("an operand is empty where a number or version is needed");
    if (left->kind == VALUE_NOTHING || right->kind == VALUE_NOTHING)
        return N_("an operand is neither a number nor a version (a string needs quotes)");
    return NULL;
}

/* Compares two expanded operands; the reason why they do not compare, or NULL. */
static const char *order_operands(const Comparison *comparison, const char *left, const char *right,
                                  int *ret_order)
{
    const char *reason = comparison_problem(comparison);
    Value left_value, right_value;

    if (reason)
        return reason;
    if (comparison->left.quoted) {
        *ret_order = strcmp(left, right);
        return NULL;
    }
    left_value = read_value(left);
    right_value = read_value(right);
    reason = find_lack(&left_value, left, &right_value, right);
    return reason ? reason : order_values(&left_value, &right_value, ret_order);
}

/* Expands and compares; `left` and `right` take what the operands have become. */
static bool evaluate(const Comparison *comparison, const MacroEnv *env, GString *left,
                     GString *right, const char **ret_reason)
{
    int order = 0;

    if (macro_expand_to(left, comparison->left.text, env, MACRO_NONE) &&
        macro_expand_to(right, comparison->right.text, env, MACRO_NONE))
        *ret_reason = order_operands(comparison, left->str, right->str, &order);
    else
        *ret_reason = N_("an operand is too long");
    return !*ret_reason && holds(comparison->op, order);
}

bool condition_evaluate(const Condition *condition, const MacroEnv *env)
{
    for (guint i = 0; i < condition_size(condition); i++) {
        g_autoptr(GString) left = g_string_new(NULL);
        g_autoptr(GString) right = g_string_new(NULL);
        const char *reason;

        if (!evaluate(condition_get(condition, i), env, left, right, &reason))
            return false;
    }
    return true;
}

static void step_free(gpointer data)
{
    ConditionStep *step = data;

    g_free(step->left);
    g_free(step->right);
    g_free(step);
}

/* A value as it is shown: valid UTF-8, and not too long. */
static char *make_shown(const char *value)
{
    g_autofree char *valid = g_utf8_make_valid(value, -1);

    return g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), CONDITION_VALUE_SHOWN));
}

static ConditionStep *trace_comparison(const Comparison *comparison, const MacroEnv *env)
{
    g_autoptr(GString) left = g_string_new(NULL);
    g_autoptr(GString) right = g_string_new(NULL);
    ConditionStep *step = g_new0(ConditionStep, 1);

    step->comparison = comparison;
    step->result = evaluate(comparison, env, left, right, &step->reason);
    step->left = make_shown(left->str);
    step->right = make_shown(right->str);
    return step;
}

GPtrArray *condition_trace(const Condition *condition, const MacroEnv *env)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func(step_free);

    for (guint i = 0; i < condition_size(condition); i++)
        g_ptr_array_add(steps, trace_comparison(condition_get(condition, i), env));
    return steps;
}

const char *condition_operator_to_string(ConditionOperator op)
{
    for (guint i = 0; i < G_N_ELEMENTS(operators); i++)
        if (operators[i].op == op)
            return operators[i].text;
    return NULL;
}
