// SPDX-License-Identifier: Apache-2.0
// Starts railhead-session with its end of the link as descriptor 3, inside bubblewrap where that works here,
// and tells once when it is over. Whether it works is tried once, with the very program in the very view;
// what is sent meanwhile waits in the link. While it is connected it is asked again and again, and answers
// with how long its guest has been quiet. Owned by a Guest; main loop of the agent. Never waits.
#include "host-agent/session-process.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "host-agent/heartbeat.h"
#include "host-agent/machine/folders.h"
#include "host-agent/process-end.h"
#include "host-agent/session-view.h"
#include "rail/catalogue-message.h"
#include "rail/message.h"

#define LINK_FD  3
#define FILES_FD 4

#define TRIAL_TIMEOUT_S 10

struct SessionProcess {
    GSubprocess *trial, *process;
    guint trial_timeout;
    char *socket, *log_file;
    int peer, files; // the session's end of the link, and to railhead-files, until it is started; or -1
    GCancellable *cancel;
    Link *link;
    SessionCallbacks callbacks;
    gpointer user;
    Heartbeat heartbeat;
    guint beat;
    bool sandboxed, link_closed;
};

typedef enum Verdict { UNTRIED, WORKS, FAILS } Verdict;

// With and without a network are two things: not everybody may make one.
static Verdict *bubblewrap_verdict(const SessionProcess *session) {
    static Verdict verdicts[2];
    return &verdicts[session->socket != NULL];
}

static void tell_ended(SessionProcess *session, const char *text) {
    SessionOnEnded on_ended = session->callbacks.ended;
    session->callbacks.ended = NULL;
    g_clear_handle_id(&session->beat, g_source_remove);
    if (on_ended)
        on_ended(text, session->user);
}

static void on_link_closed(const GError *error, gpointer data) {
    SessionProcess *session = data;
    session->link_closed = true;
    if (session->process)
        process_end(g_object_ref(session->process));
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

static int64_t now_ms(void) {
    return g_get_monotonic_time() / G_TIME_SPAN_MILLISECOND;
}

static void tell_silence(SessionProcess *session, bool before) {
    if (session->heartbeat.silent != before)
        session->callbacks.silent(session->heartbeat.silent, session->user);
}

static gboolean on_beat(gpointer data);

static void beat(SessionProcess *session) {
    WireWriter writer;
    Intent ping;
    wire_writer_init(&writer);
    u32_encode(&writer, 0);
    intent_init(&ping, INTENT_PUBLICATION);
    ping.as.publication.type = MESSAGE_PING;
    ping.as.publication.size = (uint16_t)writer.size;
    ping.as.publication.body = writer.data;
    session_process_send(session, &ping);
    wire_writer_clear(&writer);
    g_clear_handle_id(&session->beat, g_source_remove);
    session->beat = g_timeout_add(heartbeat_interval(&session->heartbeat), on_beat, session);
}

static gboolean on_beat(gpointer data) {
    SessionProcess *session = data;
    bool before = session->heartbeat.silent;
    session->beat = 0;
    heartbeat_time_passed(&session->heartbeat, now_ms());
    beat(session);
    tell_silence(session, before);
    return G_SOURCE_REMOVE;
}

// Whether the event was the answer to a ping.
static bool take_answer(SessionProcess *session, const DeskEvent *event) {
    uint32_t quiet;
    bool before = session->heartbeat.silent;
    if (event->kind != DESK_EVENT_PUBLICATION || event->as.publication.type != MESSAGE_PONG)
        return false;
    if (u32_decode(event->as.publication.body, event->as.publication.size, &quiet)) {
        heartbeat_answered(&session->heartbeat, quiet, now_ms());
        tell_silence(session, before);
    }
    return true;
}

static void watch_state(SessionProcess *session, SessionState state) {
    if (state == SESSION_CONNECTED && !session->beat) {
        heartbeat_begin(&session->heartbeat, now_ms());
        beat(session);
    }
    if (state == SESSION_ENDED)
        g_clear_handle_id(&session->beat, g_source_remove);
}

static void on_link_event(DeskEvent *event, int fd, gpointer data) {
    SessionProcess *session = data;
    if (take_answer(session, event))
        return;
    if (event->kind == DESK_EVENT_SESSION)
        watch_state(session, event->as.session.state);
    session->callbacks.event(event, fd, session->user);
}

static GSubprocess *spawn(const SessionProcess *session, bool sandboxed, int peer, int files,
                          const char *option, GError **error) {
    g_autofree char *program = program_find("railhead-session"), *bwrap = g_find_program_in_path("bwrap");
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    if (!program) {
        if (peer >= 0)
            close(peer);
        if (files >= 0)
            close(files);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "railhead-session is not installed");
        return NULL;
    }
    if (sandboxed)
        session_view_add(argv, bwrap, program, session->socket);
    g_ptr_array_add(argv, g_strdup(program));
    if (option)
        g_ptr_array_add(argv, g_strdup(option));
    g_ptr_array_add(argv, NULL);
    g_auto(GStrv) environment = session_view_environment();
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_subprocess_launcher_take_stdout_fd(launcher, folder_open_log(session->log_file));
    g_subprocess_launcher_set_flags(launcher, G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_subprocess_launcher_set_environ(launcher, environment);
    if (peer >= 0)
        g_subprocess_launcher_take_fd(launcher, peer, LINK_FD);
    if (files >= 0)
        g_subprocess_launcher_take_fd(launcher, files, FILES_FD);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, error);
}

static bool start(SessionProcess *session, GError **error) {
    int peer = session->peer, files = session->files;
    session->peer = session->files = -1;
    session->sandboxed = *bubblewrap_verdict(session) == WORKS;
    session->process = spawn(session, session->sandboxed, peer, files, files >= 0 ? "--files" : NULL, error);
    if (session->process)
        g_subprocess_wait_async(session->process, session->cancel, on_process_ended, session);
    return session->process != NULL;
}

static void finish_trial(SessionProcess *session, bool works) {
    g_autoptr(GError) error = NULL;
    *bubblewrap_verdict(session) = works ? WORKS : FAILS;
    if (!works)
        g_message("bubblewrap does not work here: the session runs with its own restrictions only");
    g_clear_handle_id(&session->trial_timeout, g_source_remove);
    g_clear_object(&session->trial);
    if (!start(session, &error))
        tell_ended(session, error->message);
}

static void on_trial_ended(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    bool works = g_subprocess_wait_check_finish(G_SUBPROCESS(source), result, &error);
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        finish_trial(data, works);
}

static gboolean on_trial_timeout(gpointer data) { // it ends, and on_trial_ended is told
    SessionProcess *session = data;
    session->trial_timeout = 0;
    g_subprocess_force_exit(session->trial);
    return G_SOURCE_REMOVE;
}

// false: there is nothing to try.
static bool try_bubblewrap(SessionProcess *session) {
    g_autofree char *bwrap = g_find_program_in_path("bwrap");
    if (*bubblewrap_verdict(session) != UNTRIED)
        return false;
    session->trial = bwrap ? spawn(session, true, -1, -1, "--version", NULL) : NULL;
    if (!session->trial) {
        *bubblewrap_verdict(session) = FAILS;
        g_message("bubblewrap is not here: the session runs with its own restrictions only");
        return false;
    }
    session->trial_timeout = g_timeout_add_seconds(TRIAL_TIMEOUT_S, on_trial_timeout, session);
    g_subprocess_wait_check_async(session->trial, session->cancel, on_trial_ended, session);
    return true;
}

SessionProcess *session_process_new(const char *socket, int files, const char *log_file,
                                    const SessionCallbacks *callbacks, gpointer user, GError **error) {
    int fds[2];
    if (!link_pair(fds, error)) {
        if (files >= 0)
            close(files);
        return NULL;
    }
    SessionProcess *session = g_new0(SessionProcess, 1);
    session->socket = g_strdup(socket);
    session->log_file = g_strdup(log_file);
    session->peer = fds[1];
    session->files = files;
    session->cancel = g_cancellable_new();
    session->callbacks = *callbacks;
    session->user = user;
    session->link = link_new_agent_end(fds[0], on_link_event, on_link_closed, session);
    if (!try_bubblewrap(session) && !start(session, error)) {
        session_process_free(session);
        return NULL;
    }
    return session;
}

void session_process_free(SessionProcess *session) {
    if (!session)
        return;
    g_cancellable_cancel(session->cancel);
    link_free(session->link);
    g_clear_handle_id(&session->trial_timeout, g_source_remove);
    g_clear_handle_id(&session->beat, g_source_remove);
    if (session->trial)
        g_subprocess_force_exit(session->trial);
    process_end(session->process);
    if (session->peer >= 0)
        close(session->peer);
    if (session->files >= 0)
        close(session->files);
    g_clear_object(&session->trial);
    g_object_unref(session->cancel);
    g_free(session->socket);
    g_free(session->log_file);
    g_free(session);
}

bool session_process_send(SessionProcess *session, const Intent *intent) {
    return !session->link_closed && link_send_intent(session->link, intent);
}

void session_process_check(SessionProcess *session) {
    if (session->beat)
        beat(session);
}

int session_process_pid(const SessionProcess *session) {
    const char *pid = session->process ? g_subprocess_get_identifier(session->process) : NULL;
    return pid ? atoi(pid) : 0;
}

bool session_process_is_sandboxed(const SessionProcess *session) {
    return session->sandboxed;
}
