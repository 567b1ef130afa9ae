// SPDX-License-Identifier: Apache-2.0
// What a guest is told of files, folders and the volume. A folder's names are read when a listing begins,
// what is told of each when it is its turn. Names that Windows cannot have are left out, as are links that
// leave the share. Process: railhead-files.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "host-agent/files/file-private.h"
#include "host-agent/files/name.h"
#include "rail/mem.h"
#include "rail/windows-name.h"

#define NAMES_MAX (1024 * 1024)
#define BLOCK     512

static uint64_t time_of(const struct statx_timestamp *time) {
    return file_time_from_unix(time->tv_sec, time->tv_nsec);
}

bool file_info_of(const Folder *folder, const char *name, int fd, FileInfo *ret_info) {
    struct statx status;
    *ret_info = (FileInfo){.attributes = FILE_IS_DIRECTORY | FILE_IS_READ_ONLY, .links = 1};
    if (!folder)
        return true;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &status) < 0 ||
        (!S_ISREG(status.stx_mode) && !S_ISDIR(status.stx_mode)))
        return false;
    bool has_birth = status.stx_mask & STATX_BTIME;
    ret_info->created = time_of(has_birth ? &status.stx_btime : &status.stx_mtime);
    ret_info->accessed = time_of(&status.stx_atime);
    ret_info->written = time_of(&status.stx_mtime);
    ret_info->changed = time_of(&status.stx_ctime);
    ret_info->links = status.stx_nlink;
    ret_info->attributes = S_ISDIR(status.stx_mode) ? FILE_IS_DIRECTORY : FILE_IS_ARCHIVE;
    if (S_ISREG(status.stx_mode)) {
        ret_info->size = status.stx_size;
        ret_info->allocation = status.stx_blocks * BLOCK;
        if (folder->read_only || !(status.stx_mode & 0222))
            ret_info->attributes |= FILE_IS_READ_ONLY;
    }
    if (name[0] == '.')
        ret_info->attributes |= FILE_IS_HIDDEN;
    return true;
}

static const char *leaf(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

NtStatus file_query(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    FileInfo info;
    if (!file_info_of(file->folder, leaf(file->path), file->fd, &info))
        return drive_status_from_errno(errno);
    info.delete_pending = file->delete_on_close;
    return file_info_encode(writer, untrusted_request->as.query.information, &info) ? NT_SUCCESS
                                                                                    : NT_INVALID_INFO_CLASS;
}

NtStatus file_query_volume(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    struct statvfs status = {.f_frsize = 4096};
    VolumeInfo info = {.serial = 0x52480000u | file->drive->id,
                       .read_only = !file->folder || file->folder->read_only};
    snprintf(info.label, sizeof info.label, "%s", file->drive->name);
    if (file->folder && fstatvfs(file->folder->fd, &status) < 0)
        return drive_status_from_errno(errno);
    info.unit = (uint32_t)status.f_frsize;
    info.total = (uint64_t)status.f_blocks * status.f_frsize;
    info.free = (uint64_t)status.f_bavail * status.f_frsize;
    return volume_info_encode(writer, untrusted_request->as.query.information, &info) ? NT_SUCCESS
                                                                                      : NT_INVALID_INFO_CLASS;
}

void file_end_listing(File *file) {
    for (size_t i = 0; i < file->n_names; i++)
        mem_free(file->names[i]);
    mem_free(file->names);
    file->names = NULL;
    file->n_names = file->next_name = 0;
}

static void add_name(File *file, const char *name, const char *pattern) {
    bool dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    if ((!dots && windows_name_problem(name)) || !name_matches(name, pattern) || file->n_names >= NAMES_MAX)
        return;
    if (file->n_names % 64 == 0)
        file->names = mem_resize(file->names, file->n_names + 64, sizeof *file->names);
    file->names[file->n_names++] = mem_string(name);
}

static NtStatus read_folder(File *file, const char *pattern) {
    int fd = folder_open(file->folder, file->path, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        NtStatus status = drive_status_from_errno(errno);
        if (fd >= 0)
            close(fd);
        return status;
    }
    for (struct dirent *entry; (entry = readdir(dir));)
        add_name(file, entry->d_name, pattern);
    closedir(dir);
    return NT_SUCCESS;
}

static NtStatus begin_listing(File *file, const char *pattern) {
    file_end_listing(file);
    if (file->folder && !file->folder->is_document)
        return read_folder(file, pattern);
    add_name(file, ".", pattern);
    add_name(file, "..", pattern);
    for (size_t i = 0; file->folder && i < file->folder->n_names; i++)
        add_name(file, file->folder->names[i], pattern);
    for (size_t i = 0; !file->folder && i < file->drive->n_folders; i++)
        add_name(file, file->drive->folders[i]->id, pattern);
    return NT_SUCCESS;
}

// The folder that an entry of the documents' root stands for, or that of the listing.
static bool info_of_entry(const File *file, const char *name, FileInfo *ret_info) {
    char path[PATH_MAX];
    const Folder *folder = file->folder;
    bool dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    for (size_t i = 0; !folder && !dots && i < file->drive->n_folders; i++)
        if (strcmp(file->drive->folders[i]->id, name) == 0)
            return file_info_of(file->drive->folders[i], name, file->drive->folders[i]->fd, ret_info);
    if (!folder || dots)
        return file_info_of(folder, "", file->fd, ret_info);
    int size = snprintf(path, sizeof path, "%s%s%s", file->path, *file->path ? "/" : "", name);
    int fd = size < (int)sizeof path ? folder_open(folder, path, O_PATH, 0) : -1;
    bool good = fd >= 0 && file_info_of(folder, name, fd, ret_info);
    if (fd >= 0)
        close(fd);
    return good;
}

static bool next_entry(File *file, const char **ret_name, FileInfo *ret_info) {
    while (file->next_name < file->n_names) {
        *ret_name = file->names[file->next_name++];
        if (info_of_entry(file, *ret_name, ret_info))
            return true;
    }
    return false;
}

NtStatus file_list(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    const char *path = untrusted_request->as.directory.path, *name;
    bool initial = untrusted_request->as.directory.initial;
    FileInfo info;
    if (!file->is_directory)
        return NT_INVALID_PARAMETER;
    if (initial && !path)
        return NT_OBJECT_NAME_INVALID;
    if (initial) {
        const char *slash = strrchr(path, '\\');
        NtStatus status = begin_listing(file, slash ? slash + 1 : path);
        if (status)
            return status;
    }
    if (!next_entry(file, &name, &info)) {
        wire_put_zeros(writer, 5);
        return initial ? NT_NO_SUCH_FILE : NT_NO_MORE_FILES;
    }
    return file_entry_encode(writer, untrusted_request->as.directory.information, &info, name)
               ? NT_SUCCESS
               : NT_INVALID_INFO_CLASS;
}

bool file_is_empty_folder(File *file) {
    static const char *const dots[] = {".", ".."};
    int fd = folder_open(file->folder, file->path, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    bool empty = dir != NULL;
    if (!dir && fd >= 0)
        close(fd);
    for (struct dirent *entry; empty && (entry = readdir(dir));)
        empty = strcmp(entry->d_name, dots[0]) == 0 || strcmp(entry->d_name, dots[1]) == 0;
    if (dir)
        closedir(dir);
    return empty;
}
