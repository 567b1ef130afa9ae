// SPDX-License-Identifier: Apache-2.0
// RDPGFX surfaces of the scripted server: nothing is paced, everything is uncompressed.
#pragma once
#include "guest-agent/embedded/rdp-display.h"
#include "tests/support/record.h"

typedef struct FakeGfx FakeGfx;

typedef struct FakeGfxEvents {
    void (*on_ready)(void *user);
    void (*record)(void *user, Record *record); // takes it
} FakeGfxEvents;

FakeGfx *fake_gfx_new(rdpContext *context, HANDLE manager, const FakeGfxEvents *events, void *user);
void fake_gfx_free(FakeGfx *gfx);
HANDLE fake_gfx_event(FakeGfx *gfx); // NULL: none yet
bool fake_gfx_pump(FakeGfx *gfx);
bool fake_gfx_is_ready(const FakeGfx *gfx);

void fake_gfx_create(FakeGfx *gfx, uint16_t surface, uint16_t width, uint16_t height, bool alpha);
void fake_gfx_delete(FakeGfx *gfx, uint16_t surface);
void fake_gfx_map(FakeGfx *gfx, uint16_t surface, uint64_t window, uint32_t width, uint32_t height,
                  bool scaled);
void fake_gfx_begin(FakeGfx *gfx);
void fake_gfx_end(FakeGfx *gfx);
// Pixels of a box of the surface, BGRX or BGRA, tight rows.
void fake_gfx_paint(FakeGfx *gfx, uint16_t surface, Box box, const uint8_t *pixels, bool alpha);
void fake_gfx_reset(FakeGfx *gfx, const Layout *layout);
