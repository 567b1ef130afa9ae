// SPDX-License-Identifier: Apache-2.0
// Wire form of DeskEvents: u8 kind, u32 window, fields. The agent decodes what a session process (which a
// guest may have taken over) sends, so these decoders are as strict as those of the guest's own bytes.
#include "rail/desk-event.h"

#include <string.h>

#include "rail/mem.h"
#include "rail/utf.h"

void desk_event_init(DeskEvent *event, DeskEventKind kind) {
    memset(event, 0, sizeof *event);
    event->kind = kind;
}

void desk_event_clear(DeskEvent *event) {
    if (event->kind == DESK_EVENT_WINDOW_ICON)
        raster_free(event->as.icon.raster);
    if (event->kind == DESK_EVENT_POINTER)
        raster_free(event->as.pointer.raster);
    if (event->kind == DESK_EVENT_PUBLICATION)
        mem_free(event->as.publication.body);
    if (event->kind == DESK_EVENT_NOTIFY_ICON)
        guest_icon_delta_clear(&event->as.notify.delta);
    memset(event, 0, sizeof *event);
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
    if (!bytes || !utf8_is_valid((const char *)bytes, size)) {
        reader->failed |= size > 0;
        return;
    }
    memcpy(to, bytes, size);
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

static void put_boxes(WireWriter *writer, const BoxList *list) {
    wire_put_u8(writer, (uint8_t)list->count);
    for (uint32_t i = 0; i < list->count; i++)
        put_box(writer, list->boxes[i]);
}

static void get_boxes(WireReader *reader, BoxList *list) {
    uint32_t count = wire_get_u8(reader);
    if (count > BOX_LIST_MAX)
        reader->failed = true;
    for (list->count = 0; !reader->failed && list->count < count; list->count++)
        list->boxes[list->count] = get_box(reader);
}

static void put_window(WireWriter *writer, const GuestWindowDelta *delta) {
    const GuestWindow *window = &delta->to;
    wire_put_u32(writer, delta->fields);
    wire_put_u32(writer, window->owner);
    wire_put_u32(writer, window->style);
    wire_put_u32(writer, window->ex_style);
    wire_put_u8(writer, (uint8_t)window->show);
    put_box(writer, window->box);
    put_box(writer, window->client);
    wire_put_u16(writer, window->margins.left);
    wire_put_u16(writer, window->margins.top);
    wire_put_u16(writer, window->margins.right);
    wire_put_u16(writer, window->margins.bottom);
    wire_put_u8(writer, window->no_taskbar_button);
    if (delta->fields & GUEST_WINDOW_TITLE)
        put_text(writer, window->title);
    if (delta->fields & GUEST_WINDOW_SHAPE)
        put_boxes(writer, &window->shape);
    if (delta->fields & GUEST_WINDOW_VISIBLE)
        put_boxes(writer, &window->visible);
}

static void get_window(WireReader *reader, GuestWindowDelta *delta) {
    GuestWindow *window = &delta->to;
    delta->fields = wire_get_u32(reader) & GUEST_WINDOW_ALL;
    window->owner = wire_get_u32(reader);
    window->style = wire_get_u32(reader);
    window->ex_style = wire_get_u32(reader);
    window->show = (GuestShow)wire_get_u8(reader);
    window->box = get_box(reader);
    window->client = get_box(reader);
    window->margins.left = wire_get_u16(reader);
    window->margins.top = wire_get_u16(reader);
    window->margins.right = wire_get_u16(reader);
    window->margins.bottom = wire_get_u16(reader);
    window->no_taskbar_button = wire_get_u8(reader);
    if (delta->fields & GUEST_WINDOW_TITLE)
        get_text(reader, window->title, sizeof window->title);
    if (delta->fields & GUEST_WINDOW_SHAPE)
        get_boxes(reader, &window->shape);
    if (delta->fields & GUEST_WINDOW_VISIBLE)
        get_boxes(reader, &window->visible);
}

static void put_raster(WireWriter *writer, const Raster *raster) {
    wire_put_u16(writer, raster->width);
    wire_put_u16(writer, raster->height);
    wire_put_bytes(writer, raster->bgra, (size_t)raster->width * raster->height * 4);
}

static Raster *get_raster(WireReader *reader) {
    uint32_t width = wire_get_u16(reader), height = wire_get_u16(reader);
    size_t size = (size_t)width * height * 4;
    const uint8_t *bgra = wire_get_bytes(reader, size);
    Raster *raster = bgra ? raster_new(width, height) : NULL;
    if (raster)
        memcpy(raster->bgra, bgra, size);
    else
        reader->failed = true;
    return raster;
}

static void put_pointer(WireWriter *writer, const DeskEvent *event) {
    wire_put_u8(writer, (uint8_t)event->as.pointer.kind);
    wire_put_u16(writer, event->as.pointer.hot_x);
    wire_put_u16(writer, event->as.pointer.hot_y);
    if (event->as.pointer.kind == POINTER_SHAPE)
        put_raster(writer, event->as.pointer.raster);
}

static void get_pointer(WireReader *reader, DeskEvent *event) {
    event->as.pointer.kind = (PointerKind)wire_get_u8(reader);
    event->as.pointer.hot_x = wire_get_u16(reader);
    event->as.pointer.hot_y = wire_get_u16(reader);
    if (event->as.pointer.kind > POINTER_SHAPE)
        reader->failed = true;
    if (event->as.pointer.kind != POINTER_SHAPE || reader->failed)
        return;
    const Raster *raster = event->as.pointer.raster = get_raster(reader);
    if (!raster || raster->width > POINTER_SIDE_MAX || raster->height > POINTER_SIDE_MAX ||
        event->as.pointer.hot_x >= raster->width || event->as.pointer.hot_y >= raster->height)
        reader->failed = true;
}

static void put_icon(WireWriter *writer, const DeskEvent *event) {
    wire_put_u8(writer, event->as.icon.big);
    put_raster(writer, event->as.icon.raster);
}

static void get_icon(WireReader *reader, DeskEvent *event) {
    event->as.icon.big = wire_get_u8(reader);
    event->as.icon.raster = get_raster(reader);
}

static void put_notify(WireWriter *writer, const DeskEvent *event) {
    const GuestIconDelta *delta = &event->as.notify.delta;
    wire_put_u32(writer, event->as.notify.id);
    if (event->kind == DESK_EVENT_NOTIFY_ICON_GONE)
        return;
    wire_put_u8(writer, event->as.notify.is_new);
    wire_put_u8(writer, (uint8_t)delta->fields);
    wire_put_u32(writer, delta->version);
    wire_put_u8(writer, delta->hidden);
    if (delta->fields & GUEST_ICON_TIP)
        put_text(writer, delta->tip);
    if (delta->fields & GUEST_ICON_BALLOON) {
        wire_put_u32(writer, delta->balloon.timeout);
        wire_put_u32(writer, delta->balloon.flags);
        put_text(writer, delta->balloon.title);
        put_text(writer, delta->balloon.text);
    }
    if (delta->fields & GUEST_ICON_RASTER)
        put_raster(writer, delta->raster);
}

static void get_notify(WireReader *reader, DeskEvent *event) {
    GuestIconDelta *delta = &event->as.notify.delta;
    event->as.notify.id = wire_get_u32(reader);
    if (event->kind == DESK_EVENT_NOTIFY_ICON_GONE)
        return;
    event->as.notify.is_new = wire_get_u8(reader);
    delta->fields = wire_get_u8(reader) & GUEST_ICON_ALL;
    delta->version = wire_get_u32(reader);
    delta->hidden = wire_get_u8(reader);
    if (delta->fields & GUEST_ICON_TIP)
        get_text(reader, delta->tip, sizeof delta->tip);
    if (delta->fields & GUEST_ICON_BALLOON) {
        delta->balloon.timeout = wire_get_u32(reader);
        delta->balloon.flags = wire_get_u32(reader);
        get_text(reader, delta->balloon.title, sizeof delta->balloon.title);
        get_text(reader, delta->balloon.text, sizeof delta->balloon.text);
    }
    if (delta->fields & GUEST_ICON_RASTER && !reader->failed)
        delta->raster = get_raster(reader);
}

static void put_stacking(WireWriter *writer, const DeskEvent *event) {
    wire_put_u8(writer, (uint8_t)(event->as.stacking.has_active | event->as.stacking.has_order << 1));
    wire_put_u32(writer, event->as.stacking.active);
    wire_put_u8(writer, (uint8_t)event->as.stacking.count);
    for (uint32_t i = 0; i < event->as.stacking.count; i++)
        wire_put_u32(writer, event->as.stacking.order[i]);
}

static void get_stacking(WireReader *reader, DeskEvent *event) {
    uint8_t flags = wire_get_u8(reader);
    event->as.stacking.has_active = flags & 1;
    event->as.stacking.has_order = flags & 2;
    event->as.stacking.active = wire_get_u32(reader);
    event->as.stacking.count = wire_get_u8(reader);
    for (uint32_t i = 0; i < event->as.stacking.count; i++)
        event->as.stacking.order[i] = wire_get_u32(reader);
}

// Field by field both ways: one list of the eight numbers of a Min/Max Info.
static void min_max_fields(DeskEvent *event, int16_t *ret_fields[8]) {
    int16_t *fields[8] = {&event->as.min_max.max_width,       &event->as.min_max.max_height,
                          &event->as.min_max.max_x,           &event->as.min_max.max_y,
                          &event->as.min_max.min_track_width, &event->as.min_max.min_track_height,
                          &event->as.min_max.max_track_width, &event->as.min_max.max_track_height};
    memcpy(ret_fields, fields, sizeof fields);
}

static void put_body(WireWriter *writer, const DeskEvent *event) {
    int16_t *fields[8];
    switch (event->kind) {
    case DESK_EVENT_SESSION:
        wire_put_u8(writer, (uint8_t)event->as.session.state);
        wire_put_u32(writer, event->as.session.code);
        put_text(writer, event->as.session.text);
        break;
    case DESK_EVENT_WINDOW:
        wire_put_u8(writer, event->as.change.is_new);
        put_window(writer, &event->as.change.delta);
        break;
    case DESK_EVENT_WINDOW_ICON:
        put_icon(writer, event);
        break;
    case DESK_EVENT_STACKING:
        put_stacking(writer, event);
        break;
    case DESK_EVENT_SURFACE:
    case DESK_EVENT_SURFACE_GONE:
        wire_put_u32(writer, event->as.surface.surface);
        wire_put_u32(writer, event->as.surface.width);
        wire_put_u32(writer, event->as.surface.height);
        wire_put_u32(writer, event->as.surface.stride);
        wire_put_u8(writer, event->as.surface.alpha);
        wire_put_u8(writer, event->as.surface.doubled);
        break;
    case DESK_EVENT_DAMAGE:
        wire_put_u32(writer, event->as.damage.surface);
        wire_put_u32(writer, event->as.damage.frame);
        wire_put_u8(writer, event->as.damage.buffer);
        put_boxes(writer, &event->as.damage.boxes);
        break;
    case DESK_EVENT_MOVE_SIZE:
        wire_put_u8(writer, event->as.move_size.start);
        wire_put_u16(writer, event->as.move_size.type);
        wire_put_i16(writer, event->as.move_size.x);
        wire_put_i16(writer, event->as.move_size.y);
        break;
    case DESK_EVENT_MIN_MAX:
        min_max_fields((DeskEvent *)event, fields);
        for (size_t i = 0; i < 8; i++)
            wire_put_i16(writer, *fields[i]);
        break;
    case DESK_EVENT_EXEC_RESULT:
        wire_put_u16(writer, event->as.exec.result);
        wire_put_u32(writer, event->as.exec.raw);
        put_text(writer, event->as.exec.program);
        break;
    case DESK_EVENT_PUBLICATION:
        wire_put_u16(writer, event->as.publication.type);
        wire_put_u16(writer, event->as.publication.size);
        wire_put_bytes(writer, event->as.publication.body, event->as.publication.size);
        break;
    case DESK_EVENT_POINTER:
        put_pointer(writer, event);
        break;
    case DESK_EVENT_SECURITY:
        wire_put_u8(writer, event->as.security.protocol);
        wire_put_u8(writer, (uint8_t)event->as.security.verdict);
        put_text(writer, event->as.security.fingerprint);
        break;
    case DESK_EVENT_NOTIFY_ICON:
    case DESK_EVENT_NOTIFY_ICON_GONE:
        put_notify(writer, event);
        break;
    case DESK_EVENT_DISPLAY:
        wire_put_u8(writer, event->as.display.follows);
        wire_put_i32(writer, event->as.display.dx);
        wire_put_i32(writer, event->as.display.dy);
        break;
    case DESK_EVENT_SYNC_BEGAN:
    case DESK_EVENT_SYNC_ENDED:
    case DESK_EVENT_NOT_MONITORED:
    case DESK_EVENT_WINDOW_GONE:
        break;
    }
}

bool desk_event_encode(WireWriter *writer, const DeskEvent *event) {
    size_t start = writer->size;
    wire_put_u8(writer, (uint8_t)event->kind);
    wire_put_u32(writer, event->window);
    put_body(writer, event);
    return !writer->failed && writer->size - start <= DESK_EVENT_WIRE_MAX;
}

static void get_surface(WireReader *reader, DeskEvent *event) {
    event->as.surface.surface = wire_get_u32(reader);
    event->as.surface.width = wire_get_u32(reader);
    event->as.surface.height = wire_get_u32(reader);
    event->as.surface.stride = wire_get_u32(reader);
    event->as.surface.alpha = wire_get_u8(reader);
    event->as.surface.doubled = wire_get_u8(reader);
    if (event->kind == DESK_EVENT_SURFACE_GONE)
        return;
    if (!event->as.surface.width || event->as.surface.width > BOX_LIMIT || !event->as.surface.height ||
        event->as.surface.height > BOX_LIMIT || event->as.surface.stride % 4 ||
        event->as.surface.stride < event->as.surface.width * 4 ||
        event->as.surface.stride > (BOX_LIMIT + 64) * 4)
        reader->failed = true;
}

static void get_damage(WireReader *reader, DeskEvent *event) {
    event->as.damage.surface = wire_get_u32(reader);
    event->as.damage.frame = wire_get_u32(reader);
    event->as.damage.buffer = wire_get_u8(reader);
    if (event->as.damage.buffer > 1)
        reader->failed = true;
    get_boxes(reader, &event->as.damage.boxes);
}

static void get_publication(WireReader *reader, DeskEvent *event) {
    event->as.publication.type = wire_get_u16(reader);
    event->as.publication.size = wire_get_u16(reader);
    const uint8_t *body = wire_get_bytes(reader, event->as.publication.size);
    event->as.publication.body = body ? mem_copy(body, event->as.publication.size) : NULL;
}

static void get_security(WireReader *reader, DeskEvent *event) {
    event->as.security.protocol = wire_get_u8(reader);
    event->as.security.verdict = (SecurityVerdict)wire_get_u8(reader);
    get_text(reader, event->as.security.fingerprint, sizeof event->as.security.fingerprint);
    size_t digits = strlen(event->as.security.fingerprint);
    if (event->as.security.verdict > SECURITY_VERDICT_OTHER || (digits && digits != 64) ||
        strspn(event->as.security.fingerprint, "0123456789abcdef") != digits)
        reader->failed = true;
}

static void get_body(WireReader *reader, DeskEvent *event) {
    int16_t *fields[8];
    switch (event->kind) {
    case DESK_EVENT_SESSION:
        event->as.session.state = (SessionState)wire_get_u8(reader);
        event->as.session.code = wire_get_u32(reader);
        get_text(reader, event->as.session.text, sizeof event->as.session.text);
        if (event->as.session.state < SESSION_CONNECTING || event->as.session.state > SESSION_ENDED)
            reader->failed = true;
        break;
    case DESK_EVENT_WINDOW:
        event->as.change.is_new = wire_get_u8(reader);
        get_window(reader, &event->as.change.delta);
        event->as.change.delta.to.id = event->window;
        break;
    case DESK_EVENT_WINDOW_ICON:
        get_icon(reader, event);
        break;
    case DESK_EVENT_STACKING:
        get_stacking(reader, event);
        break;
    case DESK_EVENT_SURFACE:
    case DESK_EVENT_SURFACE_GONE:
        get_surface(reader, event);
        break;
    case DESK_EVENT_DAMAGE:
        get_damage(reader, event);
        break;
    case DESK_EVENT_MOVE_SIZE:
        event->as.move_size.start = wire_get_u8(reader);
        event->as.move_size.type = wire_get_u16(reader);
        event->as.move_size.x = wire_get_i16(reader);
        event->as.move_size.y = wire_get_i16(reader);
        break;
    case DESK_EVENT_MIN_MAX:
        min_max_fields(event, fields);
        for (size_t i = 0; i < 8; i++)
            *fields[i] = wire_get_i16(reader);
        break;
    case DESK_EVENT_EXEC_RESULT:
        event->as.exec.result = wire_get_u16(reader);
        event->as.exec.raw = wire_get_u32(reader);
        get_text(reader, event->as.exec.program, sizeof event->as.exec.program);
        break;
    case DESK_EVENT_PUBLICATION:
        get_publication(reader, event);
        break;
    case DESK_EVENT_POINTER:
        get_pointer(reader, event);
        break;
    case DESK_EVENT_SECURITY:
        get_security(reader, event);
        break;
    case DESK_EVENT_NOTIFY_ICON:
    case DESK_EVENT_NOTIFY_ICON_GONE:
        get_notify(reader, event);
        break;
    case DESK_EVENT_DISPLAY:
        event->as.display.follows = wire_get_u8(reader);
        event->as.display.dx = wire_get_i32(reader);
        event->as.display.dy = wire_get_i32(reader);
        break;
    case DESK_EVENT_SYNC_BEGAN:
    case DESK_EVENT_SYNC_ENDED:
    case DESK_EVENT_NOT_MONITORED:
    case DESK_EVENT_WINDOW_GONE:
        break;
    default:
        reader->failed = true;
        break;
    }
}

bool desk_event_decode(const uint8_t *untrusted_bytes, size_t size, DeskEvent *ret_event) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    desk_event_init(ret_event, (DeskEventKind)wire_get_u8(&reader));
    ret_event->window = wire_get_u32(&reader);
    if (!reader.failed)
        get_body(&reader, ret_event);
    if (wire_at_end(&reader))
        return true;
    desk_event_clear(ret_event);
    return false;
}

const char *desk_event_kind_to_string(DeskEventKind kind) {
    static const char *const names[] = {"none",          "session",     "sync-began",       "sync-ended",
                                        "not-monitored", "window",      "window-gone",      "window-icon",
                                        "stacking",      "surface",     "surface-gone",     "damage",
                                        "move-size",     "min-max",     "exec-result",      "publication",
                                        "pointer",       "notify-icon", "notify-icon-gone", "security",
                                        "display"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}

bool session_end_is_final(uint32_t code) {
    return code == SESSION_END_REFUSED || code == SESSION_END_LOGON || code == SESSION_END_CERTIFICATE;
}

const char *session_state_to_string(SessionState state) {
    static const char *const names[] = {"none",      "connecting", "connected", "ready",
                                        "published", "agent-lost", "ended"};
    return (unsigned)state < sizeof names / sizeof *names ? names[state] : "unknown";
}
