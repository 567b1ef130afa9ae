// SPDX-License-Identifier: Apache-2.0
// The guest agent's one transport: the WTS virtual channel API with overlapped reads and writes on the
// channel's file, which the API lends (it must not be closed by us). Owned by main's loop, which waits for
// the two events. At most one read and one write are under way. Never blocks but for cancelling in
// channel_close.
#include "guest-agent/win32/channel-wts.h"

#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>
#include <wtsapi32.h>

#define READ_SIZE 65536

struct Channel {
    HANDLE wts, file;
    OVERLAPPED reading, writing;
    bool read_pending, write_pending;
    uint8_t *written; // bytes of the write under way
    uint8_t buffer[2][READ_SIZE];
    int filling; // the buffer that the pending read fills
};

static HANDLE borrow_file(HANDLE wts) {
    HANDLE file = NULL;
    PVOID value = NULL;
    DWORD size = 0;
    if (!WTSVirtualChannelQuery(wts, WTSVirtualFileHandle, &value, &size))
        return NULL;
    if (value && size == sizeof file)
        memcpy(&file, value, sizeof file);
    WTSFreeMemory(value);
    return file;
}

static bool is_pending_or_done(BOOL result) {
    DWORD error = result ? ERROR_SUCCESS : GetLastError();
    return error == ERROR_SUCCESS || error == ERROR_IO_PENDING || error == ERROR_MORE_DATA;
}

static bool arm_read(Channel *channel) {
    ResetEvent(channel->reading.hEvent);
    channel->reading.Offset = channel->reading.OffsetHigh = 0;
    channel->read_pending = is_pending_or_done(
        ReadFile(channel->file, channel->buffer[channel->filling], READ_SIZE, NULL, &channel->reading));
    return channel->read_pending;
}

Channel *channel_open(const char *name) {
    HANDLE wts = WTSVirtualChannelOpen(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, (char *)name);
    if (!wts)
        return NULL;
    Channel *channel = mem_new(sizeof *channel);
    channel->wts = wts;
    channel->file = borrow_file(wts);
    channel->reading.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    channel->writing.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!channel->file || !channel->reading.hEvent || !channel->writing.hEvent || !arm_read(channel)) {
        wide_log_error("the channel cannot be read", GetLastError());
        channel_close(channel);
        return NULL;
    }
    return channel;
}

void channel_close(Channel *channel) {
    DWORD size;
    if (!channel)
        return;
    if (channel->read_pending || channel->write_pending)
        CancelIo(channel->file);
    if (channel->read_pending)
        GetOverlappedResult(channel->file, &channel->reading, &size, TRUE);
    if (channel->write_pending)
        GetOverlappedResult(channel->file, &channel->writing, &size, TRUE);
    WTSVirtualChannelClose(channel->wts);
    if (channel->reading.hEvent)
        CloseHandle(channel->reading.hEvent);
    if (channel->writing.hEvent)
        CloseHandle(channel->writing.hEvent);
    free(channel->written);
    free(channel);
}

HANDLE channel_read_event(const Channel *channel) {
    return channel->reading.hEvent;
}

HANDLE channel_write_event(const Channel *channel) {
    return channel->writing.hEvent;
}

bool channel_read(Channel *channel, const uint8_t **ret_bytes, size_t *ret_size) {
    DWORD size = 0;
    *ret_size = 0;
    if (!GetOverlappedResult(channel->file, &channel->reading, &size, FALSE)) {
        DWORD error = GetLastError();
        if (error == ERROR_IO_INCOMPLETE)
            return true;
        if (error != ERROR_MORE_DATA) {
            channel->read_pending = false;
            return false;
        }
    }
    channel->read_pending = false;
    *ret_bytes = channel->buffer[channel->filling];
    *ret_size = size;
    channel->filling ^= 1;
    return arm_read(channel);
}

bool channel_may_write(const Channel *channel) {
    return !channel->write_pending;
}

bool channel_write(Channel *channel, uint8_t *bytes, size_t size) {
    free(channel->written);
    channel->written = bytes;
    ResetEvent(channel->writing.hEvent);
    channel->writing.Offset = channel->writing.OffsetHigh = 0;
    channel->write_pending =
        is_pending_or_done(WriteFile(channel->file, bytes, (DWORD)size, NULL, &channel->writing));
    return channel->write_pending;
}

bool channel_write_done(Channel *channel) {
    DWORD size = 0;
    if (!channel->write_pending)
        return true;
    if (!GetOverlappedResult(channel->file, &channel->writing, &size, FALSE))
        return GetLastError() == ERROR_IO_INCOMPLETE || (channel->write_pending = false);
    channel->write_pending = false;
    ResetEvent(channel->writing.hEvent);
    free(channel->written);
    channel->written = NULL;
    return true;
}
