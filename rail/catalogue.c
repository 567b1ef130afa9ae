// SPDX-License-Identifier: Apache-2.0
// The set of published applications, ordered by id, with its diff and apply. Owned by the publisher in the
// guest and by the guest object of the host's agent.
#include "rail/catalogue.h"

#include <string.h>

#include "rail/mem.h"

void catalogue_init(Catalogue *catalogue) {
    *catalogue = (Catalogue){0};
}

void catalogue_clear(Catalogue *catalogue) {
    for (size_t i = 0; i < catalogue->count; i++)
        app_free(catalogue->apps[i]);
    mem_free(catalogue->apps);
    *catalogue = (Catalogue){0};
}

// The index of the first application whose id is not below.
static size_t position(const Catalogue *catalogue, uint64_t id) {
    size_t low = 0, high = catalogue->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (catalogue->apps[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const App *catalogue_find(const Catalogue *catalogue, uint64_t id) {
    size_t at = position(catalogue, id);
    return at < catalogue->count && catalogue->apps[at]->id == id ? catalogue->apps[at] : NULL;
}

bool catalogue_put(Catalogue *catalogue, App *app) {
    size_t at = position(catalogue, app->id);
    if (at < catalogue->count && catalogue->apps[at]->id == app->id) {
        app_free(catalogue->apps[at]);
        catalogue->apps[at] = app;
        return true;
    }
    if (catalogue->count == CATALOGUE_APPS_MAX) {
        app_free(app);
        return false;
    }
    if (catalogue->count == catalogue->capacity) {
        catalogue->capacity = catalogue->capacity ? catalogue->capacity * 2 : 16;
        catalogue->apps = mem_resize(catalogue->apps, catalogue->capacity, sizeof *catalogue->apps);
    }
    memmove(catalogue->apps + at + 1, catalogue->apps + at,
            (catalogue->count - at) * sizeof *catalogue->apps);
    catalogue->apps[at] = app;
    catalogue->count++;
    return true;
}

bool catalogue_remove(Catalogue *catalogue, uint64_t id) {
    size_t at = position(catalogue, id);
    if (at == catalogue->count || catalogue->apps[at]->id != id)
        return false;
    app_free(catalogue->apps[at]);
    catalogue->count--;
    memmove(catalogue->apps + at, catalogue->apps + at + 1,
            (catalogue->count - at) * sizeof *catalogue->apps);
    return true;
}

void catalogue_copy(Catalogue *to, const Catalogue *from) {
    catalogue_init(to);
    to->capacity = to->count = from->count;
    to->apps = mem_new_array(from->count, sizeof *to->apps);
    for (size_t i = 0; i < from->count; i++)
        to->apps[i] = app_copy(from->apps[i]);
}

bool catalogue_equal(const Catalogue *a, const Catalogue *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!app_equal(a->apps[i], b->apps[i]))
            return false;
    return true;
}

uint64_t catalogue_hash(const Catalogue *catalogue) {
    if (!catalogue->count)
        return 0;
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < catalogue->count; i++)
        hash = (hash ^ app_hash(catalogue->apps[i])) * 0x9E3779B97F4A7C15u + 1;
    return hash ? hash : 1;
}

void catalogue_diff(const Catalogue *from, const Catalogue *to, CatalogueDelta *ret_delta) {
    *ret_delta = (CatalogueDelta){0};
    ret_delta->changed = mem_new_array(to->count, sizeof(App *));
    ret_delta->removed = mem_new_array(from->count, sizeof(uint64_t));
    size_t old = 0, new = 0;
    while (old < from->count || new < to->count) {
        if (new == to->count || (old < from->count && from->apps[old]->id < to->apps[new]->id)) {
            ret_delta->removed[ret_delta->n_removed++] = from->apps[old++]->id;
            continue;
        }
        bool known = old < from->count && from->apps[old]->id == to->apps[new]->id;
        if (!known || !app_equal(from->apps[old], to->apps[new]))
            ret_delta->changed[ret_delta->n_changed++] = app_copy(to->apps[new]);
        old += known;
        new ++;
    }
}

bool catalogue_apply(Catalogue *catalogue, const CatalogueDelta *delta) {
    bool changed = false;
    for (size_t i = 0; i < delta->n_removed; i++)
        changed |= catalogue_remove(catalogue, delta->removed[i]);
    for (size_t i = 0; i < delta->n_changed; i++) {
        const App *old = catalogue_find(catalogue, delta->changed[i]->id);
        if (!old || !app_equal(old, delta->changed[i]))
            changed |= catalogue_put(catalogue, app_copy(delta->changed[i]));
    }
    return changed;
}

void catalogue_delta_clear(CatalogueDelta *delta) {
    for (size_t i = 0; i < delta->n_changed; i++)
        app_free(delta->changed[i]);
    mem_free(delta->changed);
    mem_free(delta->removed);
    *delta = (CatalogueDelta){0};
}
