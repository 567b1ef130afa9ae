// SPDX-License-Identifier: Apache-2.0
// A set of owned values ordered by id, with diff and apply: what a catalogue is made of. A value is a struct
// whose first member is its `uint64_t id`.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct IdSetClass {
    void *(*copy)(const void *item);
    void (*free)(void *item);
    bool (*equal)(const void *a, const void *b);
    uint64_t (*hash)(const void *item);
    size_t max; // items
} IdSetClass;

typedef struct IdSet {
    const IdSetClass *class;
    void **items; // ordered by id, each owned
    size_t count, capacity;
} IdSet;

typedef struct IdSetDelta {
    IdSet changed; // added or changed
    uint64_t *removed;
    size_t n_removed;
} IdSetDelta;

void id_set_init(IdSet *set, const IdSetClass *class);
void id_set_clear(IdSet *set); // empty, and usable again
void *id_set_find(const IdSet *set, uint64_t id);
bool id_set_put(IdSet *set, void *item); // takes ownership; replaces; false (and frees) when full
bool id_set_remove(IdSet *set, uint64_t id);
void id_set_copy(IdSet *to, const IdSet *from);
bool id_set_equal(const IdSet *a, const IdSet *b);
uint64_t id_set_hash(const IdSet *set); // over the items' hashes; 0 only for the empty one

void id_set_diff(const IdSet *from, const IdSet *to, IdSetDelta *ret_delta);
bool id_set_apply(IdSet *set, const IdSetDelta *delta); // whether anything changed
void id_set_delta_clear(IdSetDelta *delta);
