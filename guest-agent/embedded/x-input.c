// SPDX-License-Identifier: Apache-2.0
// Input by XTest: scancodes to evdev key codes, characters through the keyboard map or a spare key, pointer
// and wheel. A press on a window activates it, as window managers do. State: which keys and buttons are down,
// for this one display.
#include "guest-agent/embedded/x-input.h"
#include "guest-agent/embedded/x-manager.h"

#include <X11/XKBlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

#define EVDEV_OFFSET 8
#define SHIFT_LEFT   (42 + EVDEV_OFFSET)
#define SHIFT_RIGHT  (54 + EVDEV_OFFSET)
enum { // MS-RDPBCGR 2.2.8.1.1.3.1.1.3 and .4
    POINTER_HWHEEL = 0x0400,
    POINTER_WHEEL = 0x0200,
    POINTER_WHEEL_NEGATIVE = 0x0100,
    POINTER_MOVE = 0x0800,
    POINTER_DOWN = 0x8000,
    POINTER_BUTTON1 = 0x1000,
    POINTER_BUTTON2 = 0x2000,
    POINTER_BUTTON3 = 0x4000,
    POINTER_XBUTTON1 = 0x0001,
    POINTER_XBUTTON2 = 0x0002,
};

static struct {
    bool keys[256];
    bool buttons[16];
    KeyCode spare;
    int wheel; // rest of a notch, in 120ths
} input;

static unsigned extended_to_evdev(uint8_t scancode) {
    static const uint8_t table[][2] = {
        {0x1C, 96},  {0x1D, 97},  {0x35, 98},  {0x37, 99},  {0x38, 100}, {0x46, 119}, {0x47, 102},
        {0x48, 103}, {0x49, 104}, {0x4B, 105}, {0x4D, 106}, {0x4F, 107}, {0x50, 108}, {0x51, 109},
        {0x52, 110}, {0x53, 111}, {0x5B, 125}, {0x5C, 126}, {0x5D, 127},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i][0] == scancode)
            return table[i][1];
    return 0;
}

static unsigned plain_to_evdev(uint8_t scancode) {
    if (scancode >= 0x01 && scancode <= 0x53)
        return scancode;
    if (scancode == 0x56 || scancode == 0x57 || scancode == 0x58)
        return scancode; // 102nd key, F11, F12 have the same numbers
    return 0;
}

static void press(XWindows *windows, unsigned keycode, bool down) {
    if (keycode < EVDEV_OFFSET || keycode > 255)
        return;
    XTestFakeKeyEvent(windows->server->display, keycode, down, CurrentTime);
    input.keys[keycode] = down;
}

void x_input_key(XWindows *windows, bool down, bool extended, uint8_t scancode) {
    unsigned code = extended ? extended_to_evdev(scancode) : plain_to_evdev(scancode);
    if (code)
        press(windows, code + EVDEV_OFFSET, down);
    XFlush(windows->server->display);
}

static KeyCode find_spare(Display *display) {
    int low, high, per_code;
    XDisplayKeycodes(display, &low, &high);
    KeySym *map = XGetKeyboardMapping(display, (KeyCode)low, high - low + 1, &per_code);
    KeyCode spare = 0;
    for (int code = high; map && code >= low && !spare; code--) {
        bool is_empty = true;
        for (int i = 0; i < per_code; i++)
            is_empty &= map[(code - low) * per_code + i] == NoSymbol;
        spare = is_empty ? (KeyCode)code : 0;
    }
    if (map)
        XFree(map);
    return spare;
}

static void type_spare(Display *display, KeySym symbol) {
    if (!input.spare)
        input.spare = find_spare(display);
    if (!input.spare)
        return;
    KeySym symbols[2] = {symbol, symbol};
    XChangeKeyboardMapping(display, input.spare, 2, symbols, 1);
    XSync(display, False);
    XTestFakeKeyEvent(display, input.spare, True, CurrentTime);
    XTestFakeKeyEvent(display, input.spare, False, CurrentTime);
}

static void tap(Display *display, KeyCode code, bool shifted) {
    static const unsigned shifts[] = {SHIFT_LEFT, SHIFT_RIGHT};
    bool held = input.keys[SHIFT_LEFT] || input.keys[SHIFT_RIGHT];
    for (size_t i = 0; held && !shifted && i < G_N_ELEMENTS(shifts); i++)
        if (input.keys[shifts[i]])
            XTestFakeKeyEvent(display, shifts[i], False, CurrentTime);
    if (!held && shifted)
        XTestFakeKeyEvent(display, SHIFT_LEFT, True, CurrentTime);
    XTestFakeKeyEvent(display, code, True, CurrentTime);
    XTestFakeKeyEvent(display, code, False, CurrentTime);
    if (!held && shifted)
        XTestFakeKeyEvent(display, SHIFT_LEFT, False, CurrentTime);
    for (size_t i = 0; held && !shifted && i < G_N_ELEMENTS(shifts); i++)
        if (input.keys[shifts[i]])
            XTestFakeKeyEvent(display, shifts[i], True, CurrentTime);
}

static bool is_caps_locked(Display *display) {
    XkbStateRec state = {0};
    return XkbGetState(display, XkbUseCoreKbd, &state) == Success && state.locked_mods & LockMask;
}

// The character itself, whatever of Shift and Caps Lock is down.
void x_input_unicode(XWindows *windows, bool down, uint16_t character) {
    Display *display = windows->server->display;
    if (!down || character < 0x20 || (character >= 0xD800 && character < 0xE000))
        return;
    KeySym symbol = character < 0x100 ? character : 0x01000000u | character;
    KeyCode code = XKeysymToKeycode(display, symbol);
    bool is_plain = code && XkbKeycodeToKeysym(display, code, 0, 0) == symbol;
    bool is_shifted = code && !is_plain && XkbKeycodeToKeysym(display, code, 0, 1) == symbol;
    if (is_plain || is_shifted) {
        bool swaps = is_caps_locked(display) && g_unichar_isalpha(character);
        tap(display, code, is_shifted != swaps);
    } else {
        type_spare(display, symbol);
    }
    XFlush(display);
}

static void button(XWindows *windows, unsigned number, bool down) {
    XTestFakeButtonEvent(windows->server->display, number, down, CurrentTime);
    input.buttons[number] = down;
}

static void move(XWindows *windows, uint16_t x, uint16_t y) {
    XTestFakeMotionEvent(windows->server->display, -1, MIN(x, windows->server->width - 1),
                         MIN(y, windows->server->height - 1), CurrentTime);
}

static void activate_at(XWindows *windows, uint16_t x, uint16_t y) {
    XWindow *window = x_windows_at(windows, x, y);
    if (window && !window->is_override && windows->active != window)
        x_manager_activate(window);
}

static void wheel(XWindows *windows, uint16_t flags) {
    int amount = flags & 0xFF;
    if (flags & POINTER_WHEEL_NEGATIVE)
        amount -= 256;
    bool is_sideways = flags & POINTER_HWHEEL;
    input.wheel += amount;
    unsigned up = is_sideways ? 7 : 4, down = is_sideways ? 6 : 5;
    for (; input.wheel >= 120; input.wheel -= 120) {
        button(windows, up, true);
        button(windows, up, false);
    }
    for (; input.wheel <= -120; input.wheel += 120) {
        button(windows, down, true);
        button(windows, down, false);
    }
}

void x_input_mouse(XWindows *windows, uint16_t flags, uint16_t x, uint16_t y) {
    bool down = flags & POINTER_DOWN;
    if (flags & (POINTER_WHEEL | POINTER_HWHEEL)) {
        wheel(windows, flags);
        XFlush(windows->server->display);
        return;
    }
    move(windows, x, y);
    if (down && (flags & (POINTER_BUTTON1 | POINTER_BUTTON2 | POINTER_BUTTON3)))
        activate_at(windows, x, y);
    if (flags & POINTER_BUTTON1)
        button(windows, 1, down);
    if (flags & POINTER_BUTTON2)
        button(windows, 3, down);
    if (flags & POINTER_BUTTON3)
        button(windows, 2, down);
    XFlush(windows->server->display);
}

void x_input_extended_mouse(XWindows *windows, uint16_t flags, uint16_t x, uint16_t y) {
    move(windows, x, y);
    if (flags & POINTER_XBUTTON1)
        button(windows, 8, flags & POINTER_DOWN);
    if (flags & POINTER_XBUTTON2)
        button(windows, 9, flags & POINTER_DOWN);
    XFlush(windows->server->display);
}

void x_input_locks(XWindows *windows, bool caps, bool num) {
    Display *display = windows->server->display;
    unsigned num_mask = XkbKeysymToModifiers(display, XK_Num_Lock);
    XkbLockModifiers(display, XkbUseCoreKbd, LockMask | num_mask,
                     (caps ? LockMask : 0) | (num ? num_mask : 0));
    XFlush(display);
}

void x_input_release(XWindows *windows) {
    for (unsigned i = 0; i < G_N_ELEMENTS(input.keys); i++)
        if (input.keys[i])
            press(windows, i, false);
    for (unsigned i = 1; i < G_N_ELEMENTS(input.buttons); i++)
        if (input.buttons[i])
            button(windows, i, false);
    XFlush(windows->server->display);
}
