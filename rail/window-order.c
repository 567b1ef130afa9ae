// SPDX-License-Identifier: Apache-2.0
// Windowing alternate secondary orders (MS-RDPERP 2.2.1.3). The encoder serves the embedded guest, the
// decoder tests, fuzzers and recordings; the session process gets the same fields from FreeRDP. Fields stand
// on the wire in the specification's order, which is not that of their bits.
#include "rail/window-order.h"

#include <string.h>

#include "rail/mem.h"

enum {
    CLASS_WINDOW = 0x01000000,
    CLASS_NOTIFY = 0x02000000,
    CLASS_DESKTOP = 0x04000000,
    STATE_NEW = 0x10000000,
    STATE_DELETED = 0x20000000,
    STATE_ICON = 0x40000000,
    FIELD_ICON_BIG = 0x00002000,
    FIELD_ICON_OVERLAY = 0x00100000,
    FIELD_OWNER = 0x00000002,
    FIELD_STYLE = 0x00000008,
    FIELD_SHOW = 0x00000010,
    FIELD_TITLE = 0x00000004,
    FIELD_CLIENT_OFFSET = 0x00004000,
    FIELD_CLIENT_SIZE = 0x00010000,
    FIELD_MARGIN_X = 0x00000080,
    FIELD_MARGIN_Y = 0x08000000,
    FIELD_RP_CONTENT = 0x00020000,
    FIELD_ROOT_PARENT = 0x00040000,
    FIELD_WINDOW_OFFSET = 0x00000800,
    FIELD_CLIENT_DELTA = 0x00008000,
    FIELD_WINDOW_SIZE = 0x00000400,
    FIELD_WINDOW_RECTS = 0x00000100,
    FIELD_VISIBLE_OFFSET = 0x00001000,
    FIELD_VISIBILITY = 0x00000200,
    FIELD_OVERLAY_DESCRIPTION = 0x00400000,
    FIELD_TASKBAR_BUTTON = 0x00800000,
    FIELD_ENFORCE_ZORDER = 0x00080000,
    FIELD_APPBAR_STATE = 0x00000040,
    FIELD_APPBAR_EDGE = 0x00000001,
    FIELD_NOTIFY_TIP = 0x00000001,
    FIELD_NOTIFY_INFO_TIP = 0x00000002,
    FIELD_NOTIFY_STATE = 0x00000004,
    FIELD_NOTIFY_VERSION = 0x00000008,
};
enum { NOTIFY_STATE_HIDDEN = 1 };
#define STATE_CACHED_ICON 0x80000000u
#define TITLE_BYTES       520
#define TIP_BYTES         254
#define INFO_TEXT_BYTES   510
#define INFO_TITLE_BYTES  126

void window_order_clear(WindowOrder *order) {
    raster_free(order->icon.raster);
    guest_icon_delta_clear(&order->notify.delta);
    memset(order, 0, sizeof *order);
}

// Writes the header of an order and returns where its size is to be patched.
static size_t begin(WireWriter *writer, uint32_t flags) {
    wire_put_u8(writer, WINDOW_ORDER_HEADER);
    wire_put_u16(writer, 0);
    wire_put_u32(writer, flags);
    return writer->size - 6;
}

static void end(WireWriter *writer, size_t size_at) {
    wire_patch_u16(writer, size_at, writer->size - size_at + 1);
}

static uint32_t wire_flags(uint32_t fields) {
    static const struct {
        uint32_t field, flags;
    } map[] = {
        {GUEST_WINDOW_OWNER, FIELD_OWNER},
        {GUEST_WINDOW_STYLE, FIELD_STYLE},
        {GUEST_WINDOW_SHOW, FIELD_SHOW},
        {GUEST_WINDOW_TITLE, FIELD_TITLE},
        {GUEST_WINDOW_POSITION, FIELD_WINDOW_OFFSET},
        {GUEST_WINDOW_SIZE, FIELD_WINDOW_SIZE},
        {GUEST_WINDOW_CLIENT, FIELD_CLIENT_OFFSET | FIELD_CLIENT_SIZE | FIELD_CLIENT_DELTA},
        {GUEST_WINDOW_MARGINS, FIELD_MARGIN_X | FIELD_MARGIN_Y},
        {GUEST_WINDOW_SHAPE, FIELD_WINDOW_RECTS},
        {GUEST_WINDOW_VISIBLE, FIELD_VISIBLE_OFFSET | FIELD_VISIBILITY},
        {GUEST_WINDOW_TASKBAR, FIELD_TASKBAR_BUTTON},
    };
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (fields & map[i].field)
            flags |= map[i].flags;
    return flags;
}

// Boxes as RECTANGLE_16 (left, top, right, bottom) relative to the window; an empty list is the whole window.
static void put_rects(WireWriter *writer, const BoxList *list, int32_t dx, int32_t dy, Box whole) {
    BoxList rects = *list;
    if (!rects.count)
        rects = (BoxList){.count = 1, .boxes = {{-dx, -dy, whole.width, whole.height}}};
    wire_put_u16(writer, (uint16_t)rects.count);
    for (uint32_t i = 0; i < rects.count; i++) {
        Box box = box_shift(rects.boxes[i], dx, dy);
        wire_put_i16(writer, box.x);
        wire_put_i16(writer, box.y);
        wire_put_i16(writer, box.x + box.width);
        wire_put_i16(writer, box.y + box.height);
    }
}

static void put_geometry(WireWriter *writer, uint32_t flags, const GuestWindow *window) {
    if (flags & FIELD_CLIENT_OFFSET) {
        wire_put_i32(writer, window->client.x);
        wire_put_i32(writer, window->client.y);
        wire_put_u32(writer, (uint32_t)window->client.width);
        wire_put_u32(writer, (uint32_t)window->client.height);
    }
    if (flags & FIELD_MARGIN_X) {
        wire_put_u32(writer, window->margins.left);
        wire_put_u32(writer, window->margins.right);
        wire_put_u32(writer, window->margins.top);
        wire_put_u32(writer, window->margins.bottom);
    }
    if (flags & FIELD_WINDOW_OFFSET) {
        wire_put_i32(writer, window->box.x);
        wire_put_i32(writer, window->box.y);
    }
    if (flags & FIELD_CLIENT_DELTA) {
        wire_put_i32(writer, window->client.x - window->box.x);
        wire_put_i32(writer, window->client.y - window->box.y);
    }
    if (flags & FIELD_WINDOW_SIZE) {
        wire_put_u32(writer, (uint32_t)window->box.width);
        wire_put_u32(writer, (uint32_t)window->box.height);
    }
    if (flags & FIELD_WINDOW_RECTS)
        put_rects(writer, &window->shape, 0, 0, window->box);
    if (flags & FIELD_VISIBILITY) {
        wire_put_i32(writer, window->box.x);
        wire_put_i32(writer, window->box.y);
        put_rects(writer, &window->visible, -window->box.x, -window->box.y, window->box);
    }
}

void window_order_put_window(WireWriter *writer, bool is_new, const GuestWindowDelta *delta) {
    const GuestWindow *window = &delta->to;
    uint32_t flags = CLASS_WINDOW | (is_new ? STATE_NEW : 0) | wire_flags(delta->fields);
    size_t size_at = begin(writer, flags);
    wire_put_u32(writer, window->id);
    if (flags & FIELD_OWNER)
        wire_put_u32(writer, window->owner);
    if (flags & FIELD_STYLE) {
        wire_put_u32(writer, window->style);
        wire_put_u32(writer, window->ex_style);
    }
    if (flags & FIELD_SHOW)
        wire_put_u8(writer, (uint8_t)window->show);
    if (flags & FIELD_TITLE)
        wire_put_utf16(writer, window->title, TITLE_BYTES);
    put_geometry(writer, flags, window);
    if (flags & FIELD_TASKBAR_BUTTON)
        wire_put_u8(writer, window->no_taskbar_button);
    end(writer, size_at);
}

void window_order_put_deleted(WireWriter *writer, uint32_t window) {
    size_t size_at = begin(writer, CLASS_WINDOW | STATE_DELETED);
    wire_put_u32(writer, window);
    end(writer, size_at);
}

static size_t mask_row(uint32_t width) {
    return (width + 31) / 32 * 4;
}

// TS_ICON_INFO, 2.2.1.2.3
static void put_icon_info(WireWriter *writer, uint8_t cache, uint16_t entry, const Raster *raster) {
    size_t row = mask_row(raster->width), mask_size = row * raster->height;
    size_t stride = (size_t)raster->width * 4, colours = stride * raster->height;
    wire_put_u16(writer, entry);
    wire_put_u8(writer, cache);
    wire_put_u8(writer, 32);
    wire_put_u16(writer, raster->width);
    wire_put_u16(writer, raster->height);
    wire_put_u16(writer, (uint16_t)mask_size);
    wire_put_u16(writer, (uint16_t)colours);
    if (colours > UINT16_MAX)
        writer->failed = true;
    size_t mask_at = writer->size;
    wire_put_zeros(writer, mask_size);
    for (uint32_t y = raster->height; y-- > 0;) {
        const uint8_t *pixels = raster->bgra + stride * y;
        for (uint32_t x = 0; x < raster->width; x++)
            if (!pixels[4 * x + 3])
                writer->data[mask_at + row * (raster->height - 1u - y) + x / 8] |= (uint8_t)(0x80 >> x % 8);
        wire_put_bytes(writer, pixels, stride);
    }
}

void window_order_put_icon(WireWriter *writer, uint32_t window, bool big, uint8_t cache, uint16_t entry,
                           const Raster *raster) {
    size_t size_at = begin(writer, CLASS_WINDOW | STATE_ICON | (big ? FIELD_ICON_BIG : 0));
    wire_put_u32(writer, window);
    put_icon_info(writer, cache, entry, raster);
    end(writer, size_at);
}

void window_order_put_cached_icon(WireWriter *writer, uint32_t window, bool big, uint8_t cache,
                                  uint16_t entry) {
    size_t size_at = begin(writer, CLASS_WINDOW | STATE_CACHED_ICON | (big ? FIELD_ICON_BIG : 0));
    wire_put_u32(writer, window);
    wire_put_u16(writer, entry);
    wire_put_u8(writer, cache);
    end(writer, size_at);
}

static uint32_t notify_flags(uint32_t fields) {
    return (fields & GUEST_ICON_VERSION ? FIELD_NOTIFY_VERSION : 0) |
           (fields & GUEST_ICON_TIP ? FIELD_NOTIFY_TIP : 0) |
           (fields & GUEST_ICON_BALLOON ? FIELD_NOTIFY_INFO_TIP : 0) |
           (fields & GUEST_ICON_HIDDEN ? FIELD_NOTIFY_STATE : 0);
}

static void put_notify(WireWriter *writer, uint32_t window, uint32_t id, uint32_t flags,
                       const GuestIconDelta *delta) {
    wire_put_u32(writer, window);
    wire_put_u32(writer, id);
    if (flags & FIELD_NOTIFY_VERSION)
        wire_put_u32(writer, delta->version);
    if (flags & FIELD_NOTIFY_TIP)
        wire_put_utf16(writer, delta->tip, TIP_BYTES);
    if (flags & FIELD_NOTIFY_INFO_TIP) {
        wire_put_u32(writer, delta->balloon.timeout);
        wire_put_u32(writer, delta->balloon.flags);
        wire_put_utf16(writer, delta->balloon.text, INFO_TEXT_BYTES);
        wire_put_utf16(writer, delta->balloon.title, INFO_TITLE_BYTES);
    }
    if (flags & FIELD_NOTIFY_STATE)
        wire_put_u32(writer, delta->hidden ? NOTIFY_STATE_HIDDEN : 0);
}

void window_order_put_notify(WireWriter *writer, uint32_t window, uint32_t id, bool is_new,
                             const GuestIconDelta *delta, uint8_t cache, uint16_t entry) {
    bool has_raster = delta->fields & GUEST_ICON_RASTER;
    uint32_t flags =
        CLASS_NOTIFY | (is_new ? STATE_NEW : 0) | (has_raster ? STATE_ICON : 0) | notify_flags(delta->fields);
    size_t size_at = begin(writer, flags);
    put_notify(writer, window, id, flags, delta);
    if (has_raster)
        put_icon_info(writer, cache, entry, delta->raster);
    end(writer, size_at);
}

void window_order_put_cached_notify(WireWriter *writer, uint32_t window, uint32_t id, bool is_new,
                                    const GuestIconDelta *delta, uint8_t cache, uint16_t entry) {
    uint32_t flags =
        CLASS_NOTIFY | (is_new ? STATE_NEW : 0) | STATE_CACHED_ICON | notify_flags(delta->fields);
    size_t size_at = begin(writer, flags);
    put_notify(writer, window, id, flags, delta);
    wire_put_u16(writer, entry);
    wire_put_u8(writer, cache);
    end(writer, size_at);
}

void window_order_put_notify_deleted(WireWriter *writer, uint32_t window, uint32_t id) {
    size_t size_at = begin(writer, CLASS_NOTIFY | STATE_DELETED);
    wire_put_u32(writer, window);
    wire_put_u32(writer, id);
    end(writer, size_at);
}

void window_order_put_desktop(WireWriter *writer, uint32_t flags, uint32_t active, const uint32_t *order,
                              size_t count) {
    size_t size_at = begin(writer, CLASS_DESKTOP | flags);
    if (flags & WINDOW_ORDER_DESKTOP_ACTIVE)
        wire_put_u32(writer, active);
    if (flags & WINDOW_ORDER_DESKTOP_ZORDER) {
        count = count < DESK_STACK_MAX ? count : DESK_STACK_MAX;
        wire_put_u8(writer, (uint8_t)count);
        for (size_t i = 0; i < count; i++)
            wire_put_u32(writer, order[i]);
    }
    end(writer, size_at);
}

static void get_rects(WireReader *reader, int32_t dx, int32_t dy, BoxList *list) {
    uint32_t count = wire_get_u16(reader);
    Box bounds = {0};
    if (count > WINDOW_ORDER_RECTS_MAX)
        reader->failed = true;
    list->count = 0;
    for (uint32_t i = 0; !reader->failed && i < count; i++) {
        int32_t left = wire_get_i16(reader), top = wire_get_i16(reader);
        int32_t right = wire_get_i16(reader), bottom = wire_get_i16(reader);
        Box box = box_shift((Box){left, top, right - left, bottom - top}, dx, dy);
        if (box_is_empty(box))
            continue;
        bounds = box_union(bounds, box);
        if (i < BOX_LIST_MAX)
            list->boxes[list->count++] = box;
    }
    if (count > BOX_LIST_MAX)
        *list = (BoxList){.count = !box_is_empty(bounds), .boxes = {bounds}};
}

static void get_client(WireReader *reader, uint32_t flags, GuestWindowDelta *delta) {
    if (flags & FIELD_CLIENT_OFFSET) {
        delta->to.client.x = wire_get_i32(reader);
        delta->to.client.y = wire_get_i32(reader);
    }
    if (flags & FIELD_CLIENT_SIZE) {
        delta->to.client.width = wire_get_i32(reader);
        delta->to.client.height = wire_get_i32(reader);
    }
    if (flags & FIELD_CLIENT_OFFSET && flags & FIELD_CLIENT_SIZE)
        delta->fields |= GUEST_WINDOW_CLIENT;
    if (flags & FIELD_MARGIN_X) {
        delta->to.margins.left = (uint16_t)wire_get_u32(reader);
        delta->to.margins.right = (uint16_t)wire_get_u32(reader);
    }
    if (flags & FIELD_MARGIN_Y) {
        delta->to.margins.top = (uint16_t)wire_get_u32(reader);
        delta->to.margins.bottom = (uint16_t)wire_get_u32(reader);
    }
    if (flags & FIELD_MARGIN_X && flags & FIELD_MARGIN_Y)
        delta->fields |= GUEST_WINDOW_MARGINS;
    if (flags & FIELD_RP_CONTENT)
        wire_get_u8(reader);
    if (flags & FIELD_ROOT_PARENT)
        wire_get_u32(reader);
}

static bool covers_window(const BoxList *shape, Box box) {
    return shape->count == 1 && shape->boxes[0].x <= 0 && shape->boxes[0].y <= 0 &&
           shape->boxes[0].width >= box.width && shape->boxes[0].height >= box.height;
}

static void get_frame(WireReader *reader, uint32_t flags, GuestWindowDelta *delta) {
    int32_t visible_x = 0, visible_y = 0;
    if (flags & FIELD_WINDOW_OFFSET) {
        delta->to.box.x = wire_get_i32(reader);
        delta->to.box.y = wire_get_i32(reader);
        delta->fields |= GUEST_WINDOW_POSITION;
    }
    if (flags & FIELD_CLIENT_DELTA)
        wire_get_u64(reader); // unreliable on real servers, and derived
    if (flags & FIELD_WINDOW_SIZE) {
        delta->to.box.width = wire_get_i32(reader);
        delta->to.box.height = wire_get_i32(reader);
        delta->fields |= GUEST_WINDOW_SIZE;
    }
    if (flags & FIELD_WINDOW_RECTS) {
        get_rects(reader, 0, 0, &delta->to.shape);
        if (flags & FIELD_WINDOW_SIZE && covers_window(&delta->to.shape, delta->to.box))
            delta->to.shape.count = 0;
        delta->fields |= GUEST_WINDOW_SHAPE;
    }
    if (flags & FIELD_VISIBLE_OFFSET) {
        visible_x = wire_get_i32(reader);
        visible_y = wire_get_i32(reader);
    }
    if (flags & FIELD_VISIBILITY)
        get_rects(reader, visible_x, visible_y, &delta->to.visible);
    if (flags & FIELD_VISIBLE_OFFSET && flags & FIELD_VISIBILITY)
        delta->fields |= GUEST_WINDOW_VISIBLE;
}

static void get_tail(WireReader *reader, uint32_t flags, GuestWindowDelta *delta) {
    if (flags & FIELD_OVERLAY_DESCRIPTION)
        mem_free(wire_get_utf16(reader, UINT16_MAX));
    if (flags & FIELD_TASKBAR_BUTTON) {
        delta->to.no_taskbar_button = wire_get_u8(reader);
        delta->fields |= GUEST_WINDOW_TASKBAR;
    }
    if (flags & FIELD_ENFORCE_ZORDER)
        wire_get_u8(reader);
    if (flags & FIELD_APPBAR_STATE)
        wire_get_u8(reader);
    if (flags & FIELD_APPBAR_EDGE)
        wire_get_u8(reader);
}

static void get_window(WireReader *reader, uint32_t flags, WindowOrder *order) {
    GuestWindowDelta *delta = &order->delta;
    order->kind = WINDOW_ORDER_WINDOW;
    order->is_new = flags & STATE_NEW;
    delta->to.id = order->window;
    if (flags & FIELD_OWNER) {
        delta->to.owner = wire_get_u32(reader);
        delta->fields |= GUEST_WINDOW_OWNER;
    }
    if (flags & FIELD_STYLE) {
        delta->to.style = wire_get_u32(reader);
        delta->to.ex_style = wire_get_u32(reader);
        delta->fields |= GUEST_WINDOW_STYLE;
    }
    if (flags & FIELD_SHOW) {
        delta->to.show = (GuestShow)wire_get_u8(reader);
        delta->fields |= GUEST_WINDOW_SHOW;
    }
    if (flags & FIELD_TITLE) {
        char *title = wire_get_utf16(reader, TITLE_BYTES);
        guest_window_set_title(&delta->to, title);
        delta->fields |= GUEST_WINDOW_TITLE;
        mem_free(title);
    }
    get_client(reader, flags, delta);
    get_frame(reader, flags, delta);
    get_tail(reader, flags, delta);
}

static Raster *get_icon_info(WireReader *reader, WindowOrder *order) {
    RasterDib dib = {0};
    order->icon.entry = wire_get_u16(reader);
    order->icon.cache = wire_get_u8(reader);
    dib.bpp = wire_get_u8(reader);
    dib.width = wire_get_u16(reader);
    dib.height = wire_get_u16(reader);
    if (dib.bpp == 1 || dib.bpp == 4 || dib.bpp == 8)
        dib.table_size = wire_get_u16(reader);
    dib.mask_size = wire_get_u16(reader);
    dib.colours_size = wire_get_u16(reader);
    dib.mask = wire_get_bytes(reader, dib.mask_size);
    dib.table = wire_get_bytes(reader, dib.table_size);
    dib.colours = wire_get_bytes(reader, dib.colours_size);
    return reader->failed ? NULL : raster_from_dib(&dib);
}

static void get_icon(WireReader *reader, uint32_t flags, WindowOrder *order) {
    order->kind = WINDOW_ORDER_ICON;
    order->icon.big = flags & FIELD_ICON_BIG;
    order->icon.raster = get_icon_info(reader, order);
    if (!(flags & FIELD_ICON_OVERLAY))
        return;
    raster_free(order->icon.raster);
    order->icon.raster = NULL;
}

static void get_text(WireReader *reader, size_t max_bytes, char *to, size_t size) {
    char *text = wire_get_utf16(reader, max_bytes);
    guest_icon_set_text(to, size, text);
    mem_free(text);
}

static void get_balloon(WireReader *reader, GuestIconDelta *delta) {
    delta->fields |= GUEST_ICON_BALLOON;
    delta->balloon.timeout = wire_get_u32(reader);
    delta->balloon.flags = wire_get_u32(reader);
    get_text(reader, INFO_TEXT_BYTES, delta->balloon.text, sizeof delta->balloon.text);
    get_text(reader, INFO_TITLE_BYTES, delta->balloon.title, sizeof delta->balloon.title);
}

static void get_notify(WireReader *reader, uint32_t flags, WindowOrder *order) {
    GuestIconDelta *delta = &order->notify.delta;
    order->kind = WINDOW_ORDER_NOTIFY;
    order->is_new = flags & STATE_NEW;
    if (flags & FIELD_NOTIFY_VERSION) {
        delta->fields |= GUEST_ICON_VERSION;
        delta->version = wire_get_u32(reader);
    }
    if (flags & FIELD_NOTIFY_TIP) {
        delta->fields |= GUEST_ICON_TIP;
        get_text(reader, UINT16_MAX, delta->tip, sizeof delta->tip);
    }
    if (flags & FIELD_NOTIFY_INFO_TIP)
        get_balloon(reader, delta);
    if (flags & FIELD_NOTIFY_STATE) {
        delta->fields |= GUEST_ICON_HIDDEN;
        delta->hidden = wire_get_u32(reader) & NOTIFY_STATE_HIDDEN;
    }
    if (flags & STATE_ICON) {
        delta->raster = get_icon_info(reader, order);
        delta->fields |= delta->raster ? GUEST_ICON_RASTER : 0;
    } else if (flags & STATE_CACHED_ICON) {
        order->notify.is_cached = true;
        order->icon.entry = wire_get_u16(reader);
        order->icon.cache = wire_get_u8(reader);
    }
}

static void get_desktop(WireReader *reader, uint32_t flags, WindowOrder *order) {
    order->kind = flags & WINDOW_ORDER_DESKTOP_NONE ? WINDOW_ORDER_NOT_MONITORED : WINDOW_ORDER_DESKTOP;
    order->desktop.flags = flags & 0x3F;
    if (order->kind == WINDOW_ORDER_NOT_MONITORED)
        return;
    if (flags & WINDOW_ORDER_DESKTOP_ACTIVE)
        order->desktop.active = wire_get_u32(reader);
    if (flags & WINDOW_ORDER_DESKTOP_ZORDER)
        order->desktop.count = wire_get_u8(reader);
    for (uint32_t i = 0; !reader->failed && i < order->desktop.count; i++)
        order->desktop.order[i] = wire_get_u32(reader);
}

static void get_order(WireReader *reader, uint32_t flags, WindowOrder *order) {
    if (flags & CLASS_DESKTOP) {
        get_desktop(reader, flags, order);
        return;
    }
    order->window = wire_get_u32(reader);
    if (flags & CLASS_NOTIFY) {
        order->notify.id = wire_get_u32(reader);
        order->kind = WINDOW_ORDER_NOTIFY_DELETED;
        if (!(flags & STATE_DELETED)) // which servers send with the flags of other fields, and without them
            get_notify(reader, flags, order);
    } else if (!(flags & CLASS_WINDOW)) {
        reader->failed = true;
    } else if (flags & STATE_DELETED) {
        order->kind = WINDOW_ORDER_DELETED;
    } else if (flags & STATE_ICON) {
        get_icon(reader, flags, order);
    } else if (flags & STATE_CACHED_ICON) {
        order->kind = WINDOW_ORDER_CACHED_ICON;
        order->icon.big = flags & FIELD_ICON_BIG;
        order->icon.entry = wire_get_u16(reader);
        order->icon.cache = wire_get_u8(reader);
    } else {
        get_window(reader, flags, order);
    }
}

bool window_order_get(WireReader *reader, WindowOrder *ret_order) {
    WireReader body;
    memset(ret_order, 0, sizeof *ret_order);
    uint8_t header = wire_get_u8(reader);
    size_t size = wire_get_u16(reader);
    if (header != WINDOW_ORDER_HEADER || size < 7)
        reader->failed = true;
    const uint8_t *bytes = wire_get_bytes(reader, reader->failed ? 0 : size - 3);
    if (reader->failed)
        return false;
    wire_reader_init(&body, bytes, size - 3);
    uint32_t flags = wire_get_u32(&body);
    get_order(&body, flags, ret_order);
    if (!body.failed)
        return true;
    window_order_clear(ret_order);
    reader->failed = true;
    return false;
}
