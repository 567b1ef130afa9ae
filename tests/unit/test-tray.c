// SPDX-License-Identifier: Apache-2.0
// The menu's tree against a model that changes at random: what is told as changed is what changed, and no
// more; numbers stay with their keys. And what the state icons look like.
#include "host-agent/tray/menu.h"
#include "host-agent/tray/state-icon.h"
#include "tests/unit/test.h"

#define FOLDERS 6
#define KEYS    40

typedef struct Model {        // of each folder, which keys it has, with which word
    int words[FOLDERS][KEYS]; // 0: not there
    GHashTable *told_parents, *told_items;
    int filled[FOLDERS];
    char chosen[64];
} Model;

static int folder_of(const char *key) {
    return *key ? atoi(key + 1) : 0;
}

// Keys below FOLDERS in the root are the other folders.
static void on_fill(const char *key, GPtrArray *items, gpointer user) {
    Model *model = user;
    int folder = folder_of(key);
    model->filled[folder]++;
    for (int i = 1; i < KEYS; i++) {
        g_autofree char *name = NULL, *label = g_strdup_printf("word %d", model->words[folder][i]);
        bool is_folder = folder == 0 && i < FOLDERS;
        if (!model->words[folder][i])
            continue;
        name = is_folder ? g_strdup_printf("f%d", i) : g_strdup_printf("%d/%d", folder, i);
        menu_add(items, is_folder ? MENU_FOLDER : MENU_ACTION, name, label);
    }
}

static void on_chosen(const char *key, uint32_t x_time, gpointer user) {
    g_strlcpy(((Model *)user)->chosen, key, sizeof((Model *)user)->chosen);
}

static void on_changed(GPtrArray *parents, GPtrArray *items, gpointer user) {
    Model *model = user;
    for (guint i = 0; i < parents->len; i++)
        CHECK(g_hash_table_add(model->told_parents, g_strdup(((MenuItem *)parents->pdata[i])->key)));
    for (guint i = 0; i < items->len; i++)
        CHECK(g_hash_table_add(model->told_items, g_strdup(((MenuItem *)items->pdata[i])->key)));
}

static Menu *start(Model *model) {
    MenuSource source = {.fill = on_fill, .chosen = on_chosen, .changed = on_changed, .user = model};
    memset(model, 0, sizeof *model);
    model->told_parents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    model->told_items = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return menu_new(&source);
}

static void end(Model *model, Menu *menu) {
    menu_free(menu);
    g_hash_table_unref(model->told_parents);
    g_hash_table_unref(model->told_items);
}

static void forget(Model *model) {
    g_hash_table_remove_all(model->told_parents);
    g_hash_table_remove_all(model->told_items);
}

static void shake(Model *model) {
    for (int n = (int)test_random_below(6); n > 0; n--) {
        int *word = &model->words[test_random_below(FOLDERS)][1 + test_random_below(KEYS - 1)];
        *word = test_random_below(3) ? (int)test_random_below(5) + 1 : 0;
    }
}

static MenuItem *child(MenuItem *folder, const char *key) {
    for (guint i = 0; folder->children && i < folder->children->len; i++)
        if (g_str_equal(((MenuItem *)folder->children->pdata[i])->key, key))
            return folder->children->pdata[i];
    return NULL;
}

// What was told between two states of an opened folder, and that the tree is the second one.
static void check_folder(Model *model, MenuItem *folder, const int *before, const int *after) {
    bool moved = false;
    guint count = 0;
    for (int i = 1; i < KEYS; i++) {
        int number = folder_of(folder->key);
        bool is_folder = number == 0 && i < FOLDERS;
        g_autofree char *key = is_folder ? g_strdup_printf("f%d", i) : g_strdup_printf("%d/%d", number, i);
        moved = moved || !before[i] != !after[i];
        count += after[i] != 0;
        CHECK(!child(folder, key) == !after[i]);
        CHECK_EQUAL(g_hash_table_contains(model->told_items, key),
                    before[i] && after[i] && before[i] != after[i]);
    }
    CHECK_EQUAL(folder->children->len, count);
    CHECK_EQUAL(g_hash_table_contains(model->told_parents, folder->key), moved);
}

static void differences_are_told(void) {
    Model model, before;
    Menu *menu = start(&model);
    MenuItem *root = menu_find(menu, 0);
    shake(&model);
    menu_open(menu, root);
    for (int round = 0; round < 3000; round++) {
        g_autofree char *key = g_strdup_printf("f%d", 1 + (int)test_random_below(FOLDERS - 1));
        MenuItem *folder = child(root, key);
        if (folder && test_random_below(10) == 0)
            menu_open(menu, folder);
        folder = folder && folder->is_filled ? folder : NULL;
        int32_t id = folder ? folder->id : 0;
        before = model;
        shake(&model);
        forget(&model);
        menu_refresh(menu);
        check_folder(&model, root, before.words[0], model.words[0]);
        if (child(root, key) && folder) {
            CHECK(child(root, key) == folder && folder->id == id && menu_find(menu, id) == folder);
            int number = folder_of(key);
            check_folder(&model, folder, before.words[number], model.words[number]);
        }
    }
    end(&model, menu);
}

static void folders_are_filled_when_they_are_opened(void) {
    Model model;
    Menu *menu = start(&model);
    MenuItem *root = menu_find(menu, 0);
    model.words[0][1] = model.words[0][2] = model.words[1][7] = 1;
    menu_refresh(menu);
    CHECK(model.filled[0] == 0);
    CHECK(menu_open(menu, root) && !menu_open(menu, root));
    CHECK(model.filled[0] == 2 && model.filled[1] == 0);
    CHECK(menu_open(menu, child(root, "f1")) && model.filled[1] == 1);
    menu_refresh(menu);
    CHECK(model.filled[1] == 2 && model.filled[2] == 0);
    end(&model, menu);
}

static void only_what_can_be_chosen_is(void) {
    Model model;
    Menu *menu = start(&model);
    MenuItem *root = menu_find(menu, 0);
    model.words[0][1] = model.words[0][9] = 1;
    menu_open(menu, root);
    menu_choose(menu, child(root, "f1")->id, 0);
    menu_choose(menu, 12345, 0);
    CHECK_TEXT(model.chosen, "");
    int32_t id = child(root, "0/9")->id;
    menu_choose(menu, id, 0);
    CHECK_TEXT(model.chosen, "0/9");
    model.chosen[0] = 0;
    model.words[0][9] = 0;
    forget(&model);
    menu_refresh(menu);
    menu_choose(menu, id, 0); // a click that was under way
    CHECK_TEXT(model.chosen, "");
    end(&model, menu);
}

static void guest_text_is_one_harmless_line(void) {
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    MenuItem *item = menu_add(items, MENU_ACTION, "k",
                              "A\n\xe2\x80\xae"
                              "B  \x01\x02_C");
    CHECK_TEXT(item->label, "A B _C");
    g_free(item->key);
    g_free(item->label);
    g_free(item);
}

static void states_look_different(void) {
    for (int state = TRAY_OFF; state <= TRAY_LOST; state++) {
        Raster *raster = state_icon_draw((TrayState)state, 22);
        CHECK(raster && raster->width == 22 && raster->bgra[3] == 0);
        for (int other = TRAY_OFF; other < state; other++) {
            Raster *of_other = state_icon_draw((TrayState)other, 22);
            CHECK(!raster_equal(raster, of_other));
            raster_free(of_other);
        }
        raster_free(raster);
    }
}

int main(void) {
    RUN(differences_are_told);
    RUN(folders_are_filled_when_they_are_opened);
    RUN(only_what_can_be_chosen_is);
    RUN(guest_text_is_one_harmless_line);
    RUN(states_look_different);
    return 0;
}
