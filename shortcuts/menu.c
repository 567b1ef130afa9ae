// SPDX-License-Identifier: Apache-2.0
// A tree of folders from the applications' group paths, written as menu XML and desktop entries of Type
// Directory. Pure. Names of menus and files are hashes; the guest's text is the label in a .directory file
// only.
#include "shortcuts/menu.h"
#include <stdlib.h>
#include <string.h>
#include "rail/hash.h"
#include "rail/utf.h"
#include "shortcuts/launcher.h"

#define DEPTH_MAX   8 // deeper folders are shown in the last one
#define LABEL_BYTES 120

typedef struct Folder {
    char *id;             // host-made
    GPtrArray *folders;   // of Folder, owned
    GPtrArray *launchers; // ids, owned
} Folder;

static void folder_free(gpointer data) {
    Folder *folder = data;
    g_free(folder->id);
    g_ptr_array_unref(folder->folders);
    g_ptr_array_unref(folder->launchers);
    g_free(folder);
}

static Folder *folder_new(char *id) {
    Folder *folder = g_new0(Folder, 1);
    folder->id = id;
    folder->folders = g_ptr_array_new_with_free_func(folder_free);
    folder->launchers = g_ptr_array_new_with_free_func(g_free);
    return folder;
}

static void want_directory(GHashTable *wanted, const char *id, const char *label, const char *icon) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Type", "Directory");
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Name", label);
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Icon", icon);
    gsize size = 0;
    char *text = g_key_file_to_data(file, &size, NULL);
    g_hash_table_replace(wanted, g_strdup_printf("desktop-directories/%s.directory", id),
                         g_bytes_new_take(text, size));
}

static Folder *subfolder(Folder *parent, GHashTable *wanted, const char *guest, const char *path,
                         const char *untrusted_name) {
    g_autofree char *prefix = launcher_prefix(guest);
    g_autofree char *id = g_strdup_printf("%sf%016" G_GINT64_MODIFIER "x", prefix, hash_path("folder", path));
    for (guint i = 0; i < parent->folders->len; i++) {
        Folder *folder = g_ptr_array_index(parent->folders, i);
        if (strcmp(folder->id, id) == 0)
            return folder;
    }
    char *label = utf8_label(untrusted_name, LABEL_BYTES);
    want_directory(wanted, id, *label ? label : "Folder", "folder");
    free(label);
    Folder *folder = folder_new(g_steal_pointer(&id));
    g_ptr_array_add(parent->folders, folder);
    return folder;
}

static Folder *folder_for(Folder *root, GHashTable *wanted, const char *guest, const char *group) {
    g_auto(GStrv) names = g_strsplit(group, "/", DEPTH_MAX);
    g_autoptr(GString) path = g_string_new(NULL);
    Folder *folder = root;
    for (char **name = names; *name; name++) {
        if (!**name)
            continue;
        g_string_append_printf(path, "/%s", *name);
        folder = subfolder(folder, wanted, guest, path->str, *name);
    }
    return folder;
}

static void write_folder(GString *xml, const Folder *folder) {
    g_string_append_printf(xml, "<Menu>\n<Name>%s</Name>\n<Directory>%s.directory</Directory>\n", folder->id,
                           folder->id);
    if (folder->launchers->len) {
        g_string_append(xml, "<Include>\n");
        for (guint i = 0; i < folder->launchers->len; i++)
            g_string_append_printf(xml, "<Filename>%s.desktop</Filename>\n",
                                   (const char *)g_ptr_array_index(folder->launchers, i));
        g_string_append(xml, "</Include>\n");
    }
    for (guint i = 0; i < folder->folders->len; i++)
        write_folder(xml, g_ptr_array_index(folder->folders, i));
    g_string_append(xml, "</Menu>\n");
}

static void want_menu(GHashTable *wanted, const Folder *root) {
    GString *xml = g_string_new("<!DOCTYPE Menu PUBLIC \"-//freedesktop//DTD Menu 1.0//EN\" "
                                "\"http://www.freedesktop.org/standards/menu-spec/1.0/menu.dtd\">\n"
                                "<Menu>\n<Name>Applications</Name>\n");
    write_folder(xml, root);
    g_string_append(xml, "</Menu>\n");
    gsize size = xml->len;
    g_hash_table_replace(wanted, g_strdup_printf("menus/applications-merged/%s.menu", root->id),
                         g_bytes_new_take(g_string_free(xml, FALSE), size));
}

void menu_want(GHashTable *wanted, const char *guest, const char *title, const Catalogue *catalogue,
               MenuShown shown, gpointer user) {
    // Without a dot behind the guest's name two guests could share a prefix.
    g_autofree char *prefix = launcher_prefix(guest);
    Folder *root = folder_new(g_strconcat(prefix, "menu", NULL));
    bool any = false;
    for (size_t i = 0; i < catalogue->apps.count; i++) {
        const App *app = catalogue_app(catalogue, i);
        if (!shown(app, user))
            continue;
        any = true;
        g_ptr_array_add(folder_for(root, wanted, guest, app->group)->launchers, launcher_id(guest, app->id));
    }
    if (any) {
        want_directory(wanted, root->id, title, "computer");
        want_menu(wanted, root);
    }
    folder_free(root);
}
