// SPDX-License-Identifier: Apache-2.0
// Information classes of files, directory entries and volumes as MS-RDPEFS 2.2.3.3 and 2.2.3.4 have them: as
// in MS-FSCC, but without the padding that C lays into the structures.
#include "rail/file-info.h"

#include <string.h>

#include "rail/device-pdu.h"
#include "rail/mem.h"
#include "rail/utf.h"

#define SHORT_NAME_BYTES 24
#define SECTOR           512
#define EPOCH_SECONDS    11644473600ll // from 1601 to 1970
#define TICKS            10000000ll    // of a second
#define FILE_DEVICE_DISK 7
#define CASE_PRESERVED   (2 | 4) // and Unicode on disk
#define VOLUME_READ_ONLY 0x80000

static void put_times(WireWriter *writer, const FileInfo *info) {
    wire_put_u64(writer, info->created);
    wire_put_u64(writer, info->accessed);
    wire_put_u64(writer, info->written);
    wire_put_u64(writer, info->changed);
}

static void get_times(WireReader *reader, FileInfo *info) {
    info->created = wire_get_u64(reader);
    info->accessed = wire_get_u64(reader);
    info->written = wire_get_u64(reader);
    info->changed = wire_get_u64(reader);
}

bool file_info_encode(WireWriter *writer, uint32_t information, const FileInfo *info) {
    switch (information) {
    case FILE_INFO_BASIC:
        wire_put_u32(writer, 36);
        put_times(writer, info);
        wire_put_u32(writer, info->attributes);
        return true;
    case FILE_INFO_STANDARD:
        wire_put_u32(writer, 22);
        wire_put_u64(writer, info->allocation);
        wire_put_u64(writer, info->size);
        wire_put_u32(writer, info->links);
        wire_put_u8(writer, info->delete_pending);
        wire_put_u8(writer, (info->attributes & FILE_IS_DIRECTORY) != 0);
        return true;
    case FILE_INFO_ATTRIBUTE_TAG:
        wire_put_u32(writer, 8);
        wire_put_u32(writer, info->attributes);
        wire_put_u32(writer, 0);
        return true;
    default:
        return false;
    }
}

bool file_info_decode(const uint8_t *untrusted_bytes, size_t size, uint32_t information, FileInfo *info) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    wire_get_u32(&reader);
    FileInfo got = *info;
    if (information == FILE_INFO_BASIC) {
        get_times(&reader, &got);
        got.attributes = wire_get_u32(&reader);
    } else if (information == FILE_INFO_STANDARD) {
        got.allocation = wire_get_u64(&reader);
        got.size = wire_get_u64(&reader);
        got.links = wire_get_u32(&reader);
        got.delete_pending = wire_get_u8(&reader);
    } else {
        return false;
    }
    if (reader.failed || got.size > INT64_MAX || got.allocation > INT64_MAX)
        return false;
    *info = got;
    return true;
}

static void put_name(WireWriter *writer, uint32_t information, const char *name) {
    size_t size = 0;
    uint8_t *wide = utf16le_from_utf8(name, &size);
    wire_put_u32(writer, (uint32_t)size);
    if (information == FILE_INFO_FULL_DIRECTORY || information == FILE_INFO_BOTH_DIRECTORY)
        wire_put_u32(writer, 0); // extended attributes
    if (information == FILE_INFO_BOTH_DIRECTORY)
        wire_put_zeros(writer, 1 + SHORT_NAME_BYTES);
    wire_put_bytes(writer, wide, size);
    mem_free(wide);
}

bool file_entry_encode(WireWriter *writer, uint32_t information, const FileInfo *info, const char *name) {
    if (information != FILE_INFO_DIRECTORY && information != FILE_INFO_FULL_DIRECTORY &&
        information != FILE_INFO_BOTH_DIRECTORY && information != FILE_INFO_NAMES)
        return false;
    size_t at = writer->size;
    wire_put_u32(writer, 0);
    size_t start = writer->size;
    wire_put_u32(writer, 0); // one entry in each answer
    wire_put_u32(writer, 0);
    if (information != FILE_INFO_NAMES) {
        put_times(writer, info);
        wire_put_u64(writer, info->size);
        wire_put_u64(writer, info->allocation);
        wire_put_u32(writer, info->attributes);
    }
    put_name(writer, information, name);
    wire_patch_u32(writer, at, (uint32_t)(writer->size - start));
    return true;
}

bool file_entry_decode(const uint8_t *untrusted_bytes, size_t size, FileInfo *ret_info, char **ret_name) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    FileInfo info = {.links = 1};
    wire_get_bytes(&reader, 12);
    get_times(&reader, &info);
    info.size = wire_get_u64(&reader);
    info.allocation = wire_get_u64(&reader);
    info.attributes = wire_get_u32(&reader);
    size_t length = wire_get_u32(&reader);
    wire_get_bytes(&reader, 4 + 1 + SHORT_NAME_BYTES);
    if (length > FILE_NAME_BYTES || length % 2 || !length || info.size > INT64_MAX)
        reader.failed = true;
    const uint8_t *wide = wire_get_bytes(&reader, length);
    if (reader.failed)
        return false;
    *ret_name = utf8_from_utf16le(wide, length);
    *ret_info = info;
    return true;
}

static void put_label(WireWriter *writer, const char *label, size_t gap) {
    size_t size = 0;
    uint8_t *wide = utf16le_from_utf8(label, &size);
    wire_put_u32(writer, (uint32_t)size);
    wire_put_zeros(writer, gap);
    wire_put_bytes(writer, wide, size);
    mem_free(wide);
}

static void put_volume(WireWriter *writer, uint32_t information, const VolumeInfo *info) {
    uint32_t unit = info->unit >= SECTOR ? info->unit : SECTOR;
    switch (information) {
    case VOLUME_INFO_VOLUME:
        wire_put_u64(writer, info->created);
        wire_put_u32(writer, info->serial);
        put_label(writer, info->label, 1);
        break;
    case VOLUME_INFO_SIZE:
    case VOLUME_INFO_FULL_SIZE:
        wire_put_u64(writer, info->total / unit);
        wire_put_u64(writer, info->free / unit);
        if (information == VOLUME_INFO_FULL_SIZE)
            wire_put_u64(writer, info->free / unit);
        wire_put_u32(writer, unit / SECTOR);
        wire_put_u32(writer, SECTOR);
        break;
    case VOLUME_INFO_ATTRIBUTE:
        wire_put_u32(writer, CASE_PRESERVED | (info->read_only ? VOLUME_READ_ONLY : 0));
        wire_put_u32(writer, 255);
        put_label(writer, "FAT32", 0); // by this name XP expects neither streams nor access lists
        break;
    case VOLUME_INFO_DEVICE:
        wire_put_u32(writer, FILE_DEVICE_DISK);
        wire_put_u32(writer, 0);
        break;
    }
}

bool volume_info_encode(WireWriter *writer, uint32_t information, const VolumeInfo *info) {
    size_t at = writer->size;
    wire_put_u32(writer, 0);
    size_t start = writer->size;
    put_volume(writer, information, info);
    wire_patch_u32(writer, at, (uint32_t)(writer->size - start));
    return writer->size > start;
}

bool volume_info_decode(const uint8_t *untrusted_bytes, size_t size, VolumeInfo *ret_info) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    wire_get_u32(&reader);
    uint64_t total = wire_get_u64(&reader), available = wire_get_u64(&reader);
    wire_get_u64(&reader);
    uint64_t unit = (uint64_t)wire_get_u32(&reader) * wire_get_u32(&reader);
    if (reader.failed || !unit || unit > 1u << 24 || total > INT64_MAX / unit || available > total)
        return false;
    memset(ret_info, 0, sizeof *ret_info);
    ret_info->unit = (uint32_t)unit;
    ret_info->total = total * unit;
    ret_info->free = available * unit;
    return true;
}

void file_change_encode(WireWriter *writer, const FileChange *change) {
    size_t size = 0;
    uint8_t *wide;
    switch (change->information) {
    case FILE_INFO_BASIC:
        put_times(writer, &change->basic);
        wire_put_u32(writer, change->basic.attributes);
        break;
    case FILE_INFO_END_OF_FILE:
    case FILE_INFO_ALLOCATION:
        wire_put_u64(writer, change->size);
        break;
    case FILE_INFO_DISPOSITION:
        wire_put_u8(writer, change->flag);
        break;
    case FILE_INFO_RENAME:
        wide = utf16le_from_utf8(change->path, &size);
        wire_put_u8(writer, change->flag);
        wire_put_u8(writer, 0);
        wire_put_u32(writer, (uint32_t)size + 2);
        wire_put_bytes(writer, wide, size);
        wire_put_u16(writer, 0);
        mem_free(wide);
        break;
    }
}

static void get_rename(WireReader *reader, FileChange *change) {
    change->flag = wire_get_u8(reader);
    wire_get_u8(reader); // RootDirectory: the path is that of the drive
    size_t size = wire_get_u32(reader);
    const uint8_t *bytes = wire_get_bytes(reader, size);
    if (!reader->failed)
        change->path = device_path_from_utf16le(bytes, size);
}

bool file_change_decode(const uint8_t *untrusted_bytes, size_t size, uint32_t information,
                        FileChange *ret_change) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    memset(ret_change, 0, sizeof *ret_change);
    ret_change->information = information;
    switch (information) {
    case FILE_INFO_BASIC:
        get_times(&reader, &ret_change->basic);
        ret_change->basic.attributes = wire_get_u32(&reader);
        break;
    case FILE_INFO_END_OF_FILE:
    case FILE_INFO_ALLOCATION:
        ret_change->size = wire_get_u64(&reader);
        break;
    case FILE_INFO_DISPOSITION: // without a buffer it means yes (MS-RDPEFS 2.2.3.3.9)
        ret_change->flag = size ? wire_get_u8(&reader) : true;
        break;
    case FILE_INFO_RENAME:
        get_rename(&reader, ret_change);
        break;
    default:
        return false;
    }
    if (!reader.failed)
        return true;
    file_change_clear(ret_change);
    return false;
}

void file_change_clear(FileChange *change) {
    mem_free(change->path);
    memset(change, 0, sizeof *change);
}

uint64_t file_time_from_unix(int64_t seconds, uint32_t nanoseconds) {
    if (seconds < -EPOCH_SECONDS || seconds > INT64_MAX / TICKS - EPOCH_SECONDS)
        return 0;
    return (uint64_t)((seconds + EPOCH_SECONDS) * TICKS + nanoseconds / 100);
}

void file_time_to_unix(uint64_t time, int64_t *ret_seconds, uint32_t *ret_nanoseconds) {
    *ret_seconds = (int64_t)(time / TICKS) - EPOCH_SECONDS;
    *ret_nanoseconds = (uint32_t)(time % TICKS * 100);
}
