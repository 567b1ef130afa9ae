// SPDX-License-Identifier: Apache-2.0
// PDUs of the channel "rdpdr" (MS-RDPEFS 2.2): RDPDR_HEADER, body. A request that is broken behind its header
// is still a request, so that its sender gets an error for it instead of waiting forever.
#include "rail/device-pdu.h"

#include <string.h>

#include "rail/mem.h"
#include "rail/utf.h"

#define COMPONENT          0x4472
#define CAPABILITY_GENERAL 1
#define CAPABILITY_DRIVE   4
#define CAPABILITIES_MAX   16
#define GENERAL_SIZE       44 // version 2
#define IO_CODES           0xFFFF
#define NAME_BYTES_MAX     1024
#define OS_TYPE            2 // Windows NT, as servers expect of a client

void device_pdu_clear(DevicePdu *pdu) {
    if (pdu->type == DEVICE_PDU_CLIENT_NAME)
        mem_free(pdu->as.name.computer);
    if (pdu->type == DEVICE_PDU_REQUEST && pdu->as.request.major == DEVICE_CREATE)
        mem_free(pdu->as.request.as.create.path);
    if (pdu->type == DEVICE_PDU_REQUEST && pdu->as.request.major == DEVICE_DIRECTORY)
        mem_free(pdu->as.request.as.directory.path);
    memset(pdu, 0, sizeof *pdu);
}

// Encoding

static void put_text(WireWriter *writer, const char *utf8, size_t limit) { // with a NUL that counts
    size_t size = 0;
    uint8_t *wide = utf16le_from_utf8(utf8 ? utf8 : "", &size);
    if (size > limit)
        writer->failed = true;
    wire_put_bytes(writer, wide, writer->failed ? 0 : size);
    wire_put_u16(writer, 0);
    mem_free(wide);
}

static void put_sized_text(WireWriter *writer, const char *utf8, size_t gap, size_t limit) {
    size_t at = writer->size;
    wire_put_u32(writer, 0);
    wire_put_zeros(writer, gap);
    size_t start = writer->size;
    if (utf8 && *utf8)
        put_text(writer, utf8, limit);
    wire_patch_u32(writer, at, (uint32_t)(writer->size - start));
}

static void put_capabilities(WireWriter *writer, const DevicePdu *pdu) {
    wire_put_u16(writer, pdu->as.capability.drives ? 2 : 1);
    wire_put_u16(writer, 0);
    wire_put_u16(writer, CAPABILITY_GENERAL);
    wire_put_u16(writer, GENERAL_SIZE);
    wire_put_u32(writer, 2);
    wire_put_u32(writer, OS_TYPE);
    wire_put_u32(writer, 0);
    wire_put_u16(writer, 1);
    wire_put_u16(writer, pdu->as.capability.minor);
    wire_put_u32(writer, IO_CODES);
    wire_put_u32(writer, 0);
    wire_put_u32(writer, pdu->as.capability.extended);
    wire_put_zeros(writer, 12);
    if (!pdu->as.capability.drives)
        return;
    wire_put_u16(writer, CAPABILITY_DRIVE);
    wire_put_u16(writer, 8);
    wire_put_u32(writer, 1);
}

static void put_list(WireWriter *writer, const DevicePdu *pdu) {
    wire_put_u32(writer, pdu->as.list.count);
    if (pdu->as.list.count > DEVICE_LIST_MAX)
        writer->failed = true;
    for (uint32_t i = 0; i < pdu->as.list.count && !writer->failed; i++) {
        size_t length = strlen(pdu->as.list.items[i].name);
        wire_put_u32(writer, pdu->as.list.items[i].type);
        wire_put_u32(writer, pdu->as.list.items[i].id);
        wire_put_bytes(writer, pdu->as.list.items[i].name, length);
        wire_put_zeros(writer, DEVICE_NAME_MAX + 1 - length);
        wire_put_u32(writer, 0);
    }
}

static void put_transfer(WireWriter *writer, const DeviceRequest *request) {
    wire_put_u32(writer, request->as.transfer.length);
    wire_put_u64(writer, request->as.transfer.offset);
    wire_put_zeros(writer, 20);
    if (request->major != DEVICE_WRITE)
        return;
    if (request->as.transfer.length > DEVICE_DATA_MAX)
        writer->failed = true;
    else
        wire_put_bytes(writer, request->as.transfer.data, request->as.transfer.length);
}

static void put_create(WireWriter *writer, const DeviceRequest *request) {
    wire_put_u32(writer, request->as.create.access);
    wire_put_u64(writer, request->as.create.allocation);
    wire_put_u32(writer, request->as.create.attributes);
    wire_put_u32(writer, request->as.create.sharing);
    wire_put_u32(writer, request->as.create.disposition);
    wire_put_u32(writer, request->as.create.options);
    put_sized_text(writer, request->as.create.path, 0, DEVICE_PATH_BYTES - 2);
}

static void put_lock(WireWriter *writer, const DeviceRequest *request) {
    wire_put_u32(writer, request->as.lock.operation);
    wire_put_u32(writer, 0);
    wire_put_u32(writer, request->as.lock.count);
    wire_put_zeros(writer, 20);
    for (uint32_t i = 0; i < request->as.lock.count && i < DEVICE_LOCKS_MAX; i++) {
        wire_put_u64(writer, request->as.lock.locks[i].length);
        wire_put_u64(writer, request->as.lock.locks[i].offset);
    }
}

static void put_request(WireWriter *writer, const DeviceRequest *request) {
    if (request->broken) {
        writer->failed = true;
        return;
    }
    wire_put_u32(writer, request->device);
    wire_put_u32(writer, request->file);
    wire_put_u32(writer, request->completion);
    wire_put_u32(writer, request->major);
    wire_put_u32(writer, request->minor);
    switch (request->major) {
    case DEVICE_CREATE:
        put_create(writer, request);
        break;
    case DEVICE_READ:
    case DEVICE_WRITE:
        put_transfer(writer, request);
        break;
    case DEVICE_QUERY_INFORMATION:
    case DEVICE_SET_INFORMATION:
    case DEVICE_QUERY_VOLUME:
    case DEVICE_SET_VOLUME:
        wire_put_u32(writer, request->as.query.information);
        wire_put_u32(writer, request->as.query.length);
        wire_put_zeros(writer, 24);
        wire_put_bytes(writer, request->as.query.data, request->as.query.data ? request->as.query.length : 0);
        break;
    case DEVICE_DIRECTORY:
        wire_put_u32(writer, request->as.directory.information);
        wire_put_u8(writer, request->as.directory.initial);
        put_sized_text(writer, request->as.directory.path, 23, DEVICE_PATH_BYTES - 2);
        break;
    case DEVICE_LOCK:
        put_lock(writer, request);
        break;
    default: // CLOSE has 32 bytes of padding; no end of ours asks for the rest
        wire_put_zeros(writer, 32);
        break;
    }
}

bool device_pdu_encode(WireWriter *writer, const DevicePdu *pdu) {
    wire_put_u16(writer, COMPONENT);
    wire_put_u16(writer, (uint16_t)pdu->type);
    switch (pdu->type) {
    case DEVICE_PDU_SERVER_ANNOUNCE:
    case DEVICE_PDU_CLIENT_ID:
        wire_put_u16(writer, pdu->as.announce.major);
        wire_put_u16(writer, pdu->as.announce.minor);
        wire_put_u32(writer, pdu->as.announce.client);
        break;
    case DEVICE_PDU_CLIENT_NAME:
        wire_put_u32(writer, 1);
        wire_put_u32(writer, 0);
        put_sized_text(writer, pdu->as.name.computer, 0, NAME_BYTES_MAX);
        break;
    case DEVICE_PDU_SERVER_CAPABILITY:
    case DEVICE_PDU_CLIENT_CAPABILITY:
        put_capabilities(writer, pdu);
        break;
    case DEVICE_PDU_USER_LOGGED_ON:
        break;
    case DEVICE_PDU_LIST:
        put_list(writer, pdu);
        break;
    case DEVICE_PDU_LIST_REMOVE:
        wire_put_u32(writer, pdu->as.removal.count);
        for (uint32_t i = 0; i < pdu->as.removal.count && i < DEVICE_LIST_MAX; i++)
            wire_put_u32(writer, pdu->as.removal.ids[i]);
        break;
    case DEVICE_PDU_REPLY:
        wire_put_u32(writer, pdu->as.reply.device);
        wire_put_u32(writer, pdu->as.reply.status);
        break;
    case DEVICE_PDU_REQUEST:
        put_request(writer, &pdu->as.request);
        break;
    case DEVICE_PDU_COMPLETION:
        wire_put_u32(writer, pdu->as.completion.device);
        wire_put_u32(writer, pdu->as.completion.completion);
        wire_put_u32(writer, pdu->as.completion.status);
        wire_put_bytes(writer, pdu->as.completion.data, pdu->as.completion.size);
        break;
    }
    return !writer->failed && writer->size <= DEVICE_PDU_MAX;
}

// Decoding

// A name that one side would cut at a NUL and the other would not is how checks are passed by.
char *device_path_from_utf16le(const uint8_t *bytes, size_t size) {
    if (size % 2 || size > DEVICE_PATH_BYTES)
        return NULL;
    while (size >= 2 && !bytes[size - 2] && !bytes[size - 1])
        size -= 2;
    for (size_t i = 0; i < size; i += 2) {
        unsigned unit = bytes[i] | bytes[i + 1] << 8;
        bool low = i + 3 < size && (bytes[i + 3] & 0xFC) == 0xDC;
        if (!unit || (unit & 0xFC00) == 0xDC00 || ((unit & 0xFC00) == 0xD800 && !low))
            return NULL;
        i += (unit & 0xFC00) == 0xD800 ? 2 : 0;
    }
    return utf8_from_utf16le(bytes, size);
}

static char *get_path(WireReader *reader, size_t size) {
    const uint8_t *bytes = wire_get_bytes(reader, size);
    return reader->failed ? NULL : device_path_from_utf16le(bytes, size);
}

static void get_create(WireReader *reader, DeviceRequest *request) {
    request->as.create.access = wire_get_u32(reader);
    request->as.create.allocation = wire_get_u64(reader);
    request->as.create.attributes = wire_get_u32(reader);
    request->as.create.sharing = wire_get_u32(reader);
    request->as.create.disposition = wire_get_u32(reader);
    request->as.create.options = wire_get_u32(reader);
    size_t size = wire_get_u32(reader);
    request->as.create.path = get_path(reader, size);
}

static void get_transfer(WireReader *reader, DeviceRequest *request) {
    request->as.transfer.length = wire_get_u32(reader);
    request->as.transfer.offset = wire_get_u64(reader);
    wire_get_bytes(reader, 20);
    if (request->major == DEVICE_WRITE)
        request->as.transfer.data = wire_get_bytes(reader, request->as.transfer.length);
}

// The length of a query is that of a buffer that is not sent with it.
static void get_query(WireReader *reader, DeviceRequest *request) {
    bool sets = request->major == DEVICE_SET_INFORMATION || request->major == DEVICE_SET_VOLUME;
    request->as.query.information = wire_get_u32(reader);
    request->as.query.length = wire_get_u32(reader);
    wire_get_bytes(reader, 24);
    if (sets)
        request->as.query.data = wire_get_bytes(reader, request->as.query.length);
}

static void get_directory(WireReader *reader, DeviceRequest *request) {
    if (request->minor != DEVICE_MINOR_QUERY_DIRECTORY)
        return;
    request->as.directory.information = wire_get_u32(reader);
    request->as.directory.initial = wire_get_u8(reader);
    size_t size = wire_get_u32(reader);
    wire_get_bytes(reader, 23);
    request->as.directory.path = get_path(reader, size);
}

static void get_lock(WireReader *reader, DeviceRequest *request) {
    request->as.lock.operation = wire_get_u32(reader);
    wire_get_u32(reader);
    request->as.lock.count = wire_get_u32(reader);
    wire_get_bytes(reader, 20);
    if (request->as.lock.count > DEVICE_LOCKS_MAX) {
        request->as.lock.count = 0;
        reader->failed = true;
    }
    for (uint32_t i = 0; i < request->as.lock.count; i++) {
        request->as.lock.locks[i].length = wire_get_u64(reader);
        request->as.lock.locks[i].offset = wire_get_u64(reader);
    }
}

static void get_request(WireReader *reader, DeviceRequest *request) {
    request->device = wire_get_u32(reader);
    request->file = wire_get_u32(reader);
    request->completion = wire_get_u32(reader);
    request->major = wire_get_u32(reader);
    request->minor = wire_get_u32(reader);
    if (reader->failed)
        return;
    WireReader body = *reader;
    switch (request->major) {
    case DEVICE_CREATE:
        get_create(&body, request);
        break;
    case DEVICE_READ:
    case DEVICE_WRITE:
        get_transfer(&body, request);
        break;
    case DEVICE_QUERY_INFORMATION:
    case DEVICE_SET_INFORMATION:
    case DEVICE_QUERY_VOLUME:
    case DEVICE_SET_VOLUME:
        get_query(&body, request);
        break;
    case DEVICE_DIRECTORY:
        get_directory(&body, request);
        break;
    case DEVICE_CONTROL:
        request->as.control.output = wire_get_u32(&body);
        wire_get_u32(&body);
        request->as.control.code = wire_get_u32(&body);
        break;
    case DEVICE_LOCK:
        get_lock(&body, request);
        break;
    default: // CLOSE, and what the answer refuses
        break;
    }
    request->broken = body.failed;
}

static void get_capabilities(WireReader *reader, DevicePdu *pdu) {
    size_t count = wire_get_u16(reader);
    wire_get_u16(reader);
    if (count > CAPABILITIES_MAX)
        reader->failed = true;
    for (size_t i = 0; i < count && !reader->failed; i++) {
        unsigned type = wire_get_u16(reader);
        size_t size = wire_get_u16(reader);
        if (size < 8)
            reader->failed = true;
        wire_get_u32(reader);
        const uint8_t *data = wire_get_bytes(reader, size < 8 ? 0 : size - 8);
        WireReader body;
        wire_reader_init(&body, data, data ? size - 8 : 0);
        if (type == CAPABILITY_DRIVE)
            pdu->as.capability.drives = true;
        if (type != CAPABILITY_GENERAL)
            continue;
        wire_get_bytes(&body, 10); // operating system, major version
        pdu->as.capability.minor = wire_get_u16(&body);
        wire_get_bytes(&body, 8);
        pdu->as.capability.extended = wire_get_u32(&body);
        reader->failed = reader->failed || body.failed;
    }
}

static void get_device_name(WireReader *reader, char *ret_name) {
    const uint8_t *bytes = wire_get_bytes(reader, DEVICE_NAME_MAX + 1);
    size_t length = 0;
    for (; bytes && length < DEVICE_NAME_MAX && bytes[length]; length++)
        ret_name[length] = bytes[length] > ' ' && bytes[length] < 0x7F ? (char)bytes[length] : '_';
    ret_name[length] = '\0';
}

static void get_list(WireReader *reader, DevicePdu *pdu) {
    uint32_t count = wire_get_u32(reader);
    if (count > DEVICE_LIST_MAX)
        reader->failed = true;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        pdu->as.list.items[i].type = wire_get_u32(reader);
        pdu->as.list.items[i].id = wire_get_u32(reader);
        get_device_name(reader, pdu->as.list.items[i].name);
        size_t size = wire_get_u32(reader);
        wire_get_bytes(reader, size);
        pdu->as.list.count++;
    }
}

static void get_removal(WireReader *reader, DevicePdu *pdu) {
    uint32_t count = wire_get_u32(reader);
    if (count > DEVICE_LIST_MAX)
        reader->failed = true;
    for (uint32_t i = 0; i < count && !reader->failed; i++)
        pdu->as.removal.ids[pdu->as.removal.count++] = wire_get_u32(reader);
}

static void get_name(WireReader *reader, DevicePdu *pdu) {
    bool wide = wire_get_u32(reader) & 1;
    wire_get_u32(reader);
    size_t size = wire_get_u32(reader);
    const uint8_t *bytes = wire_get_bytes(reader, size);
    if (size > NAME_BYTES_MAX + 2)
        reader->failed = true;
    if (!reader->failed)
        pdu->as.name.computer = wide ? utf8_from_utf16le(bytes, size) : mem_string("");
}

static void get_body(WireReader *reader, DevicePdu *pdu) {
    switch (pdu->type) {
    case DEVICE_PDU_SERVER_ANNOUNCE:
    case DEVICE_PDU_CLIENT_ID:
        pdu->as.announce.major = wire_get_u16(reader);
        pdu->as.announce.minor = wire_get_u16(reader);
        pdu->as.announce.client = wire_get_u32(reader);
        break;
    case DEVICE_PDU_CLIENT_NAME:
        get_name(reader, pdu);
        break;
    case DEVICE_PDU_SERVER_CAPABILITY:
    case DEVICE_PDU_CLIENT_CAPABILITY:
        get_capabilities(reader, pdu);
        break;
    case DEVICE_PDU_USER_LOGGED_ON:
        break;
    case DEVICE_PDU_LIST:
        get_list(reader, pdu);
        break;
    case DEVICE_PDU_LIST_REMOVE:
        get_removal(reader, pdu);
        break;
    case DEVICE_PDU_REPLY:
        pdu->as.reply.device = wire_get_u32(reader);
        pdu->as.reply.status = wire_get_u32(reader);
        break;
    case DEVICE_PDU_REQUEST:
        get_request(reader, &pdu->as.request);
        break;
    case DEVICE_PDU_COMPLETION:
        pdu->as.completion.device = wire_get_u32(reader);
        pdu->as.completion.completion = wire_get_u32(reader);
        pdu->as.completion.status = wire_get_u32(reader);
        pdu->as.completion.size = wire_left(reader);
        pdu->as.completion.data = wire_get_bytes(reader, wire_left(reader));
        break;
    default: // printers (component "PR") and later packets
        reader->failed = true;
        break;
    }
}

bool device_pdu_decode(const uint8_t *untrusted_bytes, size_t size, DevicePdu *ret_pdu) {
    WireReader reader;
    memset(ret_pdu, 0, sizeof *ret_pdu);
    wire_reader_init(&reader, untrusted_bytes, size);
    if (size > DEVICE_PDU_MAX || wire_get_u16(&reader) != COMPONENT)
        reader.failed = true;
    ret_pdu->type = (DevicePduType)wire_get_u16(&reader);
    if (!reader.failed)
        get_body(&reader, ret_pdu);
    if (!reader.failed)
        return true;
    device_pdu_clear(ret_pdu);
    return false;
}
