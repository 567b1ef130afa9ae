// SPDX-License-Identifier: Apache-2.0
// The published applications and file types, with diff and apply. Owned by the publisher in the guest and by
// the guest object of the host's agent. What is put is cut to what the wire takes, so that both ends have the
// same hash; copies share their items.
#include "rail/catalogue.h"

static void *copy_app(const void *app) {
    return app_share(app);
}
static void free_app(void *app) {
    app_free(app);
}
static bool equal_apps(const void *a, const void *b) {
    return app_equal(a, b);
}
static uint64_t hash_app(const void *app) {
    return app_hash(app);
}
static const IdSetClass app_class = {copy_app, free_app, equal_apps, hash_app, CATALOGUE_APPS_MAX};

static void *copy_type(const void *type) {
    return file_type_share(type);
}
static void free_type(void *type) {
    file_type_free(type);
}
static bool equal_types(const void *a, const void *b) {
    return file_type_equal(a, b);
}
static uint64_t hash_type(const void *type) {
    return file_type_hash(type);
}
static const IdSetClass type_class = {copy_type, free_type, equal_types, hash_type, CATALOGUE_TYPES_MAX};

void catalogue_init(Catalogue *catalogue) {
    id_set_init(&catalogue->apps, &app_class);
    id_set_init(&catalogue->types, &type_class);
}

void catalogue_clear(Catalogue *catalogue) {
    id_set_clear(&catalogue->apps);
    id_set_clear(&catalogue->types);
}

const App *catalogue_app(const Catalogue *catalogue, size_t index) {
    return catalogue->apps.items[index];
}

const FileType *catalogue_type(const Catalogue *catalogue, size_t index) {
    return catalogue->types.items[index];
}

const App *catalogue_find(const Catalogue *catalogue, uint64_t id) {
    return id_set_find(&catalogue->apps, id);
}

const FileType *catalogue_find_type(const Catalogue *catalogue, uint64_t id) {
    return id_set_find(&catalogue->types, id);
}

bool catalogue_put(Catalogue *catalogue, App *app) {
    app_fit(app);
    return id_set_put(&catalogue->apps, app);
}

bool catalogue_put_type(Catalogue *catalogue, FileType *type) {
    file_type_fit(type);
    return id_set_put(&catalogue->types, type);
}

bool catalogue_remove(Catalogue *catalogue, uint64_t id) {
    return id_set_remove(&catalogue->apps, id);
}

bool catalogue_remove_type(Catalogue *catalogue, uint64_t id) {
    return id_set_remove(&catalogue->types, id);
}

void catalogue_copy(Catalogue *to, const Catalogue *from) {
    id_set_copy(&to->apps, &from->apps);
    id_set_copy(&to->types, &from->types);
}

bool catalogue_equal(const Catalogue *a, const Catalogue *b) {
    return id_set_equal(&a->apps, &b->apps) && id_set_equal(&a->types, &b->types);
}

uint64_t catalogue_hash(const Catalogue *catalogue) {
    if (!catalogue->apps.count && !catalogue->types.count)
        return 0;
    uint64_t hash = id_set_hash(&catalogue->apps) ^ id_set_hash(&catalogue->types) * 0x9E3779B97F4A7C15u;
    return hash ? hash : 1;
}

void catalogue_diff(const Catalogue *from, const Catalogue *to, CatalogueDelta *ret_delta) {
    id_set_diff(&from->apps, &to->apps, &ret_delta->apps);
    id_set_diff(&from->types, &to->types, &ret_delta->types);
}

bool catalogue_apply(Catalogue *catalogue, const CatalogueDelta *delta) {
    bool apps = id_set_apply(&catalogue->apps, &delta->apps);
    return id_set_apply(&catalogue->types, &delta->types) || apps;
}

void catalogue_delta_clear(CatalogueDelta *delta) {
    id_set_delta_clear(&delta->apps);
    id_set_delta_clear(&delta->types);
}
