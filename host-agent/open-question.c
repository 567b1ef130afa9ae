// SPDX-License-Identifier: Apache-2.0
// org.freedesktop.Notifications over the session bus. A notification that is merely closed answers nothing:
// the question waits for `railhead requests`, or until it is stale. Owned by a GuestOpens; main loop.
#include "host-agent/open-question.h"
#include <string.h>

#define NAME      "org.freedesktop.Notifications"
#define PATH      "/org/freedesktop/Notifications"
#define TIMEOUT   60000 // ms the notification is shown, where the desktop obeys
#define N_ANSWERS 3

static const char *const answers[N_ANSWERS] = {"allow", "always", "deny"};

struct OpenQuestion {
    char *guest, *shown, *site;
    OpenQuestionOnAnswer on_answer;
    gpointer user;
    GDBusConnection *bus;
    GCancellable *cancelled;
    guint subscription;
    guint32 id; // 0: not shown
};

bool open_answer_from_string(const char *text, OpenAnswer *ret_answer) {
    for (int answer = 0; answer < N_ANSWERS; answer++)
        if (strcmp(text, answers[answer]) == 0) {
            *ret_answer = (OpenAnswer)answer;
            return true;
        }
    return false;
}

static void on_action(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *signal, GVariant *parameters, gpointer data) {
    OpenQuestion *question = data;
    const char *action;
    OpenAnswer answer;
    guint32 id;
    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(us)")))
        return;
    g_variant_get(parameters, "(u&s)", &id, &action);
    if (question->id && id == question->id && open_answer_from_string(action, &answer))
        question->on_answer(answer, question->user);
}

static void on_shown(GObject *bus, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; // the question is gone
    if (answer)
        g_variant_get(answer, "(u)", &((OpenQuestion *)data)->id);
}

static GVariant *notification(const OpenQuestion *question) {
    g_autofree char *body = g_markup_escape_text(question->shown, -1);
    g_autofree char *title = g_strdup_printf("%s wants to open this on your desktop", question->guest);
    g_autofree char *always = question->site ? g_strdup_printf("Always for %s", question->site) : NULL;
    GVariantBuilder actions, hints;
    g_variant_builder_init(&actions, G_VARIANT_TYPE_STRING_ARRAY);
    g_variant_builder_init(&hints, G_VARIANT_TYPE_VARDICT);
    const char *const labels[N_ANSWERS] = {"Open", always, "Do not open"};
    for (size_t i = 0; i < N_ANSWERS; i++)
        if (labels[i]) {
            g_variant_builder_add(&actions, "s", answers[i]);
            g_variant_builder_add(&actions, "s", labels[i]);
        }
    g_variant_builder_add(&hints, "{sv}", "category", g_variant_new_string("transfer"));
    return g_variant_new("(susssasa{sv}i)", "Railhead", 0, "dialog-question", title, body, &actions, &hints,
                         TIMEOUT);
}

static void on_capabilities(GObject *bus, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
    g_autofree const char **names = NULL;
    OpenQuestion *question = data;
    if (!answer) // none here, or the question is gone
        return;
    g_variant_get(answer, "(^a&s)", &names);
    if (!g_strv_contains(names, "actions"))
        return;
    question->subscription =
        g_dbus_connection_signal_subscribe(question->bus, NAME, NAME, "ActionInvoked", PATH, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_action, question, NULL);
    g_dbus_connection_call(question->bus, NAME, PATH, NAME, "Notify", notification(question),
                           G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, question->cancelled, on_shown,
                           question);
}

OpenQuestion *open_question_new(const char *guest, const char *shown, const char *site,
                                OpenQuestionOnAnswer on_answer, gpointer user) {
    OpenQuestion *question = g_new0(OpenQuestion, 1);
    question->guest = g_strdup(guest);
    question->shown = g_strdup(shown);
    question->site = g_strdup(site);
    question->on_answer = on_answer;
    question->user = user;
    question->cancelled = g_cancellable_new();
    question->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL); // the agent is on it already
    if (question->bus)
        g_dbus_connection_call(question->bus, NAME, PATH, NAME, "GetCapabilities", NULL,
                               G_VARIANT_TYPE("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, question->cancelled,
                               on_capabilities, question);
    return question;
}

void open_question_free(OpenQuestion *question) {
    if (!question)
        return;
    g_cancellable_cancel(question->cancelled);
    if (question->subscription)
        g_dbus_connection_signal_unsubscribe(question->bus, question->subscription);
    if (question->id)
        g_dbus_connection_call(question->bus, NAME, PATH, NAME, "CloseNotification",
                               g_variant_new("(u)", question->id), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                               NULL, NULL);
    g_clear_object(&question->bus);
    g_object_unref(question->cancelled);
    g_free(question->guest);
    g_free(question->shown);
    g_free(question->site);
    g_free(question);
}
