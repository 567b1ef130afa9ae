// SPDX-License-Identifier: Apache-2.0
// Which verb of the guest's shell opens documents with an application. Pure.
#pragma once
#include "rail/catalogue.h"

// names: of documents in the guest, or addresses; up to a NULL. False: no verb of the application opens all
// of them, so they are arguments of its program.
bool open_with_verb(const Catalogue *catalogue, uint64_t app, char *const *names, uint64_t *ret_type,
                    uint64_t *ret_verb);

// The guest's own program for a file or an address (URI) of the host, 0: none.
uint64_t open_with_default(const Catalogue *catalogue, const char *uri);
