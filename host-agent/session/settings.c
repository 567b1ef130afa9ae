// SPDX-License-Identifier: Apache-2.0
// The connection's settings from the CONNECT intent, and the answers to what FreeRDP would ask a user: never
// a dialog, a certificate is the one that was pinned or it is refused.
#include "host-agent/session/session.h"

#include <freerdp/crypto/certificate.h>
#include <stdio.h>
#include <string.h>

#define TLS_1_0              0x0301
#define TLS_1_2              0x0303
#define EXTENDED_CLIENT_DATA 0x01 // of the server's RDP_NEG_RSP, MS-RDPBCGR 2.2.1.2.1

enum { CHOSE_RDP = 0, CHOSE_SSL = 1, CHOSE_HYBRID = 2 }; // of RDP_NEG_RSP, selectedProtocol

static bool set_address(const char *address, rdpSettings *settings) {
    if (address[0] == '/')
        return freerdp_settings_set_string(settings, FreeRDP_ServerHostname, address);
    g_autofree char *host = g_strdup(address);
    char *colon = strrchr(host, ':');
    guint64 port = 3389;
    if (colon && !strchr(colon, ']') && (host[0] == '[' || strchr(host, ':') == colon)) {
        *colon = '\0';
        if (!g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
            return false;
    }
    size_t length = strlen(host);
    if (host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        memmove(host, host + 1, length - 1);
    }
    return host[0] && freerdp_settings_set_string(settings, FreeRDP_ServerHostname, host) &&
           freerdp_settings_set_uint32(settings, FreeRDP_ServerPort, port);
}

static bool set_account(const Intent *connect, rdpSettings *settings) {
    const char *user = connect->as.connect.user, *domain = connect->as.connect.domain;
    return (!user[0] || freerdp_settings_set_string(settings, FreeRDP_Username, user)) &&
           (!domain[0] || freerdp_settings_set_string(settings, FreeRDP_Domain, domain)) &&
           freerdp_settings_set_bool(settings, FreeRDP_AutoLogonEnabled,
                                     connect->as.connect.password[0] != '\0');
}

bool settings_lend_password(Session *session) {
    const char *password = session->connect.as.connect.password;
    return !password[0] || freerdp_settings_set_string(session->rdp->settings, FreeRDP_Password, password);
}

static void wipe(rdpSettings *settings, FreeRDP_Settings_Keys_String key) {
    char *text = freerdp_settings_get_string_writable(settings, key);
    if (!text)
        return;
    explicit_bzero(text, strlen(text));
    freerdp_settings_set_string(settings, key, NULL);
}

void settings_wipe_password(Session *session) {
    if (!session->rdp)
        return;
    wipe(session->rdp->settings, FreeRDP_Password);
    wipe(session->rdp->settings, FreeRDP_GatewayPassword); // the library copies it there
}

static void set_flags(rdpSettings *settings, bool gfx) {
    static const FreeRDP_Settings_Keys_Bool on[] = {FreeRDP_RemoteApplicationMode,
                                                    FreeRDP_AllowUnanouncedOrdersFromServer,
                                                    FreeRDP_SynchronousDynamicChannels,
                                                    FreeRDP_ExternalCertificateManagement,
                                                    FreeRDP_UnicodeInput,
                                                    FreeRDP_HasExtendedMouseEvent,
                                                    FreeRDP_HasHorizontalWheel,
                                                    FreeRDP_FastPathInput,
                                                    FreeRDP_FastPathOutput,
                                                    FreeRDP_RefreshRect,
                                                    FreeRDP_SuppressOutput,
                                                    FreeRDP_FrameMarkerCommandEnabled,
                                                    FreeRDP_SurfaceFrameMarkerEnabled,
                                                    FreeRDP_SurfaceCommandsEnabled,
                                                    FreeRDP_Workarea,
                                                    FreeRDP_DisableCredentialsDelegation};
    static const FreeRDP_Settings_Keys_Bool off[] = {FreeRDP_AutoReconnectionEnabled,
                                                     FreeRDP_AudioPlayback,
                                                     FreeRDP_AudioCapture,
                                                     FreeRDP_RedirectClipboard,
                                                     FreeRDP_DeviceRedirection,
                                                     FreeRDP_SupportMultitransport,
                                                     FreeRDP_GfxH264,
                                                     FreeRDP_GfxAVC444,
                                                     FreeRDP_GfxAVC444v2,
                                                     FreeRDP_BitmapCacheEnabled,
                                                     FreeRDP_BitmapCachePersistEnabled};
    for (size_t i = 0; i < G_N_ELEMENTS(on); i++)
        freerdp_settings_set_bool(settings, on[i], TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(off); i++)
        freerdp_settings_set_bool(settings, off[i], FALSE);
    freerdp_settings_set_bool(settings, FreeRDP_SupportGraphicsPipeline, gfx);
    freerdp_settings_set_bool(settings, FreeRDP_HiDefRemoteApp, gfx);
}

static bool allows(const Session *session, IntentSecurity security) {
    return session->connect.as.connect.security & security;
}

// Windows XP (MS-RDPBCGR 5.3): no negotiation worth the name, RAIL by the alternate shell of its update, and
// no dynamic channels.
static bool is_xp(const Session *session) {
    return session->connect.as.connect.security == INTENT_SECURITY_RDP;
}

static void set_security(const Session *session, rdpSettings *settings) {
    freerdp_settings_set_bool(settings, FreeRDP_RdpSecurity, allows(session, INTENT_SECURITY_RDP));
    freerdp_settings_set_bool(settings, FreeRDP_TlsSecurity, allows(session, INTENT_SECURITY_TLS));
    freerdp_settings_set_bool(settings, FreeRDP_NlaSecurity, allows(session, INTENT_SECURITY_NLA));
    freerdp_settings_set_bool(settings, FreeRDP_ExtSecurity, FALSE);
    freerdp_settings_set_bool(settings, FreeRDP_RdstlsSecurity, FALSE);
    freerdp_settings_set_bool(settings, FreeRDP_AadSecurity, FALSE);
    freerdp_settings_set_bool(settings, FreeRDP_NegotiateSecurityLayer, TRUE);
    bool dynamic = !is_xp(session);
    freerdp_settings_set_bool(settings, FreeRDP_SupportDynamicChannels, dynamic);
    freerdp_settings_set_bool(settings, FreeRDP_SupportDisplayControl, dynamic);
    freerdp_settings_set_bool(settings, FreeRDP_SupportMonitorLayoutPdu,
                              dynamic && !session->without_monitors);
    bool old_tls = session->connect.as.connect.old_tls; // for a Windows 7 without its updates
    freerdp_settings_set_uint16(settings, FreeRDP_TLSMinVersion, old_tls ? TLS_1_0 : TLS_1_2);
    if (old_tls)
        freerdp_settings_set_uint32(settings, FreeRDP_TlsSecLevel, 0);
    if (is_xp(session))
        freerdp_settings_set_string(settings, FreeRDP_AlternateShell, "rdpinit.exe");
}

static uint32_t depth_of(const Session *session) {
    uint32_t most = is_xp(session) ? 24 : 32, wanted = session->connect.as.connect.depth;
    return wanted ? MIN(wanted, most) : most;
}

static void set_numbers(const Intent *connect, rdpSettings *settings) {
    freerdp_settings_set_uint32(settings, FreeRDP_DesktopWidth, CLAMP(connect->as.connect.width, 200, 8192));
    freerdp_settings_set_uint32(settings, FreeRDP_DesktopHeight,
                                CLAMP(connect->as.connect.height, 200, 8192));
    freerdp_settings_set_uint32(settings, FreeRDP_DesktopScaleFactor,
                                layout_scale(&connect->as.connect.monitors));
    freerdp_settings_set_uint32(settings, FreeRDP_DeviceScaleFactor,
                                layout_device_scale(&connect->as.connect.monitors));
    freerdp_settings_set_uint32(settings, FreeRDP_LargePointerFlag, LARGE_POINTER_FLAG_96x96);
    freerdp_settings_set_uint32(settings, FreeRDP_KeyboardLayout, connect->as.connect.layout);
    freerdp_settings_set_uint32(settings, FreeRDP_ThreadingFlags, THREADING_FLAGS_DISABLE_THREADS);
    freerdp_settings_set_uint32(settings, FreeRDP_RemoteApplicationSupportLevel,
                                RAIL_LEVEL_SUPPORTED | RAIL_LEVEL_SHELL_INTEGRATION_SUPPORTED |
                                    RAIL_LEVEL_HANDSHAKE_EX_SUPPORTED);
    freerdp_settings_set_uint32(settings, FreeRDP_RemoteWndSupportLevel, 2);
    freerdp_settings_set_uint32(settings, FreeRDP_RemoteAppNumIconCaches, 3);
    freerdp_settings_set_uint32(settings, FreeRDP_RemoteAppNumIconCacheEntries, 12);
    freerdp_settings_set_uint32(settings, FreeRDP_TcpConnectTimeout, 15000);
}

// FreeRDP takes no connection with other monitors than these, and Windows turns them into such ones.
static bool may_tell(const Layout *layout) {
    if (layout->count < 2)
        return false;
    if (!layout_is_seamless(layout))
        g_printerr("railhead-session: the monitors overlap or leave gaps: the guest gets one desktop\n");
    return layout_is_seamless(layout);
}

static bool set_monitors(const Layout *layout, rdpSettings *settings) {
    if (!may_tell(layout))
        return true;
    Box primary = layout->monitors[0].box; // is at (0,0) for the protocol
    if (!freerdp_settings_set_pointer_len(settings, FreeRDP_MonitorDefArray, NULL, layout->count))
        return false;
    for (uint32_t i = 0; i < layout->count; i++) {
        Box box = layout->monitors[i].box;
        rdpMonitor monitor = {.x = box.x - primary.x,
                              .y = box.y - primary.y,
                              .width = box.width,
                              .height = box.height,
                              .is_primary = i == 0,
                              .orig_screen = i,
                              .attributes = {.desktopScaleFactor = layout_scale(layout),
                                             .deviceScaleFactor = layout_device_scale(layout)}};
        if (!freerdp_settings_set_pointer_array(settings, FreeRDP_MonitorDefArray, i, &monitor))
            return false;
    }
    return freerdp_settings_set_uint32(settings, FreeRDP_MonitorCount, layout->count) &&
           freerdp_settings_set_bool(settings, FreeRDP_UseMultimon, TRUE) &&
           freerdp_settings_set_bool(settings, FreeRDP_HasMonitorAttributes, TRUE);
}

// A server that was sent no monitors (Windows XP) has one, and counts from its corner.
void settings_find_origin(Session *session) {
    const Layout *layout = &session->connect.as.connect.monitors;
    uint32_t flags = freerdp_settings_get_uint32(session->rdp->settings, FreeRDP_NegotiationFlags);
    bool was_told = layout_is_seamless(layout) && flags & EXTENDED_CLIENT_DATA;
    session->origin_x = was_told ? layout->monitors[0].box.x : 0;
    session->origin_y = was_told ? layout->monitors[0].box.y : 0;
}

bool settings_apply(Session *session, rdpSettings *settings) {
    const Intent *connect = &session->connect;
    set_flags(settings, connect->as.connect.pixels != INTENT_PIXELS_LEGACY && !is_xp(session));
    set_numbers(connect, settings);
    set_security(session, settings);
    freerdp_settings_set_uint32(settings, FreeRDP_ColorDepth, depth_of(session));
    freerdp_settings_set_bool(settings, FreeRDP_SaltedChecksum, !session->without_salt);
    freerdp_settings_set_string(settings, FreeRDP_ClientHostname, "railhead");
    // Who offers these to a server without them waits for an answer, and FreeRDP 3.10.3 takes whatever comes
    // in its place twice through RDP's own decryption.
    bool may_know_monitors = connect->as.connect.security != INTENT_SECURITY_RDP;
    return (!may_know_monitors || set_monitors(&connect->as.connect.monitors, settings)) &&
           set_address(connect->as.connect.address, settings) && set_account(connect, settings);
}

static BOOL on_authenticate(freerdp *instance, char **user, char **password, char **domain,
                            rdp_auth_reason reason) {
    Session *session = session_of(instance->context);
    if (*user && **user && *password)
        return TRUE;
    if (reason == AUTH_TLS || reason == AUTH_RDP) { // the guest asks on its logon screen, if at all
        *user = *user ? *user : strdup("");
        *password = *password ? *password : strdup("");
        *domain = *domain ? *domain : strdup("");
        return TRUE;
    }
    g_strlcpy(session->agent_reason,
              "The guest asks for a user name and password, and none are stored for it.",
              sizeof session->agent_reason);
    session->agent_code = SESSION_END_LOGON;
    return FALSE;
}

static void plain_hex(const char *text, char *ret_hex, size_t size) {
    size_t at = 0;
    if (g_ascii_strncasecmp(text, "sha256:", 7) == 0)
        text += 7;
    for (; *text && at + 1 < size; text++)
        if (g_ascii_isxdigit(*text))
            ret_hex[at++] = g_ascii_tolower(*text);
    ret_hex[at] = '\0';
}

// Of the server's choice (MS-RDPBCGR 2.2.1.2.1); 0: one that was not offered to it.
static uint8_t chosen_protocol(const rdpSettings *settings) {
    switch (freerdp_settings_get_uint32(settings, FreeRDP_SelectedProtocol)) {
    case CHOSE_RDP:
        return INTENT_SECURITY_RDP;
    case CHOSE_SSL:
        return INTENT_SECURITY_TLS;
    case CHOSE_HYBRID:
        return INTENT_SECURITY_NLA;
    default:
        return 0;
    }
}

static void say_security(Session *session, SecurityVerdict verdict, const char *fingerprint) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SECURITY);
    event.as.security.protocol = chosen_protocol(session->rdp->settings);
    event.as.security.verdict = verdict;
    g_strlcpy(event.as.security.fingerprint, fingerprint, sizeof event.as.security.fingerprint);
    session_send(session, &event, -1);
}

// The library takes RDSTLS, which tells the password, and others from a server although they were not
// offered (CVE-2026-109952). All of them begin with TLS, and so with a look at the certificate.
static bool keeps_to_the_offer(Session *session) {
    if (allows(session, chosen_protocol(session->rdp->settings)))
        return true;
    g_snprintf(session->agent_reason, sizeof session->agent_reason,
               "The guest chose a protection that was not offered to it (%u; its profile says security=%s).",
               freerdp_settings_get_uint32(session->rdp->settings, FreeRDP_SelectedProtocol),
               intent_security_to_string(session->connect.as.connect.security));
    return false;
}

static bool fingerprint_of(const BYTE *data, size_t length, char *ret_hex, size_t size) {
    g_autofree char *pem = g_strndup((const char *)data, length);
    rdpCertificate *certificate = freerdp_certificate_new_from_pem(pem);
    char *found =
        certificate ? freerdp_certificate_get_fingerprint_by_hash_ex(certificate, "sha256", FALSE) : NULL;
    plain_hex(found ? found : "", ret_hex, size);
    free(found);
    freerdp_certificate_free(certificate);
    return strlen(ret_hex) == 64;
}

static SecurityVerdict judge(Session *session, const char *wanted, const char *got) {
    if (strcmp(wanted, got) == 0)
        return SECURITY_VERDICT_KNOWN;
    if (!wanted[0])
        return SECURITY_VERDICT_FIRST;
    g_snprintf(
        session->agent_reason, sizeof session->agent_reason,
        "The guest shows another certificate than the known one: it shows sha256:%s, known is sha256:%s.",
        got, wanted);
    session->agent_code = SESSION_END_CERTIFICATE;
    return SECURITY_VERDICT_OTHER;
}

// 2: for this connection only. Nothing is stored by the library. What is behind a socket is its owner's.
static int on_certificate(freerdp *instance, const BYTE *data, size_t length, const char *host, UINT16 port,
                          DWORD flags) {
    Session *session = session_of(instance->context);
    char wanted[INTENT_TEXT_MAX + 1], got[INTENT_TEXT_MAX + 1];
    if (!keeps_to_the_offer(session))
        return 0;
    if (session->connect.as.connect.address[0] == '/') {
        say_security(session, SECURITY_VERDICT_NONE, "");
        return 2;
    }
    plain_hex(session->connect.as.connect.fingerprint, wanted, sizeof wanted);
    if (!fingerprint_of(data, length, got, sizeof got))
        return 0;
    if (session->probes) {
        printf("%s %s\n", intent_security_to_string(chosen_protocol(session->rdp->settings)), got);
        session->probes = false;
        return 0;
    }
    SecurityVerdict verdict = judge(session, wanted, got);
    say_security(session, verdict, got);
    return verdict == SECURITY_VERDICT_OTHER ? 0 : 2;
}

void settings_say_plain(Session *session) {
    if (chosen_protocol(session->rdp->settings) == INTENT_SECURITY_RDP)
        say_security(session, SECURITY_VERDICT_NONE, "");
}

// Where it is sent is not where its user wanted to go, and nothing is known of what waits there.
static BOOL on_redirect(freerdp *instance) {
    Session *session = session_of(instance->context);
    g_strlcpy(session->agent_reason,
              "The guest sends the connection to another host, as a farm does: that is not supported.",
              sizeof session->agent_reason);
    return FALSE;
}

static int on_logon_error(freerdp *instance, UINT32 data, UINT32 type) {
    return 1;
}

void settings_install_checks(freerdp *instance) {
    instance->AuthenticateEx = on_authenticate;
    instance->VerifyX509Certificate = on_certificate;
    instance->Redirect = on_redirect;
    instance->LogonErrorInfo = on_logon_error;
}
