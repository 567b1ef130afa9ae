// SPDX-License-Identifier: Apache-2.0
// What a guest sees as one drive: a folder of the host, or the folders in which documents are handed over.
// Here is the one way from a name that the guest says to a file of the host.
#pragma once
#include <sys/types.h>

#include "rail/nt-status.h"
#include "rail/share.h"

#define DRIVE_FOLDERS_MAX 512
#define FOLDER_NAMES_MAX  256

typedef struct Folder { // a directory of the host
    int fd;
    bool read_only;
    bool is_document;              // shows `names` alone
    char id[SHARE_ID_MAX + 1];     // documents: its name in the drive
    char *names[FOLDER_NAMES_MAX]; // documents: [0] is the document, the rest the guest has made
    size_t n_names;
} Folder;

typedef struct Drive {
    uint32_t id;
    char name[DEVICE_NAME_MAX + 1];
    bool is_documents; // folders by their id; else folders[0]
    Folder *folders[DRIVE_FOLDERS_MAX];
    size_t n_folders;
} Drive;

typedef struct Place { // where a name leads
    Folder *folder;    // NULL: the root of the drive of documents
    char *path;        // below it, "" for itself; owned
    bool is_there;     // else its parent is
} Place;

Folder *folder_new(const Share *share, int fd); // owns fd
void folder_free(Folder *folder);

NtStatus drive_find(Drive *drive, const char *untrusted_path, Place *ret_place);
void place_clear(Place *place);

// Opens below the folder and nowhere else. -1 and errno.
int folder_open(const Folder *folder, const char *path, int flags, mode_t mode);
// The folder of a path, for the *at calls; *ret_name points into the path and has no slash.
int folder_open_parent(const Folder *folder, const char *path, const char **ret_name);
// Whether the guest may have a new file of that name here; remembers and forgets the names of documents'
// folders.
bool folder_may_create(const Folder *folder, const char *path);
bool folder_has_name(const Folder *folder, const char *name);
void folder_created(Folder *folder, const char *path);
void folder_removed(Folder *folder, const char *path);

NtStatus drive_status_from_errno(int error);
