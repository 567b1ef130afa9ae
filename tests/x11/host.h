// SPDX-License-Identifier: Apache-2.0
// The rest of the host's desktop as a test arranges it: monitors, a panel, a reference window of another
// program, and what a user does to windows.
#pragma once
#include "tests/x11/guest.h"

#define HOST_MONITORS 4

typedef struct HostMonitor {
    Box box;
    bool primary;
} HostMonitor;

void host_open(uint32_t id, Box box, uint32_t style);         // a guest window, on the screen
Box host_box(uint32_t id);                                    // of its X window, root coordinates
bool host_has_state(unsigned long window, const char *state); // of _NET_WM_STATE
size_t host_count_commands(uint16_t command);
void host_forget_intents(void);
void host_send_plain(DeskEventKind kind);
void host_assert_pixels(Box root_box);                             // those of bench_pixels
void host_set_monitors(const HostMonitor *monitors, size_t count); // in place of what was there
GPid host_start(const char *const *argv);
void host_end(GPid pid);                             // SIGTERM, and waits for it
unsigned long host_window_of_class(const char *res); // a managed window, None when there is none
unsigned long host_await_class(const char *res);
GPid host_start_panel(int monitor_number); // tint2 at the bottom, 30 pixels, with a strut; as tint2 counts
unsigned long host_start_reference(GPid *ret_pid); // xterm
Box host_frame(unsigned long window);              // of the window manager's frame, root coordinates
void host_place(unsigned long window, Box root_box);
void host_set_state(unsigned long window, bool on, const char *first, const char *second);
void host_maximise(unsigned long window, bool on);
void host_click(int root_x, int root_y);
void host_await_frame(unsigned long window, Box expected);
void host_rest(unsigned long window); // returns when its frame has not changed for a while
