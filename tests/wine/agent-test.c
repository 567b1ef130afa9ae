// SPDX-License-Identifier: Apache-2.0
// The guest agent under Wine, spoken to as a host would: a private prefix and X display, a socket pair as the
// agent's standard handles, carrier frames and RAILPUB on it. Checks hello, catalogue, icons, launch,
// window_app, the changes of the Start menu and a reconnect, and prints how long each took. Skips (77) where
// Wine or Xvfb are not there.
//   agent-test AGENT.EXE WTSAPI32.DLL SHORTCUT.EXE PROBE.EXE [VERSION]
// VERSION is what the guest's Windows has to be, as "5.1.2600 SP3".
// RAILHEAD_TEST_PREFIX names a prefix to copy; without it one is made, which takes half a minute.
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"
#include "rail/mem.h"
#include "rail/message.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SKIP                 77
#define PATIENCE_MS          60000
#define ERROR_FILE_NOT_FOUND 2 // of Win32
#define LIVE_S               2 // a change of the Start menu has to arrive by then

static char folder[] = "/tmp/railhead-agent-test-XXXXXX";
static pid_t xvfb, agent;
static int carrier = -1;
static uint8_t frame[4 + 65536];
static size_t frame_size;
static MessageStream *stream;
static Catalogue catalogue, incoming;
static Message last;
static double started;
static bool allow_resync; // bad input is being sent

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void clean_up(void) {
    char command[200];
    if (agent > 0)
        kill(agent, SIGKILL);
    snprintf(command, sizeof command, "WINEPREFIX=%s/prefix wineserver -k >/dev/null 2>&1", folder);
    if (system(command) == -1)
        perror("wineserver");
    if (xvfb > 0)
        kill(xvfb, SIGTERM);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (!getenv("RAILHEAD_TEST_KEEP") && system(command) == -1)
        perror("rm");
}

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("FAILED: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void begin(void) {
    started = now();
}

static void done(const char *what) {
    printf("ok  %-44s %7.0f ms\n", what, (now() - started) * 1000);
    fflush(stdout);
}

static void done_live(const char *what) {
    double passed = now() - started;
    done(what);
    if (passed > LIVE_S)
        fail("that was later than %d s", LIVE_S);
}

static int run(const char *const *argv) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void start_display(void) {
    int pipes[2];
    char digits[16] = "", fd_text[16], display[20];
    if (pipe(pipes) < 0)
        fail("pipe: %s", strerror(errno));
    xvfb = fork();
    if (xvfb == 0) {
        snprintf(fd_text, sizeof fd_text, "%d", pipes[1]);
        execlp("Xvfb", "Xvfb", "-displayfd", fd_text, "-screen", "0", "1280x800x24", "-nolisten", "tcp",
               "-noreset", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    for (size_t size = 0;
         !strchr(digits, '\n');) { // it writes the line's end apart, and dies when nobody reads
        ssize_t got = read(pipes[0], digits + size, sizeof digits - 1 - size);
        if (got <= 0)
            exit(SKIP);
        size += (size_t)got;
    }
    digits[strcspn(digits, "\n")] = 0;
    snprintf(display, sizeof display, ":%s", digits);
    setenv("DISPLAY", display, 1);
}

static void make_prefix(void) {
    char path[100];
    const char *template = getenv("RAILHEAD_TEST_PREFIX");
    snprintf(path, sizeof path, "%s/prefix", folder);
    setenv("WINEPREFIX", path, 1);
    setenv("HOME", folder, 1);
    setenv("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe=d;wtsapi32=n", 1);
    setenv("WINEDEBUG", "-all", 0);
    setenv("LANG", "C.UTF-8", 1);
    if (template) {
        const char *const copy[] = {"cp", "-a", template, path, NULL};
        if (run(copy))
            fail("the prefix %s cannot be copied", template);
    }
    const char *const boot[] = {"wine", "wineboot", "-u", NULL};
    int result = template ? 0 : run(boot);
    if (result == 127)
        exit(SKIP);
    if (result)
        fail("wineboot ended with %d", result);
}

static char *install(const char *from, const char *name) {
    static char path[5][120];
    static int next;
    char *to = path[next++ % 5];
    snprintf(to, sizeof path[0], "%s/%s", folder, name);
    const char *const copy[] = {"cp", from, to, NULL};
    if (run(copy))
        fail("%s cannot be copied", from);
    return to;
}

static void start_agent(const char *exe, const char *option) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        fail("socketpair: %s", strerror(errno));
    agent = fork();
    if (agent == 0) {
        dup2(pair[1], 0);
        dup2(pair[1], 1);
        execlp("wine", "wine", exe, option, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    carrier = pair[0];
}

static void send_frame(uint8_t kind, const void *bytes, size_t size) {
    uint8_t header[4] = {kind, (uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16)};
    if (write(carrier, header, 4) != 4 || (size && write(carrier, bytes, size) != (ssize_t)size))
        fail("the agent's end of the carrier is gone");
}

static void transmit(void) {
    uint8_t *bytes;
    size_t size;
    while (message_stream_take(stream, &bytes, &size)) {
        send_frame(0, bytes, size);
        free(bytes);
    }
}

static void say(uint16_t type, WireWriter *writer) {
    if (writer->failed || !message_stream_queue(stream, type, writer->data, writer->size))
        fail("a message cannot be sent");
    wire_writer_clear(writer);
    transmit();
}

static void say_id(uint16_t type, uint64_t id) {
    WireWriter writer;
    wire_writer_init(&writer);
    id_encode(&writer, id);
    say(type, &writer);
}

static void say_hello(uint64_t hash) {
    HelloBody hello = {.version = RAILPUB_VERSION,
                       .oldest_version = 1,
                       .features = 15,
                       .catalogue = hash,
                       .agent = "agent-test"};
    WireWriter writer;
    wire_writer_init(&writer);
    hello_encode(&writer, &hello);
    say(MESSAGE_HELLO, &writer);
}

static void read_carrier(double until) {
    struct pollfd poll_fd = {.fd = carrier, .events = POLLIN};
    int left = (int)((until - now()) * 1000);
    if (poll(&poll_fd, 1, left > 0 ? left : 0) <= 0)
        return;
    ssize_t got = read(carrier, frame + frame_size, sizeof frame - frame_size);
    if (got <= 0)
        fail("the agent has ended");
    frame_size += (size_t)got;
    for (;;) {
        size_t size = frame_size < 4 ? 0 : frame[1] | (size_t)frame[2] << 8 | (size_t)frame[3] << 16;
        if (frame_size < 4 || frame_size < 4 + size)
            return;
        if (frame[0] != 0 || size > MESSAGE_SIZE_MAX)
            fail("an unexpected carrier frame: kind %u, %zu bytes", frame[0], size);
        message_stream_push(stream, frame + 4, size);
        frame_size -= 4 + size;
        memmove(frame, frame + 4 + size, frame_size);
    }
}

static bool take_catalogue(void) {
    SyncBody sync;
    uint64_t id;
    App *app;
    FileType *type;
    if (last.type == MESSAGE_SYNC_BEGIN && sync_decode(last.body, last.size, &sync)) {
        catalogue_clear(&incoming);
        if (sync.delta)
            catalogue_copy(&incoming, &catalogue);
    } else if (last.type == MESSAGE_APP && (app = app_decode(last.body, last.size))) {
        catalogue_put(&incoming, app);
    } else if (last.type == MESSAGE_APP_GONE && id_decode(last.body, last.size, &id)) {
        catalogue_remove(&incoming, id);
    } else if (last.type == MESSAGE_FILE_TYPE && (type = file_type_decode(last.body, last.size))) {
        catalogue_put_type(&incoming, type);
    } else if (last.type == MESSAGE_FILE_TYPE_GONE && id_decode(last.body, last.size, &id)) {
        catalogue_remove_type(&incoming, id);
    } else if (last.type == MESSAGE_SYNC_END && sync_decode(last.body, last.size, &sync)) {
        if (!sync.unchanged) {
            catalogue_clear(&catalogue);
            catalogue_copy(&catalogue, &incoming);
        }
        if (catalogue_hash(&catalogue) != sync.catalogue)
            fail("the hash of the catalogue differs");
        return true;
    }
    return false;
}

// The next message of a type; what is of the catalogue is taken on the way.
static void await(uint16_t type) {
    double until = now() + PATIENCE_MS / 1000.0;
    while (now() < until) {
        transmit();
        while (message_stream_pull(stream, &last)) {
            take_catalogue();
            if (last.type == MESSAGE_LOG || (last.type == MESSAGE_RESYNC && !allow_resync))
                fail("the agent sent %s", message_type_to_string(last.type));
            if (last.type == type)
                return;
        }
        read_carrier(until);
    }
    fail("no %s", message_type_to_string(type));
}

static const App *app_named(const char *name) {
    for (size_t i = 0; i < catalogue.apps.count; i++)
        if (strcmp(catalogue_app(&catalogue, i)->name, name) == 0)
            return catalogue_app(&catalogue, i);
    return NULL;
}

static void add_shortcut(const char *exe, const char *group, const char *name, const char *target,
                         const char *line) {
    const char *const argv[] = {"wine", exe, "user", group, name, target, line, NULL};
    if (run(argv))
        fail("the shortcut %s cannot be made", name);
}

static void connect_host(uint64_t hash) {
    message_stream_reset(stream);
    send_frame(1, NULL, 0);
    say_hello(hash);
    await(MESSAGE_HELLO);
}

// Of the HELLO that came last.
static void check_windows(const char *expected) {
    HelloBody hello;
    char version[40];
    if (!hello_decode(last.body, last.size, &hello))
        fail("a bad hello");
    snprintf(version, sizeof version, "%u.%u.%u SP%u", hello.windows_major, hello.windows_minor,
             hello.windows_build, hello.service_pack);
    printf("    Windows %s, %s\n", version, hello.agent);
    if (expected && strcmp(version, expected) != 0)
        fail("the Windows is not a %s", expected);
}

static void check_icon(const App *app) {
    uint8_t *bytes = NULL;
    size_t got = 0;
    IconPiece piece;
    Raster *rasters[ICON_SIZES_MAX];
    say_id(MESSAGE_ICON_REQUEST, app->icon);
    do {
        await(MESSAGE_ICON);
        if (!icon_piece_decode(last.body, last.size, &piece) || piece.offset != got || !piece.total)
            fail("a bad icon piece");
        bytes = mem_resize(bytes, piece.total, 1);
        memcpy(bytes + got, piece.bytes, piece.size);
        got += piece.size;
    } while (got < piece.total);
    size_t count = icon_set_decode(bytes, got, rasters);
    if (!count)
        fail("the icon set does not decode");
    printf("    icon %016llx, %zu bytes, sizes", (unsigned long long)app->icon, got);
    for (size_t i = 0; i < count; i++) {
        size_t opaque = 0, pixels = (size_t)rasters[i]->width * rasters[i]->height;
        for (size_t at = 0; at < pixels; at++)
            opaque += rasters[i]->bgra[at * 4 + 3] == 255;
        printf(" %u(%zu%% opaque)", rasters[i]->width, opaque * 100 / pixels);
        raster_free(rasters[i]);
    }
    puts("");
    free(bytes);
}

static LaunchResultBody check_launch(uint64_t app, LaunchStatus expected) {
    LaunchBody launch = {.request = 77, .app = app};
    LaunchResultBody result;
    WireWriter writer;
    wire_writer_init(&writer);
    launch_encode(&writer, &launch);
    say(MESSAGE_LAUNCH, &writer);
    await(MESSAGE_LAUNCH_RESULT);
    if (!launch_result_decode(last.body, last.size, &result) || result.request != 77 ||
        result.status != expected)
        fail("the launch gave status %d, error %u", result.status, result.error);
    return result;
}

// A program that went after its shortcut was published.
static void check_missing_target(const char *program) {
    if (unlink(program) != 0)
        fail("%s cannot be removed", program);
    LaunchResultBody result = check_launch(app_named("Passing")->id, LAUNCH_NOT_FOUND);
    if (result.error != ERROR_FILE_NOT_FOUND)
        fail("a program that is not there gave error %u", result.error);
}

static void await_window(uint32_t process, uint64_t app) {
    WindowAppBody body;
    do {
        await(MESSAGE_WINDOW_APP);
        if (!window_app_decode(last.body, last.size, &body))
            fail("a bad window_app");
    } while (body.process != process || body.app != app);
}

static void check_menu_changes(const char *shortcut) {
    begin();
    add_shortcut(shortcut, "Later", "Notes", "C:\\windows\\system32\\notepad.exe", "");
    done("(the shortcut program, for comparison)");
    begin();
    do
        await(MESSAGE_SYNC_END);
    while (!app_named("Notes"));
    done_live("change: a shortcut came");
    const char *const argv[] = {"wine", shortcut, "user", "/delete", "Later", "Notes", NULL};
    if (run(argv))
        fail("the shortcut cannot be deleted");
    begin();
    do
        await(MESSAGE_SYNC_END);
    while (app_named("Notes"));
    done_live("change: it went");
}

// Files that come from outside, many at once.
static void check_burst(void) {
    begin();
    if (system("cd \"$WINEPREFIX\"/drive_c/users/*/AppData/Roaming/Microsoft/Windows/Start\\ Menu/Programs &&"
               " mkdir Many && for i in $(seq 300); do cp Pad.lnk Many/Pad$i.lnk; done"))
        fail("the shortcuts cannot be copied");
    done("(300 shortcuts copied from outside)");
    begin();
    do
        await(MESSAGE_SYNC_END);
    while (!app_named("Pad300") || !app_named("Pad1"));
    printf("    %zu applications, %zu types\n", catalogue.apps.count, catalogue.types.count);
    done("change: 300 shortcuts came");
}

static void check_reconnect(void) {
    SyncBody sync;
    begin();
    send_frame(2, NULL, 0);
    connect_host(catalogue_hash(&catalogue));
    await(MESSAGE_SYNC_END);
    if (!sync_decode(last.body, last.size, &sync) || !sync.unchanged)
        fail("an unchanged catalogue was sent again");
    done("reconnect, catalogue unchanged");
}

static void registry_add(const char *key, const char *data) {
    char path[300];
    snprintf(path, sizeof path, "HKCU\\Software\\Classes\\%s", key);
    const char *const argv[] = {"wine", "reg", "add", path, "/ve", "/d", data, "/f", NULL};
    if (run(argv))
        fail("%s cannot be written", path);
}

static const FileType *await_type(const char *extension, bool there) {
    const FileType *type;
    for (;;) {
        type = catalogue_find_type(&catalogue, file_type_id(FILE_TYPE_EXTENSION, extension));
        if ((type != NULL) == there)
            return type;
        await(MESSAGE_SYNC_END);
    }
}

static void check_verb(const FileType *type, uint64_t app) {
    LaunchBody launch = {.request = 78,
                         .app = app,
                         .type = type->id,
                         .verb = type->verbs[0].id,
                         .n_arguments = 1,
                         .arguments = {(char *)"C:\\windows\\win.ini"}};
    char process[16];
    const char *const argv[] = {"wine", "taskkill", "/f", "/pid", process, NULL};
    LaunchResultBody result;
    WireWriter writer;
    wire_writer_init(&writer);
    launch_encode(&writer, &launch);
    say(MESSAGE_LAUNCH, &writer);
    await(MESSAGE_LAUNCH_RESULT);
    if (!launch_result_decode(last.body, last.size, &result) || result.status != LAUNCH_OK)
        fail("the verb gave status %d, error %u", result.status, result.error);
    await_window(result.process, app);
    snprintf(process, sizeof process, "%u", result.process);
    if (run(argv))
        fail("the probe cannot be ended");
}

// A class in the user's part of the registry: the type comes, its handler is the application of the Start
// menu.
static void check_associations(const char *target, uint64_t app) {
    char command[300];
    const FileVerb *open = NULL, *print = NULL;
    snprintf(command, sizeof command, "\"%s\" \"%%1\"", target);
    for (char *at = command; *at; at++)
        *at = *at == '/' ? '\\' : *at;
    registry_add("Probe.Document", "Probe document");
    registry_add("Probe.Document\\shell\\open\\command", command);
    registry_add("Probe.Document\\shell\\print\\command", command);
    registry_add("Probe.Document\\shell\\print\\ddeexec", "[print]");
    registry_add(".rhProbe", "Probe.Document");
    begin();
    const FileType *type = await_type(".rhprobe", true);
    while (type->n_verbs < 2) {
        await(MESSAGE_SYNC_END);
        type = await_type(".rhprobe", true);
    }
    done("change: a file type came");
    for (size_t i = 0; i < type->n_verbs; i++) {
        open = strcmp(type->verbs[i].verb, "open") == 0 ? &type->verbs[i] : open;
        print = strcmp(type->verbs[i].verb, "print") == 0 ? &type->verbs[i] : print;
    }
    if (!open || !print || open->app != app || open->flags != FILE_VERB_DEFAULT ||
        print->flags != FILE_VERB_DDE || strcmp(open->class_name, "Probe.Document") != 0 ||
        strcmp(type->description, "Probe document") != 0)
        fail("the type is not as the registry says");
    begin();
    check_verb(type, app);
    done("a document opened by its verb");
    const char *const argv[] = {"wine", "reg", "delete", "HKCU\\Software\\Classes\\.rhProbe", "/f", NULL};
    if (run(argv))
        fail("the type cannot be deleted");
    begin();
    await_type(".rhprobe", false);
    done("change: the type went");
}

static int kill_probe(void) {
    const char *const argv[] = {"wine", "taskkill", "/f", "/im", "railprobe.exe", NULL};
    return run(argv);
}

// Nonsense, a body that does not decode, then a message that does.
static void check_bad_input(void) {
    static const uint8_t nonsense[] = "RPnonsense";
    WireWriter writer;
    begin();
    send_frame(0, nonsense, sizeof nonsense);
    wire_writer_init(&writer);
    wire_put_u8(&writer, 200);
    allow_resync = true;
    say(MESSAGE_LAUNCH, &writer);
    await(MESSAGE_RESYNC);
    await(MESSAGE_RESYNC);
    u32_encode(&writer, 4711);
    say(MESSAGE_PING, &writer);
    await(MESSAGE_PONG);
    allow_resync = false;
    done("bad input answered with RESYNC, PING with PONG");
}

static void say_track(uint32_t cookie) {
    WireWriter writer;
    wire_writer_init(&writer);
    u32_encode(&writer, cookie);
    say(MESSAGE_TRACK, &writer);
}

static void await_tracked(const char *title, const char *class_name, TrackedWindow *ret_tracked) {
    do {
        await(MESSAGE_TRACKED);
        if (!tracked_decode(last.body, last.size, ret_tracked))
            fail("a bad tracked");
    } while (strcmp(ret_tracked->window.title, title) != 0 ||
             strcmp(ret_tracked->class_name, class_name) != 0 ||
             ret_tracked->window.show == GUEST_SHOW_HIDDEN);
}

// The second instance, tracker alone; the probe still stands there.
static void check_tracker(const char *exe, uint32_t process) {
    static TrackedWindow tracked;
    uint32_t value;
    close(carrier);
    if (waitpid(agent, NULL, 0) != agent)
        fail("the agent did not end with its carrier");
    begin();
    start_agent(exe, "/track");
    frame_size = 0;
    connect_host(0);
    say_track(9);
    await_tracked("Railhead Probe", "RailProbe", &tracked);
    if (tracked.process != process || strcmp(tracked.image, "railprobe.exe") != 0 ||
        tracked.window.box.width < 400)
        fail("the probe is tracked as process %u, image %s, %d wide", tracked.process, tracked.image,
             tracked.window.box.width);
    await(MESSAGE_TRACKED_END);
    if (!u32_decode(last.body, last.size, &value) || value != 9)
        fail("tracked_end has another cookie");
    printf("    window %x, X window %x, style %x, %d,%d %dx%d\n", tracked.window.id, tracked.xid,
           tracked.window.style, tracked.window.box.x, tracked.window.box.y, tracked.window.box.width,
           tracked.window.box.height);
    done("tracker: start, HELLO, scan");
    begin();
    if (kill_probe())
        fail("the probe cannot be ended");
    do {
        await(MESSAGE_TRACKED_GONE);
        if (!u32_decode(last.body, last.size, &value))
            fail("a bad tracked_gone");
    } while (value != tracked.window.id);
    done("tracker: the window went");
}

static void add_shortcuts(const char *shortcut, const char *probe, const char *passing) {
    char target[200];
    begin();
    snprintf(target, sizeof target, "Z:%s", passing);
    add_shortcut(shortcut, "Tests\\Deep", "Railhead Probe", probe, "");
    add_shortcut(shortcut, "", "Pad", "C:\\windows\\system32\\notepad.exe", "");
    add_shortcut(shortcut, "", "Passing", target, "");
    done("three shortcuts made");
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 6)
        return 2;
    if (!mkdtemp(folder))
        return 1;
    atexit(clean_up);
    stream = message_stream_new();
    catalogue_init(&catalogue);
    catalogue_init(&incoming);
    begin();
    start_display();
    make_prefix();
    done("display and prefix");
    char *exe = install(argv[1], "railhead-guest.exe"), *shortcut = install(argv[3], "railhead-shortcut.exe");
    char *probe = install(argv[4], "railprobe.exe"), *passing = install(argv[4], "passing.exe");
    char target[200];
    install(argv[2], "wtsapi32.dll");
    snprintf(target, sizeof target, "Z:%s", probe);
    add_shortcuts(shortcut, target, passing);
    begin();
    start_agent(exe, NULL);
    connect_host(0);
    done("agent started, HELLO");
    check_windows(argv[5]);
    begin();
    await(MESSAGE_SYNC_END);
    const App *app = app_named("Railhead Probe"), *pad = app_named("Pad");
    if (!app || !pad || !app_named("Passing") || strcmp(app->group, "Tests/Deep") != 0)
        fail("the catalogue of %zu lacks what was published", catalogue.apps.count);
    done("catalogue");
    begin();
    check_icon(pad);
    done("icon");
    uint64_t id = app->id;
    begin();
    uint32_t process = check_launch(id, LAUNCH_OK).process;
    done("launch result");
    await_window(process, id);
    done("window_app");
    check_launch(12345, LAUNCH_UNKNOWN_APP);
    check_missing_target(passing);
    check_associations(target, id);
    check_menu_changes(shortcut);
    check_burst();
    check_reconnect();
    await_window(process, id);
    check_bad_input();
    check_tracker(exe, process);
    puts("all passed");
    return 0;
}
