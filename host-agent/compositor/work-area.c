// SPDX-License-Identifier: Apache-2.0
// Monitors less the struts of all clients, since _NET_WORKAREA is one box for all monitors and several window
// managers fill it with what no monitor has. Owned by the Screen. Reads again, once for a burst of events,
// when monitors, clients or a panel's strut changed; writes nothing to the X server.
#include "host-agent/compositor/work-area.h"
#include "host-agent/compositor/dpi.h"

#include <string.h>

#define COALESCE_MS 50
#define CLIENTS_MAX 1024
#define STRUT_LONGS 12

struct WorkArea {
    Screen *screen;
    GHashTable *panels; // windows with struts that are listened to
    guint timer;
};

static bool meets(int32_t start, int32_t end, int32_t from, int32_t size) {
    return start < from + size && end >= from;
}

// A strut counts from the edge of the root window, so it can be as deep as a monitor that it does not lie on;
// one that would leave nothing of a monitor is not meant for it.
RootBox work_area_without(RootBox area, RootBox monitor, RootBox root, const Strut *untrusted_strut) {
    const Strut *strut = untrusted_strut;
    int32_t left = area.x, top = area.y, right = area.x + area.width, bottom = area.y + area.height;
    if (strut->left > 0 && meets(strut->left_start, strut->left_end, monitor.y, monitor.height))
        left = MAX(left, root.x + MIN(strut->left, root.width));
    if (strut->right > 0 && meets(strut->right_start, strut->right_end, monitor.y, monitor.height))
        right = MIN(right, root.x + root.width - MIN(strut->right, root.width));
    if (strut->top > 0 && meets(strut->top_start, strut->top_end, monitor.x, monitor.width))
        top = MAX(top, root.y + MIN(strut->top, root.height));
    if (strut->bottom > 0 && meets(strut->bottom_start, strut->bottom_end, monitor.x, monitor.width))
        bottom = MIN(bottom, root.y + root.height - MIN(strut->bottom, root.height));
    return right > left && bottom > top ? (RootBox){left, top, right - left, bottom - top} : area;
}

static long *read_longs(Screen *screen, Window window, Atom property, size_t max, size_t *ret_n) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    *ret_n = 0;
    if (XGetWindowProperty(screen->display, window, property, 0, (long)max, False, AnyPropertyType, &type,
                           &format, &n, &left, &bytes) != Success ||
        format != 32 || !bytes) {
        if (bytes)
            XFree(bytes);
        return NULL;
    }
    *ret_n = n;
    return (long *)bytes;
}

static int32_t clamp(long untrusted_value) {
    return (int32_t)CLAMP(untrusted_value, 0, BOX_LIMIT);
}

static bool read_strut(Screen *screen, Window window, Strut *ret_strut) {
    size_t n = 0;
    long *values = read_longs(screen, window, screen->atoms._NET_WM_STRUT_PARTIAL, STRUT_LONGS, &n);
    if (n < STRUT_LONGS) {
        if (values)
            XFree(values);
        values = read_longs(screen, window, screen->atoms._NET_WM_STRUT, 4, &n);
    }
    *ret_strut =
        (Strut){.left_end = BOX_LIMIT, .right_end = BOX_LIMIT, .top_end = BOX_LIMIT, .bottom_end = BOX_LIMIT};
    int32_t *fields[STRUT_LONGS] = {
        &ret_strut->left,       &ret_strut->right,    &ret_strut->top,          &ret_strut->bottom,
        &ret_strut->left_start, &ret_strut->left_end, &ret_strut->right_start,  &ret_strut->right_end,
        &ret_strut->top_start,  &ret_strut->top_end,  &ret_strut->bottom_start, &ret_strut->bottom_end};
    for (size_t i = 0; i < n && i < STRUT_LONGS; i++)
        *fields[i] = clamp(values[i]);
    if (values)
        XFree(values);
    return n >= 4;
}

static void on_panel_event(const XEvent *event, gpointer user) {
    WorkArea *work_area = user;
    const Atoms *atoms = &work_area->screen->atoms;
    if (event->type == PropertyNotify && (event->xproperty.atom == atoms->_NET_WM_STRUT_PARTIAL ||
                                          event->xproperty.atom == atoms->_NET_WM_STRUT))
        work_area_read_soon(work_area);
}

static void watch_panel(WorkArea *work_area, Window window) {
    if (!g_hash_table_add(work_area->panels, GSIZE_TO_POINTER(window)))
        return;
    XSelectInput(work_area->screen->display, window, PropertyChangeMask);
    screen_listen(work_area->screen, window, on_panel_event, work_area);
    work_area_read_soon(work_area); // it may have changed between the reading and the listening
}

static void forget_panels(WorkArea *work_area, const long *clients, size_t n) {
    GHashTableIter iter;
    gpointer window;
    g_hash_table_iter_init(&iter, work_area->panels);
    while (g_hash_table_iter_next(&iter, &window, NULL)) {
        bool listed = false;
        for (size_t i = 0; i < n && !listed; i++)
            listed = (gsize)clients[i] == GPOINTER_TO_SIZE(window);
        if (listed)
            continue;
        screen_unlisten(work_area->screen, GPOINTER_TO_SIZE(window));
        g_hash_table_iter_remove(&iter);
    }
}

static void subtract(Monitors *monitors, const Strut *strut) {
    for (size_t i = 0; i < monitors->count; i++)
        monitors->work_areas[i] =
            work_area_without(monitors->work_areas[i], monitors->boxes[i], monitors->root, strut);
}

static void subtract_clients(WorkArea *work_area, Monitors *monitors, const long *clients, size_t n) {
    Screen *screen = work_area->screen;
    for (size_t i = 0; i < n; i++) {
        Window window = (Window)clients[i];
        Strut strut;
        bool is_ours = g_hash_table_contains(screen->listeners, GSIZE_TO_POINTER(window)) &&
                       !g_hash_table_contains(work_area->panels, GSIZE_TO_POINTER(window));
        if (is_ours || !read_strut(screen, window, &strut))
            continue;
        watch_panel(work_area, window);
        subtract(monitors, &strut);
    }
}

// A window manager that lists no clients may still say what is free.
static void take_net_workarea(const Screen *screen, Monitors *monitors, const long values[4]) {
    RootBox all = {clamp(values[0]), clamp(values[1]), clamp(values[2]), clamp(values[3])};
    for (size_t i = 0; i < monitors->count; i++) {
        RootBox seen = root_box_intersect(all, monitors->boxes[i]);
        if (!root_box_is_empty(seen))
            monitors->work_areas[i] = seen;
    }
}

static void read_all(WorkArea *work_area, Monitors *ret_monitors) {
    Screen *screen = work_area->screen;
    size_t n = 0;
    monitors_read(screen->display, screen->root, ret_monitors);
    ret_monitors->dpi = dpi_read(screen, ret_monitors->boxes[0], ret_monitors->millimetres);
    long *clients = read_longs(screen, screen->root, screen->atoms._NET_CLIENT_LIST, CLIENTS_MAX, &n);
    if (clients) {
        forget_panels(work_area, clients, n);
        subtract_clients(work_area, ret_monitors, clients, n);
        XFree(clients);
        return;
    }
    long *area = read_longs(screen, screen->root, screen->atoms._NET_WORKAREA, 4, &n);
    if (area && n == 4)
        take_net_workarea(screen, ret_monitors, area);
    if (area)
        XFree(area);
}

static bool is_same(const Monitors *a, const Monitors *b) {
    bool same = a->count == b->count && a->dpi == b->dpi && root_box_equal(a->root, b->root);
    for (size_t i = 0; same && i < a->count; i++)
        same = root_box_equal(a->boxes[i], b->boxes[i]) && root_box_equal(a->work_areas[i], b->work_areas[i]);
    return same;
}

static gboolean on_read(gpointer user) {
    WorkArea *work_area = user;
    Screen *screen = work_area->screen;
    Monitors before = screen->monitors, now;
    work_area->timer = 0;
    read_all(work_area, &now);
    if (is_same(&before, &now))
        return G_SOURCE_REMOVE;
    screen->monitors = now;
    g_hook_list_invoke(&screen->on_layout, FALSE);
    return G_SOURCE_REMOVE;
}

void work_area_read_soon(WorkArea *work_area) {
    if (!work_area->timer)
        work_area->timer = g_timeout_add(COALESCE_MS, on_read, work_area);
}

WorkArea *work_area_new(Screen *screen) {
    WorkArea *work_area = g_new0(WorkArea, 1);
    work_area->screen = screen;
    work_area->panels = g_hash_table_new(NULL, NULL);
    read_all(work_area, &screen->monitors);
    return work_area;
}

void work_area_free(WorkArea *work_area) {
    GHashTableIter iter;
    gpointer window;
    g_clear_handle_id(&work_area->timer, g_source_remove);
    g_hash_table_iter_init(&iter, work_area->panels);
    while (g_hash_table_iter_next(&iter, &window, NULL))
        screen_unlisten(work_area->screen, GPOINTER_TO_SIZE(window));
    g_hash_table_unref(work_area->panels);
    g_free(work_area);
}

void work_area_take_root_event(WorkArea *work_area, const XEvent *event) {
    const Screen *screen = work_area->screen;
    const Atoms *atoms = &screen->atoms;
    bool is_property =
        event->type == PropertyNotify &&
        (event->xproperty.atom == atoms->_NET_WORKAREA || event->xproperty.atom == atoms->_NET_CLIENT_LIST ||
         event->xproperty.atom == atoms->_NET_CURRENT_DESKTOP ||
         event->xproperty.atom == atoms->_NET_SUPPORTING_WM_CHECK);
    if (is_property || dpi_take_root_event(screen, event) || event->type == screen->randr_event ||
        event->type == ConfigureNotify)
        work_area_read_soon(work_area);
}
