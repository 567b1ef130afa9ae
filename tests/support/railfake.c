// SPDX-License-Identifier: Apache-2.0
// railfake: a RAIL server without a Windows. It plays a persona on the wire and a desktop that a script
// describes; what the client does comes out as lines of JSON. RAILFAKE.md tells how to write scripts.
//   railfake --persona xp|win7|win10 [--unix PATH] [--script FILE] [--stdin] [--output FILE] ...
#include "tests/support/railfake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <freerdp/channels/channels.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/constants.h>
#include <freerdp/primitives.h>
#include <glib-unix.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <winpr/ssl.h>
#include <winpr/wlog.h>

#define ANOTHER_CLIENT 5 // ERRINFO_DISCONNECTED_BY_OTHERCONNECTION

static char *persona_name, *unix_path, *script_path, *output_path, *key_folder, *size_text, *security_text;
static char *user_name, *password_text, *second_text, *rail_text;
static int depth;
static gboolean reads_stdin, refuses_salted, is_silent;

static const GOptionEntry entries[] = {
    {"persona", 'p', 0, G_OPTION_ARG_STRING, &persona_name, "xp, win7 or win10", "NAME"},
    {"unix", 0, 0, G_OPTION_ARG_FILENAME, &unix_path, "listen there; else on a port of 127.0.0.1", "PATH"},
    {"script", 's', 0, G_OPTION_ARG_FILENAME, &script_path, "lines to run", "FILE"},
    {"stdin", 0, 0, G_OPTION_ARG_NONE, &reads_stdin, "run what comes on stdin, too; its end ends it", NULL},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output_path, "events go there; else to stdout", "FILE"},
    {"key", 'k', 0, G_OPTION_ARG_FILENAME, &key_folder, "folder of the certificate, made when not there",
     "DIR"},
    {"size", 0, 0, G_OPTION_ARG_STRING, &size_text, "of the desktop; else the client's wish", "WxH"},
    {"depth", 0, 0, G_OPTION_ARG_INT, &depth, "15, 16, 24 or 32; else the persona's", "BITS"},
    {"security", 0, 0, G_OPTION_ARG_STRING, &security_text, "rdp, tls or nla; else the persona's", "NAME"},
    {"user", 0, 0, G_OPTION_ARG_FILENAME, &user_name, "who may come in", "NAME"},
    {"password", 0, 0, G_OPTION_ARG_FILENAME, &password_text, "with which password", "TEXT"},
    {"second", 0, 0, G_OPTION_ARG_STRING, &second_text, "a second client: refuse (default) or takeover",
     "WHAT"},
    {"refuse-salted-macs", 0, 0, G_OPTION_ARG_NONE, &refuses_salted, "as some servers do", NULL},
    {"rail", 0, 0, G_OPTION_ARG_STRING, &rail_text,
     "refused: announced, and no handshake; none: not announced either. The guest agent tracks windows then",
     "WHAT"},
    {"silent", 0, 0, G_OPTION_ARG_NONE, &is_silent, "take connections and say nothing", NULL},
    {NULL}};

void fake_record(Fake *fake, Record *record) {
    record_write(record, fake->output);
    script_event(fake->script, record);
}

static void on_peer_record(void *user, Record *record) {
    fake_record(user, record);
}

static void on_script_record(void *user, Record *record) {
    fake_record(user, record);
}

static bool on_script_run(void *user, const Line *line, GError **error) {
    return fake_command(user, line, error);
}

static void tell_client(Fake *fake, const char *event) {
    Record *record = record_new(event);
    record_put(record, "client", fake->clients);
    fake_record(fake, record);
}

static void on_ready(void *user) {
    Fake *fake = user;
    if (fake->manners & FAKE_MANNER_SYNC)
        fake_sync(fake);
    fake_paint_connected(fake);
    tell_client(fake, "ready");
}

static void on_gfx(void *user) {
    Fake *fake = user;
    if (fake_peer_is_ready(fake->peer))
        fake_paint_connected(fake);
    tell_client(fake, "gfx");
}

static void on_resized(void *user) {
    fake_paint_connected(user);
}

static void on_layout(void *user, const Layout *layout) {
    Fake *fake = user;
    g_autoptr(GString) boxes = g_string_new(NULL);
    Record *record = record_new("monitors");
    record_put(record, "count", layout->count);
    record_put(record, "scale", layout_scale(layout));
    for (uint32_t i = 0; i < layout->count; i++) {
        Box box = layout->monitors[i].box;
        g_string_append_printf(boxes, "%s%d,%d,%d,%d", i ? ";" : "", box.x, box.y, box.width, box.height);
    }
    record_put_text(record, "boxes", boxes->str);
    fake_record(fake, record);
    if (fake->manners & FAKE_MANNER_DISPLAY)
        fake_peer_take_layout(fake->peer, layout);
}

static void on_peer_rail(void *user, const RailPdu *untrusted_pdu) {
    fake_on_rail(user, untrusted_pdu);
}

static void on_peer_publication(void *user, const uint8_t *untrusted_bytes, size_t size) {
    fake_publication_receive(user, untrusted_bytes, size);
}

static gboolean on_free_peers(gpointer user) {
    Fake *fake = user;
    g_slist_free_full(g_steal_pointer(&fake->over), (GDestroyNotify)fake_peer_free);
    return G_SOURCE_REMOVE;
}

static void on_peer_over(void *user, FakePeer *peer) {
    Fake *fake = user;
    if (peer == fake->peer) {
        fake_paint_disconnected(fake);
        fake->peer = NULL;
    }
    if (!fake->over)
        g_idle_add_full(G_PRIORITY_HIGH, on_free_peers, fake, NULL);
    fake->over = g_slist_prepend(fake->over, peer);
    tell_client(fake, "gone");
}

static const FakePeerEvents peer_events = {.record = on_peer_record,
                                           .on_ready = on_ready,
                                           .on_rail = on_peer_rail,
                                           .on_publication = on_peer_publication,
                                           .on_gfx = on_gfx,
                                           .on_layout = on_layout,
                                           .on_resized = on_resized,
                                           .on_over = on_peer_over};

static void take_over(Fake *fake) {
    FakePeer *former = fake->peer;
    fake_paint_disconnected(fake);
    fake->peer = NULL;
    fake_peer_end(former, ANOTHER_CLIENT);
}

static gboolean on_connection(int fd, GIOCondition condition, gpointer user) {
    Fake *fake = user;
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC), on = 1;
    if (client < 0)
        return G_SOURCE_CONTINUE;
    if (fake->peer && fake_peer_has_left(fake->peer)) {
        fake_paint_disconnected(fake);
        fake->peer = NULL; // its own source frees it
    }
    if (fake->peer && !fake->takes_over) {
        close(client);
        tell_client(fake, "refused");
        return G_SOURCE_CONTINUE;
    }
    if (fake->peer)
        take_over(fake);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); // no TCP: no harm
    fake->clients++;
    fake_publication_reset(fake);
    fake->peer = fake_peer_new(client, &fake->options, &peer_events, fake);
    if (!fake->peer)
        tell_client(fake, "failed");
    return G_SOURCE_CONTINUE;
}

static int listen_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 8) == 0 ? fd
                                                                                                       : -1;
}

static int listen_tcp(int *ret_port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return -1;
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static gboolean on_stdin(GIOChannel *channel, GIOCondition condition, gpointer user) {
    Fake *fake = user;
    g_autofree char *line = NULL;
    gsize end = 0;
    if (g_io_channel_read_line(channel, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(fake->loop);
        return G_SOURCE_REMOVE;
    }
    line[end] = '\0';
    script_feed(fake->script, line);
    return G_SOURCE_CONTINUE;
}

static bool feed_file(Fake *fake, const char *path, GError **error) {
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, error))
        return false;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i]; i++)
        script_feed(fake->script, lines[i]);
    return true;
}

static bool set_security(Fake *fake, GError **error) {
    static const char *const names[] = {"rdp", "tls", "nla"};
    fake->options.security = fake->options.persona->security;
    for (size_t i = 0; security_text && i < G_N_ELEMENTS(names); i++)
        if (strcmp(security_text, names[i]) == 0) {
            fake->options.security = (FakeSecurity)i;
            return true;
        }
    if (security_text)
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no such security: %s", security_text);
    return !security_text;
}

static bool set_options(Fake *fake, RdpKey *key, GError **error) {
    FakeOptions *options = &fake->options;
    options->persona = fake_persona_named(persona_name ? persona_name : "win10");
    if (!options->persona) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no such persona: %s", persona_name);
        return false;
    }
    options->key = key;
    options->depth = depth ? (uint32_t)depth : options->persona->depth;
    options->user = user_name ? user_name : "";
    options->password = password_text;
    options->refuses_salted_macs = refuses_salted;
    options->is_silent = is_silent;
    options->hides_rail = g_strcmp0(rail_text, "none") == 0;
    options->refuses_rail = options->hides_rail || g_strcmp0(rail_text, "refused") == 0;
    if (size_text)
        sscanf(size_text, "%dx%d", &options->width, &options->height);
    fake->takes_over = g_strcmp0(second_text, "takeover") == 0;
    return set_security(fake, error) && rdp_key_load(key, key_folder ? key_folder : ".", error);
}

static gboolean on_signal(gpointer user) {
    g_main_loop_quit(user);
    return G_SOURCE_CONTINUE;
}

static void say_ready(Fake *fake, int port) {
    Record *record = record_new("listening");
    if (unix_path)
        record_put_text(record, "address", unix_path);
    else {
        g_autofree char *address = g_strdup_printf("127.0.0.1:%d", port);
        record_put_text(record, "address", address);
    }
    record_put_text(record, "fingerprint", fake->options.key->fingerprint);
    fake_record(fake, record);
}

static int run(Fake *fake, GError **error) {
    static const ScriptCalls calls = {on_script_run, on_script_record};
    int port = 0, fd = unix_path ? listen_unix(unix_path) : listen_tcp(&port);
    fake->output = output_path ? fopen(output_path, "we") : stdout;
    if (fd < 0 || !fake->output) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot listen or write: %s", g_strerror(errno));
        return 1;
    }
    fake->script = script_new(&calls, fake);
    if (script_path && !feed_file(fake, script_path, error))
        return 1;
    fake->loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GIOChannel) input = g_io_channel_unix_new(STDIN_FILENO);
    if (reads_stdin)
        g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_stdin, fake);
    g_unix_signal_add(SIGTERM, on_signal, fake->loop);
    guint watch = g_unix_fd_add(fd, G_IO_IN, on_connection, fake);
    say_ready(fake, port);
    g_main_loop_run(fake->loop);
    g_source_remove(watch);
    close(fd);
    if (unix_path)
        unlink(unix_path);
    return 0;
}

static void clear(Fake *fake) {
    fake_paint_disconnected(fake);
    fake_peer_free(fake->peer);
    on_free_peers(fake);
    script_free(fake->script);
    fake_publication_clear(fake);
    g_hash_table_unref(fake->windows);
    g_array_unref(fake->stack);
    g_clear_pointer(&fake->loop, g_main_loop_unref);
}

int main(int argc, char **argv) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new("- a RAIL server for tests");
    RdpKey key = {0};
    Fake fake = {.manners = FAKE_MANNER_ALL};
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !set_options(&fake, &key, &error)) {
        g_printerr("railfake: %s\n", error->message);
        return 2;
    }
    primitives_set_hints(PRIMITIVES_ONLY_CPU);
    winpr_InitializeSSL(WINPR_SSL_INIT_DEFAULT);
    WLog_SetLogLevel(WLog_GetRoot(), WLOG_WARN);
    WTSRegisterWtsApiFunctionTable(FreeRDP_InitWtsApi());
    fake.windows = g_hash_table_new_full(NULL, NULL, NULL, fake_window_free);
    fake.stack = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    fake_publication_init(&fake);
    int status = run(&fake, &error);
    if (error)
        g_printerr("railfake: %s\n", error->message);
    clear(&fake);
    rdp_key_clear(&key);
    return status;
}
