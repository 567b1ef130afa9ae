// SPDX-License-Identifier: Apache-2.0
// What the tests of the compositor share: a Compositor under a real window manager, the script that feeds it,
// and the eye of a second X client.
#pragma once
#include "host-agent/compositor/compositor.h"
#include "host-agent/compositor/x11.h"

#define BENCH_CLASS       "io.railhead.test.a0123456789abcdef"
#define BENCH_INTENTS_MAX 4096
#define BENCH_WAIT_US     (15 * G_TIME_SPAN_SECOND)
#define BENCH_FRAME       (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU)
#define BENCH_MENU        (GUEST_EX_STYLE_TOOLWINDOW | GUEST_EX_STYLE_TOPMOST)

typedef struct Bench {
    Screen *screen;
    Compositor *compositor;
    Display *eye;                      // the second client
    Intent intents[BENCH_INTENTS_MAX]; // the first ones
    size_t n_intents;
    bool known; // what identify answers
    const char *startup_id;
    bool (*identify)(uint32_t window, WindowIdentity *ret_identity); // instead of the one class
    void (*on_intent)(const Intent *intent);                         // besides, or NULL
    void (*on_leave)(void);                                          // the desktop, or NULL
    uint32_t painted, gone;                                          // the last ones
} Bench;

extern Bench bench;

typedef bool (*BenchCondition)(void);

void bench_open(void);
int bench_run(void); // the tests, then everything is closed
bool bench_wait(BenchCondition condition);
void bench_run_for(guint ms);
void bench_quiet(void); // long enough for every timer of the compositor to speak
bool bench_is_composited(void);
void bench_settle(void); // what is under way between compositor, X server and window manager has arrived

uint32_t bench_colour(uint32_t x, uint32_t y);
int bench_pixels(uint32_t width, uint32_t height, bool sealed, size_t missing);
void bench_send(DeskEvent *event, int fd); // clears it
void bench_window(uint32_t id, Box box, uint32_t style, uint32_t ex_style, const char *title);
void bench_owned(uint32_t id, uint32_t owner, Box box, uint32_t style, uint32_t ex_style);
void bench_style(uint32_t id, uint32_t style, uint32_t ex_style);
void bench_box(uint32_t id, Box box);
void bench_show(uint32_t id, GuestShow show);
void bench_surface(uint32_t surface, uint32_t window, uint32_t width, uint32_t height, int fd);
void bench_damage(uint32_t surface, Box box);
void bench_paint(uint32_t id, uint32_t width, uint32_t height); // surface `id` of window `id`, all damaged
void bench_gone(uint32_t id);
void bench_stacking(uint32_t active, const uint32_t *order, size_t n);
// A window with its pixels, seen on the screen.
void bench_open_window(uint32_t id, uint32_t owner, Box box, uint32_t style, uint32_t ex_style);
// The same of a window that the user has just launched.
void bench_launch_window(uint32_t id, Box box, uint32_t style, uint32_t ex_style);

Time bench_time(void); // the X server's, now
bool bench_find(uint32_t id, CompositorWindow *ret_window);
Window bench_xid(uint32_t id); // None when there is none
bool bench_is_viewable(uint32_t id);
bool bench_is_override(uint32_t id);
size_t bench_count(IntentKind kind);
const Intent *bench_last(IntentKind kind); // NULL: none
char *bench_text(unsigned long window, const char *name);
size_t bench_longs(unsigned long window, const char *name, long *ret_values, size_t max);
bool bench_has_state(uint32_t id, const char *state); // of _NET_WM_STATE
Window bench_active(void);                            // _NET_ACTIVE_WINDOW
int bench_stack_place(Window window);            // in _NET_CLIENT_LIST_STACKING, bottom first; -1: not there
bool bench_is_above(Window upper, Window lower); // by the X server's own order, frames counted
size_t bench_wrong_pixels(int x, int y, int width,
                          int height); // of a bench_paint at that place of the screen
size_t bench_root_children(void);
size_t bench_deactivations(void);
void bench_key(KeySym symbol, bool down);
void bench_press(unsigned button);
void bench_click(int x, int y);
void bench_send_root(unsigned long window, const char *type, const long values[5]);
void bench_activate(Window window);               // as a taskbar does
Window bench_foreign(Box box, const char *title); // another program's window, mapped, with focus
