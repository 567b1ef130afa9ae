// SPDX-License-Identifier: Apache-2.0
// All that a guest publishes, ordered by id. diff and apply: apply(a, diff(a, b)) == b.
#pragma once
#include <stddef.h>
#include "rail/app.h"

#define CATALOGUE_APPS_MAX 8192

typedef struct Catalogue {
    App **apps; // ordered by id, each owned
    size_t count, capacity;
} Catalogue;

typedef struct CatalogueDelta {
    App **changed; // added or changed, owned copies
    size_t n_changed;
    uint64_t *removed;
    size_t n_removed;
} CatalogueDelta;

void catalogue_init(Catalogue *catalogue);
void catalogue_clear(Catalogue *catalogue);
const App *catalogue_find(const Catalogue *catalogue, uint64_t id);
bool catalogue_put(Catalogue *catalogue, App *app); // takes ownership; replaces; false (and frees) when full
bool catalogue_remove(Catalogue *catalogue, uint64_t id);
void catalogue_copy(Catalogue *to, const Catalogue *from);
bool catalogue_equal(const Catalogue *a, const Catalogue *b);
uint64_t catalogue_hash(const Catalogue *catalogue); // over the apps' hashes; 0 only for the empty one

void catalogue_diff(const Catalogue *from, const Catalogue *to, CatalogueDelta *ret_delta);
bool catalogue_apply(Catalogue *catalogue, const CatalogueDelta *delta); // whether anything changed
void catalogue_delta_clear(CatalogueDelta *delta);
