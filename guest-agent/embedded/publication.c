// SPDX-License-Identifier: Apache-2.0
// The publishing instance of the guest agent: started by the first Exec, kept while clients come and go.
// Owned by the Embedded, in its loop. Never reads what it carries; when the agent ends the client is told by
// LOST.
#include "guest-agent/embedded/publication.h"
#include "rail/message.h"

#include <string.h>

#define WAITING_MAX 65536

static void on_data(void *user, const uint8_t *untrusted_bytes, size_t size) {
    Publication *publication = user;
    if (publication->is_connected)
        publication_send(publication->user, untrusted_bytes, size);
}

static void on_lost(void *user) {
    Publication *publication = user;
    const uint8_t lost[MESSAGE_HEADER] = {MESSAGE_MAGIC & 0xFF, MESSAGE_MAGIC >> 8, MESSAGE_LOST, 0,
                                          MESSAGE_HEADER};
    g_warning("the guest agent ended");
    bridge_free(publication->bridge);
    publication->bridge = NULL;
    g_byte_array_set_size(publication->waiting, 0);
    if (publication->is_connected)
        publication_send(publication->user, lost, sizeof(lost));
    publication->is_connected = false;
}

void publication_init(Publication *publication, const Wine *wine, void *user) {
    publication->wine = wine;
    publication->user = user;
    publication->waiting = g_byte_array_new();
}

void publication_clear(Publication *publication) {
    bridge_free(publication->bridge);
    if (publication->waiting)
        g_byte_array_unref(publication->waiting);
    memset(publication, 0, sizeof(*publication));
}

bool publication_connect(Publication *publication, GError **error) {
    static const BridgeEvents events = {on_data, on_lost};
    if (publication->is_connected)
        return true;
    if (!publication->bridge)
        publication->bridge = bridge_new(publication->wine, NULL, &events, publication, error);
    if (!publication->bridge)
        return false;
    publication->is_connected = true;
    bridge_connected(publication->bridge, true);
    if (publication->waiting->len)
        bridge_send(publication->bridge, publication->waiting->data, publication->waiting->len);
    g_byte_array_set_size(publication->waiting, 0);
    return true;
}

void publication_disconnect(Publication *publication) {
    g_byte_array_set_size(publication->waiting, 0);
    if (publication->bridge && publication->is_connected)
        bridge_connected(publication->bridge, false);
    publication->is_connected = false;
}

void publication_receive(Publication *publication, const uint8_t *untrusted_bytes, size_t size) {
    if (publication->is_connected)
        bridge_send(publication->bridge, untrusted_bytes, size);
    else if (publication->waiting->len + size <= WAITING_MAX)
        g_byte_array_append(publication->waiting, untrusted_bytes, (guint)size);
}
