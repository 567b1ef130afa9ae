// SPDX-License-Identifier: Apache-2.0
// The guest window as a value, with the diff and apply that every wire of the project uses. What a guest says
// is clamped in guest_window_apply and nowhere else.
#include "rail/guest-window.h"

#include <string.h>

#include "rail/utf.h"

void guest_window_init(GuestWindow *window, uint32_t id) {
    memset(window, 0, sizeof *window);
    window->id = id;
}

void guest_window_set_title(GuestWindow *window, const char *utf8) {
    size_t size = utf8 ? strlen(utf8) : 0;
    if (size > GUEST_WINDOW_TITLE_MAX) {
        size = GUEST_WINDOW_TITLE_MAX;
        while (size && ((uint8_t)utf8[size] & 0xC0) == 0x80)
            size--;
    }
    memset(window->title, 0, sizeof window->title);
    if (size && utf8_is_valid(utf8, size))
        memcpy(window->title, utf8, size);
}

static bool margins_equal(GuestMargins a, GuestMargins b) {
    return a.left == b.left && a.top == b.top && a.right == b.right && a.bottom == b.bottom;
}

static uint32_t differing(const GuestWindow *a, const GuestWindow *b) {
    uint32_t fields = 0;
    if (a->owner != b->owner)
        fields |= GUEST_WINDOW_OWNER;
    if (a->style != b->style || a->ex_style != b->ex_style)
        fields |= GUEST_WINDOW_STYLE;
    if (a->show != b->show)
        fields |= GUEST_WINDOW_SHOW;
    if (strcmp(a->title, b->title))
        fields |= GUEST_WINDOW_TITLE;
    if (a->box.x != b->box.x || a->box.y != b->box.y)
        fields |= GUEST_WINDOW_POSITION;
    if (a->box.width != b->box.width || a->box.height != b->box.height)
        fields |= GUEST_WINDOW_SIZE;
    if (!box_equal(a->client, b->client))
        fields |= GUEST_WINDOW_CLIENT;
    if (!margins_equal(a->margins, b->margins))
        fields |= GUEST_WINDOW_MARGINS;
    if (!box_list_equal(&a->shape, &b->shape))
        fields |= GUEST_WINDOW_SHAPE;
    if (!box_list_equal(&a->visible, &b->visible))
        fields |= GUEST_WINDOW_VISIBLE;
    if (a->no_taskbar_button != b->no_taskbar_button)
        fields |= GUEST_WINDOW_TASKBAR;
    return fields;
}

bool guest_window_equal(const GuestWindow *a, const GuestWindow *b) {
    return a->id == b->id && !differing(a, b);
}

uint32_t guest_window_diff(const GuestWindow *from, const GuestWindow *to, GuestWindowDelta *ret_delta) {
    ret_delta->fields = differing(from, to);
    ret_delta->to = *to;
    return ret_delta->fields;
}

static int32_t clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

static Box clamp_box(Box box) {
    return (Box){clamp(box.x, -BOX_LIMIT, BOX_LIMIT), clamp(box.y, -BOX_LIMIT, BOX_LIMIT),
                 clamp(box.width, 0, BOX_LIMIT), clamp(box.height, 0, BOX_LIMIT)};
}

static void clamp_list(BoxList *list) {
    uint32_t count = list->count < BOX_LIST_MAX ? list->count : BOX_LIST_MAX;
    list->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        Box box = clamp_box(list->boxes[i]);
        if (!box_is_empty(box))
            list->boxes[list->count++] = box;
    }
}

static void clamp_window(GuestWindow *window) {
    if (window->show != GUEST_SHOW_HIDDEN && window->show != GUEST_SHOW_MINIMISED &&
        window->show != GUEST_SHOW_MAXIMISED)
        window->show = GUEST_SHOW_NORMAL;
    window->title[GUEST_WINDOW_TITLE_MAX] = '\0';
    if (!utf8_is_valid(window->title, strlen(window->title)))
        memset(window->title, 0, sizeof window->title);
    window->box = clamp_box(window->box);
    window->client = clamp_box(window->client);
    clamp_list(&window->shape);
    clamp_list(&window->visible);
    if (window->owner == window->id)
        window->owner = 0;
}

uint32_t guest_window_apply(GuestWindow *window, const GuestWindowDelta *untrusted_delta) {
    const GuestWindow *to = &untrusted_delta->to;
    uint32_t fields = untrusted_delta->fields;
    GuestWindow next = *window;
    if (fields & GUEST_WINDOW_OWNER)
        next.owner = to->owner;
    if (fields & GUEST_WINDOW_STYLE) {
        next.style = to->style;
        next.ex_style = to->ex_style;
    }
    if (fields & GUEST_WINDOW_SHOW)
        next.show = to->show;
    if (fields & GUEST_WINDOW_TITLE)
        memcpy(next.title, to->title, sizeof next.title);
    if (fields & GUEST_WINDOW_POSITION) {
        next.box.x = to->box.x;
        next.box.y = to->box.y;
    }
    if (fields & GUEST_WINDOW_SIZE) {
        next.box.width = to->box.width;
        next.box.height = to->box.height;
    }
    if (fields & GUEST_WINDOW_CLIENT)
        next.client = to->client;
    if (fields & GUEST_WINDOW_MARGINS)
        next.margins = to->margins;
    if (fields & GUEST_WINDOW_SHAPE)
        next.shape = to->shape;
    if (fields & GUEST_WINDOW_VISIBLE)
        next.visible = to->visible;
    if (fields & GUEST_WINDOW_TASKBAR)
        next.no_taskbar_button = to->no_taskbar_button;
    clamp_window(&next);
    fields = differing(window, &next);
    *window = next;
    return fields;
}

void guest_window_delta_shift(GuestWindowDelta *delta, int32_t dx, int32_t dy) {
    GuestWindow *to = &delta->to;
    if (delta->fields & GUEST_WINDOW_POSITION)
        to->box = box_shift(to->box, dx, dy);
    if (delta->fields & GUEST_WINDOW_CLIENT)
        to->client = box_shift(to->client, dx, dy);
    for (uint32_t i = 0; delta->fields & GUEST_WINDOW_VISIBLE && i < to->visible.count; i++)
        to->visible.boxes[i] = box_shift(to->visible.boxes[i], dx, dy);
}

const char *guest_show_to_string(GuestShow show) {
    switch (show) {
    case GUEST_SHOW_HIDDEN:
        return "hidden";
    case GUEST_SHOW_MINIMISED:
        return "minimised";
    case GUEST_SHOW_MAXIMISED:
        return "maximised";
    case GUEST_SHOW_NORMAL:
        return "normal";
    }
    return "unknown";
}
