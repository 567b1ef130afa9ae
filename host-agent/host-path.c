// SPDX-License-Identifier: Apache-2.0
// Asks the `drive` of railhead-files, with the same folders that railhead-files has: what the guest cannot
// read there it cannot have opened here. Nothing is opened but as a place (O_PATH). Used by the agent.
#include "host-agent/host-path.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "host-agent/files/drive.h"
#include "host-agent/files/name.h"
#include "host-agent/policy/shares.h"

#define SERVER "\\\\tsclient\\"

static void add_folder(Drive *drive, const Share *share, const char *path) {
    int fd = drive->n_folders < DRIVE_FOLDERS_MAX ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0)
        drive->folders[drive->n_folders++] = folder_new(share, fd);
}

static Drive *make_drive(const GPtrArray *folders, const GPtrArray *documents, const char *name) {
    Drive *drive = g_new0(Drive, 1);
    drive->is_documents = name_equals(name, SHARE_DOCUMENTS);
    for (guint i = 0; drive->is_documents && i < documents->len; i++) {
        const GuestFile *document = g_ptr_array_index(documents, i);
        add_folder(drive, &document->share, document->folder);
    }
    for (guint i = 0; !drive->is_documents && !drive->n_folders && i < folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(folders, i);
        const Share share = {.kind = SHARE_FOLDER, .read_only = folder->read_only};
        if (name_equals(folder->name, name))
            add_folder(drive, &share, folder->path);
    }
    return drive;
}

static void free_drive(Drive *drive) {
    for (size_t i = 0; i < drive->n_folders; i++)
        folder_free(drive->folders[i]);
    g_free(drive);
}

// The path of what is open, if the very file is there.
static char *path_of_fd(int fd) {
    g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *path = g_file_read_link(link, NULL);
    struct stat of_fd, of_path;
    if (!path || fstat(fd, &of_fd) < 0 || lstat(path, &of_path) < 0 || !S_ISREG(of_fd.st_mode) ||
        of_fd.st_dev != of_path.st_dev || of_fd.st_ino != of_path.st_ino)
        return NULL;
    return g_steal_pointer(&path);
}

static char *find(Drive *drive, const char *untrusted_rest) {
    Place place = {0};
    char *path = NULL;
    if (!drive->n_folders || drive_find(drive, untrusted_rest, &place) != NT_SUCCESS)
        return NULL;
    int fd = place.is_there && place.folder ? folder_open(place.folder, place.path, O_PATH, 0) : -1;
    if (fd >= 0) {
        path = path_of_fd(fd);
        close(fd);
    }
    place_clear(&place);
    return path;
}

char *host_path_of(const GPtrArray *folders, const GPtrArray *documents, const char *untrusted_path,
                   GError **error) {
    char *path = NULL;
    name_init();
    if (g_ascii_strncasecmp(untrusted_path, SERVER, strlen(SERVER)) == 0) {
        const char *name = untrusted_path + strlen(SERVER), *rest = strchr(name, '\\');
        g_autofree char *drive_name = g_strndup(name, rest ? (size_t)(rest - name) : 0);
        Drive *drive = rest ? make_drive(folders, documents, drive_name) : NULL;
        path = drive ? find(drive, rest) : NULL;
        if (drive)
            free_drive(drive);
    }
    if (!path)
        g_set_error(error, SHARES_ERROR, SHARES_ERROR_MISSING, "it is no file that is shared with the guest");
    return path;
}
