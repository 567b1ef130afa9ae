// SPDX-License-Identifier: Apache-2.0
// What becomes of each application of a catalogue by default: reads bodies of APP, each behind its u16 size,
// from stdin and prints `ID VERDICT` for each.
//   curated [windows-too]
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"
#include "shortcuts/curate.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv) {
    static uint8_t body[65536];
    uint8_t size[2];
    Catalogue catalogue;
    catalogue_init(&catalogue);
    while (fread(size, 1, sizeof size, stdin) == sizeof size) {
        size_t length = size[0] | (size_t)size[1] << 8;
        App *app = fread(body, 1, length, stdin) == length ? app_decode(body, length) : NULL;
        if (!app || !catalogue_put(&catalogue, app))
            return 1;
    }
    for (size_t i = 0; i < catalogue.apps.count; i++) {
        const App *app = catalogue_app(&catalogue, i);
        printf("%016" PRIx64 " %s\n", app->id, curate_to_string(curate_app(&catalogue, app, argc > 1)));
    }
    catalogue_clear(&catalogue);
    return 0;
}
