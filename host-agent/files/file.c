// SPDX-License-Identifier: Apache-2.0
// Opening and closing, data and locks. A guest gets regular files and folders, never a device or a pipe; what
// it may do with one is decided when it opens it. Process: railhead-files.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-agent/files/file-private.h"
#include "rail/mem.h"

#define FILE_MODE   0666 // the user's umask has its say
#define FOLDER_MODE 0777
#define READS                                                                                                \
    (DEVICE_ACCESS_READ_DATA | DEVICE_ACCESS_EXECUTE | DEVICE_ACCESS_ALL | DEVICE_ACCESS_GENERIC_READ |      \
     DEVICE_ACCESS_GENERIC_EXECUTE | DEVICE_ACCESS_MAXIMUM)
#define WRITES                                                                                               \
    (DEVICE_ACCESS_WRITE_DATA | DEVICE_ACCESS_APPEND_DATA | DEVICE_ACCESS_ALL | DEVICE_ACCESS_GENERIC_WRITE)
#define CHANGES                                                                                              \
    (WRITES | DEVICE_ACCESS_WRITE_EA | DEVICE_ACCESS_WRITE_ATTRIBUTES | DEVICE_ACCESS_DELETE |               \
     DEVICE_ACCESS_WRITE_SECURITY)

typedef struct Wish { // of a CREATE
    uint32_t access, disposition, options;
    bool creates, truncates, must_be_new;
} Wish;

static Wish wish_of(const DeviceRequest *request) {
    uint32_t disposition = request->as.create.disposition;
    return (Wish){.access = request->as.create.access,
                  .disposition = disposition,
                  .options = request->as.create.options,
                  .creates = disposition != DEVICE_OPEN && disposition != DEVICE_OVERWRITE,
                  .truncates = disposition == DEVICE_SUPERSEDE || disposition == DEVICE_OVERWRITE ||
                               disposition == DEVICE_OVERWRITE_OR_CREATE,
                  .must_be_new = disposition == DEVICE_CREATE_NEW};
}

static bool wants_change(const Wish *wish) {
    return (wish->access & CHANGES) || wish->truncates || (wish->options & DEVICE_OPTION_DELETE_ON_CLOSE);
}

// The kind first, by a descriptor that reads and writes nothing: opening a pipe waits, a device acts.
static NtStatus check_kind(const Place *place, const Wish *wish, bool *ret_directory) {
    struct stat status;
    int fd = folder_open(place->folder, place->path, O_PATH, 0);
    if (fd < 0)
        return drive_status_from_errno(errno);
    bool good = fstat(fd, &status) == 0;
    close(fd);
    if (!good || (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)))
        return NT_ACCESS_DENIED;
    *ret_directory = S_ISDIR(status.st_mode);
    if (*ret_directory && ((wish->options & DEVICE_OPTION_NO_DIRECTORY) || wish->truncates))
        return NT_FILE_IS_A_DIRECTORY;
    if (!*ret_directory && (wish->options & DEVICE_OPTION_DIRECTORY))
        return NT_NOT_A_DIRECTORY;
    return NT_SUCCESS;
}

static int access_flags(File *file, const Wish *wish) {
    file->may_read = wish->access & READS;
    file->may_write = (wish->access & WRITES) || wish->truncates ||
                      ((wish->access & DEVICE_ACCESS_MAXIMUM) && !file->folder->read_only);
    if (!file->may_read && !file->may_write)
        return O_PATH;
    return O_NONBLOCK | O_NOCTTY | (!file->may_write ? O_RDONLY : file->may_read ? O_RDWR : O_WRONLY);
}

static NtStatus open_existing(File *file, const Place *place, const Wish *wish) {
    if (wish->must_be_new)
        return NT_OBJECT_NAME_COLLISION;
    NtStatus status = check_kind(place, wish, &file->is_directory);
    if (status)
        return status;
    if (place->folder->read_only && wants_change(wish))
        return NT_ACCESS_DENIED;
    int flags = access_flags(file, wish);
    if (file->is_directory)
        flags = O_RDONLY | O_DIRECTORY;
    file->fd = folder_open(place->folder, place->path, flags, 0);
    if (file->fd < 0 && (errno == EACCES || errno == EROFS || errno == ETXTBSY) &&
        (wish->access & DEVICE_ACCESS_MAXIMUM) && !wish->truncates) {
        file->may_write = false;
        file->fd = folder_open(place->folder, place->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    }
    struct stat after;
    if (file->fd < 0)
        return drive_status_from_errno(errno);
    if (fstat(file->fd, &after) < 0 || (!S_ISREG(after.st_mode) && !S_ISDIR(after.st_mode)))
        return NT_ACCESS_DENIED; // it became something else
    if (wish->truncates && ftruncate(file->fd, 0) < 0)
        return drive_status_from_errno(errno);
    return NT_SUCCESS;
}

static NtStatus make_folder(File *file, const Place *place) {
    const char *name;
    if (place->folder->is_document)
        return NT_ACCESS_DENIED;
    int parent = folder_open_parent(place->folder, place->path, &name);
    if (parent < 0)
        return drive_status_from_errno(errno);
    int error = mkdirat(parent, name, FOLDER_MODE) < 0 ? errno : 0;
    close(parent);
    if (error)
        return drive_status_from_errno(error);
    file->is_directory = true;
    file->fd = folder_open(place->folder, place->path, O_RDONLY | O_DIRECTORY, 0);
    return file->fd < 0 ? drive_status_from_errno(errno) : NT_SUCCESS;
}

// Made with O_EXCL: in a document's folder a file that the guest must not know of may have that name.
static NtStatus make_file(File *file, const Place *place, const Wish *wish) {
    if (!wish->creates)
        return NT_OBJECT_NAME_NOT_FOUND;
    if (!folder_may_create(place->folder, place->path))
        return NT_ACCESS_DENIED;
    if (wish->options & DEVICE_OPTION_DIRECTORY)
        return make_folder(file, place);
    int flags = access_flags(file, wish);
    flags = flags == O_PATH ? O_RDONLY : flags;
    file->fd = folder_open(place->folder, place->path, flags | O_CREAT | O_EXCL, FILE_MODE);
    if (file->fd < 0)
        return errno == EEXIST ? NT_ACCESS_DENIED : drive_status_from_errno(errno);
    folder_created(place->folder, place->path);
    return NT_SUCCESS;
}

static NtStatus open_root_of_documents(File *file, const Wish *wish) {
    if (wish->must_be_new)
        return NT_OBJECT_NAME_COLLISION;
    if (wish->options & DEVICE_OPTION_NO_DIRECTORY)
        return NT_FILE_IS_A_DIRECTORY;
    file->is_directory = true;
    return wants_change(wish) ? NT_ACCESS_DENIED : NT_SUCCESS;
}

static NtStatus open_place(File *file, const Place *place, const Wish *wish, uint8_t *ret_information) {
    if (!place->folder)
        return open_root_of_documents(file, wish);
    NtStatus status = place->is_there ? open_existing(file, place, wish) : make_file(file, place, wish);
    *ret_information = wish->disposition == DEVICE_SUPERSEDE ? DEVICE_WAS_SUPERSEDED
                       : place->is_there && wish->truncates  ? DEVICE_WAS_OVERWRITTEN
                                                             : DEVICE_WAS_OPENED;
    return status;
}

NtStatus file_open(Drive *drive, const DeviceRequest *untrusted_request, File **ret_file,
                   uint8_t *ret_information) {
    Wish wish = wish_of(untrusted_request);
    Place place;
    if (wish.disposition > DEVICE_OVERWRITE_OR_CREATE || untrusted_request->as.create.allocation > INT64_MAX)
        return NT_INVALID_PARAMETER;
    NtStatus status = drive_find(drive, untrusted_request->as.create.path, &place);
    if (status)
        return status;
    File *file = mem_new(sizeof *file);
    file->drive = drive;
    file->folder = place.folder;
    file->fd = -1;
    *ret_information = DEVICE_WAS_OPENED;
    status = open_place(file, &place, &wish, ret_information);
    file->path = place.path;
    if (status) {
        file_close(file);
        return status;
    }
    file->delete_on_close = wish.options & DEVICE_OPTION_DELETE_ON_CLOSE;
    *ret_file = file;
    return NT_SUCCESS;
}

// Only what is open: by now the host may have another file of that name.
static void remove_from_folder(File *file) {
    const char *name;
    struct stat mine, there;
    int parent = folder_open_parent(file->folder, file->path, &name);
    if (parent < 0)
        return;
    bool same = fstat(file->fd, &mine) == 0 && fstatat(parent, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
                mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
    if (same && unlinkat(parent, name, file->is_directory ? AT_REMOVEDIR : 0) == 0)
        folder_removed(file->folder, file->path);
    close(parent);
}

void file_close(File *file) {
    if (!file)
        return;
    if (file->delete_on_close && file->folder && !file->folder->read_only && file->fd >= 0)
        remove_from_folder(file);
    if (file->fd >= 0)
        close(file->fd);
    file_end_listing(file);
    mem_free(file->path);
    mem_free(file);
}

Drive *file_drive(const File *file) {
    return file->drive;
}

const Folder *file_folder(const File *file) {
    return file->folder;
}

NtStatus file_read(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    uint32_t length = untrusted_request->as.transfer.length;
    uint64_t offset = untrusted_request->as.transfer.offset;
    if (file->is_directory)
        return NT_INVALID_DEVICE_REQUEST;
    if (!file->may_read)
        return NT_ACCESS_DENIED;
    if (offset > INT64_MAX - DEVICE_DATA_MAX)
        return NT_INVALID_PARAMETER;
    if (length > DEVICE_DATA_MAX)
        length = DEVICE_DATA_MAX;
    uint8_t *bytes = mem_new(length + 1);
    size_t got = 0;
    ssize_t more = 1;
    while (got < length && more > 0) {
        more = pread(file->fd, bytes + got, length - got, (off_t)(offset + got));
        if (more > 0)
            got += (size_t)more;
        else if (more < 0 && errno == EINTR)
            more = 1;
    }
    NtStatus status = more < 0 && !got ? drive_status_from_errno(errno) : NT_SUCCESS;
    if (status == NT_SUCCESS) {
        wire_put_u32(writer, (uint32_t)got);
        wire_put_bytes(writer, bytes, got);
    }
    mem_free(bytes);
    return status;
}

NtStatus file_write(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    uint32_t length = untrusted_request->as.transfer.length;
    uint64_t offset = untrusted_request->as.transfer.offset;
    size_t done = 0;
    if (file->is_directory)
        return NT_INVALID_DEVICE_REQUEST;
    if (!file->may_write)
        return NT_ACCESS_DENIED;
    if (offset > INT64_MAX - DEVICE_DATA_MAX)
        return NT_INVALID_PARAMETER;
    while (done < length) {
        ssize_t more = pwrite(file->fd, untrusted_request->as.transfer.data + done, length - done,
                              (off_t)(offset + done));
        if (more > 0)
            done += (size_t)more;
        else if (more == 0 || errno != EINTR)
            break;
    }
    if (length && !done)
        return drive_status_from_errno(errno);
    wire_put_u32(writer, (uint32_t)done);
    wire_put_u8(writer, 0);
    return NT_SUCCESS;
}

// The host's other programs see the locks (of open file descriptions: closing another descriptor of the file
// does not lose them).
static int lock_range(File *file, const DeviceLock *range, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    if (range->offset > INT64_MAX || !range->length)
        return 0; // beyond what a file has: programs lock there to talk among themselves
    lock.l_start = (off_t)range->offset;
    lock.l_len = range->length > (uint64_t)INT64_MAX - range->offset ? 0 : (off_t)range->length;
    return fcntl(file->fd, F_OFD_SETLK, &lock);
}

NtStatus file_lock(File *file, const DeviceRequest *untrusted_request, WireWriter *writer) {
    static const DeviceLock everything = {0, INT64_MAX};
    uint32_t operation = untrusted_request->as.lock.operation;
    bool releases = operation == DEVICE_LOCK_RELEASE || operation == DEVICE_LOCK_RELEASE_ALL;
    if (operation < DEVICE_LOCK_SHARED || operation > DEVICE_LOCK_RELEASE_ALL)
        return NT_INVALID_PARAMETER;
    if (file->is_directory || (!file->may_read && !file->may_write))
        return NT_INVALID_DEVICE_REQUEST;
    short type = releases                                                ? F_UNLCK
                 : operation == DEVICE_LOCK_EXCLUSIVE && file->may_write ? F_WRLCK
                                                                         : F_RDLCK;
    if (!file->may_read && type == F_RDLCK)
        return NT_ACCESS_DENIED;
    if (operation == DEVICE_LOCK_RELEASE_ALL && !untrusted_request->as.lock.count)
        lock_range(file, &everything, F_UNLCK);
    for (uint32_t i = 0; i < untrusted_request->as.lock.count; i++) {
        if (lock_range(file, &untrusted_request->as.lock.locks[i], type) == 0)
            continue;
        NtStatus status =
            errno == EAGAIN || errno == EACCES ? NT_LOCK_NOT_GRANTED : drive_status_from_errno(errno);
        while (!releases && i-- > 0)
            lock_range(file, &untrusted_request->as.lock.locks[i], F_UNLCK);
        return status;
    }
    wire_put_zeros(writer, 5);
    return NT_SUCCESS;
}
