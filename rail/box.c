// SPDX-License-Identifier: Apache-2.0
// Rectangle arithmetic of the guest's desktop. Sums are taken in 64 bits: a guest may name any 32-bit
// position.
#include "rail/box.h"

#include <string.h>

static int64_t right(Box box) {
    return (int64_t)box.x + box.width;
}

static int64_t bottom(Box box) {
    return (int64_t)box.y + box.height;
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int32_t clamp32(int64_t value) {
    return (int32_t)most(INT32_MIN, least(INT32_MAX, value));
}

static Box from_edges(int64_t x0, int64_t y0, int64_t x1, int64_t y1) {
    return (Box){clamp32(x0), clamp32(y0), clamp32(x1 - x0), clamp32(y1 - y0)};
}

bool box_equal(Box a, Box b) {
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

bool box_is_empty(Box box) {
    return box.width <= 0 || box.height <= 0;
}

bool box_is_sane(Box box) {
    return box.x >= -BOX_LIMIT && box.x <= BOX_LIMIT && box.y >= -BOX_LIMIT && box.y <= BOX_LIMIT &&
           box.width >= 0 && box.width <= BOX_LIMIT && box.height >= 0 && box.height <= BOX_LIMIT;
}

bool box_contains(Box box, int32_t x, int32_t y) {
    return x >= box.x && y >= box.y && x < right(box) && y < bottom(box);
}

Box box_intersect(Box a, Box b) {
    if (box_is_empty(a) || box_is_empty(b))
        return (Box){0};
    int64_t x0 = most(a.x, b.x), y0 = most(a.y, b.y);
    int64_t x1 = least(right(a), right(b)), y1 = least(bottom(a), bottom(b));
    return x0 < x1 && y0 < y1 ? from_edges(x0, y0, x1, y1) : (Box){0};
}

Box box_union(Box a, Box b) {
    if (box_is_empty(a))
        return box_is_empty(b) ? (Box){0} : b;
    if (box_is_empty(b))
        return a;
    return from_edges(least(a.x, b.x), least(a.y, b.y), most(right(a), right(b)), most(bottom(a), bottom(b)));
}

Box box_shift(Box box, int32_t dx, int32_t dy) {
    return (Box){clamp32((int64_t)box.x + dx), clamp32((int64_t)box.y + dy), box.width, box.height};
}

bool box_list_equal(const BoxList *a, const BoxList *b) {
    return a->count == b->count && !memcmp(a->boxes, b->boxes, a->count * sizeof(Box));
}

Box box_list_bounds(const BoxList *list) {
    Box bounds = {0};
    for (uint32_t i = 0; i < list->count; i++)
        bounds = box_union(bounds, list->boxes[i]);
    return bounds;
}

void box_list_add(BoxList *list, Box box) {
    if (box_is_empty(box))
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (box_equal(box_intersect(list->boxes[i], box), box))
            return; // covered already
    for (uint32_t i = 0; i < list->count; i++)
        if (!box_equal(box_intersect(list->boxes[i], box), list->boxes[i]))
            list->boxes[kept++] = list->boxes[i];
    list->count = kept;
    if (kept == BOX_LIST_MAX) {
        list->boxes[0] = box_union(box_list_bounds(list), box);
        list->count = 1;
    } else {
        list->boxes[list->count++] = box;
    }
}

// Adds what of the box lies outside the hole; false when the list is full.
static bool add_outside(BoxList *list, Box box, Box hole) {
    Box cut = box_intersect(box, hole);
    Box parts[4] = {box};
    uint32_t count = 1;
    if (!box_is_empty(cut)) {
        count = 0;
        parts[count++] = from_edges(box.x, box.y, right(box), cut.y);
        parts[count++] = from_edges(box.x, bottom(cut), right(box), bottom(box));
        parts[count++] = from_edges(box.x, cut.y, cut.x, bottom(cut));
        parts[count++] = from_edges(right(cut), cut.y, right(box), bottom(cut));
    }
    for (uint32_t i = 0; i < count; i++) {
        if (box_is_empty(parts[i]))
            continue;
        if (list->count == BOX_LIST_MAX)
            return false;
        list->boxes[list->count++] = parts[i];
    }
    return true;
}

void box_list_subtract(BoxList *list, Box hole) {
    BoxList rest;
    rest.count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (!add_outside(&rest, list->boxes[i], hole))
            return; // too ragged: keep the larger region, which is safe for damage
    memcpy(list->boxes, rest.boxes, rest.count * sizeof(Box));
    list->count = rest.count;
}

void box_list_intersect(BoxList *list, Box limits) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        Box box = box_intersect(list->boxes[i], limits);
        if (!box_is_empty(box))
            list->boxes[kept++] = box;
    }
    list->count = kept;
}
