// SPDX-License-Identifier: Apache-2.0
// Prints a desktop's menu as the library of xfce reads it: a line per application, "Folder/Folder/Name".
#include <garcon/garcon.h>
#include <stdio.h>

static void print_menu(GarconMenu *menu, const char *path) {
    GList *elements = garcon_menu_get_elements(menu);
    for (GList *link = elements; link; link = link->next) {
        GarconMenuElement *element = link->data;
        g_autofree char *name = g_strconcat(path, garcon_menu_element_get_name(element), NULL);
        if (GARCON_IS_MENU(element)) {
            g_autofree char *below = g_strconcat(name, "/", NULL);
            print_menu(GARCON_MENU(element), below);
        } else if (GARCON_IS_MENU_ITEM(element) && garcon_menu_element_get_visible(element)) {
            puts(name);
        }
    }
    g_list_free_full(elements, g_object_unref);
}

int main(int argc, char **argv) {
    g_autoptr(GError) error = NULL;
    if (argc != 2)
        return 2;
    garcon_set_environment_xdg(GARCON_ENVIRONMENT_XFCE);
    GarconMenu *menu = garcon_menu_new_for_path(argv[1]);
    if (!garcon_menu_load(menu, NULL, &error)) {
        fprintf(stderr, "menu-tree: %s\n", error->message);
        return 1;
    }
    print_menu(menu, "");
    g_object_unref(menu);
    return 0;
}
