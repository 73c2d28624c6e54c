/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"
#include "core/parameter.h"
#include "core/profile.h"
#include "tests/unit/assert-failure.h"

#include <string.h>
#include <time.h>

#define FLAT(inside) "<flat-profile>" inside "</flat-profile>"

static Profile *read_text(const char *text, GError **error)
{
    return profile_read(text, strlen(text), NULL, NULL, error);
}

static Profile *read_good(const char *text)
{
    g_autoptr(GError) error = NULL;
    Profile *profile = read_text(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(profile);
    return profile;
}

/* The items as "name=value" words, an empty element without the equals sign. */
static char *summarize(const Profile *profile)
{
    GString *summary = g_string_new(NULL);

    for (guint i = 0; i < profile_size(profile); i++) {
        const ProfileItem *item = profile_item(profile, i);

        g_string_append_printf(summary, "%s[%s%s%s]", i > 0 ? " " : "", item->name,
                               item->value ? "=" : "", item->value ? item->value : "");
    }
    return g_string_free(summary, FALSE);
}

static void assert_reads(const char *text, const char *summary)
{
    g_autoptr(Profile) profile = read_good(text);
    g_autofree char *actual = summarize(profile);

    g_assert_cmpstr(actual, ==, summary);
}

static void assert_fails_sized(const char *bytes, size_t size, Failure failure, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Profile) profile = profile_read(bytes, size, NULL, NULL, &error);

    g_assert_null(profile);
    assert_failure(error, failure, message);
}

static void assert_fails(const char *text, Failure failure, const char *message)
{
    assert_fails_sized(text, strlen(text), failure, message);
}

static char *repeat(const char *text, guint times)
{
    GString *all = g_string_sized_new(strlen(text) * times);

    for (guint i = 0; i < times; i++)
        g_string_append(all, text);
    return g_string_free(all, FALSE);
}

static void test_where_a_flat_profile_may_be(void)
{
    assert_reads(FLAT(""), "");
    assert_reads("<flat-profile/>", "");
    assert_reads(FLAT("<A>1</A>"), "[A=1]");
    assert_reads("<?xml version=\"1.0\" standalone=\"yes\"?>" FLAT("<A>1</A>"), "[A=1]");
    assert_reads("<?xml version=\"1.1\"?>" FLAT("<A>1</A>"), "[A=1]");
    assert_reads("\xef\xbb\xbf<?xml version=\"1.0\"?>" FLAT("<A>1</A>"), "[A=1]");
    assert_reads("<device>" FLAT("<A>1</A>") "</device>", "[A=1]");
    assert_reads("<a><b x=\"1\"><c>" FLAT("<A>1</A>") "</c></b></a>", "[A=1]");
    assert_reads("<flat-profile xmlns=\"urn:maker\"><A>1</A></flat-profile>", "[A=1]");
    assert_reads("<m:flat-profile xmlns:m=\"urn:maker\"><m:A>1</m:A></m:flat-profile>", "[A=1]");
    assert_reads("<x:device><x:flat-profile><y:A>1</y:A></x:flat-profile></x:device>", "[A=1]");
}

static void test_what_is_ignored(void)
{
    assert_reads("<d><B>0</B>text" FLAT("<A>1</A>") "<C>2</C><x><D>3</D></x></d>", "[A=1]");
    assert_reads(FLAT("stray<A>1</A>text<!-- <B>2</B> --><?php <B>2</B> ?>"), "[A=1]");
    assert_reads(FLAT("<A group=\"x\" ua2=\"rw\" x:ua=\"rw\">1</A>"), "[A=1]");
    assert_reads(FLAT("<router-configuration><B>2</B></router-configuration><A>1</A>"), "[A=1]");
    assert_reads(FLAT("<X>before<B>2</B>after</X><A>1</A>"), "[A=1]");
    assert_reads(FLAT("<X><Y><Z>2</Z></Y><W/>text</X><A>1</A>"), "[A=1]");
}

static void test_flat_profiles_in_and_after_each_other(void)
{
    assert_reads("<d>" FLAT("<A>1</A>") "<B>2</B>" FLAT("<A>3</A><C>4</C>") "</d>",
                 "[A=1] [A=3] [C=4]");
    assert_reads(FLAT("<A>1</A>" FLAT("<B>2</B>") "<C>3</C>"), "[A=1] [C=3]");
    assert_reads(FLAT("<device>" FLAT("<B>2</B>") "</device><C>3</C>"), "[C=3]");
}

static void test_order_and_duplicates(void)
{
    assert_reads(FLAT("<B>1</B><A>2</A><B>3</B>"), "[B=1] [A=2] [B=3]");
    assert_reads(FLAT("<a>1</a><A>2</A>"), "[a=1] [A=2]");
}

static void test_names(void)
{
    assert_reads(FLAT("<Enable_802.1X_Authentication>No</Enable_802.1X_Authentication>"
                      "<Auth_Resync-Reboot_1_>Yes</Auth_Resync-Reboot_1_><_x.-/>"),
                 "[Enable_802.1X_Authentication=No] [Auth_Resync-Reboot_1_=Yes] [_x.-]");
}

static void test_other_names_are_skipped_and_remarked(void)
{
    g_autoptr(Profile) profile = read_good("<flat-profile>\n  <A>1</A>\n  <Größe>2</Größe>\n"
                                           "<m:Maß/> <B>3</B> <m:C:D/> <C:/>\n</flat-profile>");
    g_autofree char *summary = summarize(profile);

    g_assert_cmpstr(summary, ==, "[A=1] [B=3]");
    g_assert_cmpuint(profile_remark_count(profile), ==, 4);
    g_assert_cmpuint(profile_remark(profile, 0)->line, ==, 3);
    g_assert_cmpuint(profile_remark(profile, 0)->column, ==, 3);
    g_assert_nonnull(strstr(profile_remark(profile, 0)->message, "<Größe>"));
    g_assert_nonnull(strstr(profile_remark(profile, 1)->message, "<Maß>"));
    g_assert_nonnull(strstr(profile_remark(profile, 2)->message, "<C:D>"));
}

static void test_name_length(void)
{
    g_autofree char *longest = g_strnfill(PARAMETER_NAME_MAX, 'n');
    g_autofree char *fits =
        g_strdup_printf("<flat-profile><%s>1</%s></flat-profile>", longest, longest);
    g_autofree char *over =
        g_strdup_printf("<flat-profile><%sn>1</%sn><A>1</A></flat-profile>", longest, longest);
    g_autoptr(Profile) kept = read_good(fits);
    g_autoptr(Profile) skipped = read_good(over);

    g_assert_cmpstr(profile_item(kept, 0)->name, ==, longest);
    g_assert_cmpuint(profile_remark_count(kept), ==, 0);
    g_assert_cmpuint(profile_size(skipped), ==, 1);
    g_assert_cmpuint(profile_remark_count(skipped), ==, 1);
    g_assert_cmpuint(strlen(profile_remark(skipped, 0)->message), <, 300);
}

static void test_space_in_values(void)
{
    assert_reads(FLAT("<A> \t\r\n x \n</A>"), "[A=x]");
    assert_reads(FLAT("<A>a b  c\td</A>"), "[A=a b  c\td]");
    assert_reads(FLAT("<A>one \n\t two\r\nthree\n\n\n  four</A>"), "[A=one two three four]");
    assert_reads(FLAT("<A>one&#10;two &#xD; three&#9;four</A>"), "[A=one two three\tfour]");
    assert_reads(FLAT("<A>\xc2\xa0x\xc2\xa0</A>"), "[A=\xc2\xa0x\xc2\xa0]");
}

static void test_markup_in_values(void)
{
    assert_reads(FLAT("<A>&lt;a&gt; &amp;&quot;&apos;&#65;&#x20AC;&#x1F4DE;</A>"),
                 "[A=<a> &\"'A\xe2\x82\xac\xf0\x9f\x93\x9e]");
    assert_reads(FLAT("<A>a<!-- x -->b<?x y?>c<![CDATA[ <d> &amp; ]]>e</A>"),
                 "[A=abc <d> &amp; e]");
    assert_reads(FLAT("<A>&amp;lt;</A>"), "[A=&lt;]");
    assert_reads(FLAT("<A>$MA $$ ($A eq 1)</A>"), "[A=$MA $$ ($A eq 1)]");
}

static void test_empty_and_empty_string(void)
{
    assert_reads(FLAT("<A/><B></B><C> \n </C><D><!-- x --></D><E><![CDATA[]]></E>"),
                 "[A] [B] [C] [D] [E]");
    assert_reads(FLAT("<A>\"\"</A><B> &quot;&#34; </B><C>\"\"\"\"</C><D>\"</D><E>\"x\"</E>"),
                 "[A=] [B=] [C=\"\"\"\"] [D=\"] [E=\"x\"]");
}

static void test_access(void)
{
    g_autoptr(Profile) profile = read_good(
        FLAT("<A ua=\"na\"/><B ua='ro'/><C x=\"1\" ua=\"rw\"/><D/><E ua=\"RW\">5</E><F ua=\"\"/>"));
    static const ProfileAccess accesses[] = {
        PROFILE_ACCESS_NA,     PROFILE_ACCESS_RO,     PROFILE_ACCESS_RW,
        PROFILE_ACCESS_UNSAID, PROFILE_ACCESS_UNSAID, PROFILE_ACCESS_UNSAID,
    };

    for (guint i = 0; i < G_N_ELEMENTS(accesses); i++)
        g_assert_cmpint(profile_item(profile, i)->access, ==, accesses[i]);
    g_assert_cmpstr(profile_item(profile, 4)->value, ==, "5");
    g_assert_cmpuint(profile_remark_count(profile), ==, 2);
    g_assert_cmpstr(profile_remark(profile, 0)->message, ==,
                    "E: the attribute ua=\"RW\" is ignored, it must be na, ro or rw");
}

static void test_remarks_are_bounded(void)
{
    g_autofree char *odd = repeat("<\xc3\xa4/>", PROFILE_REMARK_MAX + 7);
    g_autofree char *text = g_strdup_printf(FLAT("%s"), odd);
    g_autoptr(Profile) profile = read_good(text);

    g_assert_cmpuint(profile_remark_count(profile), ==, PROFILE_REMARK_MAX);
    g_assert_cmpuint(profile_remarks_unkept(profile), ==, 7);
}

static void test_places(void)
{
    g_autoptr(Profile) profile = read_good(
        "<?xml version=\"1.0\"?>\n<flat-profile>\n  <A>1\n</A> <B/>\r\n<C/></flat-profile>");

    g_assert_cmpuint(profile_item(profile, 0)->line, ==, 3);
    g_assert_cmpuint(profile_item(profile, 0)->column, ==, 3);
    g_assert_cmpuint(profile_item(profile, 1)->line, ==, 4);
    g_assert_cmpuint(profile_item(profile, 1)->column, ==, 6);
    g_assert_cmpuint(profile_item(profile, 2)->line, ==, 5);
    g_assert_cmpuint(profile_item(profile, 2)->column, ==, 1);
}

static void test_encodings(void)
{
    static const char utf16[] =
        "\xff\xfe<\0f\0l\0a\0t\0-\0p\0r\0o\0f\0i\0l\0e\0>\0<\0A\0>\0\xac\x20"
        "<\0/\0A\0>\0<\0/\0f\0l\0a\0t\0-\0p\0r\0o\0f\0i\0l\0e\0>";
    g_autoptr(Profile) profile = profile_read(utf16, sizeof(utf16), NULL, NULL, NULL);

    g_assert_nonnull(profile);
    g_assert_cmpstr(profile_item(profile, 0)->value, ==, "\xe2\x82\xac");
    assert_reads("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" FLAT("<A>\xe4</A>"),
                 "[A=\xc3\xa4]");
    assert_reads("<?xml version=\"1.0\" encoding=\"utf-8\"?>" FLAT("<A>\xc3\xa4</A>"),
                 "[A=\xc3\xa4]");
    assert_fails("<?xml version=\"1.0\" encoding=\"EBCDIC\"?>" FLAT(""), FAILURE_CORRUPT,
                 "unknown encoding (known are UTF-8, UTF-16, ISO-8859-1 and US-ASCII)");
    assert_fails("<?xml version=\"1.0\" encoding=\"US-ASCII\"?>" FLAT("<A>\xe4</A>"),
                 FAILURE_CORRUPT, "line 1");
}

static void test_not_well_formed(void)
{
    assert_fails("", FAILURE_CORRUPT, "line 1, column 1: the document ends too early");
    assert_fails(" \n ", FAILURE_CORRUPT, "the document ends too early");
    assert_fails("404 not found", FAILURE_CORRUPT, "line 1, column 1");
    assert_fails("{\"flat-profile\": {}}", FAILURE_CORRUPT, "line 1, column 1");
    assert_fails("<flat-profile>\n<A>1</A>\n<B>2</C>\n</flat-profile>", FAILURE_CORRUPT,
                 "line 3, column 7: mismatched tag, expected the end of <B>");
    assert_fails("<flat-profile>\n<A>1</A>", FAILURE_CORRUPT, "line 2, column 9");
    assert_fails(FLAT("<A>a & b</A>"), FAILURE_CORRUPT, "&amp;");
    assert_fails(FLAT("<A>&nbsp;</A>"), FAILURE_CORRUPT, "line 1, column 18: undefined entity");
    assert_fails(FLAT("<A>&#0;</A>"), FAILURE_CORRUPT, "line 1");
    assert_fails(FLAT("<A ua=\"na\" ua=\"rw\"/>"), FAILURE_CORRUPT, "duplicate attribute");
    assert_fails("\n<?xml version=\"1.0\"?>" FLAT(""), FAILURE_CORRUPT, "very first thing");
    assert_fails(FLAT("") FLAT(""), FAILURE_CORRUPT, "junk after document element");
}

static void test_invalid_bytes(void)
{
    static const char nul[] = FLAT("<A>a\0b</A>");

    assert_fails(FLAT("<A>\xff</A>"), FAILURE_CORRUPT, "line 1, column 18");
    assert_fails(FLAT("<A>\xc3</A>"), FAILURE_CORRUPT, "line 1");
    assert_fails(FLAT("<A>\xc0\xaf</A>"), FAILURE_CORRUPT, "line 1");
    assert_fails(FLAT("<A>\xed\xa0\x80</A>"), FAILURE_CORRUPT, "line 1");
    assert_fails(FLAT("<A>\xf4\x90\x80\x80</A>"), FAILURE_CORRUPT, "line 1");
    assert_fails(FLAT("<A>\x01</A>"), FAILURE_CORRUPT, "line 1");
    assert_fails_sized(nul, sizeof(nul) - 1, FAILURE_CORRUPT, "line 1, column 19");
    assert_fails_sized(nul, sizeof(FLAT("<A>a\0b</A>")), FAILURE_CORRUPT, "line 1");
    assert_fails_sized("\0\0\0\0", 4, FAILURE_CORRUPT, "line 1");
}

static void test_no_document_type(void)
{
    static const char message[] = "a document type declaration is not allowed";

    assert_fails("<!DOCTYPE flat-profile>" FLAT(""), FAILURE_CORRUPT, message);
    assert_fails("<!DOCTYPE flat-profile SYSTEM \"file:///etc/passwd\">" FLAT(""), FAILURE_CORRUPT,
                 message);
    assert_fails("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" FLAT("<A>&x;</A>"),
                 FAILURE_CORRUPT, message);
    assert_fails("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"lol\">"
                 "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;\">]>"
                 "<flat-profile><A>&c;</A></flat-profile>",
                 FAILURE_CORRUPT, "line 2, column 1");
}

static void test_only_xml_1(void)
{
    static const char message[] = "line 1, column 1: the version of XML must be 1.0 or 1.1";

    assert_fails("<?xml version=\"2.0\"?>" FLAT("<A>1</A>"), FAILURE_CORRUPT, message);
    assert_fails("<?xml version=\"10\"?>" FLAT("<A>1</A>"), FAILURE_CORRUPT, message);
    assert_reads("<?xml version=\"1.2\"?>" FLAT("<A>1</A>"), "[A=1]");
}

static void test_html_is_called_html(void)
{
    static const char message[] = "the document is an HTML page, not a profile";

    assert_fails("<!DOCTYPE html>\n<html><body>Not found</body></html>", FAILURE_CORRUPT, message);
    assert_fails("<!doctype html><p>Not found", FAILURE_CORRUPT, message);
    assert_fails("<html><head><meta charset=\"utf-8\"></head></html>", FAILURE_CORRUPT, message);
    assert_fails("<HTML><BODY>Hello</BODY></HTML>", FAILURE_CORRUPT, message);
    assert_fails("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\" \"y\"><html/>",
                 FAILURE_CORRUPT, message);
}

static void test_no_flat_profile(void)
{
    assert_fails("<device><A>1</A></device>", FAILURE_CORRUPT, "no <flat-profile> element");
    assert_fails("<Flat-Profile><A>1</A></Flat-Profile>", FAILURE_CORRUPT, "no <flat-profile>");
}

/* A profile that ends anywhere is refused, however it is cut into pieces. */
static void test_every_truncation(void)
{
    static const char text[] =
        "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n"
        "<d:device><flat-profile>\n<A ua=\"na\">\xc3\xa4&amp;&#65;<![CDATA[<x>]]></A><B/>\n"
        "<?pi x?></flat-profile></d:device>";

    for (size_t size = 0; size < sizeof(text) - 1; size++) {
        /* A copy of its own, so that a read beyond its end is seen. */
        g_autofree char *cut = g_memdup2(text, size);

        assert_fails_sized(cut, size, FAILURE_CORRUPT, "line ");
    }
    assert_reads(text, "[A=\xc3\xa4&A<x>] [B]");
}

static void test_pieces_of_any_size(void)
{
    static const char text[] = "<?xml version=\"1.0\"?>" FLAT(
        "<A ua=\"rw\"> a \n\xe2\x82\xac &amp; <![CDATA[ b ]]>\r\n c</A><Gr\xc3\xb6\xc3\x9f"
        "e/><B/><C>\"\"</C>");

    for (size_t piece = 1; piece < sizeof(text); piece++) {
        g_autoptr(ProfileReader) reader = profile_reader_new(NULL, NULL);

        for (size_t at = 0; at < sizeof(text) - 1; at += piece)
            g_assert_true(
                profile_reader_feed(reader, text + at, MIN(piece, sizeof(text) - 1 - at), NULL));

        g_autoptr(Profile) profile = profile_reader_finish(reader, NULL);
        g_autofree char *summary = summarize(profile);
        g_assert_cmpstr(summary, ==, "[A=a \xe2\x82\xac &  b c] [B] [C=]");
        g_assert_cmpuint(profile_remark_count(profile), ==, 1);
    }
}

static void test_an_error_stays(void)
{
    g_autoptr(ProfileReader) reader = profile_reader_new(NULL, NULL);
    g_autoptr(GError) first = NULL;
    g_autoptr(GError) second = NULL;
    g_autoptr(GError) last = NULL;

    g_assert_false(profile_reader_feed(reader, "<a></b>", 7, &first));
    g_assert_false(profile_reader_feed(reader, FLAT(""), strlen(FLAT("")), &second));
    g_assert_null(profile_reader_finish(reader, &last));
    g_assert_cmpstr(first->message, ==, second->message);
    g_assert_cmpstr(first->message, ==, last->message);
}

static void test_depth(void)
{
    for (guint depth = PROFILE_DEPTH_MAX - 1; depth <= PROFILE_DEPTH_MAX + 1; depth++) {
        g_autofree char *open = repeat("<d>", depth - 2);
        g_autofree char *close = repeat("</d>", depth - 2);
        g_autofree char *text = g_strconcat(open, FLAT("<A>1</A>"), close, NULL);

        if (depth <= PROFILE_DEPTH_MAX)
            assert_reads(text, "[A=1]");
        else
            assert_fails(text, FAILURE_TOO_LARGE, "nested deeper than 32 levels");
    }
    g_autofree char *abyss = repeat("<a>", 100000);
    assert_fails(abyss, FAILURE_TOO_LARGE, "line 1, column 97");
}

static void test_value_length(void)
{
    g_autofree char *longest = g_strnfill(PARAMETER_VALUE_MAX, 'v');
    g_autofree char *fits = g_strdup_printf(FLAT("<A>%s\n  </A>"), longest);
    g_autofree char *over = g_strdup_printf(FLAT("<A>%sv</A>"), longest);
    g_autofree char *over_later = g_strdup_printf(FLAT("<A>%s \n <!-- --> v</A>"), longest);
    g_autofree char *ignored = g_strdup_printf(FLAT("<\xc3\xa4>%sv</\xc3\xa4><A>1</A>"), longest);
    g_autofree char *no_parameter = g_strdup_printf(FLAT("<X>%sv<y/></X><A>1</A>"), longest);
    g_autoptr(Profile) profile = read_good(fits);

    g_assert_cmpstr(profile_item(profile, 0)->value, ==, longest);
    assert_fails(over, FAILURE_TOO_LARGE, "the value of A is longer than 16384 bytes");
    assert_fails(over_later, FAILURE_TOO_LARGE, "the value of A is longer than 16384 bytes");
    assert_reads(ignored, "[A=1]");
    assert_reads(no_parameter, "[A=1]");
}

static void test_much_space(void)
{
    g_autofree char *space = g_strnfill(10 * PARAMETER_VALUE_MAX, ' ');
    g_autofree char *around =
        g_strdup_printf(FLAT("<A>%sx%s\n%sy%s</A>"), space, space, space, space);
    g_autofree char *within = g_strdup_printf(FLAT("<A>x%sy</A>"), space);

    assert_reads(around, "[A=x y]");
    assert_fails(within, FAILURE_TOO_LARGE, "the value of A");
}

/* What the reader of a text says is wrong with it, as "LINE:COLUMN message"; NULL where nothing. */
static char *tell_fault(const char *text, const ProfileLimits *limits)
{
    g_autoptr(ProfileReader) reader = profile_reader_new(limits, NULL);
    g_autoptr(Profile) profile = profile_reader_feed(reader, text, strlen(text), NULL)
                                     ? profile_reader_finish(reader, NULL)
                                     : NULL;
    ProfileFault fault;

    if (!profile_reader_fault(reader, &fault))
        return NULL;
    g_assert_null(profile);
    return g_strdup_printf("%u:%u %s", fault.line, fault.column, fault.message);
}

static void test_fault(void)
{
    const ProfileLimits small = {.size = 3};
    g_autofree char *none = tell_fault(FLAT("<A>line 1, column 1: x</A>"), NULL);
    g_autofree char *placed = tell_fault("<flat-profile>\n  <A>1</B>", NULL);
    g_autofree char *at_the_end = tell_fault("<other/>", NULL);
    g_autofree char *page = tell_fault("<html><body>", NULL);
    g_autofree char *large = tell_fault("<other/>", &small);

    g_assert_null(none);
    g_assert_cmpstr(placed, ==, "2:9 mismatched tag, expected the end of <A>");
    g_assert_cmpstr(at_the_end, ==, "0:0 no <flat-profile> element in the document");
    g_assert_cmpstr(page, ==,
                    "1:13 the document ends too early; the document is an HTML page, not a "
                    "profile");
    g_assert_cmpstr(large, ==, "0:0 the document is larger than 3 bytes");
}

static void test_document_size(void)
{
    static const char text[] = FLAT("<A>1</A>");
    const ProfileLimits fits = {.size = sizeof(text) - 1};
    const ProfileLimits over = {.size = sizeof(text) - 2};
    g_autoptr(Profile) profile = profile_read(text, sizeof(text) - 1, &fits, NULL, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(profile);
    g_assert_null(profile_read(text, sizeof(text) - 1, &over, NULL, &error));
    g_assert_error(error, FAILURE, FAILURE_TOO_LARGE);
    g_assert_cmpstr(error->message, ==, "the document is larger than 36 bytes");
}

static void test_item_count(void)
{
    g_autofree char *most = repeat("<A/>", PROFILE_ITEMS_MAX);
    g_autofree char *fits = g_strdup_printf(FLAT("%s"), most);
    g_autofree char *over = g_strdup_printf(FLAT("%s<A/>"), most);
    g_autoptr(Profile) profile = read_good(fits);

    g_assert_cmpuint(profile_size(profile), ==, PROFILE_ITEMS_MAX);
    assert_fails(over, FAILURE_TOO_LARGE, "parameters in one document");
}

static void test_endless_tag(void)
{
    g_autofree char *filler = g_strnfill(2 * PROFILE_TOKEN_MAX, 'n');
    g_autofree char *tag = g_strdup_printf("<flat-profile><%s", filler);
    g_autofree char *comment = g_strdup_printf("<flat-profile><!--%s", filler);

    assert_fails(tag, FAILURE_TOO_LARGE, "a tag or comment of more than 1048576 bytes");
    assert_fails(comment, FAILURE_TOO_LARGE, "a tag or comment of more than 1048576 bytes");
}

/* A name of a megabyte around many elements: to look at all of it for each would take a minute. */
static void test_long_path(void)
{
    const guint count = 1000 * 1000;
    g_autofree char *name = g_strnfill(1000 * 1000, 'n');
    g_autofree char *elements = repeat("<b/>", count);
    g_autofree char *text =
        g_strdup_printf("<%s>%s" FLAT("<A>1</A>") "</%s>", name, elements, name);
    g_autoptr(AliasMap) aliases = alias_map_parse("/x/b = /flat-profile/B", NULL);
    clock_t start = clock();
    g_autoptr(Profile) profile = profile_read(text, strlen(text), NULL, aliases, NULL);

    g_assert_nonnull(profile);
    g_assert_cmpuint(profile_size(profile), ==, 1);
    g_assert_cmpint((clock() - start) / CLOCKS_PER_SEC, <, 8);
}

static void test_garbage(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    size_t size = 5 * 1024 * 1024;
    g_autofree guint32 *words = g_malloc(size);

    for (size_t i = 0; i < size / sizeof(guint32); i++)
        words[i] = g_rand_int(rand);
    assert_fails_sized((char *)words, size, FAILURE_CORRUPT, "not well-formed");
    memset(words, ' ', size);
    assert_fails_sized((char *)words, size, FAILURE_CORRUPT, "the document ends too early");
}

static void test_flipped_bytes_never_crash(void)
{
    static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><d>" FLAT(
        "<A ua=\"na\">a&amp;&#65;</A><B/><!-- c --><C>\xc3\xa4</C>") "</d>";

    for (size_t at = 0; at < sizeof(text) - 1; at++)
        for (guint value = 0; value < 256; value++) {
            g_autofree char *copy = g_memdup2(text, sizeof(text) - 1);
            g_autoptr(GError) error = NULL;

            copy[at] = (char)value;
            g_autoptr(Profile) profile = profile_read(copy, sizeof(text) - 1, NULL, NULL, &error);
            g_assert_true((profile != NULL) == (error == NULL));
        }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        GTestFunc test;
    } cases[] = {
        {"/profile/place", test_where_a_flat_profile_may_be},
        {"/profile/ignored", test_what_is_ignored},
        {"/profile/two-flat-profiles", test_flat_profiles_in_and_after_each_other},
        {"/profile/order", test_order_and_duplicates},
        {"/profile/name/odd", test_names},
        {"/profile/name/invalid", test_other_names_are_skipped_and_remarked},
        {"/profile/name/length", test_name_length},
        {"/profile/value/space", test_space_in_values},
        {"/profile/value/markup", test_markup_in_values},
        {"/profile/value/empty", test_empty_and_empty_string},
        {"/profile/value/length", test_value_length},
        {"/profile/value/much-space", test_much_space},
        {"/profile/access", test_access},
        {"/profile/remarks-bounded", test_remarks_are_bounded},
        {"/profile/line-and-column", test_places},
        {"/profile/encoding", test_encodings},
        {"/profile/corrupt/not-well-formed", test_not_well_formed},
        {"/profile/corrupt/bytes", test_invalid_bytes},
        {"/profile/corrupt/doctype", test_no_document_type},
        {"/profile/corrupt/version", test_only_xml_1},
        {"/profile/corrupt/html", test_html_is_called_html},
        {"/profile/corrupt/no-flat-profile", test_no_flat_profile},
        {"/profile/corrupt/truncated", test_every_truncation},
        {"/profile/corrupt/garbage", test_garbage},
        {"/profile/corrupt/flipped-bytes", test_flipped_bytes_never_crash},
        {"/profile/reader/pieces", test_pieces_of_any_size},
        {"/profile/reader/error-stays", test_an_error_stays},
        {"/profile/limit/depth", test_depth},
        {"/profile/fault", test_fault},
        {"/profile/limit/size", test_document_size},
        {"/profile/limit/items", test_item_count},
        {"/profile/limit/token", test_endless_tag},
        {"/profile/limit/path", test_long_path},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_test_add_func(cases[i].path, cases[i].test);
    return g_test_run();
}
