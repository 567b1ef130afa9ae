// SPDX-License-Identifier: Apache-2.0
// Stands for services of the desktop on the bus that DBUS_SESSION_BUS_ADDRESS names.
//   bus-double notifications    org.freedesktop.Notifications; says `notify ID REPLACED-ID TEXT` and `close
//   ID` bus-double logind           org.freedesktop.login1; says `inhibit WHAT MODE` and `released`, and
//   sends
//                               PrepareForSleep for each line `sleep` or `wake`
// Says `ready` first. Ends with its stdin.
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char notifications[] =
    "<node><interface name='org.freedesktop.Notifications'>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' "
    "direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method></interface></node>";
static const char logind[] = "<node><interface name='org.freedesktop.login1.Manager'>"
                             "<method name='Inhibit'><arg type='s' direction='in'/><arg type='s' "
                             "direction='in'/><arg type='s' direction='in'/>"
                             "<arg type='s' direction='in'/><arg type='h' direction='out'/></method>"
                             "<signal name='PrepareForSleep'><arg type='b'/></signal></interface></node>";

static GMainLoop *loop;

static gboolean on_released(int fd, GIOCondition condition, gpointer data) {
    puts("released");
    close(fd);
    return G_SOURCE_REMOVE;
}

static void inhibit(GVariant *parameters, GDBusMethodInvocation *invocation) {
    const char *what, *who, *why, *mode;
    int fds[2];
    g_variant_get(parameters, "(&s&s&s&s)", &what, &who, &why, &mode);
    if (!g_unix_open_pipe(fds, FD_CLOEXEC, NULL))
        exit(70);
    g_autoptr(GUnixFDList) list = g_unix_fd_list_new_from_array(&fds[1], 1);
    g_unix_fd_add(fds[0], G_IO_HUP, on_released, NULL);
    printf("inhibit %s %s\n", what, mode);
    g_dbus_method_invocation_return_value_with_unix_fd_list(invocation, g_variant_new("(h)", 0), list);
}

static void notify(GVariant *parameters, GDBusMethodInvocation *invocation) {
    static guint32 last;
    const char *text;
    guint32 replaced;
    g_variant_get_child(parameters, 1, "u", &replaced);
    g_variant_get_child(parameters, 4, "&s", &text);
    guint32 id = replaced ? replaced : ++last;
    printf("notify %u %u %s\n", id, replaced, text);
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(u)", id));
}

static void on_method(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                      gpointer data) {
    guint32 id;
    if (strcmp(method, "Inhibit") == 0) {
        inhibit(parameters, invocation);
    } else if (strcmp(method, "Notify") == 0) {
        notify(parameters, invocation);
    } else {
        g_variant_get(parameters, "(u)", &id);
        printf("close %u\n", id);
        g_dbus_method_invocation_return_value(invocation, NULL);
    }
}

static gboolean on_line(int fd, GIOCondition condition, gpointer bus) {
    char bytes[64] = {0};
    ssize_t got = read(fd, bytes, sizeof bytes - 1);
    if (got <= 0) {
        g_main_loop_quit(loop);
        return G_SOURCE_REMOVE;
    }
    g_dbus_connection_emit_signal(bus, NULL, "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                                  "PrepareForSleep", g_variant_new("(b)", strncmp(bytes, "sleep", 5) == 0),
                                  NULL);
    return G_SOURCE_CONTINUE;
}

static void on_owned(GDBusConnection *bus, const char *name, gpointer data) {
    puts("ready");
}

static void on_lost(GDBusConnection *bus, const char *name, gpointer data) {
    g_main_loop_quit(loop);
}

int main(int argc, char **argv) {
    static const GDBusInterfaceVTable table = {.method_call = on_method};
    bool is_logind = argc > 1 && strcmp(argv[1], "logind") == 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(is_logind ? logind : notifications, NULL);
    if (!bus || !node)
        return 1;
    g_dbus_connection_register_object(
        bus, is_logind ? "/org/freedesktop/login1" : "/org/freedesktop/Notifications", node->interfaces[0],
        &table, NULL, NULL, NULL);
    g_bus_own_name_on_connection(bus, is_logind ? "org.freedesktop.login1" : "org.freedesktop.Notifications",
                                 G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, on_owned, on_lost, NULL, NULL);
    g_unix_fd_add(0, G_IO_IN | G_IO_HUP, on_line, bus);
    g_main_loop_run(loop);
    return 0;
}
