// SPDX-License-Identifier: Apache-2.0
// A passive grab of one combination on the root window, with each state of Caps Lock and Num Lock. Owned by
// the Application, in the agent's loop. Grabbed again when the keyboard's map changes. Never logs keys.
#include "host-agent/compositor/hotkey.h"

#include "host-agent/compositor/display.h"

#define NUM_LOCK Mod2Mask

struct Hotkey {
    Screen *screen;
    KeySym symbol;
    unsigned modifiers;
    KeyCode code; // 0: not grabbed
    void (*pressed)(gpointer user);
    gpointer user;
};

static const unsigned locks[] = {0, LockMask, NUM_LOCK, LockMask | NUM_LOCK};
static bool is_refused;

static int on_refusal(Display *display, XErrorEvent *error) {
    is_refused = is_refused || error->error_code == BadAccess;
    return 0;
}

static unsigned modifier_named(const char *word) {
    static const struct {
        const char *name;
        unsigned mask;
    } names[] = {{"shift", ShiftMask}, {"ctrl", ControlMask}, {"control", ControlMask},
                 {"alt", Mod1Mask},    {"super", Mod4Mask},   {"win", Mod4Mask}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(word, names[i].name) == 0)
            return names[i].mask;
    return 0;
}

static KeySym symbol_named(const char *word) {
    g_autofree char *lower = g_ascii_strdown(word, -1);
    KeySym symbol = XStringToKeysym(word);
    return symbol ? symbol : XStringToKeysym(lower);
}

// A key without Ctrl, Alt or Super would be taken from everything that is typed, but for those above the
// letters.
static bool read_combination(const char *combination, KeySym *ret_symbol, unsigned *ret_modifiers) {
    g_auto(GStrv) words = g_strsplit(combination, "+", -1);
    guint count = g_strv_length(words);
    *ret_modifiers = 0;
    for (guint i = 0; i + 1 < count; i++) {
        unsigned mask = modifier_named(g_strstrip(words[i]));
        if (!mask)
            return false;
        *ret_modifiers |= mask;
    }
    *ret_symbol = count ? symbol_named(g_strstrip(words[count - 1])) : NoSymbol;
    bool is_function = *ret_symbol >= XK_F1 && *ret_symbol <= XK_F35;
    return *ret_symbol && (is_function || *ret_modifiers & (ControlMask | Mod1Mask | Mod4Mask));
}

static void release(Hotkey *hotkey) {
    for (size_t i = 0; hotkey->code && i < G_N_ELEMENTS(locks); i++)
        XUngrabKey(hotkey->screen->display, hotkey->code, hotkey->modifiers | locks[i], hotkey->screen->root);
    hotkey->code = 0;
}

static bool grab(Hotkey *hotkey) {
    Display *display = hotkey->screen->display;
    release(hotkey);
    hotkey->code = XKeysymToKeycode(display, hotkey->symbol);
    if (!hotkey->code)
        return false;
    XSync(display, False);
    is_refused = false;
    XErrorHandler before = XSetErrorHandler(on_refusal);
    for (size_t i = 0; i < G_N_ELEMENTS(locks); i++)
        XGrabKey(display, hotkey->code, hotkey->modifiers | locks[i], hotkey->screen->root, False,
                 GrabModeAsync, GrabModeAsync);
    XSync(display, False);
    XSetErrorHandler(before);
    if (is_refused)
        release(hotkey);
    return !is_refused;
}

static void on_root_event(const XEvent *event, gpointer user) {
    Hotkey *hotkey = user;
    const unsigned all = ShiftMask | ControlMask | Mod1Mask | Mod4Mask;
    if (event->type == hotkey->screen->xkb_event &&
        hotkey->code != XKeysymToKeycode(hotkey->screen->display, hotkey->symbol))
        grab(hotkey);
    if (event->type == KeyPress && event->xkey.keycode == hotkey->code &&
        (event->xkey.state & all) == hotkey->modifiers)
        hotkey->pressed(hotkey->user);
}

Hotkey *hotkey_new(Screen *screen, const char *combination, void (*pressed)(gpointer user), gpointer user,
                   GError **error) {
    Hotkey *hotkey = g_new0(Hotkey, 1);
    *hotkey = (Hotkey){.screen = screen, .pressed = pressed, .user = user};
    bool is_key = read_combination(combination, &hotkey->symbol, &hotkey->modifiers);
    if (is_key && grab(hotkey)) {
        screen_watch_root(screen, on_root_event, hotkey);
        return hotkey;
    }
    g_set_error(error, COMPOSITOR_ERROR, COMPOSITOR_ERROR_HOTKEY,
                is_key ? "another program has the keys %s" : "%s is no combination of keys such as Super+F12",
                combination);
    g_free(hotkey);
    return NULL;
}

void hotkey_free(Hotkey *hotkey) {
    if (!hotkey)
        return;
    screen_unwatch_root(hotkey->screen, hotkey);
    release(hotkey);
    XFlush(hotkey->screen->display);
    g_free(hotkey);
}
