// SPDX-License-Identifier: Apache-2.0
// An empty root that cannot be written, and in it: the system's libraries, what they read in /etc, the
// sockets of the one guest, the one program, and an empty /tmp. No home, no X server, no bus, no other
// process, no capability, and no network where the guest is a socket. Used by the agent; pure but for looks
// at the file system.
#include "host-agent/session-view.h"
#include <stdarg.h>
#include <stdbool.h>
#include "rail/pixels-message.h"

static void add(GPtrArray *argv, ...) {
    va_list list;
    va_start(list, argv);
    for (const char *word; (word = va_arg(list, const char *));)
        g_ptr_array_add(argv, g_strdup(word));
    va_end(list);
}

// /usr, and the names that the loader knows for its parts, which most systems have as links into it.
static void add_libraries(GPtrArray *argv) {
    static const char *const names[] = {"/lib", "/lib32", "/lib64", "/libx32"};
    add(argv, "--ro-bind", "/usr", "/usr", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *target = g_file_read_link(names[i], NULL);
        if (target)
            add(argv, "--symlink", target, names[i], NULL);
        else
            add(argv, "--ro-bind-try", names[i], names[i], NULL);
    }
}

static void add_files(GPtrArray *argv, const char *const *files, size_t count) {
    for (size_t i = 0; i < count; i++)
        add(argv, "--ro-bind-try", files[i], files[i], NULL);
}

static void add_settings(GPtrArray *argv, bool network) {
    static const char *const always[] = {"/etc/ld.so.cache", "/etc/alternatives",    "/etc/ssl/openssl.cnf",
                                         "/etc/ssl/certs",   "/etc/crypto-policies", "/etc/localtime",
                                         "/etc/timezone"};
    static const char *const resolver[] = {"/etc/resolv.conf", "/etc/hosts",     "/etc/nsswitch.conf",
                                           "/etc/gai.conf",    "/etc/host.conf", "/etc/services",
                                           "/etc/protocols",   "/etc/krb5.conf"};
    add_files(argv, always, G_N_ELEMENTS(always));
    if (network)
        add_files(argv, resolver, G_N_ELEMENTS(resolver));
}

// The guest's RDP server and, where it shares its pixels, the socket beside it.
static void add_sockets(GPtrArray *argv, const char *socket) {
    g_autofree char *folder = g_path_get_dirname(socket);
    g_autofree char *pixels = g_build_filename(folder, PIXELS_SOCKET, NULL);
    add_files(argv, (const char *const[]){socket, pixels}, 2);
}

void session_view_add(GPtrArray *argv, const char *bwrap, const char *program, const char *socket) {
    add(argv, bwrap, "--unshare-all", NULL);
    if (!socket)
        add(argv, "--share-net", NULL);
    add_libraries(argv);
    add_settings(argv, socket == NULL);
    add(argv, "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", NULL);
    if (!g_str_has_prefix(program, "/usr/"))
        add(argv, "--ro-bind", program, program, NULL);
    if (socket)
        add_sockets(argv, socket);
    add(argv, "--remount-ro", "/", "--setenv", "HOME", "/tmp", "--chdir", "/", "--cap-drop", "ALL",
        "--die-with-parent", "--new-session", "--", NULL);
}

char **session_view_environment(void) {
    static const char *const kept[] = {"LANG", "LANGUAGE",   "LC_ALL",      "LC_CTYPE",        "LC_MESSAGES",
                                       "TZ",   "WLOG_LEVEL", "WLOG_FILTER", "G_MESSAGES_DEBUG"};
    char **environment = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
        if (g_getenv(kept[i]))
            environment = g_environ_setenv(environment, kept[i], g_getenv(kept[i]), TRUE);
    return g_environ_setenv(environment, "HOME", g_get_home_dir(), TRUE);
}
