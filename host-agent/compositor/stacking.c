// SPDX-License-Identifier: Apache-2.0
// Stacking of one guest's windows against the window manager's order. Part of a Compositor, in the agent's
// loop. An order of the guest is asked of the window manager once; what it makes of it stands. Windows of
// other programs are never touched.
#include "host-agent/compositor/stacking.h"

#include <stdlib.h>
#include "host-agent/compositor/popups.h"
#include "rail/family.h"

#define HOST_WINDOWS_MAX 1024

static Pane *find_pane(const Compositor *compositor, uint32_t id) {
    return g_hash_table_lookup(compositor->panes, GUINT_TO_POINTER(id));
}

static bool is_stacked(const Pane *pane) { // by the window manager
    return pane && pane->toplevel.mapped && pane->toplevel.pushed.managed;
}

typedef struct HostOrder { // bottom to top
    unsigned long n;
    Window *windows;
} HostOrder;

static HostOrder read_host_order(const Screen *screen) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    if (XGetWindowProperty(screen->display, screen->root, screen->atoms._NET_CLIENT_LIST_STACKING, 0,
                           HOST_WINDOWS_MAX, False, XA_WINDOW, &type, &format, &n, &left,
                           &bytes) != Success ||
        type != XA_WINDOW || format != 32)
        n = 0;
    return (HostOrder){n, (Window *)bytes};
}

static long place_of(const HostOrder *order, Window window) {
    for (unsigned long i = 0; i < order->n; i++)
        if (order->windows[i] == window)
            return (long)i;
    return -1;
}

static void put_below(const Screen *screen, Window window, Window sibling) {
    XWindowChanges changes = {.sibling = sibling, .stack_mode = Below};
    XReconfigureWMWindow(screen->display, window, DefaultScreen(screen->display), CWSibling | CWStackMode,
                         &changes);
}

// ids: front to back.
static void push_order(Compositor *compositor, const uint32_t *ids, size_t n, const HostOrder *order) {
    const Pane *upper = NULL;
    bool moved = false;
    for (size_t i = 0; i < n; i++) {
        const Pane *pane = find_pane(compositor, ids[i]);
        if (!is_stacked(pane) || place_of(order, pane->toplevel.window) < 0)
            continue;
        if (upper &&
            (moved || place_of(order, pane->toplevel.window) > place_of(order, upper->toplevel.window))) {
            put_below(compositor->screen, pane->toplevel.window, upper->toplevel.window);
            moved = true;
        }
        upper = pane;
    }
}

static void push_families(Compositor *compositor) {
    uint32_t ids[GUEST_WINDOWS_MAX];
    HostOrder order = read_host_order(compositor->screen);
    for (size_t i = 0; i < desk_count(compositor->desk); i++) {
        uint32_t id = desk_window_at(compositor->desk, i)->id;
        if (family_root(compositor->desk, id) == id)
            push_order(compositor, ids, family_members(compositor->desk, id, ids, G_N_ELEMENTS(ids)), &order);
    }
    if (order.windows)
        XFree(order.windows);
}

static GPtrArray *list_returning(const Compositor *compositor) {
    GPtrArray *panes = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const Pane *)value)->returns && is_stacked(value))
            g_ptr_array_add(panes, value);
    return panes;
}

// Window managers forget where a withdrawn window lay, and the user may have gone to another one on the
// desktop: windows that come back from there lie as they do in the guest, once the window manager has them.
static void push_returning(Compositor *compositor) {
    g_autoptr(GPtrArray) panes = list_returning(compositor);
    const uint32_t *ids = NULL;
    size_t n = desk_stacking(compositor->desk, &ids);
    bool have_returned = false;
    if (!panes->len)
        return;
    HostOrder order = read_host_order(compositor->screen);
    for (guint i = 0; i < panes->len; i++) {
        Pane *pane = g_ptr_array_index(panes, i);
        pane->returns = place_of(&order, pane->toplevel.window) < 0;
        have_returned |= !pane->returns;
    }
    if (have_returned)
        push_order(compositor, ids, n, &order);
    if (order.windows)
        XFree(order.windows);
}

static Window frame_of(const Screen *screen, Window window) {
    Window root = None, parent = None, *children = NULL;
    unsigned n = 0;
    for (Window of = window; of; of = parent) {
        if (!XQueryTree(screen->display, of, &root, &parent, &children, &n))
            return None;
        if (children)
            XFree(children);
        if (parent == screen->root)
            return of;
    }
    return None;
}

bool stacking_is_listed(Screen *screen, Window window) {
    Window root = None, parent = None, *children = NULL;
    unsigned n = 0;
    bool listed = false;
    HostOrder order = read_host_order(screen);
    for (Window of = window; of && of != screen->root && !listed; of = parent) {
        listed = place_of(&order, of) >= 0;
        if (!XQueryTree(screen->display, of, &root, &parent, &children, &n))
            break;
        if (children)
            XFree(children);
    }
    if (order.windows)
        XFree(order.windows);
    return listed;
}

static Window top_of_family(const Compositor *compositor, uint32_t root, const HostOrder *order) {
    long highest = -1;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Pane *pane = value;
        if (is_stacked(pane) && family_root(compositor->desk, pane->id) == root)
            highest = MAX(highest, place_of(order, pane->toplevel.window));
    }
    return highest < 0 ? None : frame_of(compositor->screen, order->windows[highest]);
}

static int by_serial(gconstpointer a, gconstpointer b) {
    const Pane *first = *(const Pane *const *)a, *second = *(const Pane *const *)b;
    return first->map_serial < second->map_serial ? -1 : first->map_serial > second->map_serial;
}

static GPtrArray *list_popups(const Compositor *compositor) {
    GPtrArray *popups = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const Pane *)value)->toplevel.mapped && !((const Pane *)value)->toplevel.pushed.managed)
            g_ptr_array_add(popups, value);
    g_ptr_array_sort(popups, by_serial);
    return popups;
}

// A pop-up of a pop-up is of the family below both.
static uint32_t family_of_popup(const Compositor *compositor, const Pane *pane) {
    for (int i = 0; i < GUEST_WINDOWS_MAX; i++) {
        uint32_t owner = popups_owner(pane);
        const Pane *next = owner ? find_pane(compositor, family_root(compositor->desk, owner)) : NULL;
        if (!next || next == pane || next->toplevel.pushed.managed)
            return owner ? family_root(compositor->desk, owner) : 0;
        pane = next;
    }
    return 0;
}

void stacking_place_popups(Compositor *compositor) {
    g_autoptr(GPtrArray) popups = list_popups(compositor);
    g_autoptr(GHashTable) tops = g_hash_table_new(NULL, NULL); // family -> the highest window so far
    if (!popups->len)
        return;
    HostOrder order = read_host_order(compositor->screen);
    for (guint i = 0; i < popups->len; i++) {
        const Pane *pane = g_ptr_array_index(popups, i);
        gpointer family = GUINT_TO_POINTER(family_of_popup(compositor, pane));
        Window below = (Window)GPOINTER_TO_SIZE(g_hash_table_lookup(tops, family));
        if (!below)
            below = top_of_family(compositor, GPOINTER_TO_UINT(family), &order);
        if (below) {
            XWindowChanges changes = {.sibling = below, .stack_mode = Above};
            XConfigureWindow(compositor->screen->display, pane->toplevel.window, CWSibling | CWStackMode,
                             &changes);
        }
        g_hash_table_replace(tops, family, GSIZE_TO_POINTER(pane->toplevel.window));
    }
    if (order.windows)
        XFree(order.windows);
}

static gboolean on_host_order(gpointer user) {
    Compositor *compositor = user;
    compositor->stacking_check = 0;
    stacking_place_popups(compositor);
    if (compositor->order_pending) {
        compositor->order_pending = false;
        push_families(compositor);
    }
    push_returning(compositor);
    XFlush(compositor->screen->display);
    return G_SOURCE_REMOVE;
}

static void check_soon(Compositor *compositor) {
    if (!compositor->stacking_check)
        compositor->stacking_check = g_idle_add(on_host_order, compositor);
}

void stacking_take_root_event(Compositor *compositor, const XEvent *event) {
    if (event->type == PropertyNotify &&
        event->xproperty.atom == compositor->screen->atoms._NET_CLIENT_LIST_STACKING)
        check_soon(compositor);
}

void stacking_stop(Compositor *compositor) {
    g_clear_handle_id(&compositor->stacking_check, g_source_remove);
}

void stacking_follow_guest(Compositor *compositor) {
    compositor->order_pending = true;
    check_soon(compositor);
}

void stacking_family_changed(Compositor *compositor, uint32_t window) {
    GHashTableIter iter;
    gpointer value;
    g_autoptr(GPtrArray) owned = g_ptr_array_new();
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Pane *pane = value;
        const GuestWindow *guest = desk_window(compositor->desk, pane->id);
        if (guest && pane->id != window && guest->owner && pane->toplevel.window &&
            family_root(compositor->desk, pane->id) == family_root(compositor->desk, window))
            g_ptr_array_add(owned, value);
    }
    for (guint i = 0; i < owned->len; i++)
        pane_update(g_ptr_array_index(owned, i), 0);
}

void stacking_before_press(Pane *pane, const XButtonEvent *event) {
    Compositor *compositor = pane->compositor;
    const GuestWindow *guest = desk_window(compositor->desk, pane->id);
    uint32_t enabled = family_enabled(compositor->desk, pane->id);
    if (!guest || event->button > Button3 || !is_stacked(pane))
        return;
    if (enabled != pane->id)
        compositor_raise(compositor, enabled, (uint32_t)event->time);
    else if (compositor->input.focused == pane->id && pane->toplevel.pushed.takes_focus &&
             family_is_covered(compositor->desk, pane->id, guest->box.x + event->x, guest->box.y + event->y))
        input_activate(&compositor->input, pane->id);
}
