// SPDX-License-Identifier: Apache-2.0
// The desktop and the kernel: X server, services on the session bus, and limits that guests run into.
// Process: railhead; changes nothing.
#include "host-agent/doctor.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "host-agent/machine/folders.h"
#include "host-agent/secrets/password-prompt.h"

#define INOTIFY_SPARE 8 // instances that a Wine needs for itself
#define MEMLOCK_LEAST 65536

typedef struct Trait {
    const char *name; // as railhead-agent --check-display says it
    Verdict without;
    const char *meaning;
} Trait;

static const Trait traits[] = {
    {"shm", VERDICT_POOR, "pictures go through the X socket (a display of another machine?)"},
    {"shm-fds", VERDICT_POOR, "pictures are copied once more: MIT-SHM is older than 1.2"},
    {"randr", VERDICT_POOR, "all monitors count as one"},
    {"sync", VERDICT_POOR, "live resizing is not paced"},
    {"xkb", VERDICT_POOR, "switches of the keyboard layout are not seen"},
    {"input", VERDICT_POOR, "menus of guests do not close by a click beside them"},
    {"fixes", VERDICT_BAD, "pointers of guests cannot be shown"},
    {"manager", VERDICT_POOR, "no window manager that speaks EWMH runs"},
    {"composited", VERDICT_GOOD, ""},
    {"argb", VERDICT_POOR, "layered windows are opaque"},
};

static char *display_traits(void) {
    g_autofree char *agent = program_find("railhead-agent");
    char *argv[] = {agent, "--check-display", NULL}, *text = NULL;
    int status = 1;
    if (!agent ||
        !g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL, &status, NULL) ||
        !g_spawn_check_wait_status(status, NULL))
        g_clear_pointer(&text, g_free);
    return text;
}

static void check_display(Findings *findings) {
    g_autofree char *text = display_traits();
    const char *name = g_getenv("DISPLAY");
    if (!text) {
        findings_add(findings, "display", VERDICT_BAD,
                     "run it inside a desktop session, on Wayland with Xwayland",
                     "the X display \"%s\" cannot be opened", name ? name : "");
        return;
    }
    g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
    findings_add(findings, "display", VERDICT_GOOD, "", "the X display %s", name ? name : "");
    for (size_t i = 0; i < G_N_ELEMENTS(traits); i++) {
        if (traits[i].without == VERDICT_GOOD)
            continue;
        g_autofree char *subject = g_strconcat("display: ", traits[i].name, NULL);
        bool has = g_strv_contains((const char *const *)words, traits[i].name);
        findings_add(findings, subject, has ? VERDICT_GOOD : traits[i].without, "use an X server that has it",
                     "%s", has ? "there" : traits[i].meaning);
    }
}

static bool bus_has(GDBusConnection *bus, const char *method, const char *name) {
    bool is_list = g_str_has_prefix(method, "List");
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
        is_list ? NULL : g_variant_new("(s)", name), NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL, NULL);
    if (!answer)
        return false;
    if (is_list) {
        g_auto(GStrv) names = NULL;
        g_variant_get(answer, "(^as)", &names);
        return g_strv_contains((const char *const *)names, name);
    }
    gboolean has = FALSE;
    g_variant_get(answer, "(b)", &has);
    return has;
}

static void check_secrets(Findings *findings, GDBusConnection *bus) {
    bool runs = bus_has(bus, "NameHasOwner", "org.freedesktop.secrets");
    bool can = runs || bus_has(bus, "ListActivatableNames", "org.freedesktop.secrets");
    g_autofree char *prompt = password_prompt_program();
    findings_add(findings, "secret service", can ? VERDICT_GOOD : VERDICT_POOR,
                 "install gnome-keyring or KWallet, or give the password anew: railhead guest login NAME",
                 "%s",
                 runs  ? "runs: passwords of guests are kept there"
                 : can ? "starts when it is needed: passwords of guests are kept there"
                       : "there is none: passwords of guests are known until the agent ends");
    findings_add(findings, "password prompt", prompt ? VERDICT_GOOD : VERDICT_POOR,
                 "install pinentry-gtk2, pinentry-gnome3 or pinentry-qt", "%s",
                 prompt ? prompt : "nothing can ask for a password when a launcher is clicked");
}

static void check_bus(Findings *findings) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
    if (!bus) {
        findings_add(findings, "session bus", VERDICT_BAD,
                     "run it in a desktop session, or under dbus-run-session", "%s", error->message);
        return;
    }
    bool activatable = bus_has(bus, "ListActivatableNames", "org.railhead.Agent");
    bool tray = bus_has(bus, "NameHasOwner", "org.kde.StatusNotifierWatcher");
    findings_add(findings, "session bus", VERDICT_GOOD, "", "there%s",
                 activatable ? ", and starts the agent" : "");
    findings_add(findings, "tray", tray ? VERDICT_GOOD : VERDICT_POOR,
                 "use a panel with StatusNotifier support (on GNOME the extension AppIndicator)", "%s",
                 tray ? "a panel shows status icons" : "no panel shows status icons (StatusNotifierWatcher)");
    check_secrets(findings, bus);
}

static void check_fuse(Findings *findings) {
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    int error = errno;
    if (fd >= 0)
        close(fd);
    findings_add(findings, "fuse", fd >= 0 ? VERDICT_GOOD : VERDICT_POOR,
                 error == ENOENT ? "load the module fuse" : "give your user access to /dev/fuse", "%s",
                 fd >= 0 ? "embedded guests can have files"
                         : "/dev/fuse cannot be opened: embedded guests get no files");
}

// Open inotify instances of this user's processes: links in /proc say what each descriptor is.
static guint inotify_instances(void) {
    guint count = 0;
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    const char *pid;
    while (proc && (pid = g_dir_read_name(proc))) {
        g_autofree char *folder = g_build_filename("/proc", pid, "fd", NULL);
        struct stat about;
        g_autoptr(GDir) fds = g_ascii_isdigit(*pid) ? g_dir_open(folder, 0, NULL) : NULL;
        const char *fd;
        if (!fds || stat(folder, &about) < 0 || about.st_uid != getuid())
            continue;
        while ((fd = g_dir_read_name(fds))) {
            g_autofree char *path = g_build_filename(folder, fd, NULL);
            g_autofree char *target = g_file_read_link(path, NULL);
            count += g_strcmp0(target, "anon_inode:inotify") == 0;
        }
    }
    return count;
}

static void check_inotify(Findings *findings) {
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/sys/fs/inotify/max_user_instances", &text, NULL, NULL))
        return;
    guint most = (guint)g_ascii_strtoull(text, NULL, 10), used = inotify_instances();
    bool enough = used + INOTIFY_SPARE <= most;
    findings_add(findings, "inotify", enough ? VERDICT_GOOD : VERDICT_POOR,
                 "raise the limit: sysctl fs.inotify.max_user_instances=512", "%u of %u instances are used%s",
                 used, most, enough ? "" : ": programs of an embedded guest do not see new files any more");
}

static void check_memory(Findings *findings) {
    struct rlimit limit = {0};
    int fd = memfd_create("railhead-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool sealed =
        fd >= 0 && ftruncate(fd, 4096) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0;
    if (fd >= 0)
        close(fd);
    findings_add(findings, "shared memory", sealed ? VERDICT_GOOD : VERDICT_BAD, "a kernel of 3.17 or newer",
                 "%s", sealed ? "sealed memfds work" : "no sealed memfd can be made: no window can be shown");
    getrlimit(RLIMIT_MEMLOCK, &limit);
    bool enough = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= MEMLOCK_LEAST;
    findings_add(findings, "locked memory", enough ? VERDICT_GOOD : VERDICT_POOR,
                 "raise the limit memlock (ulimit -l) to 64 kB or more", "%s",
                 enough ? "passwords can be kept out of swap" : "passwords may be written to swap");
}

void doctor_check_desktop(Findings *findings) {
    check_display(findings);
    check_bus(findings);
}

void doctor_check_system(Findings *findings) {
    check_fuse(findings);
    check_inotify(findings);
    check_memory(findings);
}
