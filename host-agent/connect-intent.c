// SPDX-License-Identifier: Apache-2.0
// Builds the CONNECT of a session from profile, machine and screen. Decides nothing about when. Main loop of
// the agent.
#include "host-agent/connect-intent.h"

#define DEFAULT_WIDTH  1280
#define DEFAULT_HEIGHT 1024
#define US_KEYBOARD    0x409

Scale connect_intent_scale(const Profile *profile, Screen *screen) {
    Layout layout;
    if (profile->scale)
        return scale_new(profile->scale);
    if (!screen || profile_security(profile) != INTENT_SECURITY_RDP)
        return (Scale){0};
    screen_layout(screen, &layout);
    return scale_for_dpi(layout.dpi);
}

void connect_intent_size(const Profile *profile, Screen *screen, Scale scale, uint32_t *ret_width,
                         uint32_t *ret_height) {
    *ret_width = profile->width ? profile->width : DEFAULT_WIDTH;
    *ret_height = profile->height ? profile->height : DEFAULT_HEIGHT;
    if (screen && !profile->width) {
        Layout layout;
        screen_layout_scaled(screen, scale, &layout);
        *ret_width = layout_bounds(&layout).width;
        *ret_height = layout_bounds(&layout).height;
    }
}

static void fill_monitors(const ConnectDesktop *desktop, Layout *ret_layout) {
    Box whole = {0, 0, desktop->width, desktop->height};
    layout_init(ret_layout, whole);
    if (!desktop->screen)
        return;
    screen_layout_scaled(desktop->screen, desktop->scale, ret_layout);
    layout_clip(ret_layout, whole);
}

static void set_text(char field[INTENT_TEXT_MAX + 1], const char *text) {
    g_strlcpy(field, text ? text : "", INTENT_TEXT_MAX + 1);
}

void connect_intent_fill(Intent *intent, const Profile *profile, Machine *machine,
                         const ConnectDesktop *desktop, uint64_t catalogue) {
    MachineAddress address;
    machine_address(machine, &address);
    intent_init(intent, INTENT_CONNECT);
    fill_monitors(desktop, &intent->as.connect.monitors);
    set_text(intent->as.connect.address, address.address);
    set_text(intent->as.connect.user, address.user);
    set_text(intent->as.connect.domain, address.domain);
    set_text(intent->as.connect.password, address.password);
    set_text(intent->as.connect.fingerprint,
             address.fingerprint ? address.fingerprint : profile->certificate);
    intent->as.connect.pixels = profile->pixels;
    intent->as.connect.security = profile_security(profile);
    intent->as.connect.old_tls = profile->old_tls;
    intent->as.connect.depth = profile->depth;
    intent->as.connect.width = desktop->width;
    intent->as.connect.height = desktop->height;
    intent->as.connect.layout =
        desktop->compositor ? compositor_bind_keyboard(desktop->compositor, profile->kind != PROFILE_EMBEDDED)
                            : US_KEYBOARD;
    intent->as.connect.catalogue = catalogue;
}
