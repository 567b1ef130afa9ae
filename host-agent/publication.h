// SPDX-License-Identifier: Apache-2.0
// The host's replica of what a guest publishes: updates are applied as a whole at SYNC_END (PROTOCOL.md 3.2),
// checked by hash, acknowledged, and kept in a file over restarts.
#pragma once
#include <glib.h>
#include "rail/catalogue.h"

typedef struct Publication Publication;

typedef struct PublicationCallbacks {
    void (*send)(uint16_t type, const uint8_t *body, size_t size, gpointer user);
    void (*updated)(bool changed, gpointer user); // an update ended well, or a first one was refused
} PublicationCallbacks;

Publication *publication_new(const char *file, const PublicationCallbacks *callbacks,
                             gpointer user); // loads the file
void publication_free(Publication *publication);
const Catalogue *publication_catalogue(const Publication *publication);
// Why an update was refused, or the catalogue is not kept on disk; NULL: neither.
const char *publication_problem(const Publication *publication);
void publication_begin_connection(Publication *publication); // an update without end is forgotten
bool publication_is_fresh(const Publication *publication);   // an update ended in this connection
bool publication_take(Publication *publication, uint16_t type, const uint8_t *untrusted_body,
                      size_t size); // false: not its business
