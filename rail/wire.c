// SPDX-License-Identifier: Apache-2.0
// Little-endian reading and writing for every wire form of the project. Never reads past the data, never
// writes past its own buffer; errors are sticky.
#include "rail/wire.h"

#include <string.h>

#include "rail/mem.h"
#include "rail/utf.h"

void wire_reader_init(WireReader *reader, const void *data, size_t size) {
    *reader = (WireReader){.data = data, .size = data ? size : 0};
}

const uint8_t *wire_get_bytes(WireReader *reader, size_t size) {
    if (reader->failed || size > reader->size - reader->at) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *bytes = reader->data + reader->at;
    reader->at += size;
    return bytes;
}

static uint64_t get(WireReader *reader, size_t size) {
    const uint8_t *bytes = wire_get_bytes(reader, size);
    uint64_t value = 0;
    for (size_t i = 0; bytes && i < size; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

uint8_t wire_get_u8(WireReader *reader) {
    return (uint8_t)get(reader, 1);
}

uint16_t wire_get_u16(WireReader *reader) {
    return (uint16_t)get(reader, 2);
}

uint32_t wire_get_u32(WireReader *reader) {
    return (uint32_t)get(reader, 4);
}

uint64_t wire_get_u64(WireReader *reader) {
    return get(reader, 8);
}

int16_t wire_get_i16(WireReader *reader) {
    return (int16_t)wire_get_u16(reader);
}

int32_t wire_get_i32(WireReader *reader) {
    return (int32_t)wire_get_u32(reader);
}

uint16_t wire_get_u16_be(WireReader *reader) {
    uint16_t value = wire_get_u16(reader);
    return (uint16_t)(value << 8 | value >> 8);
}

size_t wire_left(const WireReader *reader) {
    return reader->failed ? 0 : reader->size - reader->at;
}

bool wire_at_end(const WireReader *reader) {
    return !reader->failed && reader->at == reader->size;
}

char *wire_get_utf16(WireReader *reader, size_t max_bytes) {
    size_t size = wire_get_u16(reader);
    if (size > max_bytes || size % 2)
        reader->failed = true;
    const uint8_t *bytes = wire_get_bytes(reader, size);
    if (reader->failed)
        return NULL;
    return utf8_from_utf16le(bytes, size);
}

void wire_writer_init(WireWriter *writer) {
    *writer = (WireWriter){0};
}

void wire_writer_clear(WireWriter *writer) {
    void *data = writer->data;
    *writer = (WireWriter){0};
    mem_free(data);
}

static uint8_t *room(WireWriter *writer, size_t size) {
    if (size > writer->capacity - writer->size) {
        size_t capacity = writer->capacity ? writer->capacity : 64;
        while (capacity - writer->size < size)
            capacity *= 2;
        writer->data = mem_resize(writer->data, capacity, 1);
        writer->capacity = capacity;
    }
    uint8_t *at = writer->data + writer->size;
    writer->size += size;
    return at;
}

static void put(WireWriter *writer, uint64_t value, size_t size) {
    uint8_t *at = room(writer, size);
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

void wire_put_u8(WireWriter *writer, uint8_t value) {
    put(writer, value, 1);
}

void wire_put_u16(WireWriter *writer, uint16_t value) {
    put(writer, value, 2);
}

void wire_put_u32(WireWriter *writer, uint32_t value) {
    put(writer, value, 4);
}

void wire_put_u64(WireWriter *writer, uint64_t value) {
    put(writer, value, 8);
}

void wire_put_i16(WireWriter *writer, int32_t value) {
    if (value < INT16_MIN || value > INT16_MAX)
        writer->failed = true;
    put(writer, (uint16_t)value, 2);
}

void wire_put_i32(WireWriter *writer, int32_t value) {
    put(writer, (uint32_t)value, 4);
}

void wire_put_u16_be(WireWriter *writer, uint16_t value) {
    put(writer, (uint16_t)(value << 8 | value >> 8), 2);
}

void wire_put_bytes(WireWriter *writer, const void *bytes, size_t size) {
    if (size)
        memcpy(room(writer, size), bytes, size);
}

void wire_put_zeros(WireWriter *writer, size_t size) {
    if (size)
        memset(room(writer, size), 0, size);
}

void wire_put_utf16(WireWriter *writer, const char *utf8, size_t max_bytes) {
    size_t size = 0;
    uint8_t *bytes = utf16le_from_utf8(utf8 ? utf8 : "", &size);
    if (size > max_bytes) {
        size = max_bytes & ~(size_t)1;
        if (size && (bytes[size - 1] & 0xFC) == 0xD8) // never half a surrogate pair
            size -= 2;
    }
    wire_put_u16(writer, (uint16_t)size);
    wire_put_bytes(writer, bytes, size);
    mem_free(bytes);
}

void wire_patch_u16(WireWriter *writer, size_t at, size_t value) {
    if (value > UINT16_MAX || at + 2 > writer->size) {
        writer->failed = true;
        return;
    }
    writer->data[at] = (uint8_t)value;
    writer->data[at + 1] = (uint8_t)(value >> 8);
}

void wire_patch_u32(WireWriter *writer, size_t at, uint32_t value) {
    if (at + 4 > writer->size) {
        writer->failed = true;
        return;
    }
    for (size_t i = 0; i < 4; i++)
        writer->data[at + i] = (uint8_t)(value >> (8 * i));
}
