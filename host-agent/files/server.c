// SPDX-License-Identifier: Apache-2.0
// Greets the guest's server, announces the drives, and answers each request exactly once. Whatever is wrong
// with a request is its own error and nothing else's: one that fails takes no other drive with it. Process:
// railhead-files.
#include "host-agent/files/server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-agent/files/file.h"
#include "rail/mem.h"

#define MINOR_VERSION 12
#define DRIVES_MAX    DEVICE_LIST_MAX
#define FILES_MAX     4096
#define COMPUTER      "host"

struct Server {
    ServerSend send;
    void *user;
    uint32_t client;
    bool announced;       // the guest has the list of drives
    bool waits_for_logon; // and gets it only then
    bool can_remove;
    Drive *drives[DRIVES_MAX];
    size_t n_drives;
    uint32_t last_drive;
    File *files[FILES_MAX]; // by file id - 1
};

Server *server_new(ServerSend send, void *user) {
    Server *server = mem_new(sizeof *server);
    server->send = send;
    server->user = user;
    return server;
}

static void drive_free(Drive *drive) {
    for (size_t i = 0; i < drive->n_folders; i++)
        folder_free(drive->folders[i]);
    mem_free(drive);
}

static void close_files(Server *server, const Drive *drive) { // NULL: all
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (!server->files[i] || (drive && file_drive(server->files[i]) != drive))
            continue;
        file_close(server->files[i]);
        server->files[i] = NULL;
    }
}

void server_free(Server *server) {
    if (!server)
        return;
    close_files(server, NULL);
    for (size_t i = 0; i < server->n_drives; i++)
        drive_free(server->drives[i]);
    mem_free(server);
}

static void send_pdu(Server *server, const DevicePdu *pdu) {
    WireWriter writer;
    wire_writer_init(&writer);
    if (device_pdu_encode(&writer, pdu))
        server->send(server->user, writer.data, writer.size);
    wire_writer_clear(&writer);
}

// Drives

static void announce(Server *server, size_t first) {
    DevicePdu pdu = {.type = DEVICE_PDU_LIST};
    for (size_t i = first; i < server->n_drives; i++) {
        uint32_t at = pdu.as.list.count++;
        pdu.as.list.items[at].type = DEVICE_TYPE_DRIVE;
        pdu.as.list.items[at].id = server->drives[i]->id;
        memcpy(pdu.as.list.items[at].name, server->drives[i]->name, sizeof server->drives[i]->name);
    }
    send_pdu(server, &pdu);
}

static void announce_all(Server *server) {
    server->announced = true;
    announce(server, 0);
}

static size_t find_drive(const Server *server, const char *name) {
    size_t i = 0;
    while (i < server->n_drives && strcmp(server->drives[i]->name, name) != 0)
        i++;
    return i;
}

static void remove_drive(Server *server, size_t index) {
    Drive *drive = server->drives[index];
    DevicePdu pdu = {.type = DEVICE_PDU_LIST_REMOVE};
    pdu.as.removal.count = 1;
    pdu.as.removal.ids[0] = drive->id;
    close_files(server, drive);
    server->n_drives--;
    memmove(server->drives + index, server->drives + index + 1,
            (server->n_drives - index) * sizeof *server->drives);
    drive_free(drive);
    if (server->announced && server->can_remove)
        send_pdu(server, &pdu);
}

static Drive *add_drive(Server *server, const char *name) {
    if (server->n_drives == DRIVES_MAX)
        return NULL;
    Drive *drive = mem_new(sizeof *drive);
    drive->id = ++server->last_drive;
    memcpy(drive->name, name, strnlen(name, DEVICE_NAME_MAX));
    server->drives[server->n_drives++] = drive;
    return drive;
}

static void add_document(Server *server, const Share *share, int fd) {
    size_t index = find_drive(server, SHARE_DOCUMENTS);
    bool is_new = index == server->n_drives;
    Drive *drive = is_new ? add_drive(server, SHARE_DOCUMENTS) : server->drives[index];
    if (!drive || drive->n_folders == DRIVE_FOLDERS_MAX) {
        close(fd);
        return;
    }
    drive->is_documents = true;
    for (size_t i = 0; i < drive->n_folders; i++)
        if (strcmp(drive->folders[i]->id, share->name) == 0) { // it was handed over before
            close(fd);
            return;
        }
    drive->folders[drive->n_folders++] = folder_new(share, fd);
    if (is_new && server->announced)
        announce(server, index);
}

static void add_folder(Server *server, const Share *share, int fd) {
    Drive *drive = add_drive(server, share->name);
    if (!drive) {
        close(fd);
        return;
    }
    drive->folders[drive->n_folders++] = folder_new(share, fd);
    if (server->announced)
        announce(server, server->n_drives - 1);
}

void server_share(Server *server, const Share *share, int fd) {
    if (share->kind == SHARE_DOCUMENT) {
        add_document(server, share, fd);
        return;
    }
    size_t index = find_drive(server, share->name);
    if (index < server->n_drives)
        remove_drive(server, index);
    if (share->kind == SHARE_FOLDER)
        add_folder(server, share, fd);
    else if (fd >= 0)
        close(fd);
}

// Requests

static void complete(Server *server, const DeviceRequest *request, NtStatus status, const WireWriter *body) {
    static const uint8_t empty[5]; // a length of 0 and padding, right for each function
    bool has_body = body->size > 0;
    DevicePdu pdu = {.type = DEVICE_PDU_COMPLETION};
    pdu.as.completion.device = request->device;
    pdu.as.completion.completion = request->completion;
    pdu.as.completion.status = status;
    pdu.as.completion.data = has_body ? body->data : empty;
    pdu.as.completion.size = has_body ? body->size : sizeof empty;
    send_pdu(server, &pdu);
}

static Drive *drive_by_id(const Server *server, uint32_t id) {
    for (size_t i = 0; i < server->n_drives; i++)
        if (server->drives[i]->id == id)
            return server->drives[i];
    return NULL;
}

static NtStatus open_file(Server *server, Drive *drive, const DeviceRequest *request, WireWriter *body) {
    uint8_t information = 0;
    size_t slot = 0;
    while (slot < FILES_MAX && server->files[slot])
        slot++;
    if (slot == FILES_MAX)
        return NT_TOO_MANY_OPENED_FILES;
    NtStatus status = file_open(drive, request, &server->files[slot], &information);
    if (status)
        return status;
    wire_put_u32(body, (uint32_t)slot + 1);
    wire_put_u8(body, information);
    return NT_SUCCESS;
}

static NtStatus close_file(Server *server, const DeviceRequest *request, WireWriter *body) {
    file_close(server->files[request->file - 1]);
    server->files[request->file - 1] = NULL;
    wire_put_zeros(body, 5);
    return NT_SUCCESS;
}

static NtStatus do_file(File *file, const DeviceRequest *request, WireWriter *body) {
    switch (request->major) {
    case DEVICE_READ:
        return file_read(file, request, body);
    case DEVICE_WRITE:
        return file_write(file, request, body);
    case DEVICE_QUERY_INFORMATION:
        return file_query(file, request, body);
    case DEVICE_SET_INFORMATION:
        return file_set(file, request, body);
    case DEVICE_QUERY_VOLUME:
        return file_query_volume(file, request, body);
    case DEVICE_DIRECTORY:
        return request->minor == DEVICE_MINOR_QUERY_DIRECTORY ? file_list(file, request, body)
                                                              : NT_NOT_SUPPORTED;
    case DEVICE_LOCK:
        return file_lock(file, request, body);
    default:
        return NT_NOT_SUPPORTED;
    }
}

static void on_request(Server *server, const DeviceRequest *request) {
    Drive *drive = drive_by_id(server, request->device);
    bool has_file = request->file >= 1 && request->file <= FILES_MAX;
    File *file = has_file ? server->files[request->file - 1] : NULL;
    NtStatus status;
    WireWriter body;
    wire_writer_init(&body);
    if (request->broken)
        status = NT_INVALID_PARAMETER;
    else if (!drive)
        status = NT_NO_SUCH_FILE;
    else if (request->major == DEVICE_CREATE)
        status = open_file(server, drive, request, &body);
    else if (!file || file_drive(file) != drive)
        status = NT_INVALID_HANDLE;
    else if (request->major == DEVICE_CLOSE)
        status = close_file(server, request, &body);
    else
        status = do_file(file, request, &body);
    complete(server, request, status, &body);
    wire_writer_clear(&body);
}

// Greeting

static void greet(Server *server, const DevicePdu *announced) {
    DevicePdu reply = {.type = DEVICE_PDU_CLIENT_ID}, name = {.type = DEVICE_PDU_CLIENT_NAME};
    close_files(server, NULL); // the guest's server begins anew
    server->announced = false;
    server->waits_for_logon = false;
    server->client = announced->as.announce.client;
    reply.as.announce.major = 1;
    reply.as.announce.minor = MINOR_VERSION;
    reply.as.announce.client = server->client;
    send_pdu(server, &reply);
    name.as.name.computer = (char *)COMPUTER;
    send_pdu(server, &name);
}

static void take_capabilities(Server *server, const DevicePdu *pdu) {
    server->waits_for_logon = pdu->as.capability.extended & DEVICE_CAN_LOGGED_ON;
    server->can_remove = pdu->as.capability.extended & DEVICE_CAN_REMOVE;
    DevicePdu answer = {.type = DEVICE_PDU_CLIENT_CAPABILITY};
    answer.as.capability.minor = MINOR_VERSION;
    answer.as.capability.extended = DEVICE_CAN_REMOVE | DEVICE_CAN_LOGGED_ON;
    answer.as.capability.drives = true;
    send_pdu(server, &answer);
}

void server_receive(Server *server, const uint8_t *untrusted_bytes, size_t size) {
    DevicePdu pdu;
    if (!device_pdu_decode(untrusted_bytes, size, &pdu))
        return;
    switch (pdu.type) {
    case DEVICE_PDU_SERVER_ANNOUNCE:
        greet(server, &pdu);
        break;
    case DEVICE_PDU_SERVER_CAPABILITY:
        take_capabilities(server, &pdu);
        break;
    case DEVICE_PDU_CLIENT_ID: // a server without the logon PDU confirms again at logon
        server->client = pdu.as.announce.client;
        if (!server->waits_for_logon)
            announce_all(server);
        break;
    case DEVICE_PDU_USER_LOGGED_ON:
        announce_all(server);
        break;
    case DEVICE_PDU_REQUEST:
        on_request(server, &pdu.as.request);
        break;
    default: // DEVICE_PDU_REPLY: a refused drive is one that is never asked for
        break;
    }
    device_pdu_clear(&pdu);
}
