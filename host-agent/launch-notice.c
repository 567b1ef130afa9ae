// SPDX-License-Identifier: Apache-2.0
// Speaks org.freedesktop.Notifications for one launch. Owned by a Request of the Application until it ends,
// then by its own answers on the bus; main loop of the agent. Waits for nobody; a desktop without
// notifications shows none. What comes of a guest is escaped, since desktops read the text as markup.
#include "host-agent/launch-notice.h"
#include <stdbool.h>
#include <string.h>

#define NOTIFICATIONS      "org.freedesktop.Notifications"
#define NOTIFICATIONS_PATH "/org/freedesktop/Notifications"
#define LOOK_MS            500
#define TITLE              "Railhead"
#define ICON               "railhead"
#define NEVER              0
#define BY_THE_DESKTOP     (-1)

struct LaunchNotice {
    GDBusConnection *bus;
    char *topic, *shown, *failure;
    LaunchNoticeStage stage;
    gpointer user;
    guint timer;
    guint32 id;        // that the desktop gave it, 0: none
    bool asked, ended; // asked: the desktop has not said the id yet
};

static GHashTable *topics; // of notices that are shown

static void release(LaunchNotice *notice) {
    g_clear_handle_id(&notice->timer, g_source_remove);
    g_object_unref(notice->bus);
    g_free(notice->topic);
    g_free(notice->shown);
    g_free(notice->failure);
    g_free(notice);
}

static void finish(LaunchNotice *notice);

static void on_shown(GObject *source, GAsyncResult *result, gpointer data) {
    LaunchNotice *notice = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
    notice->asked = false;
    if (answer)
        g_variant_get(answer, "(u)", &notice->id);
    else
        g_info("no notification: %s", error->message);
    if (notice->ended)
        finish(notice);
}

static void show(LaunchNotice *notice, const char *text, int timeout) {
    GVariantBuilder actions, hints;
    g_autofree char *body = g_markup_escape_text(text, -1);
    g_variant_builder_init(&actions, G_VARIANT_TYPE("as"));
    g_variant_builder_init(&hints, G_VARIANT_TYPE_VARDICT);
    notice->asked = true;
    g_dbus_connection_call(
        notice->bus, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Notify",
        g_variant_new("(susssasa{sv}i)", TITLE, notice->id, ICON, TITLE, body, &actions, &hints, timeout),
        G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_shown, notice);
}

static void take_back(LaunchNotice *notice) {
    if (notice->id)
        g_dbus_connection_call(notice->bus, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS,
                               "CloseNotification", g_variant_new("(u)", notice->id), NULL,
                               G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void finish(LaunchNotice *notice) {
    g_autofree char *failure = g_steal_pointer(&notice->failure);
    if (failure) {
        g_clear_pointer(&notice->shown, g_free); // it stays
        show(notice, failure, BY_THE_DESKTOP);
        return; // the answer comes here again
    }
    if (notice->shown)
        take_back(notice);
    release(notice);
}

static bool is_mine_to_tell(LaunchNotice *notice) {
    if (!topics)
        topics = g_hash_table_new(g_str_hash, g_str_equal);
    if (!g_hash_table_contains(topics, notice->topic))
        g_hash_table_insert(topics, notice->topic, notice);
    return g_hash_table_lookup(topics, notice->topic) == notice;
}

static gboolean on_look(gpointer data) {
    LaunchNotice *notice = data;
    g_autofree char *text = notice->stage(notice->user);
    notice->timer = g_timeout_add(LOOK_MS, on_look, notice);
    if (!text || notice->asked || !is_mine_to_tell(notice) || g_strcmp0(text, notice->shown) == 0)
        return G_SOURCE_REMOVE;
    show(notice, text, NEVER);
    g_free(notice->shown);
    notice->shown = g_steal_pointer(&text);
    return G_SOURCE_REMOVE;
}

LaunchNotice *launch_notice_new(GDBusConnection *bus, const char *topic, LaunchNoticeStage stage,
                                gpointer user) {
    LaunchNotice *notice = g_new0(LaunchNotice, 1);
    notice->bus = g_object_ref(bus);
    notice->topic = g_strdup(topic);
    notice->stage = stage;
    notice->user = user;
    notice->timer = g_timeout_add(LAUNCH_NOTICE_AFTER_MS, on_look, notice);
    return notice;
}

void launch_notice_end(LaunchNotice *notice, const char *failure) {
    if (!notice)
        return;
    g_clear_handle_id(&notice->timer, g_source_remove);
    if (topics && g_hash_table_lookup(topics, notice->topic) == notice)
        g_hash_table_remove(topics, notice->topic);
    notice->ended = true;
    notice->failure = g_strdup(failure);
    if (!notice->asked)
        finish(notice);
}
