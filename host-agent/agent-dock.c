// SPDX-License-Identifier: Apache-2.0
// Joins the menu's tree with the X icon and its list: a folder that is chosen takes the list's place, its
// first row is the way back. Owned by the AgentTray; main loop of the agent.
#include "host-agent/agent-dock.h"
#include "host-agent/compositor/popup-menu.h"
#include "host-agent/compositor/tray-dock.h"

#define ICON_SIDE 22
#define BACK      "\xe2\x80\xb9 Back"

struct AgentDock {
    Screen *screen;
    TrayDock *icon;
    Menu *menu;
    PopupMenu *list; // NULL: closed
};

static void clear_row(gpointer row) {
    g_free(((PopupRow *)row)->label);
}

static void add_row(GArray *rows, PopupRowKind kind, const char *label, bool enabled, int32_t id) {
    PopupRow row = {.kind = kind, .label = g_strdup(label), .enabled = enabled, .id = id};
    g_array_append_val(rows, row);
}

static PopupRowKind kind_of(const MenuItem *item) {
    static const PopupRowKind kinds[] = {[MENU_ACTION] = POPUP_ROW_PLAIN,
                                         [MENU_CHECK] = POPUP_ROW_PLAIN,
                                         [MENU_FOLDER] = POPUP_ROW_FOLDER,
                                         [MENU_SEPARATOR] = POPUP_ROW_LINE};
    return item->kind == MENU_CHECK && item->checked ? POPUP_ROW_CHECKED : kinds[item->kind];
}

static void show(AgentDock *dock, MenuItem *folder) {
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(PopupRow));
    g_array_set_clear_func(rows, clear_row);
    menu_open(dock->menu, folder);
    if (folder->parent)
        add_row(rows, POPUP_ROW_PLAIN, BACK, true, folder->parent->id);
    for (guint i = 0; i < folder->children->len; i++) {
        const MenuItem *item = g_ptr_array_index(folder->children, i);
        add_row(rows, kind_of(item), item->label, item->enabled, item->id);
    }
    popup_menu_fill(dock->list, rows);
}

static void on_chosen(int32_t id, uint32_t x_time, gpointer user) {
    AgentDock *dock = user;
    MenuItem *item = menu_find(dock->menu, id);
    if (item && item->kind == MENU_FOLDER) {
        show(dock, item);
        return;
    }
    g_clear_pointer(&dock->list, popup_menu_free);
    menu_choose(dock->menu, id, x_time);
}

static void on_closed(gpointer user) {
    g_clear_pointer(&((AgentDock *)user)->list, popup_menu_free);
}

static void on_pressed(int x, int y, uint32_t x_time, gpointer user) {
    AgentDock *dock = user;
    g_clear_pointer(&dock->list, popup_menu_free);
    dock->list = popup_menu_new(dock->screen, x, y, x_time, &(PopupMenuCalls){on_chosen, on_closed, dock});
    if (dock->list)
        show(dock, menu_find(dock->menu, 0));
}

AgentDock *agent_dock_new(Screen *screen, const MenuSource *source) {
    AgentDock *dock = g_new0(AgentDock, 1);
    dock->screen = screen;
    dock->menu = menu_new(source);
    dock->icon = tray_dock_new(screen, on_pressed, dock);
    return dock;
}

void agent_dock_free(AgentDock *dock) {
    if (!dock)
        return;
    popup_menu_free(dock->list);
    tray_dock_free(dock->icon);
    menu_free(dock->menu);
    g_free(dock);
}

void agent_dock_set_state(AgentDock *dock, TrayState state) {
    Raster *raster = state_icon_draw(state, ICON_SIDE);
    tray_dock_set_icon(dock->icon, raster);
    raster_free(raster);
}
