// SPDX-License-Identifier: Apache-2.0
// What file.c, change.c and listing.c share. Private to them.
#pragma once
#include <sys/stat.h>

#include "host-agent/files/file.h"

struct File {
    Drive *drive;
    Folder *folder; // NULL: the root of the drive of documents
    char *path;     // below the folder, as the host spells it; owned
    int fd;         // -1 without a folder; O_PATH when no data was asked for
    bool is_directory, may_read, may_write, delete_on_close;
    char **names; // of a listing that goes on; owned
    size_t n_names, next_name;
};

// listing.c
void file_end_listing(File *file);
bool file_info_of(const Folder *folder, const char *name, int fd, FileInfo *ret_info);
bool file_is_empty_folder(File *file);
