// SPDX-License-Identifier: Apache-2.0
// Stands for the desktop's notifications: `shown ID TITLE | BODY | ACTION LABEL...` on stdout for each,
// `closed ID` when it is taken back, and for a line `ID ACTION` on stdin the user presses that button.
#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static const char introspection[] =
    "<node><interface name='" NAME "'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' "
    "direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg "
    "type='a{sv}' "
    "direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
    "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
    "</interface></node>";

static GDBusConnection *bus;
static guint32 last;

static void show(GVariant *parameters) {
    const char *title, *body;
    g_autofree const char **actions = NULL;
    g_variant_get(parameters, "(&su&s&s&s^a&s@a{sv}i)", NULL, NULL, NULL, &title, &body, &actions, NULL,
                  NULL);
    printf("shown %u %s | %s |", ++last, title, body);
    for (size_t i = 0; actions[i]; i++)
        printf(" %s", actions[i]);
    puts("");
    fflush(stdout);
}

static void on_method(GDBusConnection *connection, const char *sender, const char *path,
                      const char *interface, const char *method, GVariant *parameters,
                      GDBusMethodInvocation *invocation, gpointer data) {
    GVariant *answer = NULL;
    if (strcmp(method, "GetCapabilities") == 0) {
        const char *const names[] = {"body", "actions", NULL};
        answer = g_variant_new("(^as)", names);
    } else if (strcmp(method, "Notify") == 0) {
        show(parameters);
        answer = g_variant_new("(u)", last);
    } else {
        guint32 id;
        g_variant_get(parameters, "(u)", &id);
        printf("closed %u\n", id);
        fflush(stdout);
    }
    g_dbus_method_invocation_return_value(invocation, answer);
}

static gboolean on_line(gint fd, GIOCondition condition, gpointer data) {
    char line[128], action[64];
    unsigned id;
    ssize_t size = read(fd, line, sizeof line - 1);
    if (size <= 0)
        exit(0);
    line[size] = '\0';
    if (sscanf(line, "%u %63s", &id, action) == 2)
        g_dbus_connection_emit_signal(bus, NULL, PATH, NAME, "ActionInvoked",
                                      g_variant_new("(us)", id, action), NULL);
    return G_SOURCE_CONTINUE;
}

static void on_owned(GDBusConnection *connection, const char *name, gpointer data) {
    puts("ready");
    fflush(stdout);
}

int main(void) {
    static const GDBusInterfaceVTable table = {.method_call = on_method};
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(introspection, NULL);
    bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    if (!bus || !g_dbus_connection_register_object(bus, PATH, node->interfaces[0], &table, NULL, NULL, NULL))
        return 1;
    g_bus_own_name_on_connection(bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, on_owned, NULL, NULL, NULL);
    g_unix_fd_add(0, G_IO_IN | G_IO_HUP, on_line, NULL);
    g_main_loop_run(g_main_loop_new(NULL, FALSE));
}
