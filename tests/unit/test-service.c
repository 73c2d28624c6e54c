/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/service.h"

#include <time.h>

static void assert_line(const ManagerStatus *status, const char *line)
{
    g_autofree char *made = service_status_line(status);

    g_assert_cmpstr(made, ==, line);
}

static void test_lines(void)
{
    ManagerStatus status = {
        .state = "scheduled",
        .next_reason = "retry",
        .next_resync = UINT64_C(1798761600000000),
        .last_result = "failure",
        .last_error = "Unreachable",
        .failures = 3,
    };

    assert_line(&status, "Scheduled: retry resync at 2027-01-01 00:00:00; 3 failed in a row "
                         "(Unreachable)");
    status.last_result = "success";
    status.state = "deferred";
    assert_line(&status, "Waiting for idle lines: retry resync, at the latest at 2027-01-01 "
                         "00:00:00; the last attempt succeeded");
    status.state = "resyncing";
    assert_line(&status, "Resyncing (retry)");
    status.last_result = "none";
    status.state = "disabled";
    assert_line(&status, "Switched off by Provision_Enable");
    status.state = "idle";
    assert_line(&status, "Nothing is scheduled");
}

static void test_boot_id(void)
{
    char kernel[SD_ID128_STRING_MAX], told[SD_ID128_STRING_MAX], wrong[SD_ID128_STRING_MAX];

    g_unsetenv("PROVD_BOOT_ID");
    service_boot_id(kernel);
    g_assert_cmpstr(kernel, !=, "00000000000000000000000000000000");
    g_setenv("PROVD_BOOT_ID", "0123456789abcdef0123456789abcdef", TRUE);
    service_boot_id(told);
    g_assert_cmpstr(told, ==, "0123456789abcdef0123456789abcdef");
    g_setenv("PROVD_BOOT_ID", "not an id", TRUE);
    service_boot_id(wrong);
    g_assert_cmpstr(wrong, ==, kernel);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    tzset();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/boot-id", test_boot_id);
    g_test_add_func("/service/status-line", test_lines);
    return g_test_run();
}
