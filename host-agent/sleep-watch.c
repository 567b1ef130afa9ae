// SPDX-License-Identifier: Apache-2.0
// Listens to org.freedesktop.login1 on the system bus (PrepareForSleep), and holds a delay lock so that
// connections can be ended in order before the network goes; the lock is given back once they are. Owned by
// the Application; main loop of the agent. Never waits for logind, and does without one.
#include "host-agent/sleep-watch.h"
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#define LOGIND         "org.freedesktop.login1"
#define LOGIND_PATH    "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"

struct SleepWatch {
    SleepWatchOnChange on_change;
    gpointer user;
    GDBusConnection *bus;
    GCancellable *cancel;
    guint subscription;
    gulong network;
    int lock; // -1: none
};

static void release_lock(SleepWatch *watch) {
    if (watch->lock >= 0)
        close(watch->lock);
    watch->lock = -1;
}

static void on_locked(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_with_unix_fd_list_finish(G_DBUS_CONNECTION(source), &fds, result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    SleepWatch *watch = data;
    gint32 index = 0;
    if (!answer || !fds)
        return;
    g_variant_get(answer, "(h)", &index);
    release_lock(watch);
    watch->lock = g_unix_fd_list_get(fds, index, NULL);
}

static void take_lock(SleepWatch *watch) {
    GVariant *words =
        g_variant_new("(ssss)", "sleep", "Railhead", "Connections to guests are ended", "delay");
    g_dbus_connection_call_with_unix_fd_list(watch->bus, LOGIND, LOGIND_PATH, LOGIND_MANAGER, "Inhibit",
                                             words, G_VARIANT_TYPE("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                             -1, NULL, watch->cancel, on_locked, watch);
}

static void on_prepare(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                       const char *signal, GVariant *parameters, gpointer data) {
    SleepWatch *watch = data;
    gboolean asleep = FALSE;
    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(b)")))
        return;
    g_variant_get(parameters, "(b)", &asleep);
    g_message("this computer %s", asleep ? "is about to sleep" : "has woken up");
    watch->on_change(asleep, watch->user);
    if (asleep)
        release_lock(watch);
    else
        take_lock(watch);
}

static void on_bus(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    GDBusConnection *bus = g_bus_get_finish(result, &error);
    if (!bus) {
        if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            g_info("no system bus, so nothing is known of this computer's sleep: %s", error->message);
        return;
    }
    SleepWatch *watch = data;
    watch->bus = bus;
    watch->subscription =
        g_dbus_connection_signal_subscribe(bus, LOGIND, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_prepare, watch, NULL);
    g_dbus_connection_set_exit_on_close(bus, FALSE);
    take_lock(watch);
}

static void on_network(GNetworkMonitor *monitor, gboolean available, gpointer data) {
    SleepWatch *watch = data;
    if (available)
        watch->on_change(false, watch->user);
}

SleepWatch *sleep_watch_new(SleepWatchOnChange on_change, gpointer user) {
    SleepWatch *watch = g_new0(SleepWatch, 1);
    watch->on_change = on_change;
    watch->user = user;
    watch->lock = -1;
    watch->cancel = g_cancellable_new();
    watch->network =
        g_signal_connect(g_network_monitor_get_default(), "network-changed", G_CALLBACK(on_network), watch);
    g_bus_get(G_BUS_TYPE_SYSTEM, watch->cancel, on_bus, watch);
    return watch;
}

void sleep_watch_free(SleepWatch *watch) {
    if (!watch)
        return;
    g_cancellable_cancel(watch->cancel);
    g_signal_handler_disconnect(g_network_monitor_get_default(), watch->network);
    if (watch->bus)
        g_dbus_connection_signal_unsubscribe(watch->bus, watch->subscription);
    release_lock(watch);
    g_clear_object(&watch->bus);
    g_object_unref(watch->cancel);
    g_free(watch);
}
