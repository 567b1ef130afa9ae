// SPDX-License-Identifier: Apache-2.0
// Changes that a guest makes to a file as a whole: times, size, name, and that it be deleted. A rename is one
// renameat2, so that a document that is saved by renaming over it is at each moment whole. Process:
// railhead-files.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host-agent/files/file-private.h"
#include "rail/mem.h"

static struct timespec time_from(uint64_t time) {
    int64_t seconds;
    uint32_t nanoseconds;
    if (!time || time >= (uint64_t)INT64_MAX) // 0 and -1: leave it
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    file_time_to_unix(time, &seconds, &nanoseconds);
    return (struct timespec){.tv_sec = seconds, .tv_nsec = nanoseconds};
}

// Attributes but times are not kept: what Windows calls read-only would take the user's right to write.
static NtStatus set_times(File *file, const FileInfo *wanted) {
    struct timespec times[2] = {time_from(wanted->accessed), time_from(wanted->written)};
    if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
        return NT_SUCCESS;
    return utimensat(file->fd, "", times, AT_EMPTY_PATH) < 0 ? drive_status_from_errno(errno) : NT_SUCCESS;
}

static NtStatus set_size(File *file, const FileChange *change) {
    struct stat status;
    if (file->is_directory)
        return NT_INVALID_DEVICE_REQUEST;
    if (!file->may_write)
        return NT_ACCESS_DENIED;
    if (change->size > INT64_MAX)
        return NT_INVALID_PARAMETER;
    if (change->information == FILE_INFO_ALLOCATION) {
        if (fstat(file->fd, &status) < 0)
            return drive_status_from_errno(errno);
        if ((uint64_t)status.st_size <= change->size)
            return NT_SUCCESS; // room beyond the end is the file system's affair
    }
    return ftruncate(file->fd, (off_t)change->size) < 0 ? drive_status_from_errno(errno) : NT_SUCCESS;
}

static NtStatus set_disposition(File *file, bool wanted) {
    if (wanted && !*file->path)
        return NT_CANNOT_DELETE;
    if (wanted && file->is_directory && !file_is_empty_folder(file))
        return NT_DIRECTORY_NOT_EMPTY;
    file->delete_on_close = wanted;
    return NT_SUCCESS;
}

// A document that is saved by renaming keeps who may read it.
static void keep_mode(const File *file, int parent, const char *name) {
    struct stat old;
    if (fstatat(parent, name, &old, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(old.st_mode) || file->is_directory)
        return;
    int fd = folder_open(file->folder, file->path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
    if (fd >= 0)
        fchmod(fd, old.st_mode & 0777);
    if (fd >= 0)
        close(fd);
}

static bool is_same(const File *file, int parent, const char *name) {
    struct stat mine, there;
    return fstat(file->fd, &mine) == 0 && fstatat(parent, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
           mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

static int move(File *file, const char *to, bool replace) {
    const char *old_name, *new_name;
    int error = 0;
    int from_parent = folder_open_parent(file->folder, file->path, &old_name);
    if (from_parent < 0)
        return errno;
    int to_parent = folder_open_parent(file->folder, to, &new_name);
    if (to_parent < 0) {
        error = errno;
    } else if (!is_same(file, from_parent, old_name)) {
        error = ENOENT; // the host has moved it away
    } else {
        bool same = is_same(file, to_parent, new_name); // another case of its letters
        if (replace && !same)
            keep_mode(file, to_parent, new_name);
        if (renameat2(from_parent, old_name, to_parent, new_name, replace || same ? 0 : RENAME_NOREPLACE) < 0)
            error = errno;
    }
    close(from_parent);
    if (to_parent >= 0)
        close(to_parent);
    return error;
}

// The new name as the guest spells it, in the folder as the host spells that. Owned by the caller.
static char *target_of(const Place *place, const char *windows_path) {
    const char *spelled = strrchr(windows_path, '\\'), *slash = strrchr(place->path, '/');
    size_t folder = slash ? (size_t)(slash - place->path) + 1 : 0;
    spelled = spelled ? spelled + 1 : windows_path;
    char *path = mem_new(folder + strlen(spelled) + 1);
    memcpy(path, place->path, folder);
    memcpy(path + folder, spelled, strlen(spelled));
    return path;
}

static NtStatus check_target(const File *file, const Place *place, bool replace) {
    if (place->folder != file->folder)
        return NT_NOT_SAME_DEVICE;
    if (!*place->path || !folder_may_create(place->folder, place->path))
        return NT_ACCESS_DENIED;
    bool case_only = strcmp(place->path, file->path) == 0;
    return place->is_there && !case_only && !replace ? NT_OBJECT_NAME_COLLISION : NT_SUCCESS;
}

// What is replaced keeps its spelling, else the guest's counts. In a document's folder the names that the
// guest knows keep theirs, and no others are replaced.
static NtStatus rename_in_folder(File *file, const Place *place, const FileChange *change) {
    bool is_document = place->folder->is_document;
    bool known = !is_document || folder_has_name(place->folder, place->path);
    bool keeps = is_document ? known : place->is_there && strcmp(place->path, file->path) != 0;
    char *to = keeps ? mem_string(place->path) : target_of(place, change->path);
    int error = move(file, to, change->flag && known);
    if (error) {
        mem_free(to);
        return error == EEXIST && !known ? NT_ACCESS_DENIED : drive_status_from_errno(error);
    }
    folder_removed(file->folder, file->path);
    folder_created(file->folder, to);
    mem_free(file->path);
    file->path = to;
    return NT_SUCCESS;
}

static NtStatus rename_to(File *file, const FileChange *change) {
    Place place;
    if (!*file->path)
        return NT_ACCESS_DENIED;
    NtStatus status = drive_find(file->drive, change->path, &place);
    if (status)
        return status;
    status = check_target(file, &place, change->flag);
    if (status == NT_SUCCESS)
        status = rename_in_folder(file, &place, change);
    place_clear(&place);
    return status;
}

static NtStatus apply(File *file, const FileChange *change) {
    switch (change->information) {
    case FILE_INFO_BASIC:
        return set_times(file, &change->basic);
    case FILE_INFO_DISPOSITION:
        return set_disposition(file, change->flag);
    case FILE_INFO_RENAME:
        return rename_to(file, change);
    default:
        return set_size(file, change);
    }
}

NtStatus file_set(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    FileChange change;
    if (!file->folder || file->folder->read_only)
        return NT_ACCESS_DENIED;
    if (!file_change_decode(untrusted_request->as.query.data, untrusted_request->as.query.length,
                            untrusted_request->as.query.information, &change))
        return NT_INVALID_INFO_CLASS;
    NtStatus status = apply(file, &change);
    file_change_clear(&change);
    if (status == NT_SUCCESS) {
        wire_put_u32(writer, untrusted_request->as.query.length);
        wire_put_u8(writer, 0);
    }
    return status;
}
