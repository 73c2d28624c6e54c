/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/zone.h"

static GTimeZone *zone_new(const char *name)
{
    GTimeZone *zone = g_time_zone_new_identifier(name);

    g_assert_nonnull(zone);
    return zone;
}

static int64_t universal(const char *time)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_iso8601(time, NULL);

    g_assert_nonnull(utc);
    return g_date_time_to_unix(utc) * G_USEC_PER_SEC;
}

static const struct {
    const char *zone;
    const char *day; /* any moment of it, UTC offset included */
    unsigned hhmm;
    const char *moment;
} moments[] = {
    {"UTC", "2027-01-01T12:00:00Z", 300, "2027-01-01T03:00:00Z"},
    {"UTC", "2027-01-01T12:00:00Z", 0, "2027-01-01T00:00:00Z"},
    {"UTC", "2027-01-01T12:00:00Z", 2400, "2027-01-02T00:00:00Z"},
    {"Asia/Kathmandu", "2027-01-01T12:00:00+05:45", 2400, "2027-01-01T18:15:00Z"},

    /* The gap: 0200 .. 0300 does not exist, and all of it is 0300. */
    {"America/New_York", "2027-03-14T12:00:00-04:00", 159, "2027-03-14T06:59:00Z"},
    {"America/New_York", "2027-03-14T12:00:00-04:00", 200, "2027-03-14T07:00:00Z"},
    {"America/New_York", "2027-03-14T12:00:00-04:00", 230, "2027-03-14T07:00:00Z"},
    {"America/New_York", "2027-03-14T12:00:00-04:00", 259, "2027-03-14T07:00:00Z"},
    {"America/New_York", "2027-03-14T12:00:00-04:00", 300, "2027-03-14T07:00:00Z"},
    {"America/New_York", "2027-03-14T12:00:00-04:00", 301, "2027-03-14T07:01:00Z"},

    /* Twice: 0100 .. 0200, and the first counts. */
    {"America/New_York", "2027-11-07T12:00:00-05:00", 59, "2027-11-07T04:59:00Z"},
    {"America/New_York", "2027-11-07T12:00:00-05:00", 100, "2027-11-07T05:00:00Z"},
    {"America/New_York", "2027-11-07T12:00:00-05:00", 130, "2027-11-07T05:30:00Z"},
    {"America/New_York", "2027-11-07T12:00:00-05:00", 159, "2027-11-07T05:59:00Z"},
    {"America/New_York", "2027-11-07T12:00:00-05:00", 200, "2027-11-07T07:00:00Z"},

    /* Winter time is the saved one here: what is twice comes first without it. */
    {"Europe/Dublin", "2027-10-31T12:00:00Z", 130, "2027-10-31T00:30:00Z"},
    {"Europe/Dublin", "2027-03-28T12:00:00Z", 130, "2027-03-28T01:00:00Z"},

    /* Half an hour of it, and a change at midnight: the day begins at 0100. */
    {"Australia/Lord_Howe", "2027-04-04T12:00:00+10:30", 145, "2027-04-03T14:45:00Z"},
    {"Africa/Cairo", "2027-04-30T12:00:00+03:00", 0, "2027-04-29T22:00:00Z"},

    /* The offset changed without any saving: 0200 .. 0300 went by twice in Pyongyang's way. */
    {"Asia/Pyongyang", "2015-08-14T12:00:00+09:00", 2345, "2015-08-14T14:45:00Z"},

    /* A day that never was, in the Samoa of 2011: all of it is the first moment after. */
    {"Pacific/Apia", "2011-12-29T12:00:00-10:00", 2400, "2011-12-30T10:00:00Z"},

    /* Beyond the last year of the tables only the rule is left. */
    {"America/New_York", "2045-03-12T12:00:00-04:00", 230, "2045-03-12T07:00:00Z"},
    {"America/New_York", "2045-07-01T12:00:00-04:00", 300, "2045-07-01T07:00:00Z"},
    {"EST5EDT,M3.2.0,M11.1.0", "2027-03-14T12:00:00-04:00", 230, "2027-03-14T07:00:00Z"},
};

static void test_moments(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(moments); i++) {
        g_autoptr(GTimeZone) zone = zone_new(moments[i].zone);
        int64_t day = zone_day(zone, universal(moments[i].day));
        unsigned minutes = moments[i].hhmm / 100 * 60 + moments[i].hhmm % 100;
        g_autoptr(GDateTime) got =
            g_date_time_new_from_unix_utc(zone_moment(zone, day, minutes) / G_USEC_PER_SEC);
        g_autofree char *text = g_date_time_format(got, "%Y-%m-%dT%H:%M:%SZ");

        g_test_message("%s %s %04u", moments[i].zone, moments[i].day, moments[i].hhmm);
        g_assert_cmpstr(text, ==, moments[i].moment);
    }
}

static void test_days(void)
{
    g_autoptr(GTimeZone) york = zone_new("America/New_York");
    int64_t midnight = universal("2027-01-02T05:00:00Z");

    g_assert_cmpint(zone_day(york, midnight), ==, zone_day(york, midnight - 1) + 1);
    g_assert_cmpint(zone_day(york, midnight), ==, 20820);
    g_assert_cmpint(zone_day(york, 0), ==, -1);
}

/* Every quarter of an hour of two years: moments never go back, and show the time they stand for.
 */
static void test_moments_ascend(void)
{
    static const char *const names[] = {"America/New_York", "Europe/Dublin", "Asia/Tehran",
                                        "Australia/Lord_Howe", "America/St_Johns"};

    for (guint z = 0; z < G_N_ELEMENTS(names); z++) {
        g_autoptr(GTimeZone) zone = zone_new(names[z]);
        int64_t first = zone_day(zone, universal("2027-01-01T12:00:00Z")), before = 0;

        for (int64_t day = first; day < first + 730; day++)
            for (unsigned minutes = 0; minutes < 1440; minutes += 15) {
                int64_t moment = zone_moment(zone, day, minutes);

                g_assert_cmpint(moment, >=, before);
                g_assert_cmpint(zone_day(zone, moment), ==, day);
                before = moment;
            }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zone/moments", test_moments);
    g_test_add_func("/zone/days", test_days);
    g_test_add_func("/zone/moments-ascend", test_moments_ascend);
    return g_test_run();
}
