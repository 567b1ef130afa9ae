// SPDX-License-Identifier: Apache-2.0
// Smooth wheels and touch pads, through the agent's one connection to the X server. Valuators tell places,
// not ways: of a device that may have scrolled somewhere else, the first event gives a place to count from,
// and the buttons 4 to 7 that the X server makes of whole notches count until the next one. Of all other
// events these buttons are the same rotation once more. Never grabs anything.
#include "host-agent/compositor/scroll.h"

#include <math.h>
#include <string.h>
#include "rail/wheel.h"

#define DEVICES_MAX    64
#define POINTER_AXES   2 // the first valuators are the place on the screen
#define WHEEL_UP       4
#define WHEEL_DOWN     5
#define WHEEL_RIGHT    7
#define MODIFIERS      0xFF
#define FIRST_BUTTON   Button1Mask
#define BUTTONS_IN_MAP 5

enum { VERTICAL, HORIZONTAL, DIRECTIONS };

typedef struct ScrollDevice {
    WheelAxis axes[DIRECTIONS];
    int numbers[DIRECTIONS];     // of the valuators, -1: not there
    bool by_buttons[DIRECTIONS]; // there was no place to count from
} ScrollDevice;

static void select_on(const Screen *screen, Window window, int device, const int *events, size_t n) {
    unsigned char bits[XIMaskLen(XI_LASTEVENT)] = {0};
    XIEventMask mask = {.deviceid = device, .mask_len = sizeof bits, .mask = bits};
    for (size_t i = 0; i < n; i++)
        XISetMask(bits, events[i]);
    XISelectEvents(screen->display, window, &mask, 1);
}

void scroll_start(Screen *screen) {
    static const int presses[] = {XI_RawButtonPress, XI_DeviceChanged}, devices[] = {XI_HierarchyChanged};
    int event_base = 0, error_base = 0, major = 2, minor = 1;
    screen->scrollers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    screen->input_opcode = -1;
    int opcode = -1;
    if (!XQueryExtension(screen->display, "XInputExtension", &opcode, &event_base, &error_base) ||
        XIQueryVersion(screen->display, &major, &minor) != Success)
        return;
    screen->input_opcode = opcode;
    select_on(screen, screen->root, XIAllMasterDevices, presses, G_N_ELEMENTS(presses));
    select_on(screen, screen->root, XIAllDevices, devices, G_N_ELEMENTS(devices));
}

void scroll_stop(Screen *screen) {
    g_clear_pointer(&screen->scrollers, g_hash_table_unref);
}

void scroll_select(Screen *screen, Window window) {
    static const int events[] = {XI_Motion, XI_ButtonPress, XI_ButtonRelease, XI_Enter};
    if (screen->input_opcode >= 0)
        select_on(screen, window, XIAllMasterDevices, events, G_N_ELEMENTS(events));
}

// Of the devices themselves: the master has the axes of the one that moved last.
static void read_device(const XIDeviceInfo *info, ScrollDevice *device, bool with_places) {
    int units;
    device->numbers[VERTICAL] = device->numbers[HORIZONTAL] = -1;
    for (int i = 0; i < info->num_classes; i++) {
        const XIScrollClassInfo *scroll = (const XIScrollClassInfo *)info->classes[i];
        if (scroll->type != XIScrollClass || scroll->number < POINTER_AXES || scroll->increment == 0)
            continue;
        int direction = scroll->scroll_type == XIScrollTypeVertical ? VERTICAL : HORIZONTAL;
        device->numbers[direction] = scroll->number;
        wheel_axis_init(&device->axes[direction], scroll->increment);
    }
    for (int i = 0; with_places && i < info->num_classes; i++) {
        const XIValuatorClassInfo *class = (const XIValuatorClassInfo *)info->classes[i];
        for (size_t j = 0; class->type == XIValuatorClass && j < DIRECTIONS; j++)
            if (class->number == device->numbers[j])
                wheel_axis_move(&device->axes[j], class->value, &units);
    }
}

static ScrollDevice *keep_device(Screen *screen, const XIDeviceInfo *info, bool with_places) {
    ScrollDevice *device = g_new0(ScrollDevice, 1);
    read_device(info, device, with_places);
    g_hash_table_replace(screen->scrollers, GINT_TO_POINTER(info->deviceid), device);
    return device;
}

static void read_devices(Screen *screen) {
    int n = 0;
    XIDeviceInfo *infos = XIQueryDevice(screen->display, XIAllDevices, &n);
    g_hash_table_remove_all(screen->scrollers);
    for (int i = 0; infos && i < MIN(n, DEVICES_MAX); i++)
        keep_device(screen, &infos[i], true);
    if (infos)
        XIFreeDeviceInfo(infos);
}

void scroll_take_root_event(Screen *screen, const XEvent *event) {
    const XIDeviceChangedEvent *changed = event->xcookie.data;
    if (event->xcookie.evtype == XI_HierarchyChanged ||
        (event->xcookie.evtype == XI_DeviceChanged && changed->reason != XISlaveSwitch))
        g_hash_table_remove_all(screen->scrollers);
}

static ScrollDevice *find_device(Screen *screen, int source) { // NULL: it has gone meanwhile
    ScrollDevice *device = g_hash_table_lookup(screen->scrollers, GINT_TO_POINTER(source));
    int n = 0;
    if (device)
        return device;
    XIDeviceInfo *info = XIQueryDevice(screen->display, source, &n);
    if (info && n == 1 && g_hash_table_size(screen->scrollers) < DEVICES_MAX)
        device = keep_device(screen, info, false);
    if (info)
        XIFreeDeviceInfo(info);
    return device;
}

static bool has_valuator(const XIValuatorState *state, int number) {
    return number >= 0 && number < state->mask_len * 8 && XIMaskIsSet(state->mask, number);
}

static double valuator(const XIValuatorState *state, int number) {
    const double *value = state->values;
    for (int i = 0; i < number; i++)
        value += XIMaskIsSet(state->mask, i) != 0;
    return *value;
}

static void turn_axes(ScrollDevice *device, const XIValuatorState *state, ScrollTurn *ret_turn) {
    int units[DIRECTIONS] = {0};
    for (size_t i = 0; i < DIRECTIONS; i++)
        if (has_valuator(state, device->numbers[i]))
            device->by_buttons[i] =
                !wheel_axis_move(&device->axes[i], valuator(state, device->numbers[i]), &units[i]);
    ret_turn->vertical = -units[VERTICAL]; // valuators grow towards the user
    ret_turn->horizontal = units[HORIZONTAL];
}

static bool is_same_rotation(const ScrollDevice *device, const XIDeviceEvent *event) {
    int direction = event->detail <= WHEEL_DOWN ? VERTICAL : HORIZONTAL;
    return device && event->flags & XIPointerEmulated && event->detail >= WHEEL_UP &&
           event->detail <= WHEEL_RIGHT && device->numbers[direction] >= 0 && !device->by_buttons[direction];
}

static unsigned state_of(const XIDeviceEvent *event) {
    unsigned state = (unsigned)event->mods.effective & MODIFIERS;
    for (int i = 1; i <= BUTTONS_IN_MAP && i < event->buttons.mask_len * 8; i++)
        if (XIMaskIsSet(event->buttons.mask, i))
            state |= FIRST_BUTTON << (i - 1);
    return state;
}

static void to_core(const XIDeviceEvent *event, XEvent *ret_core) {
    memset(ret_core, 0, sizeof *ret_core);
    XButtonEvent button = {.type = event->evtype == XI_ButtonPress ? ButtonPress : ButtonRelease,
                           .serial = event->serial,
                           .display = event->display,
                           .window = event->event,
                           .root = event->root,
                           .subwindow = event->child,
                           .time = event->time,
                           .x = (int)floor(event->event_x),
                           .y = (int)floor(event->event_y),
                           .x_root = (int)floor(event->root_x),
                           .y_root = (int)floor(event->root_y),
                           .state = state_of(event),
                           .button = (unsigned)event->detail,
                           .same_screen = True};
    ret_core->xbutton = button;
    if (event->evtype != XI_Motion)
        return;
    ret_core->xmotion.type = MotionNotify; // up to the state both are alike
    ret_core->xmotion.is_hint = NotifyNormal;
    ret_core->xmotion.same_screen = True;
}

bool scroll_read(Screen *screen, const XEvent *event, ScrollTurn *ret_turn, XEvent *ret_core) {
    const XIDeviceEvent *of = event->xcookie.data;
    *ret_turn = (ScrollTurn){0};
    if (event->xcookie.evtype == XI_Enter)
        read_devices(screen);
    if (event->xcookie.evtype != XI_Motion && event->xcookie.evtype != XI_ButtonPress &&
        event->xcookie.evtype != XI_ButtonRelease)
        return false;
    ScrollDevice *device = find_device(screen, of->sourceid);
    to_core(of, ret_core);
    if (of->evtype != XI_Motion)
        return !is_same_rotation(device, of);
    if (device)
        turn_axes(device, &of->valuators, ret_turn);
    return has_valuator(&of->valuators, 0) || has_valuator(&of->valuators, 1);
}

bool scroll_is_motion(const Screen *screen, const XEvent *event) {
    const XIDeviceEvent *of = event->xcookie.data;
    if (event->xcookie.evtype != XI_Motion)
        return false;
    for (int i = POINTER_AXES; i < of->valuators.mask_len * 8; i++)
        if (XIMaskIsSet(of->valuators.mask, i))
            return false;
    return true;
}

bool scroll_outdates(const XEvent *newer, const XEvent *older) {
    const XIDeviceEvent *a = newer->xcookie.data, *b = older->xcookie.data;
    return a->event == b->event && a->deviceid == b->deviceid && state_of(a) == state_of(b);
}
