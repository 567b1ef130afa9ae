// SPDX-License-Identifier: Apache-2.0
// Reads a password from the terminal without echo, or a line of stdin, and hands it to the agent through a
// pipe: it is in no argument, no environment and no message of the bus. Process: railhead.
#include "host-agent/cli-login.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/cli-answer.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile.h"
#include "host-agent/refused-certificate.h"

#define PASSWORD_MAX INTENT_TEXT_MAX

bool cli_login_has_terminal(void) {
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

// Up to the end of the line; more than a password may have, or none, is false. No stdio, which has buffers.
static bool read_line(char *ret_line, size_t size) {
    size_t used = 0;
    for (;;) {
        char byte;
        ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || (got == 0 && used == 0))
            return false;
        if (got == 0 || byte == '\n')
            break;
        if (used + 1 == size)
            return false;
        ret_line[used++] = byte;
    }
    ret_line[used] = '\0';
    return true;
}

static bool read_without_echo(const char *question, char *ret_line, size_t size) {
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return read_line(ret_line, size);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG); // what interrupts would leave the terminal silent
    fprintf(stderr, "%s: ", question);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    bool good = read_line(ret_line, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return good && !strpbrk(ret_line, "\x03\x1c"); // control C and control backslash
}

static int send_password(const char *guest, int read_end) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GUnixFDList) list = g_unix_fd_list_new_from_array(&read_end, 1); // takes it over
    g_autoptr(GDBusConnection) bus = agent_client_connect(true, &error);
    const char *problem = "";
    if (!bus)
        return cli_fail(error);
    g_autoptr(GVariant) answer = g_dbus_connection_call_with_unix_fd_list_sync(
        bus, AGENT_BUS_NAME, AGENT_PATH, AGENT_INTERFACE, "Login", g_variant_new("(sh)", guest, 0),
        G_VARIANT_TYPE("(s)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, list, NULL, NULL, &error);
    if (!answer) {
        g_dbus_error_strip_remote_error(error);
        return cli_fail(error);
    }
    g_variant_get(answer, "(&s)", &problem);
    if (*problem)
        fprintf(stderr, "railhead: known until the agent ends: %s\n", problem);
    return 0;
}

static int ask_and_send(const char *guest, const char *user, bool terminal) {
    char password[PASSWORD_MAX + 1] = "";
    int ends[2];
    g_autofree char *question = g_strdup_printf("Password of %s for the guest %s", user, guest);
    mlock(password, sizeof password);
    bool good = terminal ? read_without_echo(question, password, sizeof password)
                         : read_line(password, sizeof password);
    size_t length = strlen(password);
    password[length] = '\n'; // fits: the last byte of a line is never used
    if (good && pipe2(ends, O_CLOEXEC) == 0) {
        good = write(ends[1], password, length + 1) == (ssize_t)length + 1; // less than a pipe holds
        close(ends[1]);
    } else {
        good = false;
    }
    explicit_bzero(password, sizeof password);
    return good ? send_password(guest, ends[0]) : cli_refuse(AGENT_ERROR_FAILED, "no password was given");
}

static int forget(const char *guest) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(true, &error);
    g_autoptr(GVariant) answer =
        bus ? agent_client_call(bus, "Forget", g_variant_new("(s)", guest), &error) : NULL;
    return answer ? 0 : cli_fail(error);
}

int cli_guest_login(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(Profile) profile = profile_load(folder, line->arguments[0], &error);
    if (!profile)
        return cli_fail(error);
    if (!profile_needs_password(profile))
        return cli_refuse(AGENT_ERROR_USAGE,
                          "the guest %s has no user to log on with: railhead guest set %s user=NAME",
                          profile->name, profile->name);
    if (line->forget)
        return forget(profile->name);
    return ask_and_send(profile->name, profile->user, cli_login_has_terminal());
}

static GVariant *guests(void) {
    g_autoptr(GDBusConnection) bus = agent_client_connect(false, NULL);
    g_autoptr(GVariant) answer = bus ? agent_client_call(bus, "Status", NULL, NULL) : NULL;
    g_autoptr(GVariant) status = answer ? g_variant_get_child_value(answer, 0) : NULL;
    return status ? g_variant_lookup_value(status, "guests", G_VARIANT_TYPE("aa{sv}")) : NULL;
}

bool cli_login_offer(void) {
    g_autoptr(GVariant) list = guests();
    bool given = false;
    for (gsize i = 0; list && i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) guest = g_variant_get_child_value(list, i);
        gboolean needed = FALSE;
        g_variant_lookup(guest, "login_needed", "b", &needed);
        if (needed && ask_and_send(output_text(guest, "name"), output_text(guest, "user"), true) == 0)
            given = true;
    }
    return given;
}

static int accept_certificate(const Profile *profile, const char *fingerprint) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles(), *pair = g_strconcat("certificate=", fingerprint, NULL);
    char *pairs[] = {pair, NULL};
    if (!profile_edit(folder, profile->name, pairs, &error))
        return cli_fail(error);
    refused_certificate_remove(profile->name);
    g_autoptr(Profile) changed = profile_load(folder, profile->name, NULL);
    if (*profile->certificate)
        printf("%s had to show sha256:%s\n", profile->name, profile->certificate);
    printf("%s has to show sha256:%s from now on\n", profile->name, changed ? changed->certificate : "?");
    return cli_tell_agent();
}

int cli_guest_trust(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(Profile) profile = profile_load(folder, line->arguments[0], &error);
    if (!profile)
        return cli_fail(error);
    if (line->count > 1)
        return accept_certificate(profile, line->arguments[1]);
    g_autofree char *shown = refused_certificate_load(profile->name);
    if (shown)
        return accept_certificate(profile, shown);
    return cli_refuse(AGENT_ERROR_FAILED, "the guest %s has shown no other certificate than it has to (%s%s)",
                      profile->name, *profile->certificate ? "sha256:" : "it was not seen yet",
                      profile->certificate);
}
