// SPDX-License-Identifier: Apache-2.0
// The ordered set of owned values. Owned by a Catalogue; knows of its items the id and what their class does.
#include "rail/id-set.h"

#include <string.h>

#include "rail/mem.h"

static uint64_t id_of(const void *item) {
    return *(const uint64_t *)item;
}

void id_set_init(IdSet *set, const IdSetClass *class) {
    *set = (IdSet){.class = class};
}

void id_set_clear(IdSet *set) {
    for (size_t i = 0; i < set->count; i++)
        set->class->free(set->items[i]);
    mem_free(set->items);
    *set = (IdSet){.class = set->class};
}

// The index of the first item whose id is not below.
static size_t position(const IdSet *set, uint64_t id) {
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (id_of(set->items[middle]) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void *id_set_find(const IdSet *set, uint64_t id) {
    size_t at = position(set, id);
    return at < set->count && id_of(set->items[at]) == id ? set->items[at] : NULL;
}

static void make_room(IdSet *set, size_t capacity) {
    if (capacity <= set->capacity)
        return;
    set->capacity = set->capacity * 2 > capacity ? set->capacity * 2 : capacity;
    set->items = mem_resize(set->items, set->capacity, sizeof *set->items);
}

bool id_set_put(IdSet *set, void *item) {
    size_t at = position(set, id_of(item));
    if (at < set->count && id_of(set->items[at]) == id_of(item)) {
        set->class->free(set->items[at]);
        set->items[at] = item;
        return true;
    }
    if (set->count == set->class->max) {
        set->class->free(item);
        return false;
    }
    make_room(set, set->count + 1);
    memmove(set->items + at + 1, set->items + at, (set->count - at) * sizeof *set->items);
    set->items[at] = item;
    set->count++;
    return true;
}

bool id_set_remove(IdSet *set, uint64_t id) {
    size_t at = position(set, id);
    if (at == set->count || id_of(set->items[at]) != id)
        return false;
    set->class->free(set->items[at]);
    set->count--;
    memmove(set->items + at, set->items + at + 1, (set->count - at) * sizeof *set->items);
    return true;
}

void id_set_copy(IdSet *to, const IdSet *from) {
    id_set_init(to, from->class);
    make_room(to, from->count);
    for (; to->count < from->count; to->count++)
        to->items[to->count] = from->class->copy(from->items[to->count]);
}

bool id_set_equal(const IdSet *a, const IdSet *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!a->class->equal(a->items[i], b->items[i]))
            return false;
    return true;
}

uint64_t id_set_hash(const IdSet *set) {
    if (!set->count)
        return 0;
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < set->count; i++)
        hash = (hash ^ set->class->hash(set->items[i])) * 0x9E3779B97F4A7C15u + 1;
    return hash ? hash : 1;
}

static void append_copy(IdSet *set, const void *item) {
    make_room(set, set->count + 1);
    set->items[set->count++] = set->class->copy(item);
}

void id_set_diff(const IdSet *from, const IdSet *to, IdSetDelta *ret_delta) {
    id_set_init(&ret_delta->changed, to->class);
    ret_delta->removed = mem_new_array(from->count, sizeof(uint64_t));
    ret_delta->n_removed = 0;
    size_t old = 0, new = 0;
    while (old < from->count || new < to->count) {
        if (new == to->count || (old < from->count && id_of(from->items[old]) < id_of(to->items[new]))) {
            ret_delta->removed[ret_delta->n_removed++] = id_of(from->items[old++]);
            continue;
        }
        bool known = old < from->count && id_of(from->items[old]) == id_of(to->items[new]);
        if (!known || !to->class->equal(from->items[old], to->items[new]))
            append_copy(&ret_delta->changed, to->items[new]);
        old += known;
        new ++;
    }
}

bool id_set_apply(IdSet *set, const IdSetDelta *delta) {
    bool changed = false;
    for (size_t i = 0; i < delta->n_removed; i++)
        changed |= id_set_remove(set, delta->removed[i]);
    for (size_t i = 0; i < delta->changed.count; i++) {
        const void *item = delta->changed.items[i];
        const void *old = id_set_find(set, id_of(item));
        if (!old || !set->class->equal(old, item))
            changed |= id_set_put(set, set->class->copy(item));
    }
    return changed;
}

void id_set_delta_clear(IdSetDelta *delta) {
    id_set_clear(&delta->changed);
    mem_free(delta->removed);
    *delta = (IdSetDelta){.changed = {.class = delta->changed.class}};
}
