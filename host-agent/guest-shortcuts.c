// SPDX-License-Identifier: Apache-2.0
// Chooses the folders and hands a catalogue to the store. GuestShortcuts lie in a data folder of our own
// where the session has it in XDG_DATA_DIRS (the installed hooks put it last, so that nothing of a guest
// comes before the host's own); else in the user's folder, with present defaults pinned. What lies in the
// other place goes. Where defaults are pinned, a program of the host that comes later gets its types, too.
// Owned by a Guest; main loop of the agent.
#include "host-agent/guest-shortcuts.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include "host-agent/agent-error.h"
#include "host-agent/machine/folders.h"
#include "rail/utf.h"
#include "shortcuts/curate.h"
#include "shortcuts/launcher.h"
#include "shortcuts/store.h"

struct GuestShortcuts {
    char *guest, *exports, *state, *elsewhere;
    bool windows_too;
    PlanIconSource icon_source;
    gpointer user;
    Choices *choices;
    GHashTable *visibility;     // application -> what guest_shortcuts_visibility says, until the next sync
    const Catalogue *catalogue; // of the latest sync
    GAppInfoMonitor *host_programs;
};

static void on_host_programs_changed(GAppInfoMonitor *monitor, gpointer data);

GuestShortcuts *guest_shortcuts_new(const char *guest, bool windows_too, PlanIconSource icon_source,
                                    gpointer user) {
    GuestShortcuts *shortcuts = g_new0(GuestShortcuts, 1);
    g_autofree char *profiles = folder_profiles(),
                    *file = g_strdup_printf("%s/%s.launchers", profiles, guest);
    shortcuts->guest = g_strdup(guest);
    shortcuts->exports = g_build_filename(g_get_user_data_dir(), "railhead", "exports", "share", NULL);
    shortcuts->state = folder_state(guest);
    shortcuts->elsewhere = g_build_filename(shortcuts->state, "elsewhere", NULL);
    shortcuts->windows_too = windows_too;
    shortcuts->icon_source = icon_source;
    shortcuts->user = user;
    shortcuts->choices = choices_load(file);
    shortcuts->visibility = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    shortcuts->host_programs = g_app_info_monitor_get();
    g_signal_connect(shortcuts->host_programs, "changed", G_CALLBACK(on_host_programs_changed), shortcuts);
    return shortcuts;
}

void guest_shortcuts_free(GuestShortcuts *shortcuts) {
    if (!shortcuts)
        return;
    g_signal_handlers_disconnect_by_data(shortcuts->host_programs, shortcuts);
    g_object_unref(shortcuts->host_programs);
    choices_free(shortcuts->choices);
    g_hash_table_unref(shortcuts->visibility);
    g_free(shortcuts->elsewhere);
    g_free(shortcuts->state);
    g_free(shortcuts->exports);
    g_free(shortcuts->guest);
    g_free(shortcuts);
}

typedef enum Standing { ABSENT, BEFORE_OTHERS, LAST } Standing;

// Of a folder among the session's data folders.
static Standing standing_of(const char *folder) {
    const char *const *dirs = g_get_system_data_dirs();
    Standing standing = ABSENT;
    for (; *dirs; dirs++) {
        g_autofree char *canonical = g_canonicalize_filename(*dirs, "/");
        if (strcmp(canonical, folder) == 0)
            standing = LAST;
        else if (standing == LAST)
            standing = BEFORE_OTHERS;
    }
    return standing;
}

static char *known_type(const char *extension, gpointer user) {
    g_autofree char *name = g_strconcat("x.", extension, NULL);
    gboolean uncertain = FALSE;
    g_autofree char *type = g_content_type_guess(name, NULL, 0, &uncertain);
    return uncertain || !type ? NULL : g_steal_pointer(&type);
}

static size_t load_icon(uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX], gpointer user) {
    const GuestShortcuts *shortcuts = user;
    return shortcuts->icon_source(icon, contents, ret_files, shortcuts->user);
}

static PlanInput input_of(GuestShortcuts *shortcuts, const char *railhead, const Catalogue *catalogue) {
    return (PlanInput){.guest = shortcuts->guest,
                       .railhead = railhead ? railhead : "railhead",
                       .catalogue = catalogue,
                       .icon_source = load_icon,
                       .mime_source = known_type,
                       .windows_too = shortcuts->windows_too,
                       .user = shortcuts};
}

static bool sync_in(GuestShortcuts *shortcuts, const StoreFolders *folders, const Catalogue *catalogue,
                    Choices *choices, GError **error) {
    g_autofree char *railhead = program_find("railhead");
    PlanInput input = input_of(shortcuts, railhead, catalogue);
    return store_sync(folders, &input, choices, error);
}

static StoreFolders folders_in_use(const GuestShortcuts *shortcuts) {
    Standing standing = standing_of(shortcuts->exports);
    return (StoreFolders){.data = standing == ABSENT ? g_get_user_data_dir() : shortcuts->exports,
                          .config = g_get_user_config_dir(),
                          .state = shortcuts->state,
                          .home = g_get_user_data_dir(),
                          .pins = standing != LAST};
}

static void on_host_programs_changed(GAppInfoMonitor *monitor, gpointer data) {
    GuestShortcuts *shortcuts = data;
    g_autoptr(GError) error = NULL;
    StoreFolders folders = folders_in_use(shortcuts);
    if (!shortcuts->catalogue || !folders.pins)
        return;
    PlanInput input = input_of(shortcuts, NULL, shortcuts->catalogue);
    if (!store_pin(&folders, &input, &error))
        g_warning("%s: defaults cannot be pinned: %s", shortcuts->guest, error->message);
}

static bool clear_elsewhere(GuestShortcuts *shortcuts, const StoreFolders *in_use, GError **error) {
    bool exports = in_use->data == shortcuts->exports;
    StoreFolders folders = {.data = exports ? g_get_user_data_dir() : shortcuts->exports,
                            .state = shortcuts->elsewhere};
    g_autoptr(GHashTable) installed = store_installed(&folders, shortcuts->guest);
    Catalogue empty;
    catalogue_init(&empty);
    return g_hash_table_size(installed) == 0 || sync_in(shortcuts, &folders, &empty, NULL, error);
}

bool guest_shortcuts_sync(GuestShortcuts *shortcuts, const Catalogue *catalogue, GError **error) {
    StoreFolders folders = folders_in_use(shortcuts);
    g_hash_table_remove_all(shortcuts->visibility);
    bool good = sync_in(shortcuts, &folders, catalogue, shortcuts->choices, error);
    shortcuts->catalogue = catalogue;
    return clear_elsewhere(shortcuts, &folders, good ? error : NULL) && good;
}

bool guest_shortcuts_remove(GuestShortcuts *shortcuts, GError **error) {
    StoreFolders folders = folders_in_use(shortcuts);
    Catalogue empty;
    catalogue_init(&empty);
    bool good = sync_in(shortcuts, &folders, &empty, NULL, error);
    g_autofree char *exports = g_path_get_dirname(shortcuts->exports);
    shortcuts->catalogue = NULL;
    choices_remove(shortcuts->choices);
    good = clear_elsewhere(shortcuts, &folders, good ? error : NULL) && good;
    if (g_rmdir(shortcuts->exports) == 0) // of the last guest
        g_rmdir(exports);
    return good;
}

static const char *look_at(const GuestShortcuts *shortcuts, const Catalogue *catalogue, const App *app) {
    switch (choices_visibility(shortcuts->choices, app->id)) {
    case CHOICE_HIDDEN:
        return "hidden";
    case CHOICE_SHOWN:
        return curate_to_string(CURATE_SHOW);
    default:
        return curate_to_string(curate_app(catalogue, app, shortcuts->windows_too));
    }
}

const char *guest_shortcuts_visibility(const GuestShortcuts *shortcuts, const Catalogue *catalogue,
                                       const App *app) {
    const char *known = g_hash_table_lookup(shortcuts->visibility, &app->id);
    if (!known) {
        known = look_at(shortcuts, catalogue, app);
        g_hash_table_insert(shortcuts->visibility, g_memdup2(&app->id, sizeof app->id), (gpointer)known);
    }
    return known;
}

bool guest_shortcuts_choose(GuestShortcuts *shortcuts, uint64_t app, const char *choice, const char *value,
                            GError **error) {
    Choices *choices = shortcuts->choices;
    char *label = utf8_label(value, LAUNCHER_NAME_BYTES);
    bool has_value = *label != '\0', good = true;
    if (strcmp(choice, "hide") == 0)
        choices_set_visibility(choices, app, CHOICE_HIDDEN);
    else if (strcmp(choice, "show") == 0)
        choices_set_visibility(choices, app, CHOICE_SHOWN);
    else if (strcmp(choice, "reset") == 0)
        choices_reset(choices, app);
    else if (strcmp(choice, "rename") == 0 && has_value)
        choices_set_name(choices, app, value);
    else if (strcmp(choice, "icon") == 0 && has_value)
        choices_set_icon(choices, app, value);
    else
        good = false;
    if (!good)
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_USAGE, "\"%s\" is no value for %s", label, choice);
    free(label);
    return good && choices_save(choices, error);
}
