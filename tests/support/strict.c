// SPDX-License-Identifier: Apache-2.0
// Desktop Entry Specification 1.5 by a parser of our own (no group or key twice, known keys alone, no
// character that a value may not have), menus and MIME packages by GMarkup and a list of what may stand in
// them. For unit tests and fuzzers.
#include "tests/support/strict.h"
#include <string.h>

#define LINE_MAX_BYTES 16384
#define ID_PATTERN     "io\\.railhead\\.[a-z0-9_]+\\.[a-z0-9]+"

static char *wrong(const char *path, const char *text, const char *what) {
    g_autofree char *shown = g_strescape(what ? what : "", NULL);
    return g_strdup_printf("%s: %s: %s", path, text, shown);
}

static bool matches(const char *text, const char *pattern) {
    return g_regex_match_simple(pattern, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

// Desktop entries

typedef struct Entry {
    const char *path, *railhead, *guest;
    GHashTable *groups, *keys; // of this group
    GHashTable *actions;       // named in Actions=, until their group comes
    char *group;
} Entry;

static const struct {
    const char *key, *pattern;
} launcher_keys[] = {{"Type", "^Application$"},
                     {"Version", "^1\\.0$"},
                     {"Name", "^[^\\\\;]*$"},
                     {"Comment", "."},
                     {"TryExec", "^/"},
                     {"Icon", "^(" ID_PATTERN "|application-x-executable)$"},
                     {"StartupWMClass", "^" ID_PATTERN "$"},
                     {"StartupNotify", "^true$"},
                     {"Categories", "^X-Railhead;X-Railhead-[a-z0-9-]+;$"},
                     {"Keywords", "^[^;]+;([^;]|\\\\;)*;?$"},
                     {"NoDisplay", "^true$"},
                     {"MimeType", "^([a-z0-9-]+/[a-z0-9.+_-]+;)+$"},
                     {"InitialPreference", "^0$"},
                     {"Actions", "^(a[0-9a-f]{16};){1,10}$"},
                     {"X-Railhead-Guest", "^[a-z0-9-]+$"},
                     {"Exec", NULL}},
  action_keys[] = {{"Name", "."}, {"Exec", NULL}},
  directory_keys[] = {{"Type", "^Directory$"}, {"Name", "."}, {"Icon", "^(folder|computer)$"}};

static bool is_exec(const Entry *entry, const char *value, bool is_action) {
    g_autofree char *begin = g_strdup_printf("%s run %s/", entry->railhead, entry->guest);
    const char *rest = g_str_has_prefix(value, begin) ? value + strlen(begin) : "";
    return matches(rest, is_action ? "^[0-9a-f]{16}$" : "^[0-9a-f]{16}( %U)?$");
}

static bool has_unsafe_character(const char *value) {
    for (const char *at = value; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c < ' ' || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
            (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            return true;
    }
    return false;
}

// Escapes that a value may have, and no other.
static bool is_escaped_well(const char *value) {
    for (; *value; value++)
        if (*value == '\\' && (!value[1] || !strchr("sntr\\;", *++value)))
            return false;
    return true;
}

static char *take_value(Entry *entry, const char *key, const char *value) {
    bool is_action = g_str_has_prefix(entry->group, "Desktop Action "),
         is_directory = g_str_has_suffix(entry->path, ".directory");
    const char *pattern = "^\\b$";
    size_t count = is_action      ? G_N_ELEMENTS(action_keys)
                   : is_directory ? G_N_ELEMENTS(directory_keys)
                                  : G_N_ELEMENTS(launcher_keys);
    bool known = false;
    for (size_t i = 0; i < count && !known; i++) {
        const char *name = is_action      ? action_keys[i].key
                           : is_directory ? directory_keys[i].key
                                          : launcher_keys[i].key;
        known = strcmp(name, key) == 0;
        if (known)
            pattern = is_action      ? action_keys[i].pattern
                      : is_directory ? directory_keys[i].pattern
                                     : launcher_keys[i].pattern;
    }
    bool is_text = strcmp(key, "Name") == 0 || strcmp(key, "Comment") == 0 || strcmp(key, "Keywords") == 0;
    if (!known)
        return wrong(entry->path, "a key that we do not write", key);
    if (!is_escaped_well(value) || has_unsafe_character(value) || !*value)
        return wrong(entry->path, "a value that may not be", value);
    if (pattern ? !is_text && !matches(value, pattern) : !is_exec(entry, value, is_action))
        return wrong(entry->path, key, value);
    if (strcmp(key, "Actions") == 0) {
        g_auto(GStrv) ids = g_strsplit(value, ";", -1);
        for (char **id = ids; *id; id++)
            if (**id && !g_hash_table_add(entry->actions, g_strdup(*id)))
                return wrong(entry->path, "an action twice", *id);
    }
    return NULL;
}

static char *take_group(Entry *entry, const char *line) {
    size_t size = strlen(line);
    if (size < 3 || line[size - 1] != ']')
        return wrong(entry->path, "a torn line", line);
    g_free(entry->group);
    entry->group = g_strndup(line + 1, size - 2);
    g_hash_table_remove_all(entry->keys);
    bool first = g_hash_table_size(entry->groups) == 0;
    if (!g_hash_table_add(entry->groups, g_strdup(entry->group)))
        return wrong(entry->path, "a group twice", entry->group);
    if (first && strcmp(entry->group, "Desktop Entry") == 0)
        return NULL;
    if (!first && g_str_has_prefix(entry->group, "Desktop Action ") &&
        g_hash_table_remove(entry->actions, entry->group + strlen("Desktop Action ")))
        return NULL;
    return wrong(entry->path, "a group that nobody named", entry->group);
}

static char *take_line(Entry *entry, const char *line) {
    const char *equals = strchr(line, '=');
    if (!*line || *line == '#')
        return NULL;
    if (*line == '[')
        return take_group(entry, line);
    if (!entry->group || !equals)
        return wrong(entry->path, "neither group nor key", line);
    g_autofree char *key = g_strndup(line, equals - line);
    if (!matches(key, "^[A-Za-z0-9-]+(\\[[a-z]{2,3}(_[A-Z]{2})?(@[a-z]+)?\\])?$"))
        return wrong(entry->path, "no name for a key", key);
    if (!g_hash_table_add(entry->keys, g_strdup(key)))
        return wrong(entry->path, "a key twice", key);
    return take_value(entry, key, equals + 1);
}

static char *missing_key(const Entry *entry) {
    return g_hash_table_size(entry->groups) == 0    ? wrong(entry->path, "nothing in it", NULL)
           : g_hash_table_size(entry->actions) != 0 ? wrong(entry->path, "an action without its group", NULL)
                                                    : NULL;
}

static bool says_type(const char *text) {
    return g_str_has_prefix(text, "[Desktop Entry]\nType=");
}

static char *entry_problem(const char *path, const char *text, const char *guest, const char *railhead) {
    GHashTable *groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *actions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Entry entry = {.path = path,
                   .railhead = railhead,
                   .guest = guest,
                   .groups = groups,
                   .keys = keys,
                   .actions = actions};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char *problem = says_type(text) ? NULL : wrong(path, "it does not begin with its type", NULL);
    for (char **line = lines; *line && !problem; line++)
        problem = strlen(*line) > LINE_MAX_BYTES ? wrong(path, "a line that is too long", NULL)
                                                 : take_line(&entry, *line);
    if (!problem)
        problem = missing_key(&entry);
    g_free(entry.group);
    g_hash_table_unref(groups);
    g_hash_table_unref(keys);
    g_hash_table_unref(actions);
    return problem;
}

// XML

typedef struct Markup {
    const char *path;
    bool is_menu;
    char *problem;
    GHashTable *seen; // types or menus
    guint depth;
} Markup;

static const struct {
    const char *element, *parent, *attribute, *pattern; // pattern: of the attribute, or of the text
} menu_elements[] = {{"Menu", NULL, NULL, NULL},
                     {"Name", "Menu", NULL, "^(Applications|" ID_PATTERN ")$"},
                     {"Directory", "Menu", NULL, "^" ID_PATTERN "\\.directory$"},
                     {"Include", "Menu", NULL, NULL},
                     {"Filename", "Include", NULL, "^" ID_PATTERN "\\.desktop$"}},
  mime_elements[] = {
      {"mime-info", NULL, "xmlns", "^http://www\\.freedesktop\\.org/standards/shared-mime-info$"},
      {"mime-type", "mime-info", "type", "^application/x-extension-[a-z0-9][a-z0-9+_-]*$"},
      {"comment", "mime-type", NULL, "."},
      {"sub-class-of", "mime-type", "type", "^text/plain$"},
      {"icon", "mime-type", "name", "^" ID_PATTERN "$"},
      {"glob", "mime-type", "pattern", "^\\*\\.[a-z0-9][a-z0-9+_-]*$"}};

static void fail_markup(Markup *markup, const char *text, const char *what) {
    if (!markup->problem)
        markup->problem = wrong(markup->path, text, what);
}

static int find_element(const Markup *markup, const char *element) {
    size_t count = markup->is_menu ? G_N_ELEMENTS(menu_elements) : G_N_ELEMENTS(mime_elements);
    for (size_t i = 0; i < count; i++)
        if (strcmp(element, markup->is_menu ? menu_elements[i].element : mime_elements[i].element) == 0)
            return (int)i;
    return -1;
}

static void on_start(GMarkupParseContext *context, const char *element, const char **names,
                     const char **values, gpointer data, GError **error) {
    Markup *markup = data;
    const GSList *stack = g_markup_parse_context_get_element_stack(context);
    const char *outside = stack->next ? stack->next->data : NULL;
    int index = find_element(markup, element);
    const char *parent = index < 0         ? NULL
                         : markup->is_menu ? menu_elements[index].parent
                                           : mime_elements[index].parent;
    bool nested = markup->is_menu && strcmp(element, "Menu") == 0 && g_strcmp0(outside, "Menu") == 0;
    if (index < 0 || (g_strcmp0(parent, outside) != 0 && !nested)) {
        fail_markup(markup, "an element that may not be here", element);
        return;
    }
    const char *wanted = markup->is_menu ? NULL : mime_elements[index].attribute;
    for (size_t i = 0; names[i]; i++) {
        bool is_weight =
            strcmp(element, "glob") == 0 && strcmp(names[i], "weight") == 0 && strcmp(values[i], "5") == 0;
        bool is_wanted =
            wanted && strcmp(names[i], wanted) == 0 && matches(values[i], mime_elements[index].pattern);
        if (!is_weight && !is_wanted)
            fail_markup(markup, names[i], values[i]);
    }
    if (wanted && !names[0])
        fail_markup(markup, "no attribute", element);
    if (strcmp(element, "mime-type") == 0 && names[0] && !g_hash_table_add(markup->seen, g_strdup(values[0])))
        fail_markup(markup, "a type twice", values[0]);
}

static void on_text(GMarkupParseContext *context, const char *text, gsize size, gpointer data,
                    GError **error) {
    Markup *markup = data;
    const char *element = g_markup_parse_context_get_element(context);
    g_autofree char *copy = g_strndup(text, size);
    int index = find_element(markup, element);
    const char *pattern = index < 0         ? NULL
                          : markup->is_menu ? menu_elements[index].pattern
                                            : mime_elements[index].pattern;
    bool is_content = markup->is_menu ? pattern != NULL : strcmp(element, "comment") == 0;
    if (!is_content && *g_strstrip(copy))
        fail_markup(markup, "text that has no place", copy);
    if (is_content && markup->is_menu && !matches(copy, pattern))
        fail_markup(markup, element, copy);
    if (is_content && !markup->is_menu && has_unsafe_character(copy))
        fail_markup(markup, element, copy);
}

static char *markup_problem(const char *path, const char *text, gsize size, bool is_menu) {
    static const GMarkupParser parser = {.start_element = on_start, .text = on_text};
    g_autoptr(GError) error = NULL;
    Markup markup = {.path = path,
                     .is_menu = is_menu,
                     .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, &markup, NULL);
    if (!g_markup_parse_context_parse(context, text, (gssize)size, &error) ||
        !g_markup_parse_context_end_parse(context, &error))
        fail_markup(&markup, "it is no XML", error->message);
    g_hash_table_unref(markup.seen);
    return markup.problem;
}

// Files

static char *path_problem(const char *path, const char *guest) {
    g_autofree char *element = g_strdelimit(g_strdup(guest), "-", '_');
    g_autofree char *pattern = g_strdup_printf(
        "^(applications/io\\.railhead\\.%s\\.a[0-9a-f]{16}\\.desktop|desktop-directories/"
        "io\\.railhead\\.%s\\."
        "(menu|f[0-9a-f]{16})\\.directory|menus/applications-merged/io\\.railhead\\.%s\\.menu\\.menu|mime/"
        "packages/io\\.railhead\\.%s\\.xml|icons/hicolor/(\\d+)x\\3/apps/"
        "io\\.railhead\\.%s\\.[a-z0-9]+\\.png)$",
        element, element, element, element, element);
    return matches(path, pattern) ? NULL : wrong(path, "no place of the guest's", NULL);
}

char *strict_problem(const char *path, GBytes *bytes, const char *guest, const char *railhead) {
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    char *problem = path_problem(path, guest);
    if (problem)
        return problem;
    if (g_str_has_suffix(path, ".png"))
        return size > 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0 ? NULL : wrong(path, "no PNG", NULL);
    if (!g_utf8_validate(data, (gssize)size, NULL))
        return wrong(path, "no UTF-8", NULL);
    g_autofree char *text = g_strndup(data, size);
    if (g_str_has_suffix(path, ".desktop") || g_str_has_suffix(path, ".directory"))
        return entry_problem(path, text, guest, railhead);
    return markup_problem(path, text, size, g_str_has_suffix(path, ".menu"));
}

char *strict_problem_of_all(GHashTable *files, const char *guest, const char *railhead) {
    GHashTableIter iter;
    gpointer path, bytes;
    char *problem = NULL;
    g_hash_table_iter_init(&iter, files);
    while (!problem && g_hash_table_iter_next(&iter, &path, &bytes))
        problem = strict_problem(path, bytes, guest, railhead);
    return problem;
}
