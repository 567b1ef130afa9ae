// SPDX-License-Identifier: Apache-2.0
// All documents must be of one type, and the type have a verb of the application; then the guest's shell does
// it, by DDE to a program that runs already, if that is how the program wants it.
#include "host-agent/open-with.h"
#include <glib.h>
#include <string.h>

static uint64_t type_of(const char *name) {
    g_autofree char *scheme = g_uri_parse_scheme(name);
    if (scheme && strlen(scheme) > 1) {
        g_autofree char *lower = g_ascii_strdown(scheme, -1);
        return file_type_id(FILE_TYPE_SCHEME, lower);
    }
    const char *leaf = strrchr(name, '\\'), *dot = strrchr(leaf ? leaf : name, '.');
    g_autofree char *lower = g_utf8_strdown(dot ? dot : "", -1);
    return dot ? file_type_id(FILE_TYPE_EXTENSION, lower) : 0;
}

static uint64_t type_of_uri(const char *uri) {
    g_autofree char *path = g_str_has_prefix(uri, "file:") ? g_filename_from_uri(uri, NULL, NULL) : NULL;
    g_autofree char *leaf = path ? g_path_get_basename(path) : NULL;
    return type_of(leaf ? leaf : uri);
}

static const FileVerb *verb_of(const FileType *type, uint64_t app) {
    const FileVerb *found = NULL;
    for (size_t i = 0; i < type->n_verbs; i++) {
        const FileVerb *verb = &type->verbs[i];
        bool opens = (verb->flags & FILE_VERB_DEFAULT) || g_ascii_strcasecmp(verb->verb, "open") == 0;
        if (verb->app == app && opens && (!found || verb->flags & FILE_VERB_DEFAULT))
            found = verb;
    }
    return found;
}

bool open_with_verb(const Catalogue *catalogue, uint64_t app, char *const *names, uint64_t *ret_type,
                    uint64_t *ret_verb) {
    uint64_t id = *names ? type_of(*names) : 0;
    for (size_t i = 0; names[i]; i++)
        if (type_of(names[i]) != id)
            return false;
    const FileType *type = id ? catalogue_find_type(catalogue, id) : NULL;
    const FileVerb *verb = type ? verb_of(type, app) : NULL;
    if (!verb)
        return false;
    *ret_type = type->id;
    *ret_verb = verb->id;
    return true;
}

uint64_t open_with_default(const Catalogue *catalogue, const char *uri) {
    const FileType *type = catalogue_find_type(catalogue, type_of_uri(uri));
    uint64_t app = 0;
    for (size_t i = 0; type && i < type->n_verbs; i++)
        if (type->verbs[i].app && (!app || type->verbs[i].flags & FILE_VERB_DEFAULT))
            app = type->verbs[i].app;
    return app;
}
