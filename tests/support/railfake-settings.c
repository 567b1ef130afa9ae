// SPDX-License-Identifier: Apache-2.0
// The persona in FreeRDP's settings of a server: which security it takes and what it announces.
#include "tests/support/railfake-peer.h"

#include <freerdp/constants.h>
#include <freerdp/crypto/certificate.h>
#include <freerdp/crypto/privatekey.h>

static bool set_key(rdpSettings *settings, const RdpKey *key) {
    rdpPrivateKey *private_key = freerdp_key_new_from_pem(key->key);
    rdpCertificate *certificate = freerdp_certificate_new_from_pem(key->certificate);
    return private_key && certificate &&
           freerdp_settings_set_pointer_len(settings, FreeRDP_RdpServerRsaKey, private_key, 1) &&
           freerdp_settings_set_pointer_len(settings, FreeRDP_RdpServerCertificate, certificate, 1);
}

static void set_flags(rdpSettings *settings, const FakeOptions *options) {
    bool modern = options->persona->answers_negotiation;
    const struct {
        FreeRDP_Settings_Keys_Bool key;
        BOOL value;
    } flags[] = {
        {FreeRDP_RdpSecurity, options->security == FAKE_SECURITY_RDP},
        {FreeRDP_TlsSecurity, options->security == FAKE_SECURITY_TLS},
        {FreeRDP_NlaSecurity, options->security == FAKE_SECURITY_NLA},
        {FreeRDP_SurfaceFrameMarkerEnabled, modern},
        {FreeRDP_FrameMarkerCommandEnabled, modern},
        {FreeRDP_SurfaceCommandsEnabled, modern},
        {FreeRDP_SupportGraphicsPipeline, options->persona->hidef},
        {FreeRDP_SuppressOutput, TRUE},
        {FreeRDP_SupportMonitorLayoutPdu, options->persona->has_display},
        {FreeRDP_RefreshRect, TRUE},
        {FreeRDP_UnicodeInput, TRUE},
        {FreeRDP_HasExtendedMouseEvent, TRUE},
        {FreeRDP_HasHorizontalWheel, modern},
        {FreeRDP_NetworkAutoDetect, FALSE},
        {FreeRDP_SupportHeartbeatPdu, FALSE},
        {FreeRDP_SupportMultitransport, FALSE},
        {FreeRDP_RemoteFxCodec, FALSE},
        {FreeRDP_NSCodec, FALSE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
        freerdp_settings_set_bool(settings, flags[i].key, flags[i].value);
}

static void set_numbers(rdpSettings *settings, const FakeOptions *options) {
    bool is_rdp = options->security == FAKE_SECURITY_RDP;
    uint32_t level = RAIL_LEVEL_SUPPORTED | RAIL_LEVEL_SHELL_INTEGRATION_SUPPORTED;
    if (options->persona->extended_handshake)
        level |= RAIL_LEVEL_HANDSHAKE_EX_SUPPORTED | RAIL_LEVEL_WINDOW_CLOAKING_SUPPORTED;
    const struct {
        FreeRDP_Settings_Keys_UInt32 key;
        UINT32 value;
    } numbers[] = {
        {FreeRDP_EncryptionLevel, is_rdp ? ENCRYPTION_LEVEL_HIGH : ENCRYPTION_LEVEL_NONE},
        {FreeRDP_EncryptionMethods, is_rdp ? ENCRYPTION_METHOD_128BIT : ENCRYPTION_METHOD_NONE},
        {FreeRDP_ColorDepth, options->depth},
        {FreeRDP_SurfaceCommandsSupported, SURFCMDS_SET_SURFACE_BITS | SURFCMDS_FRAME_MARKER},
        {FreeRDP_MultifragMaxRequestSize, 0xFFFFFF},
        {FreeRDP_RemoteApplicationSupportLevel, level},
        {FreeRDP_RemoteWndSupportLevel, 2},
        {FreeRDP_RemoteAppNumIconCaches, 3},
        {FreeRDP_RemoteAppNumIconCacheEntries, 12},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        freerdp_settings_set_uint32(settings, numbers[i].key, numbers[i].value);
}

bool fake_settings_apply(rdpSettings *settings, const FakeOptions *options) {
    set_flags(settings, options);
    set_numbers(settings, options);
    return set_key(settings, options->key);
}
