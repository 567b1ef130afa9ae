// SPDX-License-Identifier: Apache-2.0
// Windows of a guest without a RAIL server: its guest agent tracks them (rail/PROTOCOL.md 3.6, 3.9), they
// become the same DeskEvents as window orders, and what the agent wants of one goes back as WINDOW_COMMANDs
// (3.10). Their pixels are parts of the plain desktop. Chosen when the guest agent can do it and nothing of
// RAIL has been heard; a guest that speaks RAIL after all ends it. One per session, in its loop.
#include "host-agent/session/session.h"

#include <string.h>
#include "rail/window-message.h"

#define CAPABILITY_RAIL   0x17 // number of the set, MS-RDPERP 2.2.1.1.1
#define TRACKING_FEATURES (RAILPUB_TRACK | RAILPUB_COMMAND)

static const Box whole_desktop = {0, 0, BOX_LIMIT, BOX_LIMIT};

struct Tracked {
    bool can, runs, has_waited; // has_waited: long enough for RAIL
    bool is_synchronised;
    bool shows_desktop;  // in place of the windows
    uint32_t request;    // of the DESKTOP that has no answer yet, 0: none
    bool wants_desktop;  // what that one asks for
    uint32_t cookie;     // of the last TRACK
    GHashTable *windows; // id -> GuestWindow, as last told
    DeskEvent order;     // the last one; kind 0: none
};

static Tracked *tracked_of(Session *session) {
    if (!session->tracked) {
        session->tracked = g_new0(Tracked, 1);
        session->tracked->windows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    }
    return session->tracked;
}

static void send_plain(Session *session, DeskEventKind kind) {
    DeskEvent event;
    desk_event_init(&event, kind);
    session_send(session, &event, -1);
}

static void send_message(Session *session, MessageType type, WireWriter *writer) {
    Intent intent = {.kind = INTENT_PUBLICATION};
    intent.as.publication.type = type;
    intent.as.publication.size = writer->size;
    intent.as.publication.body = writer->data; // lent for the call
    if (!writer->failed)
        publication_send(session, &intent);
    wire_writer_clear(writer);
}

static void ask(Session *session) {
    WireWriter writer;
    wire_writer_init(&writer);
    u32_encode(&writer, ++session->tracked->cookie);
    send_message(session, MESSAGE_TRACK, &writer);
}

static bool is_announced(Session *session) {
    const rdpSettings *settings = session->rdp->settings;
    const BYTE *received = freerdp_settings_get_pointer(settings, FreeRDP_ReceivedCapabilities);
    uint32_t count = freerdp_settings_get_uint32(settings, FreeRDP_ReceivedCapabilitiesSize);
    return received && count > CAPABILITY_RAIL && received[CAPABILITY_RAIL];
}

// Windows XP announces nothing and may have RAIL: it gets the time that others get who announced it.
static bool has_no_rail(Session *session) {
    bool may_come = is_announced(session) || session->connect.as.connect.security == INTENT_SECURITY_RDP;
    return !session->rail_heard && (!may_come || session->tracked->has_waited);
}

static void begin(Session *session) {
    Tracked *tracked = session->tracked;
    tracked->runs = true;
    tracked->is_synchronised = tracked->shows_desktop = false;
    tracked->request = 0;
    tracked->order.kind = 0;
    g_hash_table_remove_all(tracked->windows);
    g_printerr("railhead-session: the guest has no RAIL server: its guest agent tells of its windows\n");
    rail_channel_give_up(session);
    if (session->state < SESSION_CONNECTED)
        session_set_state(session, SESSION_CONNECTED, 0, "");
    send_plain(session, DESK_EVENT_SYNC_BEGAN);
    ask(session);
}

static void begin_if_right(Session *session) {
    Tracked *tracked = session->tracked;
    if (tracked && tracked->can && has_no_rail(session))
        begin(session);
}

bool tracked_take_hello(Session *session, const HelloBody *hello) {
    Tracked *tracked = tracked_of(session);
    tracked->can = (hello->features & TRACKING_FEATURES) == TRACKING_FEATURES;
    tracked->runs = false;
    begin_if_right(session);
    return tracked->runs;
}

void tracked_rail_is_late(Session *session) {
    Tracked *tracked = tracked_of(session);
    tracked->has_waited = true;
    if (!tracked->runs)
        begin_if_right(session);
}

void tracked_rail_is_heard(Session *session) {
    session->rail_heard = true;
    if (session->tracked)
        session->tracked->runs = false;
}

bool tracked_runs(const Session *session) {
    return session->tracked && session->tracked->runs;
}

// A shell's own windows are the desktop, and no programs'.
static bool is_of_shell(const TrackedWindow *tracked) {
    static const char *const classes[] = {
        "Progman",         "WorkerW",         "Shell_TrayWnd", "Shell_SecondaryTrayWnd",
        "RailheadDesktop", "RailheadTaskbar", "Button"};
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        if (strcmp(tracked->class_name, classes[i]) == 0)
            return true;
    return false;
}

static void send_window(Session *session, const GuestWindow *window, bool is_new) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = window->id;
    event.as.change.is_new = is_new;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    event.as.change.delta.to = *window;
    event.as.change.delta.to.client = window->box;
    session_send(session, &event, -1);
}

static void take_window(Session *session, const Message *message) {
    Tracked *tracked = session->tracked;
    TrackedWindow told;
    if (!tracked_decode(message->body, message->size, &told) || is_of_shell(&told))
        return;
    gpointer key = GUINT_TO_POINTER(told.window.id);
    const GuestWindow *before = g_hash_table_lookup(tracked->windows, key);
    bool is_new = !before, stays = before && box_equal(before->box, told.window.box);
    if (is_new && g_hash_table_size(tracked->windows) >= GUEST_WINDOWS_MAX)
        return;
    g_hash_table_replace(tracked->windows, key, g_memdup2(&told.window, sizeof told.window));
    if (tracked->shows_desktop)
        return;
    send_window(session, &told.window, is_new);
    if (!stays) // the pixels, of what it covers no longer, too, were there before the word of its place
        surfaces_damage_desktop(session, whole_desktop);
}

static void take_gone(Session *session, const Message *message) {
    Tracked *tracked = session->tracked;
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    if (!u32_decode(message->body, message->size, &event.window) ||
        !g_hash_table_remove(tracked->windows, GUINT_TO_POINTER(event.window)))
        return;
    if (tracked->shows_desktop)
        return;
    session_send(session, &event, -1);
    surfaces_damage_desktop(session, whole_desktop);
}

static void take_order(Session *session, const Message *message) {
    DeskEvent event;
    if (!tracked_order_decode(message->body, message->size, &event))
        return;
    session->tracked->order = event;
    if (session->tracked->shows_desktop)
        return;
    session_send(session, &event, -1);
    surfaces_damage_desktop(session, whole_desktop); // what was covered may be seen
}

static void take_end(Session *session) {
    Tracked *tracked = session->tracked;
    if (tracked->is_synchronised)
        return;
    tracked->is_synchronised = true;
    if (!tracked->shows_desktop)
        send_plain(session, DESK_EVENT_SYNC_ENDED);
    session_set_state(session, SESSION_READY, 0, SESSION_BY_TRACKER);
}

static void show_windows(Session *session) {
    Tracked *tracked = session->tracked;
    GHashTableIter iter;
    gpointer value;
    tracked->shows_desktop = false;
    send_plain(session, DESK_EVENT_SYNC_BEGAN);
    g_hash_table_iter_init(&iter, tracked->windows);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        send_window(session, value, true);
    if (tracked->order.kind)
        session_send(session, &tracked->order, -1);
    if (tracked->is_synchronised) // else TRACKED_END will
        send_plain(session, DESK_EVENT_SYNC_ENDED);
    surfaces_damage_desktop(session, whole_desktop);
}

static void show_desktop(Session *session) {
    session->tracked->shows_desktop = true;
    send_plain(session, DESK_EVENT_NOT_MONITORED);
    surfaces_damage_desktop(session, whole_desktop);
}

// All of the desktop is here already: what shows is this side's to choose. A shell that was there before and
// stays is as good as one that was started.
static void take_result(Session *session, const Message *message) {
    Tracked *tracked = session->tracked;
    DesktopResultBody result;
    if (!desktop_result_decode(message->body, message->size, &result) || !tracked->request ||
        result.request != tracked->request)
        return;
    tracked->request = 0;
    if (result.status == DESKTOP_FAILED || tracked->wants_desktop == tracked->shows_desktop)
        return;
    if (tracked->wants_desktop)
        show_desktop(session);
    else
        show_windows(session);
}

static void forward_result(Session *session, const Message *message) {
    DesktopResultBody result;
    WireWriter writer;
    DeskEvent event;
    if (!desktop_result_decode(message->body, message->size, &result))
        return;
    result.status = result.status == DESKTOP_KEPT ? DESKTOP_DONE : result.status;
    wire_writer_init(&writer);
    desktop_result_encode(&writer, &result);
    desk_event_init(&event, DESK_EVENT_PUBLICATION);
    event.as.publication.type = message->type;
    event.as.publication.size = writer.size;
    event.as.publication.body = writer.data; // lent for the call
    session_send(session, &event, -1);
    wire_writer_clear(&writer);
}

bool tracked_take_message(Session *session, const Message *message) {
    if (!tracked_runs(session))
        return false;
    switch (message->type) {
    case MESSAGE_TRACKED:
        take_window(session, message);
        return true;
    case MESSAGE_TRACKED_GONE:
        take_gone(session, message);
        return true;
    case MESSAGE_TRACKED_ORDER:
        take_order(session, message);
        return true;
    case MESSAGE_TRACKED_END:
        take_end(session);
        return true;
    case MESSAGE_DESKTOP_RESULT:
        take_result(session, message);
        forward_result(session, message);
        return true;
    default:
        return false;
    }
}

void tracked_note_request(Session *session, const Intent *publication) {
    DesktopBody body;
    if (!tracked_runs(session) || publication->as.publication.type != MESSAGE_DESKTOP ||
        !desktop_decode(publication->as.publication.body, publication->as.publication.size, &body))
        return;
    session->tracked->request = body.request;
    session->tracked->wants_desktop = body.shell;
}

bool tracked_command(Session *session, const Intent *intent) {
    WireWriter writer;
    if (!tracked_runs(session))
        return false;
    wire_writer_init(&writer);
    if (window_command_encode(&writer, intent))
        send_message(session, MESSAGE_WINDOW_COMMAND, &writer);
    else
        wire_writer_clear(&writer);
    return true;
}

void tracked_clear(Session *session) {
    if (session->tracked)
        g_hash_table_unref(session->tracked->windows);
    g_clear_pointer(&session->tracked, g_free);
    session->rail_heard = false;
}
