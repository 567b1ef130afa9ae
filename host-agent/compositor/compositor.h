// SPDX-License-Identifier: Apache-2.0
// One X window per guest window: takes DeskEvents of one guest, keeps the replica, pushes wanted != pushed to
// the X server, and turns X events into Intents. One Display serves all guests of the agent; one Compositor
// serves one guest.
#pragma once
#include <glib.h>
#include "rail/desk-event.h"
#include "rail/desk.h"
#include "rail/intent.h"
#include "rail/scale.h"

#define COMPOSITOR_ERROR (compositor_error_quark())
typedef enum {
    COMPOSITOR_ERROR_NO_DISPLAY,
    COMPOSITOR_ERROR_EXTENSION,
    COMPOSITOR_ERROR_HOTKEY
} CompositorError;
GQuark compositor_error_quark(void);

typedef struct Screen Screen;         // the connection to the X server, a GSource
typedef struct Compositor Compositor; // the windows of one guest

// Which application a guest window belongs to; asked before the first map, and again when it was not known.
// The strings are allocated with g_malloc and become the compositor's.
typedef struct WindowIdentity {
    char *wm_class; // equal to the launcher's StartupWMClass
    char *name;     // for people
    Raster **icons; // borrowed until the next call
    size_t n_icons;
    char *startup_id; // to put on the first window of a launch, or NULL
} WindowIdentity;

typedef struct CompositorCallbacks {
    void (*intent)(const Intent *intent, gpointer user);
    // false: not known yet; the window is mapped without after IDENTITY_WAIT_MS
    bool (*identify)(uint32_t window, WindowIdentity *ret_identity, gpointer user);
    void (*painted)(uint32_t window, gpointer user); // mapped, and its first pixels are on the screen
    void (*gone)(uint32_t window, gpointer user);
    void (*leave_desktop)(gpointer user); // the window of a desktop that was asked for is closed; may be NULL
} CompositorCallbacks;

#define IDENTITY_WAIT_MS 500

Screen *screen_open(const char *display_name, GError **error); // NULL: $DISPLAY
void screen_close(Screen *screen);
void screen_layout(Screen *screen, Layout *ret_layout); // monitors and work areas now
// The same for a guest that is shown larger than it paints.
void screen_layout_scaled(Screen *screen, Scale scale, Layout *ret_layout);

Compositor *compositor_new(Screen *screen, const char *guest_name, const CompositorCallbacks *callbacks,
                           gpointer user);
void compositor_free(Compositor *compositor); // destroys the windows

// How much larger the guest is shown than it paints. While it has windows it stays as it is; returns what it
// is.
Scale compositor_set_scale(Compositor *compositor, Scale scale);

// The keyboard layout (Windows' id) that the guest has to be told at its connection: the host's now, or, for
// a guest that cannot be told, that of the United States.
uint32_t compositor_bind_keyboard(Compositor *compositor, bool can_be_told);

#define COMPOSITOR_NO_FRAME UINT32_MAX
// A frame in this colour (0xRRGGBB) over the edge of each window, whatever the guest paints there.
void compositor_set_frame(Compositor *compositor, uint32_t colour);

void compositor_take_event(Compositor *compositor, DeskEvent *event,
                           int fd); // owns fd; may take what the event owns
void compositor_identity_changed(Compositor *compositor, uint32_t window); // ask identify again
void compositor_session_lost(
    Compositor *compositor); // windows stay, greyed, until the next SYNC_ENDED or compositor_drop
void compositor_set_silent(Compositor *compositor, bool silent); // the same while one session stands still
bool compositor_has_windows(const Compositor *compositor);       // that the guest shows
void compositor_renew(Compositor *compositor, uint32_t window);  // it is another one with the same id
void compositor_drop(Compositor *compositor);                    // destroys the windows, keeps the compositor

typedef struct CompositorWindow {
    uint32_t guest_window;
    unsigned long x_window;
    const GuestWindow *guest; // borrowed
    const char *wm_class;     // or NULL
    Box host_box;             // X root coordinates
    bool mapped, painted, stale;
} CompositorWindow;
bool compositor_window_at(Compositor *compositor, size_t index,
                          CompositorWindow *ret_window); // false past the end
bool compositor_has_focus(const Compositor *compositor); // one of the guest's windows
// The X window that shows the whole desktop of a guest that shows no windows now, or 0.
unsigned long compositor_desktop_window(const Compositor *compositor);

// How that window is to be. A desktop that the user did not ask for (logon, lock) is never full screen, and
// its close button leaves the guest.
typedef struct DesktopLook {
    bool asked, fullscreen, all_monitors;
} DesktopLook;
void compositor_set_desktop_look(Compositor *compositor, const DesktopLook *look);
// The guest's pointer goes to this place of the screen (root coordinates), for a menu that is to open there.
void compositor_point(Compositor *compositor, int32_t x, int32_t y);
void compositor_point_here(Compositor *compositor); // where the host's pointer is
bool compositor_raise(Compositor *compositor, uint32_t window, uint32_t x_time); // _NET_ACTIVE_WINDOW
