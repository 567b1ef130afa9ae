// SPDX-License-Identifier: Apache-2.0
// Little-endian bytes in and out, with a sticky error: a reader that ran short gives zeros and `failed` stays
// set, so a decoder reads all its fields and asks once. Nothing here allocates on the reading side.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct WireReader {
    const uint8_t *data;
    size_t size, at;
    bool failed;
} WireReader;

typedef struct WireWriter {
    uint8_t *data; // owned
    size_t size, capacity;
    bool failed; // a value did not fit its field; the bytes must not be sent
} WireWriter;

void wire_reader_init(WireReader *reader, const void *data, size_t size);
uint8_t wire_get_u8(WireReader *reader);
uint16_t wire_get_u16(WireReader *reader);
uint32_t wire_get_u32(WireReader *reader);
uint64_t wire_get_u64(WireReader *reader);
int16_t wire_get_i16(WireReader *reader);
int32_t wire_get_i32(WireReader *reader);
uint16_t wire_get_u16_be(WireReader *reader);
const uint8_t *wire_get_bytes(WireReader *reader, size_t size); // into the data; NULL when it runs short
size_t wire_left(const WireReader *reader);
bool wire_at_end(const WireReader *reader); // not failed, nothing left

// u16 byte count, then UTF-16LE, as MS-RDPERP 2.2.1.2.1 UNICODE_STRING and RAILPUB have it. Returns UTF-8
// owned by the caller, never NULL unless the reader failed; more than max_bytes on the wire, or an odd count,
// fails the reader. Trailing NULs are dropped, lone surrogates become U+FFFD, text after an embedded NUL is
// cut.
char *wire_get_utf16(WireReader *reader, size_t max_bytes);

void wire_writer_init(WireWriter *writer);
void wire_writer_clear(WireWriter *writer);
void wire_put_u8(WireWriter *writer, uint8_t value);
void wire_put_u16(WireWriter *writer, uint16_t value);
void wire_put_u32(WireWriter *writer, uint32_t value);
void wire_put_u64(WireWriter *writer, uint64_t value);
void wire_put_i16(WireWriter *writer, int32_t value); // fails the writer when out of range
void wire_put_i32(WireWriter *writer, int32_t value);
void wire_put_u16_be(WireWriter *writer, uint16_t value);
void wire_put_bytes(WireWriter *writer, const void *bytes, size_t size);
void wire_put_zeros(WireWriter *writer, size_t size);
void wire_put_utf16(WireWriter *writer, const char *utf8, size_t max_bytes); // cut at a character; NULL is ""
void wire_patch_u16(WireWriter *writer, size_t at, size_t value);            // fails the writer above 65535
void wire_patch_u32(WireWriter *writer, size_t at, uint32_t value);
