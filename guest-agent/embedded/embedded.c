// SPDX-License-Identifier: Apache-2.0
// Wires the rooms of the embedded guest: windows of the private display become orders and pixels, the
// client's intents become what a window manager does. Owned by main, in its one loop. Decides nothing that a
// part can decide.
#include "guest-agent/embedded/embedded.h"
#include "guest-agent/embedded/embedded-desktop.h"
#include "guest-agent/embedded/embedded-display.h"
#include "guest-agent/embedded/embedded-move.h"
#include "guest-agent/embedded/x-icon.h"
#include "guest-agent/embedded/x-screen.h"

#include <string.h>

#define TRAY_ICON_ID 0 // of each icon in the tray: its window names it

static void damage(Embedded *embedded, XWindow *window, Box box) {
    RdpFrames *frames = rdp_server_frames(embedded->server);
    if (!frames || !window->is_drawn)
        return;
    if (!embedded->shows_desktop && window->shell_role == X_SHELL_NONE) {
        rdp_frames_window(frames, window->id, window->box, window->has_argb);
        rdp_frames_damage(frames, window->id, box);
    }
    rdp_frames_damage_desktop(frames, box_shift(box, window->box.x, window->box.y));
}

static uint32_t on_question(void *user) {
    return tracker_ask(((Embedded *)user)->tracker);
}

// Where it was, and where it is.
static void damage_places(Embedded *embedded, XWindow *window) {
    embedded_desktop_damage(embedded, window->seen);
    embedded_desktop_damage(embedded, window->box);
    window->seen = window->box;
}

static void on_window(void *user, XWindow *window, bool is_new, const GuestWindowDelta *delta) {
    Embedded *embedded = user;
    bool is_shell = embedded_desktop_take_window(embedded, window);
    bool moved = delta->fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE | GUEST_WINDOW_SHOW);
    if (moved)
        damage_places(embedded, window);
    RdpOrders *orders = rdp_server_orders(embedded->server);
    if (!orders || is_shell || embedded->shows_desktop)
        return;
    rdp_orders_window(orders, is_new, delta);
    rdp_orders_flush(orders);
    if (window->is_drawn && (is_new || moved))
        rdp_frames_window(rdp_server_frames(embedded->server), window->id, window->box, window->has_argb);
}

static void on_gone(void *user, XWindow *window) {
    Embedded *embedded = user;
    RdpOrders *orders = rdp_server_orders(embedded->server);
    damage_places(embedded, window);
    if (orders && window->shell_role == X_SHELL_NONE) {
        if (!embedded->shows_desktop)
            rdp_orders_deleted(orders, window->id);
        rdp_orders_flush(orders);
        rdp_frames_gone(rdp_server_frames(embedded->server), window->id);
    }
    embedded_desktop_take_gone(embedded, window);
}

static bool is_shown(const Embedded *embedded, uint32_t id) {
    const XWindow *window = x_windows_find(embedded->windows, id);
    return window && window->shell_role == X_SHELL_NONE;
}

void embedded_send_stack(Embedded *embedded, uint32_t flags) {
    RdpOrders *orders = rdp_server_orders(embedded->server);
    XWindows *windows = embedded->windows;
    uint32_t active = x_windows_active_id(windows), stack[X_WINDOWS_STACK_MAX];
    size_t count = 0;
    if (!orders || embedded->shows_desktop)
        return;
    for (size_t i = 0; i < windows->stack_count; i++)
        if (is_shown(embedded, windows->stack[i]))
            stack[count++] = windows->stack[i];
    rdp_orders_desktop(orders, flags | WINDOW_ORDER_DESKTOP_ZORDER | WINDOW_ORDER_DESKTOP_ACTIVE,
                       is_shown(embedded, active) ? active : 0, stack, count);
    rdp_orders_flush(orders);
}

static void on_stack(void *user) {
    Embedded *embedded = user;
    embedded_send_stack(embedded, 0);
    embedded_desktop_look_at_active(embedded);
    for (size_t i = 0; i < embedded->windows->stack_count; i++) {
        XWindow *window = x_windows_find(embedded->windows, embedded->windows->stack[i]);
        if (window && rdp_server_frames(embedded->server))
            rdp_frames_damage_desktop(rdp_server_frames(embedded->server), window->box);
    }
}

static void on_damage(void *user, XWindow *window, Box box) {
    damage(user, window, box);
}

static bool on_touch(void *user, XWindow *window) {
    Embedded *embedded = user;
    RdpFrames *frames = rdp_server_frames(embedded->server);
    return frames && !embedded->shows_desktop && window->shell_role == X_SHELL_NONE &&
           rdp_frames_touch(frames, window->id);
}

static void on_icon(void *user, XWindow *window) {
    Embedded *embedded = user;
    RdpOrders *orders = rdp_server_orders(embedded->server);
    if (!orders || embedded->shows_desktop || window->shell_role != X_SHELL_NONE ||
        (rdp_server_client_status(embedded->server) & RAIL_STATUS_NO_ICONS))
        return;
    const int sides[] = {16, 32};
    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
        Raster *raster = x_icon_read(window, sides[i]);
        if (raster)
            rdp_orders_icon(orders, window->id, sides[i] > 16, raster);
        raster_free(raster);
    }
    rdp_orders_flush(orders);
}

static void on_move_request(void *user, XWindow *window, int direction, int x, int y) {
    embedded_move_start(user, window, direction, x, y);
}

static void on_tray_icon(void *user, const XTrayIcon *icon, bool is_new) {
    RdpOrders *orders = rdp_server_orders(((Embedded *)user)->server);
    if (!orders)
        return;
    GuestIconDelta delta = {.fields = GUEST_ICON_VERSION | GUEST_ICON_TIP | GUEST_ICON_RASTER,
                            .raster = icon->raster}; // lent; version 0: buttons are all that it wants
    guest_icon_set_text(delta.tip, sizeof delta.tip, icon->tip);
    rdp_orders_notify(orders, (uint32_t)icon->xid, TRAY_ICON_ID, is_new, &delta);
    rdp_orders_flush(orders);
}

static void on_tray_icon_gone(void *user, const XTrayIcon *icon) {
    RdpOrders *orders = rdp_server_orders(((Embedded *)user)->server);
    if (!orders)
        return;
    rdp_orders_notify_deleted(orders, (uint32_t)icon->xid, TRAY_ICON_ID);
    rdp_orders_flush(orders);
}

static void on_tray_balloon(void *user, const XTrayIcon *icon) {
    RdpOrders *orders = rdp_server_orders(((Embedded *)user)->server);
    if (!orders)
        return;
    GuestIconDelta delta = {.fields = GUEST_ICON_BALLOON,
                            .balloon = {.timeout = GUEST_ICON_TIMEOUT_MIN, .flags = GUEST_BALLOON_INFO}};
    guest_icon_set_text(delta.balloon.text, sizeof delta.balloon.text, icon->balloon);
    rdp_orders_notify(orders, (uint32_t)icon->xid, TRAY_ICON_ID, false, &delta);
    rdp_orders_flush(orders);
}

static void on_shape(void *user, const Raster *raster, uint16_t hot_x, uint16_t hot_y) {
    const Embedded *embedded = user;
    if (embedded->server)
        rdp_server_pointer(embedded->server, raster, hot_x, hot_y);
}

static const XWindowsEvents window_events = {on_question, on_window, on_gone, on_stack,
                                             on_damage,   on_touch,  on_icon, on_move_request};

static void on_x_event(void *user, XEvent *event) {
    Embedded *embedded = user;
    if (x_cursor_event(&embedded->cursor, event) || x_tray_event(&embedded->tray, event))
        return;
    if (embedded->windows)
        x_windows_event(embedded->windows, event);
}

static void on_x_lost(void *user) {
    Embedded *embedded = user;
    embedded->options.on_end(embedded->options.user);
}

static void on_tracker_ready(void *user, bool is_ready) {
    Embedded *embedded = user;
    embedded->windows->is_tracking = is_ready;
    g_message("window tracker %s", is_ready ? "ready" : "gone");
}

static void on_tracked(void *user, const TrackedWindow *untrusted_window) {
    x_windows_set_facts(((Embedded *)user)->windows, untrusted_window);
    x_tray_take_facts(&((Embedded *)user)->tray, untrusted_window);
}

static void on_tracker_answer(void *user, uint32_t question) {
    x_windows_answered(((Embedded *)user)->windows, question);
    embedded_desktop_take_answer(user, question);
}

static void on_tracked_gone(void *user, uint32_t hwnd) {
    x_windows_forget_facts(((Embedded *)user)->windows, hwnd);
}

static void on_active(void *user, uint32_t hwnd) {
    embedded_desktop_take_active(user, hwnd);
}

static void start_publication(Embedded *embedded) {
    g_autoptr(GError) error = NULL;
    if (!publication_connect(&embedded->publication, &error))
        g_warning("the guest agent does not start: %s", error->message);
}

static void on_ready(void *user) {
    Embedded *embedded = user;
    embedded_desktop_synchronise(embedded);
    if (embedded->options.has_no_rail) // as what starts by itself at a logon
        start_publication(embedded);
    x_cursor_tell(&embedded->cursor);
    drives_connect(embedded->drives);
}

// The X server tells of damage once, until it is fetched: what a client left there would be all it ever
// tells.
static void forget_damage(Embedded *embedded) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, embedded->windows->by_xid);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        x_capture_forget_damage(value);
}

static void on_client_gone(void *user) {
    Embedded *embedded = user;
    forget_damage(embedded);
    x_input_release(embedded->windows);
    publication_disconnect(&embedded->publication);
    drives_disconnect(embedded->drives);
}

static void on_layout(void *user, const Layout *layout, Layout *ret_layout) {
    embedded_display_set(user, layout, ret_layout);
}

static void on_rail(void *user, const RailPdu *untrusted_pdu) {
    embedded_rail_pdu(user, untrusted_pdu);
}

static void on_publication(void *user, const uint8_t *untrusted_bytes, size_t size) {
    publication_receive(&((Embedded *)user)->publication, untrusted_bytes, size);
}

static void on_devices(void *user, const uint8_t *untrusted_bytes, size_t size) {
    drives_receive(((Embedded *)user)->drives, untrusted_bytes, size);
}

static void send_devices(void *user, const uint8_t *bytes, size_t size) {
    rdp_server_send_devices(((Embedded *)user)->server, bytes, size);
}

static void on_key(void *user, bool down, bool extended, uint8_t scancode) {
    x_input_key(((Embedded *)user)->windows, down, extended, scancode);
}

static void on_unicode(void *user, bool down, uint16_t character) {
    x_input_unicode(((Embedded *)user)->windows, down, character);
}

static void on_mouse(void *user, bool is_extended, uint16_t flags, uint16_t x, uint16_t y) {
    Embedded *embedded = user;
    x_tray_park(&embedded->tray);
    if (is_extended)
        x_input_extended_mouse(embedded->windows, flags, x, y);
    else
        x_input_mouse(embedded->windows, flags, x, y);
    if (!is_extended)
        embedded_move_pointer(embedded, flags, x, y);
}

static void on_locks(void *user, bool caps, bool num) {
    x_input_locks(((Embedded *)user)->windows, caps, num);
}

static void on_refresh(void *user) {
    Embedded *embedded = user;
    for (size_t i = 0; i < embedded->windows->stack_count; i++) {
        XWindow *window = x_windows_find(embedded->windows, embedded->windows->stack[i]);
        if (window)
            damage(embedded, window, (Box){0, 0, window->box.width, window->box.height});
    }
}

static bool read_window(void *user, uint32_t id, Box box, uint8_t *pixels, size_t stride) {
    XWindow *window = x_windows_find(((Embedded *)user)->windows, id);
    return window && x_capture_read(window, box, pixels, stride);
}

static void read_desktop(void *user, Box box, uint8_t *pixels, size_t stride) {
    x_capture_compose(((Embedded *)user)->windows, box, pixels, stride);
}

static bool share_window(void *user, uint32_t id, XShare **ret_share) {
    XWindow *window = x_windows_find(((Embedded *)user)->windows, id);
    *ret_share = NULL;
    return !window || x_share_new(window, ret_share);
}

static bool capture_window(void *user, uint32_t id, XShare *share, uint8_t *ret_buffer, BoxList *ret_boxes) {
    XWindow *window = x_windows_find(((Embedded *)user)->windows, id);
    return window && x_share_capture(share, window, ret_buffer, ret_boxes);
}

static void damage_all(void *user) {
    forget_damage(user);
    on_refresh(user);
}

static void open_door(Embedded *embedded) {
    const EmbeddedOptions *own = &embedded->options;
    g_autofree char *path = g_build_filename(own->runtime, PIXELS_SOCKET, NULL);
    if (!own->is_tcp && (own->pixels == RDP_PIXELS_AUTO || own->pixels == RDP_PIXELS_SHARED))
        embedded->door = pixels_door_new(path);
}

static bool start_server(Embedded *embedded, GError **error) {
    const EmbeddedOptions *own = &embedded->options;
    embedded->socket_path = own->is_tcp ? NULL : g_build_filename(own->runtime, "rdp.sock", NULL);
    if (!rdp_key_load(&embedded->key, own->data, error))
        return false;
    open_door(embedded);
    RdpServerOptions options = {
        .socket_path = embedded->socket_path,
        .door = embedded->door,
        .key = &embedded->key,
        .pixels = own->has_no_rail ? RDP_PIXELS_LEGACY : own->pixels,
        .has_no_rail = own->has_no_rail,
        .events = {on_ready, on_client_gone, on_layout, on_rail, on_publication, on_devices, on_key,
                   on_unicode, on_mouse, on_locks, on_refresh},
        .source = {read_window, read_desktop, share_window, capture_window, damage_all, embedded},
        .user = embedded,
    };
    embedded->server = rdp_server_new(&options, error);
    return embedded->server != NULL;
}

static bool start_display(Embedded *embedded, GError **error) {
    const EmbeddedOptions *own = &embedded->options;
    own->on_stage(own->user, "Starting the display");
    Layout layout;
    layout_init(&layout, (Box){0, 0, own->width, own->height});
    if (!x_server_start(&embedded->x, own->runtime, own->width, own->height, error))
        return false;
    x_screen_set(&embedded->x, &layout, &layout);
    embedded->dpi = layout.dpi;
    embedded->x.user = embedded;
    embedded->x.on_event = on_x_event;
    embedded->x.on_lost = on_x_lost;
    embedded->windows = x_windows_new(&embedded->x, &window_events, embedded, error);
    if (!embedded->windows)
        return false;
    static const XTrayEvents tray_events = {on_tray_icon, on_tray_icon_gone, on_tray_balloon};
    x_tray_start(&embedded->tray, &embedded->x, &tray_events, embedded);
    embedded->windows->tray = embedded->tray.window;
    embedded->cursor = (XCursor){.on_shape = on_shape, .user = embedded};
    if (!x_cursor_start(&embedded->cursor, &embedded->x))
        g_message("the display does not tell its pointer");
    return true;
}

static bool start_wine(Embedded *embedded, GError **error) {
    static const TrackerEvents events = {on_tracker_ready, on_tracked, on_tracked_gone, on_active,
                                         on_tracker_answer};
    wine_init(&embedded->wine, embedded->options.data, embedded->options.cancelled);
    embedded->wine.on_stage = embedded->options.on_stage;
    embedded->wine.user = embedded->options.user;
    if (!wine_prepare(&embedded->wine, error))
        return false;
    embedded->drives = drives_new(&embedded->wine, embedded->options.runtime, send_devices, embedded);
    publication_init(&embedded->publication, &embedded->wine, embedded);
    if (embedded->wine.guest_dir)
        embedded->tracker = tracker_new(&embedded->wine, &events, embedded);
    return true;
}

Embedded *embedded_new(const EmbeddedOptions *options, GError **error) {
    Embedded *embedded = g_new0(Embedded, 1);
    embedded->options = *options;
    if (start_display(embedded, error) && start_wine(embedded, error) && start_server(embedded, error)) {
        embedded_desktop_start(embedded);
        return embedded;
    }
    embedded_free(embedded);
    return NULL;
}

void embedded_free(Embedded *embedded) {
    if (!embedded)
        return;
    embedded_display_stop(embedded);
    embedded_desktop_stop(embedded);
    rdp_server_free(embedded->server);
    embedded->server = NULL;
    g_clear_pointer(&embedded->door, pixels_door_free);
    publication_clear(&embedded->publication);
    tracker_free(embedded->tracker);
    embedded->tracker = NULL;
    drives_free(embedded->drives);
    if (embedded->wine.prefix)
        wine_stop(&embedded->wine);
    embedded->x.on_event = NULL;
    embedded->x.on_lost = NULL;
    if (embedded->x.display)
        x_capture_stop();
    x_windows_free(embedded->windows);
    x_tray_stop(&embedded->tray);
    x_server_stop(&embedded->x);
    wine_clear(&embedded->wine);
    rdp_key_clear(&embedded->key);
    g_free(embedded->socket_path);
    g_free(embedded);
}

char *embedded_address(const Embedded *embedded) {
    if (embedded->socket_path)
        return g_strdup_printf("unix %s", embedded->socket_path);
    return g_strdup_printf("tcp 127.0.0.1:%d %s %s %s", rdp_server_port(embedded->server),
                           rdp_server_user(embedded->server), rdp_server_password(embedded->server),
                           embedded->key.fingerprint);
}
