// SPDX-License-Identifier: Apache-2.0
// The programs that railhead is made of and starts, and the version of FreeRDP behind the session. Process:
// railhead; starts each program for a moment.
#include "host-agent/doctor.h"
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include "host-agent/machine/folders.h"

#define LAST_SECURITY_FIXES "3.32.2"

// Known holes of the library, which a guest can reach, and how each is met while the version has it.
typedef struct Hole {
    const char *fixed, *what, *met;
} Hole;

static const Hole holes[] = {
    {"3.20.1", "drives, serial ports (CVE-2026-22854, 22856, 22857)", "not used: files are railhead's own"},
    {"3.21.0", "glyphs, ClearCodec, surfaces (CVE-2026-23531 to 23534, 23732)", NULL},
    {"3.23.0", "window icons, ClearCodec, RDPGFX (CVE-2026-26271, 26955, 25941)", NULL},
    {"3.26.0", "RDPGFX cache (CVE-2026-40033, 44421)", NULL},
    {"3.28.0", "planar codec (CVE-2026-57158)", NULL},
    {"3.32.0", "protection that was not asked for (CVE-2026-109952)", "refused before a password is sent"},
    {"3.32.0", "clipboard, video (CVE-2026-109247, 109248, 109251)", "not used"},
    {"3.32.2", "dynamic channels (CVE-2026-114042, 121953)", NULL},
};

static guint number_of(const char *version) {
    guint major = 0, minor = 0, patch = 0;
    sscanf(version, "%3u.%3u.%3u", &major, &minor, &patch);
    return (major * 1000 + minor) * 1000 + patch;
}

void doctor_judge_freerdp(Findings *findings, const char *version) {
    guint have = number_of(version);
    g_autoptr(GString) met = g_string_new(NULL), open = g_string_new(NULL);
    if (have >= number_of(LAST_SECURITY_FIXES)) {
        findings_add(findings, "freerdp", VERDICT_GOOD, "", "%s, with all security fixes that are known here",
                     version);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(holes); i++) {
        const Hole *hole = &holes[i];
        if (have >= number_of(hole->fixed))
            continue;
        GString *to = hole->met ? met : open;
        g_string_append_printf(to, "%s%s%s%s", to->len ? "; " : "", hole->what, hole->met ? ": " : "",
                               hole->met ? hole->met : "");
    }
    findings_add(
        findings, "freerdp", VERDICT_POOR,
        "install a newer FreeRDP where your distribution has one; connect only to guests that you trust",
        "%s is older than %s, the last with security fixes. Switched off or refused because of that: "
        "%s. Held by the sandbox alone: %s",
        version, LAST_SECURITY_FIXES, met->len ? met->str : "nothing", open->len ? open->str : "nothing");
    if (have < number_of("3.15.0"))
        findings_add(findings, "freerdp and Windows XP", VERDICT_GOOD, "",
                     "older than 3.15.0, whose RC4 fails with several threads: the session sends from one");
}

// The first line that a program says, or NULL.
static char *first_line(const char *program, const char *option, bool *ret_there) {
    g_autofree char *path = program_find(program);
    *ret_there = path != NULL;
    if (!path)
        return NULL;
    g_autoptr(GSubprocess) process = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, path, option, NULL);
    g_autofree char *text = NULL;
    if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, &text, NULL, NULL) ||
        !g_subprocess_get_successful(process) || !text)
        return NULL;
    return g_steal_pointer(&text);
}

static void check_program(Findings *findings, const char *program, bool is_needed) {
    bool there;
    g_autofree char *text = first_line(program, "--version", &there);
    if (text)
        findings_add(findings, program, VERDICT_GOOD, "", "%s", strtok(text, "\n"));
    else if (there)
        findings_add(findings, program, VERDICT_BAD, "install railhead again: a library may be missing",
                     "it does not start");
    else
        findings_add(findings, program, is_needed ? VERDICT_BAD : VERDICT_POOR, "install railhead again",
                     "it is not installed");
}

static void check_session(Findings *findings) {
    bool there;
    g_autofree char *text = first_line("railhead-session", "--version", &there);
    const char *freerdp = text ? strstr(text, "FreeRDP ") : NULL;
    check_program(findings, "railhead-session", true);
    if (!freerdp)
        return;
    g_autofree char *version = g_strdup(freerdp + strlen("FreeRDP "));
    doctor_judge_freerdp(findings, g_strstrip(version));
}

static void check_file(Findings *findings, const char *program, const char *remedy, const char *needed_for) {
    g_autofree char *path = program_find(program);
    if (path)
        findings_add(findings, program, VERDICT_GOOD, "", "%s", path);
    else
        findings_add(findings, program, VERDICT_POOR, remedy, "it is not installed; %s", needed_for);
}

static void check_bubblewrap(Findings *findings) {
    g_autofree char *path = g_find_program_in_path("bwrap");
    int status = 1;
    char *argv[] = {path, "--unshare-all", "--ro-bind", "/", "/", "--", "/bin/true", NULL};
    bool works = path &&
                 g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                              NULL, NULL, NULL, &status, NULL) &&
                 g_spawn_check_wait_status(status, NULL);
    if (works)
        findings_add(findings, "bubblewrap", VERDICT_GOOD, "", "the session sees nothing of your files");
    else
        findings_add(findings, "bubblewrap", VERDICT_POOR,
                     path ? "allow name spaces for users (sysctl kernel.unprivileged_userns_clone=1)"
                          : "install bubblewrap",
                     "%s: the session runs with Landlock and seccomp alone",
                     path ? "it does not work here" : "it is not installed");
}

void doctor_check_programs(Findings *findings) {
    check_program(findings, "railhead-agent", true);
    check_session(findings);
    check_file(findings, "railhead-files", "install railhead again", "guests get no files");
    check_file(findings, "railhead-embedded", "install railhead again", "there are no embedded guests");
    check_file(findings, "wine", "install wine", "embedded guests need it");
    check_file(findings, "Xvfb", "install xvfb", "embedded guests need it");
    check_bubblewrap(findings);
}
