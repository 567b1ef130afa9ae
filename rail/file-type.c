// SPDX-License-Identifier: Apache-2.0
// A file type as an owned value. Its texts are the guest's and untrusted; nothing of them becomes a command
// line or a file name of the host.
#include "rail/file-type.h"

#include <string.h>

#include "rail/app.h"
#include "rail/hash.h"
#include "rail/mem.h"
#include "rail/utf.h"

static const size_t strings[] = {offsetof(FileType, name), offsetof(FileType, content_type),
                                 offsetof(FileType, perceived_type), offsetof(FileType, description)};
static const size_t verb_strings[] = {offsetof(FileVerb, verb), offsetof(FileVerb, label),
                                      offsetof(FileVerb, class_name), offsetof(FileVerb, program_name)};
#define N_STRINGS      (sizeof strings / sizeof *strings)
#define N_VERB_STRINGS (sizeof verb_strings / sizeof *verb_strings)

static char **string_at(const void *value, size_t offset) {
    return (char **)((char *)value + offset);
}

static void copy_strings(void *value, const size_t *offsets, size_t n) {
    for (size_t i = 0; i < n; i++)
        *string_at(value, offsets[i]) = mem_string(*string_at(value, offsets[i]));
}

static void free_strings(void *value, const size_t *offsets, size_t n) {
    for (size_t i = 0; i < n; i++)
        mem_free(*string_at(value, offsets[i]));
}

static bool equal_strings(const void *a, const void *b, const size_t *offsets, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(*string_at(a, offsets[i]), *string_at(b, offsets[i])) != 0)
            return false;
    return true;
}

static uint64_t hash_strings(uint64_t hash, const void *value, const size_t *offsets, size_t n) {
    for (size_t i = 0; i < n; i++)
        hash = hash_text(hash, *string_at(value, offsets[i]));
    return hash;
}

FileType *file_type_new(void) {
    FileType *type = mem_new(sizeof *type);
    for (size_t i = 0; i < N_STRINGS; i++)
        *string_at(type, strings[i]) = mem_string("");
    return type;
}

void file_type_free(FileType *type) {
    if (!type)
        return;
    if (type->shares) {
        type->shares--;
        return;
    }
    for (size_t i = 0; i < type->n_verbs; i++)
        free_strings(&type->verbs[i], verb_strings, N_VERB_STRINGS);
    free_strings(type, strings, N_STRINGS);
    mem_free(type);
}

FileType *file_type_copy(const FileType *type) {
    FileType *copy = mem_copy(type, sizeof *type);
    copy->shares = 0;
    copy_strings(copy, strings, N_STRINGS);
    for (size_t i = 0; i < copy->n_verbs; i++)
        copy_strings(&copy->verbs[i], verb_strings, N_VERB_STRINGS);
    return copy;
}

FileType *file_type_share(const FileType *type) {
    FileType *shared = (FileType *)type;
    shared->shares++;
    return shared;
}

void file_type_fit(FileType *type) {
    utf8_fit_utf16(&type->name, FILE_TYPE_NAME_BYTES);
    for (size_t i = 1; i < N_STRINGS; i++)
        utf8_fit_utf16(string_at(type, strings[i]), FILE_TYPE_TEXT_BYTES);
    for (size_t i = 0; i < type->n_verbs * N_VERB_STRINGS; i++)
        utf8_fit_utf16(string_at(&type->verbs[i / N_VERB_STRINGS], verb_strings[i % N_VERB_STRINGS]),
                       FILE_VERB_TEXT_BYTES);
}

bool file_type_equal(const FileType *a, const FileType *b) {
    if (a == b)
        return true;
    if (a->id != b->id || a->icon != b->icon || a->kind != b->kind || a->n_verbs != b->n_verbs ||
        !equal_strings(a, b, strings, N_STRINGS))
        return false;
    for (size_t i = 0; i < a->n_verbs; i++) {
        const FileVerb *left = &a->verbs[i], *right = &b->verbs[i];
        if (left->id != right->id || left->app != right->app || left->flags != right->flags ||
            !equal_strings(left, right, verb_strings, N_VERB_STRINGS))
            return false;
    }
    return true;
}

uint64_t file_type_hash(const FileType *type) {
    uint64_t hash = hash_number(hash_number(HASH_START, type->id), type->icon);
    hash = hash_number(hash, (uint64_t)type->kind << 8 | type->n_verbs);
    hash = hash_strings(hash, type, strings, N_STRINGS);
    for (size_t i = 0; i < type->n_verbs; i++) {
        const FileVerb *verb = &type->verbs[i];
        hash = hash_number(hash_number(hash_number(hash, verb->id), verb->app), verb->flags);
        hash = hash_strings(hash, verb, verb_strings, N_VERB_STRINGS);
    }
    return hash ? hash : 1;
}

FileVerb *file_type_add_verb(FileType *type) {
    if (type->n_verbs == FILE_TYPE_VERBS_MAX)
        return NULL;
    FileVerb *verb = &type->verbs[type->n_verbs++];
    *verb = (FileVerb){0};
    for (size_t i = 0; i < N_VERB_STRINGS; i++)
        *string_at(verb, verb_strings[i]) = mem_string("");
    return verb;
}

const FileVerb *file_type_find_verb(const FileType *type, uint64_t id) {
    for (size_t i = 0; i < type->n_verbs; i++)
        if (type->verbs[i].id == id)
            return &type->verbs[i];
    return NULL;
}

uint64_t file_type_id(FileTypeKind kind, const char *name) {
    return hash_path(kind == FILE_TYPE_SCHEME ? "scheme" : "extension", name);
}

uint64_t file_verb_id(const char *class_name, const char *verb) {
    return hash_path(class_name, verb);
}
