// SPDX-License-Identifier: Apache-2.0
// The name beside a place is always the same, so that whoever comes next finds it; two writers of one file
// are not foreseen. Used by the agent and the command.
#include "shortcuts/whole-file.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BESIDE ".railhead-new"

static char *beside(const char *path) {
    return g_strconcat(path, BESIDE, NULL);
}

static bool write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written < 0 && errno != EINTR)
            return false;
        data += MAX(written, 0);
        size -= MAX(written, 0);
    }
    return true;
}

static bool replace(const char *path, const void *bytes, size_t size, bool lasting) {
    g_autofree char *other = beside(path);
    g_unlink(other);
    struct stat old;
    bool is_new = stat(path, &old) != 0;
    int fd = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, lasting ? 0600 : 0644);
    bool good = fd >= 0 && (is_new || fchmod(fd, old.st_mode & 0777) == 0) && write_all(fd, bytes, size) &&
                (!lasting || fsync(fd) == 0);
    int why = errno;
    if (fd >= 0 && close(fd) < 0 && good) {
        why = errno;
        good = false;
    }
    if (good && rename(other, path) == 0)
        return true;
    why = good ? errno : why;
    if (fd >= 0)
        g_unlink(other);
    errno = why;
    return false;
}

bool whole_file_write(const char *path, const void *bytes, size_t size, bool lasting, GError **error) {
    g_autofree char *folder = g_path_get_dirname(path);
    bool made = g_mkdir_with_parents(folder, lasting ? 0700 : 0755) == 0;
    if (made && replace(path, bytes, size, lasting))
        return true;
    int why = errno;
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(why), "cannot %s %s: %s",
                made ? "write" : "make the folder", made ? path : folder, g_strerror(why));
    return false;
}

void whole_file_tidy(const char *path) {
    g_autofree char *other = beside(path);
    g_unlink(other);
}
