// SPDX-License-Identifier: Apache-2.0
// Empties a tree that a guest has written: names of any bytes, any depth, links to everywhere (Wine makes
// some to / and to the user's documents). Nothing is reached by a path: a folder is opened beside the one
// that it lies in, never through a link, and folders in folders are lifted to the top first, so that depth
// costs nothing. Used by the command.
#include "host-agent/machine/removal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_TRIED 100000

typedef struct Removal {
    int top; // descriptor of the tree's root
    dev_t device;
    guint lifted, done; // how many got a new name at the top; how many things went or moved in this pass
    GError *error;      // the first of this pass
} Removal;

static void keep_error(Removal *removal, const char *name) {
    g_autofree char *shown = g_filename_display_name(name);
    if (!removal->error)
        removal->error = g_error_new(G_IO_ERROR, g_io_error_from_errno(errno), "cannot remove %s: %s", shown,
                                     g_strerror(errno));
}

static int open_folder(int parent, const char *name) {
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent, name, flags);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        fd = openat(parent, name, flags);
    return fd;
}

static bool lift(Removal *removal, int parent, const char *name) {
    for (guint i = 0; i < NAMES_TRIED; i++) {
        g_autofree char *at_top = g_strdup_printf("removing-%u", removal->lifted++);
        if (renameat2(parent, name, removal->top, at_top, RENAME_NOREPLACE) == 0)
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

static void visit(Removal *removal, int folder, void (*on_folder)(Removal *, int parent, const char *name)) {
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); // a place of its own to read at
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(folder, entry->d_name, 0) == 0 || unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0)
            removal->done++;
        else if (errno == ENOTEMPTY || errno == EEXIST)
            on_folder(removal, folder, entry->d_name);
        else
            keep_error(removal, entry->d_name);
    }
    if (dir)
        closedir(dir);
    else
        keep_error(removal, ".");
}

static void on_inner_folder(Removal *removal, int parent, const char *name) {
    if (lift(removal, parent, name))
        removal->done++;
    else
        keep_error(removal, name);
}

static void on_top_folder(Removal *removal, int parent, const char *name) {
    struct stat about;
    int fd = open_folder(parent, name);
    if (fd < 0 || fstat(fd, &about) < 0) {
        keep_error(removal, name);
    } else if (about.st_dev != removal->device) {
        errno = EXDEV;
        keep_error(removal, name);
    } else {
        visit(removal, fd, on_inner_folder);
        removal->done += unlinkat(parent, name, AT_REMOVEDIR) == 0;
    }
    if (fd >= 0)
        close(fd);
}

bool removal_of_tree(const char *path, GError **error) {
    struct stat about;
    Removal removal = {.top = open_folder(AT_FDCWD, path)};
    if (removal.top < 0) {
        if ((errno == ELOOP || errno == ENOTDIR) && unlink(path) == 0)
            return true;
        if (errno == ENOENT)
            return true;
        keep_error(&removal, path);
    } else if (fstat(removal.top, &about) == 0) {
        removal.device = about.st_dev;
        do {
            removal.done = 0;
            g_clear_error(&removal.error);
            visit(&removal, removal.top, on_top_folder);
        } while (removal.done);
    }
    if (removal.top >= 0 && rmdir(path) < 0)
        keep_error(&removal, path);
    if (removal.top >= 0)
        close(removal.top);
    if (!removal.error)
        return true;
    g_propagate_prefixed_error(error, removal.error, "%s is not gone: ", path);
    return false;
}
