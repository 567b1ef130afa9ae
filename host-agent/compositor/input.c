// SPDX-License-Identifier: Apache-2.0
// Turns X input into intents; one Input per Compositor. Pointer positions are those of the guest's desktop,
// computed from the place in the window, so they are right even while host and guest disagree where the
// window is. Never grabs anything, never logs keys.
#include "host-agent/compositor/input.h"

#include "rail/wheel.h"

#define WHEEL_PART       (2 * WHEEL_NOTCH)
#define WHEEL_MASK       0x1FF
#define EXTENDED_DOWN    0x8000
#define EXTENDED_BUTTON4 0x0001
#define EXTENDED_BUTTON5 0x0002
#define X_BUTTON_BACK    8
#define X_BUTTON_FORWARD 9
#define LOCK_SCROLL      1
#define LOCK_NUM         2
#define LOCK_CAPS        4
#define INDICATOR_CAPS   1u
#define INDICATOR_NUM    2u
#define INDICATOR_SCROLL 4u

static void emit_key(Input *input, uint32_t window, uint16_t scan_code, bool down) {
    Intent intent;
    intent_init(&intent, INTENT_KEY);
    intent.window = window;
    intent.as.key.code = scan_code;
    intent.as.key.down = down;
    intent.as.key.repeat = down && input->held[scan_code];
    input->held[scan_code] = down;
    input->emit(&intent, input->user);
}

static void emit_text(Input *input, uint32_t window, const KeyStroke *stroke) {
    for (size_t i = 0; i < stroke->n_text * 2; i++) {
        Intent intent;
        intent_init(&intent, INTENT_UNICODE);
        intent.window = window;
        intent.as.key.code = stroke->text[i / 2];
        intent.as.key.down = i % 2 == 0;
        input->emit(&intent, input->user);
    }
}

static void take_key(Input *input, uint32_t window, const XKeyEvent *event) {
    uint16_t *pressed = &input->pressed[event->keycode % KEYBOARD_KEYCODES];
    if (event->type == KeyRelease) {
        if (*pressed && input->held[*pressed])
            emit_key(input, window, *pressed, false);
        *pressed = 0;
        return;
    }
    XKeyEvent copy = *event;
    KeyStroke stroke = keyboard_press(&input->keyboard, &copy);
    emit_text(input, window, &stroke);
    if (stroke.scan_code) {
        *pressed = stroke.scan_code;
        emit_key(input, window, stroke.scan_code, true);
    }
}

static void on_root_event(const XEvent *event, gpointer user) {
    Input *input = user;
    const Screen *screen = input->screen;
    if (event->type == screen->xkb_event ||
        (event->type == PropertyNotify && event->xproperty.atom == screen->atoms._XKB_RULES_NAMES))
        keyboard_host_changed(&input->keyboard);
}

void input_start(Input *input, Screen *screen) {
    input->screen = screen;
    keyboard_start(&input->keyboard, screen);
    screen_watch_root(screen, on_root_event, input);
}

void input_stop(Input *input) {
    screen_unwatch_root(input->screen, input);
    keyboard_stop(&input->keyboard);
}

static void emit_pointer(Input *input, uint32_t window, Box box, int x, int y, uint16_t flags,
                         bool extended) {
    Intent intent;
    intent_init(&intent, INTENT_POINTER);
    intent.window = window;
    intent.as.pointer.flags = flags;
    intent.as.pointer.extended = extended;
    intent.as.pointer.x = box.x + x;
    intent.as.pointer.y = box.y + y;
    input->emit(&intent, input->user);
}

static uint16_t wheel_flags(unsigned button) {
    int rotation = button == 4 || button == 7 ? WHEEL_NOTCH : -WHEEL_NOTCH;
    return (uint16_t)((button <= 5 ? POINTER_WHEEL : POINTER_HWHEEL) | (rotation & WHEEL_MASK));
}

// A message has room for less than three notches.
static void emit_rotation(Input *input, uint32_t window, Box box, const XMotionEvent *at, uint16_t wheel,
                          int units) {
    while (units) {
        int part = CLAMP(units, -WHEEL_PART, WHEEL_PART);
        emit_pointer(input, window, box, at->x, at->y, (uint16_t)(wheel | (part & WHEEL_MASK)), false);
        units -= part;
    }
}

void input_turn(Input *input, uint32_t window, Box guest_box, const XMotionEvent *at,
                const ScrollTurn *turn) {
    emit_rotation(input, window, guest_box, at, POINTER_WHEEL, turn->vertical);
    emit_rotation(input, window, guest_box, at, POINTER_HWHEEL, turn->horizontal);
}

static void take_button(Input *input, uint32_t window, Box box, const XButtonEvent *event) {
    static const uint16_t plain[] = {0, POINTER_BUTTON1, POINTER_BUTTON3, POINTER_BUTTON2};
    bool down = event->type == ButtonPress;
    uint16_t flags = 0;
    if (event->button >= Button4 && event->button < X_BUTTON_BACK) {
        if (down)
            emit_pointer(input, window, box, event->x, event->y, wheel_flags(event->button), false);
        return;
    }
    if (event->button == X_BUTTON_BACK || event->button == X_BUTTON_FORWARD) {
        flags = event->button == X_BUTTON_BACK ? EXTENDED_BUTTON4 : EXTENDED_BUTTON5;
        emit_pointer(input, window, box, event->x, event->y, (uint16_t)(flags | (down ? EXTENDED_DOWN : 0)),
                     true);
    } else if (event->button >= Button1 && event->button <= Button3) {
        flags = plain[event->button];
        emit_pointer(input, window, box, event->x, event->y, (uint16_t)(flags | (down ? POINTER_DOWN : 0)),
                     false);
    }
}

bool input_take_event(Input *input, uint32_t window, Box guest_box, const XEvent *event) {
    switch (event->type) {
    case KeyPress:
    case KeyRelease:
        take_key(input, window, &event->xkey);
        return true;
    case ButtonPress:
    case ButtonRelease:
        take_button(input, window, guest_box, &event->xbutton);
        return true;
    case MotionNotify:
        emit_pointer(input, window, guest_box, event->xmotion.x, event->xmotion.y, POINTER_MOVE, false);
        return true;
    default:
        return false;
    }
}

static void emit_activate(Input *input, uint32_t window, bool enabled) {
    Intent intent;
    intent_init(&intent, INTENT_ACTIVATE);
    intent.window = window;
    intent.as.enabled = enabled;
    input->emit(&intent, input->user);
}

void input_activate(Input *input, uint32_t window) {
    emit_activate(input, window, true);
}

void input_reactivate(Input *input, uint32_t window) {
    emit_activate(input, window, false);
    emit_activate(input, window, true);
}

static void emit_locks(Input *input, uint32_t window) {
    unsigned state = 0;
    Intent intent;
    if (XkbGetIndicatorState(input->screen->display, XkbUseCoreKbd, &state) != Success)
        return;
    intent_init(&intent, INTENT_LOCKS);
    intent.window = window;
    intent.as.locks =
        (uint8_t)((state & INDICATOR_CAPS ? LOCK_CAPS : 0) | (state & INDICATOR_NUM ? LOCK_NUM : 0) |
                  (state & INDICATOR_SCROLL ? LOCK_SCROLL : 0));
    input->emit(&intent, input->user);
}

void input_focus_in(Input *input, uint32_t window, bool guest_did_it) {
    bool entered = !input->focused;
    if (input->focused == window)
        return;
    input->focused = window;
    if (entered || !guest_did_it)
        emit_activate(input, window, true);
    if (entered)
        emit_locks(input, window);
}

void input_focus_left(Input *input) {
    uint32_t window = input->focused;
    if (!window)
        return;
    for (uint16_t code = 0; code < INPUT_SCAN_CODES; code++)
        if (input->held[code])
            emit_key(input, window, code, false);
    input->focused = 0;
    emit_activate(input, window, false);
}

void input_forget(Input *input) {
    input->focused = 0;
    for (size_t i = 0; i < INPUT_SCAN_CODES; i++)
        input->held[i] = false;
}
