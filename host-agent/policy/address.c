// SPDX-License-Identifier: Apache-2.0
// Standard RDP security does not prove who the guest is, so it is for addresses that nobody else can hear.
// Names are left out: who answers for one may change between the look and the connection. Used by agent and
// command; looks at interfaces, sends nothing.
#include "host-agent/policy/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#define RDP_PORT  3389
#define NET_CLASS "/sys/class/net"

bool address_is_socket(const char *address) {
    return address[0] == '/';
}

static bool read_port(const char *text, guint *ret_port) {
    guint64 port;
    if (!g_ascii_string_to_unsigned(text, 10, 1, 65535, &port, NULL))
        return false;
    *ret_port = (guint)port;
    return true;
}

static bool is_host(const char *host) {
    struct in6_addr six;
    if (strchr(host, ':'))
        return inet_pton(AF_INET6, host, &six) == 1;
    return *host && *host != '-' && strlen(host) <= 253 &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == strlen(host);
}

bool address_split(const char *address, char **ret_host, guint *ret_port) {
    g_autofree char *host = g_strdup(address);
    char *end = host[0] == '[' ? strchr(host, ']') : NULL, *colon = strrchr(host, ':');
    const char *name = host;
    guint port = RDP_PORT;
    if (end) {
        *end = '\0';
        name = host + 1;
        if (!strchr(name, ':') || (end[1] && (end[1] != ':' || !read_port(end + 2, &port))))
            return false;
    } else if (colon && strchr(host, ':') == colon) {
        *colon = '\0';
        if (!read_port(colon + 1, &port))
            return false;
    }
    if (!is_host(name))
        return false;
    *ret_host = g_strdup(name);
    *ret_port = port;
    return true;
}

bool address_is_exact(const char *address) {
    g_autofree char *host = NULL;
    struct in6_addr number;
    guint port;
    if (address_is_socket(address))
        return true;
    return address_split(address, &host, &port) &&
           (g_ascii_strcasecmp(host, "localhost") == 0 || inet_pton(AF_INET, host, &number) == 1 ||
            inet_pton(AF_INET6, host, &number) == 1);
}

static bool exists(const char *folder, const char *name) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

// All but a virtual machine's end of the bridge.
static bool member_leads_out(const char *folder) {
    return exists(folder, "device") || !exists(folder, "tun_flags");
}

static bool bridge_is_private(const char *folder) {
    g_autofree char *members = g_build_filename(folder, "brif", NULL);
    g_autoptr(GDir) dir = g_dir_open(members, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *root = g_path_get_dirname(folder), *member = g_build_filename(root, name, NULL);
        if (member_leads_out(member))
            return false;
    }
    return dir != NULL;
}

bool address_interface_is_private(const char *folder) {
    g_autofree char *name = g_path_get_basename(folder);
    bool is_host_only = g_str_has_prefix(name, "vboxnet") || g_str_has_prefix(name, "vmnet");
    if (exists(folder, "device"))
        return false;
    return exists(folder, "bridge") ? bridge_is_private(folder) : is_host_only;
}

static bool is_loopback(const struct sockaddr_in *four) {
    return ntohl(four->sin_addr.s_addr) >> 24 == 127;
}

static bool is_on_link(const struct ifaddrs *interface, struct in_addr wanted) {
    if (!interface->ifa_addr || !interface->ifa_netmask || interface->ifa_addr->sa_family != AF_INET ||
        interface->ifa_flags & (IFF_POINTOPOINT | IFF_LOOPBACK))
        return false;
    const struct sockaddr_in *own = (const struct sockaddr_in *)interface->ifa_addr;
    const struct sockaddr_in *mask = (const struct sockaddr_in *)interface->ifa_netmask;
    return mask->sin_addr.s_addr &&
           (own->sin_addr.s_addr & mask->sin_addr.s_addr) == (wanted.s_addr & mask->sin_addr.s_addr);
}

// Each interface that may carry it has to be one: which of them the kernel takes is not asked.
static bool network_is_private(struct in_addr wanted) {
    struct ifaddrs *all = NULL;
    guint private = 0, open = 0;
    if (getifaddrs(&all) < 0)
        return false;
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        if (!is_on_link(at, wanted))
            continue;
        g_autofree char *folder = g_build_filename(NET_CLASS, at->ifa_name, NULL);
        if (address_interface_is_private(folder))
        private++;
        else open++;
    }
    freeifaddrs(all);
    return private && !open;
}

bool address_is_private(const char *address) {
    g_autofree char *host = NULL;
    guint port;
    struct sockaddr_in four = {0};
    struct in6_addr six;
    if (address_is_socket(address))
        return true;
    if (!address_is_exact(address) || !address_split(address, &host, &port))
        return false;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    if (inet_pton(AF_INET, host, &four.sin_addr) != 1)
        return true; // localhost
    return is_loopback(&four) || network_is_private(four.sin_addr);
}
