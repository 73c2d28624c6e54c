/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "core/failure.h"

#include <string.h>

/* Values that would change a rule, a condition or a URL, if an expansion were read again. */
static const char *lookup_parameter(const char *name, void *userdata)
{
    static const char *const values[] = {
        "",    "plain",  "http://user:word@host:81/a b", "| [--key k] (x) ?!", "\"", "$MA",
        "-12", "7.5.2b",
    };

    if (g_str_has_prefix(name, "User_ID_"))
        return "4711";
    return g_str_has_prefix(name, "GPP_") ? values[(guint8)name[4] % G_N_ELEMENTS(values)] : NULL;
}

static int64_t line_timer(unsigned line, void *userdata)
{
    return line;
}

const MacroEnv fuzz_env = {
    .mac = "02005e100001",
    .vendor = "Example",
    .product_name = "EX-8851",
    .product_series = "EX8851",
    .serial = "EX0001",
    .software_version = "7.5.2b",
    .hardware_version = "2.0.3(0412s)",
    .ip = "192.0.2.1",
    .client_certificate = true,
    .parameter = lookup_parameter,
    .provisioning_timer = 600,
    .upgrade_timer = -1,
    .line_timer = line_timer,
    .scheme = "https",
    .server = "p.example",
    .server_ip = "2001:db8::1",
    .path = "/a?b",
    .error = "a \"quoted\" error",
    .port = 443,
};

void fuzz_check_error(const GError *error, const char *input)
{
    g_assert_nonnull(error);
    g_assert_true(error->domain == FAILURE);
    g_assert_nonnull(failure_to_string((Failure)error->code));
    g_assert_cmpuint(strlen(error->message), >, 0);
    if (g_utf8_validate(input, -1, NULL))
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
}
