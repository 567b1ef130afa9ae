// SPDX-License-Identifier: Apache-2.0
// What is told of a file and of a volume, in the information classes (MS-FSCC 2.4, 2.5) that MS-RDPEFS lets
// drives use. Times are FILETIMEs: 100 ns since 1601, 0 for "not told".
#pragma once
#include "rail/nt-status.h"
#include "rail/wire.h"

#define FILE_NAME_BYTES 510 // UTF-16 of one component

enum { // FileAttributes
    FILE_IS_READ_ONLY = 0x1,
    FILE_IS_HIDDEN = 0x2,
    FILE_IS_DIRECTORY = 0x10,
    FILE_IS_ARCHIVE = 0x20,
    FILE_IS_NORMAL = 0x80,
};

enum { // query and set
    FILE_INFO_BASIC = 4,
    FILE_INFO_STANDARD = 5,
    FILE_INFO_RENAME = 10,
    FILE_INFO_DISPOSITION = 13,
    FILE_INFO_ALLOCATION = 19,
    FILE_INFO_END_OF_FILE = 20,
    FILE_INFO_ATTRIBUTE_TAG = 35,
};
enum { // of a directory's entries
    FILE_INFO_DIRECTORY = 1,
    FILE_INFO_FULL_DIRECTORY = 2,
    FILE_INFO_BOTH_DIRECTORY = 3,
    FILE_INFO_NAMES = 12,
};
enum { // of a volume
    VOLUME_INFO_VOLUME = 1,
    VOLUME_INFO_SIZE = 3,
    VOLUME_INFO_DEVICE = 4,
    VOLUME_INFO_ATTRIBUTE = 5,
    VOLUME_INFO_FULL_SIZE = 7,
};

typedef struct FileInfo {
    uint64_t created, accessed, written, changed;
    uint64_t size, allocation;
    uint32_t attributes, links;
    bool delete_pending;
} FileInfo;

typedef struct VolumeInfo {
    char label[32];
    uint32_t serial, unit; // bytes of one allocation unit
    uint64_t total, free, created;
    bool read_only;
} VolumeInfo;

typedef struct FileChange { // a SET_INFORMATION
    uint32_t information;
    FileInfo basic; // BASIC: times and attributes, 0 leaves them as they are
    uint64_t size;  // END_OF_FILE, ALLOCATION
    bool flag;      // DISPOSITION: delete on close; RENAME: replace what is there
    char *path;     // RENAME: as in CREATE, owned; NULL: no name
} FileChange;

// u32 length and the class; false for a class that there is not.
bool file_info_encode(WireWriter *writer, uint32_t information, const FileInfo *info);
// Adds the class to *info.
bool file_info_decode(const uint8_t *untrusted_bytes, size_t size, uint32_t information, FileInfo *info);

bool file_entry_encode(WireWriter *writer, uint32_t information, const FileInfo *info, const char *name);
// FILE_INFO_BOTH_DIRECTORY alone. *ret_name is owned by the caller.
bool file_entry_decode(const uint8_t *untrusted_bytes, size_t size, FileInfo *ret_info, char **ret_name);

bool volume_info_encode(WireWriter *writer, uint32_t information, const VolumeInfo *info);
bool volume_info_decode(const uint8_t *untrusted_bytes, size_t size, VolumeInfo *ret_info); // FULL_SIZE alone

void file_change_encode(WireWriter *writer, const FileChange *change); // the buffer, without a length
bool file_change_decode(const uint8_t *untrusted_bytes, size_t size, uint32_t information,
                        FileChange *ret_change);
void file_change_clear(FileChange *change);

uint64_t file_time_from_unix(int64_t seconds, uint32_t nanoseconds);
void file_time_to_unix(uint64_t time, int64_t *ret_seconds, uint32_t *ret_nanoseconds);
