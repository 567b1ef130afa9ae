// SPDX-License-Identifier: Apache-2.0
// Turns an application of the guest into a desktop entry. Pure: no files, no state. Guest text reaches only
// Name and Comment, as a label and through GKeyFile; Exec never holds anything but our own path and host-made
// ids.
#include "shortcuts/launcher.h"
#include <stdlib.h>
#include <string.h>
#include "rail/utf.h"

#define GUEST_NAME_MAX 32
#define KEYWORD_BYTES  60
#define EXEC_RESERVED  " \t\n\"'\\><~|&;$*?#()`%"

bool launcher_guest_name_is_valid(const char *guest) {
    size_t length = guest ? strlen(guest) : 0;
    return length > 0 && length <= GUEST_NAME_MAX &&
           strspn(guest, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static char *element(const char *guest) {
    return g_strdelimit(g_strdup(guest), "-", '_');
}

char *launcher_prefix(const char *guest) {
    g_autofree char *name = element(guest);
    return g_strdup_printf("io.railhead.%s.", name);
}

char *launcher_id(const char *guest, uint64_t app) {
    g_autofree char *name = element(guest);
    if (app == 0)
        return g_strdup_printf("io.railhead.%s", name);
    return g_strdup_printf("io.railhead.%s.a%016" G_GINT64_MODIFIER "x", name, app);
}

char *launcher_icon_name(const char *guest, uint64_t icon) {
    g_autofree char *name = element(guest);
    return g_strdup_printf("io.railhead.%s.i%016" G_GINT64_MODIFIER "x", name, icon);
}

char *launcher_label(const App *app) {
    char *label = utf8_label(app->name, LAUNCHER_NAME_BYTES);
    if (*label)
        return label;
    free(label);
    return strdup("Application");
}

char *launcher_quoted(const char *path) {
    if (!strpbrk(path, EXEC_RESERVED))
        return g_strdup(path);
    GString *quoted = g_string_new("\"");
    for (const char *at = path; *at; at++) {
        if (strchr("\"`$\\", *at))
            g_string_append_c(quoted, '\\');
        if (*at == '%')
            g_string_append_c(quoted, '%');
        g_string_append_c(quoted, *at);
    }
    g_string_append_c(quoted, '"');
    return g_string_free(quoted, FALSE);
}

static char *exec_line(const LauncherDetails *details, const App *app, bool takes_files) {
    g_autofree char *path = launcher_quoted(details->railhead);
    return g_strdup_printf("%s run %s/%016" G_GINT64_MODIFIER "x%s", path, details->guest, app->id,
                           takes_files ? " %U" : "");
}

static void set_types(GKeyFile *file, const GPtrArray *mime_types) {
    if (!mime_types || !mime_types->len)
        return;
    g_key_file_set_string_list(file, G_KEY_FILE_DESKTOP_GROUP, "MimeType",
                               (const char *const *)mime_types->pdata, mime_types->len);
    g_key_file_set_integer(file, G_KEY_FILE_DESKTOP_GROUP, "InitialPreference", 0);
}

static char *icon_name(const App *app, const LauncherDetails *details) {
    if (details->icon)
        return g_strdup(details->icon);
    return details->has_icon ? launcher_icon_name(details->guest, app->icon)
                             : g_strdup("application-x-executable");
}

static char *label_of(const App *app, const LauncherDetails *details) {
    char *label = utf8_label(details->name ? details->name : "", LAUNCHER_NAME_BYTES);
    if (*label)
        return label;
    free(label);
    return launcher_label(app);
}

// A user may open any file with any program; a shortcut to a document or a folder takes none.
static bool takes_files(const App *app) {
    return app->kind == APP_KIND_PROGRAM || app->kind == APP_KIND_HANDLER;
}

// What people type who know the program by its file, and the guest.
static void set_keywords(GKeyFile *file, const App *app, const LauncherDetails *details) {
    const char *slash = strrchr(app->target, '\\');
    g_autofree char *stem = g_strdup(slash ? slash + 1 : app->target);
    char *dot = strrchr(stem, '.');
    if (dot && dot != stem)
        *dot = '\0';
    char *word = utf8_label(stem, KEYWORD_BYTES);
    const char *const words[] = {details->guest, *word ? word : NULL};
    g_key_file_set_string_list(file, G_KEY_FILE_DESKTOP_GROUP, "Keywords", words, *word ? 2 : 1);
    free(word);
}

static void set_actions(GKeyFile *file, const LauncherDetails *details) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; details->actions && i < details->actions->len; i++) {
        const App *action = g_ptr_array_index(details->actions, i);
        g_autofree char *exec = exec_line(details, action, false);
        char *id = g_strdup_printf("a%016" G_GINT64_MODIFIER "x", action->id), *name = launcher_label(action);
        g_autofree char *group = g_strconcat("Desktop Action ", id, NULL);
        g_key_file_set_string(file, group, "Name", name);
        g_key_file_set_string(file, group, "Exec", exec);
        g_ptr_array_add(ids, id);
        free(name);
    }
    if (ids->len)
        g_key_file_set_string_list(file, G_KEY_FILE_DESKTOP_GROUP, "Actions", (const char *const *)ids->pdata,
                                   ids->len);
}

char *launcher_text(const App *app, const LauncherDetails *details) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    const char *group = G_KEY_FILE_DESKTOP_GROUP;
    g_autofree char *id = launcher_id(details->guest, app->id), *icon = icon_name(app, details);
    g_autofree char *exec = exec_line(details, app, takes_files(app));
    g_autofree char *categories = g_strdup_printf("X-Railhead;X-Railhead-%s;", details->guest);
    char *name = label_of(app, details);
    char *comment = utf8_label(app->description, LAUNCHER_NAME_BYTES * 2);
    g_key_file_set_string(file, group, "Type", "Application");
    g_key_file_set_string(file, group, "Version", "1.0");
    g_key_file_set_string(file, group, "Name", name);
    if (*comment && strcmp(comment, name) != 0)
        g_key_file_set_string(file, group, "Comment", comment);
    g_key_file_set_string(file, group, "Exec", exec);
    g_key_file_set_string(file, group, "TryExec", details->railhead);
    g_key_file_set_string(file, group, "Icon", icon);
    g_key_file_set_string(file, group, "StartupWMClass", id);
    g_key_file_set_boolean(file, group, "StartupNotify", TRUE);
    g_key_file_set_string(file, group, "Categories", categories);
    if (app->kind == APP_KIND_HANDLER)
        g_key_file_set_boolean(file, group, "NoDisplay", TRUE);
    set_types(file, details->mime_types);
    set_keywords(file, app, details);
    set_actions(file, details);
    g_key_file_set_string(file, group, "X-Railhead-Guest", details->guest);
    free(name);
    free(comment);
    return g_key_file_to_data(file, NULL, NULL);
}
