// SPDX-License-Identifier: Apache-2.0
// One line in the guest's state folder. What is accepted later is what was shown then, not what the guest
// shows at that time.
#include "host-agent/refused-certificate.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "host-agent/machine/folders.h"

#define DIGITS 64

static char *file_of(const char *guest) {
    g_autofree char *folder = folder_state(guest);
    return g_build_filename(folder, "refused-certificate", NULL);
}

void refused_certificate_save(const char *guest, const char *fingerprint) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_state(guest), *path = file_of(guest);
    g_autofree char *text = g_strconcat(fingerprint, "\n", NULL);
    if (!folder_make(folder, &error) ||
        !g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        g_warning("%s: the refused certificate is not noted: %s", guest, error->message);
}

char *refused_certificate_load(const char *guest) {
    g_autofree char *path = file_of(guest), *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    g_strstrip(text);
    bool is_one = strlen(text) == DIGITS && strspn(text, "0123456789abcdef") == DIGITS;
    return is_one ? g_steal_pointer(&text) : NULL;
}

void refused_certificate_remove(const char *guest) {
    g_autofree char *path = file_of(guest);
    g_unlink(path);
}
