// SPDX-License-Identifier: Apache-2.0
// The end of a startup notification, told as freedesktop.org's Startup Notification Protocol 0.1 has it: a
// text in pieces of 20 bytes to the root window, from a window that lives as long. Owned by nobody; main loop
// of the agent. Waits for no answer.
#include "host-agent/compositor/startup.h"
#include <string.h>
#include "host-agent/compositor/display.h"

#define PIECE  20
#define ID_MAX 1024

static char *message_text(const char *startup_id) {
    GString *text = g_string_new("remove: ID=\"");
    for (const char *at = startup_id; *at; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *at);
    }
    g_string_append_c(text, '"');
    return g_string_free(text, FALSE);
}

void screen_end_startup(Screen *screen, const char *startup_id) {
    if (!*startup_id || strlen(startup_id) > ID_MAX)
        return;
    g_autofree char *text = message_text(startup_id);
    XSetWindowAttributes attributes = {.override_redirect = True};
    Window sender = XCreateWindow(screen->display, screen->root, -100, -100, 1, 1, 0, 0, InputOnly,
                                  CopyFromParent, CWOverrideRedirect, &attributes);
    XEvent event = {.xclient = {.type = ClientMessage,
                                .window = sender,
                                .format = 8,
                                .message_type = screen->atoms._NET_STARTUP_INFO_BEGIN}};
    size_t size = strlen(text) + 1; // the end is part of it
    for (size_t at = 0; at < size; at += PIECE) {
        memset(event.xclient.data.b, 0, PIECE);
        memcpy(event.xclient.data.b, text + at, MIN(PIECE, size - at));
        XSendEvent(screen->display, screen->root, False, PropertyChangeMask, &event);
        event.xclient.message_type = screen->atoms._NET_STARTUP_INFO;
    }
    XDestroyWindow(screen->display, sender);
    XFlush(screen->display);
}
