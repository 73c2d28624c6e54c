/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/message.h"
#include "po/language.h"

#include <errno.h>
#include <glib.h>
#include <locale.h>
#include <string.h>

/* What the daemon says, and what a person is told, with the catalogues as they were just built. */
typedef struct Case {
    const char *message;
    const char *translation;
} Case;

static void choose_language(const char *language)
{
    g_assert_true(g_setenv("LANGUAGE", language, TRUE));
    (void)setlocale(LC_ALL, ""); /* has gettext look again */
}

static void check_cases(const char *language, const Case *cases, size_t n_cases)
{
    choose_language(language);
    for (size_t i = 0; i < n_cases; i++) {
        g_autofree char *translation = message_translate(cases[i].message);

        g_assert_cmpstr(translation, ==, cases[i].translation);
    }
}

static void test_whole(void)
{
    static const Case cases[] = {
        {"the file is larger than 300 bytes", "die Datei ist größer als 300 Byte"},
        {"Too many calls are waiting; try again",
         "Zu viele Aufrufe warten; versuchen Sie es noch einmal"},
        {"There is no line 65: lines count from 1 to 64",
         "Es gibt keine Leitung 65: die Leitungen zählen von 1 bis 64"},
        {"Resync_Random_Delay: “-1” is not allowed, it must be a whole number from 0 to 65535",
         "Resync_Random_Delay: „-1“ ist nicht erlaubt, es muss eine ganze Zahl von 0 bis 65535 "
         "sein"},
    };

    check_cases("de", cases, G_N_ELEMENTS(cases));
}

static void test_within_each_other(void)
{
    static const Case cases[] = {
        {"Profile_Rule: http://h/a.xml: line 3, column 5: mismatched tag, expected the end of <A>",
         "Profile_Rule: http://h/a.xml: Zeile 3, Spalte 5: falsches Tag, erwartet wird das Ende "
         "von <A>"},
        {"Profile_Rule: “********” is not allowed, column 7: expected an argument of --key",
         "Profile_Rule: „********“ ist nicht erlaubt, Spalte 7: erwartet: ein Argument von --key"},
        {"http://h/a: the server answered 404 Not Found",
         "http://h/a: der Server antwortete 404 Not Found"},
    };

    check_cases("de", cases, G_N_ELEMENTS(cases));
}

static void test_order_of_the_language(void)
{
    static const Case cases[] = {
        {"http://h/a: the server sent fewer than 30 bytes/s for 60 s",
         "http://h/a: der Server sandte 60 s lang weniger als 30 Byte/s"},
    };

    check_cases("de", cases, G_N_ELEMENTS(cases));
}

static void test_plural(void)
{
    static const Case cases[] = {
        {"1 more element or attribute is ignored", "1 autre élément ou attribut est ignoré"},
        {"2 more elements or attributes are ignored",
         "2 autres éléments ou attributs sont ignorés"},
    };

    check_cases("fr", cases, G_N_ELEMENTS(cases));
}

/* What somebody else wrote is shown as it is, also where it reads like a message. */
static void test_quoted(void)
{
    static const Case cases[] = {
        {"There is no parameter “the URL is empty”", "「the URL is empty」"},
        {"Resync_On_Reset: “a” is not allowed, it must be Yes or No” is not allowed, it must be "
         "Yes "
         "or No",
         "a” is not allowed, it must be Yes or No"},
        {"mismatched tag, expected the end of <error>", "<error>"},
    };

    choose_language("ja");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *translation = message_translate(cases[i].message);

        g_assert_cmpstr(translation, !=, cases[i].message);
        g_assert_nonnull(strstr(translation, cases[i].translation));
    }
}

static void test_system_errors(void)
{
    static const char english[] = "http://h/a: no connection: Connection refused";

    choose_language("es");
    g_autofree char *translation = message_translate(english);
    g_autofree char *expected =
        g_strdup_printf("http://h/a: no hay conexión: %s", g_strerror(ECONNREFUSED));
    g_assert_cmpstr(translation, ==, expected);
}

/* Another version of the daemon may say what this one does not know. */
static void test_unknown(void)
{
    static const char *const messages[] = {
        "", "%", "%s", "the moon is in the wrong quarter", "Ungültig: 100 %", "a: b%n: c",
    };

    choose_language("de");
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autofree char *translation = message_translate(messages[i]);

        g_assert_cmpstr(translation, ==, messages[i]);
    }
}

static void test_english(void)
{
    static const Case cases[] = {
        {"http://h/a: the server sent fewer than 30 bytes/s for 60 s",
         "http://h/a: the server sent fewer than 30 bytes/s for 60 s"},
        {"1 more element or attribute is ignored", "1 more element or attribute is ignored"},
    };

    check_cases("en", cases, G_N_ELEMENTS(cases));
}

/* A value of the greatest length, made to fit the beginnings of sentences everywhere. */
static void test_long(void)
{
    g_autoptr(GString) message = g_string_new("Profile_Rule: “");

    for (int i = 0; i < 2000; i++)
        g_string_append(message, ": “; ");
    g_string_append(message, "” is not allowed, column 7: expected a value in quotes");
    choose_language("de");

    g_autofree char *translation = message_translate(message->str);
    g_assert_true(g_str_has_suffix(
        translation, "“ ist nicht erlaubt, Spalte 7: erwartet: ein Wert in Anführungszeichen"));
}

int main(int argc, char **argv)
{
    language_open(g_getenv("PROVD_TEST_PO"));
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/message/whole", test_whole);
    g_test_add_func("/message/within-each-other", test_within_each_other);
    g_test_add_func("/message/order", test_order_of_the_language);
    g_test_add_func("/message/plural", test_plural);
    g_test_add_func("/message/quoted", test_quoted);
    g_test_add_func("/message/system-errors", test_system_errors);
    g_test_add_func("/message/unknown", test_unknown);
    g_test_add_func("/message/english", test_english);
    g_test_add_func("/message/long", test_long);
    return g_test_run();
}
