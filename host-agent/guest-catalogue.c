// SPDX-License-Identifier: Apache-2.0
// Puts together publication, icon cache and launchers of one guest: an update that ended well asks for the
// icons that are missing and brings the launchers up to date. Owned by a Guest; main loop of the agent. Knows
// nothing of sessions and windows.
#include "host-agent/guest-catalogue.h"
#include "host-agent/guest-shortcuts.h"
#include "host-agent/icon-cache.h"
#include "host-agent/machine/folders.h"
#include "host-agent/pace.h"
#include "host-agent/publication.h"

#define PUBLISH_TIMEOUT_S 30 // from the guest agent's hello to its catalogue

struct GuestCatalogue {
    char *guest;
    GuestCatalogueCallbacks callbacks;
    gpointer user;
    Publication *publication;
    IconCache *icons;
    GuestShortcuts *shortcuts;
    Pace *refresh;
    char *problem;
    guint timeout, begin;
    bool mute;
};

static void send_message(uint16_t type, const uint8_t *body, size_t size, gpointer data) {
    GuestCatalogue *catalogue = data;
    catalogue->callbacks.send(type, body, size, catalogue->user);
}

static void request_icon(uint64_t icon, gpointer data) {
    WireWriter writer;
    wire_writer_init(&writer);
    id_encode(&writer, icon);
    send_message(MESSAGE_ICON_REQUEST, writer.data, writer.size, data);
    wire_writer_clear(&writer);
}

static size_t load_icon(uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX], gpointer data) {
    return icon_cache_files(((GuestCatalogue *)data)->icons, icon, contents, ret_files);
}

static void set_problem(GuestCatalogue *catalogue, const char *text) {
    if (text && g_strcmp0(text, catalogue->problem) != 0)
        g_warning("%s: %s", catalogue->guest, text);
    g_free(catalogue->problem);
    catalogue->problem = g_strdup(text);
}

static void refresh_launchers(gpointer data) {
    GuestCatalogue *catalogue = data;
    g_autoptr(GError) error = NULL;
    const char *unkept = publication_problem(catalogue->publication);
    g_clear_handle_id(&catalogue->begin, g_source_remove);
    if (guest_shortcuts_sync(catalogue->shortcuts, guest_catalogue_value(catalogue), &error)) {
        set_problem(catalogue, unkept ? unkept : icon_cache_problem(catalogue->icons));
        return;
    }
    g_autofree char *text = g_strdup_printf("launchers could not be written: %s", error->message);
    set_problem(catalogue, text);
}

// What a crash or another session left is put right before the guest is started.
static gboolean on_begun(gpointer data) {
    GuestCatalogue *catalogue = data;
    catalogue->begin = 0;
    if (guest_catalogue_value(catalogue)->apps.count)
        refresh_launchers(catalogue);
    return G_SOURCE_REMOVE;
}

static void on_updated(bool has_changed, gpointer data) {
    GuestCatalogue *catalogue = data;
    const Catalogue *value = guest_catalogue_value(catalogue);
    if (!publication_is_fresh(catalogue->publication)) { // refused: who waits does so up to the timeout
        pace_want(catalogue->refresh);
        return;
    }
    g_message("%s: %zu applications%s", catalogue->guest, value->apps.count,
              has_changed ? "" : ", unchanged");
    icon_cache_begin(catalogue->icons);
    for (size_t i = 0; i < value->apps.count; i++)
        icon_cache_want(catalogue->icons, catalogue_app(value, i)->icon);
    for (size_t i = 0; i < value->types.count; i++)
        icon_cache_want(catalogue->icons, catalogue_type(value, i)->icon);
    icon_cache_drop_unwanted(catalogue->icons);
    g_clear_handle_id(&catalogue->timeout, g_source_remove);
    catalogue->mute = false;
    pace_want(catalogue->refresh);
    catalogue->callbacks.changed(catalogue->user);
}

static gboolean on_timeout(gpointer data) {
    GuestCatalogue *catalogue = data;
    catalogue->timeout = 0;
    catalogue->mute = true;
    catalogue->callbacks.changed(catalogue->user);
    return G_SOURCE_REMOVE;
}

// A guest that is there and publishes nothing that holds together keeps nobody waiting.
void guest_catalogue_watch(GuestCatalogue *catalogue, bool is_due) {
    g_clear_handle_id(&catalogue->timeout, g_source_remove);
    catalogue->mute = false;
    if (is_due && !publication_is_fresh(catalogue->publication))
        catalogue->timeout = g_timeout_add_seconds(PUBLISH_TIMEOUT_S, on_timeout, catalogue);
}

GuestCatalogue *guest_catalogue_new(const Profile *profile, const GuestCatalogueCallbacks *callbacks,
                                    gpointer user) {
    static const PublicationCallbacks publication = {.send = send_message, .updated = on_updated};
    GuestCatalogue *catalogue = g_new0(GuestCatalogue, 1);
    g_autofree char *state = folder_state(profile->name);
    g_autofree char *file = g_build_filename(state, "catalogue", NULL);
    g_autofree char *icons = g_build_filename(state, "icons", NULL);
    catalogue->guest = g_strdup(profile->name);
    catalogue->callbacks = *callbacks;
    catalogue->user = user;
    catalogue->publication = publication_new(file, &publication, catalogue);
    catalogue->icons = icon_cache_new(icons, request_icon, catalogue);
    catalogue->shortcuts =
        guest_shortcuts_new(profile->name, profile->kind == PROFILE_EMBEDDED, load_icon, catalogue);
    catalogue->begin = g_idle_add_full(G_PRIORITY_LOW, on_begun, catalogue, NULL);
    catalogue->refresh = pace_new(refresh_launchers, catalogue);
    return catalogue;
}

void guest_catalogue_free(GuestCatalogue *catalogue) {
    if (!catalogue)
        return;
    g_clear_handle_id(&catalogue->timeout, g_source_remove);
    g_clear_handle_id(&catalogue->begin, g_source_remove);
    pace_free(catalogue->refresh);
    guest_shortcuts_free(catalogue->shortcuts);
    icon_cache_free(catalogue->icons);
    publication_free(catalogue->publication);
    g_free(catalogue->problem);
    g_free(catalogue->guest);
    g_free(catalogue);
}

const Catalogue *guest_catalogue_value(const GuestCatalogue *catalogue) {
    return publication_catalogue(catalogue->publication);
}

const char *guest_catalogue_problem(const GuestCatalogue *catalogue) {
    return catalogue->problem;
}

void guest_catalogue_begin_connection(GuestCatalogue *catalogue) {
    publication_begin_connection(catalogue->publication);
    icon_cache_reset(catalogue->icons);
}

static void take_icon(GuestCatalogue *catalogue, const uint8_t *untrusted_body, size_t size) {
    if (!icon_cache_take(catalogue->icons, untrusted_body, size) || icon_cache_waiting(catalogue->icons))
        return;
    pace_want(catalogue->refresh);
    catalogue->callbacks.changed(catalogue->user);
}

bool guest_catalogue_take(GuestCatalogue *catalogue, uint16_t type, const uint8_t *untrusted_body,
                          size_t size) {
    if (publication_take(catalogue->publication, type, untrusted_body, size))
        return true;
    if (type == MESSAGE_ICON)
        take_icon(catalogue, untrusted_body, size);
    return type == MESSAGE_ICON;
}

bool guest_catalogue_is_fresh(const GuestCatalogue *catalogue) {
    return publication_is_fresh(catalogue->publication);
}

bool guest_catalogue_is_mute(const GuestCatalogue *catalogue) {
    return catalogue->mute;
}

size_t guest_catalogue_load_icons(GuestCatalogue *catalogue, const App *app,
                                  Raster *ret_rasters[ICON_SIZES_MAX]) {
    return icon_cache_load(catalogue->icons, app->icon, ret_rasters);
}

const char *guest_catalogue_visibility(const GuestCatalogue *catalogue, const App *app) {
    return guest_shortcuts_visibility(catalogue->shortcuts, guest_catalogue_value(catalogue), app);
}

bool guest_catalogue_choose(GuestCatalogue *catalogue, uint64_t app, const char *choice, const char *value,
                            GError **error) {
    if (!guest_shortcuts_choose(catalogue->shortcuts, app, choice, value, error))
        return false;
    refresh_launchers(catalogue);
    return true;
}

bool guest_catalogue_remove_launchers(GuestCatalogue *catalogue, GError **error) {
    return guest_shortcuts_remove(catalogue->shortcuts, error);
}
