// SPDX-License-Identifier: Apache-2.0
// The X server of the embedded guest. Owned by the Embedded; lives in its one loop. X errors of windows that
// went away are expected and ignored; the end of the server ends the guest.
#include "guest-agent/embedded/x-server.h"
#include "guest-agent/embedded/child.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <X11/Xauth.h>
#include <X11/extensions/Xcomposite.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/shape.h>

#define START_TIMEOUT_MS 20000
#define LARGE_WIDTH      7680 // of all monitors together
#define LARGE_HEIGHT     4320
#define FRAMEBUFFER      "Xvfb_screen0"
#define HEADER_SIZE      4096 // of the file, and more: a page

typedef struct XSource {
    GSource base;
    XServer *server;
    gpointer tag;
} XSource;

static bool fail(GError **error, const char *text) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, text);
    return false;
}

static bool write_cookie(const char *path, GError **error) {
    uint8_t cookie[16];
    if (getrandom(cookie, sizeof(cookie), 0) != sizeof(cookie))
        return fail(error, "no random bytes");
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file)
        return fail(error, "the display's cookie cannot be written");
    Xauth entry = {.family = FamilyWild,
                   .name_length = 18,
                   .name = (char *)"MIT-MAGIC-COOKIE-1",
                   .data_length = sizeof(cookie),
                   .data = (char *)cookie};
    bool written = XauWriteAuth(file, &entry);
    written = fclose(file) == 0 && written;
    return written || fail(error, "the display's cookie cannot be written");
}

static char *read_display_number(int fd) {
    char text[16] = "";
    size_t size = 0;
    while (size < sizeof(text) - 1) {
        struct pollfd poll_fd = {fd, POLLIN, 0};
        if (poll(&poll_fd, 1, START_TIMEOUT_MS) <= 0)
            return NULL;
        ssize_t got = read(fd, text + size, sizeof(text) - 1 - size);
        if (got <= 0)
            return NULL;
        size += (size_t)got;
        if (memchr(text, '\n', size))
            return g_strdup_printf(":%d", atoi(text));
    }
    return NULL;
}

static bool start_process(XServer *server, const char *framebuffer, GError **error) {
    int fds[2];
    if (!g_unix_open_pipe(fds, FD_CLOEXEC, error))
        return false;
    g_autofree char *screen = g_strdup_printf("%dx%dx24", server->width_max, server->height_max);
    g_autofree char *number = g_strdup_printf("%d", fds[1]);
    const char *argv[] = {"Xvfb",
                          "-displayfd",
                          number,
                          "-screen",
                          "0",
                          screen,
                          "-nolisten",
                          "tcp",
                          "-noreset",
                          "-auth",
                          server->authority,
                          "+extension",
                          "Composite",
                          framebuffer ? "-fbdir" : NULL,
                          framebuffer,
                          NULL};
    server->pid = child_start(argv, NULL, -1, -1, fds[1], error);
    close(fds[1]);
    if (server->pid)
        server->name = read_display_number(fds[0]);
    close(fds[0]);
    if (!server->pid)
        return false;
    return server->name || fail(error, "the X server did not start");
}

static int on_x_error(Display *display, XErrorEvent *event) {
    g_debug("X error %d of request %d.%d", event->error_code, event->request_code, event->minor_code);
    return 0;
}

static void on_x_io_error_exit(Display *display, void *user) {
    XServer *server = user;
    g_warning("the X server is gone");
    if (server->on_lost)
        server->on_lost(server->user);
}

static gboolean on_prepare(GSource *source, int *timeout) {
    *timeout = -1;
    return XPending(((XSource *)source)->server->display) > 0;
}

static gboolean on_check(GSource *source) { // what came before the poll was seen in on_prepare
    return g_source_query_unix_fd(source, ((XSource *)source)->tag) != 0;
}

static gboolean on_dispatch(GSource *source, GSourceFunc callback, gpointer data) {
    XServer *server = ((XSource *)source)->server;
    for (int i = 0; i < 256 && XPending(server->display) > 0; i++) {
        XEvent event;
        XNextEvent(server->display, &event);
        if (server->on_event)
            server->on_event(server->user, &event);
    }
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs x_source_functions = {on_prepare, on_check, on_dispatch, NULL};

static bool find_extensions(XServer *server) {
    int error_base, major = 0, minor = 4, event;
    return XDamageQueryExtension(server->display, &server->damage_event, &error_base) &&
           XCompositeQueryExtension(server->display, &server->composite_event, &error_base) &&
           XCompositeQueryVersion(server->display, &major, &minor) &&
           XShapeQueryExtension(server->display, &server->shape_event, &error_base) &&
           XTestQueryExtension(server->display, &event, &error_base, &major, &minor);
}

static bool connect_display(XServer *server, GError **error) {
    static const char *names[] = {
#define X_ATOM_NAME(name) #name,
        X_ATOMS(X_ATOM_NAME)
#undef X_ATOM_NAME
    };
    g_setenv("XAUTHORITY", server->authority, TRUE);
    g_setenv("DISPLAY", server->name, TRUE);
    XSetErrorHandler(on_x_error);
    server->display = XOpenDisplay(server->name);
    if (!server->display)
        return fail(error, "the X server refused the connection");
    XSetIOErrorExitHandler(server->display, on_x_io_error_exit, server);
    fcntl(ConnectionNumber(server->display), F_SETFD, FD_CLOEXEC);
    if (!find_extensions(server))
        return fail(error, "the X server lacks an extension");
    server->root = DefaultRootWindow(server->display);
    XInternAtoms(server->display, (char **)names, X_ATOM_COUNT, False, server->atoms);
    return true;
}

// Windows are redirected, and nothing is drawn into the root window: of a screen as large as any desktop, in
// a file, no page is ever needed.
static void give_back_memory(const XServer *server, const char *framebuffer) {
    struct stat status;
    g_autofree char *path = g_build_filename(framebuffer, FRAMEBUFFER, NULL);
    XSetWindowBackgroundPixmap(server->display, server->root, None);
    XSync(server->display, False);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool is_done = fd >= 0 && fstat(fd, &status) == 0 && status.st_size > HEADER_SIZE &&
                   fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, HEADER_SIZE,
                             status.st_size - HEADER_SIZE) == 0;
    if (!is_done)
        g_message("the display keeps %dx%d pixels in memory", server->width_max, server->height_max);
    if (fd >= 0)
        close(fd);
}

static bool start_large(XServer *server, const char *runtime, GError **error) {
    server->width_max = MAX(server->width, LARGE_WIDTH);
    server->height_max = MAX(server->height, LARGE_HEIGHT);
    if (!start_process(server, runtime, error))
        return false;
    if (connect_display(server, error)) {
        give_back_memory(server, runtime);
        return true;
    }
    return false;
}

// Where there is no room for the file, it is as large as the desktop that was asked for, for ever.
static bool start_small(XServer *server, const char *runtime, GError **error) {
    g_autofree char *framebuffer = g_build_filename(runtime, FRAMEBUFFER, NULL);
    unlink(framebuffer); // what there was room for
    if (server->pid)
        kill(server->pid, SIGTERM);
    server->pid = 0;
    g_clear_pointer(&server->name, g_free);
    server->width_max = server->width;
    server->height_max = server->height;
    return start_process(server, NULL, error) && connect_display(server, error);
}

bool x_server_start(XServer *server, const char *runtime, int width, int height, GError **error) {
    server->width = width;
    server->height = height;
    server->authority = g_build_filename(runtime, "xauthority", NULL);
    g_autoptr(GError) reason = NULL;
    if (!write_cookie(server->authority, error))
        return false;
    if (!start_large(server, runtime, &reason)) {
        g_message("the display keeps its size: %s", reason ? reason->message : "unknown reason");
        if (!start_small(server, runtime, error))
            return false;
    }
    server->source = g_source_new(&x_source_functions, sizeof(XSource));
    ((XSource *)server->source)->server = server;
    ((XSource *)server->source)->tag =
        g_source_add_unix_fd(server->source, ConnectionNumber(server->display), G_IO_IN | G_IO_HUP);
    g_source_set_can_recurse(server->source,
                             TRUE); // it never runs a loop: GLib need not take it out meanwhile
    g_source_attach(server->source, NULL);
    return true;
}

void x_server_stop(XServer *server) {
    if (server->source) {
        g_source_destroy(server->source);
        g_clear_pointer(&server->source, g_source_unref);
    }
    server->on_lost = NULL;
    if (server->display)
        XCloseDisplay(server->display);
    if (server->pid)
        kill(server->pid, SIGTERM);
    if (server->authority)
        unlink(server->authority);
    g_free(server->name);
    g_free(server->authority);
    memset(server, 0, sizeof(*server));
}

unsigned long *x_server_get_longs(const XServer *server, Window window, Atom property, Atom type, size_t max,
                                  size_t *ret_count) {
    Atom actual;
    int format = 0;
    unsigned long count = 0, left;
    unsigned char *data = NULL;
    if (XGetWindowProperty(server->display, window, property, 0, (long)max, False, type, &actual, &format,
                           &count, &left, &data) != Success ||
        format != 32 || count == 0) {
        if (data)
            XFree(data);
        return NULL;
    }
    unsigned long *values = g_memdup2(data, count * sizeof(long));
    XFree(data);
    *ret_count = count;
    return values;
}

void x_server_set_longs(const XServer *server, Window window, XAtomName property, Atom type,
                        const long *values, size_t count) {
    XChangeProperty(server->display, window, server->atoms[property], type, 32, PropModeReplace,
                    (const unsigned char *)values, (int)count);
}

void x_server_send(const XServer *server, Window to, Window about, XAtomName type, long mask,
                   const long data[5]) {
    XEvent event = {0};
    event.xclient.type = ClientMessage;
    event.xclient.window = about;
    event.xclient.message_type = server->atoms[type];
    event.xclient.format = 32;
    memcpy(event.xclient.data.l, data, 5 * sizeof(long));
    XSendEvent(server->display, to, False, mask, &event);
}
