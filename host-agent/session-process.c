// SPDX-License-Identifier: Apache-2.0
// Starts railhead-session with its end of the link as descriptor 3, inside bubblewrap where that works here,
// and tells once when it is over. Owned by a Guest; main loop of the agent. Gives the session no display, no
// bus and none of the user's files.
#include "host-agent/session-process.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "host-agent/machine/folders.h"

#define LINK_FD 3

struct SessionProcess {
    GSubprocess *process;
    GCancellable *cancel;
    Link *link;
    LinkOnEvent on_event;
    SessionOnEnded on_ended;
    gpointer user;
    bool sandboxed, link_closed;
};

static bool bubblewrap_works(const char *bwrap) {
    static int works = -1;
    if (works < 0) {
        const char *argv[] = {bwrap,           "--ro-bind",     "/",      "/",
                              "--dev",         "/dev",          "--proc", "/proc",
                              "--unshare-ipc", "--unshare-pid", "true",   NULL};
        int status = -1;
        works = g_spawn_sync(NULL, (char **)argv, NULL,
                             G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_SEARCH_PATH,
                             NULL, NULL, NULL, NULL, &status, NULL) &&
                g_spawn_check_wait_status(status, NULL);
        if (!works)
            g_message("bubblewrap does not work here: the session runs with its own restrictions only");
    }
    return works;
}

static void add(GPtrArray *argv, ...) {
    va_list list;
    va_start(list, argv);
    for (const char *word; (word = va_arg(list, const char *));)
        g_ptr_array_add(argv, g_strdup(word));
    va_end(list);
}

static void add_sandbox(GPtrArray *argv, const char *bwrap, const char *program, const char *readable) {
    g_autofree char *folder = g_path_get_dirname(program);
    add(argv, bwrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs",
        "/run", "--tmpfs", g_get_home_dir(), "--ro-bind", folder, folder, NULL);
    if (readable)
        add(argv, "--ro-bind", readable, readable, NULL);
    add(argv, "--unshare-ipc", "--unshare-pid", "--die-with-parent", "--new-session", "--", NULL);
}

static void tell_ended(SessionProcess *session, const char *text) {
    SessionOnEnded on_ended = session->on_ended;
    session->on_ended = NULL;
    if (on_ended)
        on_ended(text, session->user);
}

static void on_link_closed(const GError *error, gpointer data) {
    SessionProcess *session = data;
    session->link_closed = true;
    g_subprocess_send_signal(session->process, SIGTERM);
    if (error)
        g_warning("the link to the session broke: %s", error->message);
}

static void on_process_ended(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    g_subprocess_wait_finish(G_SUBPROCESS(source), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    SessionProcess *session = data;
    g_autofree char *text = NULL;
    if (g_subprocess_get_if_signaled(session->process))
        text = g_strdup_printf("the session ended by signal %d", g_subprocess_get_term_sig(session->process));
    else
        text = g_strdup_printf("the session ended with status %d",
                               g_subprocess_get_exit_status(session->process));
    tell_ended(session, text);
}

static void on_link_event(DeskEvent *event, int fd, gpointer data) {
    SessionProcess *session = data;
    session->on_event(event, fd, session->user);
}

static GSubprocess *spawn(SessionProcess *session, int fd, const char *readable, const char *log_file,
                          GError **error) {
    g_autofree char *program = program_find("railhead-session"), *bwrap = g_find_program_in_path("bwrap");
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    if (!program) {
        close(fd);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "railhead-session is not installed");
        return NULL;
    }
    session->sandboxed = bwrap && bubblewrap_works(bwrap);
    if (session->sandboxed)
        add_sandbox(argv, bwrap, program, readable);
    add(argv, program, NULL);
    g_ptr_array_add(argv, NULL);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_subprocess_launcher_set_stdout_file_path(launcher, log_file);
    g_subprocess_launcher_set_flags(launcher, G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_subprocess_launcher_take_fd(launcher, fd, LINK_FD);
    static const char *const secret[] = {"DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
                                         "SSH_AUTH_SOCK"};
    for (size_t i = 0; i < G_N_ELEMENTS(secret); i++)
        g_subprocess_launcher_unsetenv(launcher, secret[i]);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, error);
}

SessionProcess *session_process_new(const char *readable, const char *log_file, LinkOnEvent on_event,
                                    SessionOnEnded on_ended, gpointer user, GError **error) {
    int fds[2];
    if (!link_pair(fds, error))
        return NULL;
    SessionProcess *session = g_new0(SessionProcess, 1);
    session->process = spawn(session, fds[1], readable, log_file, error);
    if (!session->process) {
        close(fds[0]);
        g_free(session);
        return NULL;
    }
    session->cancel = g_cancellable_new();
    session->on_event = on_event;
    session->on_ended = on_ended;
    session->user = user;
    session->link = link_new_agent_end(fds[0], on_link_event, on_link_closed, session);
    g_subprocess_wait_async(session->process, session->cancel, on_process_ended, session);
    return session;
}

void session_process_free(SessionProcess *session) {
    if (!session)
        return;
    session->on_ended = NULL;
    g_cancellable_cancel(session->cancel);
    link_free(session->link);
    g_subprocess_send_signal(session->process, SIGTERM);
    g_object_unref(session->process);
    g_object_unref(session->cancel);
    g_free(session);
}

bool session_process_send(SessionProcess *session, const Intent *intent) {
    return !session->link_closed && link_send_intent(session->link, intent);
}

int session_process_pid(const SessionProcess *session) {
    const char *pid = g_subprocess_get_identifier(session->process);
    return pid ? atoi(pid) : 0;
}

bool session_process_is_sandboxed(const SessionProcess *session) {
    return session->sandboxed;
}
