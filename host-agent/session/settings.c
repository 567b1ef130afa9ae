// SPDX-License-Identifier: Apache-2.0
// The connection's settings from the CONNECT intent, and the answers to what FreeRDP would ask a user: never
// a dialog, a certificate is the one that was pinned or it is refused.
#include "host-agent/session/session.h"

#include <freerdp/crypto/certificate.h>
#include <string.h>

#define EXTENDED_CLIENT_DATA 0x01 // of the server's RDP_NEG_RSP, MS-RDPBCGR 2.2.1.2.1

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
    const char *password = connect->as.connect.password;
    return (!user[0] || freerdp_settings_set_string(settings, FreeRDP_Username, user)) &&
           (!domain[0] || freerdp_settings_set_string(settings, FreeRDP_Domain, domain)) &&
           (!password[0] || freerdp_settings_set_string(settings, FreeRDP_Password, password)) &&
           freerdp_settings_set_bool(settings, FreeRDP_AutoLogonEnabled, password[0] != '\0');
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
                                                     FreeRDP_SupportDynamicChannels,
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
    freerdp_settings_set_bool(settings, FreeRDP_SupportDynamicChannels, gfx);
    freerdp_settings_set_bool(settings, FreeRDP_SupportGraphicsPipeline, gfx);
    freerdp_settings_set_bool(settings, FreeRDP_HiDefRemoteApp, gfx);
}

// Windows XP (MS-RDPBCGR 5.3): no negotiation worth the name, RAIL by the alternate shell of its update, and
// no dynamic channels. All else gets no chance of an encryption without a proof of who the guest is.
static void set_security(const Intent *connect, rdpSettings *settings) {
    bool rdp = connect->as.connect.security == INTENT_SECURITY_RDP;
    freerdp_settings_set_bool(settings, FreeRDP_RdpSecurity, rdp);
    freerdp_settings_set_bool(settings, FreeRDP_TlsSecurity, !rdp);
    freerdp_settings_set_bool(settings, FreeRDP_NlaSecurity, !rdp);
    freerdp_settings_set_bool(settings, FreeRDP_ExtSecurity, FALSE);
    freerdp_settings_set_bool(settings, FreeRDP_NegotiateSecurityLayer, TRUE);
    if (!rdp)
        return;
    freerdp_settings_set_string(settings, FreeRDP_AlternateShell, "rdpinit.exe");
    freerdp_settings_set_uint32(settings, FreeRDP_ColorDepth, 24); // its most
}

static void set_numbers(const Intent *connect, rdpSettings *settings) {
    freerdp_settings_set_uint32(settings, FreeRDP_ColorDepth, 32);
    freerdp_settings_set_uint32(settings, FreeRDP_DesktopWidth, CLAMP(connect->as.connect.width, 200, 8192));
    freerdp_settings_set_uint32(settings, FreeRDP_DesktopHeight,
                                CLAMP(connect->as.connect.height, 200, 8192));
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
                              .orig_screen = i};
        if (!freerdp_settings_set_pointer_array(settings, FreeRDP_MonitorDefArray, i, &monitor))
            return false;
    }
    return freerdp_settings_set_uint32(settings, FreeRDP_MonitorCount, layout->count) &&
           freerdp_settings_set_bool(settings, FreeRDP_UseMultimon, TRUE) &&
           freerdp_settings_set_bool(settings, FreeRDP_SupportMonitorLayoutPdu, TRUE);
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
    set_flags(settings, connect->as.connect.pixels != INTENT_PIXELS_LEGACY &&
                            connect->as.connect.security != INTENT_SECURITY_RDP);
    set_numbers(connect, settings);
    set_security(connect, settings);
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

// 2: for this connection only. Nothing is stored by the library.
static int on_certificate(freerdp *instance, const BYTE *data, size_t length, const char *host, UINT16 port,
                          DWORD flags) {
    Session *session = session_of(instance->context);
    const Intent *connect = &session->connect;
    if (connect->as.connect.address[0] == '/')
        return 2;
    g_autofree char *pem = g_strndup((const char *)data, length);
    rdpCertificate *certificate = freerdp_certificate_new_from_pem(pem);
    char *found =
        certificate ? freerdp_certificate_get_fingerprint_by_hash_ex(certificate, "sha256", FALSE) : NULL;
    char wanted[INTENT_TEXT_MAX + 1], got[INTENT_TEXT_MAX + 1];
    plain_hex(connect->as.connect.fingerprint, wanted, sizeof wanted);
    plain_hex(found ? found : "", got, sizeof got);
    bool same = strlen(got) == 64 && strcmp(wanted, got) == 0;
    if (!same)
        g_snprintf(session->agent_reason, sizeof session->agent_reason,
                   wanted[0] ? "The guest shows another certificate than the stored one: sha256 %s."
                             : "The guest's certificate is not known yet: sha256 %s.",
                   got);
    free(found);
    freerdp_certificate_free(certificate);
    return same ? 2 : 0;
}

static int on_logon_error(freerdp *instance, UINT32 data, UINT32 type) {
    return 1;
}

void settings_install_checks(freerdp *instance) {
    instance->AuthenticateEx = on_authenticate;
    instance->VerifyX509Certificate = on_certificate;
    instance->LogonErrorInfo = on_logon_error;
}
