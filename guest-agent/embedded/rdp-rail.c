// SPDX-License-Identifier: Apache-2.0
// The channels "rail", RAILPUB and "rdpdr" over FreeRDP's channel manager. Owned by one RdpPeer; what is
// written here waits in the manager until the peer pumps it. Never interprets the last two.
#include "guest-agent/embedded/rdp-rail.h"

#include <freerdp/freerdp.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/channels/rail.h>
#include <freerdp/peer.h>
#include <glib.h>
#include <stdlib.h>
#include <winpr/wtsapi.h>

#define CHANNEL_READ_MAX (2 * 1024 * 1024)

static HANDLE open_channel(HANDLE manager, const char *name) {
    if (!WTSVirtualChannelManagerIsChannelJoined(manager, name))
        return NULL;
    return WTSVirtualChannelOpen(manager, WTS_CURRENT_SESSION, (LPSTR)name);
}

void rdp_rail_open(RdpRail *rail, HANDLE manager, bool has_no_rail) {
    rail->manager = manager;
    rail->rail = has_no_rail ? NULL : open_channel(manager, "rail");
    rail->publication = open_channel(manager, "RAILPUB");
    rail->devices = open_channel(manager, "rdpdr");
}

void rdp_rail_close(RdpRail *rail) {
    if (rail->rail)
        WTSVirtualChannelClose(rail->rail);
    if (rail->publication)
        WTSVirtualChannelClose(rail->publication);
    if (rail->devices)
        WTSVirtualChannelClose(rail->devices);
    rail->rail = rail->publication = rail->devices = NULL;
}

static HANDLE event_of(HANDLE channel) {
    void *buffer = NULL;
    DWORD size = 0;
    HANDLE event = NULL;
    if (channel && WTSVirtualChannelQuery(channel, WTSVirtualEventHandle, &buffer, &size) &&
        size == sizeof(HANDLE))
        event = *(HANDLE *)buffer;
    WTSFreeMemory(buffer);
    return event;
}

size_t rdp_rail_events(const RdpRail *rail, HANDLE *ret_handles) {
    size_t count = 0;
    HANDLE channels[] = {rail->rail, rail->publication, rail->devices};
    for (size_t i = 0; i < G_N_ELEMENTS(channels); i++) {
        HANDLE event = event_of(channels[i]);
        if (event)
            ret_handles[count++] = event;
    }
    return count;
}

// The next message of a channel; owned by the caller, NULL when there is none.
static uint8_t *read_channel(HANDLE channel, size_t *ret_size) {
    ULONG size = 0;
    if (!channel)
        return NULL;
    WTSVirtualChannelRead(channel, 0, NULL, 0, &size);
    if (size == 0 || size > CHANNEL_READ_MAX)
        return NULL;
    uint8_t *bytes = g_malloc(size);
    ULONG got = 0;
    if (!WTSVirtualChannelRead(channel, 0, (PCHAR)bytes, size, &got) || got == 0) {
        g_free(bytes);
        return NULL;
    }
    *ret_size = got;
    return bytes;
}

void rdp_rail_pump(RdpRail *rail, const RdpRailEvents *events, void *user) {
    uint8_t *bytes;
    size_t size;
    while ((bytes = read_channel(rail->rail, &size))) {
        RailPdu pdu = {0};
        if (rail_pdu_decode(bytes, size, false, &pdu)) {
            rail_pdu_shift(&pdu, rail->origin_x, rail->origin_y);
            events->on_rail(user, &pdu);
            rail_pdu_clear(&pdu);
        } else {
            g_message("a rail PDU of %zu bytes was not understood", size);
        }
        g_free(bytes);
    }
    while ((bytes = read_channel(rail->publication, &size))) {
        events->on_publication(user, bytes, size);
        g_free(bytes);
    }
    while ((bytes = read_channel(rail->devices, &size))) {
        if (events->on_devices)
            events->on_devices(user, bytes, size);
        g_free(bytes);
    }
}

static bool write_channel(HANDLE channel, const uint8_t *bytes, size_t size) {
    ULONG written = 0;
    return channel && WTSVirtualChannelWrite(channel, (PCHAR)bytes, (ULONG)size, &written);
}

bool rdp_rail_send(RdpRail *rail, const RailPdu *pdu) {
    WireWriter writer;
    wire_writer_init(&writer);
    RailPdu shifted = *pdu; // shares its texts
    rail_pdu_shift(&shifted, -rail->origin_x, -rail->origin_y);
    bool sent = rail_pdu_encode(&writer, &shifted) && write_channel(rail->rail, writer.data, writer.size);
    wire_writer_clear(&writer);
    return sent;
}

bool rdp_rail_publish(RdpRail *rail, const uint8_t *bytes, size_t size) {
    return write_channel(rail->publication, bytes, size);
}

bool rdp_rail_send_devices(RdpRail *rail, const uint8_t *bytes, size_t size) {
    return write_channel(rail->devices, bytes, size);
}
