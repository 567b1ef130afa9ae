// SPDX-License-Identifier: Apache-2.0
// The client of org.freedesktop.Notifications. Numbers of the server are learnt with its answer, so what is
// asked of a notification before is done then. Text is escaped where the server reads markup. Owned by the
// agent; main loop; never blocks on the server.
#include "host-agent/tray/notifier.h"
#include <string.h>

#define SERVICE "org.freedesktop.Notifications"
#define PATH    "/org/freedesktop/Notifications"

struct Notifier {
    GDBusConnection *bus;
    GCancellable *cancellable;
    guint signals, watch;
    GHashTable *shown; // number -> Shown
    uint32_t last;
    bool has_markup, has_actions;
};

typedef struct Shown {
    uint32_t number, at_server; // at_server 0: not told yet
    bool is_closing;
    NotificationShown on_shown;
    NotificationEnded on_ended;
    gpointer user;
} Shown;

typedef struct Call {
    Notifier *notifier;
    uint32_t number;
} Call;

static void end(Notifier *notifier, uint32_t number, NotificationEnd how) {
    gpointer value;
    if (!g_hash_table_steal_extended(notifier->shown, GUINT_TO_POINTER(number), NULL, &value))
        return;
    g_autofree Shown *shown = value;
    if (shown->on_ended)
        shown->on_ended(number, how, shown->user);
}

static void close_at_server(Notifier *notifier, uint32_t at_server) {
    g_dbus_connection_call(notifier->bus, SERVICE, PATH, SERVICE, "CloseNotification",
                           g_variant_new("(u)", at_server), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                           NULL, NULL);
}

static Shown *find(Notifier *notifier, uint32_t number) {
    return g_hash_table_lookup(notifier->shown, GUINT_TO_POINTER(number));
}

static Shown *find_at_server(Notifier *notifier, uint32_t at_server) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, notifier->shown);
    while (at_server && g_hash_table_iter_next(&iter, NULL, &value))
        if (((Shown *)value)->at_server == at_server)
            return value;
    return NULL;
}

static void on_notified(GObject *bus, GAsyncResult *result, gpointer user) {
    g_autofree Call *call = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; // the notifier is gone
    uint32_t at_server = 0;
    if (answer)
        g_variant_get(answer, "(u)", &at_server);
    Shown *shown = find(call->notifier, call->number);
    if (!shown || shown->is_closing) {
        if (at_server)
            close_at_server(call->notifier, at_server);
        end(call->notifier, call->number, NOTIFICATION_CLOSED);
        return;
    }
    shown->at_server = at_server;
    if (!at_server)
        end(call->notifier, call->number, NOTIFICATION_FAILED);
    else if (shown->on_shown)
        shown->on_shown(call->number, shown->user);
}

static void on_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *signal, GVariant *parameters, gpointer user) {
    Notifier *notifier = user;
    uint32_t at_server, reason;
    if (strcmp(signal, "ActionInvoked") == 0 && g_variant_is_of_type(parameters, G_VARIANT_TYPE("(us)"))) {
        g_variant_get(parameters, "(u&s)", &at_server, NULL);
        Shown *shown = find_at_server(notifier, at_server);
        if (shown)
            end(notifier, shown->number, NOTIFICATION_CLICKED);
    } else if (strcmp(signal, "NotificationClosed") == 0 &&
               g_variant_is_of_type(parameters, G_VARIANT_TYPE("(uu)"))) {
        g_variant_get(parameters, "(uu)", &at_server, &reason);
        Shown *shown = find_at_server(notifier, at_server);
        if (shown)
            end(notifier, shown->number, reason == 3 ? NOTIFICATION_CLOSED : NOTIFICATION_TIMED_OUT);
    }
}

static void on_capabilities(GObject *bus, GAsyncResult *result, gpointer user) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
    if (!answer)
        return;
    Notifier *notifier = user;
    g_autofree const char **names = NULL;
    g_variant_get(answer, "(^a&s)", &names);
    notifier->has_markup = g_strv_contains(names, "body-markup");
    notifier->has_actions = g_strv_contains(names, "actions");
}

static void on_server(GDBusConnection *bus, const char *name, const char *owner, gpointer user) {
    Notifier *notifier = user;
    g_dbus_connection_call(bus, SERVICE, PATH, SERVICE, "GetCapabilities", NULL, G_VARIANT_TYPE("(as)"),
                           G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, notifier->cancellable, on_capabilities,
                           notifier);
}

static void on_server_gone(GDBusConnection *bus, const char *name, gpointer user) {
    Notifier *notifier = user;
    g_autoptr(GList) numbers = g_hash_table_get_keys(notifier->shown);
    notifier->has_markup = true; // until it is known, what cannot do harm
    notifier->has_actions = true;
    for (GList *at = numbers; at; at = at->next) {
        Shown *shown = find(notifier, GPOINTER_TO_UINT(at->data));
        if (shown && shown->at_server)
            end(notifier, shown->number, NOTIFICATION_CLOSED);
    }
}

Notifier *notifier_new(GDBusConnection *bus) {
    Notifier *notifier = g_new0(Notifier, 1);
    notifier->bus = g_object_ref(bus);
    notifier->cancellable = g_cancellable_new();
    notifier->shown = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    notifier->has_markup = notifier->has_actions = true;
    notifier->signals = g_dbus_connection_signal_subscribe(
        bus, SERVICE, SERVICE, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, notifier, NULL);
    notifier->watch = g_bus_watch_name_on_connection(bus, SERVICE, G_BUS_NAME_WATCHER_FLAGS_NONE, on_server,
                                                     on_server_gone, notifier, NULL);
    return notifier;
}

void notifier_free(Notifier *notifier) {
    if (!notifier)
        return;
    g_cancellable_cancel(notifier->cancellable);
    g_object_unref(notifier->cancellable);
    g_bus_unwatch_name(notifier->watch);
    g_dbus_connection_signal_unsubscribe(notifier->bus, notifier->signals);
    g_hash_table_unref(notifier->shown);
    g_object_unref(notifier->bus);
    g_free(notifier);
}

static GVariant *parameters_of(const Notifier *notifier, const Notification *what, uint32_t replaces) {
    GVariantBuilder actions, hints;
    g_variant_builder_init(&actions, G_VARIANT_TYPE_STRING_ARRAY);
    g_variant_builder_init(&hints, G_VARIANT_TYPE_VARDICT);
    if (notifier->has_actions) {
        g_variant_builder_add(&actions, "s", "default");
        g_variant_builder_add(&actions, "s", "Open");
    }
    g_variant_builder_add(&hints, "{sv}", "urgency", g_variant_new_byte((uint8_t)what->urgency));
    g_autofree char *body =
        notifier->has_markup ? g_markup_escape_text(what->text, -1) : g_strdup(what->text);
    return g_variant_new("(susssasa{sv}i)", what->application, replaces, what->icon, what->title, body,
                         &actions, &hints, what->timeout);
}

uint32_t notifier_show(Notifier *notifier, const Notification *what, uint32_t replaces,
                       NotificationShown on_shown, NotificationEnded on_ended, gpointer user) {
    Shown *before = replaces ? find(notifier, replaces) : NULL;
    uint32_t at_server = before ? before->at_server : 0;
    if (before && at_server)
        before->at_server = 0; // its number at the server goes on as another's
    if (before)
        at_server ? end(notifier, replaces, NOTIFICATION_CLOSED) : notifier_close(notifier, replaces);
    Shown *shown = g_new(Shown, 1);
    *shown = (Shown){.number = ++notifier->last, .on_shown = on_shown, .on_ended = on_ended, .user = user};
    g_hash_table_insert(notifier->shown, GUINT_TO_POINTER(shown->number), shown);
    Call *call = g_new(Call, 1);
    *call = (Call){notifier, shown->number};
    g_dbus_connection_call(notifier->bus, SERVICE, PATH, SERVICE, "Notify",
                           parameters_of(notifier, what, at_server), G_VARIANT_TYPE("(u)"),
                           G_DBUS_CALL_FLAGS_NONE, -1, notifier->cancellable, on_notified, call);
    return notifier->last;
}

void notifier_close(Notifier *notifier, uint32_t number) {
    Shown *shown = find(notifier, number);
    if (!shown)
        return;
    shown->is_closing = true;
    if (shown->at_server)
        close_at_server(notifier, shown->at_server);
}

void notifier_forget(Notifier *notifier, uint32_t number) {
    Shown *shown = find(notifier, number);
    if (!shown)
        return;
    shown->on_shown = NULL;
    shown->on_ended = NULL;
    notifier_close(notifier, number);
}
