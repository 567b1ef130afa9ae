// SPDX-License-Identifier: Apache-2.0
// One RDP connection, pumped from the one loop through the descriptors of FreeRDP's events. Owned by the
// RdpServer. Ends itself only from its GSource, never inside a callback of FreeRDP.
#include "guest-agent/embedded/rdp-peer.h"
#include "guest-agent/embedded/rdp-pump.h"

#include <freerdp/channels/wtsvc.h>
#include <freerdp/constants.h>
#include <freerdp/crypto/certificate.h>
#include <freerdp/crypto/privatekey.h>
#include <freerdp/input.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winpr/wtsapi.h>

#define ACTIVATION_SECONDS 30
#define SERVER_BUILD       7601
#define WINDOW_LEVEL       2 // exactly: clients compare for equality
#define ICON_CACHES        3
#define ICON_CACHE_ENTRIES 12

typedef struct PeerContext {
    rdpContext base;
    RdpPeer *peer;
} PeerContext;

static RdpPeer *peer_of(rdpContext *context) {
    return ((PeerContext *)context)->peer;
}

static BOOL on_context_new(freerdp_peer *peer, rdpContext *context) {
    return TRUE;
}

static void on_context_free(freerdp_peer *peer, rdpContext *context) {
}

static bool secret_equals(const char *a, const char *b) {
    size_t length = strlen(b);
    unsigned char difference = 0;
    if (!a || strlen(a) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        difference |= (unsigned char)(a[i] ^ b[i]);
    return difference == 0;
}

static BOOL on_capabilities(freerdp_peer *foreign) {
    RdpPeer *peer = peer_of(foreign->context);
    rdpSettings *settings = foreign->context->settings;
    if (peer->options->has_no_rail &&
        !freerdp_settings_set_bool(settings, FreeRDP_RemoteApplicationMode, FALSE))
        return FALSE;
    if (!peer->password)
        return TRUE;
    bool known = secret_equals(freerdp_settings_get_string(settings, FreeRDP_Username), peer->user) &&
                 secret_equals(freerdp_settings_get_string(settings, FreeRDP_Password), peer->password);
    if (!known)
        g_warning("client %u gave a wrong user or password", peer->number);
    return known;
}

// The client counts from its primary monitor (MS-RDPERP 2.2.1.3.1.2.1), the display from its corner.
static void count_from_primary(RdpPeer *peer) {
    Box primary = peer->layout.monitors[0].box;
    peer->orders.origin_x = peer->rail.origin_x = primary.x;
    peer->orders.origin_y = peer->rail.origin_y = primary.y;
    g_message("client %u has %u monitors of %u dots per inch, the primary one at %d,%d", peer->number,
              peer->layout.count, peer->layout.dpi, primary.x, primary.y);
}

static BOOL on_post_connect(freerdp_peer *foreign) {
    RdpPeer *peer = peer_of(foreign->context);
    rdpSettings *settings = foreign->context->settings;
    UINT32 width = freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth);
    UINT32 height = freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight);
    Layout wanted;
    rdp_display_read(settings, &wanted);
    peer->options->events.on_layout(peer->options->user, &wanted, &peer->layout);
    if (!rdp_display_adopt(settings, &peer->layout))
        return FALSE;
    Box bounds = layout_bounds(&peer->layout);
    g_message("client %u connected", peer->number);
    bool resized = (UINT32)bounds.width != width || (UINT32)bounds.height != height;
    return !resized || foreign->context->update->DesktopResize(foreign->context);
}

// Orders and PDUs that follow count from the new primary monitor: what was queued before goes out before.
static void on_layout(void *user, const Layout *layout) {
    RdpPeer *peer = user;
    rdp_orders_flush(&peer->orders);
    WTSVirtualChannelManagerCheckFileDescriptorEx(peer->manager, TRUE);
    peer->options->events.on_layout(peer->options->user, layout, &peer->layout);
    rdp_display_adopt(peer->peer->context->settings, &peer->layout);
    if (!rdp_frames_set_monitors(peer->frames, &peer->layout))
        g_warning("client %u cannot be told of its monitors", peer->number);
    count_from_primary(peer);
}

static bool wants_gfx(const RdpPeer *peer) {
    const rdpSettings *settings = peer->peer->context->settings;
    if (peer->options->pixels != RDP_PIXELS_AUTO)
        return peer->options->pixels != RDP_PIXELS_LEGACY;
    return freerdp_settings_get_bool(settings, FreeRDP_SupportGraphicsPipeline) &&
           freerdp_settings_get_bool(settings, FreeRDP_HiDefRemoteApp) &&
           WTSVirtualChannelManagerIsChannelJoined(peer->manager, "drdynvc");
}

static void become_ready(RdpPeer *peer) {
    if (peer->is_ready)
        return;
    peer->is_ready = true;
    peer->options->events.on_ready(peer->options->user);
}

static BOOL on_activate(freerdp_peer *foreign) {
    RdpPeer *peer = peer_of(foreign->context);
    if (peer->is_active)
        return TRUE; // reactivation after a resize
    peer->is_active = true;
    if (peer->deadline)
        g_source_remove(peer->deadline);
    peer->deadline = 0;
    rdp_rail_open(&peer->rail, peer->manager, peer->options->has_no_rail);
    rdp_display_init(&peer->display, peer->manager);
    count_from_primary(peer);
    if (!peer->rail.rail && !peer->options->has_no_rail) {
        g_warning("client %u does not do RAIL", peer->number);
        return FALSE;
    }
    bool is_gfx = wants_gfx(peer), is_raw = peer->options->socket_path != NULL;
    g_message("client %u gets %s", peer->number, is_gfx ? "a surface per window" : "one desktop");
    peer->frames = rdp_frames_new(foreign->context, peer->manager, is_gfx, is_raw, peer->options->door,
                                  &peer->options->source);
    if (peer->options->has_no_rail) {
        become_ready(peer);
        return TRUE;
    }
    RailPdu pdu = {.type = RAIL_PDU_HANDSHAKE_EX};
    pdu.as.handshake.build = SERVER_BUILD;
    pdu.as.handshake.flags = is_gfx ? RAIL_HANDSHAKE_HIDEF : 0;
    return rdp_rail_send(&peer->rail, &pdu);
}

static void on_rail(void *user, const RailPdu *untrusted_pdu) {
    RdpPeer *peer = user;
    if (untrusted_pdu->type == RAIL_PDU_HANDSHAKE) {
        peer->is_handshaken = true;
        return;
    }
    if (untrusted_pdu->type == RAIL_PDU_CLIENT_STATUS)
        peer->status = untrusted_pdu->as.value;
    become_ready(peer);
    peer->options->events.on_rail(peer->options->user, untrusted_pdu);
}

static void on_publication(void *user, const uint8_t *untrusted_bytes, size_t size) {
    RdpPeer *peer = user;
    peer->options->events.on_publication(peer->options->user, untrusted_bytes, size);
}

static void on_devices(void *user, const uint8_t *untrusted_bytes, size_t size) {
    RdpPeer *peer = user;
    peer->options->events.on_devices(peer->options->user, untrusted_bytes, size);
}

static BOOL on_keyboard(rdpInput *input, UINT16 flags, UINT8 code) {
    const RdpServerOptions *options = peer_of(input->context)->options;
    options->events.on_key(options->user, !(flags & KBD_FLAGS_RELEASE), flags & KBD_FLAGS_EXTENDED, code);
    return TRUE;
}

static BOOL on_unicode(rdpInput *input, UINT16 flags, UINT16 code) {
    const RdpServerOptions *options = peer_of(input->context)->options;
    options->events.on_unicode(options->user, !(flags & KBD_FLAGS_RELEASE), code);
    return TRUE;
}

static BOOL on_mouse(rdpInput *input, UINT16 flags, UINT16 x, UINT16 y) {
    const RdpServerOptions *options = peer_of(input->context)->options;
    options->events.on_mouse(options->user, false, flags, x, y);
    return TRUE;
}

static BOOL on_extended_mouse(rdpInput *input, UINT16 flags, UINT16 x, UINT16 y) {
    const RdpServerOptions *options = peer_of(input->context)->options;
    options->events.on_mouse(options->user, true, flags, x, y);
    return TRUE;
}

static BOOL on_synchronize(rdpInput *input, UINT32 flags) {
    const RdpServerOptions *options = peer_of(input->context)->options;
    options->events.on_locks(options->user, flags & KBD_SYNC_CAPS_LOCK, flags & KBD_SYNC_NUM_LOCK);
    return TRUE;
}

static BOOL on_refresh(rdpContext *context, BYTE count, const RECTANGLE_16 *areas) {
    const RdpServerOptions *options = peer_of(context)->options;
    options->events.on_refresh(options->user);
    return TRUE;
}

static BOOL on_suppress(rdpContext *context, BYTE allow, const RECTANGLE_16 *area) {
    if (allow)
        on_refresh(context, 0, NULL);
    return TRUE;
}

static bool set_key(rdpSettings *settings, const RdpKey *key) {
    rdpPrivateKey *private_key = freerdp_key_new_from_pem(key->key);
    rdpCertificate *certificate = freerdp_certificate_new_from_pem(key->certificate);
    return private_key && certificate &&
           freerdp_settings_set_pointer_len(settings, FreeRDP_RdpServerRsaKey, private_key, 1) &&
           freerdp_settings_set_pointer_len(settings, FreeRDP_RdpServerCertificate, certificate, 1);
}

static bool set_flags(rdpSettings *settings, bool is_local) {
    const struct {
        FreeRDP_Settings_Keys_Bool key;
        BOOL value;
    } flags[] = {
        {FreeRDP_RdpSecurity, is_local},
        {FreeRDP_TlsSecurity, TRUE},
        {FreeRDP_NlaSecurity, FALSE},
        {FreeRDP_UseRdpSecurityLayer, FALSE},
        {FreeRDP_SurfaceFrameMarkerEnabled, TRUE},
        {FreeRDP_FrameMarkerCommandEnabled, TRUE},
        {FreeRDP_SupportGraphicsPipeline, TRUE},
        {FreeRDP_SuppressOutput, TRUE},
        {FreeRDP_SupportMonitorLayoutPdu, TRUE},
        {FreeRDP_RefreshRect, TRUE},
        {FreeRDP_UnicodeInput, TRUE},
        {FreeRDP_HasExtendedMouseEvent, TRUE},
        {FreeRDP_HasHorizontalWheel, TRUE},
        {FreeRDP_NetworkAutoDetect, FALSE},
        {FreeRDP_SupportHeartbeatPdu, FALSE},
        {FreeRDP_SupportMultitransport, FALSE},
        {FreeRDP_RemoteFxCodec, FALSE},
        {FreeRDP_NSCodec, FALSE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
        if (!freerdp_settings_set_bool(settings, flags[i].key, flags[i].value))
            return false;
    return true;
}

static bool set_numbers(rdpSettings *settings) {
    const struct {
        FreeRDP_Settings_Keys_UInt32 key;
        UINT32 value;
    } numbers[] = {
        {FreeRDP_EncryptionLevel, ENCRYPTION_LEVEL_NONE},
        {FreeRDP_ColorDepth, 32},
        {FreeRDP_SurfaceCommandsSupported, SURFCMDS_SET_SURFACE_BITS | SURFCMDS_FRAME_MARKER},
        {FreeRDP_MultifragMaxRequestSize, 0xFFFFFF},
        {FreeRDP_RemoteApplicationSupportLevel,
         RAIL_LEVEL_SUPPORTED | RAIL_LEVEL_SHELL_INTEGRATION_SUPPORTED | RAIL_LEVEL_HANDSHAKE_EX_SUPPORTED |
             RAIL_LEVEL_WINDOW_CLOAKING_SUPPORTED},
        {FreeRDP_RemoteWndSupportLevel, WINDOW_LEVEL},
        {FreeRDP_RemoteAppNumIconCaches, ICON_CACHES},
        {FreeRDP_RemoteAppNumIconCacheEntries, ICON_CACHE_ENTRIES},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (!freerdp_settings_set_uint32(settings, numbers[i].key, numbers[i].value))
            return false;
    return true;
}

static void set_callbacks(freerdp_peer *foreign) {
    rdpInput *input = foreign->context->input;
    rdpUpdate *update = foreign->context->update;
    foreign->Capabilities = on_capabilities;
    foreign->PostConnect = on_post_connect;
    foreign->Activate = on_activate;
    input->KeyboardEvent = on_keyboard;
    input->UnicodeKeyboardEvent = on_unicode;
    input->MouseEvent = on_mouse;
    input->ExtendedMouseEvent = on_extended_mouse;
    input->SynchronizeEvent = on_synchronize;
    update->RefreshRect = on_refresh;
    update->SuppressOutput = on_suppress;
}

static size_t on_handles(void *user, HANDLE *ret_handles, size_t max) {
    RdpPeer *peer = user;
    size_t count = peer->peer->GetEventHandles(peer->peer, ret_handles, (DWORD)max - 6);
    if (!count)
        return 0;
    ret_handles[count++] = WTSVirtualChannelManagerGetEventHandle(peer->manager);
    count += rdp_rail_events(&peer->rail, ret_handles + count);
    HANDLE display = rdp_display_event(&peer->display);
    if (display)
        ret_handles[count++] = display;
    HANDLE frames = peer->frames ? rdp_frames_event(peer->frames) : NULL;
    if (frames)
        ret_handles[count++] = frames;
    return count;
}

static bool on_pump(void *user) {
    static const RdpRailEvents events = {on_rail, on_publication, on_devices};
    RdpPeer *peer = user;
    freerdp_peer *foreign = peer->peer;
    if (!foreign->CheckFileDescriptor(foreign))
        return false;
    ResetEvent(
        WTSVirtualChannelManagerGetEventHandle(peer->manager)); // before the check, or its last signal stays
    if (!WTSVirtualChannelManagerCheckFileDescriptorEx(peer->manager, peer->is_active))
        return false;
    rdp_rail_pump(&peer->rail, &events, peer);
    if (peer->frames && !rdp_frames_pump(peer->frames))
        return false;
    if (peer->is_ready && rdp_frames_can_set_monitors(peer->frames))
        rdp_display_pump(&peer->display, on_layout, peer);
    return !peer->is_ready || rdp_orders_flush(&peer->orders);
}

static void on_over(void *user) {
    RdpPeer *peer = user;
    peer->on_end(peer->user_data);
}

static gboolean on_deadline(gpointer user) {
    RdpPeer *peer = user;
    peer->deadline = 0;
    g_warning("client %u did not finish its connection", peer->number);
    peer->on_end(peer->user_data);
    return G_SOURCE_REMOVE;
}

static bool set_up(RdpPeer *peer, int fd) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    getpeername(fd, (struct sockaddr *)&address, &size);
    freerdp_peer *foreign = peer->peer;
    if (!freerdp_peer_set_local_and_hostname(foreign, &address))
        return false;
    foreign->ContextSize = sizeof(PeerContext);
    foreign->ContextNew = on_context_new;
    foreign->ContextFree = on_context_free;
    if (!freerdp_peer_context_new(foreign))
        return false;
    ((PeerContext *)foreign->context)->peer = peer;
    peer->manager = WTSOpenServerA((LPSTR)foreign->context);
    rdpSettings *settings = foreign->context->settings;
    set_callbacks(foreign);
    rdp_orders_init(&peer->orders, foreign->context);
    return peer->manager && peer->manager != INVALID_HANDLE_VALUE && set_key(settings, peer->options->key) &&
           set_flags(settings, peer->options->socket_path != NULL) && set_numbers(settings) &&
           foreign->Initialize(foreign);
}

RdpPeer *rdp_peer_new(int fd, const RdpServerOptions *options, const char *user, const char *password,
                      unsigned number, void (*on_end)(void *user), void *user_data) {
    RdpPeer *peer = g_new0(RdpPeer, 1);
    peer->options = options;
    peer->user = user;
    peer->password = password;
    peer->number = number;
    peer->on_end = on_end;
    peer->user_data = user_data;
    peer->peer = freerdp_peer_new(fd);
    if (!peer->peer || !set_up(peer, fd)) {
        if (!peer->peer)
            close(fd);
        rdp_peer_free(peer);
        return NULL;
    }
    static const RdpPumpCalls calls = {on_handles, on_pump, on_over};
    peer->source = rdp_pump_new(&calls, peer);
    peer->deadline = g_timeout_add_seconds(ACTIVATION_SECONDS, on_deadline, peer);
    return peer;
}

void rdp_peer_free(RdpPeer *peer) {
    if (!peer)
        return;
    if (peer->deadline)
        g_source_remove(peer->deadline);
    rdp_pump_free(peer->source);
    rdp_frames_free(peer->frames);
    rdp_rail_close(&peer->rail);
    rdp_display_close(&peer->display);
    rdp_orders_clear(&peer->orders);
    if (peer->manager && peer->manager != INVALID_HANDLE_VALUE)
        WTSCloseServer(peer->manager);
    if (peer->peer) {
        if (peer->peer->context) {
            peer->peer->Disconnect(peer->peer);
            freerdp_peer_context_free(peer->peer);
        }
        freerdp_peer_free(peer->peer);
    }
    g_free(peer);
}
