// SPDX-License-Identifier: Apache-2.0
// Extensions and schemes of the guest as MIME types. Pure. An extension reaches the package only when it is
// letters and digits, a description only as escaped label; globs have the lowest weight, so a type that the
// host learns later wins over ours (shared MIME-info specification 2.4).
#include "shortcuts/mime.h"
#include <stdlib.h>
#include <string.h>
#include "rail/utf.h"
#include "shortcuts/launcher.h"

#define WORD_BYTES_MAX 32
#define LABEL_BYTES    120
#define ALPHABET       "abcdefghijklmnopqrstuvwxyz0123456789"

// What a double click would run on one of the two sides.
static const char *const never_extensions[] = {
    "bat", "cmd", "com", "cpl", "desktop", "dll", "exe", "hta", "inf", "js",  "jse", "lnk", "msc", "msi",
    "msp", "pif", "ps1", "reg", "scf",     "scr", "sh",  "sys", "url", "vbe", "vbs", "wsf", NULL};
static const char *const never_schemes[] = {"about", "data",      "file",  "javascript", "ms-msdt",
                                            "res",   "search-ms", "shell", "vbscript",   NULL};
static const char *const web_schemes[] = {"http", "https", "mailto", "ftp", NULL};

// Letters and digits, and in between also some of `marks`.
static bool is_word(const char *text, const char *marks) {
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if (!strchr(ALPHABET, text[i]) && (i == 0 || !strchr(marks, text[i])))
            return false;
    return length > 0 && length <= WORD_BYTES_MAX;
}

static const char *extension_of(const FileType *type) {
    const char *extension = type->name[0] == '.' ? type->name + 1 : "";
    bool good = is_word(extension, "+-_") && !g_strv_contains(never_extensions, extension);
    return type->kind == FILE_TYPE_EXTENSION && good ? extension : NULL;
}

bool mime_is_own(const char *mime_type) {
    return g_str_has_prefix(mime_type, MIME_OWN_PREFIX);
}

static char *known_type(const char *extension, MimeSource source, gpointer user) {
    char *known = source ? source(extension, user) : NULL;
    if (known && mime_is_own(known))
        g_clear_pointer(&known, g_free);
    return known;
}

char *mime_type_of(const FileType *type, MimeSource source, gpointer user, bool web) {
    if (type->kind == FILE_TYPE_SCHEME) {
        bool allowed = is_word(type->name, "+-.") && !g_strv_contains(never_schemes, type->name) &&
                       (web || !g_strv_contains(web_schemes, type->name));
        return allowed ? g_strdup_printf("x-scheme-handler/%s", type->name) : NULL;
    }
    const char *extension = extension_of(type);
    if (!extension)
        return NULL;
    char *known = known_type(extension, source, user);
    return known ? known : g_strconcat(MIME_OWN_PREFIX, extension, NULL);
}

static void add_type(GString *xml, const char *guest, const FileType *type, const char *extension) {
    char *label = utf8_label(type->description, LABEL_BYTES);
    g_autofree char *icon = type->icon ? launcher_icon_name(guest, type->icon) : NULL;
    g_string_append_printf(xml, "  <mime-type type=\"" MIME_OWN_PREFIX "%s\">\n", extension);
    if (*label) {
        g_autofree char *comment = g_markup_printf_escaped("    <comment>%s</comment>\n", label);
        g_string_append(xml, comment);
    }
    if (strcmp(type->perceived_type, "text") == 0)
        g_string_append(xml, "    <sub-class-of type=\"text/plain\"/>\n");
    if (icon)
        g_string_append_printf(xml, "    <icon name=\"%s\"/>\n", icon);
    g_string_append_printf(xml, "    <glob pattern=\"*.%s\" weight=\"5\"/>\n  </mime-type>\n", extension);
    free(label);
}

char *mime_package(const char *guest, const Catalogue *catalogue, MimeSource source, gpointer user) {
    GString *xml =
        g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<mime-info xmlns=\"http://www.freedesktop.org/standards/shared-mime-info\">\n");
    g_autoptr(GHashTable) declared =
        g_hash_table_new(g_str_hash, g_str_equal); // ids and names are two things
    bool any = false;
    for (size_t i = 0; i < catalogue->types.count; i++) {
        const FileType *type = catalogue_type(catalogue, i);
        const char *extension = extension_of(type);
        g_autofree char *known = extension ? known_type(extension, source, user) : NULL;
        if (!extension || known || !g_hash_table_add(declared, (gpointer)extension))
            continue;
        add_type(xml, guest, type, extension);
        any = true;
    }
    g_string_append(xml, "</mime-info>\n");
    return g_string_free(xml, !any);
}
