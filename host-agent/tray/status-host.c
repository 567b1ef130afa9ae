// SPDX-License-Identifier: Apache-2.0
// Follows the watcher's name on the bus. A watcher that goes takes its list along, so the next one is told
// all items again. Owned by the agent's tray; main loop.
#include "host-agent/tray/status-host.h"
#include <string.h>

#define WATCHER   "org.kde.StatusNotifierWatcher"
#define PATH      "/StatusNotifierWatcher"
#define PROPERTY  "IsStatusNotifierHostRegistered"
#define ANSWER_MS 5000

struct StatusHost {
    GDBusConnection *bus;
    void (*on_changed)(gpointer user);
    gpointer user;
    GPtrArray *services;
    GCancellable *cancellable; // of what the present watcher was asked
    guint watch, signals;
    bool has_watcher, has_host, is_known;
};

static void set_known(StatusHost *host, bool has_watcher, bool has_host) {
    bool before = status_host_is_there(host);
    host->has_watcher = has_watcher;
    host->has_host = has_host;
    host->is_known = true;
    if (status_host_is_there(host) != before && host->on_changed)
        host->on_changed(host->user);
}

static void on_registered(GObject *bus, GAsyncResult *result, gpointer user) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
    if (!answer && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_message("an item does not get into the tray: %s", error->message);
}

static void register_item(StatusHost *host, const char *service) {
    if (host->has_watcher)
        g_dbus_connection_call(host->bus, WATCHER, PATH, WATCHER, "RegisterStatusNotifierItem",
                               g_variant_new("(s)", service), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                               ANSWER_MS, host->cancellable, on_registered, NULL);
}

static void on_property(GObject *bus, GAsyncResult *result, gpointer user) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
    g_autoptr(GVariant) value = NULL;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; // `user` may be gone
    if (answer)
        g_variant_get(answer, "(v)", &value);
    bool is_boolean = value && g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN);
    set_known(user, true, is_boolean && g_variant_get_boolean(value));
}

static void ask_for_host(StatusHost *host) {
    g_dbus_connection_call(host->bus, WATCHER, PATH, "org.freedesktop.DBus.Properties", "Get",
                           g_variant_new("(ss)", WATCHER, PROPERTY), G_VARIANT_TYPE("(v)"),
                           G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MS, host->cancellable, on_property, host);
}

static void forget_answers(StatusHost *host) {
    g_cancellable_cancel(host->cancellable);
    g_object_unref(host->cancellable);
    host->cancellable = g_cancellable_new();
}

static void on_appeared(GDBusConnection *bus, const char *name, const char *owner, gpointer user) {
    StatusHost *host = user;
    forget_answers(host);
    host->has_watcher = true;
    for (guint i = 0; i < host->services->len; i++)
        register_item(host, g_ptr_array_index(host->services, i));
    ask_for_host(host);
}

static void on_vanished(GDBusConnection *bus, const char *name, gpointer user) {
    forget_answers(user);
    set_known(user, false, false);
}

static void on_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *signal, GVariant *parameters, gpointer user) {
    if (strcmp(signal, "StatusNotifierHostRegistered") == 0 ||
        strcmp(signal, "StatusNotifierHostUnregistered") == 0)
        ask_for_host(user);
}

StatusHost *status_host_new(GDBusConnection *bus, void (*on_changed)(gpointer user), gpointer user) {
    StatusHost *host = g_new0(StatusHost, 1);
    host->bus = g_object_ref(bus);
    host->on_changed = on_changed;
    host->user = user;
    host->services = g_ptr_array_new_with_free_func(g_free);
    host->cancellable = g_cancellable_new();
    host->signals = g_dbus_connection_signal_subscribe(bus, WATCHER, WATCHER, NULL, PATH, NULL,
                                                       G_DBUS_SIGNAL_FLAGS_NONE, on_signal, host, NULL);
    host->watch = g_bus_watch_name_on_connection(bus, WATCHER, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared,
                                                 on_vanished, host, NULL);
    return host;
}

void status_host_free(StatusHost *host) {
    if (!host)
        return;
    g_bus_unwatch_name(host->watch);
    g_dbus_connection_signal_unsubscribe(host->bus, host->signals);
    g_cancellable_cancel(host->cancellable);
    g_object_unref(host->cancellable);
    g_ptr_array_unref(host->services);
    g_object_unref(host->bus);
    g_free(host);
}

bool status_host_is_there(const StatusHost *host) {
    return !host->is_known || (host->has_watcher && host->has_host);
}

GDBusConnection *status_host_bus(const StatusHost *host) {
    return host->bus;
}

void status_host_add(StatusHost *host, const char *service) {
    g_ptr_array_add(host->services, g_strdup(service));
    register_item(host, service);
}

void status_host_remove(StatusHost *host, const char *service) {
    guint index;
    if (g_ptr_array_find_with_equal_func(host->services, service, g_str_equal, &index))
        g_ptr_array_remove_index(host->services, index);
}
