/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/macro.h"
#include "core/secret.h"

#include <string.h>

typedef struct MacroInfo MacroInfo;

/* Appends what a macro stands for. */
typedef void (*MacroGetter)(const MacroInfo *info, const MacroEnv *env, unsigned number,
                            GString *out);

struct MacroInfo {
    const char *name; /* without its number */
    MacroGetter get;
    const char *parameter; /* a parameter's name, in which %u stands for the number */
    const char *constant;
    size_t offset; /* of a field of MacroEnv */
    MacroTimer timer;
    bool numbered; /* 1 .. MACRO_LINES_MAX follows the name */
    bool secret;
};

/* A macro as it stands in a text. */
typedef struct Reference {
    const MacroInfo *info;
    unsigned number;
    size_t length;    /* in bytes, from the dollar on */
    const char *name; /* within the text, number included */
    size_t name_length;
    uint64_t offset, count; /* in characters */
    bool sliced;
} Reference;

static void get_field(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    const char *value = G_STRUCT_MEMBER(const char *, env, info->offset);

    g_string_append(out, value ? value : "");
}

static void get_state(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    g_string_append_printf(out, "%d", G_STRUCT_MEMBER(int, env, info->offset));
}

static void get_timer(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    int64_t seconds = 0;

    if (!info->numbered)
        seconds = G_STRUCT_MEMBER(int64_t, env, info->offset);
    else if (env->line_timer)
        seconds = env->line_timer(number, env->line_timer_data);
    g_string_append_printf(out, "%" G_GINT64_FORMAT, seconds);
}

static void get_constant(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    g_string_append(out, info->constant);
}

/* Fills `name` with the parameter of a macro; empty where it is not about one. */
static void name_parameter(const MacroInfo *info, unsigned number, char name[MACRO_NAME_MAX])
{
    const char *place = info->parameter ? strchr(info->parameter, '#') : NULL;

    if (place)
        g_snprintf(name, MACRO_NAME_MAX, "%.*s%u%s", (int)(place - info->parameter),
                   info->parameter, number, place + 1);
    else
        g_strlcpy(name, info->parameter ? info->parameter : "", MACRO_NAME_MAX);
}

static void get_parameter(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    char name[MACRO_NAME_MAX];
    const char *value;

    name_parameter(info, number, name);
    value = env->parameter ? env->parameter(name, env->parameter_data) : NULL;
    g_string_append(out, value ? value : "");
}

static void get_mac_upper(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    gsize start = out->len;

    g_string_append(out, env->mac ? env->mac : "");
    for (gsize i = start; i < out->len; i++)
        out->str[i] = g_ascii_toupper(out->str[i]);
}

static void get_mac_colons(const MacroInfo *info, const MacroEnv *env, unsigned number,
                           GString *out)
{
    for (size_t i = 0; env->mac && env->mac[i]; i++) {
        if (i > 0 && i % 2 == 0)
            g_string_append_c(out, ':');
        g_string_append_c(out, env->mac[i]);
    }
}

static void get_certificate(const MacroInfo *info, const MacroEnv *env, unsigned number,
                            GString *out)
{
    g_string_append(out, env->client_certificate ? "Installed" : "Not Installed");
}

static void get_version(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    if (env->vendor && *env->vendor)
        g_string_append_printf(out, "%s-", env->vendor);
    g_string_append_printf(out, "%s/%s", env->product_name ? env->product_name : "",
                           env->software_version ? env->software_version : "");
}

static void get_port(const MacroInfo *info, const MacroEnv *env, unsigned number, GString *out)
{
    if (env->port > 0)
        g_string_append_printf(out, "%u", env->port);
}

#define FIELD(text, field)                                                    \
    {                                                                         \
        .name = (text), .get = get_field, .offset = offsetof(MacroEnv, field) \
    }
#define STATE(text, field)                                                    \
    {                                                                         \
        .name = (text), .get = get_state, .offset = offsetof(MacroEnv, field) \
    }
#define TIMER(text, id, field)                                                               \
    {                                                                                        \
        .name = (text), .get = get_timer, .timer = (id), .offset = offsetof(MacroEnv, field) \
    }
#define LETTER(letter)                                                          \
    {.name = (letter), .get = get_parameter, .parameter = "GPP_" letter},       \
    {                                                                           \
        .name = "GPP_" letter, .get = get_parameter, .parameter = "GPP_" letter \
    }
#define SECRET(letters)                                                                      \
    {                                                                                        \
        .name = (letters), .get = get_parameter, .parameter = "GPP_" letters, .secret = true \
    }

static const MacroInfo macros[] = {
    LETTER("A"),
    LETTER("B"),
    LETTER("C"),
    LETTER("D"),
    LETTER("E"),
    LETTER("F"),
    LETTER("G"),
    LETTER("H"),
    LETTER("I"),
    LETTER("J"),
    LETTER("K"),
    LETTER("L"),
    LETTER("M"),
    LETTER("N"),
    LETTER("O"),
    LETTER("P"),
    SECRET("SA"),
    SECRET("SB"),
    SECRET("SC"),
    SECRET("SD"),
    FIELD("MA", mac),
    {.name = "MAU", .get = get_mac_upper},
    {.name = "MAC", .get = get_mac_colons},
    FIELD("PN", product_name),
    FIELD("PSN", product_series),
    FIELD("SN", serial),
    {.name = "CCERT", .get = get_certificate},
    FIELD("IP", ip),
    FIELD("EXTIP", external_ip),
    FIELD("SWVER", software_version),
    FIELD("HWVER", hardware_version),
    {.name = "VERSION", .get = get_version},
    STATE("PRVST", provisioning_state),
    STATE("UPGST", upgrade_state),
    FIELD("UPGERR", upgrade_error),
    TIMER("PRVTMR", MACRO_TIMER_PROVISIONING, provisioning_timer),
    TIMER("UPGTMR", MACRO_TIMER_UPGRADE, upgrade_timer),
    {.name = "REGTMR", .get = get_timer, .timer = MACRO_TIMER_LINE, .numbered = true},
    {.name = "UPGCOND", .get = get_constant, .constant = "true"},
    FIELD("SCHEME", scheme),
    FIELD("METH", scheme),
    FIELD("SERV", server),
    FIELD("SERVIP", server_ip),
    {.name = "PORT", .get = get_port},
    FIELD("PATH", path),
    FIELD("ERR", error),
    {.name = "UID", .get = get_parameter, .parameter = "User_ID_#_", .numbered = true},
    {.name = "EMS", .get = get_constant, .constant = ""},
    {.name = "ISCUST", .get = get_constant, .constant = "0"},
};

/* The length of the longest line number that text begins with; 0 where it begins with none. */
static size_t read_number(const char *text, unsigned *ret_number)
{
    size_t length = 0;
    unsigned number = 0;

    while (g_ascii_isdigit(text[length])) {
        unsigned next = number * 10 + (unsigned)g_ascii_digit_value(text[length]);

        if (next == 0 || next > MACRO_LINES_MAX)
            break;
        number = next;
        length++;
    }
    if (length > 0)
        *ret_number = number;
    return length;
}

/* Finds the macro with the longest name that text begins with; the name's length, or 0. */
static size_t match_name(const char *text, MacroFlags flags, Reference *ret_reference)
{
    size_t best = 0;

    for (guint i = 0; i < G_N_ELEMENTS(macros); i++) {
        const MacroInfo *info = &macros[i];
        size_t length;
        unsigned number = 0;

        if (text[0] != info->name[0] || (info->secret && !(flags & MACRO_SECRETS)))
            continue;
        length = strlen(info->name);
        if (strncmp(text, info->name, length) != 0)
            continue;
        if (info->numbered) {
            size_t digits = read_number(text + length, &number);

            length = digits > 0 ? length + digits : 0;
        }
        if (length <= best)
            continue;
        best = length;
        *ret_reference = (Reference){
            .info = info,
            .number = number,
            .name = text,
            .name_length = length,
            .count = G_MAXUINT64,
        };
    }
    return best;
}

/* Reads ":" and digits, of which too many count as very many; NULL where there are none. */
static const char *read_offset(const char *text, uint64_t *ret_offset)
{
    uint64_t offset = 0;

    if (text[0] != ':' || !g_ascii_isdigit(text[1]))
        return NULL;
    for (text++; g_ascii_isdigit(*text); text++)
        if (offset < G_MAXUINT32)
            offset = offset * 10 + (uint64_t)g_ascii_digit_value(*text);
    *ret_offset = offset;
    return text;
}

/* Reads a macro that begins with the dollar at text; false where none does. */
static bool read_reference(const char *text, MacroFlags flags, Reference *ret_reference)
{
    bool bracketed = text[1] == '(';
    const char *name = text + (bracketed ? 2 : 1);
    Reference reference = {0};
    const char *end = name + match_name(name, flags, &reference);

    if (end == name)
        return false;
    if (bracketed && *end == ':') {
        reference.sliced = true;
        end = read_offset(end, &reference.offset);
        if (end && *end == ':')
            end = read_offset(end, &reference.count);
    }
    if (!end || (bracketed && *end != ')'))
        return false;

    reference.length = (size_t)(end - text) + (bracketed ? 1 : 0);
    *ret_reference = reference;
    return true;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The place `count` characters further on, or the end. Takes text that is not UTF-8, too. */
static const char *skip_characters(const char *text, uint64_t count)
{
    for (; count > 0 && *text; count--)
        do
            text++;
        while (is_continuation(*text));
    return text;
}

/* Appends bytes as far as they fit; false where they do not all. */
static bool append_bounded(GString *out, const char *text, size_t length)
{
    size_t room = MACRO_EXPANSION_MAX - MIN(out->len, MACRO_EXPANSION_MAX);
    size_t fits = length;

    if (length > room)
        for (fits = room; fits > 0 && is_continuation(text[fits]);)
            fits--;
    g_string_append_len(out, text, (gssize)fits);
    return fits == length;
}

static bool append_value(GString *out, const Reference *reference, const MacroEnv *env)
{
    g_autoptr(SecretString) value = g_string_new(NULL);
    g_autofree char *name = g_strndup(reference->name, reference->name_length);
    const char *given = env->override ? env->override(name, env->override_data) : NULL;
    const char *start;

    if (given)
        g_string_append(value, given);
    else
        reference->info->get(reference->info, env, reference->number, value);

    start = skip_characters(value->str, reference->offset);
    return append_bounded(out, start, (size_t)(skip_characters(start, reference->count) - start));
}

bool macro_expand_to(GString *out, const char *text, const MacroEnv *env, MacroFlags flags)
{
    Reference reference;
    bool fits = true;

    while (fits && *text) {
        size_t plain = strcspn(text, "$");

        if (plain > 0) {
            fits = append_bounded(out, text, plain);
            text += plain;
        } else if (text[1] == '$') {
            fits = append_bounded(out, "$", 1);
            text += 2;
        } else if (read_reference(text, flags, &reference)) {
            fits = append_value(out, &reference, env);
            text += reference.length;
        } else {
            fits = append_bounded(out, text, 1);
            text++;
        }
    }
    return fits;
}

char *macro_expand(const char *text, const MacroEnv *env, MacroFlags flags)
{
    GString *out = g_string_new(NULL);

    macro_expand_to(out, text, env, flags);
    return g_string_free(out, FALSE);
}

static void describe_use(const Reference *reference, MacroUse *ret_use)
{
    MacroUse use = {
        .timer = reference->info->timer,
        .line = reference->number,
        .secret = reference->info->secret,
    };

    g_strlcpy(use.name, reference->name, MIN(reference->name_length + 1, sizeof(use.name)));
    name_parameter(reference->info, reference->number, use.parameter);
    *ret_use = use;
}

bool macro_next(const char **cursor, MacroUse *ret_use)
{
    const char *text = *cursor;
    Reference reference;

    while ((text = strchrnul(text, '$'))[0] != '\0') {
        if (text[1] == '$') {
            text += 2;
        } else if (read_reference(text, MACRO_SECRETS, &reference)) {
            describe_use(&reference, ret_use);
            *cursor = text + reference.length;
            return true;
        } else {
            text++;
        }
    }
    *cursor = text;
    return false;
}

bool macro_is_timer(const char *text, MacroUse *ret_use)
{
    Reference reference;

    if (text[0] != '$' || !read_reference(text, MACRO_NONE, &reference) || reference.sliced ||
        text[reference.length] != '\0' || reference.info->timer == MACRO_TIMER_NONE)
        return false;
    describe_use(&reference, ret_use);
    return true;
}
