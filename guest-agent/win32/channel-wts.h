// SPDX-License-Identifier: Apache-2.0
// One static virtual channel of our RDP session, read and written overlapped.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>

typedef struct Channel Channel;

Channel *channel_open(const char *name); // NULL: no client is there, or it does not know the channel
void channel_close(Channel *channel);

HANDLE channel_read_event(const Channel *channel);  // set: call channel_read
HANDLE channel_write_event(const Channel *channel); // set: call channel_write_done

// What has arrived, valid until the next call; *ret_size 0: nothing yet. False: the channel is gone.
bool channel_read(Channel *channel, const uint8_t **ret_bytes, size_t *ret_size);

bool channel_may_write(const Channel *channel); // no write is under way
bool channel_write(Channel *channel, uint8_t *bytes,
                   size_t size);           // takes ownership; false: the channel is gone
bool channel_write_done(Channel *channel); // false: the channel is gone
