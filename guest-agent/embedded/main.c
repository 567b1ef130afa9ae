// SPDX-License-Identifier: Apache-2.0
// railhead-embedded: the guest that needs no Windows. Options, lock, log, signals, and the one loop. What it
// serves is in embedded.c. Never writes a password to the log: it goes to the ready descriptor alone.
#include "guest-agent/embedded/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIDE_MIN 640
#define SIDE_MAX 8192

typedef struct Options {
    char *name, *data, *runtime, *pixels, *listen, *size;
    gboolean no_rail;
    int ready_fd;
} Options;

typedef struct Program {
    GMainLoop *loop;
    Options options;
    int lock;
    bool cancelled;
} Program;

static void tell(Program *program, const char *word, const char *text) {
    if (program->options.ready_fd >= 0)
        dprintf(program->options.ready_fd, "%s %s\n", word, text);
}

static void on_stage(void *user, const char *text) {
    tell(user, "stage", text);
}

static void on_end(void *user) {
    Program *program = user;
    program->cancelled = true;
    g_main_loop_quit(program->loop);
}

static gboolean on_signal(gpointer user) {
    on_end(user);
    return G_SOURCE_CONTINUE;
}

static bool parse_arguments(Options *options, int *argc, char ***argv, GError **error) {
    options->ready_fd = -1;
    GOptionEntry entries[] = {
        {"name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Name of the guest", "NAME"},
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, "Folder of the guest's data", "DIR"},
        {"runtime", 0, 0, G_OPTION_ARG_FILENAME, &options->runtime, "Folder of sockets and lock", "DIR"},
        {"pixels", 0, 0, G_OPTION_ARG_STRING, &options->pixels, "How pixels travel",
         "auto|shared|gfx|legacy"},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &options->listen, "Where to listen", "unix|tcp"},
        {"size", 0, 0, G_OPTION_ARG_STRING, &options->size, "Size of the desktop", "WxH"},
        {"no-rail", 0, 0, G_OPTION_ARG_NONE, &options->no_rail,
         "Be a plain desktop, as a Windows without RAIL", NULL},
        {"ready-fd", 0, 0, G_OPTION_ARG_INT, &options->ready_fd, "Descriptor for stages and the address",
         "N"},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return false;
    if (options->name && options->data && options->runtime)
        return true;
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                        "--name, --data and --runtime are needed");
    return false;
}

static bool read_settings(const Options *options, EmbeddedOptions *ret_settings, GError **error) {
    const char *pixels = options->pixels ? options->pixels : "auto";
    const char *listen = options->listen ? options->listen : "unix";
    int width = 1920, height = 1080;
    bool good = !options->size || sscanf(options->size, "%dx%d", &width, &height) == 2;
    good = good && width >= SIDE_MIN && height >= 480 && width <= SIDE_MAX && height <= SIDE_MAX;
    ret_settings->pixels = strcmp(pixels, "gfx") == 0      ? RDP_PIXELS_GFX
                           : strcmp(pixels, "shared") == 0 ? RDP_PIXELS_SHARED
                           : strcmp(pixels, "legacy") == 0 ? RDP_PIXELS_LEGACY
                                                           : RDP_PIXELS_AUTO;
    good = good && (ret_settings->pixels != RDP_PIXELS_AUTO || strcmp(pixels, "auto") == 0);
    ret_settings->is_tcp = strcmp(listen, "tcp") == 0;
    good = good && (ret_settings->is_tcp || strcmp(listen, "unix") == 0);
    ret_settings->width = width;
    ret_settings->height = height;
    ret_settings->has_no_rail = options->no_rail;
    ret_settings->name = options->name;
    ret_settings->data = options->data;
    ret_settings->runtime = options->runtime;
    if (!good)
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                            "--size, --pixels or --listen is wrong");
    return good;
}

static bool make_absolute(char **path) {
    char *full = g_canonicalize_filename(*path, NULL);
    g_free(*path);
    *path = full;
    return g_mkdir_with_parents(full, 0700) == 0;
}

static bool take_lock(Program *program) {
    g_autofree char *path = g_build_filename(program->options.runtime, "lock", NULL);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    program->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return program->lock >= 0 && fcntl(program->lock, F_SETLK, &lock) == 0;
}

static void open_log(const Program *program) {
    g_autofree char *path = g_build_filename(program->options.runtime, "embedded.log", NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

static int serve(Program *program, EmbeddedOptions *settings) {
    g_autoptr(GError) error = NULL;
    settings->on_stage = on_stage;
    settings->on_end = on_end;
    settings->user = program;
    settings->cancelled = &program->cancelled;
    Embedded *embedded = embedded_new(settings, &error);
    if (!embedded) {
        const char *reason = error ? error->message : "it was ended";
        g_warning("%s", reason);
        tell(program, "failed", reason);
        return EXIT_FAILURE;
    }
    g_autofree char *address = embedded_address(embedded);
    tell(program, "ready", address);
    memset(address, 0, strlen(address));
    if (program->options.ready_fd >= 0)
        close(program->options.ready_fd);
    program->options.ready_fd = -1;
    if (!program->cancelled)
        g_main_loop_run(program->loop);
    embedded_free(embedded);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    Program program = {0};
    EmbeddedOptions settings = {0};
    g_autoptr(GError) error = NULL;
    setlocale(LC_ALL, "");
    if (!parse_arguments(&program.options, &argc, &argv, &error) ||
        !read_settings(&program.options, &settings, &error)) {
        g_printerr("railhead-embedded: %s\n", error->message);
        return 2;
    }
    if (program.options.ready_fd >= 0)
        fcntl(program.options.ready_fd, F_SETFD, FD_CLOEXEC);
    if (!make_absolute(&program.options.data) || !make_absolute(&program.options.runtime) ||
        !take_lock(&program)) {
        tell(&program, "failed", "the guest runs already, or its folders cannot be used");
        g_printerr("railhead-embedded: the guest runs already, or its folders cannot be used\n");
        return EXIT_FAILURE;
    }
    settings.data = program.options.data;
    settings.runtime = program.options.runtime;
    open_log(&program);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    program.loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, on_signal, &program);
    g_unix_signal_add(SIGINT, on_signal, &program);
    int result = serve(&program, &settings);
    g_main_loop_unref(program.loop);
    return result;
}
