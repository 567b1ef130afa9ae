// SPDX-License-Identifier: Apache-2.0
// The desktop's settings daemon says it (XSETTINGS), or the X resources that a session was started with; the
// size that a monitor claims to have counts only where it leaves no doubt, since many claim nonsense. Part of
// the Screen's work area, which reads it together with the monitors; no state but the manager's window.
#include "host-agent/compositor/dpi.h"

#include <stdlib.h>
#include <string.h>
#include "host-agent/compositor/work-area.h"
#include "rail/wire.h"

#define SETTINGS_MAX   65536
#define SETTINGS_COUNT 1024
#define RESOURCES_MAX  65536
#define LEAST          48
#define MOST           480
#define NO_DOUBT       180 // pixels of an inch that are too small to be taken for 96

enum { SETTING_NUMBER, SETTING_TEXT, SETTING_COLOUR };

static uint32_t plausible(int64_t dpi) {
    return dpi >= LEAST && dpi <= MOST ? (uint32_t)dpi : 0;
}

static bool is_named(const uint8_t *name, size_t size, const char *wanted) {
    return name && size == strlen(wanted) && memcmp(name, wanted, size) == 0;
}

static size_t padded(size_t size) {
    return (size + 3) & ~(size_t)3;
}

static void read_setting(WireReader *reader, int32_t *density, int32_t *factor) {
    uint8_t type = wire_get_u8(reader);
    wire_get_u8(reader);
    size_t size = wire_get_u16(reader);
    const uint8_t *name = wire_get_bytes(reader, padded(size));
    wire_get_u32(reader); // serial
    if (type == SETTING_NUMBER) {
        int32_t value = wire_get_i32(reader);
        if (is_named(name, size, "Xft/DPI"))
            *density = value;
        else if (is_named(name, size, "Gdk/WindowScalingFactor"))
            *factor = value;
    } else if (type == SETTING_TEXT) {
        size_t length = wire_get_u32(reader);
        wire_get_bytes(reader, length > SETTINGS_MAX ? SETTINGS_MAX : padded(length));
    } else if (type == SETTING_COLOUR) {
        wire_get_bytes(reader, 8);
    } else {
        reader->failed = true;
    }
}

uint32_t dpi_of_settings(const uint8_t *untrusted_bytes, size_t size) {
    WireReader reader;
    int32_t density = 0, factor = 0;
    wire_reader_init(&reader, untrusted_bytes, size);
    if (wire_get_u8(&reader) != LSBFirst)
        return 0;
    wire_get_bytes(&reader, 7);
    uint32_t count = wire_get_u32(&reader);
    for (uint32_t i = 0; i < count && i < SETTINGS_COUNT && !reader.failed; i++)
        read_setting(&reader, &density, &factor);
    if (reader.failed)
        return 0;
    uint32_t by_factor = factor > 1 ? plausible((int64_t)factor * LAYOUT_DPI) : 0;
    return MAX(plausible(density / 1024), by_factor);
}

uint32_t dpi_of_resources(const char *untrusted_text) {
    static const char name[] = "Xft.dpi:";
    const char *line = untrusted_text;
    while (line && strncmp(line, name, strlen(name)) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return line ? plausible((int64_t)strtod(line + strlen(name), NULL)) : 0;
}

uint32_t dpi_of_size(int32_t pixels, int millimetres) {
    int64_t dpi = millimetres > 0 ? (int64_t)pixels * 254 / (10 * (int64_t)millimetres) : 0;
    return dpi >= NO_DOUBT && dpi <= MOST ? 2 * LAYOUT_DPI : 0;
}

static uint8_t *read_property(const Screen *screen, Window window, Atom property, long max,
                              size_t *ret_size) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    *ret_size = 0;
    if (XGetWindowProperty(screen->display, window, property, 0, max / 4, False, AnyPropertyType, &type,
                           &format, &n, &left, &bytes) != Success)
        return NULL;
    if (format != 8 || !n) {
        if (bytes)
            XFree(bytes);
        return NULL;
    }
    *ret_size = n;
    return bytes; // Xlib ends it with a zero byte
}

static void on_manager_event(const XEvent *event, gpointer user) {
    Screen *screen = user;
    if (event->type == PropertyNotify || event->type == DestroyNotify)
        work_area_read_soon(screen->work_area);
}

static void watch_manager(Screen *screen, Window manager) {
    if (manager == screen->settings_manager)
        return;
    if (screen->settings_manager)
        screen_unlisten(screen, screen->settings_manager);
    screen->settings_manager = manager;
    if (!manager)
        return;
    XSelectInput(screen->display, manager, PropertyChangeMask | StructureNotifyMask);
    screen_listen(screen, manager, on_manager_event, screen);
}

static uint32_t ask_manager(Screen *screen) {
    size_t size;
    watch_manager(screen, XGetSelectionOwner(screen->display, screen->settings_selection));
    if (!screen->settings_manager)
        return 0;
    uint8_t *bytes = read_property(screen, screen->settings_manager, screen->atoms._XSETTINGS_SETTINGS,
                                   SETTINGS_MAX, &size);
    uint32_t dpi = bytes ? dpi_of_settings(bytes, size) : 0;
    if (bytes)
        XFree(bytes);
    return dpi;
}

static uint32_t ask_resources(Screen *screen) {
    size_t size;
    uint8_t *bytes = read_property(screen, screen->root, XA_RESOURCE_MANAGER, RESOURCES_MAX, &size);
    uint32_t dpi = bytes ? dpi_of_resources((const char *)bytes) : 0;
    if (bytes)
        XFree(bytes);
    return dpi;
}

uint32_t dpi_read(Screen *screen, RootBox primary, int millimetres) {
    uint32_t dpi = ask_manager(screen);
    if (!dpi)
        dpi = ask_resources(screen);
    if (!dpi)
        dpi = dpi_of_size(primary.width, millimetres);
    return dpi ? dpi : LAYOUT_DPI;
}

bool dpi_take_root_event(const Screen *screen, const XEvent *event) {
    if (event->type == PropertyNotify)
        return event->xproperty.atom == XA_RESOURCE_MANAGER;
    return event->type == ClientMessage && event->xclient.message_type == screen->atoms.MANAGER &&
           (Atom)event->xclient.data.l[1] == screen->settings_selection;
}
