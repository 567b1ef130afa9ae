// SPDX-License-Identifier: Apache-2.0
// Looks at what an entry of the Start menu starts, and only then at its name, which is in the guest's
// language. The user's choice stands above all of this. Pure.
#include "shortcuts/curate.h"
#include <glib.h>
#include <string.h>

static const char *const document_extensions[] = {"chm", "diz", "doc", "hlp", "htm", "html", "md", "mht",
                                                  "nfo", "pdf", "rtf", "txt", "wri", "xml",  NULL};
static const char *const uninstall_words[] = {"uninstall",   "uninst",         "unwise",
                                              "deinstall",   "deinstallieren", "désinstaller",
                                              "desinstalar", "disinstalla",    NULL};

static const char *base_of(const char *target) {
    const char *slash = strrchr(target, '\\');
    return slash ? slash + 1 : target;
}

static bool has_extension(const char *target, const char *const *extensions) {
    const char *dot = strrchr(base_of(target), '.');
    g_autofree char *extension = g_ascii_strdown(dot ? dot + 1 : "", -1);
    return g_strv_contains(extensions, extension);
}

static bool says_uninstall(const char *text) {
    g_autofree char *folded = g_utf8_casefold(text, -1);
    for (const char *const *word = uninstall_words; *word; word++) {
        g_autofree char *word_folded = g_utf8_casefold(*word, -1);
        if (strstr(folded, word_folded))
            return true;
    }
    return false;
}

static bool is_uninstaller(const App *app) {
    const char *base = base_of(app->target);
    g_autofree char *arguments = g_ascii_strdown(app->arguments, -1);
    if (g_ascii_strcasecmp(base, "msiexec.exe") == 0)
        return strstr(arguments, "/x") != NULL;
    return g_ascii_strncasecmp(base, "unins", 5) == 0 || says_uninstall(base) || says_uninstall(app->name) ||
           strstr(arguments, "/uninstall") || strstr(arguments, "-uninstall");
}

// Of entries with the same name that start the same, the one with the lowest id stays.
static bool is_duplicate(const Catalogue *catalogue, const App *app) {
    for (size_t i = 0; i < catalogue->apps.count; i++) {
        const App *other = catalogue_app(catalogue, i);
        if (other->id >= app->id)
            return false;
        if (other->kind == app->kind && strcmp(other->name, app->name) == 0 &&
            g_ascii_strcasecmp(other->target, app->target) == 0 &&
            strcmp(other->arguments, app->arguments) == 0)
            return true;
    }
    return false;
}

CurateVerdict curate_app(const Catalogue *catalogue, const App *app, bool windows_too) {
    static const char *const link[] = {"url", "website", NULL};
    if (app->kind == APP_KIND_HANDLER)
        return CURATE_HANDLER;
    if (app->kind == APP_KIND_FOLDER)
        return CURATE_FOLDER;
    if (app->kind == APP_KIND_LINK || has_extension(app->target, link))
        return CURATE_LINK;
    if (has_extension(app->target, document_extensions))
        return CURATE_DOCUMENT;
    if (is_uninstaller(app))
        return CURATE_UNINSTALLER;
    if (app->of_windows && !windows_too)
        return CURATE_WINDOWS;
    return is_duplicate(catalogue, app) ? CURATE_DUPLICATE : CURATE_SHOW;
}

const char *curate_to_string(CurateVerdict verdict) {
    static const char *const names[] = {"shown", "handler", "uninstaller", "document",
                                        "link",  "folder",  "windows",     "duplicate"};
    return names[verdict];
}
