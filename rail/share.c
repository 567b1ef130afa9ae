// SPDX-License-Identifier: Apache-2.0
// Wire form of shares: u8 kind, u8 flags, name, document (u16 length, UTF-8 each).
#include "rail/share.h"

#include <string.h>

static bool has_only_letters(const char *name, size_t limit) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    return length > 0 && length <= limit && !name[length];
}

bool share_name_is_valid(const char *name) {
    return has_only_letters(name, DEVICE_NAME_MAX) && strcmp(name, SHARE_DOCUMENTS) != 0;
}

static bool is_sound(const Share *share) {
    if (share->kind != SHARE_DOCUMENT)
        return (share->kind == SHARE_FOLDER || share->kind == SHARE_GONE) &&
               share_name_is_valid(share->name) && !share->document[0];
    return has_only_letters(share->name, SHARE_ID_MAX) && share->document[0] &&
           !strchr(share->document, '/') && strcmp(share->document, ".") != 0 &&
           strcmp(share->document, "..") != 0;
}

static void put_text(WireWriter *writer, const char *text) {
    wire_put_u16(writer, (uint16_t)strlen(text));
    wire_put_bytes(writer, text, strlen(text));
}

static void get_text(WireReader *reader, char *to, size_t capacity) {
    size_t size = wire_get_u16(reader);
    const uint8_t *bytes = wire_get_bytes(reader, size);
    if (!bytes || size >= capacity || memchr(bytes, 0, size)) {
        reader->failed = true;
        return;
    }
    memcpy(to, bytes, size);
    to[size] = '\0';
}

bool share_encode(WireWriter *writer, const Share *share) {
    wire_put_u8(writer, (uint8_t)share->kind);
    wire_put_u8(writer, share->read_only);
    put_text(writer, share->name);
    put_text(writer, share->document);
    return is_sound(share);
}

bool share_decode(const uint8_t *bytes, size_t size, Share *ret_share) {
    WireReader reader;
    wire_reader_init(&reader, bytes, size);
    memset(ret_share, 0, sizeof *ret_share);
    ret_share->kind = (ShareKind)wire_get_u8(&reader);
    ret_share->read_only = wire_get_u8(&reader) & 1;
    get_text(&reader, ret_share->name, sizeof ret_share->name);
    get_text(&reader, ret_share->document, sizeof ret_share->document);
    return wire_at_end(&reader) && is_sound(ret_share);
}
