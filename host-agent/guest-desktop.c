// SPDX-License-Identifier: Apache-2.0
// Carries out what desktop-toggle decides: messages to the guest agent, answers to who asked, a limit on each
// way. Owned by a Guest; main loop. Never touches the session or the windows.
#include "host-agent/guest-desktop.h"

#include <string.h>
#include "host-agent/agent-error.h"
#include "rail/catalogue-message.h"
#include "rail/message.h"
#include "rail/window-message.h"

#define PATIENCE_S 15 // the guest agent's own is shorter

typedef struct Waiter {
    GuestDesktopOnDone on_done;
    gpointer user;
} Waiter;

struct GuestDesktop {
    char *guest_name;
    GuestDesktopCallbacks callbacks;
    gpointer user;
    DesktopToggle toggle;
    DesktopLook look;
    GArray *waiters;
    bool is_tracked;
    uint32_t request;
    gint64 began; // the way there or back, us
    guint timer;
    char *reason; // of a failure
};

static gboolean on_patience_over(gpointer data);

static void set_reason(GuestDesktop *desktop, const char *text) {
    g_free(desktop->reason);
    desktop->reason = g_strdup(text);
}

static void send(GuestDesktop *desktop, bool shell) {
    DesktopBody body = {++desktop->request, shell};
    WireWriter writer;
    wire_writer_init(&writer);
    desktop_encode(&writer, &body);
    desktop->callbacks.send(MESSAGE_DESKTOP, writer.data, writer.size, desktop->user);
    wire_writer_clear(&writer);
}

static void tell_waiters(GuestDesktop *desktop, const GError *error) {
    g_autoptr(GArray) waiters = desktop->waiters; // who is told may ask for something else
    desktop->waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
    for (guint i = 0; i < waiters->len; i++) {
        const Waiter *waiter = &g_array_index(waiters, Waiter, i);
        if (waiter->on_done)
            waiter->on_done(g_get_monotonic_time() - desktop->began, error, waiter->user);
    }
}

static void fail_waiters(GuestDesktop *desktop) {
    g_autoptr(GError) error = g_error_new(
        AGENT_ERROR, AGENT_ERROR_FAILED, "the guest %s did not change its desktop: %s", desktop->guest_name,
        desktop->reason ? desktop->reason : "it was asked for something else meanwhile");
    tell_waiters(desktop, error);
    set_reason(desktop, NULL);
}

static void refuse_waiters(GuestDesktop *desktop) {
    g_autoptr(GError) error = g_error_new(
        AGENT_ERROR, AGENT_ERROR_UNSUPPORTED,
        desktop->toggle.way == DESKTOP_WAY_RECONNECT
            ? "the guest %s could show its desktop only over another connection, which may end the programs "
              "that run in it; nothing was changed"
            : "the guest %s cannot show its desktop: the program inside it does not start a shell; nothing "
              "was changed",
        desktop->guest_name);
    tell_waiters(desktop, error);
}

static bool is_busy(const GuestDesktop *desktop) {
    return desktop->toggle.state == DESKTOP_SHOWING || desktop->toggle.state == DESKTOP_HIDING;
}

static void follow_state(GuestDesktop *desktop, DesktopState before) {
    DesktopLook look = desktop->look;
    DesktopState state = desktop->toggle.state;
    g_message("%s: %s -> %s", desktop->guest_name, desktop_state_to_string(before),
              desktop_state_to_string(state));
    g_clear_handle_id(&desktop->timer, g_source_remove);
    if (is_busy(desktop)) {
        desktop->began = g_get_monotonic_time();
        desktop->timer = g_timeout_add_seconds(PATIENCE_S, on_patience_over, desktop);
    }
    look.asked = state != DESKTOP_SEAMLESS;
    desktop->callbacks.look(&look, desktop->user);
    desktop->callbacks.changed(desktop->user);
}

static void handle(GuestDesktop *desktop, DesktopEvent event) {
    DesktopState before = desktop->toggle.state;
    uint32_t actions = desktop_toggle_handle(&desktop->toggle, event);
    if (desktop->toggle.state != before)
        follow_state(desktop, before);
    if (actions & DESKTOP_ACTION_START)
        send(desktop, true);
    if (actions & DESKTOP_ACTION_END)
        send(desktop, false);
    if (actions & DESKTOP_ACTION_FAIL)
        fail_waiters(desktop);
    if (actions & DESKTOP_ACTION_REFUSE)
        refuse_waiters(desktop);
    if (actions & DESKTOP_ACTION_ANSWER)
        tell_waiters(desktop, NULL);
}

static gboolean on_patience_over(gpointer data) {
    GuestDesktop *desktop = data;
    desktop->timer = 0;
    set_reason(desktop, "it did not answer in time");
    handle(desktop, DESKTOP_EVENT_TIMEOUT);
    return G_SOURCE_REMOVE;
}

GuestDesktop *guest_desktop_new(const char *guest_name, const GuestDesktopCallbacks *callbacks,
                                gpointer user) {
    GuestDesktop *desktop = g_new0(GuestDesktop, 1);
    desktop->guest_name = g_strdup(guest_name);
    desktop->callbacks = *callbacks;
    desktop->user = user;
    desktop->waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
    return desktop;
}

void guest_desktop_free(GuestDesktop *desktop) {
    if (!desktop)
        return;
    set_reason(desktop, "it is gone");
    fail_waiters(desktop);
    g_clear_handle_id(&desktop->timer, g_source_remove);
    g_array_unref(desktop->waiters);
    g_free(desktop->guest_name);
    g_free(desktop);
}

static void add_waiter(GuestDesktop *desktop, GuestDesktopOnDone on_done, gpointer user) {
    Waiter waiter = {on_done, user};
    g_array_append_val(desktop->waiters, waiter);
    if (!is_busy(desktop))
        desktop->began = g_get_monotonic_time();
}

void guest_desktop_show(GuestDesktop *desktop, const DesktopLook *look, GuestDesktopOnDone on_done,
                        gpointer user) {
    desktop->look = *look;
    desktop->look.asked = true;
    if (desktop->toggle.state == DESKTOP_SHOWING || desktop->toggle.state == DESKTOP_SHOWN)
        desktop->callbacks.look(&desktop->look, desktop->user);
    add_waiter(desktop, on_done, user);
    handle(desktop, DESKTOP_EVENT_SHOW);
}

void guest_desktop_hide(GuestDesktop *desktop, GuestDesktopOnDone on_done, gpointer user) {
    if (desktop->toggle.wanted || desktop->toggle.state == DESKTOP_SHOWING) // who waits for the contrary
        fail_waiters(desktop);
    add_waiter(desktop, on_done, user);
    handle(desktop, DESKTOP_EVENT_HIDE);
}

static void take_hello(GuestDesktop *desktop, const uint8_t *untrusted_body, size_t size) {
    HelloBody hello;
    if (!hello_decode(untrusted_body, size, &hello))
        return;
    if (desktop->toggle.way != DESKTOP_WAY_UNKNOWN) { // the guest agent began anew, and so does its shell
        set_reason(desktop, "the program inside it began anew");
        handle(desktop, DESKTOP_EVENT_LOST);
    }
    desktop->toggle.way = desktop_way(hello.features);
    handle(desktop, DESKTOP_EVENT_AGREED);
}

static void take_result(GuestDesktop *desktop, const uint8_t *untrusted_body, size_t size) {
    DesktopResultBody result;
    if (!desktop_result_decode(untrusted_body, size, &result) || result.request != desktop->request ||
        result.status == DESKTOP_DONE)
        return; // what the server shows is what counts
    g_autofree char *text =
        result.status == DESKTOP_KEPT
            ? g_strdup("its shell was there before")
            : g_strdup_printf("its shell does not start (Windows error %u)", result.error);
    set_reason(desktop, text);
    handle(desktop, DESKTOP_EVENT_REFUSED);
}

void guest_desktop_take_message(GuestDesktop *desktop, uint16_t type, const uint8_t *untrusted_body,
                                size_t size) {
    if (type == MESSAGE_HELLO)
        take_hello(desktop, untrusted_body, size);
    else if (type == MESSAGE_DESKTOP_RESULT)
        take_result(desktop, untrusted_body, size);
}

void guest_desktop_take_event(GuestDesktop *desktop, const DeskEvent *event, bool is_seen) {
    bool is_cut_out = event->kind == DESK_EVENT_SESSION && event->as.session.state == SESSION_READY &&
                      strcmp(event->as.session.text, SESSION_BY_TRACKER) == 0;
    desktop->is_tracked = desktop->is_tracked || is_cut_out;
    if (is_cut_out && desktop->toggle.way == DESKTOP_WAY_RECONNECT) // all of it is here already
        desktop->toggle.way = DESKTOP_WAY_IN_PLACE;
    if (is_seen && desktop->toggle.state == DESKTOP_SHOWING)
        handle(desktop, DESKTOP_EVENT_SEEN);
    if (event->kind == DESK_EVENT_SYNC_ENDED)
        handle(desktop, DESKTOP_EVENT_WINDOWS);
}

void guest_desktop_lost(GuestDesktop *desktop) {
    desktop->is_tracked = false;
    set_reason(desktop, "the connection was lost");
    handle(desktop, DESKTOP_EVENT_LOST);
    set_reason(desktop, NULL);
}

void guest_desktop_give_up(GuestDesktop *desktop, const char *why) {
    g_autoptr(GError) error =
        g_error_new(AGENT_ERROR, AGENT_ERROR_NO_GUEST, "the guest %s cannot be reached%s%s",
                    desktop->guest_name, why ? ": " : "", why ? why : "");
    desktop->toggle.wanted = false;
    tell_waiters(desktop, error);
}

bool guest_desktop_is_needed(const GuestDesktop *desktop) {
    return desktop->toggle.wanted || desktop->toggle.state != DESKTOP_SEAMLESS;
}

DesktopState guest_desktop_state(const GuestDesktop *desktop) {
    return desktop->toggle.state;
}

DesktopWay guest_desktop_way(const GuestDesktop *desktop) {
    return desktop->toggle.way;
}

bool guest_desktop_is_tracked(const GuestDesktop *desktop) {
    return desktop->is_tracked;
}
