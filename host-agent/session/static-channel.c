// SPDX-License-Identifier: Apache-2.0
// A static virtual channel as a FreeRDP plug-in of this program: passes on what arrives, chunk by chunk, and
// queues writes. FreeRDP calls the entry point once per connection; the channel lives until FreeRDP says
// TERMINATED. One loop, no thread.
#include "host-agent/session/session.h"

#include <freerdp/channels/channels.h>
#include <freerdp/svc.h>
#include <string.h>

struct StaticChannel {
    Session *session;
    StaticChannel **owner; // NULL once the library has freed the channel
    StaticChannelCalls calls;
    CHANNEL_DEF definition;
    CHANNEL_ENTRY_POINTS_FREERDP_EX entry;
    void *init;
    DWORD handle;
    bool open;
};

static void VCAPITYPE on_open_event(void *user, DWORD handle, UINT event, void *data, UINT32 size,
                                    UINT32 total, UINT32 flags) {
    StaticChannel *channel = user;
    if (event == CHANNEL_EVENT_DATA_RECEIVED) {
        if (channel && !(flags & (CHANNEL_FLAG_SUSPEND | CHANNEL_FLAG_RESUME)))
            channel->calls.chunk(channel->session, data, size, flags & CHANNEL_FLAG_FIRST,
                                 flags & CHANNEL_FLAG_LAST);
    } else if (event == CHANNEL_EVENT_WRITE_COMPLETE || event == CHANNEL_EVENT_WRITE_CANCELLED) {
        g_free(data);
    }
}

static void VCAPITYPE on_init_event(void *user, void *init, UINT event, void *data, UINT size) {
    StaticChannel *channel = user;
    switch (event) {
    case CHANNEL_EVENT_CONNECTED:
        channel->open =
            channel->entry.pVirtualChannelOpenEx(channel->init, &channel->handle, channel->definition.name,
                                                 on_open_event) == CHANNEL_RC_OK;
        if (channel->open)
            channel->calls.opened(channel->session);
        break;
    case CHANNEL_EVENT_DISCONNECTED:
        if (channel->open)
            channel->entry.pVirtualChannelCloseEx(channel->init, channel->handle);
        channel->open = false;
        break;
    case CHANNEL_EVENT_TERMINATED:
        *channel->owner = NULL;
        g_free(channel);
        break;
    }
}

static BOOL enter(PCHANNEL_ENTRY_POINTS_EX points, void *init) {
    CHANNEL_ENTRY_POINTS_FREERDP_EX *entry = (CHANNEL_ENTRY_POINTS_FREERDP_EX *)points;
    StaticChannel *channel = entry->pExtendedData;
    channel->entry = *entry;
    channel->init = init;
    return entry->pVirtualChannelInitEx(channel, NULL, init, &channel->definition, 1,
                                        VIRTUAL_CHANNEL_VERSION_WIN2000, on_init_event) == CHANNEL_RC_OK;
}

// FreeRDP takes an entry point for the plug-in's identity and skips one that it has seen.
static BOOL VCAPITYPE on_rail_entry(PCHANNEL_ENTRY_POINTS_EX points, void *init) {
    return enter(points, init);
}

static BOOL VCAPITYPE on_publication_entry(PCHANNEL_ENTRY_POINTS_EX points, void *init) {
    return enter(points, init);
}

static BOOL VCAPITYPE on_pixels_entry(PCHANNEL_ENTRY_POINTS_EX points, void *init) {
    return enter(points, init);
}

static BOOL VCAPITYPE on_device_entry(PCHANNEL_ENTRY_POINTS_EX points, void *init) {
    return enter(points, init);
}

static BOOL VCAPITYPE on_sound_entry(PCHANNEL_ENTRY_POINTS_EX points, void *init) {
    return enter(points, init);
}

static PVIRTUALCHANNELENTRYEX entry_of(const char *name) {
    static const struct {
        const char *name;
        PVIRTUALCHANNELENTRYEX entry;
    } entries[] = {{"rail", on_rail_entry},
                   {"RAILPUB", on_publication_entry},
                   {"rdpdr", on_device_entry},
                   {"rdpsnd", on_sound_entry}};
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
        if (g_str_equal(name, entries[i].name))
            return entries[i].entry;
    return on_pixels_entry;
}

bool static_channel_load(StaticChannel **ret_channel, Session *session, const char *name, uint32_t options,
                         StaticChannelCalls calls) {
    StaticChannel *channel = g_new0(StaticChannel, 1);
    channel->session = session;
    channel->owner = ret_channel;
    channel->calls = calls;
    channel->definition.options = options;
    g_strlcpy(channel->definition.name, name, sizeof channel->definition.name);
    rdpContext *context = session->rdp;
    if (freerdp_channels_client_load_ex(context->channels, context->settings, entry_of(name), channel) != 0) {
        g_free(channel);
        return false;
    }
    *ret_channel = channel;
    return true;
}

bool static_channel_write(StaticChannel *channel, const void *bytes, size_t size) {
    if (!channel || !channel->open)
        return false;
    void *copy = g_memdup2(bytes, size);
    if (channel->entry.pVirtualChannelWriteEx(channel->init, channel->handle, copy, size, copy) ==
        CHANNEL_RC_OK)
        return true;
    g_free(copy);
    return false;
}
