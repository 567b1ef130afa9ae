// SPDX-License-Identifier: Apache-2.0
// Looks an application up in the catalogues of the guests: by id, by its whole name ignoring case, or by what
// it opens. Pure.
#include "host-agent/resolve.h"
#include <stdlib.h>
#include <string.h>
#include "host-agent/open-with.h"
#include "shortcuts/launcher.h"

#define ID_DIGITS 16

static uint64_t id_of(const char *text) {
    if (strlen(text) != ID_DIGITS || strspn(text, "0123456789abcdefABCDEF") != ID_DIGITS)
        return 0;
    return g_ascii_strtoull(text, NULL, 16);
}

static bool is_called(const App *app, const char *folded) {
    char *label = launcher_label(app);
    g_autofree char *name = g_utf8_casefold(label, -1);
    free(label);
    return strcmp(name, folded) == 0;
}

ResolveResult resolve_app(GPtrArray *guests, const char *guest_name, const char *text,
                          Resolved *ret_resolved) {
    uint64_t id = id_of(text);
    g_autofree char *folded = g_utf8_casefold(text, -1);
    size_t found = 0;
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        const Catalogue *catalogue = guest_catalogue(guest);
        if (*guest_name && strcmp(guest_profile(guest)->name, guest_name) != 0)
            continue;
        for (size_t j = 0; j < catalogue->apps.count; j++)
            if (id ? catalogue_app(catalogue, j)->id == id : is_called(catalogue_app(catalogue, j), folded)) {
                *ret_resolved = (Resolved){guest, catalogue_app(catalogue, j)->id};
                found++;
            }
    }
    return found == 0 ? RESOLVE_UNKNOWN : found == 1 ? RESOLVE_FOUND : RESOLVE_AMBIGUOUS;
}

ResolveResult resolve_opener(GPtrArray *guests, const char *guest_name, const char *uri,
                             Resolved *ret_resolved) {
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        bool is_named = strcmp(guest_profile(guest)->name, guest_name) == 0;
        uint64_t app = is_named ? open_with_default(guest_catalogue(guest), uri) : 0;
        *ret_resolved = (Resolved){guest, app};
        if (app)
            return RESOLVE_FOUND;
    }
    return RESOLVE_UNKNOWN;
}
