/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/spelling.h"
#include "config.h"
#include "core/parameter.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <string.h>

#define SHORT_NAME 6  /* letters; a shorter name has too many neighbours to guess by */
#define LONG_NAME  10 /* from so many on, two letters may differ */
#define EQUALS_MAX 4  /* more names that are equally near are no help */

/* What names are compared by: lower-case letters, and # for each number. */
typedef struct Folded {
    char text[PARAMETER_NAME_MAX + 1];
    guint length;
    guint numbers;
} Folded;

/* What is known beside the parameters of our own; # stands for a number. */
static const char *const well_known[] = {
    "Admin_Passwd",
    "Admin_Password",
    "Auth_ID_#_",
    "Custom_CA_Rule",
    "Dial_Plan_#_",
    "Display_Name_#_",
    "Line_Enable_#_",
    "Log_Resync_Failure_Msg",
    "Log_Resync_Request_Msg",
    "Log_Resync_Success_Msg",
    "Outbound_Proxy_#_",
    "Password_#_",
    "Primary_NTP_Server",
    "Proxy_#_",
    "Register_#_",
    "Register_Expires_#_",
    "Report_Rule",
    "Resync_At",
    "SIP_Transport_#_",
    "Secondary_NTP_Server",
    "Syslog_Server",
    "Time_Zone",
    "Upgrade_Enable",
    "Upgrade_Error_Retry_Delay",
    "Upgrade_Rule",
    "Use_Auth_ID_#_",
    "User_ID_#_",
    "User_Password",
};

/* Names that look misspelled and are not: what phones with Wi-Fi call a network's password. */
static const char *const lookalikes[] = {"password_#_"};

#define KNOWN_COUNT (PARAMETER_ID_COUNT + G_N_ELEMENTS(well_known))

static const char *known_name(guint i)
{
    return i < PARAMETER_ID_COUNT ? parameter_info((ParameterId)i)->name
                                  : well_known[i - PARAMETER_ID_COUNT];
}

static const char *skip_digits(const char *text)
{
    return text + strspn(text, G_CSET_DIGITS);
}

static bool is_name(const char *pattern, const char *name)
{
    while (*pattern) {
        if (*pattern == '#' && g_ascii_isdigit(*name)) {
            name = skip_digits(name);
        } else if (*pattern == *name) {
            name++;
        } else {
            return false;
        }
        pattern++;
    }
    return *name == '\0';
}

static bool is_one_of(const char *const *patterns, guint count, const char *name)
{
    for (guint i = 0; i < count; i++)
        if (is_name(patterns[i], name))
            return true;
    return false;
}

static bool is_known(const char *name)
{
    return parameter_lookup(name) || strcmp(parameter_canonical_name(name), name) != 0 ||
           is_one_of(well_known, G_N_ELEMENTS(well_known), name) ||
           is_one_of(lookalikes, G_N_ELEMENTS(lookalikes), name);
}

static Folded fold(const char *name)
{
    Folded folded = {0};

    for (; *name && folded.length < PARAMETER_NAME_MAX; name++) {
        if (g_ascii_isdigit(*name)) {
            name = skip_digits(name) - 1;
            folded.text[folded.length++] = '#';
            folded.numbers++;
        } else if (*name == '#') {
            folded.text[folded.length++] = '#';
            folded.numbers++;
        } else if (g_ascii_isalpha(*name)) {
            folded.text[folded.length++] = g_ascii_tolower(*name);
        }
    }
    return folded;
}

/* Letters to insert, drop, replace or swap with their neighbour, to make b of a. */
static guint measure_distance(const Folded *a, const Folded *b)
{
    guint rows[3][PARAMETER_NAME_MAX + 1] = {{0}};
    guint *before = rows[0], *above = rows[1], *row = rows[2];

    for (guint j = 0; j <= b->length; j++)
        above[j] = j;
    for (guint i = 1; i <= a->length; i++) {
        guint *oldest = before;
        char letter = a->text[i - 1];

        row[0] = i;
        for (guint j = 1; j <= b->length; j++) {
            row[j] = MIN(above[j - 1] + (letter != b->text[j - 1]), MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && letter == b->text[j - 2] && a->text[i - 2] == b->text[j - 1])
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
        row = oldest;
    }
    return above[b->length];
}

/* The letters that may differ in names of such a length. */
static guint tolerance(guint length)
{
    if (length < SHORT_NAME)
        return 0;
    return length < LONG_NAME ? 1 : 2;
}

/* The distance of two names, or G_MAXUINT where they are not near. */
static guint measure_nearness(const Folded *a, const Folded *b)
{
    guint shorter = MIN(a->length, b->length), longer = MAX(a->length, b->length);
    guint tolerated = tolerance(shorter), distance;

    if (longer - shorter > tolerated || a->numbers != b->numbers)
        return G_MAXUINT;
    distance = measure_distance(a, b);
    return distance <= tolerated ? distance : G_MAXUINT;
}

/* A known name with the number that the misspelled one has. */
static char *fill_number(const char *known, const char *name)
{
    const char *place = strchr(known, '#');
    const char *digits = name + strcspn(name, G_CSET_DIGITS);

    return place ? g_strdup_printf("%.*s%.*s%s", (int)(place - known), known,
                                   (int)(skip_digits(digits) - digits), digits, place + 1)
                 : g_strdup(known);
}

char *spelling_suggest(const char *name)
{
    g_autoptr(GPtrArray) nearest = g_ptr_array_new_with_free_func(g_free);
    const Folded folded = fold(name);
    guint best = G_MAXUINT - 1;

    if (is_known(name))
        return NULL;
    for (guint i = 0; i < KNOWN_COUNT; i++) {
        const Folded known = fold(known_name(i));
        guint distance = measure_nearness(&folded, &known);

        if (distance > best)
            continue;
        if (distance < best)
            g_ptr_array_set_size(nearest, 0);
        best = distance;
        g_ptr_array_add(nearest, fill_number(known_name(i), name));
    }
    if (nearest->len == 0 || nearest->len > EQUALS_MAX)
        return NULL;
    g_ptr_array_add(nearest, NULL);
    return g_strjoinv(_(" or "), (char **)nearest->pdata);
}
