// SPDX-License-Identifier: Apache-2.0
// The X atoms the compositor uses, fetched in one round trip.
#pragma once
#include "host-agent/compositor/x11.h"

// clang-format off
#define ATOMS(X) \
    X(WM_PROTOCOLS) \
    X(WM_DELETE_WINDOW) \
    X(WM_TAKE_FOCUS) \
    X(WM_STATE) \
    X(UTF8_STRING) \
    X(_MOTIF_WM_HINTS) \
    X(_NET_SUPPORTED) \
    X(_NET_SUPPORTING_WM_CHECK) \
    X(_NET_WM_MOVERESIZE) \
    X(_NET_WORKAREA) \
    X(_NET_CLIENT_LIST) \
    X(_NET_CURRENT_DESKTOP) \
    X(_NET_WM_STRUT) \
    X(_NET_WM_STRUT_PARTIAL) \
    X(_NET_ACTIVE_WINDOW) \
    X(_NET_CLIENT_LIST_STACKING) \
    X(_NET_WM_NAME) \
    X(_NET_WM_ICON) \
    X(_NET_WM_PID) \
    X(_NET_WM_DESKTOP) \
    X(_NET_WM_PING) \
    X(_NET_WM_SYNC_REQUEST) \
    X(_NET_WM_SYNC_REQUEST_COUNTER) \
    X(_GTK_APPLICATION_ID) \
    X(_KDE_NET_WM_DESKTOP_FILE) \
    X(_NET_STARTUP_ID) \
    X(_NET_STARTUP_INFO) \
    X(_NET_STARTUP_INFO_BEGIN) \
    X(_NET_WM_USER_TIME) \
    X(_NET_WM_WINDOW_TYPE) \
    X(_NET_WM_WINDOW_TYPE_NORMAL) \
    X(_NET_WM_WINDOW_TYPE_DIALOG) \
    X(_NET_WM_WINDOW_TYPE_UTILITY) \
    X(_NET_WM_WINDOW_TYPE_POPUP_MENU) \
    X(_NET_WM_STATE) \
    X(_NET_WM_STATE_ABOVE) \
    X(_NET_WM_STATE_FULLSCREEN) \
    X(_NET_WM_FULLSCREEN_MONITORS) \
    X(_NET_WM_STATE_DEMANDS_ATTENTION) \
    X(_NET_WM_STATE_HIDDEN) \
    X(_NET_WM_STATE_SKIP_TASKBAR) \
    X(_NET_WM_STATE_SKIP_PAGER) \
    X(_NET_WM_STATE_MODAL) \
    X(_NET_WM_STATE_MAXIMIZED_VERT) \
    X(_NET_WM_STATE_MAXIMIZED_HORZ) \
    X(_XKB_RULES_NAMES) \
    X(_XSETTINGS_SETTINGS) \
    X(MANAGER) \
    X(_NET_SYSTEM_TRAY_OPCODE) \
    X(_XEMBED_INFO) \
    X(_RAILHEAD_GUEST)
// clang-format on

#define ATOM_MEMBER(name) Atom name;
typedef struct Atoms {
    ATOMS(ATOM_MEMBER)
} Atoms;
#undef ATOM_MEMBER

void atoms_intern(Display *display, Atoms *ret_atoms);
