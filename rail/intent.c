// SPDX-License-Identifier: Apache-2.0
// Wire form of Intents: u8 kind, u32 window, fields. A CONNECT holds a password: it is wiped when the intent
// is cleared and travels on the socket pair between agent and session only.
#include "rail/intent.h"

#include <string.h>

#include "rail/mem.h"

void intent_init(Intent *intent, IntentKind kind) {
    memset(intent, 0, sizeof *intent);
    intent->kind = kind;
}

void intent_clear(Intent *intent) {
    if (intent->kind == INTENT_PUBLICATION)
        mem_free(intent->as.publication.body);
    volatile uint8_t *bytes = (volatile uint8_t *)intent;
    for (size_t i = 0; i < sizeof *intent; i++)
        bytes[i] = 0;
}

static void put_text(WireWriter *writer, const char *text) {
    size_t size = strlen(text);
    wire_put_u16(writer, (uint16_t)size);
    wire_put_bytes(writer, text, size);
}

static void get_text(WireReader *reader, char *to, size_t capacity) {
    size_t size = wire_get_u16(reader);
    if (size >= capacity)
        reader->failed = true;
    const uint8_t *bytes = wire_get_bytes(reader, size);
    if (bytes)
        memcpy(to, bytes, size);
    if (strlen(to) != (bytes ? size : 0))
        reader->failed = true;
}

static void put_box(WireWriter *writer, Box box) {
    wire_put_i32(writer, box.x);
    wire_put_i32(writer, box.y);
    wire_put_i32(writer, box.width);
    wire_put_i32(writer, box.height);
}

static Box get_box(WireReader *reader) {
    Box box;
    box.x = wire_get_i32(reader);
    box.y = wire_get_i32(reader);
    box.width = wire_get_i32(reader);
    box.height = wire_get_i32(reader);
    return box;
}

static void put_connect(WireWriter *writer, const Intent *intent) {
    put_text(writer, intent->as.connect.address);
    put_text(writer, intent->as.connect.user);
    put_text(writer, intent->as.connect.domain);
    put_text(writer, intent->as.connect.password);
    put_text(writer, intent->as.connect.fingerprint);
    wire_put_u8(writer, (uint8_t)intent->as.connect.pixels);
    wire_put_u8(writer, intent->as.connect.security);
    wire_put_u8(writer, intent->as.connect.old_tls);
    wire_put_u8(writer, intent->as.connect.depth);
    wire_put_u32(writer, intent->as.connect.width);
    wire_put_u32(writer, intent->as.connect.height);
    wire_put_u32(writer, intent->as.connect.layout);
    layout_put(writer, &intent->as.connect.monitors);
    wire_put_u64(writer, intent->as.connect.catalogue);
}

static void get_connect(WireReader *reader, Intent *intent) {
    get_text(reader, intent->as.connect.address, sizeof intent->as.connect.address);
    get_text(reader, intent->as.connect.user, sizeof intent->as.connect.user);
    get_text(reader, intent->as.connect.domain, sizeof intent->as.connect.domain);
    get_text(reader, intent->as.connect.password, sizeof intent->as.connect.password);
    get_text(reader, intent->as.connect.fingerprint, sizeof intent->as.connect.fingerprint);
    uint8_t pixels = wire_get_u8(reader), security = wire_get_u8(reader), old_tls = wire_get_u8(reader);
    intent->as.connect.depth = wire_get_u8(reader);
    if (pixels > INTENT_PIXELS_LEGACY || !security || security > INTENT_SECURITY_ALL || old_tls > 1 ||
        intent->as.connect.depth > 32)
        reader->failed = true;
    intent->as.connect.pixels = (IntentPixels)pixels;
    intent->as.connect.security = security;
    intent->as.connect.old_tls = old_tls;
    intent->as.connect.width = wire_get_u32(reader);
    intent->as.connect.height = wire_get_u32(reader);
    intent->as.connect.layout = wire_get_u32(reader);
    layout_get(reader, &intent->as.connect.monitors);
    intent->as.connect.catalogue = wire_get_u64(reader);
    if (intent->as.connect.width > BOX_LIMIT || intent->as.connect.height > BOX_LIMIT)
        reader->failed = true;
}

static void put_body(WireWriter *writer, const Intent *intent) {
    switch (intent->kind) {
    case INTENT_CONNECT:
        put_connect(writer, intent);
        break;
    case INTENT_ACTIVATE:
        wire_put_u8(writer, intent->as.enabled);
        break;
    case INTENT_MOVE:
    case INTENT_REFRESH:
        put_box(writer, intent->as.box);
        break;
    case INTENT_MONITORS:
        layout_put(writer, &intent->as.monitors);
        break;
    case INTENT_SYSTEM_COMMAND:
        wire_put_u16(writer, intent->as.command);
        break;
    case INTENT_KEY:
    case INTENT_UNICODE:
        wire_put_u16(writer, intent->as.key.code);
        wire_put_u8(writer, (uint8_t)(intent->as.key.down | intent->as.key.repeat << 1));
        break;
    case INTENT_POINTER:
        wire_put_u16(writer, intent->as.pointer.flags);
        wire_put_u8(writer, intent->as.pointer.extended);
        wire_put_i32(writer, intent->as.pointer.x);
        wire_put_i32(writer, intent->as.pointer.y);
        break;
    case INTENT_LOCKS:
        wire_put_u8(writer, intent->as.locks);
        break;
    case INTENT_PUBLICATION:
        wire_put_u16(writer, intent->as.publication.type);
        wire_put_u16(writer, intent->as.publication.size);
        wire_put_bytes(writer, intent->as.publication.body, intent->as.publication.size);
        break;
    case INTENT_FRAME_DONE:
        wire_put_u32(writer, intent->as.done.surface);
        wire_put_u32(writer, intent->as.done.frame);
        break;
    case INTENT_NOTIFY:
        wire_put_u32(writer, intent->as.notify.icon);
        wire_put_u32(writer, intent->as.notify.message);
        break;
    case INTENT_DISCONNECT:
        break;
    }
}

bool intent_encode(WireWriter *writer, const Intent *intent) {
    size_t start = writer->size;
    wire_put_u8(writer, (uint8_t)intent->kind);
    wire_put_u32(writer, intent->window);
    put_body(writer, intent);
    return !writer->failed && writer->size - start <= INTENT_WIRE_MAX;
}

static void get_key(WireReader *reader, Intent *intent) {
    intent->as.key.code = wire_get_u16(reader);
    uint8_t flags = wire_get_u8(reader);
    intent->as.key.down = flags & 1;
    intent->as.key.repeat = flags & 2;
}

static void get_publication(WireReader *reader, Intent *intent) {
    intent->as.publication.type = wire_get_u16(reader);
    intent->as.publication.size = wire_get_u16(reader);
    const uint8_t *body = wire_get_bytes(reader, intent->as.publication.size);
    intent->as.publication.body = body ? mem_copy(body, intent->as.publication.size) : NULL;
}

static void get_body(WireReader *reader, Intent *intent) {
    switch (intent->kind) {
    case INTENT_CONNECT:
        get_connect(reader, intent);
        break;
    case INTENT_ACTIVATE:
        intent->as.enabled = wire_get_u8(reader);
        break;
    case INTENT_MOVE:
    case INTENT_REFRESH:
        intent->as.box = get_box(reader);
        break;
    case INTENT_MONITORS:
        layout_get(reader, &intent->as.monitors);
        break;
    case INTENT_SYSTEM_COMMAND:
        intent->as.command = wire_get_u16(reader);
        break;
    case INTENT_KEY:
    case INTENT_UNICODE:
        get_key(reader, intent);
        break;
    case INTENT_POINTER:
        intent->as.pointer.flags = wire_get_u16(reader);
        intent->as.pointer.extended = wire_get_u8(reader);
        intent->as.pointer.x = wire_get_i32(reader);
        intent->as.pointer.y = wire_get_i32(reader);
        break;
    case INTENT_LOCKS:
        intent->as.locks = wire_get_u8(reader);
        break;
    case INTENT_PUBLICATION:
        get_publication(reader, intent);
        break;
    case INTENT_FRAME_DONE:
        intent->as.done.surface = wire_get_u32(reader);
        intent->as.done.frame = wire_get_u32(reader);
        break;
    case INTENT_NOTIFY:
        intent->as.notify.icon = wire_get_u32(reader);
        intent->as.notify.message = wire_get_u32(reader);
        break;
    case INTENT_DISCONNECT:
        break;
    default:
        reader->failed = true;
        break;
    }
}

bool intent_decode(const uint8_t *bytes, size_t size, Intent *ret_intent) {
    WireReader reader;
    wire_reader_init(&reader, bytes, size);
    intent_init(ret_intent, (IntentKind)wire_get_u8(&reader));
    ret_intent->window = wire_get_u32(&reader);
    if (!reader.failed)
        get_body(&reader, ret_intent);
    if (wire_at_end(&reader))
        return true;
    intent_clear(ret_intent);
    return false;
}

const char *intent_security_to_string(uint8_t security) {
    static const char *const names[] = {"none", "nla",     "tls",     "nla,tls",
                                        "rdp",  "nla,rdp", "tls,rdp", "nla,tls,rdp"};
    return security <= INTENT_SECURITY_ALL ? names[security] : "?";
}

const char *intent_kind_to_string(IntentKind kind) {
    static const char *const names[] = {"none",           "connect", "disconnect",  "activate",   "move",
                                        "system-command", "key",     "unicode",     "pointer",    "locks",
                                        "monitors",       "refresh", "publication", "frame-done", "notify"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}
