// SPDX-License-Identifier: Apache-2.0
// The windows of one guest on the host: feeds its replica with DeskEvents and each Pane with what changed,
// and hands X events to panes and input. Owned by the guest's object in the agent, lives in the default main
// context. Never blocks on the guest; what the guest says is clamped by the replica before it gets here.
#include "host-agent/compositor/compositor.h"

#include <string.h>
#include <unistd.h>
#include "host-agent/compositor/cursor.h"
#include "host-agent/compositor/focus.h"
#include "host-agent/compositor/identity.h"
#include "host-agent/compositor/move-size.h"
#include "host-agent/compositor/pacing.h"
#include "host-agent/compositor/pane.h"
#include "host-agent/compositor/placeholders.h"
#include "host-agent/compositor/popups.h"
#include "host-agent/compositor/scroll.h"
#include "host-agent/compositor/stacking.h"
#include "host-agent/compositor/translucency.h"

#define SURFACES_MAX (GUEST_WINDOWS_MAX + 8)

static Pane *find_pane(const Compositor *compositor, uint32_t id) {
    return g_hash_table_lookup(compositor->panes, GUINT_TO_POINTER(id));
}

static void on_intent(const Intent *intent, gpointer user) {
    Compositor *compositor = user;
    bool is_of_view = intent->kind == INTENT_ACTIVATE && intent->window == DESKTOP_VIEW_WINDOW;
    if (!compositor->stale && !is_of_view)
        compositor->callbacks.intent(intent, compositor->user);
}

static void answer_ping(const Pane *pane, const XEvent *event) {
    XEvent answer = *event;
    answer.xclient.window = pane->compositor->screen->root;
    XSendEvent(pane->compositor->screen->display, answer.xclient.window, False,
               SubstructureNotifyMask | SubstructureRedirectMask, &answer);
}

static void take_client_message(Pane *pane, const XEvent *event) {
    Compositor *compositor = pane->compositor;
    const Atoms *atoms = &compositor->screen->atoms;
    Atom protocol = (Atom)event->xclient.data.l[0];
    if (event->xclient.message_type != atoms->WM_PROTOCOLS || event->xclient.format != 32)
        return;
    if (protocol == atoms->_NET_WM_PING) {
        answer_ping(pane, event);
    } else if (protocol == atoms->_NET_WM_SYNC_REQUEST) {
        pacing_take_request(pane, &event->xclient);
    } else if (protocol == atoms->WM_TAKE_FOCUS && pane->painter.viewable) {
        focus_note_time(compositor->screen, (Time)event->xclient.data.l[1]);
        XSetInputFocus(compositor->screen->display, pane->toplevel.window, RevertToParent,
                       (Time)event->xclient.data.l[1]);
    } else if (protocol == atoms->WM_DELETE_WINDOW && !placeholders_close(pane)) {
        Intent intent;
        intent_init(&intent, INTENT_SYSTEM_COMMAND);
        intent.window = pane->id;
        intent.as.command = SYSTEM_COMMAND_CLOSE;
        on_intent(&intent, compositor);
    }
}

static void take_expose(Pane *pane, const XEvent *event) {
    const XExposeEvent *expose = &event->xexpose;
    Box box = {expose->x, expose->y, expose->width, expose->height};
    if (event->type == Expose)
        pane_take_expose(pane, scale_box_down(pane->compositor->scale, box));
    else
        pane_take_expose(pane, (Box){0, 0, pane->box.width, pane->box.height});
}

// A server that shares its memory may write a buffer again once no copy to the screen reads it.
static void release_buffer(Compositor *compositor, Surface *surface) {
    const Pane *pane = find_pane(compositor, surface->window);
    if (!surface->due || surface->outdated || (pane && painter_reads_other_buffer(&pane->painter, surface)))
        return;
    Intent intent;
    intent_init(&intent, INTENT_FRAME_DONE);
    intent.window = surface->window;
    intent.as.done.surface = surface->id;
    intent.as.done.frame = surface->due;
    surface->due = 0;
    compositor->callbacks.intent(&intent, compositor->user); // before the windows are synchronised, too
}

static void release_buffer_of(Compositor *compositor, uint32_t window) {
    Surface *surface = g_hash_table_lookup(compositor->shown, GUINT_TO_POINTER(window));
    if (surface)
        release_buffer(compositor, surface);
}

// What scaling leaves over in the window shows the last pixel.
static int to_guest(Scale scale, int at, int32_t size, int32_t host_size) {
    int32_t seen = scale_down(scale, at);
    return seen == size && at < host_size ? size - 1 : seen;
}

// Pointer positions in the guest's pixels.
static XEvent seen_by_guest(const Pane *pane, const XEvent *event) {
    Scale scale = pane->compositor->scale;
    Box view = pane_view(pane);
    RootBox host = pane->toplevel.pushed.box;
    XEvent seen = *event;
    if (event->type == MotionNotify) {
        seen.xmotion.x = to_guest(scale, event->xmotion.x, view.width, host.width);
        seen.xmotion.y = to_guest(scale, event->xmotion.y, view.height, host.height);
    } else if (event->type == ButtonPress || event->type == ButtonRelease) {
        seen.xbutton.x = to_guest(scale, event->xbutton.x, view.width, host.width);
        seen.xbutton.y = to_guest(scale, event->xbutton.y, view.height, host.height);
    }
    return seen;
}

static void take_event(Pane *pane, const XEvent *event) {
    Compositor *compositor = pane->compositor;
    const GuestWindow *guest = desk_window(compositor->desk, pane->id);
    if (move_size_take_event(pane, event))
        return;
    if (event->type == ButtonPress)
        stacking_before_press(pane, &event->xbutton);
    XEvent seen = seen_by_guest(pane, event);
    if (guest && input_take_event(&compositor->input, pane->id, pane_view(pane), &seen))
        return;
    switch (event->type) {
    case Expose:
    case VisibilityNotify:
        take_expose(pane, event);
        break;
    case UnmapNotify:
        pane->painter.viewable = false;
        toplevel_was_unmapped(&pane->toplevel, event->xany.serial);
        pane_take_popups(pane, false);
        break;
    case MapNotify:
        toplevel_was_mapped(&pane->toplevel);
        pane_take_popups(pane, true);
        break;
    case ConfigureNotify:
        pane_take_configure(pane, &event->xconfigure);
        pacing_configured(pane, event->xconfigure.width, event->xconfigure.height);
        popups_revalidate(pane, &event->xconfigure);
        break;
    case PropertyNotify:
        if (event->xproperty.atom == compositor->screen->atoms.WM_STATE ||
            event->xproperty.atom == compositor->screen->atoms._NET_WM_STATE)
            pane_take_show(pane);
        break;
    case FocusIn:
    case FocusOut:
        focus_take_event(pane, &event->xfocus);
        break;
    case ClientMessage:
        take_client_message(pane, event);
        break;
    default:
        break;
    }
}

// What XInput says of the pointer in place of the core protocol.
static void take_pointer_event(Pane *pane, const XEvent *event) {
    Compositor *compositor = pane->compositor;
    ScrollTurn turn;
    XEvent core = {0};
    bool is_core = scroll_read(compositor->screen, event, &turn, &core);
    XEvent seen = seen_by_guest(pane, &core);
    if (desk_window(compositor->desk, pane->id) && !move_size_holds(pane))
        input_turn(&compositor->input, pane->id, pane_view(pane), &seen.xmotion, &turn);
    if (is_core)
        take_event(pane, &core);
}

static void on_window_event(const XEvent *event, gpointer user) {
    Pane *pane = user;
    Compositor *compositor = pane->compositor;
    if (event->type == compositor->screen->shm_completion) {
        pane_take_completion(pane);
        release_buffer_of(compositor, pane->id);
    } else if (event->type == GenericEvent) {
        take_pointer_event(pane, event);
    } else {
        take_event(pane, event);
    }
}

static void take_layout(Compositor *compositor, bool of_guest) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        pane_take_layout(value, of_guest);
}

static void on_layout(gpointer user) {
    Compositor *compositor = user;
    Intent intent;
    intent_init(&intent, INTENT_MONITORS);
    screen_layout_scaled(compositor->screen, compositor->scale, &intent.as.monitors);
    on_intent(&intent, compositor);
    take_layout(compositor, false);
}

static void listen_layout(Compositor *compositor) {
    GHook *hook = g_hook_alloc(&compositor->screen->on_layout);
    hook->func = on_layout;
    hook->data = compositor;
    g_hook_append(&compositor->screen->on_layout, hook);
}

static void on_root_event(const XEvent *event, gpointer user) {
    stacking_take_root_event(user, event);
    popups_take_root_event(user, event);
    translucency_take_root_event(user, event);
}

static void free_pane(gpointer pane) {
    pane_free(pane);
}

static void free_surface(gpointer surface) {
    surface_free(surface);
}

Compositor *compositor_new(Screen *screen, const char *guest_name, const CompositorCallbacks *callbacks,
                           gpointer user) {
    Compositor *compositor = g_new0(Compositor, 1);
    compositor->screen = screen;
    compositor->guest_name = g_strdup(guest_name);
    compositor->frame = COMPOSITOR_NO_FRAME;
    compositor->callbacks = *callbacks;
    compositor->on_window_event = on_window_event;
    compositor->user = user;
    compositor->desk = desk_new();
    compositor->input = (Input){.emit = on_intent, .user = compositor};
    input_start(&compositor->input, screen);
    compositor->panes = g_hash_table_new_full(NULL, NULL, NULL, free_pane);
    compositor->surfaces = g_hash_table_new_full(NULL, NULL, NULL, free_surface);
    compositor->shown = g_hash_table_new(NULL, NULL);
    compositor->last_surfaces = g_hash_table_new_full(NULL, NULL, NULL, free_surface);
    listen_layout(compositor);
    compositor->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    screen_watch_root(screen, on_root_event, compositor);
    return compositor;
}

void compositor_drop(Compositor *compositor) {
    focus_stop(compositor);
    popups_stop(compositor);
    input_forget(&compositor->input);
    move_size_forget(compositor, 0);
    g_clear_pointer(&compositor->desktop_view, desktop_view_free);
    cursor_stop(compositor);
    placeholders_stop(compositor);
    g_hash_table_remove_all(compositor->panes);
    g_hash_table_remove_all(compositor->shown);
    g_hash_table_remove_all(compositor->surfaces);
    desk_free(compositor->desk);
    compositor->desk = desk_new();
    XFlush(compositor->screen->display);
}

void compositor_free(Compositor *compositor) {
    if (!compositor)
        return;
    compositor_drop(compositor);
    g_hook_destroy_link(&compositor->screen->on_layout,
                        g_hook_find_data(&compositor->screen->on_layout, TRUE, compositor));
    screen_unwatch_root(compositor->screen, compositor);
    stacking_stop(compositor);
    input_stop(&compositor->input);
    identity_forget(compositor);
    g_hash_table_unref(compositor->groups);
    g_hash_table_unref(compositor->panes);
    g_hash_table_unref(compositor->shown);
    g_hash_table_unref(compositor->last_surfaces);
    g_hash_table_unref(compositor->surfaces);
    desk_free(compositor->desk);
    g_free(compositor->guest_name);
    g_free(compositor);
}

Scale compositor_set_scale(Compositor *compositor, Scale scale) {
    if (!g_hash_table_size(compositor->panes))
        compositor->scale = scale;
    return compositor->scale;
}

void compositor_set_frame(Compositor *compositor, uint32_t colour) {
    GHashTableIter iter;
    gpointer value;
    compositor->frame = colour;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        pane_take_expose(value, (Box){0, 0, ((Pane *)value)->box.width, ((Pane *)value)->box.height});
    XFlush(compositor->screen->display);
}

uint32_t compositor_bind_keyboard(Compositor *compositor, bool can_be_told) {
    return keyboard_bind(&compositor->input.keyboard, !can_be_told);
}

static void remove_pane(Compositor *compositor, uint32_t id) {
    move_size_forget(compositor, id);
    if (!g_hash_table_remove(compositor->panes, GUINT_TO_POINTER(id)))
        return;
    focus_pane_gone(compositor, id);
    if (compositor->callbacks.gone)
        compositor->callbacks.gone(id, compositor->user);
}

static void pane_draw_if_known(Pane *pane) {
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    const Surface *surface = pane_surface(pane);
    if (guest && surface && surface->window && surface->drawn)
        pane_damage(pane, (Box){0, 0, guest->box.width, guest->box.height});
}

static void add_pane(Compositor *compositor, uint32_t id) {
    if (find_pane(compositor, id) || g_hash_table_size(compositor->panes) >= GUEST_WINDOWS_MAX)
        return;
    Pane *pane = pane_new(compositor, id);
    g_hash_table_insert(compositor->panes, GUINT_TO_POINTER(id), pane);
    pane_update(pane, GUEST_WINDOW_ALL);
    pane_draw_if_known(pane);
}

static void conceal_all(Compositor *compositor) {
    GHashTableIter iter;
    gpointer value;
    move_size_forget(compositor, 0);
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        pane_conceal(value);
}

static void reveal_all(Compositor *compositor) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, &key, &value))
        pane_reveal(value,
                    compositor->view_had_focus && desk_active(compositor->desk) == GPOINTER_TO_UINT(key));
    compositor->view_had_focus = false;
}

static void close_view(Compositor *compositor) {
    if (!compositor->desktop_view)
        return;
    compositor->view_had_focus = compositor->input.focused == DESKTOP_VIEW_WINDOW;
    g_clear_pointer(&compositor->desktop_view, desktop_view_free);
}

static void follow_monitoring(Compositor *compositor) {
    close_view(compositor);
    if (desk_is_monitored(compositor->desk))
        return; // the end of the synchronisation reveals
    conceal_all(compositor);
    compositor->desktop_view = desktop_view_new(compositor);
}

static void take_change(Compositor *compositor, const DeskChange *change) {
    Pane *pane = find_pane(compositor, change->window);
    switch (change->kind) {
    case DESK_CHANGE_ADDED:
        add_pane(compositor, change->window);
        break;
    case DESK_CHANGE_CHANGED:
        if (pane) {
            pane_update(pane, change->fields);
            pane_flush(pane);
        }
        if (change->fields & (GUEST_WINDOW_STYLE | GUEST_WINDOW_OWNER | GUEST_WINDOW_SHOW))
            stacking_family_changed(compositor, change->window);
        break;
    case DESK_CHANGE_REMOVED:
        remove_pane(compositor, change->window);
        break;
    case DESK_CHANGE_STACKING:
        focus_follow_guest(compositor);
        stacking_follow_guest(compositor);
        break;
    case DESK_CHANGE_MONITORED:
        follow_monitoring(compositor);
        break;
    }
    release_buffer_of(compositor, change->window);
}

static void index_surfaces(Compositor *compositor) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_remove_all(compositor->shown);
    g_hash_table_iter_init(&iter, compositor->last_surfaces);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_hash_table_insert(compositor->shown, key, value);
    g_hash_table_iter_init(&iter, compositor->surfaces);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        gpointer window = GUINT_TO_POINTER(((Surface *)value)->window);
        const Surface *other = g_hash_table_lookup(compositor->shown, window);
        if (!other || (other->outdated && ((Surface *)value)->drawn))
            g_hash_table_replace(compositor->shown, window, value);
    }
}

static void forget_surface(Compositor *compositor, uint32_t id) {
    Surface *surface = g_hash_table_lookup(compositor->surfaces, GUINT_TO_POINTER(id));
    if (!surface)
        return;
    gpointer window = GUINT_TO_POINTER(surface->window);
    bool is_shown = g_hash_table_lookup(compositor->shown, window) == surface;
    g_hash_table_remove(compositor->surfaces, GUINT_TO_POINTER(id));
    if (is_shown)
        index_surfaces(compositor);
}

static void take_surface(Compositor *compositor, const DeskEvent *event, int fd) {
    gpointer key = GUINT_TO_POINTER(event->as.surface.surface);
    bool is_new = !g_hash_table_contains(compositor->surfaces, key);
    if (is_new && g_hash_table_size(compositor->surfaces) >= SURFACES_MAX) {
        close(fd);
        return;
    }
    Surface *surface = surface_new(compositor->screen, event, fd);
    if (surface) {
        forget_surface(compositor, surface->id);
        g_hash_table_insert(compositor->surfaces, key, surface);
        if (!placeholders_surface(compositor, surface->window))
            g_hash_table_replace(compositor->shown, GUINT_TO_POINTER(surface->window), surface);
        Pane *pane = find_pane(compositor, surface->window);
        if (pane && surface->alpha)
            pane_update(pane, 0);
    } else {
        g_warning("guest %s: refused the pixels of surface %u", compositor->guest_name,
                  event->as.surface.surface);
    }
}

static void damage_pane(Pane *pane, const Surface *surface, const BoxList *boxes) {
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    if (!guest || pane_surface(pane) != surface || (pane->concealed && !surface->window))
        return;
    BoxList own = pane_own_pixels(pane, surface);
    Box view = pane_view(pane);
    int32_t dx = (surface->window ? guest->box.x : 0) - view.x,
            dy = (surface->window ? guest->box.y : 0) - view.y;
    for (uint32_t i = 0; i < boxes->count; i++)
        for (uint32_t j = 0; j < own.count; j++)
            pane_damage(pane, box_intersect(box_shift(boxes->boxes[i], dx, dy), own.boxes[j]));
    placeholders_painted(pane);
}

static void take_damage(Compositor *compositor, const DeskEvent *event) {
    Surface *surface = g_hash_table_lookup(compositor->surfaces, GUINT_TO_POINTER(event->as.damage.surface));
    if (!surface)
        return;
    surface_show(surface, event->as.damage.buffer, event->as.damage.frame);
    g_hash_table_replace(compositor->shown, GUINT_TO_POINTER(surface->window), surface);
    for (uint32_t i = 0; i < event->as.damage.boxes.count; i++)
        box_list_subtract(&surface->missing, event->as.damage.boxes.boxes[i]);
    Pane *pane = find_pane(compositor, surface->window);
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (!surface->window && g_hash_table_iter_next(&iter, NULL, &value))
        damage_pane(value, surface, &event->as.damage.boxes);
    if (pane)
        damage_pane(pane, surface, &event->as.damage.boxes);
    desktop_view_damage(compositor->desktop_view, surface, &event->as.damage.boxes);
    release_buffer(compositor, surface);
}

void compositor_session_lost(Compositor *compositor) {
    input_forget(&compositor->input);
    move_size_forget(compositor, 0);
    g_clear_pointer(&compositor->desktop_view, desktop_view_free);
    placeholders_begin(compositor, true);
    reveal_all(compositor);
    XFlush(compositor->screen->display);
}

void compositor_set_silent(Compositor *compositor, bool silent) {
    if (silent) {
        input_forget(&compositor->input);
        move_size_forget(compositor, 0);
        placeholders_begin(compositor, false);
    } else {
        placeholders_end(compositor);
    }
    XFlush(compositor->screen->display);
}

bool compositor_has_windows(const Compositor *compositor) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const GuestWindow *guest = desk_window(compositor->desk, ((const Pane *)value)->id);
        if (guest && guest_window_is_shown(guest))
            return true;
    }
    return false;
}

void compositor_renew(Compositor *compositor, uint32_t window) {
    if (!find_pane(compositor, window))
        return;
    remove_pane(compositor, window);
    add_pane(compositor, window);
    XFlush(compositor->screen->display);
}

static void take_icon(Compositor *compositor, DeskEvent *event) {
    Pane *pane = find_pane(compositor, event->window);
    if (pane && event->as.icon.raster)
        identity_set_icon(pane, event->as.icon.big, g_steal_pointer(&event->as.icon.raster));
}

void compositor_take_event(Compositor *compositor, DeskEvent *event, int fd) {
    DeskChange change;
    if (event->kind == DESK_EVENT_SURFACE) {
        take_surface(compositor, event, fd);
        fd = -1;
    }
    if (fd >= 0)
        close(fd);
    if (event->kind == DESK_EVENT_SYNC_BEGAN || event->kind == DESK_EVENT_SYNC_ENDED)
        compositor->syncing = event->kind == DESK_EVENT_SYNC_BEGAN;
    if (event->kind == DESK_EVENT_DISPLAY && event->as.display.follows)
        take_layout(compositor, true);
    desk_apply(compositor->desk, event);
    while (desk_next_change(compositor->desk, &change))
        take_change(compositor, &change);
    if (event->kind == DESK_EVENT_DAMAGE)
        take_damage(compositor, event);
    if (event->kind == DESK_EVENT_SURFACE_GONE)
        forget_surface(compositor, event->as.surface.surface);
    if (event->kind == DESK_EVENT_MOVE_SIZE)
        move_size_take_order(compositor, event);
    if (event->kind == DESK_EVENT_POINTER)
        cursor_take_event(compositor, event);
    if (event->kind == DESK_EVENT_WINDOW_ICON)
        take_icon(compositor, event);
    placeholders_take_event(compositor, event);
    if (event->kind == DESK_EVENT_SYNC_ENDED)
        reveal_all(compositor);
    XFlush(compositor->screen->display);
}

void compositor_identity_changed(Compositor *compositor, uint32_t window) {
    Pane *pane = find_pane(compositor, window);
    if (!pane)
        return;
    identity_ask(pane);
    pane_update(pane, 0);
    XFlush(compositor->screen->display);
}

bool compositor_has_focus(const Compositor *compositor) {
    return compositor->input.focused != 0;
}

unsigned long compositor_desktop_window(const Compositor *compositor) {
    return desktop_view_window(compositor->desktop_view);
}

void compositor_set_desktop_look(Compositor *compositor, const DesktopLook *look) {
    bool asked = compositor->look.asked;
    compositor->look = *look;
    if (asked != look->asked || !compositor->desktop_view)
        return;
    desktop_view_take_look(compositor->desktop_view);
    XFlush(compositor->screen->display);
}

bool compositor_window_at(Compositor *compositor, size_t index, CompositorWindow *ret_window) {
    GHashTableIter iter;
    gpointer value = NULL;
    RootBox box = {0};
    g_hash_table_iter_init(&iter, compositor->panes);
    for (size_t i = 0; i <= index; i++)
        if (!g_hash_table_iter_next(&iter, NULL, &value))
            return false;
    const Pane *pane = value;
    if (pane->toplevel.window && !screen_geometry(compositor->screen, pane->toplevel.window, &box))
        box = (RootBox){0};
    *ret_window = (CompositorWindow){.guest_window = pane->id,
                                     .x_window = pane->toplevel.window,
                                     .guest = desk_window(compositor->desk, pane->id),
                                     .wm_class = pane->wm_class,
                                     .host_box = {box.x, box.y, box.width, box.height},
                                     .mapped = pane->toplevel.mapped,
                                     .painted = pane->painted,
                                     .stale = pane->painter.stale};
    return true;
}

void compositor_point(Compositor *compositor, int32_t x, int32_t y) {
    Intent intent;
    Box place =
        monitors_guest_from_root(&compositor->screen->monitors, compositor->scale, (RootBox){x, y, 1, 1});
    intent_init(&intent, INTENT_POINTER);
    intent.as.pointer.flags = POINTER_MOVE;
    intent.as.pointer.x = place.x;
    intent.as.pointer.y = place.y;
    compositor->pointed = g_get_monotonic_time();
    on_intent(&intent, compositor);
}

void compositor_point_here(Compositor *compositor) {
    const Screen *screen = compositor->screen;
    Window root, child;
    int x, y, window_x, window_y;
    unsigned state;
    if (XQueryPointer(screen->display, screen->root, &root, &child, &x, &y, &window_x, &window_y, &state))
        compositor_point(compositor, x, y);
}

bool compositor_raise(Compositor *compositor, uint32_t window, uint32_t x_time) {
    Screen *screen = compositor->screen;
    const Pane *pane = find_pane(compositor, window);
    if (!pane || !pane->toplevel.mapped)
        return false;
    const Pane *focused = find_pane(compositor, compositor->input.focused);
    screen_send_root(screen, pane->toplevel.window, screen->atoms._NET_ACTIVE_WINDOW, 1, (long)x_time,
                     focused ? (long)focused->toplevel.window : 0, 0);
    XFlush(screen->display);
    return true;
}
