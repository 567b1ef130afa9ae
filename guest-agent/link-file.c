// SPDX-License-Identifier: Apache-2.0
// Reads the parts of a shortcut that say what it starts. Stateless, portable, tested natively. The shell is
// not asked since it costs ten times as much, forgets the show state in Wine, and has no way on XP to say
// who a program is to the taskbar.
#include "guest-agent/link-file.h"

#include "rail/mem.h"
#include "rail/utf.h"
#include "rail/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
    HAS_ID_LIST = 0x1,
    HAS_LINK_INFO = 0x2,
    HAS_NAME = 0x4,
    HAS_RELATIVE_PATH = 0x8,
    HAS_DIRECTORY = 0x10,
    HAS_ARGUMENTS = 0x20,
    HAS_ICON = 0x40,
    IS_UNICODE = 0x80,
    NO_LINK_INFO = 0x100,
    HAS_EXPANDABLE_TARGET = 0x200,
};
enum { SHOW_MAXIMISED = 3, SHOW_MINIMISED = 7 };
enum { LOCAL_PATH = 1, NETWORK_PATH = 2 };
enum { BLOCK_TARGET = 0xA0000001, BLOCK_DARWIN = 0xA0000006, BLOCK_PROPERTIES = 0xA0000009 };
enum { ANSI_BYTES = 260, WIDE_BYTES = 520 }; // of the two texts of a block
enum { STORAGE_MAGIC = 0x53505331, APP_MODEL_ID = 5, TYPE_WIDE_TEXT = 31 };

typedef struct Parser {
    WireReader reader;
    LinkFileText text;
    LinkFile *link;
    uint32_t flags;
} Parser;

static const uint8_t class_id[16] = {1, 0x14, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
static const uint8_t app_model[16] = {0x55, 0x28, 0x4C, 0x9F, 0x79, 0x9F, 0x39, 0x4B,
                                      0xA8, 0xD0, 0xE1, 0xD4, 0x2D, 0xE1, 0xD5, 0xF3};

static void set(char **field, char *text) { // owns it
    mem_free(*field);
    *field = text ? text : mem_string("");
}

static bool read_header(Parser *parser) {
    WireReader *reader = &parser->reader;
    uint32_t size = wire_get_u32(reader);
    const uint8_t *class = wire_get_bytes(reader, sizeof class_id);
    parser->flags = wire_get_u32(reader);
    wire_get_bytes(reader, 0x38 - 0x18);
    parser->link->icon_index = wire_get_i32(reader);
    uint32_t show = wire_get_u32(reader);
    parser->link->show = show == SHOW_MAXIMISED || show == SHOW_MINIMISED ? (uint8_t)show : 1;
    parser->link->hotkey = wire_get_u16(reader);
    wire_get_bytes(reader, 10);
    return !reader->failed && size == 0x4C && memcmp(class, class_id, sizeof class_id) == 0;
}

// A text that ends with a NUL, or with the bytes.
static char *ansi_at(const Parser *parser, const uint8_t *bytes, size_t size, size_t at) {
    const uint8_t *end = at < size ? memchr(bytes + at, 0, size - at) : NULL;
    return at < size ? parser->text(bytes + at, end ? (size_t)(end - bytes) - at : size - at)
                     : mem_string("");
}

static char *wide_at(const uint8_t *bytes, size_t size, size_t at) {
    return at < size ? utf8_from_utf16le(bytes + at, size - at) : mem_string("");
}

static char *joined(char *base, char *suffix) { // owns both
    size_t length = strlen(base), more = strlen(suffix);
    char *whole = mem_new(length + more + 1);
    memcpy(whole, base, length);
    memcpy(whole + length, suffix, more);
    mem_free(base);
    mem_free(suffix);
    return whole;
}

static uint32_t field_at(const uint8_t *bytes, size_t size, size_t at) {
    WireReader reader;
    wire_reader_init(&reader, bytes, size);
    wire_get_bytes(&reader, at);
    return wire_get_u32(&reader);
}

static void read_link_info(Parser *parser) {
    uint32_t size = wire_get_u32(&parser->reader);
    const uint8_t *body = size >= 4 ? wire_get_bytes(&parser->reader, size - 4) : NULL;
    if (!body || size < 0x1C) {
        parser->reader.failed = true;
        return;
    }
    const uint8_t *bytes = body - 4;
    uint32_t header = field_at(bytes, size, 4), flags = field_at(bytes, size, 8);
    if (!(flags & LOCAL_PATH) || flags & NETWORK_PATH || parser->flags & NO_LINK_INFO)
        return;
    bool wide = header >= 0x24 && field_at(bytes, size, 0x1C) != 0;
    char *base = wide ? wide_at(bytes, size, field_at(bytes, size, 0x1C))
                      : ansi_at(parser, bytes, size, field_at(bytes, size, 0x10));
    char *suffix = wide && field_at(bytes, size, 0x20)
                       ? wide_at(bytes, size, field_at(bytes, size, 0x20))
                       : ansi_at(parser, bytes, size, field_at(bytes, size, 0x18));
    set(&parser->link->target, joined(base, suffix));
}

static void read_string(Parser *parser, uint32_t flag, char **ret_text) {
    if (!(parser->flags & flag))
        return;
    size_t count = wire_get_u16(&parser->reader), size = parser->flags & IS_UNICODE ? count * 2 : count;
    const uint8_t *bytes = wire_get_bytes(&parser->reader, size);
    if (bytes && ret_text)
        set(ret_text,
            parser->flags & IS_UNICODE ? utf8_from_utf16le(bytes, size) : ansi_at(parser, bytes, size, 0));
}

static char *two_texts(const Parser *parser, const uint8_t *bytes, size_t size) {
    if (size < ANSI_BYTES + WIDE_BYTES)
        return mem_string("");
    char *wide = utf8_from_utf16le(bytes + ANSI_BYTES, WIDE_BYTES);
    if (*wide)
        return wide;
    mem_free(wide);
    return ansi_at(parser, bytes, ANSI_BYTES, 0);
}

// MS-PROPSTORE 2.3: values of one format, each named by a number.
static void read_app_model(Parser *parser, WireReader *storage) {
    for (uint32_t size; (size = wire_get_u32(storage)) >= 9;) {
        WireReader value;
        const uint8_t *bytes = wire_get_bytes(storage, size - 4);
        wire_reader_init(&value, bytes, bytes ? size - 4 : 0);
        uint32_t id = wire_get_u32(&value);
        wire_get_u8(&value);
        uint32_t type = wire_get_u32(&value), count = wire_get_u32(&value);
        const uint8_t *text = count <= LINK_FILE_BYTES_MAX ? wire_get_bytes(&value, (size_t)count * 2) : NULL;
        if (text && id == APP_MODEL_ID && type == TYPE_WIDE_TEXT)
            set(&parser->link->aumid, utf8_from_utf16le(text, (size_t)count * 2));
    }
}

static void read_properties(Parser *parser, const uint8_t *bytes, size_t size) {
    WireReader store, storage;
    wire_reader_init(&store, bytes, size);
    for (uint32_t length; (length = wire_get_u32(&store)) >= 24;) {
        const uint8_t *body = wire_get_bytes(&store, length - 4);
        wire_reader_init(&storage, body, body ? length - 4 : 0);
        uint32_t magic = wire_get_u32(&storage);
        const uint8_t *format = wire_get_bytes(&storage, sizeof app_model);
        if (format && magic == STORAGE_MAGIC && memcmp(format, app_model, sizeof app_model) == 0)
            read_app_model(parser, &storage);
    }
}

static void set_target(Parser *parser, char *text) { // owns it
    if (*text)
        set(&parser->link->target, text);
    else
        mem_free(text);
}

// Blocks that are cut short end the reading; what came before them holds.
static void read_blocks(Parser *parser) {
    for (uint32_t size; (size = wire_get_u32(&parser->reader)) >= 8;) {
        uint32_t kind = wire_get_u32(&parser->reader);
        const uint8_t *bytes = wire_get_bytes(&parser->reader, size - 8);
        if (!bytes)
            return;
        if (kind == BLOCK_TARGET && parser->flags & HAS_EXPANDABLE_TARGET)
            set_target(parser, two_texts(parser, bytes, size - 8));
        else if (kind == BLOCK_DARWIN)
            set(&parser->link->darwin, two_texts(parser, bytes, size - 8));
        else if (kind == BLOCK_PROPERTIES)
            read_properties(parser, bytes, size - 8);
    }
}

bool link_file_read(const uint8_t *untrusted_bytes, size_t size, LinkFileText text, LinkFile *ret_link) {
    LinkFile link = {0};
    char **const fields[] = {&link.target, &link.name,   &link.arguments, &link.directory,
                             &link.icon,   &link.darwin, &link.aumid};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *fields[i] = mem_string("");
    Parser parser = {.text = text, .link = &link};
    wire_reader_init(&parser.reader, untrusted_bytes, size);
    bool good = size <= LINK_FILE_BYTES_MAX && read_header(&parser);
    if (good && parser.flags & HAS_ID_LIST)
        wire_get_bytes(&parser.reader, wire_get_u16(&parser.reader));
    if (good && parser.flags & HAS_LINK_INFO)
        read_link_info(&parser);
    if (good) {
        read_string(&parser, HAS_NAME, &link.name);
        read_string(&parser, HAS_RELATIVE_PATH, NULL);
        read_string(&parser, HAS_DIRECTORY, &link.directory);
        read_string(&parser, HAS_ARGUMENTS, &link.arguments);
        read_string(&parser, HAS_ICON, &link.icon);
    }
    good = good && !parser.reader.failed;
    if (good)
        read_blocks(&parser);
    if (good)
        *ret_link = link;
    else
        link_file_clear(&link);
    return good;
}

void link_file_clear(LinkFile *link) {
    char **const fields[] = {&link->target, &link->name,   &link->arguments, &link->directory,
                             &link->icon,   &link->darwin, &link->aumid};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mem_free(*fields[i]);
    *link = (LinkFile){0};
}
