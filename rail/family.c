// SPDX-License-Identifier: Apache-2.0
// Questions about owners, answered from the replica. Pure. The guest may name owners in a circle: every walk
// ends after OWNERS_MAX steps, and who walks in a circle has no owner.
#include "rail/family.h"

#include "rail/role.h"

#define OWNERS_MAX 16

static const GuestWindow *owner_of(const Desk *desk, const GuestWindow *window) {
    return window->owner && window->owner != window->id ? desk_window(desk, window->owner) : NULL;
}

uint32_t family_root(const Desk *desk, uint32_t id) {
    const GuestWindow *window = desk_window(desk, id);
    for (int i = 0; i < OWNERS_MAX && window; i++) {
        const GuestWindow *owner = owner_of(desk, window);
        if (!owner)
            return window->id;
        window = owner;
    }
    return id;
}

const GuestWindow *family_owner(const Desk *desk, const GuestWindow *window) {
    const GuestWindow *owner = owner_of(desk, window);
    for (int i = 0; i < OWNERS_MAX && owner && !guest_window_is_shown(owner); i++)
        owner = owner_of(desk, owner);
    return owner && owner != window && guest_window_is_shown(owner) ? owner : NULL;
}

static bool is_enabled(const GuestWindow *window) {
    return !(window->style & GUEST_STYLE_DISABLED);
}

bool family_is_modal(const Desk *desk, const GuestWindow *window) {
    const GuestWindow *owner = family_owner(desk, window);
    return owner && !is_enabled(owner) && is_enabled(window) && guest_role(window) == GUEST_ROLE_DIALOG;
}

static bool is_owned_by(const Desk *desk, const GuestWindow *window, uint32_t id) {
    for (int i = 0; i < OWNERS_MAX && window; i++) {
        window = owner_of(desk, window);
        if (window && window->id == id)
            return true;
    }
    return false;
}

// The ids the guest has put in order, then those it has not.
static size_t ordered(const Desk *desk, uint32_t *ret_ids, size_t max) {
    const uint32_t *order = NULL;
    size_t n_order = desk_stacking(desk, &order), n = 0;
    for (size_t i = 0; i < n_order && n < max; i++)
        ret_ids[n++] = order[i];
    size_t listed = n;
    for (size_t i = 0; i < desk_count(desk) && n < max; i++) {
        uint32_t id = desk_window_at(desk, i)->id;
        bool known = false;
        for (size_t j = 0; j < listed && !known; j++)
            known = ret_ids[j] == id;
        if (!known)
            ret_ids[n++] = id;
    }
    return n;
}

uint32_t family_enabled(const Desk *desk, uint32_t id) {
    const GuestWindow *window = desk_window(desk, id);
    uint32_t ids[DESK_STACK_MAX + GUEST_WINDOWS_MAX];
    if (!window || is_enabled(window))
        return id;
    size_t n = ordered(desk, ids, sizeof ids / sizeof *ids);
    for (size_t i = 0; i < n; i++) {
        const GuestWindow *other = desk_window(desk, ids[i]);
        if (guest_window_is_shown(other) && guest_role_takes_focus(other) && is_owned_by(desk, other, id))
            return other->id;
    }
    return id;
}

size_t family_members(const Desk *desk, uint32_t root, uint32_t *ret_ids, size_t max) {
    uint32_t ids[DESK_STACK_MAX + GUEST_WINDOWS_MAX];
    size_t n = ordered(desk, ids, sizeof ids / sizeof *ids), members = 0;
    for (size_t i = 0; i < n && members < max; i++) {
        const GuestWindow *window = desk_window(desk, ids[i]);
        if (guest_window_is_shown(window) && guest_role(window) != GUEST_ROLE_POPUP &&
            family_root(desk, window->id) == root)
            ret_ids[members++] = window->id;
    }
    return members;
}

bool family_is_covered(const Desk *desk, uint32_t id, int32_t x, int32_t y) {
    const uint32_t *order = NULL;
    size_t n = desk_stacking(desk, &order);
    uint32_t root = family_root(desk, id);
    for (size_t i = 0; i < n && order[i] != id; i++) {
        const GuestWindow *other = desk_window(desk, order[i]);
        if (guest_window_is_shown(other) && other->show != GUEST_SHOW_MINIMISED &&
            guest_role(other) != GUEST_ROLE_POPUP && box_contains(other->box, x, y) &&
            family_root(desk, other->id) != root)
            return true;
    }
    return false;
}
