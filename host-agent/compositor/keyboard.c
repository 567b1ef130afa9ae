// SPDX-License-Identifier: Apache-2.0
// What a key means. Part of an Input, in the agent's loop. While the guest has the host's layout a key is its
// scan code and the guest's own layout does the rest, dead keys too. When the user has switched the host to
// another layout, or Windows has none like it, characters travel as such (and dead keys are put together
// here), while shortcuts travel as the key that has this letter in the guest. Compose sequences are always
// put together here. Never logs keys.
#include "host-agent/compositor/keyboard.h"

#include <X11/keysym.h>
#include <string.h>
#include "host-agent/compositor/keymap.h"

#define SHORTCUT_MASK (ControlMask | Mod1Mask | Mod4Mask)

static const struct {
    const char *name;
    uint32_t id;
} layouts[] = {
    {"us", KEYBOARD_US}, {"us(intl)", 0x20409}, {"us(dvorak)", 0x10409}, {"gb", 0x809}, {"ie", 0x1809},
    {"ca", 0x1009},      {"de", 0x407},         {"at", 0x407},           {"ch", 0x807}, {"ch(fr)", 0x100C},
    {"fr", 0x40C},       {"be", 0x80C},         {"nl", 0x20409},         {"es", 0x40A}, {"latam", 0x80A},
    {"it", 0x410},       {"pt", 0x816},         {"br", 0x416},           {"dk", 0x406}, {"no", 0x414},
    {"se", 0x41D},       {"fi", 0x40B},         {"is", 0x40F},           {"pl", 0x415}, {"cz", 0x405},
    {"sk", 0x41B},       {"hu", 0x40E},         {"ro", 0x418},           {"hr", 0x41A}, {"si", 0x424},
    {"rs", 0xC1A},       {"bg", 0x402},         {"gr", 0x408},           {"tr", 0x41F}, {"ru", 0x419},
    {"ua", 0x422},       {"ee", 0x425},         {"lv", 0x426},           {"lt", 0x427}, {"il", 0x40D},
    {"jp", 0x411},       {"kr", 0x412},
};

static char *list_item(const char *list, int index) {
    g_auto(GStrv) items = g_strsplit(list, ",", -1);
    return g_strdup(index < (int)g_strv_length(items) ? items[index] : "");
}

// _XKB_RULES_NAMES of the root: rules, model, layouts, variants, options, each ended by a zero.
static void read_host(const Screen *screen, char *ret_name) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    XkbStateRec state = {0};
    const char *parts[4] = {"", "", "", ""};
    XkbGetState(screen->display, XkbUseCoreKbd, &state);
    if (XGetWindowProperty(screen->display, screen->root, screen->atoms._XKB_RULES_NAMES, 0, 1024, False,
                           XA_STRING, &type, &format, &n, &left, &bytes) == Success &&
        format == 8) // Xlib puts a zero behind what it read
        for (unsigned long at = 0, part = 0; at < n && part < G_N_ELEMENTS(parts); part++) {
            parts[part] = (const char *)bytes + at;
            at += strlen(parts[part]) + 1;
        }
    g_autofree char *layout = list_item(parts[2], state.group), *variant = list_item(parts[3], state.group);
    if (*variant)
        g_snprintf(ret_name, KEYBOARD_NAME_MAX, "%s(%s)", layout, variant);
    else
        g_strlcpy(ret_name, *layout ? layout : "us", KEYBOARD_NAME_MAX);
    if (bytes)
        XFree(bytes);
}

static void open_input_method(Keyboard *keyboard) {
    Screen *screen = keyboard->screen;
    keyboard->window = XCreateWindow(screen->display, screen->root, -10, -10, 1, 1, 0, 0, InputOnly,
                                     CopyFromParent, 0, NULL);
    XSetLocaleModifiers("@im=none"); // what Xlib itself does: nobody else sees the keys
    keyboard->im = XOpenIM(screen->display, NULL, NULL, NULL);
    if (keyboard->im)
        keyboard->ic = XCreateIC(keyboard->im, XNInputStyle, XIMPreeditNothing | XIMStatusNothing,
                                 XNClientWindow, keyboard->window, NULL);
    if (keyboard->ic)
        XSetICFocus(keyboard->ic);
}

void keyboard_start(Keyboard *keyboard, Screen *screen) {
    *keyboard = (Keyboard){.screen = screen};
    open_input_method(keyboard);
    keyboard_bind(keyboard, true);
}

void keyboard_stop(Keyboard *keyboard) {
    if (keyboard->ic)
        XDestroyIC(keyboard->ic);
    if (keyboard->im)
        XCloseIM(keyboard->im);
    if (keyboard->window)
        XDestroyWindow(keyboard->screen->display, keyboard->window);
    keyboard->ic = NULL;
    keyboard->im = NULL;
    keyboard->window = None;
}

static void take_united_states(Keyboard *keyboard) {
    static const char rows[4][16] = {"1234567890-=", "qwertyuiop[]", "asdfghjkl;'`", "\\zxcvbnm,./"};
    static const uint16_t firsts[4] = {0x02, 0x10, 0x1E, 0x2B};
    for (size_t row = 0; row < 4; row++)
        for (size_t i = 0; rows[row][i]; i++)
            keyboard->places[(int)rows[row][i]] = (uint16_t)(firsts[row] + i);
    g_strlcpy(keyboard->guest, "us", KEYBOARD_NAME_MAX);
}

static void take_host(Keyboard *keyboard) {
    XkbStateRec state = {0};
    XkbGetState(keyboard->screen->display, XkbUseCoreKbd, &state);
    for (unsigned keycode = 8; keycode < KEYBOARD_KEYCODES; keycode++) {
        KeySym symbol = XkbKeycodeToKeysym(keyboard->screen->display, (KeyCode)keycode, state.group, 0);
        if (symbol > ' ' && symbol < 127 && !keyboard->places[symbol])
            keyboard->places[symbol] = keymap_scan_code(keycode);
    }
    g_strlcpy(keyboard->guest, keyboard->host, KEYBOARD_NAME_MAX);
}

uint32_t keyboard_bind(Keyboard *keyboard, bool united_states) {
    memset(keyboard->places, 0, sizeof keyboard->places);
    read_host(keyboard->screen, keyboard->host);
    for (size_t i = 0; i < G_N_ELEMENTS(layouts) && !united_states; i++)
        if (g_str_equal(layouts[i].name, keyboard->host)) {
            take_host(keyboard);
            return layouts[i].id;
        }
    take_united_states(keyboard);
    return KEYBOARD_US;
}

void keyboard_host_changed(Keyboard *keyboard) {
    read_host(keyboard->screen, keyboard->host);
}

bool keyboard_is_same(const Keyboard *keyboard) {
    return g_str_equal(keyboard->guest, keyboard->host);
}

static bool is_dead(KeySym symbol) {
    return symbol >= XK_dead_grave && symbol <= XK_dead_greek;
}

static bool is_level_key(KeySym symbol) {
    return symbol == XK_ISO_Level3_Shift || symbol == XK_ISO_Level5_Shift || symbol == XK_Mode_switch;
}

static void look_up(Keyboard *keyboard, XKeyEvent *event, KeyStroke *ret_stroke) {
    char text[KEYBOARD_TEXT_MAX * 3 + 1] = "";
    KeySym symbol = NoSymbol;
    Status status = 0;
    int n = keyboard->ic ? Xutf8LookupString(keyboard->ic, event, text, sizeof text - 1, &symbol, &status)
                         : XLookupString(event, text, sizeof text - 1, &symbol, NULL);
    glong units = 0;
    text[MAX(0, MIN(n, (int)sizeof text - 1))] = '\0';
    if (!g_utf8_validate(text, -1, NULL) || g_unichar_iscntrl(g_utf8_get_char(text)))
        return;
    g_autofree gunichar2 *utf16 = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    for (glong i = 0; utf16 && i < MIN(units, KEYBOARD_TEXT_MAX); i++)
        ret_stroke->text[ret_stroke->n_text++] = utf16[i];
}

static void take_composed(Keyboard *keyboard, XKeyEvent *event, KeyStroke *stroke) {
    keyboard->composing = false;
    look_up(keyboard, event, stroke);
}

// While host and guest differ: a shortcut is the key that has the letter, a character is itself.
static void translate(Keyboard *keyboard, XKeyEvent *event, KeySym symbol, KeyStroke *stroke) {
    bool is_ascii = symbol > ' ' && symbol < 127;
    KeySym plain = NoSymbol, upper = NoSymbol;
    if (is_level_key(symbol)) {
        stroke->scan_code = 0; // it has done its work here
        return;
    }
    if (event->state & SHORTCUT_MASK) {
        XConvertCase(symbol, &plain, &upper);
        if (is_ascii && keyboard->places[plain])
            stroke->scan_code = keyboard->places[plain];
        return;
    }
    look_up(keyboard, event, stroke);
    if (stroke->n_text && stroke->text[0] != ' ')
        stroke->scan_code = 0;
    else
        stroke->n_text = 0;
}

KeyStroke keyboard_press(Keyboard *keyboard, XKeyEvent *event) {
    KeyStroke stroke = {.scan_code = keymap_scan_code(event->keycode)};
    unsigned used = 0;
    KeySym symbol = NoSymbol;
    if (!event->keycode) { // put back by the input method: a sequence has ended
        take_composed(keyboard, event, &stroke);
        return stroke;
    }
    XkbLookupKeySym(keyboard->screen->display, (KeyCode)event->keycode, event->state, &used, &symbol);
    bool same = keyboard_is_same(keyboard);
    if (keyboard->ic && !IsModifierKey(symbol) &&
        (keyboard->composing || symbol == XK_Multi_key || (!same && is_dead(symbol)))) {
        XEvent filtered = {.xkey = *event};
        bool taken = XFilterEvent(&filtered, keyboard->window);
        keyboard->composing = taken;
        if (taken)
            return (KeyStroke){0};
    }
    if (!same)
        translate(keyboard, event, symbol, &stroke);
    return stroke;
}
