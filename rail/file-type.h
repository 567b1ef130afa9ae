// SPDX-License-Identifier: Apache-2.0
// A type of documents, or a scheme of addresses, that programs of the guest open, and the ways in which they
// do: what the registry's classes say of an extension.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_TYPE_NAME_BYTES 128 // of UTF-16 on the wire: extension or scheme
#define FILE_TYPE_TEXT_BYTES 256 // content type, perceived type, description
#define FILE_VERB_TEXT_BYTES 192 // verb, label, class, program: a type with all its verbs fits one message
#define FILE_TYPE_VERBS_MAX  16

typedef enum FileTypeKind {
    FILE_TYPE_EXTENSION = 0, // name ".dwg"
    FILE_TYPE_SCHEME = 1,    // name "callto"
} FileTypeKind;

enum { // FileVerb flags
    FILE_VERB_DEFAULT = 1,
    FILE_VERB_DDE = 2, // the program is told by DDE: only the guest's shell can do it
};

typedef struct FileVerb {
    uint64_t id;        // file_verb_id(); unique in its type, never 0
    uint64_t app;       // the catalogue's application that handles it, 0 for none
    uint8_t flags;      // FILE_VERB_*
    char *verb;         // "open", "edit", "print" ...: untrusted text of the guest, like all strings here
    char *label;        // as Windows shows it, "" for the verb's own name
    char *class_name;   // ProgID
    char *program_name; // of the handler, for people
} FileVerb;

typedef struct FileType {
    uint64_t id; // file_type_id(); never 0
    uint64_t icon;
    FileTypeKind kind;
    char *name; // lower case
    char *content_type, *perceived_type, *description;
    unsigned shares; // further owners of the value
    uint8_t n_verbs;
    FileVerb verbs[FILE_TYPE_VERBS_MAX];
} FileType;

FileType *file_type_new(void); // all strings ""
void file_type_free(FileType *type);
FileType *file_type_copy(const FileType *type);
FileType *
file_type_share(const FileType *type); // one owner more, who changes nothing; each calls file_type_free
void file_type_fit(FileType *type);    // cuts what is longer than the wire takes
bool file_type_equal(const FileType *a, const FileType *b);
uint64_t file_type_hash(const FileType *type); // over all fields
FileVerb *file_type_add_verb(FileType *type);  // strings ""; NULL when there are FILE_TYPE_VERBS_MAX
const FileVerb *file_type_find_verb(const FileType *type, uint64_t id);

// Hashes as app_id() makes them: ASCII letters folded, never 0.
uint64_t file_type_id(FileTypeKind kind, const char *name);
uint64_t file_verb_id(const char *class_name, const char *verb);
