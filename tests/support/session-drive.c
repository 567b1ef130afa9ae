// SPDX-License-Identifier: Apache-2.0
// An agent by hand for railhead-session: starts it with a link, sends the intents that lines on stdin tell
// it to, and writes each event as a line of JSON. Pixels are asked for by line, too.
//   session-drive SESSION-PROGRAM [its arguments...]
//   connect address=A pixels=auto|gfx|legacy security=nla,tls,rdp size=WxH old-tls depth=N user= password=
//   fingerprint= ... move ID box=X,Y,W,H | activate ID [off] | command ID 0xF060 | key CODE [up|down]
//   [repeat] | unicode CODE pointer FLAGS X Y [extended] | locks N | work-area box= |
//   monitors monitors=BOX;BOX [area=] [scale=] | refresh box= | publication TYPE HEX | disconnect
//   pixel SURFACE X Y | dump SURFACE FILE (PPM) | close (the link)
// A surface is 0xffffffff for the desktop. Ends with the link; the exit status is the session's.
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "host-agent/link/link.h"
#include "tests/support/record.h"

typedef struct Drive {
    GMainLoop *loop;
    Link *link;
    GHashTable *surfaces; // id -> Shown
} Drive;

typedef struct Shown {
    uint32_t width, height, stride;
    int fd;
    const uint8_t *pixels;
} Shown;

static void shown_free(gpointer data) {
    Shown *shown = data;
    if (shown->pixels)
        munmap((void *)shown->pixels, (size_t)shown->stride * shown->height);
    if (shown->fd >= 0)
        close(shown->fd);
    g_free(shown);
}

static void put_window(Record *record, const DeskEvent *event) {
    const GuestWindow *window = &event->as.change.delta.to;
    uint32_t fields = event->as.change.delta.fields;
    record_put(record, "new", event->as.change.is_new);
    record_put(record, "fields", fields);
    if (fields & GUEST_WINDOW_SHOW)
        record_put_text(record, "show", guest_show_to_string(window->show));
    if (fields & GUEST_WINDOW_TITLE)
        record_put_text(record, "title", window->title);
    if (fields & GUEST_WINDOW_STYLE)
        record_put(record, "style", window->style);
    if (fields & GUEST_WINDOW_OWNER)
        record_put(record, "owner", window->owner);
    if (fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE))
        record_put_box(record, window->box);
    if (fields & GUEST_WINDOW_MARGINS) {
        record_put(record, "margin-left", window->margins.left);
        record_put(record, "margin-top", window->margins.top);
        record_put(record, "margin-right", window->margins.right);
        record_put(record, "margin-bottom", window->margins.bottom);
    }
    if (fields & GUEST_WINDOW_SHAPE)
        record_put(record, "shape", window->shape.count);
    if (fields & GUEST_WINDOW_VISIBLE)
        record_put(record, "visible", window->visible.count);
}

static void put_stacking(Record *record, const DeskEvent *event) {
    g_autoptr(GString) order = g_string_new(NULL);
    for (uint32_t i = 0; i < event->as.stacking.count; i++)
        g_string_append_printf(order, "%s%u", i ? "," : "", event->as.stacking.order[i]);
    if (event->as.stacking.has_active)
        record_put(record, "active", event->as.stacking.active);
    record_put_text(record, "order", order->str);
}

static void put_body(Record *record, const DeskEvent *event) {
    switch (event->kind) {
    case DESK_EVENT_SESSION:
        record_put_text(record, "state", session_state_to_string(event->as.session.state));
        record_put(record, "code", event->as.session.code);
        record_put_text(record, "text", event->as.session.text);
        break;
    case DESK_EVENT_SECURITY:
        record_put_text(record, "protocol", intent_security_to_string(event->as.security.protocol));
        record_put(record, "verdict", event->as.security.verdict);
        record_put_text(record, "fingerprint", event->as.security.fingerprint);
        break;
    case DESK_EVENT_WINDOW:
        put_window(record, event);
        break;
    case DESK_EVENT_WINDOW_ICON:
        record_put(record, "width", event->as.icon.raster->width);
        record_put(record, "height", event->as.icon.raster->height);
        record_put(record, "big", event->as.icon.big);
        break;
    case DESK_EVENT_STACKING:
        put_stacking(record, event);
        break;
    case DESK_EVENT_SURFACE:
        record_put(record, "surface", event->as.surface.surface);
        record_put(record, "width", event->as.surface.width);
        record_put(record, "height", event->as.surface.height);
        record_put(record, "alpha", event->as.surface.alpha);
        break;
    case DESK_EVENT_SURFACE_GONE:
        record_put(record, "surface", event->as.surface.surface);
        break;
    case DESK_EVENT_DAMAGE:
        record_put(record, "surface", event->as.damage.surface);
        record_put_box(record, box_list_bounds(&event->as.damage.boxes));
        break;
    case DESK_EVENT_MOVE_SIZE:
        record_put(record, "start", event->as.move_size.start);
        record_put(record, "type", event->as.move_size.type);
        record_put(record, "x", event->as.move_size.x);
        record_put(record, "y", event->as.move_size.y);
        break;
    case DESK_EVENT_MIN_MAX:
        record_put(record, "min-width", event->as.min_max.min_track_width);
        record_put(record, "max-width", event->as.min_max.max_track_width);
        break;
    case DESK_EVENT_EXEC_RESULT:
        record_put_text(record, "program", event->as.exec.program);
        record_put(record, "result", event->as.exec.result);
        record_put(record, "raw", event->as.exec.raw);
        break;
    case DESK_EVENT_DISPLAY:
        record_put(record, "follows", event->as.display.follows);
        record_put(record, "dx", event->as.display.dx);
        record_put(record, "dy", event->as.display.dy);
        break;
    case DESK_EVENT_PUBLICATION:
        record_put(record, "type", event->as.publication.type);
        record_put(record, "size", event->as.publication.size);
        break;
    default:
        break;
    }
}

static void keep_surface(Drive *drive, const DeskEvent *event, int fd) {
    Shown *shown = g_new0(Shown, 1);
    *shown = (Shown){event->as.surface.width, event->as.surface.height, event->as.surface.stride, fd, NULL};
    void *pixels = mmap(NULL, (size_t)shown->stride * shown->height, PROT_READ, MAP_SHARED, fd, 0);
    shown->pixels = pixels == MAP_FAILED ? NULL : pixels;
    g_hash_table_replace(drive->surfaces, GUINT_TO_POINTER(event->as.surface.surface), shown);
}

static void on_event(DeskEvent *event, int fd, gpointer user) {
    Drive *drive = user;
    Record *record = record_new(desk_event_kind_to_string(event->kind));
    if (event->window)
        record_put(record, "window", event->window);
    put_body(record, event);
    if (event->kind == DESK_EVENT_SURFACE)
        keep_surface(drive, event, fd);
    else if (event->kind == DESK_EVENT_SURFACE_GONE)
        g_hash_table_remove(drive->surfaces, GUINT_TO_POINTER(event->as.surface.surface));
    record_write(record, stdout);
    record_free(record);
}

static void on_closed(const GError *error, gpointer user) {
    Record *record = record_new("closed");
    record_put_text(record, "text", error ? error->message : "");
    record_write(record, stdout);
    record_free(record);
    g_main_loop_quit(((Drive *)user)->loop);
}

static void copy_text(const Line *line, const char *key, char *to) {
    const char *value = line_value(line, key);
    g_strlcpy(to, value ? value : "", INTENT_TEXT_MAX + 1);
}

static uint8_t read_security(const char *names) {
    uint8_t security = 0;
    if (!names)
        return INTENT_SECURITY_NEGOTIATE;
    security |= strstr(names, "nla") ? INTENT_SECURITY_NLA : 0;
    security |= strstr(names, "tls") ? INTENT_SECURITY_TLS : 0;
    security |= strstr(names, "rdp") ? INTENT_SECURITY_RDP : 0;
    return security;
}

// monitors=X,Y,W,H;X,Y,W,H (the primary one first, area=BOX its work area), scale=PERCENT; without them one
// monitor.
static void fill_layout(const Line *line, Box whole, Layout *ret_layout) {
    const char *monitors = line_value(line, "monitors"), *scale = line_value(line, "scale");
    g_auto(GStrv) boxes = monitors ? g_strsplit(monitors, ";", LAYOUT_MONITORS_MAX) : NULL;
    layout_init(ret_layout, whole);
    if (scale)
        ret_layout->dpi = (uint32_t)text_number(scale) * LAYOUT_DPI / 100;
    for (uint32_t i = 0; boxes && boxes[i]; i++) {
        Box box = {0};
        sscanf(boxes[i], "%d,%d,%d,%d", &box.x, &box.y, &box.width, &box.height);
        ret_layout->monitors[i] = (LayoutMonitor){box, box};
        ret_layout->count = i + 1;
    }
    ret_layout->monitors[0].work_area = line_box(line, "area", ret_layout->monitors[0].work_area);
}

static void fill_connect(const Line *line, Intent *intent) {
    const char *size = line_value(line, "size"), *pixels = line_value(line, "pixels");
    unsigned width = 1024, height = 768;
    if (size)
        sscanf(size, "%ux%u", &width, &height);
    copy_text(line, "address", intent->as.connect.address);
    copy_text(line, "user", intent->as.connect.user);
    copy_text(line, "domain", intent->as.connect.domain);
    copy_text(line, "password", intent->as.connect.password);
    copy_text(line, "fingerprint", intent->as.connect.fingerprint);
    intent->as.connect.pixels = g_strcmp0(pixels, "gfx") == 0      ? INTENT_PIXELS_GFX
                                : g_strcmp0(pixels, "legacy") == 0 ? INTENT_PIXELS_LEGACY
                                                                   : INTENT_PIXELS_AUTO;
    intent->as.connect.security = read_security(line_value(line, "security"));
    intent->as.connect.old_tls = line_has(line, "old-tls");
    intent->as.connect.depth = line_value(line, "depth") ? atoi(line_value(line, "depth")) : 0;
    intent->as.connect.width = width;
    intent->as.connect.height = height;
    intent->as.connect.layout = 0x409;
    fill_layout(line, (Box){0, 0, (int32_t)width, (int32_t)height}, &intent->as.connect.monitors);
    intent->as.connect.monitors.monitors[0].work_area =
        line_box(line, "work-area", intent->as.connect.monitors.monitors[0].box);
}

static bool fill_key(const Line *line, Intent *intent) {
    intent->as.key.code = (uint16_t)text_number(line_word(line, 1));
    intent->as.key.repeat = line_has(line, "repeat");
    intent->as.key.down = !line_has(line, "up");
    return true;
}

static bool fill_pointer(const Line *line, Intent *intent) {
    intent->as.pointer.flags = (uint16_t)text_number(line_word(line, 1));
    intent->as.pointer.x = (int32_t)text_number(line_word(line, 2));
    intent->as.pointer.y = (int32_t)text_number(line_word(line, 3));
    intent->as.pointer.extended = line_has(line, "extended");
    return true;
}

static void fill_publication(const Line *line, Intent *intent) {
    g_autoptr(GByteArray) bytes = text_bytes(line_word(line, 2));
    intent->as.publication.type = (uint16_t)text_number(line_word(line, 1));
    intent->as.publication.size = (uint16_t)bytes->len;
    intent->as.publication.body = g_byte_array_steal(bytes, NULL);
}

static bool fill_intent(const Line *line, Intent *intent) {
    static const struct {
        const char *verb;
        IntentKind kind;
    } verbs[] = {{"connect", INTENT_CONNECT},
                 {"disconnect", INTENT_DISCONNECT},
                 {"activate", INTENT_ACTIVATE},
                 {"move", INTENT_MOVE},
                 {"command", INTENT_SYSTEM_COMMAND},
                 {"key", INTENT_KEY},
                 {"unicode", INTENT_UNICODE},
                 {"pointer", INTENT_POINTER},
                 {"locks", INTENT_LOCKS},
                 {"work-area", INTENT_MONITORS},
                 {"monitors", INTENT_MONITORS},
                 {"refresh", INTENT_REFRESH},
                 {"publication", INTENT_PUBLICATION}};
    size_t i = 0;
    while (i < G_N_ELEMENTS(verbs) && strcmp(verbs[i].verb, line_word(line, 0)) != 0)
        i++;
    if (i == G_N_ELEMENTS(verbs))
        return false;
    intent_init(intent, verbs[i].kind);
    switch (intent->kind) {
    case INTENT_CONNECT:
        fill_connect(line, intent);
        return true;
    case INTENT_KEY:
    case INTENT_UNICODE:
        return fill_key(line, intent);
    case INTENT_POINTER:
        return fill_pointer(line, intent);
    case INTENT_LOCKS:
        intent->as.locks = (uint8_t)text_number(line_word(line, 1));
        return true;
    case INTENT_MONITORS:
        fill_layout(line, line_box(line, "box", (Box){0}), &intent->as.monitors);
        return true;
    case INTENT_REFRESH:
        intent->as.box = line_box(line, "box", (Box){0});
        return true;
    case INTENT_PUBLICATION:
        fill_publication(line, intent);
        return true;
    default:
        break;
    }
    intent->window = (uint32_t)text_number(line_word(line, 1));
    if (intent->kind == INTENT_MOVE)
        intent->as.box = line_box(line, "box", (Box){0});
    else if (intent->kind == INTENT_ACTIVATE)
        intent->as.enabled = !line_has(line, "off");
    else if (intent->kind == INTENT_SYSTEM_COMMAND)
        intent->as.command = (uint16_t)text_number(line_word(line, 2));
    return true;
}

static void say_pixel(Drive *drive, const Line *line) {
    uint32_t id = (uint32_t)text_number(line_word(line, 1));
    const Shown *shown = g_hash_table_lookup(drive->surfaces, GUINT_TO_POINTER(id));
    uint32_t x = (uint32_t)text_number(line_word(line, 2)), y = (uint32_t)text_number(line_word(line, 3));
    Record *record = record_new("pixel");
    uint32_t colour = 0;
    bool inside = shown && shown->pixels && x < shown->width && y < shown->height;
    if (inside)
        memcpy(&colour, shown->pixels + (size_t)y * shown->stride + (size_t)x * 4, 4);
    record_put(record, "colour", inside ? (int64_t)(colour & 0xFFFFFF) : -1);
    record_write(record, stdout);
    record_free(record);
}

static void dump(Drive *drive, const Line *line) {
    uint32_t id = (uint32_t)text_number(line_word(line, 1));
    const Shown *shown = g_hash_table_lookup(drive->surfaces, GUINT_TO_POINTER(id));
    FILE *file = shown && shown->pixels ? fopen(line_word(line, 2), "wb") : NULL;
    if (!file)
        return;
    fprintf(file, "P6\n%u %u\n255\n", shown->width, shown->height);
    for (uint32_t y = 0; y < shown->height; y++)
        for (uint32_t x = 0; x < shown->width; x++) {
            const uint8_t *at = shown->pixels + (size_t)y * shown->stride + (size_t)x * 4;
            uint8_t rgb[3] = {at[2], at[1], at[0]};
            fwrite(rgb, 1, 3, file);
        }
    fclose(file);
}

static void obey(Drive *drive, const Line *line) {
    Intent intent;
    if (strcmp(line_word(line, 0), "pixel") == 0) {
        say_pixel(drive, line);
    } else if (strcmp(line_word(line, 0), "dump") == 0) {
        dump(drive, line);
    } else if (strcmp(line_word(line, 0), "close") == 0) {
        g_main_loop_quit(drive->loop);
    } else if (fill_intent(line, &intent)) {
        link_send_intent(drive->link, &intent);
        intent_clear(&intent);
    } else if (line->count) {
        g_printerr("session-drive: %s?\n", line_word(line, 0));
    }
}

static gboolean on_stdin(GIOChannel *channel, GIOCondition condition, gpointer user) {
    Drive *drive = user;
    g_autofree char *text = NULL;
    gsize end = 0;
    Line line;
    if (g_io_channel_read_line(channel, &text, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(drive->loop);
        return G_SOURCE_REMOVE;
    }
    text[end] = '\0';
    if (line_parse(&line, text, NULL))
        obey(drive, &line);
    line_clear(&line);
    return G_SOURCE_CONTINUE;
}

static pid_t start_session(int fd, char **argv) {
    pid_t child = fork();
    if (child != 0)
        return child;
    dup2(fd, 3);
    if (fd == 3)
        fcntl(3, F_SETFD, 0);
    execv(argv[0], argv);
    _exit(127);
}

static void say_started(pid_t child) {
    Record *record = record_new("started");
    record_put(record, "pid", child);
    record_write(record, stdout);
    record_free(record);
}

static int say_exit(pid_t child) {
    int status = 0;
    struct rusage usage = {0};
    wait4(child, &status, 0, &usage);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    Record *record = record_new("exit");
    record_put(record, "status", code);
    record_put(record, "resident", usage.ru_maxrss); // kilobytes, at most
    record_write(record, stdout);
    record_free(record);
    return code;
}

int main(int argc, char **argv) {
    int fds[2];
    if (argc < 2 || !link_pair(fds, NULL))
        return 2;
    pid_t child = start_session(fds[1], argv + 1);
    close(fds[1]);
    say_started(child);
    Drive drive = {.loop = g_main_loop_new(NULL, FALSE)};
    drive.surfaces = g_hash_table_new_full(NULL, NULL, NULL, shown_free);
    drive.link = link_new_agent_end(fds[0], on_event, on_closed, &drive);
    g_autoptr(GIOChannel) input = g_io_channel_unix_new(STDIN_FILENO);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_stdin, &drive);
    g_main_loop_run(drive.loop);
    link_free(drive.link);
    g_hash_table_unref(drive.surfaces);
    g_main_loop_unref(drive.loop);
    return say_exit(child);
}
