// SPDX-License-Identifier: Apache-2.0
// From the guest's names to the host's files, beneath a folder's descriptor and never by a path from the
// root: openat2 with RESOLVE_BENEATH refuses what leaves the folder, be it by "..", by a link or by a race. A
// link is followed as long as it stays inside; in a document's folder there are no links. Process:
// railhead-files.
#include "host-agent/files/drive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host-agent/files/name.h"
#include "rail/mem.h"

#define RACES_MAX 8 // EAGAIN of openat2: something moved meanwhile

NtStatus drive_status_from_errno(int error) {
    switch (error) {
    case 0:
        return NT_SUCCESS;
    case ENOENT:
        return NT_OBJECT_NAME_NOT_FOUND;
    case ENOTDIR:
        return NT_OBJECT_PATH_NOT_FOUND;
    case EEXIST:
        return NT_OBJECT_NAME_COLLISION;
    case EISDIR:
        return NT_FILE_IS_A_DIRECTORY;
    case ENOTEMPTY:
        return NT_DIRECTORY_NOT_EMPTY;
    case ENAMETOOLONG:
        return NT_OBJECT_NAME_INVALID;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return NT_DISK_FULL;
    case EMFILE:
    case ENFILE:
        return NT_TOO_MANY_OPENED_FILES;
    case EINVAL:
        return NT_INVALID_PARAMETER;
    case EROFS:
        return NT_MEDIA_WRITE_PROTECTED;
    case ETXTBSY:
    case EBUSY:
        return NT_SHARING_VIOLATION;
    case EACCES:
    case EPERM:
    case EXDEV: // left the folder
    case ELOOP:
    case ENXIO:
    case EBADF:
        return NT_ACCESS_DENIED;
    default:
        return NT_UNSUCCESSFUL;
    }
}

Folder *folder_new(const Share *share, int fd) {
    Folder *folder = mem_new(sizeof *folder);
    folder->fd = fd;
    folder->read_only = share->read_only;
    folder->is_document = share->kind == SHARE_DOCUMENT;
    if (folder->is_document) {
        memcpy(folder->id, share->name, sizeof folder->id);
        folder->names[folder->n_names++] = mem_string(share->document);
    }
    return folder;
}

void folder_free(Folder *folder) {
    if (!folder)
        return;
    close(folder->fd);
    for (size_t i = 0; i < folder->n_names; i++)
        mem_free(folder->names[i]);
    mem_free(folder);
}

void place_clear(Place *place) {
    mem_free(place->path);
    *place = (Place){0};
}

int folder_open(const Folder *folder, const char *path, int flags, mode_t mode) {
    struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    if (flags & O_CREAT)
        how.mode = mode;
    if (folder->is_document)
        how.resolve |= RESOLVE_NO_SYMLINKS;
    long fd = -1;
    for (int i = 0; i < RACES_MAX && fd < 0; i++) {
        fd = syscall(SYS_openat2, folder->fd, *path ? path : ".", &how, sizeof how);
        if (fd < 0 && errno != EAGAIN && errno != EINTR)
            break;
    }
    return (int)fd;
}

int folder_open_parent(const Folder *folder, const char *path, const char **ret_name) {
    const char *slash = strrchr(path, '/');
    char parent[PATH_MAX];
    size_t size = slash ? (size_t)(slash - path) : 0;
    memcpy(parent, path, size);
    parent[size] = '\0';
    *ret_name = slash ? slash + 1 : path;
    if (!**ret_name) {
        errno = EACCES;
        return -1;
    }
    return folder_open(folder, parent, O_PATH | O_DIRECTORY, 0);
}

static size_t index_of(const Folder *folder, const char *name) {
    for (size_t i = 0; i < folder->n_names; i++)
        if (name_equals(folder->names[i], name))
            return i;
    return FOLDER_NAMES_MAX;
}

bool folder_has_name(const Folder *folder, const char *name) {
    return index_of(folder, name) < FOLDER_NAMES_MAX;
}

// A guest that was given one document must not be able to leave a .profile beside it.
bool folder_may_create(const Folder *folder, const char *path) {
    if (folder->read_only || !*path)
        return false;
    if (!folder->is_document || folder_has_name(folder, path))
        return true;
    return path[0] != '.' && folder->n_names < FOLDER_NAMES_MAX;
}

void folder_created(Folder *folder, const char *path) {
    if (folder->is_document && !folder_has_name(folder, path) && folder->n_names < FOLDER_NAMES_MAX)
        folder->names[folder->n_names++] = mem_string(path);
}

void folder_removed(Folder *folder, const char *path) {
    size_t index = index_of(folder, path);
    if (index == 0 || index >= folder->n_names) // the document's own name stays: it may be written anew
        return;
    mem_free(folder->names[index]);
    folder->names[index] = folder->names[--folder->n_names];
}

// The name in an open folder that is the wanted one but for its case. Owned by the caller, or NULL.
static char *find_by_case(const Folder *folder, const char *parent, const char *wanted) {
    int fd = folder_open(folder, parent, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    char *found = NULL;
    if (!dir && fd >= 0)
        close(fd);
    for (struct dirent *entry; dir && !found && (entry = readdir(dir));)
        if (name_equals(entry->d_name, wanted))
            found = mem_string(entry->d_name);
    if (dir)
        closedir(dir);
    return found;
}

static int look(const Folder *folder, const char *path) {
    int fd = folder_open(folder, path, O_PATH, 0);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

// Adds a component to a path as the host spells it: exactly, else but for its case. 0 or an error number.
static int descend(const Folder *folder, char *real, size_t capacity, const char *component) {
    size_t at = strlen(real);
    const char *slash = at ? "/" : "";
    if (at + strlen(component) + 2 > capacity)
        return ENAMETOOLONG;
    snprintf(real + at, capacity - at, "%s%s", slash, component);
    int error = look(folder, real);
    if (error != ENOENT)
        return error;
    real[at] = '\0';
    char *found = find_by_case(folder, real, component);
    const char *name = found ? found : component;
    bool fits = at + strlen(name) + 2 <= capacity;
    if (fits)
        snprintf(real + at, capacity - at, "%s%s", slash, name);
    error = !fits ? ENAMETOOLONG : found ? look(folder, real) : ENOENT;
    mem_free(found);
    return error;
}

static NtStatus find_by_components(Place *place) {
    char real[PATH_MAX] = "";
    const char *path = place->path;
    int error = 0;
    while (*path && !error) {
        char component[NAME_MAX + 1];
        size_t size = strcspn(path, "/");
        memcpy(component, path, size);
        component[size] = '\0';
        error = descend(place->folder, real, sizeof real, component);
        path += size + (path[size] == '/');
    }
    if (error == ENOENT && *path)
        return NT_OBJECT_PATH_NOT_FOUND;
    if (error && error != ENOENT)
        return drive_status_from_errno(error);
    mem_free(place->path);
    place->path = mem_string(real);
    place->is_there = !error;
    return NT_SUCCESS;
}

static NtStatus find_in_folder(Place *place) {
    int error = look(place->folder, place->path);
    place->is_there = !error;
    if (!error)
        return NT_SUCCESS;
    return error == ENOENT ? find_by_components(place) : drive_status_from_errno(error);
}

static NtStatus find_in_document(Place *place) {
    if (!*place->path) {
        place->is_there = true;
        return NT_SUCCESS;
    }
    if (strchr(place->path, '/'))
        return NT_OBJECT_PATH_NOT_FOUND;
    size_t index = index_of(place->folder, place->path);
    if (index == FOLDER_NAMES_MAX)
        return NT_SUCCESS; // it does not exist, whatever the folder has
    mem_free(place->path);
    place->path = mem_string(place->folder->names[index]);
    int error = look(place->folder, place->path);
    place->is_there = !error;
    return !error || error == ENOENT ? NT_SUCCESS : drive_status_from_errno(error);
}

static NtStatus find_document(Drive *drive, Place *place) {
    char *whole = place->path;
    size_t size = strcspn(whole, "/");
    if (!size) {
        place->is_there = true;
        return NT_SUCCESS;
    }
    for (size_t i = 0; i < drive->n_folders && !place->folder; i++)
        if (strlen(drive->folders[i]->id) == size && strncmp(drive->folders[i]->id, whole, size) == 0)
            place->folder = drive->folders[i];
    if (!place->folder)
        return whole[size] ? NT_OBJECT_PATH_NOT_FOUND : NT_OBJECT_NAME_NOT_FOUND;
    place->path = mem_string(whole[size] ? whole + size + 1 : "");
    mem_free(whole);
    return find_in_document(place);
}

NtStatus drive_find(Drive *drive, const char *untrusted_path, Place *ret_place) {
    Place place = {0};
    place.path = untrusted_path ? name_path_from_windows(untrusted_path) : NULL;
    if (!place.path)
        return NT_OBJECT_NAME_INVALID;
    NtStatus status;
    if (drive->is_documents) {
        status = find_document(drive, &place);
    } else {
        place.folder = drive->folders[0];
        status = find_in_folder(&place);
    }
    if (status == NT_SUCCESS)
        *ret_place = place;
    else
        place_clear(&place);
    return status;
}
