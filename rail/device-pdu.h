// SPDX-License-Identifier: Apache-2.0
// PDUs of the channel "rdpdr" (MS-RDPEFS 2.2), as far as drives need them; both ends use this.
#pragma once
#include "rail/nt-status.h"
#include "rail/wire.h"

#define DEVICE_DATA_MAX   (1024 * 1024)           // of one read or write
#define DEVICE_PDU_MAX    (DEVICE_DATA_MAX + 256) // anything longer is no PDU
#define DEVICE_PATH_BYTES 65534                   // UTF-16, as Windows' UNICODE_STRING has it
#define DEVICE_LIST_MAX   64
#define DEVICE_LOCKS_MAX  64
#define DEVICE_NAME_MAX   7 // characters of PreferredDosName

typedef enum DevicePduType { // Component and PacketId of RDPDR_HEADER (2.2.1.1)
    DEVICE_PDU_SERVER_ANNOUNCE = 0x496E,
    DEVICE_PDU_CLIENT_ID = 0x4343, // Client Announce Reply, and the server's Client ID Confirm
    DEVICE_PDU_CLIENT_NAME = 0x434E,
    DEVICE_PDU_SERVER_CAPABILITY = 0x5350,
    DEVICE_PDU_CLIENT_CAPABILITY = 0x4350,
    DEVICE_PDU_USER_LOGGED_ON = 0x554C,
    DEVICE_PDU_LIST = 0x4441,
    DEVICE_PDU_LIST_REMOVE = 0x444D,
    DEVICE_PDU_REPLY = 0x6472,
    DEVICE_PDU_REQUEST = 0x4952,
    DEVICE_PDU_COMPLETION = 0x4943,
} DevicePduType;

enum { // extendedPDU of the general capability set (2.2.2.7.1)
    DEVICE_CAN_REMOVE = 1,
    DEVICE_CAN_DISPLAY_NAME = 2,
    DEVICE_CAN_LOGGED_ON = 4,
};
#define DEVICE_TYPE_DRIVE 8

typedef enum DeviceMajor { // 2.2.1.4
    DEVICE_CREATE = 0,
    DEVICE_CLOSE = 2,
    DEVICE_READ = 3,
    DEVICE_WRITE = 4,
    DEVICE_QUERY_INFORMATION = 5,
    DEVICE_SET_INFORMATION = 6,
    DEVICE_QUERY_VOLUME = 10,
    DEVICE_SET_VOLUME = 11,
    DEVICE_DIRECTORY = 12,
    DEVICE_CONTROL = 14,
    DEVICE_LOCK = 17,
} DeviceMajor;
enum { DEVICE_MINOR_QUERY_DIRECTORY = 1, DEVICE_MINOR_NOTIFY = 2 };

enum { // CREATE (MS-SMB2 2.2.13)
    DEVICE_SUPERSEDE = 0,
    DEVICE_OPEN = 1,
    DEVICE_CREATE_NEW = 2,
    DEVICE_OPEN_OR_CREATE = 3,
    DEVICE_OVERWRITE = 4,
    DEVICE_OVERWRITE_OR_CREATE = 5,
    DEVICE_OPTION_DIRECTORY = 0x1,
    DEVICE_OPTION_NO_DIRECTORY = 0x40,
    DEVICE_OPTION_DELETE_ON_CLOSE = 0x1000,
    DEVICE_ACCESS_READ_DATA = 0x1,
    DEVICE_ACCESS_WRITE_DATA = 0x2,
    DEVICE_ACCESS_APPEND_DATA = 0x4,
    DEVICE_ACCESS_WRITE_EA = 0x10,
    DEVICE_ACCESS_EXECUTE = 0x20,
    DEVICE_ACCESS_READ_ATTRIBUTES = 0x80,
    DEVICE_ACCESS_WRITE_ATTRIBUTES = 0x100,
    DEVICE_ACCESS_DELETE = 0x10000,
    DEVICE_ACCESS_WRITE_SECURITY = 0xC0000, // of the list, or of the owner
    DEVICE_ACCESS_MAXIMUM = 0x2000000,
    DEVICE_ACCESS_ALL = 0x10000000,
    DEVICE_ACCESS_GENERIC_EXECUTE = 0x20000000,
    DEVICE_ACCESS_GENERIC_WRITE = 0x40000000,
    DEVICE_ACCESS_GENERIC_READ = 0x80000000,
};
enum { // the byte Information of a CREATE's answer (2.2.1.5.1)
    DEVICE_WAS_SUPERSEDED = 0,
    DEVICE_WAS_OPENED = 1,
    DEVICE_WAS_OVERWRITTEN = 3,
};
enum { // LOCK (2.2.3.3.12)
    DEVICE_LOCK_SHARED = 2,
    DEVICE_LOCK_EXCLUSIVE = 3,
    DEVICE_LOCK_RELEASE = 4,
    DEVICE_LOCK_RELEASE_ALL = 5,
};

typedef struct DeviceLock {
    uint64_t offset, length;
} DeviceLock;

typedef struct DeviceRequest { // DR_DEVICE_IOREQUEST and what follows it
    uint32_t device, file, completion, major, minor;
    bool broken; // decoded as far as here: the answer is an error
    union {
        struct {
            uint32_t access, attributes, sharing, disposition, options;
            uint64_t allocation;
            char *path; // UTF-8 with back slashes, owned; NULL: what was there is no name
        } create;
        struct {
            uint32_t length;
            uint64_t offset;
            const uint8_t *data; // WRITE: lent
        } transfer;              // READ, WRITE
        struct {
            uint32_t information; // class (MS-FSCC 2.4, 2.5)
            uint32_t length;
            const uint8_t *data; // lent
        } query;                 // information and volume, query and set
        struct {
            uint32_t information;
            bool initial;
            char *path; // as in create; "" when the request has none
        } directory;
        struct {
            uint32_t output, code;
        } control;
        struct {
            uint32_t operation, count;
            DeviceLock locks[DEVICE_LOCKS_MAX];
        } lock;
    } as;
} DeviceRequest;

typedef struct DeviceCompletion { // DR_DEVICE_IOCOMPLETION (2.2.1.5)
    uint32_t device, completion, status;
    const uint8_t *data; // lent: what follows, by the request's major function
    size_t size;
} DeviceCompletion;

typedef struct DevicePdu {
    DevicePduType type;
    union {
        struct {
            uint16_t major, minor;
            uint32_t client;
        } announce; // SERVER_ANNOUNCE, CLIENT_ID
        struct {
            char *computer; // owned
        } name;
        struct {
            uint16_t minor;
            uint32_t extended; // DEVICE_CAN_
            bool drives;
        } capability;
        struct {
            uint32_t count;
            struct {
                uint32_t type, id;
                char name[DEVICE_NAME_MAX + 1]; // printable ASCII
            } items[DEVICE_LIST_MAX];
        } list;
        struct {
            uint32_t count, ids[DEVICE_LIST_MAX];
        } removal;
        struct {
            uint32_t device, status;
        } reply;
        DeviceRequest request;
        DeviceCompletion completion;
    } as;
} DevicePdu;

// UTF-8 owned by the caller; NULL unless it is well-formed text without a NUL but at its end.
char *device_path_from_utf16le(const uint8_t *untrusted_bytes, size_t size);

void device_pdu_clear(DevicePdu *pdu);
bool device_pdu_encode(WireWriter *writer, const DevicePdu *pdu);
// False: nothing that can be answered. What is lent points into the bytes.
bool device_pdu_decode(const uint8_t *untrusted_bytes, size_t size, DevicePdu *ret_pdu);
