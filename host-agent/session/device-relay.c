// SPDX-License-Identifier: Apache-2.0
// Passes PDUs between the channel "rdpdr" and railhead-files (descriptor 4), and reads none of them: what is
// in them is the guest's and that program's affair. Also announces "rdpsnd" and takes no sound there, since
// servers from Vista on leave "rdpdr" alone for a client without it (MS-RDPEFS, appendix A <1>). In the
// session's loop.
#include "host-agent/session/session.h"

#include <freerdp/svc.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rail/device-pdu.h"

#define WAITING_MAX   (16 * 1024 * 1024) // bytes that railhead-files has not read
#define READ_SIZE     65536
#define SOUND_FORMATS 7 // SNDC_FORMATS (MS-RDPEA 2.2.2.1)
#define SOUND_VERSION 6
#define SOUND_HEADER  4
#define SOUND_BODY    20 // TS_SNDC header's body without any format

struct DeviceRelay {
    int fd;
    GByteArray *in, *out, *assembly;
    guint in_watch, out_watch;
    bool too_long;
};

static void close_down(DeviceRelay *relay, const char *why) {
    g_printerr("railhead-session: files: %s\n", why);
    g_clear_handle_id(&relay->in_watch, g_source_remove);
    g_clear_handle_id(&relay->out_watch, g_source_remove);
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer data) {
    DeviceRelay *relay = data;
    ssize_t sent = send(fd, relay->out->data, relay->out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0)
        g_byte_array_remove_range(relay->out, 0, sent);
    else if (sent < 0 && errno != EAGAIN && errno != EINTR)
        relay->out->len = 0;
    if (relay->out->len)
        return G_SOURCE_CONTINUE;
    relay->out_watch = 0;
    return G_SOURCE_REMOVE;
}

static void put_size(uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(size >> (8 * i));
}

static size_t get_size(const uint8_t *bytes) {
    return bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
}

static void pass_to_files(DeviceRelay *relay) {
    uint8_t head[4];
    if (!relay->in_watch)
        return;
    if (relay->out->len + relay->assembly->len > WAITING_MAX) {
        close_down(relay, "the guest asks faster than the host reads and writes");
        return;
    }
    put_size(head, relay->assembly->len);
    g_byte_array_append(relay->out, head, sizeof head);
    g_byte_array_append(relay->out, relay->assembly->data, relay->assembly->len);
    if (!relay->out_watch)
        relay->out_watch = g_unix_fd_add(relay->fd, G_IO_OUT, on_writable, relay);
}

static void on_chunk(Session *session, const uint8_t *untrusted_bytes, size_t size, bool first, bool last) {
    DeviceRelay *relay = session->relay;
    if (first) {
        g_byte_array_set_size(relay->assembly, 0);
        relay->too_long = false;
    }
    if (relay->assembly->len + size > DEVICE_PDU_MAX)
        relay->too_long = true;
    if (relay->too_long)
        return;
    g_byte_array_append(relay->assembly, untrusted_bytes, size);
    if (last)
        pass_to_files(relay);
}

static bool pass_to_guest(Session *session) {
    GByteArray *in = session->relay->in;
    size_t at = 0;
    while (in->len - at >= 4) {
        size_t size = get_size(in->data + at);
        if (size > DEVICE_PDU_MAX)
            return false;
        if (in->len - at - 4 < size)
            break;
        static_channel_write(session->device_channel, in->data + at + 4, size);
        at += 4 + size;
    }
    if (at)
        g_byte_array_remove_range(in, 0, at);
    return true;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data) {
    Session *session = data;
    DeviceRelay *relay = session->relay;
    uint8_t bytes[READ_SIZE];
    ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (got > 0) {
        g_byte_array_append(relay->in, bytes, got);
        if (pass_to_guest(session))
            return G_SOURCE_CONTINUE;
    }
    relay->in_watch = 0;
    close_down(relay, "railhead-files is gone");
    return G_SOURCE_REMOVE;
}

static void on_opened(Session *session) {
    g_byte_array_set_size(session->relay->assembly, 0);
}

static void on_sound_opened(Session *session) {
}

// Client Audio Formats and Version (MS-RDPEA 2.2.2.2) with no format: no sound will come.
static void on_sound_chunk(Session *session, const uint8_t *untrusted_bytes, size_t size, bool first,
                           bool last) {
    uint8_t answer[SOUND_HEADER + SOUND_BODY] = {SOUND_FORMATS, 0, SOUND_BODY};
    answer[SOUND_HEADER + 17] = SOUND_VERSION;
    if (first && size >= SOUND_HEADER && untrusted_bytes[0] == SOUND_FORMATS)
        static_channel_write(session->sound_channel, answer, sizeof answer);
}

bool device_relay_load(Session *session, int fd) {
    DeviceRelay *relay = g_new0(DeviceRelay, 1);
    session->relay = relay;
    relay->fd = fd;
    relay->in = g_byte_array_new();
    relay->out = g_byte_array_new();
    relay->assembly = g_byte_array_new();
    relay->in_watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_readable, session);
    uint32_t options = CHANNEL_OPTION_INITIALIZED | CHANNEL_OPTION_ENCRYPT_RDP | CHANNEL_OPTION_COMPRESS_RDP;
    return static_channel_load(&session->device_channel, session, "rdpdr", options,
                               (StaticChannelCalls){on_opened, on_chunk}) &&
           static_channel_load(&session->sound_channel, session, "rdpsnd", options,
                               (StaticChannelCalls){on_sound_opened, on_sound_chunk});
}

void device_relay_free(Session *session) {
    DeviceRelay *relay = session->relay;
    if (!relay)
        return;
    g_clear_handle_id(&relay->in_watch, g_source_remove);
    g_clear_handle_id(&relay->out_watch, g_source_remove);
    g_byte_array_unref(relay->in);
    g_byte_array_unref(relay->out);
    g_byte_array_unref(relay->assembly);
    g_free(relay);
    session->relay = NULL;
}
