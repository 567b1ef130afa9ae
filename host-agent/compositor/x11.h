// SPDX-License-Identifier: Apache-2.0
// The headers of Xlib and its extensions. Xlib has a type Screen of its own, which this project never uses;
// it goes by another name here so that ours can have the plain word. Include this before anything else of X.
#pragma once
#define Screen XlibScreen
#include <X11/Xlib-xcb.h>
#include <X11/Xlib.h>
#include <X11/XKBlib.h>
#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/extensions/XInput2.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xfixes.h>
#include <X11/extensions/Xrandr.h>
#include <X11/extensions/shape.h>
#include <X11/extensions/sync.h>
#undef Screen
