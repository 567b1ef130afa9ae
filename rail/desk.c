// SPDX-License-Identifier: Apache-2.0
// The host's replica of a guest's desktop. Fed by one event loop, read by the same. A change of a window that
// has a change waiting melts into it, so a slow reader sees the newest state and never a backlog.
#include "rail/desk.h"

#include <string.h>

#include "rail/mem.h"

typedef struct Entry {
    GuestWindow window;
    uint32_t generation;
    bool told;       // ADDED has been taken
    uint32_t fields; // changed and not taken
    bool queued;
} Entry;

struct Desk {
    Entry *entries;
    size_t count, capacity;
    uint32_t generation;
    bool monitored, syncing, held;
    uint32_t active;
    uint32_t order[DESK_STACK_MAX]; // as the guest said: with its marker, and windows that are yet to come
    uint32_t known[DESK_STACK_MAX]; // scratch of desk_stacking()
    size_t n_order;
    DeskChange *queue; // fields are filled in when a change is taken
    size_t queued, queue_capacity;
};

Desk *desk_new(void) {
    Desk *desk = mem_new(sizeof *desk);
    desk->monitored = true;
    return desk;
}

void desk_free(Desk *desk) {
    if (!desk)
        return;
    mem_free(desk->entries);
    mem_free(desk->queue);
    mem_free(desk);
}

static Entry *find(const Desk *desk, uint32_t id) {
    for (size_t i = 0; i < desk->count; i++)
        if (desk->entries[i].window.id == id)
            return &desk->entries[i];
    return NULL;
}

static void enqueue(Desk *desk, DeskChangeKind kind, uint32_t window) {
    if (kind == DESK_CHANGE_STACKING || kind == DESK_CHANGE_MONITORED)
        for (size_t i = 0; i < desk->queued; i++)
            if (desk->queue[i].kind == kind)
                return;
    if (desk->queued == desk->queue_capacity) {
        desk->queue_capacity = desk->queue_capacity ? desk->queue_capacity * 2 : 32;
        desk->queue = mem_resize(desk->queue, desk->queue_capacity, sizeof *desk->queue);
    }
    desk->queue[desk->queued++] = (DeskChange){kind, window, 0};
}

static void drop_queued(Desk *desk, uint32_t window) {
    size_t kept = 0;
    for (size_t i = 0; i < desk->queued; i++)
        if (desk->queue[i].kind >= DESK_CHANGE_REMOVED || desk->queue[i].window != window)
            desk->queue[kept++] = desk->queue[i];
    desk->queued = kept;
}

static void touch(Desk *desk, Entry *entry, uint32_t fields) {
    if (!fields && entry->told)
        return;
    entry->fields |= fields;
    if (entry->queued)
        return;
    entry->queued = true;
    enqueue(desk, entry->told ? DESK_CHANGE_CHANGED : DESK_CHANGE_ADDED, entry->window.id);
}

static void take_window(Desk *desk, const DeskEvent *event) {
    if (event->window == 0 || event->window == UINT32_MAX)
        return;
    Entry *entry = find(desk, event->window);
    GuestWindowDelta delta = event->as.change.delta;
    if (!entry) {
        if (!event->as.change.is_new || desk->count == GUEST_WINDOWS_MAX)
            return;
        if (desk->count == desk->capacity) {
            desk->capacity = desk->capacity ? desk->capacity * 2 : 16;
            desk->entries = mem_resize(desk->entries, desk->capacity, sizeof *desk->entries);
        }
        entry = &desk->entries[desk->count++];
        memset(entry, 0, sizeof *entry);
        guest_window_init(&entry->window, event->window);
    } else if (event->as.change.is_new) { // NEW for a known id replaces all its properties
        GuestWindow fresh;
        guest_window_init(&fresh, event->window);
        guest_window_apply(&fresh, &delta);
        guest_window_diff(&entry->window, &fresh, &delta);
    }
    entry->generation = desk->generation;
    touch(desk, entry, guest_window_apply(&entry->window, &delta));
}

static void remove_at(Desk *desk, size_t index) {
    Entry *entry = &desk->entries[index];
    uint32_t id = entry->window.id;
    bool told = entry->told;
    drop_queued(desk, id);
    desk->entries[index] = desk->entries[--desk->count];
    if (told)
        enqueue(desk, DESK_CHANGE_REMOVED, id);
}

static void remove_window(Desk *desk, uint32_t id) {
    Entry *entry = find(desk, id);
    if (entry)
        remove_at(desk, (size_t)(entry - desk->entries));
}

static void remove_all_but(Desk *desk, uint32_t generation) {
    for (size_t i = desk->count; i-- > 0;)
        if (desk->entries[i].generation != generation)
            remove_at(desk, i);
}

static void set_monitored(Desk *desk, bool monitored) {
    if (desk->monitored == monitored)
        return;
    desk->monitored = monitored;
    enqueue(desk, DESK_CHANGE_MONITORED, 0);
}

static void take_stacking(Desk *desk, const DeskEvent *event) {
    bool changed = false;
    uint32_t count = event->as.stacking.count < DESK_STACK_MAX ? event->as.stacking.count : DESK_STACK_MAX;
    if (event->as.stacking.has_active && desk->active != event->as.stacking.active) {
        desk->active = event->as.stacking.active;
        changed = true;
    }
    if (event->as.stacking.has_order &&
        (count != desk->n_order ||
         memcmp(desk->order, event->as.stacking.order, count * sizeof *desk->order))) {
        memcpy(desk->order, event->as.stacking.order, count * sizeof *desk->order);
        desk->n_order = count;
        changed = true;
    }
    if (changed)
        enqueue(desk, DESK_CHANGE_STACKING, 0);
}

// The place that windows are counted from is another: those that are told anew are told from there.
static void shift_windows(Desk *desk, int32_t dx, int32_t dy) {
    for (size_t i = 0; i < desk->count; i++) {
        Entry *entry = &desk->entries[i];
        GuestWindowDelta delta = {.fields =
                                      GUEST_WINDOW_POSITION | GUEST_WINDOW_CLIENT | GUEST_WINDOW_VISIBLE,
                                  .to = entry->window};
        guest_window_delta_shift(&delta, dx, dy);
        touch(desk, entry, guest_window_apply(&entry->window, &delta));
    }
}

void desk_apply(Desk *desk, const DeskEvent *event) {
    switch (event->kind) {
    case DESK_EVENT_SYNC_BEGAN:
        desk->generation++;
        desk->syncing = true;
        set_monitored(desk, true);
        break;
    case DESK_EVENT_SYNC_ENDED:
        if (desk->syncing || desk->held)
            remove_all_but(desk, desk->generation);
        desk->syncing = desk->held = false;
        set_monitored(desk, true);
        break;
    case DESK_EVENT_NOT_MONITORED:
        desk->syncing = false;
        set_monitored(desk, false);
        break;
    case DESK_EVENT_WINDOW:
        take_window(desk, event);
        break;
    case DESK_EVENT_WINDOW_GONE:
        remove_window(desk, event->window);
        break;
    case DESK_EVENT_STACKING:
        take_stacking(desk, event);
        break;
    case DESK_EVENT_DISPLAY:
        shift_windows(desk, event->as.display.dx, event->as.display.dy);
        break;
    default:
        break;
    }
}

void desk_hold(Desk *desk) {
    desk->generation++;
    desk->held = true;
    desk->syncing = false;
    set_monitored(desk, true);
}

bool desk_next_change(Desk *desk, DeskChange *ret_change) {
    if (!desk->queued)
        return false;
    *ret_change = desk->queue[0];
    memmove(desk->queue, desk->queue + 1, --desk->queued * sizeof *desk->queue);
    if (ret_change->kind != DESK_CHANGE_ADDED && ret_change->kind != DESK_CHANGE_CHANGED)
        return true;
    Entry *entry = find(desk, ret_change->window);
    ret_change->fields = ret_change->kind == DESK_CHANGE_ADDED ? GUEST_WINDOW_ALL : entry->fields;
    entry->fields = 0;
    entry->queued = false;
    entry->told = true;
    return true;
}

const GuestWindow *desk_window(const Desk *desk, uint32_t id) {
    const Entry *entry = find(desk, id);
    return entry ? &entry->window : NULL;
}

const GuestWindow *desk_window_at(const Desk *desk, size_t index) {
    return index < desk->count ? &desk->entries[index].window : NULL;
}

size_t desk_count(const Desk *desk) {
    return desk->count;
}

bool desk_is_monitored(const Desk *desk) {
    return desk->monitored;
}

uint32_t desk_active(const Desk *desk) {
    return desk->active;
}

size_t desk_stacking(const Desk *desk, const uint32_t **ret_ids) {
    uint32_t *known = ((Desk *)desk)->known;
    size_t count = 0;
    for (size_t i = 0; i < desk->n_order; i++)
        if (find(desk, desk->order[i]))
            known[count++] = desk->order[i];
    *ret_ids = known;
    return count;
}
