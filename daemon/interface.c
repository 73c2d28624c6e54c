/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/interface.h"

#include <arpa/inet.h>
#include <glib.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/route.h>
#include <netdb.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Where a table of routes has what makes a default route. */
typedef struct RouteTable {
    const char *file;
    guint columns;
    guint name, destination, mask, flags, metric;
    const char *any, *no_mask;
} RouteTable;

static const RouteTable tables[] = {
    {"/proc/net/route", 8, .name = 0, .destination = 1, .mask = 7, .flags = 3, .metric = 6,
     .any = "00000000", .no_mask = "00000000"},
    {"/proc/net/ipv6_route", 10, .name = 9, .destination = 0, .mask = 1, .flags = 8, .metric = 5,
     .any = "00000000000000000000000000000000", .no_mask = "00"},
};

/* Fields of a line, without the empty ones between spaces that only align. */
static GPtrArray *fields_of(char *line)
{
    GPtrArray *fields = g_ptr_array_new();
    char *rest = NULL;

    for (char *f = strtok_r(line, " \t", &rest); f; f = strtok_r(NULL, " \t", &rest))
        g_ptr_array_add(fields, f);
    return fields;
}

/* IPv4 metrics are decimal and IPv6 ones hexadecimal; compared within one table, hex does both. */
static guint64 hex(const char *text)
{
    return g_ascii_strtoull(text, NULL, 16);
}

static bool is_default_route(const RouteTable *table, const GPtrArray *fields)
{
    guint64 flags;

    if (fields->len < table->columns)
        return false;
    flags = hex(fields->pdata[table->flags]);
    return g_str_equal(fields->pdata[table->destination], table->any) &&
           g_str_equal(fields->pdata[table->mask], table->no_mask) && (flags & RTF_UP) &&
           !(flags & RTF_REJECT);
}

static char *best_of(const RouteTable *table, const char *root)
{
    g_autofree char *path = g_strconcat(root, table->file, NULL);
    g_autofree char *content = NULL;
    g_auto(GStrv) lines = NULL;
    guint64 least = G_MAXUINT64;
    char *best = NULL;

    if (!g_file_get_contents(path, &content, NULL, NULL))
        return NULL;
    lines = g_strsplit(content, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_autoptr(GPtrArray) fields = fields_of(*line);

        if (!is_default_route(table, fields) || hex(fields->pdata[table->metric]) >= least)
            continue;
        least = hex(fields->pdata[table->metric]);
        g_free(best);
        best = g_strdup(fields->pdata[table->name]);
    }
    return best;
}

char *interface_of_route(const char *root)
{
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        char *name = best_of(&tables[i], root);

        if (name)
            return name;
    }
    return NULL;
}

static char *read_attribute(const char *root, const char *name, const char *attribute)
{
    g_autofree char *path = g_strdup_printf("%s/sys/class/net/%s/%s", root, name, attribute);
    char *content = NULL;

    return g_file_get_contents(path, &content, NULL, NULL) ? g_strchomp(content) : NULL;
}

bool interface_mac(const char *root, const char *name, char ret_digits[MAC_DIGITS + 1])
{
    g_autofree char *address = read_attribute(root, name, "address");

    return address && mac_parse(address, ret_digits);
}

char *interface_first(const char *root)
{
    g_autofree char *path = g_strconcat(root, "/sys/class/net", NULL);
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    guint64 least = G_MAXUINT64;
    char *first = NULL;
    const char *name;

    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *text = read_attribute(root, name, "ifindex");
        guint64 index = text ? g_ascii_strtoull(text, NULL, 10) : G_MAXUINT64;
        char digits[MAC_DIGITS + 1];

        if (index >= least || !interface_mac(root, name, digits))
            continue;
        least = index;
        g_free(first);
        first = g_strdup(name);
    }
    return first;
}

#define RANK_MAX 4

/* How well an address says where the device is; 0: not at all. */
static unsigned rank(const struct sockaddr *address)
{
    if (!address)
        return 0;
    if (address->sa_family == AF_INET) {
        uint32_t ip = ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr);

        return ip >> 16 == 0xa9fe ? 2 : RANK_MAX; /* 169.254.0.0/16 */
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;

        return IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) ? 1 : 3;
    }
    return 0;
}

static char *address_to_string(const struct sockaddr *address)
{
    socklen_t size =
        address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    char text[NI_MAXHOST];

    if (getnameinfo(address, size, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
        return g_strdup("");
    return g_strdup(text);
}

/* The first IPv4 address, without asking for all addresses there are; false where it has none. */
static bool first_ipv4(const char *name, struct sockaddr_storage *ret_address)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {0};
    bool found;

    if (fd < 0)
        return false;
    g_strlcpy(request.ifr_name, name, sizeof request.ifr_name);
    found = ioctl(fd, SIOCGIFADDR, &request) == 0;
    close(fd);
    if (found)
        memcpy(ret_address, &request.ifr_addr, sizeof request.ifr_addr);
    return found;
}

char *interface_address(const char *name)
{
    struct ifaddrs *all = NULL;
    const struct sockaddr *best = NULL;
    struct sockaddr_storage ipv4 = {0};
    char *text;

    if (first_ipv4(name, &ipv4) && rank((struct sockaddr *)&ipv4) == RANK_MAX)
        return address_to_string((struct sockaddr *)&ipv4);
    if (getifaddrs(&all) < 0)
        return g_strdup("");
    for (const struct ifaddrs *a = all; a; a = a->ifa_next)
        if (g_str_equal(a->ifa_name, name) && rank(a->ifa_addr) > rank(best))
            best = a->ifa_addr;
    text = best ? address_to_string(best) : g_strdup("");
    freeifaddrs(all);
    return text;
}
