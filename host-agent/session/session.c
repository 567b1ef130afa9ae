// SPDX-License-Identifier: Apache-2.0
// The life of the connection: FreeRDP's context, its callbacks of connecting and disconnecting, and a GSource
// that pumps it in this process' one loop. freerdp_connect() blocks; the process has nothing else to do
// meanwhile.
#include "host-agent/session/session.h"

#include <freerdp/addin.h>
#include <freerdp/channels/channels.h>
#include <freerdp/client/channels.h>
#include <freerdp/client/cmdline.h>
#include <freerdp/event.h>
#include <freerdp/error.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>
#include <winpr/synch.h>

#define HANDLES_MAX      64
#define CONNECT_PATIENCE 30 // seconds

typedef struct Pump {
    GSource base;
    Session *session;
    int fds[HANDLES_MAX];
    gpointer tags[HANDLES_MAX];
    guint count;
} Pump;

static void record(int fd, const DeskEvent *event) {
    WireWriter writer, out;
    wire_writer_init(&writer);
    wire_writer_init(&out);
    if (desk_event_encode(&writer, event)) {
        wire_put_u32(&out, writer.size);
        wire_put_bytes(&out, writer.data, writer.size);
        if (write(fd, out.data, out.size) < 0)
            g_printerr("railhead-session: cannot record: %s\n", g_strerror(errno));
    }
    wire_writer_clear(&out);
    wire_writer_clear(&writer);
}

void session_send(Session *session, const DeskEvent *event, int fd) {
    if (session->record >= 0)
        record(session->record, event);
    if (session->link)
        link_send_event(session->link, event, fd);
}

void session_set_state(Session *session, SessionState state, uint32_t code, const char *text) {
    g_printerr("railhead-session: %s -> %s\n",
               session->state ? session_state_to_string(session->state) : "new",
               session_state_to_string(state));
    session->state = state;
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SESSION);
    event.as.session.state = state;
    event.as.session.code = code;
    g_strlcpy(event.as.session.text, text, sizeof event.as.session.text);
    session_send(session, &event, -1);
}

void session_quit(Session *session) {
    session->ended = true;
    g_main_loop_quit(session->loop);
}

static void on_channel_connected(void *user, const ChannelConnectedEventArgs *args) {
    SessionContext *context = user;
    if (g_str_equal(args->name, RDPGFX_DVC_CHANNEL_NAME))
        surfaces_start_gfx(context->session, args->pInterface);
    if (g_str_equal(args->name, DISP_DVC_CHANNEL_NAME))
        display_start(context->session, args->pInterface);
}

static void on_channel_disconnected(void *user, const ChannelDisconnectedEventArgs *args) {
    SessionContext *context = user;
    if (g_str_equal(args->name, RDPGFX_DVC_CHANNEL_NAME))
        surfaces_stop_gfx(context->session, args->pInterface);
    if (g_str_equal(args->name, DISP_DVC_CHANNEL_NAME))
        display_stop(context->session);
}

static BOOL load_dynamic_channels(rdpContext *context) {
    const char *gfx[] = {"rdpgfx"}, *display[] = {"disp"};
    bool has_gfx = freerdp_settings_get_bool(context->settings, FreeRDP_SupportGraphicsPipeline);
    if ((has_gfx && !freerdp_client_add_dynamic_channel(context->settings, 1, gfx)) ||
        !freerdp_client_add_dynamic_channel(context->settings, 1, display))
        return FALSE;
    PVIRTUALCHANNELENTRY entry = freerdp_channels_load_static_addin_entry(
        "drdynvc", NULL, NULL, FREERDP_ADDIN_CHANNEL_STATIC | FREERDP_ADDIN_CHANNEL_ENTRYEX);
    return entry && freerdp_channels_client_load_ex(context->channels, context->settings,
                                                    WINPR_FUNC_PTR_CAST(entry, PVIRTUALCHANNELENTRYEX),
                                                    context->settings) == 0;
}

static BOOL on_load_channels(freerdp *instance) {
    Session *session = session_of(instance->context);
    if (!settings_lend_password(session) || // not before: the library has made its copy of the settings
        !rail_channel_load(session) || !publication_load(session) || !shared_pixels_load(session) ||
        (session->files >= 0 && !device_relay_load(session, session->files)))
        return FALSE;
    return !freerdp_settings_get_bool(instance->context->settings, FreeRDP_SupportDynamicChannels) ||
           load_dynamic_channels(instance->context);
}

static BOOL on_pre_connect(freerdp *instance) {
    PubSub_SubscribeChannelConnected(instance->context->pubSub, on_channel_connected);
    PubSub_SubscribeChannelDisconnected(instance->context->pubSub, on_channel_disconnected);
    return TRUE;
}

static BOOL on_post_connect(freerdp *instance) {
    Session *session = session_of(instance->context);
    settings_say_plain(session);
    settings_find_origin(session);
    orders_install(session);
    pointer_install(session);
    display_install(session);
    return surfaces_start(session);
}

static BOOL on_client_new(freerdp *instance, rdpContext *context) {
    instance->PreConnect = on_pre_connect;
    instance->PostConnect = on_post_connect;
    instance->LoadChannels = on_load_channels;
    settings_install_checks(instance);
    return TRUE;
}

static void on_client_free(freerdp *instance, rdpContext *context) {
}

static void unwatch(Pump *pump) {
    for (guint i = 0; i < pump->count; i++)
        g_source_remove_unix_fd(&pump->base, pump->tags[i]);
    pump->count = 0;
}

static gboolean on_pump_prepare(GSource *source, int *timeout) {
    Pump *pump = (Pump *)source;
    HANDLE handles[HANDLES_MAX];
    int fds[HANDLES_MAX];
    *timeout = -1;
    DWORD count = freerdp_get_event_handles(pump->session->rdp, handles, HANDLES_MAX);
    for (DWORD i = 0; i < count; i++)
        fds[i] = GetEventFileDescriptor(handles[i]);
    if (count == pump->count && memcmp(fds, pump->fds, count * sizeof fds[0]) == 0)
        return count == 0;
    unwatch(pump);
    for (DWORD i = 0; i < count; i++) {
        pump->fds[i] = fds[i];
        pump->tags[i] = g_source_add_unix_fd(source, fds[i], G_IO_IN | G_IO_HUP | G_IO_ERR);
    }
    pump->count = count;
    return count == 0;
}

static gboolean on_pump_check(GSource *source) {
    Pump *pump = (Pump *)source;
    for (guint i = 0; i < pump->count; i++)
        if (g_source_query_unix_fd(source, pump->tags[i]))
            return TRUE;
    return pump->count == 0;
}

static void note_bytes(Session *session) {
    UINT64 in = 0;
    if (!freerdp_get_stats(session->rdp->rdp, &in, NULL, NULL, NULL) || in == session->bytes_in)
        return;
    session->bytes_in = in;
    session->heard_at = g_get_monotonic_time();
}

static gboolean on_pump_dispatch(GSource *source, GSourceFunc callback, gpointer data) {
    Session *session = ((Pump *)source)->session;
    bool goes_on =
        freerdp_check_event_handles(session->rdp) && !freerdp_shall_disconnect_context(session->rdp);
    note_bytes(session);
    if (goes_on)
        return G_SOURCE_CONTINUE;
    session_quit(session);
    return G_SOURCE_REMOVE;
}

static GSourceFuncs pump_functions = {
    .prepare = on_pump_prepare, .check = on_pump_check, .dispatch = on_pump_dispatch};

static void pump(Session *session) {
    session->heard_at = g_get_monotonic_time();
    GSource *source = g_source_new(&pump_functions, sizeof(Pump));
    ((Pump *)source)->session = session;
    g_source_attach(source, NULL);
    while (!session->ended)
        g_main_loop_run(session->loop);
    g_source_destroy(source);
    g_source_unref(source);
}

static rdpContext *new_context(Session *session) {
    RDP_CLIENT_ENTRY_POINTS points = {.Size = sizeof points, .Version = RDP_CLIENT_INTERFACE_VERSION};
    points.ContextSize = sizeof(SessionContext);
    points.ClientNew = on_client_new;
    points.ClientFree = on_client_free;
    rdpContext *context = freerdp_client_context_new(&points);
    if (context)
        ((SessionContext *)context)->session = session;
    return context;
}

static void say_ended(Session *session) {
    SessionEnd code;
    char text[DESK_TEXT_MAX + 1];
    end_reason(session, &code, text, sizeof text);
    if (session->probes)
        puts(text);
    session_set_state(session, SESSION_ENDED, code, text);
}

static bool connect_once(Session *session, const char *folder) {
    session->rdp = new_context(session);
    bool ready = session->rdp && settings_apply(session, session->rdp->settings) &&
                 freerdp_settings_set_string(session->rdp->settings, FreeRDP_ConfigPath, folder);
    sandbox_enter(folder);
    if (!ready)
        return false;
    mallopt(M_PERTURB, 0xA5); // what is freed is overwritten: the library copies passwords
    connect_watch_begin(session->rdp, LINK_DESCRIPTOR, CONNECT_PATIENCE);
    bool connected = freerdp_connect(session->rdp->instance);
    session->has_given_up = connect_watch_end();
    settings_wipe_password(session);
    mallopt(M_PERTURB, 0);
    return connected;
}

static void clear_connection(Session *session) {
    shared_pixels_clear(session);
    publication_clear(session);
    display_clear(session);
    tracked_clear(session);
    device_relay_free(session);
    orders_clear(session);
    surfaces_free(session);
    if (session->rdp)
        freerdp_client_context_free(session->rdp);
    session->rdp = NULL;
}

// Some servers of Standard RDP Security take the salted MACs, which they are free to ask for, for damage, and
// close the connection with the first of them, or end it as if its user had logged off.
static bool may_lack_salt(Session *session) {
    uint32_t error = session->rdp ? freerdp_get_last_error(session->rdp) : FREERDP_ERROR_CONNECT_FAILED;
    return session->connect.as.connect.security & INTENT_SECURITY_RDP && !session->without_salt &&
           !session->has_given_up &&
           (error == FREERDP_ERROR_CONNECT_TRANSPORT_FAILED || error == FREERDP_ERROR_CONNECT_UNDEFINED ||
            error == FREERDP_ERROR_POST_CONNECT_FAILED || error == FREERDP_ERROR_LOGOFF_BY_USER);
}

// The library waits for the monitors that a server tells once it was offered to hear of them; xrdp tells
// none.
static bool may_tell_no_monitors(Session *session) {
    return !session->without_monitors && !session->has_given_up && session->rdp &&
           freerdp_settings_get_bool(session->rdp->settings, FreeRDP_SupportMonitorLayoutPdu) &&
           freerdp_get_last_error(session->rdp) == FREERDP_ERROR_CONNECT_ACTIVATION_TIMEOUT;
}

static bool connect_guest(Session *session) {
    g_autofree char *folder = g_dir_make_tmp("railhead-session-XXXXXX", NULL);
    g_autofree char *certificates = g_build_filename(folder ? folder : "/nonexistent", "certs", NULL);
    g_autofree char *servers = g_build_filename(folder ? folder : "/nonexistent", "server", NULL);
    g_mkdir_with_parents(certificates, 0700); // the library wants them, and keeps nothing in them
    g_mkdir_with_parents(servers, 0700);
    bool connected = connect_once(session, folder);
    bool no_salt = !connected && may_lack_salt(session);
    bool no_monitors = !connected && !no_salt && may_tell_no_monitors(session);
    if (no_salt || no_monitors) {
        clear_connection(session);
        session->without_salt |= no_salt;
        session->without_monitors |= no_monitors;
        connected = connect_once(session, folder);
    }
    explicit_bzero(session->connect.as.connect.password, sizeof session->connect.as.connect.password);
    rmdir(certificates);
    rmdir(servers);
    if (folder)
        rmdir(folder);
    return connected;
}

bool session_run(Session *session) {
    session_set_state(session, SESSION_CONNECTING, 0, "");
    bool connected = connect_guest(session);
    if (connected)
        pump(session);
    say_ended(session);
    if (connected)
        freerdp_disconnect(session->rdp->instance);
    clear_connection(session);
    return connected;
}
