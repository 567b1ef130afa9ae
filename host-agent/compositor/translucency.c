// SPDX-License-Identifier: Apache-2.0
// The one place of the agent that reads pixels of a guest, as numbers from 0 to 255 and nothing else: which
// parts of a layered window are transparent. Part of a Pane, in the agent's loop. The pixels may change while
// they are read; the next damage corrects what that makes of them.
#include "host-agent/compositor/translucency.h"

#define LOOK_AGAIN_MS 100
#define RECTANGLES    512
#define SEEN          128 // alpha above which a pixel is there, without a compositing manager
#define COARSEST      32

static bool is_layered(const GuestWindow *guest) {
    return guest->ex_style & GUEST_EX_STYLE_LAYERED;
}

static const Surface *alpha_surface(const Pane *pane) {
    const Surface *surface = pane_surface(pane);
    return surface && surface->window && surface->alpha && surface_pixels(surface) ? surface : NULL;
}

bool translucency_wants_argb(const Pane *pane, const GuestWindow *guest) {
    const Screen *screen = pane->compositor->screen;
    return is_layered(guest) && screen->composited && screen->argb_visual && alpha_surface(pane);
}

// Whether a block of the picture has a pixel with more alpha than `above`.
static bool is_seen(const Surface *surface, uint32_t x, uint32_t y, uint32_t step, uint8_t above) {
    for (uint32_t row = y; row < MIN(y + step, surface->height); row++) {
        const uint8_t *pixels = surface_pixels(surface) + (size_t)row * surface->stride;
        for (uint32_t column = x; column < MIN(x + step, surface->width); column++)
            if (pixels[(size_t)column * 4 + 3] > above)
                return true;
    }
    return false;
}

// Beside the window: a region with nothing in it is no region for some window managers.
static const XRectangle nowhere = {-1, -1, 1, 1};

// The seen parts in blocks of `step` pixels, one rectangle for each run of a row; 0: more than fit.
static size_t trace(const Surface *surface, uint32_t step, uint8_t above, XRectangle *ret_rectangles) {
    size_t n = 0;
    for (uint32_t y = 0; y < surface->height; y += step)
        for (uint32_t x = 0; x < surface->width; x += step) {
            uint32_t first = x;
            while (x < surface->width && is_seen(surface, x, y, step, above))
                x += step;
            if (x == first)
                continue;
            if (n == RECTANGLES)
                return 0;
            ret_rectangles[n++] =
                (XRectangle){(short)first, (short)y, (unsigned short)(x - first), (unsigned short)step};
        }
    if (!n)
        ret_rectangles[n++] = nowhere;
    return n;
}

static XRectangle scaled(Scale scale, XRectangle part) {
    Box box = scale_box_up(scale, (Box){part.x, part.y, part.width, part.height});
    return (XRectangle){(short)box.x, (short)box.y, (unsigned short)box.width, (unsigned short)box.height};
}

static void shape_by_alpha(Pane *pane, const Surface *surface, int kind, uint8_t above) {
    Display *display = pane->compositor->screen->display;
    XRectangle rectangles[RECTANGLES];
    for (uint32_t step = 1; step <= COARSEST; step *= 2) {
        size_t n = trace(surface, step, above, rectangles);
        if (!n)
            continue;
        for (size_t i = 0; i < n; i++)
            rectangles[i] = scaled(pane->compositor->scale, rectangles[i]);
        XShapeCombineRectangles(display, pane->toplevel.window, kind, 0, 0, rectangles, (int)n, ShapeSet,
                                YXSorted);
        return;
    }
    XShapeCombineMask(display, pane->toplevel.window, kind, 0, 0, None, ShapeSet);
}

void translucency_update(Pane *pane) {
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    Display *display = pane->compositor->screen->display;
    if (!guest || !pane->toplevel.window || (!is_layered(guest) && !pane->cut_out))
        return;
    const Surface *surface = is_layered(guest) ? alpha_surface(pane) : NULL;
    bool lets_clicks_through = is_layered(guest) && guest->ex_style & GUEST_EX_STYLE_TRANSPARENT;
    pane->cut_out = surface || lets_clicks_through;
    if (surface && !pane->toplevel.pushed.argb)
        shape_by_alpha(pane, surface, ShapeBounding, SEEN);
    else if (!pane->toplevel.pushed.shape.count)
        XShapeCombineMask(display, pane->toplevel.window, ShapeBounding, 0, 0, None, ShapeSet);
    if (lets_clicks_through)
        XShapeCombineRectangles(display, pane->toplevel.window, ShapeInput, 0, 0, (XRectangle *)&nowhere, 1,
                                ShapeSet, Unsorted);
    else if (surface && pane->toplevel.pushed.argb)
        shape_by_alpha(pane, surface, ShapeInput, 0);
    else
        XShapeCombineMask(display, pane->toplevel.window, ShapeInput, 0, 0, None, ShapeSet);
}

static gboolean on_look(gpointer user) {
    Pane *pane = user;
    pane->alpha_timer = 0;
    translucency_update(pane);
    XFlush(pane->compositor->screen->display);
    return G_SOURCE_REMOVE;
}

void translucency_damaged(Pane *pane) {
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    if (!pane->alpha_timer && guest && is_layered(guest))
        pane->alpha_timer = g_timeout_add(LOOK_AGAIN_MS, on_look, pane);
}

void translucency_take_root_event(Compositor *compositor, const XEvent *event) {
    GHashTableIter iter;
    gpointer value;
    if (event->type != compositor->screen->fixes_event + XFixesSelectionNotify)
        return;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        pane_update(value, 0);
    XFlush(compositor->screen->display);
}

void translucency_stop(Pane *pane) {
    g_clear_handle_id(&pane->alpha_timer, g_source_remove);
}
