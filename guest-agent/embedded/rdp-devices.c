// SPDX-License-Identifier: Apache-2.0
// Greets the client, keeps the list of its drives, and matches answers with requests. No more bytes of file
// data are on their way at a time than fit a socket's buffer: two ends that both write and do not read block
// each other. Owned by the Embedded, in its loop. Never waits.
#include "guest-agent/embedded/rdp-devices.h"

#include <glib.h>
#include <string.h>

#define MINOR_VERSION 12
#define FLIGHT_MAX    (2 * RDP_DEVICES_TRANSFER) // bytes
#define REQUEST_COST  512
#define WAITING_MAX   65536 // requests

typedef struct Pending {
    RdpDevicesDone done;
    void *user;
    size_t cost;
} Pending;

typedef struct Waiting {
    uint32_t completion;
    GBytes *bytes;
} Waiting;

struct RdpDevices {
    RdpDevicesEvents events;
    void *user;
    bool connected;
    uint32_t connection, last_completion;
    struct {
        uint32_t id;
        char name[DEVICE_NAME_MAX + 1];
    } drives[DEVICE_LIST_MAX];
    size_t n_drives;
    GHashTable *pending; // completion id -> Pending
    GQueue waiting;      // of Waiting
    size_t in_flight;
};

RdpDevices *rdp_devices_new(const RdpDevicesEvents *events, void *user) {
    RdpDevices *devices = g_new0(RdpDevices, 1);
    devices->events = *events;
    devices->user = user;
    devices->pending = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_queue_init(&devices->waiting);
    return devices;
}

static void waiting_free(gpointer data) {
    g_bytes_unref(((Waiting *)data)->bytes);
    g_free(data);
}

void rdp_devices_free(RdpDevices *devices) {
    if (!devices)
        return;
    rdp_devices_disconnect(devices);
    g_hash_table_unref(devices->pending);
    g_free(devices);
}

static void send_pdu(RdpDevices *devices, const DevicePdu *pdu) {
    WireWriter writer;
    wire_writer_init(&writer);
    if (device_pdu_encode(&writer, pdu))
        devices->events.send(devices->user, writer.data, writer.size);
    wire_writer_clear(&writer);
}

void rdp_devices_connect(RdpDevices *devices) {
    DevicePdu pdu = {.type = DEVICE_PDU_SERVER_ANNOUNCE};
    rdp_devices_disconnect(devices);
    devices->connected = true;
    devices->connection++;
    pdu.as.announce.major = 1;
    pdu.as.announce.minor = MINOR_VERSION;
    pdu.as.announce.client = devices->connection;
    send_pdu(devices, &pdu);
}

static void remove_drive(RdpDevices *devices, size_t index) {
    char name[DEVICE_NAME_MAX + 1];
    memcpy(name, devices->drives[index].name, sizeof name);
    devices->n_drives--;
    memmove(&devices->drives[index], &devices->drives[index + 1],
            (devices->n_drives - index) * sizeof devices->drives[0]);
    devices->events.on_drive_gone(devices->user, name);
}

void rdp_devices_disconnect(RdpDevices *devices) {
    devices->connected = false;
    devices->in_flight = 0;
    g_queue_clear_full(&devices->waiting, waiting_free);
    GHashTable *pending = devices->pending; // who is told may ask anew
    devices->pending = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, pending);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Pending *item = value;
        item->done(item->user, NT_CANCELLED, NULL, 0);
    }
    g_hash_table_unref(pending);
    while (devices->n_drives)
        remove_drive(devices, devices->n_drives - 1);
}

uint32_t rdp_devices_find(const RdpDevices *devices, const char *name, const char **ret_spelling) {
    for (size_t i = 0; i < devices->n_drives; i++)
        if (g_ascii_strcasecmp(devices->drives[i].name, name) == 0) {
            if (ret_spelling)
                *ret_spelling = devices->drives[i].name;
            return devices->drives[i].id;
        }
    return 0;
}

const char *rdp_devices_name(const RdpDevices *devices, size_t index) {
    return index < devices->n_drives ? devices->drives[index].name : NULL;
}

uint32_t rdp_devices_connection(const RdpDevices *devices) {
    return devices->connection;
}

// Requests

static void send_waiting(RdpDevices *devices) {
    Waiting *item;
    while (devices->connected && (item = g_queue_peek_head(&devices->waiting))) {
        Pending *pending = g_hash_table_lookup(devices->pending, GUINT_TO_POINTER(item->completion));
        if (devices->in_flight && devices->in_flight + pending->cost > FLIGHT_MAX)
            return;
        gsize size;
        const void *bytes = g_bytes_get_data(item->bytes, &size);
        devices->in_flight += pending->cost;
        devices->events.send(devices->user, bytes, size);
        waiting_free(g_queue_pop_head(&devices->waiting));
    }
}

void rdp_devices_request(RdpDevices *devices, DeviceRequest *request, RdpDevicesDone done, void *user) {
    WireWriter writer;
    DevicePdu pdu = {.type = DEVICE_PDU_REQUEST};
    wire_writer_init(&writer);
    do
        request->completion = ++devices->last_completion;
    while (g_hash_table_contains(devices->pending, GUINT_TO_POINTER(request->completion)));
    pdu.as.request = *request;
    bool good = devices->connected && g_queue_get_length(&devices->waiting) < WAITING_MAX;
    if (!good || !device_pdu_encode(&writer, &pdu)) {
        wire_writer_clear(&writer);
        done(user, good ? NT_OBJECT_NAME_INVALID : NT_CANCELLED, NULL, 0);
        return;
    }
    bool is_transfer = request->major == DEVICE_READ || request->major == DEVICE_WRITE;
    Pending *pending = g_new0(Pending, 1);
    *pending = (Pending){done, user, REQUEST_COST + (is_transfer ? request->as.transfer.length : 0)};
    g_hash_table_insert(devices->pending, GUINT_TO_POINTER(request->completion), pending);
    Waiting *item = g_new0(Waiting, 1);
    *item = (Waiting){request->completion, g_bytes_new(writer.data, writer.size)};
    g_queue_push_tail(&devices->waiting, item);
    wire_writer_clear(&writer);
    send_waiting(devices);
}

static void on_completion(RdpDevices *devices, const DeviceCompletion *completion) {
    gpointer key = GUINT_TO_POINTER(completion->completion), value = NULL;
    if (!g_hash_table_steal_extended(devices->pending, key, NULL, &value))
        return; // an answer to nothing
    Pending *pending = value;
    devices->in_flight -= MIN(devices->in_flight, pending->cost);
    pending->done(pending->user, (NtStatus)completion->status, completion->data, completion->size);
    g_free(pending);
    send_waiting(devices);
}

// Greeting and drives

static void confirm(RdpDevices *devices) {
    DevicePdu can = {.type = DEVICE_PDU_SERVER_CAPABILITY}, id = {.type = DEVICE_PDU_CLIENT_ID};
    DevicePdu logged_on = {.type = DEVICE_PDU_USER_LOGGED_ON};
    can.as.capability.minor = id.as.announce.minor = MINOR_VERSION;
    can.as.capability.extended = DEVICE_CAN_REMOVE | DEVICE_CAN_LOGGED_ON;
    can.as.capability.drives = true;
    id.as.announce.major = 1;
    id.as.announce.client = devices->connection;
    send_pdu(devices, &can);
    send_pdu(devices, &id);
    send_pdu(devices, &logged_on); // the guest has one user, who always is
}

static bool add_drive(RdpDevices *devices, uint32_t id, const char *name) {
    if (!id || !*name || strpbrk(name, "/\\<>\"|") || name[0] == '.' ||
        devices->n_drives == DEVICE_LIST_MAX || rdp_devices_find(devices, name, NULL))
        return false;
    devices->drives[devices->n_drives].id = id;
    memcpy(devices->drives[devices->n_drives++].name, name, DEVICE_NAME_MAX + 1);
    devices->events.on_drive(devices->user, name);
    return true;
}

static void on_list(RdpDevices *devices, const DevicePdu *pdu) {
    for (uint32_t i = 0; i < pdu->as.list.count; i++) {
        DevicePdu reply = {.type = DEVICE_PDU_REPLY};
        bool taken = pdu->as.list.items[i].type == DEVICE_TYPE_DRIVE &&
                     add_drive(devices, pdu->as.list.items[i].id, pdu->as.list.items[i].name);
        reply.as.reply.device = pdu->as.list.items[i].id;
        reply.as.reply.status = taken ? NT_SUCCESS : NT_NOT_SUPPORTED;
        send_pdu(devices, &reply);
    }
}

static void on_removal(RdpDevices *devices, const DevicePdu *pdu) {
    for (uint32_t i = 0; i < pdu->as.removal.count; i++)
        for (size_t j = devices->n_drives; j-- > 0;)
            if (devices->drives[j].id == pdu->as.removal.ids[i])
                remove_drive(devices, j);
}

void rdp_devices_receive(RdpDevices *devices, const uint8_t *untrusted_bytes, size_t size) {
    DevicePdu pdu;
    if (!devices->connected || !device_pdu_decode(untrusted_bytes, size, &pdu))
        return;
    switch (pdu.type) {
    case DEVICE_PDU_CLIENT_NAME: // comes behind the client's id
        confirm(devices);
        break;
    case DEVICE_PDU_LIST:
        on_list(devices, &pdu);
        break;
    case DEVICE_PDU_LIST_REMOVE:
        on_removal(devices, &pdu);
        break;
    case DEVICE_PDU_COMPLETION:
        on_completion(devices, &pdu.as.completion);
        break;
    default:
        break;
    }
    device_pdu_clear(&pdu);
}
