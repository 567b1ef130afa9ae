// SPDX-License-Identifier: Apache-2.0
// The embedded guest as a machine: finds a running railhead-embedded by its lock, starts one that outlives
// the agent, reads its progress from the ready pipe, ends it by signal and watches it end. Owned by a Guest;
// main loop of the agent. Never trusts a socket file alone: the lock says whether a guest lives.
#include "host-agent/machine/backend.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include "host-agent/machine/folders.h"

#define READY_FD        3
#define START_TIMEOUT_S 300
#define STOP_TIMEOUT_S  5

typedef struct Embedded Embedded;
typedef void (*OnEnded)(Embedded *embedded, const char *failure);

struct Embedded {
    Machine base;
    char *name, *runtime;
    char *address, *user, *password, *fingerprint;
    GSubprocess *process; // that was started last, which may not hold the lock yet
    int pidfd;            // of the one that is ending, or -1
    guint end_watch, end_timeout;
    bool killed;
    OnEnded on_ended;
    GDataInputStream *lines;
    GCancellable *cancel;
    guint timeout, failed_soon;
    char *last_stage;
};

static pid_t lock_holder(const Embedded *embedded) {
    g_autofree char *path = g_build_filename(embedded->runtime, "lock", NULL);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return 0;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    pid_t pid = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
    close(fd);
    return pid;
}

static bool socket_answers(const char *path) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof name.sun_path)
        return false;
    strcpy(name.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answers =
        fd >= 0 && (connect(fd, (struct sockaddr *)&name, sizeof name) == 0 || errno == EAGAIN); // busy
    if (fd >= 0)
        close(fd);
    return answers;
}

static void forget_start(Embedded *embedded) {
    if (embedded->cancel)
        g_cancellable_cancel(embedded->cancel);
    g_clear_object(&embedded->cancel);
    g_clear_object(&embedded->lines);
    g_clear_handle_id(&embedded->timeout, g_source_remove);
    g_clear_handle_id(&embedded->failed_soon, g_source_remove);
}

static void finish(Embedded *embedded, const char *failure) {
    forget_start(embedded);
    if (!failure) {
        machine_set_ready(&embedded->base, NULL);
        return;
    }
    g_autoptr(GError) error = g_error_new(MACHINE_ERROR, MACHINE_ERROR_START,
                                          "the guest %s did not start: %s", embedded->name, failure);
    machine_set_ready(&embedded->base, error);
}

static void take_address(Embedded *embedded, const char *text) {
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint count = g_strv_length(words);
    if (count >= 2 && strcmp(words[0], "unix") == 0) {
        g_free(embedded->address);
        embedded->address = g_strdup(text + strlen("unix "));
    } else if (count == 5 && strcmp(words[0], "tcp") == 0) {
        g_free(embedded->address);
        embedded->address = g_strdup(words[1]);
        embedded->user = g_strdup(words[2]);
        embedded->password = g_strdup(words[3]);
        embedded->fingerprint = g_strdup(words[4]);
    } else {
        finish(embedded, "it gave an address that this version does not know");
        return;
    }
    finish(embedded, NULL);
}

static void read_next(Embedded *embedded);

static void take_line(Embedded *embedded, const char *line) {
    if (g_str_has_prefix(line, "stage ")) {
        g_free(embedded->last_stage);
        embedded->last_stage = g_strdup(line + strlen("stage "));
        g_message("%s: %s", embedded->name, embedded->last_stage);
        read_next(embedded);
    } else if (g_str_has_prefix(line, "ready ")) {
        take_address(embedded, line + strlen("ready "));
    } else if (g_str_has_prefix(line, "failed ")) {
        finish(embedded, line + strlen("failed "));
    } else {
        read_next(embedded);
    }
}

static void on_line(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    g_autofree char *line =
        g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, NULL, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    Embedded *embedded = data;
    if (line) {
        take_line(embedded, line);
        return;
    }
    g_autofree char *text =
        g_strdup_printf("it ended while: %s (see %s/embedded.log)",
                        embedded->last_stage ? embedded->last_stage : "starting", embedded->runtime);
    finish(embedded, text);
}

static void read_next(Embedded *embedded) {
    g_data_input_stream_read_line_async(embedded->lines, G_PRIORITY_DEFAULT, embedded->cancel, on_line,
                                        embedded);
}

static gboolean on_timeout(gpointer data) {
    Embedded *embedded = data;
    embedded->timeout = 0;
    g_autofree char *text = g_strdup_printf("it was not ready after %d s (%s)", START_TIMEOUT_S,
                                            embedded->last_stage ? embedded->last_stage : "no stage reached");
    finish(embedded, text);
    return G_SOURCE_REMOVE;
}

static void in_child(gpointer data) {
    setsid();
}

static bool spawn(Embedded *embedded, int ready_fd, GError **error) {
    g_autofree char *program = program_find("railhead-embedded");
    g_autofree char *data = folder_data(embedded->name);
    g_autofree char *log = g_build_filename(embedded->runtime, "embedded-output.log", NULL);
    g_autofree char *size = g_strdup_printf("%ux%u", embedded->base.width, embedded->base.height);
    if (!program) {
        g_set_error(error, MACHINE_ERROR, MACHINE_ERROR_MISSING, "railhead-embedded is not installed");
        close(ready_fd);
        return false;
    }
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_subprocess_launcher_take_stdout_fd(launcher, folder_open_log(log));
    g_subprocess_launcher_set_flags(launcher, G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_subprocess_launcher_set_child_setup(launcher, in_child, NULL, NULL);
    g_subprocess_launcher_take_fd(launcher, ready_fd, READY_FD);
    g_subprocess_launcher_unsetenv(launcher, "DISPLAY");
    g_clear_object(&embedded->process);
    embedded->process = g_subprocess_launcher_spawn(launcher, error, program, "--name", embedded->name,
                                                    "--data", data, "--runtime", embedded->runtime, "--size",
                                                    size, "--ready-fd", G_STRINGIFY(READY_FD), NULL);
    return embedded->process != NULL;
}

static bool start_new(Embedded *embedded, GError **error) {
    g_autofree char *data = folder_data(embedded->name);
    int fds[2];
    if (!folder_make(embedded->runtime, error) || !folder_make(data, error) ||
        !g_unix_open_pipe(fds, FD_CLOEXEC, error))
        return false;
    g_autoptr(GInputStream) pipe = g_unix_input_stream_new(fds[0], TRUE);
    if (!spawn(embedded, fds[1], error))
        return false;
    embedded->lines = g_data_input_stream_new(pipe);
    embedded->cancel = g_cancellable_new();
    embedded->timeout = g_timeout_add_seconds(START_TIMEOUT_S, on_timeout, embedded);
    read_next(embedded);
    return true;
}

static gboolean on_failed_soon(gpointer data) {
    Embedded *embedded = data;
    embedded->failed_soon = 0;
    finish(embedded, embedded->last_stage);
    return G_SOURCE_REMOVE;
}

static void fail_soon(Embedded *embedded, const char *text) {
    g_free(embedded->last_stage);
    embedded->last_stage = g_strdup(text);
    if (!embedded->failed_soon)
        embedded->failed_soon = g_idle_add(on_failed_soon, embedded);
}

// The process that lives, as a descriptor that cannot come to mean another one; -1: none.
static int open_process(const Embedded *embedded) {
    pid_t holder = lock_holder(embedded);
    const char *started = embedded->process ? g_subprocess_get_identifier(embedded->process) : NULL;
    pid_t pid = holder > 0 ? holder : started ? atoi(started) : 0;
    int pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    if (pidfd >= 0 && holder > 0 && lock_holder(embedded) != holder) {
        close(pidfd);
        return -1;
    }
    return pidfd;
}

static void forget_end(Embedded *embedded) {
    g_clear_handle_id(&embedded->end_watch, g_source_remove);
    g_clear_handle_id(&embedded->end_timeout, g_source_remove);
    if (embedded->pidfd >= 0)
        close(embedded->pidfd);
    embedded->pidfd = -1;
    embedded->killed = false;
}

static gboolean on_ended(int pidfd, GIOCondition condition, gpointer data) {
    Embedded *embedded = data;
    embedded->end_watch = 0;
    forget_end(embedded);
    embedded->on_ended(embedded, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean on_end_timeout(gpointer data) {
    Embedded *embedded = data;
    if (!embedded->killed) {
        g_warning("%s: the guest did not end when asked and is killed", embedded->name);
        syscall(SYS_pidfd_send_signal, embedded->pidfd, SIGKILL, NULL, 0);
        embedded->killed = true;
        return G_SOURCE_CONTINUE;
    }
    embedded->end_timeout = 0;
    forget_end(embedded);
    embedded->on_ended(embedded, "it does not end");
    return G_SOURCE_REMOVE;
}

// false: nothing lives, and on_ended is not called.
static bool end_process(Embedded *embedded, OnEnded on_process_ended) {
    if (embedded->pidfd < 0) {
        embedded->pidfd = open_process(embedded);
        if (embedded->pidfd < 0)
            return false;
        syscall(SYS_pidfd_send_signal, embedded->pidfd, SIGTERM, NULL, 0);
        embedded->end_watch = g_unix_fd_add(embedded->pidfd, G_IO_IN, on_ended, embedded);
        embedded->end_timeout = g_timeout_add_seconds(STOP_TIMEOUT_S, on_end_timeout, embedded);
    }
    embedded->on_ended = on_process_ended;
    return true;
}

static void start_after(Embedded *embedded, const char *failure) {
    g_autoptr(GError) error = NULL;
    if (failure)
        fail_soon(embedded, failure);
    else if (!start_new(embedded, &error))
        fail_soon(embedded, error->message);
}

static void start(Machine *machine) {
    Embedded *embedded = (Embedded *)machine;
    g_autofree char *path = g_build_filename(embedded->runtime, "rdp.sock", NULL);
    forget_start(embedded);
    g_clear_pointer(&embedded->last_stage, g_free);
    if (lock_holder(embedded) > 0 && socket_answers(path)) {
        g_free(embedded->address);
        embedded->address = g_steal_pointer(&path);
        machine_set_ready_soon(machine);
    } else if (!end_process(embedded, start_after)) {
        start_after(embedded, NULL);
    }
}

static void tell_stopped(Embedded *embedded, const char *failure) {
    g_autoptr(GError) error =
        failure ? g_error_new(MACHINE_ERROR, MACHINE_ERROR_GONE, "the guest %s: %s", embedded->name, failure)
                : NULL;
    machine_set_stopped(&embedded->base, error);
}

static bool stop(Machine *machine) {
    Embedded *embedded = (Embedded *)machine;
    forget_start(embedded);
    return !end_process(embedded, tell_stopped);
}

static void address(Machine *machine, MachineAddress *ret_address) {
    Embedded *embedded = (Embedded *)machine;
    ret_address->address = embedded->address ? embedded->address : "";
    ret_address->user = embedded->user ? embedded->user : "";
    ret_address->password = embedded->password ? embedded->password : "";
    ret_address->fingerprint = embedded->fingerprint;
}

static const char *stage(const Machine *machine) {
    return ((const Embedded *)machine)->last_stage;
}

static void release(Machine *machine) {
    Embedded *embedded = (Embedded *)machine;
    forget_start(embedded);
    forget_end(embedded);
    g_clear_object(&embedded->process);
    g_free(embedded->name);
    g_free(embedded->runtime);
    g_free(embedded->address);
    g_free(embedded->user);
    g_free(embedded->password);
    g_free(embedded->fingerprint);
    g_free(embedded->last_stage);
    g_free(embedded);
}

static const MachineBackend backend = {
    .kind = "embedded", .start = start, .address = address, .stop = stop, .free = release, .stage = stage};

Machine *machine_new_embedded(const char *guest_name) {
    Embedded *embedded = g_new0(Embedded, 1);
    embedded->base.backend = &backend;
    embedded->name = g_strdup(guest_name);
    embedded->runtime = folder_runtime(guest_name);
    embedded->pidfd = -1;
    return &embedded->base;
}
