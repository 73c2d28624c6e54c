/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/identity.h"
#include "daemon/interface.h"
#include "daemon/mac.h"

#define PRODUCT_NAME "provd"

static char *text_or(const char *configured, const char *otherwise)
{
    return g_strdup(configured ? configured : otherwise ? otherwise : "");
}

/* The configured interface, be it there or not: with another one's MAC it is another device. */
static char *choose_interface(const Config *config, const char *root)
{
    g_autofree char *route = NULL;
    char digits[MAC_DIGITS + 1];
    char *first;

    if (config->interface)
        return g_strdup(config->interface);
    route = interface_of_route(root);
    if (route && (config->mac || interface_mac(root, route, digits)))
        return g_steal_pointer(&route);
    first = interface_first(root);
    return first ? first : g_strdup("");
}

static char *choose_mac(const Config *config, const char *root, const char *interface)
{
    char digits[MAC_DIGITS + 1];

    if (config->mac)
        return g_strdup(config->mac);
    return g_strdup(interface_mac(root, interface, digits) ? digits : "");
}

Identity *identity_load(const Config *config, const char *root)
{
    Identity *identity = g_new0(Identity, 1);
    g_autofree char *version =
        config->software_version ? NULL : g_get_os_info(G_OS_INFO_KEY_VERSION_ID);
    g_autofree char *serial = NULL;

    identity->interface = choose_interface(config, root);
    identity->mac = choose_mac(config, root, identity->interface);
    identity->ip = interface_address(identity->interface);
    serial = g_ascii_strup(identity->mac, -1);

    identity->vendor = text_or(config->vendor, "");
    identity->product_name = text_or(config->product_name, PRODUCT_NAME);
    identity->product_series = text_or(config->product_series, identity->product_name);
    identity->serial = text_or(config->serial, serial);
    identity->software_version = text_or(config->software_version, version);
    identity->hardware_version = text_or(config->hardware_version, "");
    return identity;
}

void identity_free(Identity *identity)
{
    if (!identity)
        return;
    g_free(identity->interface);
    g_free(identity->mac);
    g_free(identity->ip);
    g_free(identity->vendor);
    g_free(identity->product_name);
    g_free(identity->product_series);
    g_free(identity->serial);
    g_free(identity->software_version);
    g_free(identity->hardware_version);
    g_free(identity);
}
