// SPDX-License-Identifier: Apache-2.0
// The entries of the tray's menu. With one guest its entries are the menu; several have a submenu each. A
// folder of the guest's Start menu is a submenu, filled when it is opened: only what lies in it is looked at.
// Reads only; main loop of the agent.
#include "host-agent/tray-content.h"
#include <stdlib.h>
#include <string.h>
#include "host-agent/machine/folders.h"
#include "host-agent/profile-shares.h"
#include "rail/utf.h"
#include "shortcuts/launcher.h"

#define WINDOWS_MAX 40

typedef struct Entry { // of a folder, to be ordered
    bool is_folder;
    char *key, *label, *order;
} Entry;

static void entry_free(gpointer data) {
    Entry *entry = data;
    g_free(entry->key);
    g_free(entry->label);
    g_free(entry->order);
    g_free(entry);
}

static gint compare_entries(gconstpointer a, gconstpointer b) {
    const Entry *first = *(const Entry *const *)a, *second = *(const Entry *const *)b;
    if (first->is_folder != second->is_folder)
        return first->is_folder ? -1 : 1;
    return strcmp(first->order, second->order);
}

static void add_entry(GPtrArray *entries, bool is_folder, char *key, char *label) {
    Entry *entry = g_new(Entry, 1);
    g_autofree char *folded = g_utf8_casefold(label, -1);
    *entry = (Entry){is_folder, key, label, g_utf8_collate_key(folded, -1)};
    g_ptr_array_add(entries, entry);
}

static const char *name_of(Guest *guest) {
    return guest_profile(guest)->name;
}

static bool is_shown(Guest *guest, const App *app) {
    return strcmp(guest_visibility(guest, app), "shown") == 0;
}

// What comes after the folder in a group, or NULL when it lies elsewhere; "" for the folder itself.
static const char *below(const char *group, const char *folder) {
    size_t length = strlen(folder);
    if (!length)
        return group;
    if (strncmp(group, folder, length) != 0 || (group[length] && group[length] != '/'))
        return NULL;
    return group[length] ? group + length + 1 : group + length;
}

static void add_app(Guest *guest, const App *app, GPtrArray *entries) {
    char *label = launcher_label(app);
    char *key = g_strdup_printf("%s/run/%016" G_GINT64_MODIFIER "x", name_of(guest), app->id);
    add_entry(entries, false, key, g_strdup(label));
    free(label);
}

static void add_folder(Guest *guest, const char *folder, const char *rest, GHashTable *known,
                       GPtrArray *entries) {
    g_autofree char *name = g_strndup(rest, strcspn(rest, "/"));
    char *key = g_strdup_printf("%s/apps/%s%s%s", name_of(guest), folder, *folder ? "/" : "", name);
    g_hash_table_add(known, g_strdup(name));
    add_entry(entries, true, key, g_steal_pointer(&name));
}

static bool is_known(GHashTable *known, const char *rest) {
    g_autofree char *name = g_strndup(rest, strcspn(rest, "/"));
    return g_hash_table_contains(known, name);
}

static void fill_apps(Guest *guest, const char *folder, GPtrArray *items) {
    const Catalogue *catalogue = guest_catalogue(guest);
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < catalogue->apps.count; i++) {
        const App *app = catalogue_app(catalogue, i);
        const char *rest = below(app->group, folder);
        if (!rest || (*rest && is_known(known, rest)) || !is_shown(guest, app))
            continue;
        if (*rest)
            add_folder(guest, folder, rest, known, entries);
        else
            add_app(guest, app, entries);
    }
    g_ptr_array_sort(entries, compare_entries);
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);
        MenuItem *item =
            menu_add(items, entry->is_folder ? MENU_FOLDER : MENU_ACTION, entry->key, entry->label);
        item->icon_name = entry->is_folder ? g_strdup("folder") : NULL;
    }
}

static bool is_listed(const CompositorWindow *window) {
    return window->guest && window->mapped && !window->guest->owner && *window->guest->title &&
           !window->guest->no_taskbar_button;
}

static void fill_windows(Guest *guest, GPtrArray *items) {
    CompositorWindow window;
    Compositor *compositor = guest_compositor(guest);
    bool any = false;
    for (guint i = 0; i < WINDOWS_MAX && compositor && compositor_window_at(compositor, i, &window); i++) {
        g_autofree char *key = g_strdup_printf("%s/raise/%u", name_of(guest), window.guest_window);
        if (!is_listed(&window))
            continue;
        menu_add(items, MENU_ACTION, key, window.guest->title);
        any = true;
    }
    g_autofree char *end = g_strconcat(name_of(guest), "/windows-end", NULL);
    if (any)
        menu_add_separator(items, end);
}

static MenuItem *add(Guest *guest, GPtrArray *items, MenuKind kind, const char *word, const char *label,
                     const char *icon_name) {
    g_autofree char *key = g_strconcat(name_of(guest), "/", word, NULL);
    MenuItem *item = menu_add(items, kind, key, label);
    item->icon_name = g_strdup(icon_name);
    return item;
}

static bool is_running(Guest *guest) {
    return guest_state(guest) != LIFECYCLE_OFF && guest_state(guest) != LIFECYCLE_LOST;
}

static void fill_guest(Guest *guest, const TrayAbilities *abilities, GPtrArray *items) {
    bool running = is_running(guest), ready = guest_state(guest) == LIFECYCLE_READY;
    MenuItem *apps = add(guest, items, MENU_FOLDER, "apps", "Applications", NULL);
    apps->enabled = guest_catalogue(guest)->apps.count > 0;
    g_autofree char *end = g_strconcat(name_of(guest), "/apps-end", NULL);
    menu_add_separator(items, end);
    fill_windows(guest, items);
    MenuItem *desktop = add(guest, items, MENU_CHECK, "desktop", "Show full desktop", NULL);
    desktop->enabled = ready && abilities->desktop;
    desktop->checked = abilities->shows_desktop && abilities->shows_desktop(guest);
    add(guest, items, MENU_ACTION, "connect", "Connect", "network-transmit-receive")->enabled = !running;
    add(guest, items, MENU_ACTION, "suspend", "Suspend", "media-playback-pause")->enabled =
        running && abilities->suspend;
    add(guest, items, MENU_ACTION, "stop", "Stop", "process-stop")->enabled = running;
    add(guest, items, MENU_FOLDER, "shares", "Shared folders", "folder-remote");
    add(guest, items, MENU_ACTION, "settings", "Settings", "preferences-system");
}

static void fill_shares(Guest *guest, GPtrArray *items) {
    bool allows_documents;
    g_autofree char *profiles = folder_profiles();
    g_autoptr(GPtrArray) folders = profile_shares_load(profiles, name_of(guest), &allows_documents);
    for (guint i = 0; i < folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(folders, i);
        g_autofree char *word = g_strconcat("share/", folder->name, NULL);
        g_autofree char *path = g_filename_display_name(folder->path);
        g_autofree char *label =
            g_strdup_printf("%s: %s%s", folder->name, path, folder->read_only ? " (read only)" : "");
        add(guest, items, MENU_ACTION, word, label, "folder");
    }
    if (!folders->len)
        add(guest, items, MENU_ACTION, "no-share", "None: railhead share add NAME FOLDER", NULL)->enabled =
            false;
}

static void fill_root(GPtrArray *guests, const TrayAbilities *abilities, GPtrArray *items) {
    for (guint i = 0; guests->len > 1 && i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        g_autofree char *label =
            g_strdup_printf("%s (%s)", name_of(guest), lifecycle_state_to_string(guest_state(guest)));
        menu_add(items, MENU_FOLDER, name_of(guest), label);
    }
    if (guests->len == 1)
        fill_guest(g_ptr_array_index(guests, 0), abilities, items);
    if (guests->len)
        menu_add_separator(items, "guests-end");
    menu_add(items, MENU_ACTION, "quit", "Quit")->icon_name = g_strdup("application-exit");
}

static Guest *find_guest(GPtrArray *guests, const char *key) {
    size_t length = strcspn(key, "/");
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        if (strlen(name_of(guest)) == length && strncmp(name_of(guest), key, length) == 0)
            return guest;
    }
    return NULL;
}

void tray_content_fill(GPtrArray *guests, const TrayAbilities *abilities, const char *key, GPtrArray *items) {
    Guest *guest = find_guest(guests, key);
    const char *word = strchr(key, '/');
    if (!*key)
        fill_root(guests, abilities, items);
    else if (guest && !word)
        fill_guest(guest, abilities, items);
    else if (guest && strcmp(word, "/apps") == 0)
        fill_apps(guest, "", items);
    else if (guest && g_str_has_prefix(word, "/apps/"))
        fill_apps(guest, word + strlen("/apps/"), items);
    else if (guest && strcmp(word, "/shares") == 0)
        fill_shares(guest, items);
}

void tray_content_key(GPtrArray *guests, const char *key, TrayKey *ret_key) {
    static const struct {
        const char *word;
        TrayAct act;
        int base;
    } words[] = {{"/run/", TRAY_ACT_RUN, 16},         {"/raise/", TRAY_ACT_RAISE, 10},
                 {"/desktop", TRAY_ACT_DESKTOP, 0},   {"/connect", TRAY_ACT_CONNECT, 0},
                 {"/suspend", TRAY_ACT_SUSPEND, 0},   {"/stop", TRAY_ACT_STOP, 0},
                 {"/share/", TRAY_ACT_OPEN_SHARE, 0}, {"/settings", TRAY_ACT_SETTINGS, 0}};
    *ret_key = (TrayKey){.guest = find_guest(guests, key)};
    const char *word = strchr(key, '/');
    if (strcmp(key, "quit") == 0)
        ret_key->act = TRAY_ACT_QUIT;
    for (size_t i = 0; ret_key->guest && word && i < G_N_ELEMENTS(words); i++) {
        if (!g_str_has_prefix(word, words[i].word))
            continue;
        ret_key->act = words[i].act;
        ret_key->rest = word + strlen(words[i].word);
        ret_key->value = words[i].base ? g_ascii_strtoull(ret_key->rest, NULL, words[i].base) : 0;
    }
}

static TrayState state_of(Guest *guest) {
    switch (guest_state(guest)) {
    case LIFECYCLE_OFF:
        return TRAY_OFF;
    case LIFECYCLE_READY:
        return TRAY_READY;
    case LIFECYCLE_LOST:
    case LIFECYCLE_BACKING_OFF:
        return TRAY_LOST;
    default:
        return TRAY_BUSY;
    }
}

// The one that a user wants to know of most: trouble, then what is under way.
TrayState tray_content_state(GPtrArray *guests) {
    static const int rank[] = {[TRAY_OFF] = 0, [TRAY_READY] = 1, [TRAY_BUSY] = 2, [TRAY_LOST] = 3};
    TrayState state = TRAY_OFF;
    for (guint i = 0; i < guests->len; i++) {
        TrayState of_guest = state_of(g_ptr_array_index(guests, i));
        state = rank[of_guest] > rank[state] ? of_guest : state;
    }
    return state;
}

char *tray_content_text(GPtrArray *guests) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        g_string_append_printf(text, "%s%s: %s", i ? "\n" : "", name_of(guest),
                               lifecycle_state_to_string(guest_state(guest)));
        if (guest_failure(guest))
            g_string_append_printf(text, " (%s)", guest_failure(guest));
    }
    return g_string_free(text, FALSE);
}
