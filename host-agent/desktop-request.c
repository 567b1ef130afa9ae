// SPDX-License-Identifier: Apache-2.0
// From D-Bus to the desktop of a guest, and the answer back. Part of the Application; main loop. Holds only
// what an answer needs.
#include "host-agent/desktop-request.h"

#include <string.h>
#include "host-agent/agent-error.h"

typedef struct DesktopRequest {
    GDBusMethodInvocation *invocation;
    char *guest;
    bool shows;
} DesktopRequest;

static void on_done(gint64 microseconds, const GError *error, gpointer data) {
    DesktopRequest *request = data;
    GVariantBuilder builder;
    DesktopState state = request->shows ? DESKTOP_SHOWN : DESKTOP_SEAMLESS;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&builder, "{sv}", "guest", g_variant_new_string(request->guest));
    g_variant_builder_add(&builder, "{sv}", "state", g_variant_new_string(desktop_state_to_string(state)));
    g_variant_builder_add(&builder, "{sv}", "milliseconds",
                          g_variant_new_uint32((guint32)(microseconds / G_TIME_SPAN_MILLISECOND)));
    g_autoptr(GVariant) answer =
        g_variant_ref_sink(g_variant_new("(@a{sv})", g_variant_builder_end(&builder)));
    if (error)
        g_dbus_method_invocation_return_gerror(request->invocation, error);
    else
        g_dbus_method_invocation_return_value(request->invocation, answer);
    g_free(request->guest);
    g_free(request);
}

Guest *desktop_request_guest(GPtrArray *guests, const char *name, GError **error) {
    Guest *found = NULL;
    bool several = false;
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        bool shown = guest_desktop_is_needed(guest_desktop(guest));
        if (*name ? strcmp(guest_profile(guest)->name, name) == 0 : shown)
            return guest;
        several = several || found;
        found = *name ? NULL : guest;
    }
    if (found && !several)
        return found;
    g_set_error(error, AGENT_ERROR, AGENT_ERROR_NO_GUEST, "which guest? (see: railhead guest list)");
    return NULL;
}

static void act(Guest *guest, bool shows, const DesktopLook *look, GuestDesktopOnDone on_end, gpointer user) {
    if (!shows) {
        guest_desktop_hide(guest_desktop(guest), on_end, user);
        return;
    }
    guest_desktop_show(guest_desktop(guest), look, on_end, user);
    guest_want(guest);
}

void desktop_request(Guest *guest, GVariant *parameters, GDBusMethodInvocation *invocation) {
    const char *wish;
    gboolean fullscreen = FALSE, all_monitors = FALSE;
    g_autoptr(GVariant) options = g_variant_get_child_value(parameters, 2);
    g_variant_get_child(parameters, 1, "&s", &wish);
    bool toggles = strcmp(wish, "toggle") == 0, shows = strcmp(wish, "show") == 0;
    if (!toggles && !shows && strcmp(wish, "hide") != 0) {
        g_dbus_method_invocation_return_error(invocation, AGENT_ERROR, AGENT_ERROR_USAGE,
                                              "a desktop is to show, to hide or to toggle");
        return;
    }
    g_variant_lookup(options, "fullscreen", "b", &fullscreen);
    g_variant_lookup(options, "all-monitors", "b", &all_monitors);
    if (toggles)
        shows = !guest_desktop_is_needed(guest_desktop(guest));
    DesktopRequest *request = g_new0(DesktopRequest, 1);
    *request = (DesktopRequest){invocation, g_strdup(guest_profile(guest)->name), shows};
    act(guest, shows, &(DesktopLook){true, fullscreen || all_monitors, all_monitors}, on_done, request);
}

void desktop_request_toggle(Guest *guest) {
    act(guest, !guest_desktop_is_needed(guest_desktop(guest)), &(DesktopLook){.asked = true}, NULL, NULL);
}
