// SPDX-License-Identifier: Apache-2.0
// All that a guest publishes: applications and file types, each ordered by id. diff and apply: apply(a,
// diff(a, b)) == b.
#pragma once
#include "rail/app.h"
#include "rail/file-type.h"
#include "rail/id-set.h"

#define CATALOGUE_APPS_MAX  8192
#define CATALOGUE_TYPES_MAX 4096

typedef struct Catalogue {
    IdSet apps, types; // of App, of FileType
} Catalogue;

typedef struct CatalogueDelta {
    IdSetDelta apps, types;
} CatalogueDelta;

void catalogue_init(Catalogue *catalogue);
void catalogue_clear(Catalogue *catalogue);                         // empty, and usable again
const App *catalogue_app(const Catalogue *catalogue, size_t index); // index below apps.count
const FileType *catalogue_type(const Catalogue *catalogue, size_t index);
const App *catalogue_find(const Catalogue *catalogue, uint64_t id); // NULL: no such application
const FileType *catalogue_find_type(const Catalogue *catalogue, uint64_t id);
bool catalogue_put(Catalogue *catalogue, App *app); // takes ownership; replaces; false (and frees) when full
bool catalogue_put_type(Catalogue *catalogue, FileType *type);
bool catalogue_remove(Catalogue *catalogue, uint64_t id); // an application
bool catalogue_remove_type(Catalogue *catalogue, uint64_t id);
void catalogue_copy(Catalogue *to, const Catalogue *from);
bool catalogue_equal(const Catalogue *a, const Catalogue *b);
uint64_t catalogue_hash(const Catalogue *catalogue); // over all items' hashes; 0 only for the empty one

void catalogue_diff(const Catalogue *from, const Catalogue *to, CatalogueDelta *ret_delta);
bool catalogue_apply(Catalogue *catalogue, const CatalogueDelta *delta); // whether anything changed
void catalogue_delta_clear(CatalogueDelta *delta);
