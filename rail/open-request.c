// SPDX-License-Identifier: Apache-2.0
// OPEN_REQUEST and OPEN_RESULT as values. What may be opened is not decided here.
#include "rail/open-request.h"

#include "rail/mem.h"

void open_request_encode(WireWriter *writer, const OpenRequestBody *body) {
    wire_put_u32(writer, body->request);
    wire_put_u8(writer, (uint8_t)body->kind);
    wire_put_utf16(writer, body->target, OPEN_TARGET_BYTES);
}

bool open_request_decode(const uint8_t *untrusted_body, size_t size, OpenRequestBody *ret_body) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    *ret_body = (OpenRequestBody){.request = wire_get_u32(&reader)};
    uint8_t kind = wire_get_u8(&reader);
    ret_body->kind = (OpenKind)kind;
    ret_body->target = wire_get_utf16(&reader, OPEN_TARGET_BYTES);
    if (wire_at_end(&reader) && kind <= OPEN_DOCUMENT && *ret_body->target)
        return true;
    open_request_clear(ret_body);
    return false;
}

void open_request_clear(OpenRequestBody *body) {
    mem_free(body->target);
    *body = (OpenRequestBody){0};
}

void open_result_encode(WireWriter *writer, const OpenResultBody *body) {
    wire_put_u32(writer, body->request);
    wire_put_u8(writer, (uint8_t)body->status);
}

bool open_result_decode(const uint8_t *untrusted_body, size_t size, OpenResultBody *ret_body) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    OpenResultBody body = {.request = wire_get_u32(&reader)};
    uint8_t status = wire_get_u8(&reader);
    body.status = (OpenStatus)status;
    bool good = wire_at_end(&reader) && status <= OPEN_IN_GUEST;
    *ret_body = good ? body : (OpenResultBody){0};
    return good;
}
