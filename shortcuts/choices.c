// SPDX-License-Identifier: Apache-2.0
// A key file of the user's choices. Owned by a guest's object in the agent; written when the user decides,
// and when a launcher that we wrote was deleted by hand.
#include "shortcuts/choices.h"
#include <glib/gstdio.h>
#include <string.h>
#include "rail/utf.h"
#include "shortcuts/whole-file.h"

#define NAME_BYTES 120

struct Choices {
    char *file;
    GKeyFile *keys;
};

static char *group_of(uint64_t app) {
    return g_strdup_printf("%016" G_GINT64_MODIFIER "x", app);
}

Choices *choices_load(const char *file) {
    Choices *choices = g_new0(Choices, 1);
    g_autoptr(GError) error = NULL;
    choices->file = g_strdup(file);
    whole_file_tidy(file);
    choices->keys = g_key_file_new();
    if (!g_key_file_load_from_file(choices->keys, file, G_KEY_FILE_KEEP_COMMENTS, &error) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_warning("%s is not used: %s", file, error->message);
    return choices;
}

void choices_free(Choices *choices) {
    if (!choices)
        return;
    g_key_file_unref(choices->keys);
    g_free(choices->file);
    g_free(choices);
}

bool choices_save(const Choices *choices, GError **error) {
    g_auto(GStrv) groups = g_key_file_get_groups(choices->keys, NULL);
    if (!*groups) {
        g_unlink(choices->file);
        return true;
    }
    gsize size = 0;
    g_autofree char *text = g_key_file_to_data(choices->keys, &size, NULL);
    return whole_file_write(choices->file, text, size, true, error);
}

ChoiceVisibility choices_visibility(const Choices *choices, uint64_t app) {
    g_autofree char *group = group_of(app);
    if (!choices || !g_key_file_has_key(choices->keys, group, "Hidden", NULL))
        return CHOICE_DEFAULT;
    return g_key_file_get_boolean(choices->keys, group, "Hidden", NULL) ? CHOICE_HIDDEN : CHOICE_SHOWN;
}

static void forget_empty(Choices *choices, const char *group) {
    g_auto(GStrv) keys = g_key_file_get_keys(choices->keys, group, NULL, NULL);
    if (keys && !*keys)
        g_key_file_remove_group(choices->keys, group, NULL);
}

void choices_set_visibility(Choices *choices, uint64_t app, ChoiceVisibility visibility) {
    g_autofree char *group = group_of(app);
    if (visibility == CHOICE_DEFAULT)
        g_key_file_remove_key(choices->keys, group, "Hidden", NULL);
    else
        g_key_file_set_boolean(choices->keys, group, "Hidden", visibility == CHOICE_HIDDEN);
    forget_empty(choices, group);
}

static char *get_text(const Choices *choices, uint64_t app, const char *key) {
    g_autofree char *group = group_of(app);
    g_autofree char *text = choices ? g_key_file_get_string(choices->keys, group, key, NULL) : NULL;
    char *label = utf8_label(text ? text : "", NAME_BYTES * 4);
    char *result = *label ? g_strdup(label) : NULL;
    g_free(label);
    return result;
}

static void set_text(Choices *choices, uint64_t app, const char *key, const char *text) {
    g_autofree char *group = group_of(app);
    if (text && *text)
        g_key_file_set_string(choices->keys, group, key, text);
    else
        g_key_file_remove_key(choices->keys, group, key, NULL);
    forget_empty(choices, group);
}

char *choices_name(const Choices *choices, uint64_t app) {
    return get_text(choices, app, "Name");
}

void choices_set_name(Choices *choices, uint64_t app, const char *name) {
    set_text(choices, app, "Name", name);
}

char *choices_icon(const Choices *choices, uint64_t app) {
    return get_text(choices, app, "Icon");
}

void choices_set_icon(Choices *choices, uint64_t app, const char *icon) {
    set_text(choices, app, "Icon", icon);
}

void choices_remove(Choices *choices) {
    g_key_file_unref(choices->keys);
    choices->keys = g_key_file_new();
    g_unlink(choices->file);
}

void choices_reset(Choices *choices, uint64_t app) {
    g_autofree char *group = group_of(app);
    g_key_file_remove_group(choices->keys, group, NULL);
}
