// SPDX-License-Identifier: Apache-2.0
// Paths by name. Pure but for folder_make(), folder_open_log() and the look at the file system in
// program_find(). Used by agent and command.
#include "host-agent/machine/folders.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_BYTES (1 << 20)

char *folder_profiles(void) {
    return g_build_filename(g_get_user_config_dir(), "railhead", "guests", NULL);
}

char *folder_data(const char *guest) {
    return g_build_filename(g_get_user_data_dir(), "railhead", "guests", guest, NULL);
}

char *folder_state(const char *guest) {
    return g_build_filename(g_get_user_state_dir(), "railhead", guest, NULL);
}

char *folder_runtime(const char *guest) {
    const char *runtime = g_getenv("XDG_RUNTIME_DIR");
    if (runtime && *runtime)
        return g_build_filename(runtime, "railhead", guest, NULL);
    return g_strdup_printf("/tmp/railhead-%u/%s", (unsigned)getuid(), guest);
}

int folder_open_log(const char *path) {
    struct stat facts;
    bool is_long = stat(path, &facts) == 0 && facts.st_size >= LOG_BYTES;
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (is_long ? O_TRUNC : 0), 0600);
}

bool folder_make(const char *path, GError **error) {
    struct stat about;
    if (g_mkdir_with_parents(path, 0700) < 0 || lstat(path, &about) < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot make the folder %s: %s", path,
                    g_strerror(errno));
        return false;
    }
    if (!S_ISDIR(about.st_mode) || about.st_uid != getuid()) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s is not a folder of this user", path);
        return false;
    }
    return true;
}

char *program_find(const char *name) {
    static const char *const beside[] = {"",
                                         "session",
                                         "files",
                                         "..",
                                         "../host-agent",
                                         "../host-agent/session",
                                         "../guest-agent/embedded",
                                         "../guest-agent/win32",
                                         "../guest-agent",
                                         "../libexec/railhead",
                                         "../../bin"};
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self ? g_path_get_dirname(self) : g_strdup("/");
    for (size_t i = 0; i < G_N_ELEMENTS(beside); i++) {
        g_autofree char *path = g_build_filename(folder, beside[i], name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_REGULAR) && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return g_canonicalize_filename(path, NULL);
    }
    g_autofree char *installed = g_build_filename(RAILHEAD_LIBEXEC, name, NULL);
    if (g_file_test(installed, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer(&installed);
    return g_find_program_in_path(name);
}
