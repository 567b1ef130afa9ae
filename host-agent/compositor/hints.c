// SPDX-License-Identifier: Apache-2.0
// Writes window properties and nothing else; what to write is decided by toplevel.c. Text of the guest passes
// utf8_label.
#include "host-agent/compositor/hints.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rail/utf.h"

#define TITLE_MAX          256 // bytes, with the mark
#define TITLE_DASH         " \xE2\x80\x94 "
#define ICON_PIXELS_MAX    (128 * 1024) // of all icons of a window: a property must fit one request
#define MWM_HINTS_DECORATE 2
#define STARTUP_TIME       "_TIME"

static void set_cardinals(Screen *screen, Window window, Atom property, Atom type, const long *values,
                          size_t n) {
    XChangeProperty(screen->display, window, property, type, 32, PropModeReplace,
                    (const unsigned char *)values, (int)n);
}

static void set_text(Screen *screen, Window window, Atom property, Atom type, const char *text) {
    XChangeProperty(screen->display, window, property, type, 8, PropModeReplace, (const unsigned char *)text,
                    (int)strlen(text));
}

void hints_set_atoms(Screen *screen, Window window, Atom property, const Atom *atoms, size_t n) {
    set_cardinals(screen, window, property, XA_ATOM, (const long *)atoms, n);
}

void hints_set_constant(Screen *screen, Window window, const char *guest_name) {
    char host[256] = "localhost";
    const long pid = getpid(), undecorated[5] = {MWM_HINTS_DECORATE, 0, 0, 0, 0};
    gethostname(host, sizeof host - 1);
    set_text(screen, window, XA_WM_CLIENT_MACHINE, XA_STRING, host);
    set_text(screen, window, screen->atoms._RAILHEAD_GUEST, screen->atoms.UTF8_STRING, guest_name);
    set_cardinals(screen, window, screen->atoms._NET_WM_PID, XA_CARDINAL, &pid, 1);
    set_cardinals(screen, window, screen->atoms._MOTIF_WM_HINTS, screen->atoms._MOTIF_WM_HINTS, undecorated,
                  G_N_ELEMENTS(undecorated));
}

// Each window says which guest it is of, whatever else the guest writes there.
void hints_set_title(Screen *screen, Window window, const char *guest_name, const char *untrusted_title) {
    g_autofree char *mark = g_strdup_printf("[%s]", guest_name);
    char *label = utf8_label(untrusted_title, TITLE_MAX - strlen(mark) - strlen(TITLE_DASH));
    g_autofree char *title = g_strconcat(label, *label ? TITLE_DASH : "", mark, NULL);
    set_text(screen, window, screen->atoms._NET_WM_NAME, screen->atoms.UTF8_STRING, title);
    set_text(screen, window, XA_WM_NAME, screen->atoms.UTF8_STRING, title);
    free(label);
}

void hints_set_class(Screen *screen, Window window, const char *wm_class) {
    XClassHint hint = {(char *)wm_class, (char *)wm_class};
    XSetClassHint(screen->display, window, &hint);
    set_text(screen, window, screen->atoms._GTK_APPLICATION_ID, screen->atoms.UTF8_STRING, wm_class);
    set_text(screen, window, screen->atoms._KDE_NET_WM_DESKTOP_FILE, screen->atoms.UTF8_STRING, wm_class);
}

Time hints_startup_time(const char *startup_id) {
    const char *stamp = startup_id ? g_strrstr(startup_id, STARTUP_TIME) : NULL;
    return stamp ? g_ascii_strtoull(stamp + strlen(STARTUP_TIME), NULL, 10) & 0xFFFFFFFF : 0;
}

void hints_set_startup(Screen *screen, Window window, const char *startup_id, Time user_time) {
    const long time = (long)user_time;
    if (startup_id)
        set_text(screen, window, screen->atoms._NET_STARTUP_ID, screen->atoms.UTF8_STRING, startup_id);
    set_cardinals(screen, window, screen->atoms._NET_WM_USER_TIME, XA_CARDINAL, &time, 1);
}

static size_t append_icon(unsigned long *data, const Raster *icon) {
    size_t pixels = (size_t)icon->width * icon->height;
    data[0] = icon->width;
    data[1] = icon->height;
    for (size_t i = 0; i < pixels; i++) {
        const uint8_t *bgra = icon->bgra + i * 4;
        data[2 + i] = (unsigned long)bgra[3] << 24 | (unsigned long)bgra[2] << 16 |
                      (unsigned long)bgra[1] << 8 | bgra[0];
    }
    return 2 + pixels;
}

void hints_set_icons(Screen *screen, Window window, Raster *const *icons, size_t n_icons) {
    size_t room = 0, used = 0;
    for (size_t i = 0; i < n_icons; i++)
        room += 2 + (size_t)icons[i]->width * icons[i]->height;
    g_autofree unsigned long *data = g_new(unsigned long, room + 1);
    for (size_t i = 0; i < n_icons; i++)
        if (used + 2 + (size_t)icons[i]->width * icons[i]->height <= ICON_PIXELS_MAX)
            used += append_icon(data + used, icons[i]);
    if (used)
        set_cardinals(screen, window, screen->atoms._NET_WM_ICON, XA_CARDINAL, (const long *)data, used);
}

void hints_set_type(Screen *screen, Window window, GuestRole role) {
    const Atoms *atoms = &screen->atoms;
    Atom type = role == GUEST_ROLE_DIALOG    ? atoms->_NET_WM_WINDOW_TYPE_DIALOG
                : role == GUEST_ROLE_UTILITY ? atoms->_NET_WM_WINDOW_TYPE_UTILITY
                : role == GUEST_ROLE_POPUP   ? atoms->_NET_WM_WINDOW_TYPE_POPUP_MENU
                                             : atoms->_NET_WM_WINDOW_TYPE_NORMAL;
    hints_set_atoms(screen, window, atoms->_NET_WM_WINDOW_TYPE, &type, 1);
}

void hints_set_focus(Screen *screen, Window window, bool takes_focus, bool starts_iconic, Window group) {
    const Atoms *atoms = &screen->atoms;
    XWMHints hints = {.flags = InputHint | StateHint | (group ? WindowGroupHint : 0),
                      .window_group = group,
                      .input = takes_focus,
                      .initial_state = starts_iconic ? IconicState : NormalState};
    Atom protocols[] = {atoms->WM_DELETE_WINDOW, atoms->_NET_WM_PING, atoms->_NET_WM_SYNC_REQUEST,
                        atoms->WM_TAKE_FOCUS};
    XSetWMHints(screen->display, window, &hints);
    hints_set_atoms(screen, window, atoms->WM_PROTOCOLS, protocols, takes_focus ? 4 : 3);
}

void hints_set_size(Screen *screen, Window window, RootBox box, bool resizable) {
    XSizeHints hints = {.flags = USPosition | USSize | PPosition | PSize | PWinGravity,
                        .x = box.x,
                        .y = box.y,
                        .width = box.width,
                        .height = box.height,
                        .win_gravity = StaticGravity};
    if (!resizable) {
        hints.flags |= PMinSize | PMaxSize;
        hints.min_width = hints.max_width = box.width;
        hints.min_height = hints.max_height = box.height;
    }
    XSetWMNormalHints(screen->display, window, &hints);
}
