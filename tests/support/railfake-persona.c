// SPDX-License-Identifier: Apache-2.0
// The table of personas. What is known of each Windows comes from MS-RDPERP and MS-RDPBCGR; XP's part is
// what its documented work-arounds imply. Pure.
#include "tests/support/railfake-persona.h"

#include <stddef.h>
#include <string.h>

static const FakePersona personas[] = {
    {.name = "xp",
     .security = FAKE_SECURITY_RDP,
     .shell = "rdpinit.exe",
     .build = 2600,
     .depth = 16,
     .outset = 4},
    {.name = "win7",
     .security = FAKE_SECURITY_TLS,
     .answers_negotiation = true,
     .announces_rail = true,
     .has_app_id = true,
     .build = 7601,
     .depth = 32,
     .outset = 8},
    {.name = "win10",
     .security = FAKE_SECURITY_TLS,
     .answers_negotiation = true,
     .announces_rail = true,
     .extended_handshake = true,
     .hidef = true,
     .has_display = true,
     .has_app_id = true,
     .build = 19045,
     .handshake_flags = 0x07, // HIDEF, EXTENDED_SPI, SNAP_ARRANGE
     .depth = 32,
     .outset = 8,
     .margin = 7,
     .marker = 0x400510},
};

const FakePersona *fake_persona_named(const char *name) {
    for (size_t i = 0; i < sizeof personas / sizeof *personas; i++)
        if (strcmp(personas[i].name, name) == 0)
            return &personas[i];
    return NULL;
}
