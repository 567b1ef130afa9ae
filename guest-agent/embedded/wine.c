// SPDX-License-Identifier: Apache-2.0
// Wine as the guest's Windows: a prefix that is made once and marked when complete, the guest side's own
// programs in C:\railhead, Wine's accessories published in its Start menu. Owned by the Embedded, in its
// loop. Never touches the user's own prefix or menus.
#include "guest-agent/embedded/wine.h"
#include "guest-agent/embedded/child.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MARKER      "railhead-complete"
#define MARKER_TEXT "2\n" // of the settings

#define PE_OFFSET       0x3C // in the file: where the PE header begins
#define PE_MACHINE      4    // in the PE header
#define PE_MACHINE_I386 0x014C

// Without RandR Wine sees the monitors that are drawn into the one output (by Xinerama), and no program can
// change the size of the desktop.
static const char settings[] =
    "REGEDIT4\n\n"
    "[HKEY_CURRENT_USER\\Software\\Wine\\X11 "
    "Driver]\n\"Managed\"=\"Y\"\n\"Decorated\"=\"N\"\n\"UseXRandR\"=\"N\"\n\n"
    "[HKEY_CURRENT_USER\\Software\\Wine\\DllOverrides]\n\"winemenubuilder.exe\"=\"\"\n\n"
    "[HKEY_CURRENT_USER\\Software\\Wine\\AppDefaults\\railhead-guest.exe\\DllOverrides]\n\"wtsapi32\"="
    "\"native\"\n";

static const struct {
    const char *name, *target;
} accessories[] = {
    {"Notepad", "C:\\windows\\notepad.exe"},
    {"WordPad", "C:\\Program Files\\Windows NT\\Accessories\\wordpad.exe"},
    {"WineMine", "C:\\windows\\system32\\winemine.exe"},
    {"Registry Editor", "C:\\windows\\regedit.exe"},
    {"Clock", "C:\\windows\\system32\\clock.exe"},
    {"File Manager", "C:\\windows\\system32\\winefile.exe"},
    {"Task Manager", "C:\\windows\\system32\\taskmgr.exe"},
};

static const struct {
    const char *name, *suffix;
} programs[] = {
    {"railhead-guest", ".exe"},
    {"wtsapi32", ".dll"},
    {"railhead-shortcut", ".exe"},
};

static void stage(Wine *wine, const char *text) {
    g_message("%s", text);
    if (wine->on_stage)
        wine->on_stage(wine->user, text);
}

static char *find_guest_dir(void) {
    const char *named = g_getenv("RAILHEAD_GUEST_DIR");
    if (named)
        return g_strdup(named);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *own = self ? g_path_get_dirname(self) : g_strdup(".");
    char *candidates[] = {
        g_build_filename(own, "..", "win32", NULL), g_build_filename(own, "..", "guest-agent", "win32", NULL),
        g_build_filename(own, "..", "lib", "railhead", NULL), g_strdup(own), g_strdup("/usr/lib/railhead")};
    char *found = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        g_autofree char *file = g_build_filename(candidates[i], "railhead-guest-i686.exe", NULL);
        if (!found && g_file_test(file, G_FILE_TEST_IS_REGULAR))
            found = g_strdup(candidates[i]);
        g_free(candidates[i]);
    }
    return found;
}

void wine_init(Wine *wine, const char *data, const bool *cancelled) {
    wine->prefix = g_build_filename(data, "prefix", NULL);
    wine->guest_dir = find_guest_dir();
    wine->cancelled = cancelled;
    char **environment = g_get_environ();
    environment = g_environ_setenv(environment, "WINEPREFIX", wine->prefix, TRUE);
    environment = g_environ_setenv(environment, "WINEDEBUG", "-all", FALSE);
    environment =
        g_environ_setenv(environment, "WINEDLLOVERRIDES", "winemenubuilder.exe=d;mscoree=;mshtml=", TRUE);
    environment = g_environ_unsetenv(environment, "WINEARCH");
    if (!g_get_charset(NULL))
        environment = g_environ_setenv(environment, "LC_ALL", "C.UTF-8", TRUE);
    wine->environment = environment;
}

void wine_clear(Wine *wine) {
    g_free(wine->prefix);
    g_free(wine->guest_dir);
    g_strfreev(wine->environment);
    memset(wine, 0, sizeof(*wine));
}

static bool run(const Wine *wine, const char *const *argv, GError **error) {
    return child_run(argv, wine->environment, wine->cancelled, error);
}

static bool run_server(const Wine *wine, const char *option, GError **error) {
    const char *argv[] = {"wineserver", option, NULL};
    return run(wine, argv, error);
}

static void remove_tree(const char *path) {
    g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    g_remove(path);
}

static void replace_links(const char *folder) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            replace_links(path);
        else if (g_unlink(path) == 0)
            g_mkdir(path, 0700);
    }
}

// Real folders instead of links into the user's home, and no drive that shows the host's root: files of the
// host come over RDPDR, as they do in a Windows.
static void close_prefix(const Wine *wine) {
    g_autofree char *drive = g_build_filename(wine->prefix, "dosdevices", "z:", NULL);
    g_autofree char *users = g_build_filename(wine->prefix, "drive_c", "users", NULL);
    g_unlink(drive);
    replace_links(users);
}

// Programs start in C:\\, since no drive shows the folder this process was started in.
static void enter_drive(const Wine *wine) {
    g_autofree char *drive = g_build_filename(wine->prefix, "drive_c", NULL);
    if (chdir(drive) != 0)
        g_warning("%s cannot be entered", drive);
}

static bool apply_settings(const Wine *wine, GError **error) {
    g_autofree char *path = g_build_filename(wine->prefix, "drive_c", "railhead", "settings.reg", NULL);
    const char *argv[] = {"wine", "regedit", "/S", "C:\\railhead\\settings.reg", NULL};
    return g_file_set_contents(path, settings, -1, error) && run(wine, argv, error);
}

// Installed, all programs are in one folder; in the build tree the DLL has its own.
static char *find_program(const Wine *wine, const char *name) {
    char *path = g_build_filename(wine->guest_dir, name, NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return path;
    g_free(path);
    return g_build_filename(wine->guest_dir, "..", "embedded", "wtsapi32", name, NULL);
}

// Of the prefix: the machine that stands in the PE header of its kernel32.dll. The registry that tells it,
// too, is not on the disk before Wine's server ends.
static const char *architecture(const Wine *wine) {
    g_autofree char *path =
        g_build_filename(wine->prefix, "drive_c", "windows", "system32", "kernel32.dll", NULL);
    uint8_t untrusted_head[1024] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, untrusted_head, sizeof(untrusted_head));
    if (fd >= 0)
        close(fd);
    size_t at = untrusted_head[PE_OFFSET] | (size_t)untrusted_head[PE_OFFSET + 1] << 8;
    if (size < (ssize_t)sizeof(untrusted_head) || at + PE_MACHINE + 2 > sizeof(untrusted_head))
        return "x86_64";
    const uint8_t *machine = untrusted_head + at + PE_MACHINE;
    return (machine[0] | machine[1] << 8) == PE_MACHINE_I386 ? "i686" : "x86_64";
}

static bool copy_program(const Wine *wine, size_t index, GError **error) {
    const char *suffix = programs[index].suffix;
    g_autofree char *name = g_strconcat(programs[index].name, suffix, NULL);
    g_autofree char *built = g_strconcat(programs[index].name, "-", architecture(wine), suffix, NULL);
    g_autofree char *from = find_program(wine, built);
    g_autofree char *to = g_build_filename(wine->prefix, "drive_c", "railhead", name, NULL);
    g_autofree char *bytes = NULL, *old = NULL;
    size_t size = 0, old_size = 0;
    if (!g_file_get_contents(from, &bytes, &size, error))
        return false;
    if (g_file_get_contents(to, &old, &old_size, NULL) && old_size == size && !memcmp(bytes, old, size))
        return true;
    return g_file_set_contents(to, bytes, (gssize)size, error);
}

static bool copy_programs(const Wine *wine, GError **error) {
    if (!wine->guest_dir) {
        g_warning("the guest agent's programs were not found; there will be no published applications");
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        if (!copy_program(wine, i, error))
            return false;
    return true;
}

static bool publish_accessories(const Wine *wine, GError **error) {
    if (!wine->guest_dir)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(accessories); i++) {
        const char *argv[] = {"wine",
                              "C:\\railhead\\railhead-shortcut.exe",
                              "common",
                              "Accessories",
                              accessories[i].name,
                              accessories[i].target,
                              NULL};
        g_autoptr(GError) reason = NULL;
        if (!run(wine, argv, &reason))
            g_warning("%s is not published: %s", accessories[i].name, reason ? reason->message : "cancelled");
        if (*wine->cancelled)
            return false;
    }
    return true;
}

// Wine does not find its own fonts by the drive that was taken away; without Marlett the caption buttons are
// letters.
static void link_fonts(const Wine *wine) {
    static const char folder[] = "/usr/share/wine/fonts";
    g_autofree char *fonts = g_build_filename(wine->prefix, "drive_c", "windows", "Fonts", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    g_mkdir_with_parents(fonts, 0755);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *from = g_build_filename(folder, name, NULL);
        g_autofree char *to = g_build_filename(fonts, name, NULL);
        if (symlink(from, to) != 0 && errno != EEXIST)
            g_warning("%s: %s", to, g_strerror(errno));
    }
}

static bool make_prefix(Wine *wine, GError **error) {
    const char *boot[] = {"wine", "wineboot", "-i", NULL};
    g_autofree char *own = g_build_filename(wine->prefix, "drive_c", "railhead", NULL);
    stage(wine, "Preparing Windows programs (first start only)");
    remove_tree(wine->prefix);
    if (g_mkdir_with_parents(wine->prefix, 0700) != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be made", wine->prefix);
        return false;
    }
    if (!run_server(wine, "-p", error) || !run(wine, boot, error))
        return false;
    close_prefix(wine);
    link_fonts(wine);
    g_mkdir(own, 0755);
    enter_drive(wine);
    stage(wine, "Publishing the accessories");
    return apply_settings(wine, error) && copy_programs(wine, error) && publish_accessories(wine, error);
}

// Wine's first boot of a prefix has been seen to fail at once ("could not load kernel32.dll") for no reason
// of the prefix, and to work on a new one.
static bool make_prefix_twice(Wine *wine, GError **error) {
    g_autoptr(GError) reason = NULL;
    if (make_prefix(wine, &reason))
        return true;
    if (*wine->cancelled)
        return false;
    g_warning("the Windows environment is made once more: %s", reason ? reason->message : "unknown reason");
    run_server(wine, "-k", NULL);
    return make_prefix(wine, error);
}

// Those of a prefix that an earlier version has made.
static bool renew_settings(const Wine *wine, const char *marker, GError **error) {
    g_autofree char *text = NULL;
    if (!g_file_get_contents(marker, &text, NULL, error))
        return false;
    if (strcmp(text, MARKER_TEXT) == 0)
        return true;
    return apply_settings(wine, error) && g_file_set_contents(marker, MARKER_TEXT, -1, error);
}

bool wine_prepare(Wine *wine, GError **error) {
    g_autofree char *marker = g_build_filename(wine->prefix, MARKER, NULL);
    if (g_file_test(wine->prefix, G_FILE_TEST_IS_DIR))
        run_server(wine, "-k", NULL); // what an earlier, killed run left behind
    if (!g_file_test(marker, G_FILE_TEST_IS_REGULAR)) {
        if (!make_prefix_twice(wine, error) || *wine->cancelled)
            return false;
        return g_file_set_contents(marker, MARKER_TEXT, -1, error);
    }
    stage(wine, "Starting Windows programs");
    close_prefix(wine);
    enter_drive(wine);
    return run_server(wine, "-p", error) && copy_programs(wine, error) && renew_settings(wine, marker, error);
}

GPid wine_start(const Wine *wine, const char *const *argv, int stdin_fd, int stdout_fd, GError **error) {
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_ptr_array_add(all, (char *)"wine");
    for (size_t i = 0; argv[i]; i++)
        g_ptr_array_add(all, (char *)argv[i]);
    g_ptr_array_add(all, NULL);
    return child_start((const char *const *)all->pdata, wine->environment, stdin_fd, stdout_fd, -1, error);
}

void wine_stop(Wine *wine) {
    const bool no = false;
    if (!wine->prefix || !g_file_test(wine->prefix, G_FILE_TEST_IS_DIR))
        return;
    const char *end[] = {"wineserver", "-k", NULL};
    child_run(end, wine->environment, &no, NULL);
}
