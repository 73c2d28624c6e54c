/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/failure.h"

/* They are on the bus and in the history of every device, so none may change or lack. */
static void test_names(void)
{
    static const char *const names[] = {
        "FileNotFound", "Unreachable", "Tls",       "AccessDenied", "Http",
        "ServerError",  "Corrupt",     "TooLarge",  "InvalidRule",  "NoServer",
        "Interrupted",  "Internal",    "Cancelled",
    };

    g_assert_cmpuint(G_N_ELEMENTS(names), ==, FAILURE_CANCELLED + 1);
    for (Failure f = FAILURE_FILE_NOT_FOUND; f <= FAILURE_CANCELLED; f++)
        g_assert_cmpstr(failure_to_string(f), ==, names[f]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failure/names", test_names);
    return g_test_run();
}
