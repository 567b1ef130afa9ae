// SPDX-License-Identifier: Apache-2.0
// The tree behind the tray's menu. A folder is filled when it is opened first; a refresh fills again what was
// filled, keeps the number of each item whose key is still there, and collects the difference. Owned by who
// shows the menu; main loop of the agent. Never draws and never talks to a desktop.
#include "host-agent/tray/menu.h"
#include <stdlib.h>
#include "rail/utf.h"

struct Menu {
    MenuSource source;
    MenuItem *root;
    GHashTable *by_id; // MenuItem, borrowed
    int32_t last_id;
};

typedef struct Difference {
    GPtrArray *parents, *items; // MenuItem, borrowed
} Difference;

static void item_free(gpointer data) {
    MenuItem *item = data;
    g_clear_pointer(&item->children, g_ptr_array_unref);
    g_clear_pointer(&item->icon, g_bytes_unref);
    g_free(item->key);
    g_free(item->label);
    g_free(item->icon_name);
    g_free(item);
}

MenuItem *menu_add(GPtrArray *items, MenuKind kind, const char *key, const char *untrusted_label) {
    MenuItem *item = g_new0(MenuItem, 1);
    char *label = utf8_label(untrusted_label, MENU_LABEL_BYTES);
    item->kind = kind;
    item->key = g_strdup(key);
    item->label = g_strdup(label);
    item->enabled = true;
    free(label);
    g_ptr_array_add(items, item);
    return item;
}

void menu_add_separator(GPtrArray *items, const char *key) {
    menu_add(items, MENU_SEPARATOR, key, "");
}

static void forget(Menu *menu, const MenuItem *item) {
    for (guint i = 0; item->children && i < item->children->len; i++)
        forget(menu, g_ptr_array_index(item->children, i));
    g_hash_table_remove(menu->by_id, GINT_TO_POINTER(item->id));
}

static bool take_words(MenuItem *item, MenuItem *wanted) {
    bool same = g_str_equal(item->label, wanted->label) && item->enabled == wanted->enabled &&
                item->checked == wanted->checked && g_strcmp0(item->icon_name, wanted->icon_name) == 0;
    if (same)
        return false;
    g_free(item->label);
    g_free(item->icon_name);
    item->label = g_steal_pointer(&wanted->label);
    item->icon_name = g_steal_pointer(&wanted->icon_name);
    item->enabled = wanted->enabled;
    item->checked = wanted->checked;
    return true;
}

// The item that was there before under the same key, taken out of `before`; NULL: it is new.
static MenuItem *take_before(GHashTable *before, const MenuItem *wanted) {
    MenuItem *item = g_hash_table_lookup(before, wanted->key);
    if (!item || item->kind != wanted->kind)
        return NULL;
    g_hash_table_remove(before, wanted->key);
    return item;
}

// At most MENU_ITEMS_MAX, each key once.
static GPtrArray *ask_source(Menu *menu, const MenuItem *folder) {
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *wanted = g_ptr_array_new();
    menu->source.fill(folder->key, items, menu->source.user);
    for (guint i = 0; i < items->len; i++) {
        MenuItem *item = g_ptr_array_index(items, i);
        if (wanted->len < MENU_ITEMS_MAX && g_hash_table_add(keys, item->key))
            g_ptr_array_add(wanted, item);
        else
            item_free(item);
    }
    return wanted;
}

// An icon that was asked for in vain may have come.
static bool take_late_icon(Menu *menu, MenuItem *item) {
    if (!item->has_asked_icon || item->icon)
        return false;
    item->has_asked_icon = false;
    return menu_icon(menu, item) != NULL;
}

static void adopt(Menu *menu, MenuItem *folder, MenuItem *item) {
    item->parent = folder;
    item->id = ++menu->last_id;
    g_hash_table_insert(menu->by_id, GINT_TO_POINTER(item->id), item);
}

static void replace_children(Menu *menu, MenuItem *folder, GPtrArray *children, GHashTable *gone) {
    GHashTableIter iter;
    gpointer item;
    g_hash_table_iter_init(&iter, gone);
    g_ptr_array_set_free_func(folder->children, NULL);
    while (g_hash_table_iter_next(&iter, NULL, &item)) {
        forget(menu, item);
        g_hash_table_iter_remove(&iter); // before its key is freed
        item_free(item);
    }
    g_ptr_array_unref(folder->children);
    folder->children = children;
}

static void fill(Menu *menu, MenuItem *folder, Difference *difference) {
    g_autoptr(GPtrArray) wanted = ask_source(menu, folder);
    g_autoptr(GHashTable) before = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *children = g_ptr_array_new_with_free_func(item_free);
    bool moved = folder->children->len != wanted->len;
    for (guint i = 0; i < folder->children->len; i++) {
        MenuItem *item = g_ptr_array_index(folder->children, i);
        g_hash_table_insert(before, item->key, item);
    }
    for (guint i = 0; i < wanted->len; i++) {
        MenuItem *want = g_ptr_array_index(wanted, i), *item = take_before(before, want);
        moved = moved || !item || g_ptr_array_index(folder->children, i) != item;
        g_ptr_array_add(children, item ? item : want);
        if (!item) {
            adopt(menu, folder, want);
            continue;
        }
        bool has_other_words = take_words(item, want);
        if (take_late_icon(menu, item) || has_other_words)
            g_ptr_array_add(difference->items, item);
        item_free(want);
    }
    replace_children(menu, folder, children, before);
    folder->is_filled = true;
    if (moved)
        g_ptr_array_add(difference->parents, folder);
}

static void refill(Menu *menu, MenuItem *folder, Difference *difference) {
    fill(menu, folder, difference);
    for (guint i = 0; i < folder->children->len; i++) {
        MenuItem *item = g_ptr_array_index(folder->children, i);
        if (item->is_filled)
            refill(menu, item, difference);
    }
}

static bool tell(Menu *menu, Difference *difference) {
    bool any = difference->parents->len || difference->items->len;
    if (any && menu->source.changed)
        menu->source.changed(difference->parents, difference->items, menu->source.user);
    g_ptr_array_unref(difference->parents);
    g_ptr_array_unref(difference->items);
    return any;
}

static Difference nothing(void) {
    return (Difference){g_ptr_array_new(), g_ptr_array_new()};
}

static guint depth_of(const MenuItem *item) {
    guint depth = 0;
    for (; item->parent; item = item->parent)
        depth++;
    return depth;
}

static void ready(MenuItem *folder) {
    if (!folder->children)
        folder->children = g_ptr_array_new_with_free_func(item_free);
}

bool menu_open(Menu *menu, MenuItem *folder) {
    if (folder->kind != MENU_FOLDER || depth_of(folder) >= MENU_DEPTH_MAX)
        return false;
    Difference difference = nothing();
    ready(folder);
    fill(menu, folder, &difference);
    return tell(menu, &difference);
}

void menu_refresh(Menu *menu) {
    Difference difference = nothing();
    if (menu->root->is_filled)
        refill(menu, menu->root, &difference);
    tell(menu, &difference);
}

MenuItem *menu_find(Menu *menu, int32_t id) {
    return g_hash_table_lookup(menu->by_id, GINT_TO_POINTER(id));
}

GBytes *menu_icon(Menu *menu, MenuItem *item) {
    bool has_one = item->kind == MENU_ACTION && !item->icon_name;
    if (!item->has_asked_icon && has_one && menu->source.icon)
        item->icon = menu->source.icon(item->key, menu->source.user);
    item->has_asked_icon = true;
    return item->icon;
}

void menu_choose(Menu *menu, int32_t id, uint32_t x_time) {
    const MenuItem *item = menu_find(menu, id);
    if (!item || !item->enabled || (item->kind != MENU_ACTION && item->kind != MENU_CHECK))
        return;
    g_autofree char *key = g_strdup(item->key); // the choice may end the item
    menu->source.chosen(key, x_time, menu->source.user);
}

Menu *menu_new(const MenuSource *source) {
    Menu *menu = g_new0(Menu, 1);
    menu->source = *source;
    menu->by_id = g_hash_table_new(NULL, NULL);
    menu->root = g_new0(MenuItem, 1);
    menu->root->kind = MENU_FOLDER;
    menu->root->key = g_strdup("");
    menu->root->label = g_strdup("");
    menu->root->enabled = true;
    ready(menu->root);
    g_hash_table_insert(menu->by_id, GINT_TO_POINTER(0), menu->root);
    return menu;
}

void menu_free(Menu *menu) {
    if (!menu)
        return;
    item_free(menu->root);
    g_hash_table_unref(menu->by_id);
    g_free(menu);
}
