// SPDX-License-Identifier: Apache-2.0
// Stands for railhead-session in tests of the agent: the link on descriptor 3 is the real one, the guest
// agent behind it is the real publisher, but the guest is a script. Lines come from the socket that CONNECT
// names. An application, with an icon of SIDE pixels or 0 for none and its name in hex, "-" for an empty one:
//   app ID SIDE HEX
// What it opens, an extension with its dot or a scheme:
//   type NAME ID
// What was named since the last `publish` is the catalogue; the first one says hello:
//   publish
// What a launch does from now on, and a window of an application whose program has taken its time:
//   launch open|fail|silent
//   open ID
// Something is opened in the guest; the target is hex, too:
//   ask address|document HEX
// The windows are gone:
//   close all
// What a guest agent would not do: a whole catalogue of COUNT applications with arguments of SIZE characters,
// an icon that is announced as larger than any, and, for good, an update that is wrong whenever one is asked
// for:
//   flood COUNT SIZE
//   huge
//   lie
// The process is gone:
//   die
// Said to the socket: `launch ID ARGUMENT...` for each launch, `opened STATUS HEX` for each answer of the
// host, `told LINE` for each line that was obeyed, `asked` for each RESYNC.
#include "guest-agent/publisher.h"
#include "host-agent/link/link.h"
#include "rail/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SIDE        64
#define FEATURES    (RAILPUB_CATALOGUE | RAILPUB_LAUNCH | RAILPUB_WINDOW_APP | RAILPUB_OPEN)
#define FLOOD_PIECE 100
#define LINK        3

typedef enum Behaviour { OPEN, FAIL, SILENT } Behaviour;

typedef struct Opening {
    uint64_t app;
    uint32_t process;
} Opening;

typedef struct Double {
    GMainLoop *loop;
    Link *link;
    Publisher *publisher;
    MessageStream *host;
    Catalogue named;
    GString *text;     // of the socket, up to the next line's end
    GHashTable *sets;  // icon -> GBytes
    GHashTable *asked; // request -> its target in hex
    Behaviour behaviour;
    GArray *openings; // of Opening, for launches that have been answered
    uint32_t n_windows, n_processes;
    uint64_t held; // hash of the catalogue that the host has
    bool greeted, lies, announces_huge;
    App *flood; // the next of it
    uint64_t flood_end;
    int guest;
} Double;

static void send_event(Double *twin, DeskEvent *event, int fd) {
    link_send_event(twin->link, event, fd);
}

static void send_state(Double *twin, SessionState state) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SESSION);
    event.as.session.state = state;
    send_event(twin, &event, -1);
}

static void send_kind(Double *twin, DeskEventKind kind) {
    DeskEvent event;
    desk_event_init(&event, kind);
    send_event(twin, &event, -1);
}

static int make_pixels(void) {
    int fd = memfd_create("double", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, SIDE * SIDE * 4) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
        exit(70);
    return fd;
}

static void open_window(Double *twin, Opening opening) {
    DeskEvent event;
    uint32_t number = ++twin->n_windows, id = 0x10000 + number * 0x10;
    int fd = make_pixels();
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.is_new = true;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    GuestWindow *to = &event.as.change.delta.to;
    guest_window_init(to, id);
    to->style = 0x14CF0000; // WS_VISIBLE | WS_OVERLAPPEDWINDOW
    to->box = (Box){40, 40, SIDE, SIDE};
    to->show = GUEST_SHOW_NORMAL;
    guest_window_set_title(to, "Double");
    send_event(twin, &event, -1);
    desk_event_clear(&event);
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = id;
    event.as.surface.surface = number;
    event.as.surface.width = event.as.surface.height = SIDE;
    event.as.surface.stride = SIDE * 4;
    send_event(twin, &event, fd);
    close(fd);
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = number;
    box_list_add(&event.as.damage.boxes, (Box){0, 0, SIDE, SIDE});
    send_event(twin, &event, -1);
    publisher_window_app(twin->publisher,
                         &(WindowAppBody){.window = id, .process = opening.process, .app = opening.app});
}

static void close_windows(Double *twin) {
    for (; twin->n_windows > 0; twin->n_windows--) {
        DeskEvent event;
        desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
        event.window = 0x10000 + twin->n_windows * 0x10;
        send_event(twin, &event, -1);
    }
}

// Past the publisher, as only a hostile guest does it.
static void say_raw(Double *twin, uint16_t type, WireWriter *body) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_PUBLICATION);
    event.as.publication.type = type;
    event.as.publication.size = body->size;
    event.as.publication.body = body->data;
    send_event(twin, &event, -1);
    wire_writer_clear(body);
}

static void say_sync(Double *twin, uint16_t type, uint64_t hash) {
    WireWriter writer;
    wire_writer_init(&writer);
    sync_encode(&writer, &(SyncBody){.generation = 1, .catalogue = hash});
    say_raw(twin, type, &writer);
}

// In pieces, when the agent has read the one before.
static gboolean on_flood(gpointer user) {
    Double *twin = user;
    App *app = twin->flood;
    int unread = 0;
    if (ioctl(LINK, SIOCOUTQ, &unread) == 0 && unread > 0)
        return G_SOURCE_CONTINUE;
    for (int i = 0; i < FLOOD_PIECE && app->id <= twin->flood_end; i++, app->id++) {
        WireWriter writer;
        wire_writer_init(&writer);
        app_encode(&writer, app);
        say_raw(twin, MESSAGE_APP, &writer);
    }
    if (app->id <= twin->flood_end)
        return G_SOURCE_CONTINUE;
    say_sync(twin, MESSAGE_SYNC_END, 1);
    app_free(app);
    return G_SOURCE_REMOVE;
}

static void flood(Double *twin, uint32_t count, size_t size) {
    g_autofree char *text = g_strnfill(size, 'x');
    twin->flood = app_new();
    twin->flood->id = 1;
    twin->flood_end = count;
    app_set(&twin->flood->name, "Flood");
    app_set(&twin->flood->arguments, text);
    say_sync(twin, MESSAGE_SYNC_BEGIN, 0);
    g_idle_add_full(G_PRIORITY_LOW, on_flood, twin, NULL);
}

static void announce_huge(Double *twin, const Intent *request) {
    uint64_t icon = 0;
    WireWriter writer;
    id_decode(request->as.publication.body, request->as.publication.size, &icon);
    wire_writer_init(&writer);
    icon_piece_encode(&writer, &(IconPiece){.icon = icon, .total = 1u << 30});
    say_raw(twin, MESSAGE_ICON, &writer);
}

static void say_wrong(Double *twin) {
    say_sync(twin, MESSAGE_SYNC_BEGIN, 0);
    say_sync(twin, MESSAGE_SYNC_END, 1);
}

static void lie(Double *twin) {
    twin->lies = true;
    if (!twin->greeted)
        send_state(twin, SESSION_PUBLISHED);
    say_wrong(twin);
}

static void on_asked(Double *twin) {
    dprintf(twin->guest, "asked\n");
    if (!twin->lies) {
        message_stream_queue(twin->host, MESSAGE_RESYNC, NULL, 0);
        return;
    }
    say_wrong(twin);
}

// Carries bytes between the publisher and the host's end until neither has anything to say.
static void settle(Double *twin) {
    uint8_t *bytes;
    size_t size;
    Message message;
    for (bool busy = true; busy;) {
        busy = false;
        for (; message_stream_take(twin->host, &bytes, &size); busy = true, free(bytes))
            publisher_receive(twin->publisher, bytes, size);
        for (; publisher_take(twin->publisher, &bytes, &size); busy = true, free(bytes))
            message_stream_push(twin->host, bytes, size);
        for (; message_stream_pull(twin->host, &message); busy = true) {
            DeskEvent event;
            desk_event_init(&event, DESK_EVENT_PUBLICATION);
            event.as.publication.type = message.type;
            event.as.publication.size = message.size;
            event.as.publication.body = (uint8_t *)message.body;
            send_event(twin, &event, -1);
        }
        for (; twin->openings->len > 0; busy = true) {
            open_window(twin, g_array_index(twin->openings, Opening, 0));
            g_array_remove_index(twin->openings, 0);
        }
    }
}

static uint8_t *on_icon(void *context, uint64_t icon, size_t *ret_size) {
    GBytes *set = g_hash_table_lookup(((Double *)context)->sets, &icon);
    if (!set)
        return NULL;
    const void *data = g_bytes_get_data(set, ret_size);
    uint8_t *copy = mem_new(*ret_size);
    memcpy(copy, data, *ret_size);
    return copy;
}

static void open_later(Double *twin, uint64_t app) {
    Opening opening = {app, 1000 + twin->n_processes};
    g_array_append_val(twin->openings, opening);
}

static void on_launch(void *context, const App *app, const FileVerb *verb, char *const *arguments,
                      size_t count, LaunchResultBody *ret_result) {
    Double *twin = context;
    g_autoptr(GString) line = g_string_new(NULL);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(line, " %s", arguments[i]);
    dprintf(twin->guest, "launch %016llx%s\n", (unsigned long long)app->id, line->str);
    ret_result->status = twin->behaviour == FAIL ? LAUNCH_NOT_FOUND : LAUNCH_OK;
    ret_result->process = 1000 + ++twin->n_processes;
    if (twin->behaviour == OPEN)
        open_later(twin, app->id);
}

static char *from_hex(const char *hex) {
    GString *text = g_string_new(NULL);
    for (; g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1]); hex += 2)
        g_string_append_c(text, (char)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1])));
    return g_string_free(text, FALSE);
}

static void on_opened(void *context, uint32_t request, OpenStatus status) {
    static const char *const names[] = {"done", "refused", "in-guest"};
    Double *twin = context;
    dprintf(twin->guest, "opened %s %s\n", names[status],
            (char *)g_hash_table_lookup(twin->asked, GUINT_TO_POINTER(request)));
}

static void ask(Double *twin, char **words) {
    g_autofree char *target = from_hex(words[2]);
    OpenKind kind = strcmp(words[1], "document") == 0 ? OPEN_DOCUMENT : OPEN_ADDRESS;
    uint32_t request = publisher_open(twin->publisher, kind, target);
    g_hash_table_insert(twin->asked, GUINT_TO_POINTER(request), g_strdup(words[2]));
}

// Incompressible, so that the files that come of it have a size.
static uint64_t make_icon(Double *twin, uint32_t side, uint64_t seed) {
    Raster *raster = raster_new(side, side);
    WireWriter writer;
    if (!raster)
        return 0;
    for (size_t i = 0; i < (size_t)side * side * 4; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        raster->bgra[i] = (uint8_t)(seed >> 56);
    }
    wire_writer_init(&writer);
    icon_set_encode(&writer, &raster, 1);
    uint64_t icon = icon_set_hash(writer.data, writer.size);
    g_hash_table_replace(twin->sets, g_memdup2(&icon, sizeof icon), g_bytes_new(writer.data, writer.size));
    wire_writer_clear(&writer);
    raster_free(raster);
    return icon;
}

static void name_app(Double *twin, char **words) {
    g_autofree char *name = from_hex(words[3]);
    App *app = app_new();
    app->id = g_ascii_strtoull(words[1], NULL, 16);
    app->icon = make_icon(twin, (uint32_t)atoi(words[2]), app->id);
    app->show = 1;
    g_autofree char *target = g_strdup_printf("C:\\Twin\\%016" G_GINT64_MODIFIER "x.exe", app->id);
    app_set(&app->name, name);
    app_set(&app->target, target);
    catalogue_put(&twin->named, app);
}

static void name_type(Double *twin, char **words) {
    FileTypeKind kind = words[1][0] == '.' ? FILE_TYPE_EXTENSION : FILE_TYPE_SCHEME;
    FileType *type = file_type_new();
    type->id = file_type_id(kind, words[1]);
    type->kind = kind;
    app_set(&type->name, words[1]);
    FileVerb *verb = file_type_add_verb(type);
    verb->id = file_verb_id("Twin", "open");
    verb->app = g_ascii_strtoull(words[2], NULL, 16);
    verb->flags = FILE_VERB_DEFAULT;
    app_set(&verb->verb, "open");
    catalogue_put_type(&twin->named, type);
}

static void greet(Double *twin) {
    HelloBody hello = {
        .version = RAILPUB_VERSION, .oldest_version = 1, .features = FEATURES, .catalogue = twin->held};
    WireWriter writer;
    twin->greeted = true;
    publisher_connect(twin->publisher);
    wire_writer_init(&writer);
    hello_encode(&writer, &hello);
    message_stream_queue(twin->host, MESSAGE_HELLO, writer.data, writer.size);
    wire_writer_clear(&writer);
    send_state(twin, SESSION_PUBLISHED);
}

static void publish(Double *twin) {
    publisher_set_catalogue(twin->publisher, &twin->named);
    catalogue_clear(&twin->named);
    catalogue_init(&twin->named);
    twin->lies = false;
    if (!twin->greeted)
        greet(twin);
}

static void obey(Double *twin, const char *line) {
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    guint count = g_strv_length(words);
    if (count == 4 && strcmp(words[0], "app") == 0)
        name_app(twin, words);
    else if (count == 3 && strcmp(words[0], "type") == 0)
        name_type(twin, words);
    else if (count == 1 && strcmp(words[0], "publish") == 0)
        publish(twin);
    else if (count == 2 && strcmp(words[0], "launch") == 0)
        twin->behaviour = strcmp(words[1], "fail") == 0   ? FAIL
                          : strcmp(words[1], "open") == 0 ? OPEN
                                                          : SILENT;
    else if (count == 2 && strcmp(words[0], "open") == 0)
        open_later(twin, g_ascii_strtoull(words[1], NULL, 16));
    else if (count == 3 && strcmp(words[0], "ask") == 0)
        ask(twin, words);
    else if (count == 2 && strcmp(words[0], "close") == 0)
        close_windows(twin);
    else if (count == 3 && strcmp(words[0], "flood") == 0)
        flood(twin, (uint32_t)atoi(words[1]), (size_t)atoi(words[2]));
    else if (count == 1 && strcmp(words[0], "huge") == 0)
        twin->announces_huge = true;
    else if (count == 1 && strcmp(words[0], "lie") == 0)
        lie(twin);
    else if (count == 1 && strcmp(words[0], "die") == 0)
        raise(SIGKILL);
    else
        fprintf(stderr, "double: what is \"%s\"?\n", line);
    settle(twin);
    dprintf(twin->guest, "told %s\n", line);
}

static gboolean on_guest(int fd, GIOCondition condition, gpointer user) {
    Double *twin = user;
    char bytes[4096];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got < 0 && errno == EAGAIN)
        return G_SOURCE_CONTINUE;
    if (got <= 0) {
        send_state(twin, SESSION_ENDED);
        g_main_loop_quit(twin->loop);
        return G_SOURCE_REMOVE;
    }
    g_string_append_len(twin->text, bytes, got);
    for (char *end; (end = strchr(twin->text->str, '\n'));) {
        g_autofree char *line = g_strndup(twin->text->str, end - twin->text->str);
        g_string_erase(twin->text, 0, end - twin->text->str + 1);
        obey(twin, line);
    }
    return G_SOURCE_CONTINUE;
}

static void connect_guest(Double *twin, const Intent *connect_to) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    g_strlcpy(name.sun_path, connect_to->as.connect.address, sizeof name.sun_path);
    twin->guest = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    send_state(twin, SESSION_CONNECTING);
    if (connect(twin->guest, (struct sockaddr *)&name, sizeof name) < 0) {
        fprintf(stderr, "double: %s: %s\n", name.sun_path, strerror(errno));
        exit(1);
    }
    send_state(twin, SESSION_CONNECTED);
    send_kind(twin, DESK_EVENT_SYNC_BEGAN);
    send_kind(twin, DESK_EVENT_SYNC_ENDED);
    send_state(twin, SESSION_READY);
    twin->held = connect_to->as.connect.catalogue;
    g_unix_set_fd_nonblocking(twin->guest, TRUE, NULL);
    g_unix_fd_add(twin->guest, G_IO_IN | G_IO_HUP, on_guest, twin);
}

// As the session does it: the guest has never been quiet.
static void answer_ping(Double *twin, const Intent *intent) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_PUBLICATION);
    event.as.publication.type = MESSAGE_PONG;
    event.as.publication.size = intent->as.publication.size;
    event.as.publication.body = intent->as.publication.body;
    send_event(twin, &event, -1);
}

static void on_intent(Intent *intent, gpointer user) {
    Double *twin = user;
    if (intent->kind == INTENT_CONNECT)
        connect_guest(twin, intent);
    else if (intent->kind == INTENT_PUBLICATION && intent->as.publication.type == MESSAGE_PING)
        answer_ping(twin, intent);
    else if (intent->kind == INTENT_PUBLICATION && intent->as.publication.type == MESSAGE_RESYNC)
        on_asked(twin);
    else if (intent->kind == INTENT_PUBLICATION && intent->as.publication.type == MESSAGE_ICON_REQUEST &&
             twin->announces_huge)
        announce_huge(twin, intent);
    else if (intent->kind == INTENT_PUBLICATION)
        message_stream_queue(twin->host, intent->as.publication.type, intent->as.publication.body,
                             intent->as.publication.size);
    else if (intent->kind == INTENT_DISCONNECT)
        g_main_loop_quit(twin->loop);
    settle(twin);
}

static void on_closed(const GError *error, gpointer user) {
    g_main_loop_quit(((Double *)user)->loop);
}

int main(int argc, char **argv) {
    Double twin = {.behaviour = OPEN, .guest = -1};
    PublisherSource source = {.context = &twin, .icon = on_icon, .launch = on_launch, .opened = on_opened};
    HelloBody hello = {
        .version = RAILPUB_VERSION, .oldest_version = 1, .features = FEATURES, .agent = "double"};
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return puts("railhead-session, a double") < 0;
    twin.loop = g_main_loop_new(NULL, FALSE);
    twin.text = g_string_new(NULL);
    twin.host = message_stream_new();
    twin.asked = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    twin.openings = g_array_new(FALSE, FALSE, sizeof(Opening));
    twin.publisher = publisher_new(&source, &hello);
    twin.sets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_bytes_unref);
    catalogue_init(&twin.named);
    twin.link = link_new_session_end(LINK, on_intent, on_closed, &twin);
    g_main_loop_run(twin.loop);
    link_free(twin.link);
    return 0;
}
