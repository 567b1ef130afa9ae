// SPDX-License-Identifier: Apache-2.0
// Builds the D-Bus values of Status, Apps, Windows and Run from the guests. Reads only.
#include "host-agent/report.h"
#include <stdlib.h>
#include <unistd.h>
#include "rail/utf.h"
#include "shortcuts/launcher.h"

static void add(GVariantBuilder *builder, const char *key, GVariant *value) {
    g_variant_builder_add(builder, "{sv}", key, value);
}

static void add_hex(GVariantBuilder *builder, const char *key, uint64_t id) {
    add(builder, key,
        id ? g_variant_new_take_string(g_strdup_printf("%016" G_GINT64_MODIFIER "x", id))
           : g_variant_new_string(""));
}

static void add_label(GVariantBuilder *builder, const char *key, const char *untrusted_text) {
    char *label = utf8_label(untrusted_text, LAUNCHER_NAME_BYTES * 4);
    add(builder, key, g_variant_new_string(label));
    free(label);
}

static void add_trust(GVariantBuilder *builder, GuestTrust *trust) {
    const Credentials *credentials = guest_trust_credentials(trust);
    g_autofree char *notice = guest_trust_notice(trust);
    add(builder, "protection", g_variant_new_string(guest_trust_protection(trust)));
    add_label(builder, "agent", guest_trust_agent(trust));
    add(builder, "notice", g_variant_new_string(notice ? notice : ""));
    add(builder, "login_needed", g_variant_new_boolean(credentials && credentials_are_missing(credentials)));
}

static GVariant *guest_status(Guest *guest) {
    GVariantBuilder builder;
    guint windows = 0;
    CompositorWindow window;
    while (guest_compositor(guest) && compositor_window_at(guest_compositor(guest), windows, &window))
        windows++;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    add(&builder, "name", g_variant_new_string(guest_profile(guest)->name));
    add(&builder, "kind", g_variant_new_string(profile_kind_to_string(guest_profile(guest)->kind)));
    add(&builder, "state", g_variant_new_string(lifecycle_state_to_string(guest_state(guest))));
    add(&builder, "failure", g_variant_new_string(guest_failure(guest) ? guest_failure(guest) : ""));
    add(&builder, "next_try_ms", g_variant_new_uint32(guest_next_try(guest)));
    add(&builder, "problem", g_variant_new_string(guest_problem(guest) ? guest_problem(guest) : ""));
    add(&builder, "user", g_variant_new_string(guest_profile(guest)->user));
    add_trust(&builder, guest_trust(guest));
    add(&builder, "applications", g_variant_new_uint32(guest_catalogue(guest)->apps.count));
    add(&builder, "published", g_variant_new_boolean(guest_is_fresh(guest)));
    add(&builder, "windows", g_variant_new_uint32(windows));
    add(&builder, "desktop",
        g_variant_new_string(desktop_state_to_string(guest_desktop_state(guest_desktop(guest)))));
    add(&builder, "desktop_way",
        g_variant_new_string(desktop_way_to_string(guest_desktop_way(guest_desktop(guest)))));
    add(&builder, "windows_by",
        g_variant_new_string(guest_desktop_is_tracked(guest_desktop(guest)) ? "tracker" : "rail"));
    add(&builder, "session_pid", g_variant_new_uint32(guest_session_pid(guest)));
    add(&builder, "sandboxed", g_variant_new_boolean(guest_session_is_sandboxed(guest)));
    return g_variant_builder_end(&builder);
}

GVariant *report_status(GPtrArray *guests, bool has_screen) {
    GVariantBuilder builder, list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < guests->len; i++)
        g_variant_builder_add_value(&list, guest_status(g_ptr_array_index(guests, i)));
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    add(&builder, "version", g_variant_new_string(RAILHEAD_VERSION));
    add(&builder, "pid", g_variant_new_uint32(getpid()));
    add(&builder, "display", g_variant_new_boolean(has_screen));
    add(&builder, "guests", g_variant_builder_end(&list));
    return g_variant_builder_end(&builder);
}

// What the application opens: extensions with their dot, schemes with their colon.
static GVariant *types_report(const Catalogue *catalogue, uint64_t app) {
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < catalogue->types.count; i++) {
        const FileType *type = catalogue_type(catalogue, i);
        for (size_t j = 0; j < type->n_verbs; j++) {
            if (type->verbs[j].app != app)
                continue;
            char *label = utf8_label(type->name, LAUNCHER_NAME_BYTES);
            g_ptr_array_add(names, g_strconcat(label, type->kind == FILE_TYPE_SCHEME ? ":" : NULL, NULL));
            free(label);
            break;
        }
    }
    return g_variant_new_strv((const char *const *)names->pdata, names->len);
}

static GVariant *app_report(Guest *guest_object, const App *app) {
    const char *guest = guest_profile(guest_object)->name;
    GVariantBuilder builder;
    char *name = launcher_label(app);
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    add_hex(&builder, "id", app->id);
    add(&builder, "guest", g_variant_new_string(guest));
    add(&builder, "name", g_variant_new_string(name));
    add_label(&builder, "group", app->group);
    add_hex(&builder, "icon", app->icon);
    add(&builder, "launcher", g_variant_new_take_string(launcher_id(guest, app->id)));
    add(&builder, "types", types_report(guest_catalogue(guest_object), app->id));
    add(&builder, "visibility", g_variant_new_string(guest_visibility(guest_object, app)));
    free(name);
    return g_variant_builder_end(&builder);
}

GVariant *report_apps(GPtrArray *guests) {
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        const Catalogue *catalogue = guest_catalogue(guest);
        for (size_t j = 0; j < catalogue->apps.count; j++)
            g_variant_builder_add_value(&list, app_report(guest, catalogue_app(catalogue, j)));
    }
    return g_variant_builder_end(&list);
}

static GVariant *box_report(Box box) {
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    add(&builder, "x", g_variant_new_int32(box.x));
    add(&builder, "y", g_variant_new_int32(box.y));
    add(&builder, "width", g_variant_new_int32(box.width));
    add(&builder, "height", g_variant_new_int32(box.height));
    return g_variant_builder_end(&builder);
}

static GVariant *window_report(Guest *guest, const CompositorWindow *window) {
    GVariantBuilder builder;
    uint64_t app = 0;
    guest_app_of(guest, window->guest_window, &app);
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    add(&builder, "guest", g_variant_new_string(guest_profile(guest)->name));
    add(&builder, "guest_window", g_variant_new_uint32(window->guest_window));
    add(&builder, "x_window", g_variant_new_uint32(window->x_window));
    add_hex(&builder, "application", app);
    add_label(&builder, "title", window->guest ? window->guest->title : "");
    add(&builder, "wm_class", g_variant_new_string(window->wm_class ? window->wm_class : ""));
    add(&builder, "geometry", box_report(window->host_box));
    if (window->guest)
        add(&builder, "guest_geometry", box_report(window->guest->box));
    add(&builder, "state",
        g_variant_new_string(window->guest ? guest_show_to_string(window->guest->show) : "unknown"));
    add(&builder, "mapped", g_variant_new_boolean(window->mapped));
    add(&builder, "painted", g_variant_new_boolean(window->painted));
    add(&builder, "stale", g_variant_new_boolean(window->stale));
    return g_variant_builder_end(&builder);
}

GVariant *report_windows(GPtrArray *guests) {
    GVariantBuilder list;
    CompositorWindow window;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        Compositor *compositor = guest_compositor(guest);
        for (size_t j = 0; compositor && compositor_window_at(compositor, j, &window); j++)
            g_variant_builder_add_value(&list, window_report(guest, &window));
    }
    return g_variant_builder_end(&list);
}

GVariant *report_launched(Guest *guest, const LaunchDone *done) {
    GVariantBuilder builder;
    CompositorWindow window;
    unsigned long x_window = 0;
    Compositor *compositor = guest ? guest_compositor(guest) : NULL;
    for (size_t j = 0; compositor && compositor_window_at(compositor, j, &window); j++)
        if (window.guest_window == done->window)
            x_window = window.x_window;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    add(&builder, "guest_window", g_variant_new_uint32(done->window));
    add(&builder, "x_window", g_variant_new_uint32(x_window));
    add(&builder, "process", g_variant_new_uint32(done->process));
    return g_variant_builder_end(&builder);
}
