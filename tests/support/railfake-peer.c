// SPDX-License-Identifier: Apache-2.0
// A FreeRDP peer that plays the persona on the wire: security, capabilities, handshake; what the client says
// becomes records. What FreeRDP's server would not do by itself is done to the PDUs as they pass: a Windows
// from before the negotiation of security neither reads nor answers one.
#include "tests/support/railfake-peer.h"

#include <freerdp/channels/wtsvc.h>
#include <freerdp/constants.h>
#include <freerdp/input.h>
#include <freerdp/peer.h>
#include <freerdp/transport_io.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winpr/ntlm.h>
#include <winpr/stream.h>
#include <winpr/wtsapi.h>
#include "guest-agent/embedded/rdp-pump.h"
#include "tests/support/railfake-gfx.h"

typedef struct PeerContext {
    rdpContext base;
    FakePeer *peer;
} PeerContext;

struct FakePeer {
    const FakeOptions *options;
    const FakePeerEvents *events;
    void *user;
    int fd;
    freerdp_peer *foreign;
    HANDLE manager;
    RdpRail rail;
    RdpOrders orders;
    RdpDisplay display;
    FakeGfx *gfx;
    GSource *pump;
    rdpTransportIo io; // the library's own
    bool has_read, is_active, is_ready, is_ending;
};

static FakePeer *peer_of(rdpContext *context) {
    return ((PeerContext *)context)->peer;
}

static void tell(FakePeer *peer, Record *record) {
    peer->events->record(peer->user, record);
}

static void tell_word(FakePeer *peer, const char *event) {
    tell(peer, record_new(event));
}

// The client's wish for a protocol stands in the last 8 bytes of its connection request (MS-RDPBCGR
// 2.2.1.1.1).
static void read_request(FakePeer *peer, uint8_t *bytes, size_t size) {
    Record *record = record_new("connection");
    uint8_t *wish = size >= 19 && bytes[size - 8] == 1 && bytes[size - 6] == 8 ? bytes + size - 4 : NULL;
    record_put(record, "protocols", wish ? wish[0] | wish[1] << 8 : 0);
    tell(peer, record);
    if (wish && !peer->options->persona->answers_negotiation)
        memset(wish, 0, 4);
}

// Send Data Request with a security header (MS-RDPBCGR 2.2.8.1.1.2): TPKT, X.224, MCS, length of 1 or 2
// bytes.
static bool is_salted(const uint8_t *bytes, size_t size) {
    const size_t length_at = 13;
    if (size < 20 || bytes[0] != 3 || bytes[7] != 0x64)
        return false;
    size_t flags_at = length_at + (bytes[length_at] & 0x80 ? 2 : 1);
    return bytes[flags_at] & 0x08 && bytes[flags_at + 1] & 0x08; // SEC_ENCRYPT, SEC_SECURE_CHECKSUM
}

static int on_read_pdu(rdpTransport *transport, wStream *stream) {
    FakePeer *peer = peer_of(transport_get_context(transport));
    int status = peer->io.ReadPdu(transport, stream);
    if (status <= 0)
        return status;
    uint8_t *bytes = Stream_Buffer(stream);
    size_t size = Stream_Length(stream);
    if (!peer->has_read)
        read_request(peer, bytes, size);
    peer->has_read = true;
    if (peer->options->refuses_salted_macs && is_salted(bytes, size)) {
        tell_word(peer, "salted-mac");
        return -1;
    }
    return status;
}

static int on_write_pdu(rdpTransport *transport, wStream *stream) {
    FakePeer *peer = peer_of(transport_get_context(transport));
    const uint8_t *bytes = Stream_Buffer(stream);
    static const uint8_t plain[] = {3, 0, 0, 11, 6, 0xD0, 0, 0, 0x12, 0x34, 0};
    bool is_confirm = Stream_Length(stream) == 19 && bytes[5] == 0xD0;
    if (!is_confirm || peer->options->persona->answers_negotiation)
        return peer->io.WritePdu(transport, stream);
    wStream *confirm = Stream_New(NULL, sizeof plain);
    Stream_Write(confirm, plain, sizeof plain);
    Stream_SealLength(confirm);
    int status = peer->io.WritePdu(transport, confirm);
    Stream_Free(confirm, TRUE);
    return status;
}

static void tell_logon(FakePeer *peer, bool known) {
    const rdpSettings *settings = peer->foreign->context->settings;
    Record *record = record_new("logon");
    record_put_text(record, "user", freerdp_settings_get_string(settings, FreeRDP_Username));
    record_put_text(record, "domain", freerdp_settings_get_string(settings, FreeRDP_Domain));
    record_put_text(record, "shell", freerdp_settings_get_string(settings, FreeRDP_AlternateShell));
    record_put(record, "known", known);
    record_put(record, "depth", freerdp_settings_get_uint32(settings, FreeRDP_ColorDepth)); // wanted, or less
    record_put(record, "auto", freerdp_settings_get_bool(settings, FreeRDP_AutoLogonEnabled));
    record_put(record, "rail", freerdp_settings_get_bool(settings, FreeRDP_RemoteApplicationMode));
    record_put(record, "hidef", freerdp_settings_get_bool(settings, FreeRDP_HiDefRemoteApp));
    record_put(record, "encryption", freerdp_settings_get_uint32(settings, FreeRDP_EncryptionMethods));
    record_put(record, "protocol", freerdp_settings_get_uint32(settings, FreeRDP_SelectedProtocol));
    tell(peer, record);
}

static bool is_known(FakePeer *peer) {
    const rdpSettings *settings = peer->foreign->context->settings;
    const FakeOptions *options = peer->options;
    if (!options->password || options->security == FAKE_SECURITY_NLA) // checked before this
        return true;
    return g_strcmp0(freerdp_settings_get_string(settings, FreeRDP_Username), options->user) == 0 &&
           g_strcmp0(freerdp_settings_get_string(settings, FreeRDP_Password), options->password) == 0;
}

static BOOL on_capabilities(freerdp_peer *foreign) {
    FakePeer *peer = peer_of(foreign->context);
    rdpSettings *settings = foreign->context->settings;
    bool known = is_known(peer);
    tell_logon(peer, known);
    if (!known) {
        freerdp_set_error_info(foreign->context->rdp, ERRINFO_SERVER_DENIED_CONNECTION);
        freerdp_send_error_info(foreign->context->rdp);
        return FALSE;
    }
    if (!peer->options->persona->announces_rail || peer->options->hides_rail)
        freerdp_settings_set_bool(settings, FreeRDP_RemoteApplicationMode, FALSE);
    return freerdp_settings_set_uint32(settings, FreeRDP_ColorDepth, peer->options->depth);
}

static BOOL on_post_connect(freerdp_peer *foreign) {
    FakePeer *peer = peer_of(foreign->context);
    rdpSettings *settings = foreign->context->settings;
    UINT32 width = (UINT32)peer->options->width, height = (UINT32)peer->options->height;
    bool resized = freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth) != width ||
                   freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight) != height;
    if (!width || !resized)
        return TRUE;
    return freerdp_settings_set_uint32(settings, FreeRDP_DesktopWidth, width) &&
           freerdp_settings_set_uint32(settings, FreeRDP_DesktopHeight, height) &&
           foreign->context->update->DesktopResize(foreign->context);
}

static bool has_shell(const FakePeer *peer) {
    const char *wanted = peer->options->persona->shell;
    const char *shell = freerdp_settings_get_string(peer->foreign->context->settings, FreeRDP_AlternateShell);
    return !wanted || (shell && g_ascii_strcasecmp(shell, wanted) == 0);
}

static bool shake_hands(FakePeer *peer) {
    const FakePersona *persona = peer->options->persona;
    RailPdu pdu = {.type = persona->extended_handshake ? RAIL_PDU_HANDSHAKE_EX : RAIL_PDU_HANDSHAKE};
    pdu.as.handshake.build = persona->build;
    pdu.as.handshake.flags = persona->handshake_flags;
    if (!peer->gfx)
        pdu.as.handshake.flags &= ~(uint32_t)RAIL_HANDSHAKE_HIDEF;
    return rdp_rail_send(&peer->rail, &pdu);
}

static bool wants_gfx(const FakePeer *peer) {
    const rdpSettings *settings = peer->foreign->context->settings;
    return peer->options->persona->hidef &&
           freerdp_settings_get_bool(settings, FreeRDP_SupportGraphicsPipeline) &&
           freerdp_settings_get_bool(settings, FreeRDP_HiDefRemoteApp) &&
           WTSVirtualChannelManagerIsChannelJoined(peer->manager, "drdynvc");
}

static void tell_active(FakePeer *peer) {
    const rdpSettings *settings = peer->foreign->context->settings;
    Record *record = record_new("active");
    record_put(record, "width", freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth));
    record_put(record, "height", freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight));
    record_put(record, "depth", freerdp_settings_get_uint32(settings, FreeRDP_ColorDepth));
    record_put(record, "layout", freerdp_settings_get_uint32(settings, FreeRDP_KeyboardLayout));
    record_put(record, "scale", freerdp_settings_get_uint32(settings, FreeRDP_DesktopScaleFactor));
    record_put(record, "device-scale", freerdp_settings_get_uint32(settings, FreeRDP_DeviceScaleFactor));
    record_put(record, "gfx", peer->gfx != NULL);
    record_put(record, "dynamic", WTSVirtualChannelManagerIsChannelJoined(peer->manager, "drdynvc"));
    record_put(record, "has-rail", peer->rail.rail != NULL);
    record_put(record, "has-publication", peer->rail.publication != NULL);
    tell(peer, record);
}

static void on_gfx_ready(void *user) {
    FakePeer *peer = user;
    peer->events->on_gfx(peer->user);
}

static void on_gfx_record(void *user, Record *record) {
    tell(user, record);
}

static BOOL on_activate(freerdp_peer *foreign) {
    static const FakeGfxEvents events = {on_gfx_ready, on_gfx_record};
    FakePeer *peer = peer_of(foreign->context);
    if (peer->is_active) { // again, after a resize
        tell_active(peer);
        peer->events->on_resized(peer->user);
        return TRUE;
    }
    peer->is_active = true;
    rdp_rail_open(&peer->rail, peer->manager, false);
    rdp_display_init(&peer->display, peer->manager);
    if (wants_gfx(peer))
        peer->gfx = fake_gfx_new(foreign->context, peer->manager, &events, peer);
    tell_active(peer);
    if (peer->rail.rail && has_shell(peer) && !peer->options->refuses_rail)
        return shake_hands(peer);
    tell_word(peer, "no-rail");
    return TRUE;
}

void fake_peer_origin(const FakePeer *peer, int32_t *ret_x, int32_t *ret_y) {
    const rdpSettings *settings = peer->foreign->context->settings;
    uint32_t count = freerdp_settings_get_uint32(settings, FreeRDP_MonitorCount);
    int32_t left = 0, top = 0;
    for (uint32_t i = 0; i < count; i++) {
        const rdpMonitor *monitor = freerdp_settings_get_pointer_array(settings, FreeRDP_MonitorDefArray, i);
        left = monitor ? MIN(left, monitor->x) : left;
        top = monitor ? MIN(top, monitor->y) : top;
    }
    *ret_x = -left;
    *ret_y = -top;
}

static SECURITY_STATUS on_ntlm_hash(void *client, const SEC_WINNT_AUTH_IDENTITY *identity,
                                    const SecBuffer *proof, const BYTE *key, const BYTE *mic,
                                    const SecBuffer *mic_value, BYTE *hash) {
    freerdp_peer *foreign = client;
    FakePeer *peer = peer_of(foreign->context);
    const char *password = peer->options->password ? peer->options->password : "";
    glong length = 0;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(password, -1, NULL, &length, NULL);
    tell_word(peer, "nla");
    return NTOWFv2W((LPWSTR)wide, (UINT32)length * 2, identity->User, identity->UserLength * 2,
                    identity->Domain, identity->DomainLength * 2, hash)
               ? 1 // the library reads it as a truth value
               : 0;
}

static Record *record_input(const char *event, uint32_t flags) {
    Record *record = record_new(event);
    record_put(record, "flags", flags);
    return record;
}

static BOOL on_keyboard(rdpInput *input, UINT16 flags, UINT8 code) {
    Record *record = record_input("key", flags);
    record_put(record, "code", code);
    record_put(record, "down", !(flags & KBD_FLAGS_RELEASE));
    record_put(record, "extended", (flags & KBD_FLAGS_EXTENDED) != 0);
    tell(peer_of(input->context), record);
    return TRUE;
}

static BOOL on_unicode(rdpInput *input, UINT16 flags, UINT16 code) {
    Record *record = record_input("unicode", flags);
    record_put(record, "code", code);
    record_put(record, "down", !(flags & KBD_FLAGS_RELEASE));
    tell(peer_of(input->context), record);
    return TRUE;
}

static BOOL tell_mouse(rdpInput *input, const char *event, UINT16 flags, UINT16 x, UINT16 y) {
    Record *record = record_input(event, flags);
    record_put(record, "x", x);
    record_put(record, "y", y);
    tell(peer_of(input->context), record);
    return TRUE;
}

static BOOL on_mouse(rdpInput *input, UINT16 flags, UINT16 x, UINT16 y) {
    return tell_mouse(input, "mouse", flags, x, y);
}

static BOOL on_extended_mouse(rdpInput *input, UINT16 flags, UINT16 x, UINT16 y) {
    return tell_mouse(input, "extended-mouse", flags, x, y);
}

static BOOL on_synchronize(rdpInput *input, UINT32 flags) {
    tell(peer_of(input->context), record_input("locks", flags));
    return TRUE;
}

static BOOL on_refresh(rdpContext *context, BYTE count, const RECTANGLE_16 *areas) {
    for (BYTE i = 0; i < count; i++) {
        Record *record = record_new("refresh");
        record_put_box(record, (Box){areas[i].left, areas[i].top, areas[i].right - areas[i].left + 1,
                                     areas[i].bottom - areas[i].top + 1});
        tell(peer_of(context), record);
    }
    return TRUE;
}

static BOOL on_suppress(rdpContext *context, BYTE allow, const RECTANGLE_16 *area) {
    Record *record = record_new("suppress-output");
    record_put(record, "allow", allow);
    tell(peer_of(context), record);
    return TRUE;
}

static void set_callbacks(freerdp_peer *foreign) {
    rdpInput *input = foreign->context->input;
    rdpUpdate *update = foreign->context->update;
    foreign->Capabilities = on_capabilities;
    foreign->PostConnect = on_post_connect;
    foreign->Activate = on_activate;
    foreign->SspiNtlmHashCallback = on_ntlm_hash;
    input->KeyboardEvent = on_keyboard;
    input->UnicodeKeyboardEvent = on_unicode;
    input->MouseEvent = on_mouse;
    input->ExtendedMouseEvent = on_extended_mouse;
    input->SynchronizeEvent = on_synchronize;
    update->RefreshRect = on_refresh;
    update->SuppressOutput = on_suppress;
}

static void hook_transport(FakePeer *peer) {
    rdpContext *context = peer->foreign->context;
    peer->io = *freerdp_get_io_callbacks(context);
    rdpTransportIo hooked = peer->io;
    hooked.ReadPdu = on_read_pdu;
    hooked.WritePdu = on_write_pdu;
    freerdp_set_io_callbacks(context, &hooked);
}

static void on_channel_pdu(void *user, const RailPdu *untrusted_pdu) {
    FakePeer *peer = user;
    peer->events->on_rail(peer->user, untrusted_pdu);
    if (untrusted_pdu->type == RAIL_PDU_CLIENT_STATUS && !peer->is_ready) {
        peer->is_ready = true;
        peer->events->on_ready(peer->user);
    }
}

static void on_channel_message(void *user, const uint8_t *untrusted_bytes, size_t size) {
    FakePeer *peer = user;
    peer->events->on_publication(peer->user, untrusted_bytes, size);
}

static size_t on_handles(void *user, HANDLE *ret_handles, size_t max) {
    FakePeer *peer = user;
    size_t count = peer->options->is_silent // deaf, too
                       ? 0
                       : peer->foreign->GetEventHandles(peer->foreign, ret_handles, (DWORD)max - 6);
    if (!count && !peer->options->is_silent)
        return 0;
    ret_handles[count++] = WTSVirtualChannelManagerGetEventHandle(peer->manager);
    count += rdp_rail_events(&peer->rail, ret_handles + count);
    HANDLE display = rdp_display_event(&peer->display);
    if (display)
        ret_handles[count++] = display;
    HANDLE gfx = peer->gfx ? fake_gfx_event(peer->gfx) : NULL;
    if (gfx)
        ret_handles[count++] = gfx;
    return count;
}

static void on_layout(void *user, const Layout *layout) {
    FakePeer *peer = user;
    peer->events->on_layout(peer->user, layout);
}

static bool has_dynamic_channels(const FakePeer *peer) {
    return peer->is_active && (peer->gfx || peer->options->persona->has_display) &&
           WTSVirtualChannelManagerIsChannelJoined(peer->manager, "drdynvc");
}

static bool on_pump(void *user) {
    static const RdpRailEvents events = {on_channel_pdu, on_channel_message};
    FakePeer *peer = user;
    if (peer->options->is_silent)
        return true;
    if (!peer->foreign->CheckFileDescriptor(peer->foreign) || peer->is_ending)
        return false;
    ResetEvent(WTSVirtualChannelManagerGetEventHandle(peer->manager)); // first, or its last signal stays
    if (!WTSVirtualChannelManagerCheckFileDescriptorEx(peer->manager, has_dynamic_channels(peer)))
        return false;
    rdp_rail_pump(&peer->rail, &events, peer);
    if (peer->is_active && peer->options->persona->has_display)
        rdp_display_pump(&peer->display, on_layout, peer);
    if (peer->gfx && !fake_gfx_pump(peer->gfx))
        return false;
    return rdp_orders_flush(&peer->orders);
}

static void on_over(void *user) {
    FakePeer *peer = user;
    peer->events->on_over(peer->user, peer);
}

static bool set_up(FakePeer *peer, int fd) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    getpeername(fd, (struct sockaddr *)&address, &size);
    freerdp_peer *foreign = peer->foreign;
    foreign->ContextSize = sizeof(PeerContext);
    if (!freerdp_peer_set_local_and_hostname(foreign, &address) || !freerdp_peer_context_new(foreign))
        return false;
    rdpSettings *settings = foreign->context->settings;
    ((PeerContext *)foreign->context)->peer = peer;
    peer->manager = WTSOpenServerA((LPSTR)foreign->context);
    set_callbacks(foreign);
    hook_transport(peer);
    rdp_orders_init(&peer->orders, foreign->context);
    return peer->manager && fake_settings_apply(settings, peer->options) && foreign->Initialize(foreign) &&
           freerdp_settings_set_bool(settings, FreeRDP_LocalConnection, FALSE); // or encryption is left out
}

FakePeer *fake_peer_new(int fd, const FakeOptions *options, const FakePeerEvents *events, void *user) {
    static const RdpPumpCalls calls = {on_handles, on_pump, on_over};
    FakePeer *peer = g_new0(FakePeer, 1);
    peer->options = options;
    peer->events = events;
    peer->user = user;
    peer->fd = fd;
    peer->foreign = freerdp_peer_new(fd);
    if (!peer->foreign || !set_up(peer, fd)) {
        fake_peer_free(peer);
        return NULL;
    }
    peer->pump = rdp_pump_new(&calls, peer);
    return peer;
}

void fake_peer_free(FakePeer *peer) {
    if (!peer)
        return;
    rdp_pump_free(peer->pump);
    fake_gfx_free(peer->gfx);
    rdp_rail_close(&peer->rail);
    rdp_display_close(&peer->display);
    rdp_orders_clear(&peer->orders);
    if (peer->manager)
        WTSCloseServer(peer->manager);
    if (peer->foreign && peer->foreign->context) {
        peer->foreign->Disconnect(peer->foreign);
        freerdp_peer_context_free(peer->foreign);
    }
    if (peer->foreign)
        freerdp_peer_free(peer->foreign);
    g_free(peer);
}

rdpContext *fake_peer_context(FakePeer *peer) {
    return peer->foreign->context;
}

RdpOrders *fake_peer_orders(FakePeer *peer) {
    return &peer->orders;
}

RdpRail *fake_peer_rail(FakePeer *peer) {
    return &peer->rail;
}

FakeGfx *fake_peer_gfx(FakePeer *peer) {
    return peer->gfx;
}

bool fake_peer_has_left(const FakePeer *peer) {
    char next;
    return peer->is_ending || recv(peer->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool fake_peer_is_ready(const FakePeer *peer) {
    return peer->is_ready;
}

void fake_peer_take_layout(FakePeer *peer, const Layout *layout) {
    rdpContext *context = peer->foreign->context;
    Box primary = layout->monitors[0].box;
    rdp_orders_flush(&peer->orders);
    rdp_display_adopt(context->settings, layout);
    peer->orders.origin_x = peer->rail.origin_x = primary.x;
    peer->orders.origin_y = peer->rail.origin_y = primary.y;
    if (peer->gfx) {
        fake_gfx_reset(peer->gfx, layout);
        peer->events->on_resized(peer->user);
    } else {
        context->update->DesktopResize(context);
    }
}

void fake_peer_pdu(FakePeer *peer, const uint8_t *bytes, size_t size) {
    wStream *stream = Stream_New(NULL, size);
    rdp_orders_flush(&peer->orders);
    Stream_Write(stream, bytes, size);
    Stream_SealLength(stream);
    peer->io.WritePdu(freerdp_get_transport(peer->foreign->context), stream);
    Stream_Free(stream, TRUE);
}

void fake_peer_end(FakePeer *peer, uint32_t error_info) {
    rdpRdp *rdp = peer->foreign->context->rdp;
    if (error_info) {
        freerdp_set_error_info(rdp, error_info);
        freerdp_send_error_info(rdp);
    }
    shutdown(peer->fd, SHUT_WR); // what the client still says is read: a reset could overtake the reason
}

void fake_peer_drop(FakePeer *peer) {
    peer->is_ending = true;
    shutdown(peer->fd, SHUT_RDWR);
}
