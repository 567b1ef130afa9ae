// SPDX-License-Identifier: Apache-2.0
// The desktop that the scripted server plays: windows, their stacking, the active one. What changes goes to
// the client that is there, as orders; a client that comes later gets it all at once.
#include "tests/support/railfake.h"

#include <string.h>

#define DEFAULT_STYLE 0x14CF0000 // WS_OVERLAPPEDWINDOW, visible
#define NO_WINDOW     0xFFFFFFFFu

void fake_window_free(gpointer data) {
    FakeWindow *window = data;
    g_free(window->app_id);
    g_free(window->image);
    g_free(window);
}

FakeWindow *fake_window(Fake *fake, uint32_t id) {
    return g_hash_table_lookup(fake->windows, GUINT_TO_POINTER(id));
}

bool fake_is_sizable(const FakeWindow *window) {
    return window->window.style & GUEST_STYLE_THICKFRAME;
}

static RdpOrders *orders_of(Fake *fake) {
    return fake->peer && fake_peer_is_ready(fake->peer) ? fake_peer_orders(fake->peer) : NULL;
}

static void drop_from_stack(Fake *fake, uint32_t id) {
    for (guint i = fake->stack->len; i-- > 0;)
        if (g_array_index(fake->stack, uint32_t, i) == id)
            g_array_remove_index(fake->stack, i);
}

void fake_send_stacking(Fake *fake) {
    RdpOrders *orders = orders_of(fake);
    uint32_t ids[DESK_STACK_MAX];
    size_t count = 0;
    for (guint i = 0; i < fake->stack->len && count < DESK_STACK_MAX - 1; i++) {
        const FakeWindow *window = fake_window(fake, g_array_index(fake->stack, uint32_t, i));
        if (window && window->window.show != GUEST_SHOW_HIDDEN && window->window.show != GUEST_SHOW_MINIMISED)
            ids[count++] = window->window.id;
    }
    if (fake->options.persona->marker)
        ids[count++] = fake->options.persona->marker;
    if (orders)
        rdp_orders_desktop(
            orders, WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ZORDER | WINDOW_ORDER_DESKTOP_ACTIVE,
            fake->active ? fake->active : NO_WINDOW, ids, count);
    fake_publication_order(fake);
}

static void send_window(Fake *fake, bool is_new, const GuestWindowDelta *delta) {
    RdpOrders *orders = orders_of(fake);
    if (orders)
        rdp_orders_window(orders, is_new, delta);
    fake_publication_track(fake, delta->to.id);
}

static void announce(Fake *fake, FakeWindow *window) {
    GuestWindowDelta all = {.fields = GUEST_WINDOW_ALL, .to = window->window};
    if (!fake->options.persona->margin)
        all.fields &= ~(uint32_t)GUEST_WINDOW_MARGINS;
    send_window(fake, true, &all);
}

static FakeWindow *add_window(Fake *fake, const GuestWindowDelta *delta) {
    FakeWindow *window = g_new0(FakeWindow, 1);
    uint32_t id = delta->to.id;
    guest_window_init(&window->window, id);
    window->window.style = DEFAULT_STYLE;
    window->window.show = GUEST_SHOW_NORMAL;
    window->number = fake->numbers++;
    window->colour = -1;
    window->process = 1000 + window->number;
    guest_window_apply(&window->window, delta);
    uint16_t margin = fake->options.persona->margin;
    if (!(delta->fields & GUEST_WINDOW_MARGINS) && fake_is_sizable(window))
        window->window.margins = (GuestMargins){margin, 0, margin, margin};
    if (!(delta->fields & GUEST_WINDOW_CLIENT))
        window->window.client = window->window.box;
    g_hash_table_insert(fake->windows, GUINT_TO_POINTER(id), window);
    g_array_prepend_val(fake->stack, id);
    return window;
}

static void repaint(Fake *fake, FakeWindow *window, Box before, uint32_t fields) {
    if (!(fake->manners & FAKE_MANNER_PAINT))
        return;
    if (fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE | GUEST_WINDOW_SHOW))
        fake_paint_area(fake, before);
    if (fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE | GUEST_WINDOW_SHOW | GUEST_WINDOW_STYLE))
        fake_paint_window(fake, window);
}

void fake_change(Fake *fake, const GuestWindowDelta *delta) {
    FakeWindow *window = fake_window(fake, delta->to.id);
    GuestWindowDelta told = *delta;
    if (!window) {
        window = add_window(fake, delta);
        announce(fake, window);
        if (window->window.show != GUEST_SHOW_HIDDEN)
            fake_raise(fake, window->window.id);
        repaint(fake, window, (Box){0}, GUEST_WINDOW_ALL);
        return;
    }
    Box before = window->window.box;
    if (told.fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE) && !(told.fields & GUEST_WINDOW_CLIENT)) {
        told.fields |= GUEST_WINDOW_CLIENT;
        told.to.client = told.to.box;
    }
    guest_window_apply(&window->window, &told);
    told.to = window->window;
    if (told.fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE)) // these four travel together
        told.fields |= GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE | GUEST_WINDOW_SHAPE | GUEST_WINDOW_VISIBLE;
    send_window(fake, false, &told);
    repaint(fake, window, before, told.fields);
}

void fake_delete(Fake *fake, uint32_t id) {
    FakeWindow *window = fake_window(fake, id);
    RdpOrders *orders = orders_of(fake);
    if (orders)
        rdp_orders_deleted(orders, id);
    drop_from_stack(fake, id);
    if (!window)
        return;
    Box before = window->window.box;
    fake_paint_gone(fake, window);
    g_hash_table_remove(fake->windows, GUINT_TO_POINTER(id));
    fake_publication_track(fake, id);
    fake_paint_area(fake, before);
    if (fake->active == id)
        fake->active = fake->stack->len ? g_array_index(fake->stack, uint32_t, 0) : 0;
    fake_send_stacking(fake);
}

void fake_raise(Fake *fake, uint32_t id) {
    if (fake_window(fake, id)) {
        drop_from_stack(fake, id);
        g_array_prepend_val(fake->stack, id);
    }
    fake->active = id;
    fake_send_stacking(fake);
}

void fake_place(Fake *fake, uint32_t id, Box box) {
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE,
                              .to = {.id = id, .box = box}};
    if (fake_window(fake, id))
        fake_change(fake, &delta);
}

static int64_t distance(Box a, Box b) { // of their centres, squared
    int64_t dx = a.x + a.width / 2 - (b.x + b.width / 2), dy = a.y + a.height / 2 - (b.y + b.height / 2);
    return dx * dx + dy * dy;
}

// Each is that of a monitor; before multiple monitors, Windows had one (MS-RDPERP 2.2.2.4.1).
void fake_work_area(Fake *fake, Box area) {
    size_t at = fake->n_work_areas;
    for (size_t i = 0; i < fake->n_work_areas; i++)
        if (!box_is_empty(box_intersect(fake->work_areas[i], area)))
            at = i;
    if (!fake->options.persona->announces_rail)
        at = 0;
    if (at == FAKE_MONITORS)
        return;
    fake->work_areas[at] = area;
    fake->n_work_areas = MAX(fake->n_work_areas, at + 1);
}

static Box work_area_of(const Fake *fake, Box box) {
    Box nearest = {0, 0, 1024, 740};
    for (size_t i = 0; i < fake->n_work_areas; i++)
        if (!i || distance(fake->work_areas[i], box) < distance(nearest, box))
            nearest = fake->work_areas[i];
    return nearest;
}

static Box box_of_show(Fake *fake, const FakeWindow *window, GuestShow show) {
    int outset = fake->options.persona->outset;
    Box area = work_area_of(fake, window->window.box);
    if (show == GUEST_SHOW_MAXIMISED)
        return (Box){area.x - outset, area.y - outset, area.width + 2 * outset, area.height + 2 * outset};
    if (show == GUEST_SHOW_MINIMISED)
        return (Box){-32000, -32000, 160, 24};
    return box_is_empty(window->restored) ? window->window.box : window->restored;
}

void fake_show(Fake *fake, uint32_t id, GuestShow show) {
    FakeWindow *window = fake_window(fake, id);
    if (!window || window->window.show == show)
        return;
    if (window->window.show == GUEST_SHOW_NORMAL)
        window->restored = window->window.box;
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_SHOW | GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE};
    delta.to.id = id;
    delta.to.show = show;
    delta.to.box = box_of_show(fake, window, show);
    fake_change(fake, &delta);
}

void fake_sync(Fake *fake) {
    RdpOrders *orders = orders_of(fake);
    if (!orders)
        return;
    rdp_orders_desktop(orders, WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_BEGAN, 0, NULL, 0);
    for (guint i = fake->stack->len; i-- > 0;)
        announce(fake, fake_window(fake, g_array_index(fake->stack, uint32_t, i)));
    fake_send_stacking(fake);
    rdp_orders_desktop(orders, WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_COMPLETED, 0, NULL, 0);
}
