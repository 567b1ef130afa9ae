// SPDX-License-Identifier: Apache-2.0
// Wires the tray: the item and its menu on one side, the guests on the other. What stands in the menu is
// tray-content's. Owned by the Application; main loop of the agent.
#include "host-agent/agent-tray.h"
#include <stdlib.h>
#include "host-agent/agent-dock.h"
#include "host-agent/machine/folders.h"
#include "host-agent/profile-shares.h"
#include "host-agent/tray/dbus-menu.h"
#include "host-agent/tray/status-item.h"
#include "shortcuts/icon-file.h"

#define MENU_PATH "/MenuBar"
#define PAUSE_MS  150 // between two looks at the guests
#define ICON_SIDE 24  // the wanted size of an application's icon in the menu

struct AgentTray {
    StatusHost *host;
    Notifier *notifier;
    StatusItem *item;
    DbusMenu *menu; // NULL until the item is connected
    Screen *screen;
    AgentDock *dock; // NULL: the desktop shows the item
    GPtrArray *guests;
    AgentTrayCalls calls;
    guint refresh;
    bool is_late; // something changed within the pause
};

static void on_fill(const char *key, GPtrArray *items, gpointer user) {
    AgentTray *tray = user;
    TrayAbilities abilities = {.suspend = tray->calls.suspend != NULL,
                               .desktop = tray->calls.toggle_desktop != NULL,
                               .shows_desktop = tray->calls.shows_desktop};
    tray_content_fill(tray->guests, &abilities, key, items);
}

static const Raster *nearest(Raster *const *rasters, size_t count) {
    const Raster *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (!best || abs(rasters[i]->width - ICON_SIDE) < abs(best->width - ICON_SIDE))
            best = rasters[i];
    return best;
}

static GBytes *on_icon(const char *key, gpointer user) {
    AgentTray *tray = user;
    TrayKey what;
    Raster *rasters[ICON_SIZES_MAX];
    tray_content_key(tray->guests, key, &what);
    if (what.act != TRAY_ACT_RUN)
        return NULL;
    size_t count = guest_app_icon(what.guest, what.value, rasters);
    const Raster *raster = nearest(rasters, count);
    GBytes *icon = raster ? icon_file_encode(raster) : NULL;
    for (size_t i = 0; i < count; i++)
        raster_free(rasters[i]);
    return icon;
}

static void on_opened(GObject *source, GAsyncResult *result, gpointer user) {
    g_autoptr(GError) error = NULL;
    if (!g_app_info_launch_default_for_uri_finish(result, &error))
        g_message("the desktop opens nothing: %s", error->message);
}

// As xdg-open does: with what the user's desktop has for it.
static void open_path(const char *path) {
    g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);
    if (uri)
        g_app_info_launch_default_for_uri_async(uri, NULL, NULL, on_opened, NULL);
}

static void open_share(Guest *guest, const char *name) {
    bool allows_documents;
    g_autofree char *profiles = folder_profiles();
    g_autoptr(GPtrArray) folders =
        profile_shares_load(profiles, guest_profile(guest)->name, &allows_documents);
    for (guint i = 0; i < folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(folders, i);
        if (g_str_equal(folder->name, name))
            open_path(folder->path);
    }
}

static void open_settings(Guest *guest) {
    g_autofree char *profiles = folder_profiles();
    g_autofree char *file = g_strdup_printf("%s/%s.conf", profiles, guest_profile(guest)->name);
    open_path(file);
}

static void raise_window(Guest *guest, uint32_t window, uint32_t x_time) {
    if (guest_compositor(guest))
        compositor_raise(guest_compositor(guest), window, x_time);
}

static void on_stopped(const GError *error, gpointer user) {
    if (error)
        g_message("a guest does not stop: %s", error->message);
}

static void on_chosen(const char *key, uint32_t x_time, gpointer user) {
    AgentTray *tray = user;
    TrayKey what;
    tray_content_key(tray->guests, key, &what);
    switch (what.act) {
    case TRAY_ACT_RUN:
        tray->calls.run(what.guest, what.value, tray->calls.user);
        break;
    case TRAY_ACT_RAISE:
        raise_window(what.guest, (uint32_t)what.value, x_time);
        break;
    case TRAY_ACT_DESKTOP:
        if (tray->calls.toggle_desktop)
            tray->calls.toggle_desktop(what.guest, tray->calls.user);
        break;
    case TRAY_ACT_CONNECT:
        guest_want(what.guest);
        break;
    case TRAY_ACT_SUSPEND:
        if (tray->calls.suspend)
            tray->calls.suspend(what.guest, tray->calls.user);
        break;
    case TRAY_ACT_STOP:
        guest_stop(what.guest, on_stopped, tray);
        break;
    case TRAY_ACT_OPEN_SHARE:
        open_share(what.guest, what.rest);
        break;
    case TRAY_ACT_SETTINGS:
        open_settings(what.guest);
        break;
    case TRAY_ACT_QUIT:
        tray->calls.quit(tray->calls.user);
        break;
    case TRAY_ACT_NONE:
        break;
    }
}

static void push_state(AgentTray *tray) {
    TrayState state = tray_content_state(tray->guests);
    g_autofree char *text = tray_content_text(tray->guests);
    Raster *rasters[] = {state_icon_draw(state, 22), state_icon_draw(state, 48)};
    g_autofree char *file =
        g_strdup_printf(RAILHEAD_ICONS "/hicolor/scalable/status/%s.svg", state_icon_name(state));
    bool is_installed = g_file_test(file, G_FILE_TEST_EXISTS);
    status_item_set_icon(tray->item, is_installed ? state_icon_name(state) : "", rasters,
                         G_N_ELEMENTS(rasters));
    status_item_set_text(tray->item, "Railhead", "Railhead", text);
    if (tray->dock)
        agent_dock_set_state(tray->dock, state);
    for (size_t i = 0; i < G_N_ELEMENTS(rasters); i++)
        raster_free(rasters[i]);
}

static void look(AgentTray *tray) {
    tray->is_late = false;
    push_state(tray);
    if (tray->menu)
        dbus_menu_refresh(tray->menu);
}

static gboolean on_pause_over(gpointer user) {
    AgentTray *tray = user;
    if (tray->is_late) {
        look(tray);
        return G_SOURCE_CONTINUE;
    }
    tray->refresh = 0;
    return G_SOURCE_REMOVE;
}

void agent_tray_changed(AgentTray *tray) {
    tray->is_late = true;
    if (!tray->refresh)
        tray->refresh = g_timeout_add(PAUSE_MS, on_pause_over, tray);
}

static MenuSource source_of(AgentTray *tray) {
    return (MenuSource){.fill = on_fill, .icon = on_icon, .chosen = on_chosen, .user = tray};
}

// One of the two: where panels show items, an icon in the old way would be a second one.
static void choose_way(gpointer user) {
    AgentTray *tray = user;
    bool wanted = tray->screen && !status_host_is_there(tray->host);
    if (wanted == (tray->dock != NULL))
        return;
    MenuSource source = source_of(tray);
    if (wanted)
        tray->dock = agent_dock_new(tray->screen, &source);
    else
        g_clear_pointer(&tray->dock, agent_dock_free);
    push_state(tray);
}

static void on_connected(GDBusConnection *bus, gpointer user) {
    AgentTray *tray = user;
    g_autoptr(GError) error = NULL;
    MenuSource source = source_of(tray);
    tray->menu = dbus_menu_new(bus, MENU_PATH, &source, &error);
    if (!tray->menu)
        g_warning("the tray has no menu: %s", error->message);
}

AgentTray *agent_tray_new(GDBusConnection *bus, GPtrArray *guests, const AgentTrayCalls *calls) {
    AgentTray *tray = g_new0(AgentTray, 1);
    tray->guests = g_ptr_array_ref(guests);
    tray->calls = *calls;
    tray->host = status_host_new(bus, choose_way, tray);
    tray->notifier = notifier_new(bus);
    tray->item = status_item_new(tray->host, &(StatusItemOptions){.id = "railhead",
                                                                  .menu_path = MENU_PATH,
                                                                  .is_menu = true,
                                                                  .connected = on_connected,
                                                                  .calls = {.user = tray}});
    push_state(tray);
    return tray;
}

void agent_tray_free(AgentTray *tray) {
    if (!tray)
        return;
    g_clear_handle_id(&tray->refresh, g_source_remove);
    agent_dock_free(tray->dock);
    dbus_menu_free(tray->menu);
    status_item_free(tray->item);
    notifier_free(tray->notifier);
    status_host_free(tray->host);
    g_ptr_array_unref(tray->guests);
    g_free(tray);
}

void agent_tray_set_screen(AgentTray *tray, Screen *screen) {
    if (screen == tray->screen)
        return;
    g_clear_pointer(&tray->dock, agent_dock_free);
    tray->screen = screen;
    choose_way(tray);
}

StatusHost *agent_tray_host(AgentTray *tray) {
    return tray->host;
}

Notifier *agent_tray_notifier(AgentTray *tray) {
    return tray->notifier;
}

void agent_tray_tell(AgentTray *tray, const char *title, const char *text) {
    Notification what = {.application = "Railhead",
                         .icon = "railhead",
                         .title = title,
                         .text = text,
                         .urgency = NOTIFICATION_NORMAL,
                         .timeout = -1};
    notifier_show(tray->notifier, &what, 0, NULL, NULL, NULL);
}
