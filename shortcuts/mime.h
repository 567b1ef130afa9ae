// SPDX-License-Identifier: Apache-2.0
// The MIME types of a guest's file types: the host's own where it knows the extension, else one of ours that
// a package of the shared MIME database declares.
#pragma once
#include <glib.h>
#include "rail/catalogue.h"

#define MIME_OWN_PREFIX "application/x-extension-" // one type per extension, the same for all guests

// The host's MIME type of an extension without its dot, NULL when it does not know one.
typedef char *(*MimeSource)(const char *extension, gpointer user);

// The name a handler puts into MimeType=: NULL for what is never handed to a guest (programs, scripts,
// launchers; schemes like file or javascript), and for the web's and mail's schemes unless `web` is wanted.
char *mime_type_of(const FileType *type, MimeSource source, gpointer user, bool web);
bool mime_is_own(const char *mime_type);

// The package for the types of ours that the catalogue needs; NULL when there are none.
char *mime_package(const char *guest, const Catalogue *catalogue, MimeSource source, gpointer user);
