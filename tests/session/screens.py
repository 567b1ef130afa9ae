#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real agent and the host's screens, against a scripted guest: one that cannot be told of larger monitors is connected anew, and
one that cannot be told of a resolution is shown enlarged.

usage: screens.py BUILD-DIR outgrown|enlarged xp|win7|win10     Exit 77: a component is not here."""
import sys

from desk import BUILD, run, until
from desktop import check, geometry

WHAT, PERSONA = sys.argv[2:4]
WINDOW = 0x20010
SCRIPT = f'''
window {WINDOW} box=150,120,300,200 title="Probe one"
look {WINDOW} colour=80c0f8
'''


def set_monitors(desk, *monitors):
    done = desk.home.run([f"{BUILD}/tests/x11/set-monitors", *monitors])
    check(done.returncode == 0, f"monitors {' '.join(monitors)}")


def smaller_ones_fit(desk):
    xid = desk.shown(WINDOW)
    active = desk.fake.wait("active")
    check((active["width"], active["height"]) == (1600, 1200), f"the desktop spans the host's: {active}")
    desk.fake.forget()
    set_monitors(desk, "1000x800+0+0*")
    desk.fake.wait("system-parameter", parameter=0x2F, width=1000, height=800)
    check(not desk.fake.events("gone") and geometry(desk.home, xid) == (150, 120, 300, 200), "the guest has the work area, nothing else")


def larger_ones_do_not(desk):
    desk.fake.forget()
    set_monitors(desk, "1600x1200+0+0*", "800x600+1600+0")
    active = desk.fake.wait("active", 60)
    check((active["width"], active["height"]) == (2400, 1200), f"connected anew with {active['width']}x{active['height']}")
    desk.fake.wait("ready", 60)
    until(lambda: (desk.window(WINDOW) or {}).get("painted") and not desk.window(WINDOW)["stale"], 30, "the window is there again")
    check(geometry(desk.home, desk.shown(WINDOW)) == (150, 120, 300, 200), "where it was")


def is_enlarged(desk):
    active = desk.fake.wait("active")
    check((active["width"], active["height"]) == (800, 600), f"the guest's desktop is half of the host's: {active}")
    xid = desk.shown(WINDOW)
    until(lambda: geometry(desk.home, xid) == (300, 240, 600, 400), 20, f"twice as large: {geometry(desk.home, xid)}")
    for x, y in ((0, 0), (599, 399), (301, 77)):
        desk.until_pixel(xid, x, y, "80c0f8")


def input_is_the_guests(desk):
    xid = desk.shown(WINDOW)
    for x, y in ((20, 30), (21, 31), (599, 399)):
        desk.fake.forget()
        desk.home.run(["xdotool", "mousemove", "--window", str(xid), str(x), str(y), "click", "1"])
        desk.fake.wait("mouse", flags=0x9000, x=150 + x // 2, y=120 + y // 2)


def moves_by_half(desk):
    xid = desk.shown(WINDOW)
    desk.fake.forget()
    desk.home.run(["xdotool", "windowmove", str(xid), "91", "71"])  # between two pixels of the guest
    margin = 7 if PERSONA == "win10" else 0
    desk.fake.wait("window-move", window=WINDOW, x=45 - margin, y=35)
    desk.fake.send(f'window {WINDOW} title="Renamed"')
    until(lambda: "Renamed" in desk.home.output(["xprop", "-id", str(xid), "_NET_WM_NAME"]), 20, "renamed")
    check(geometry(desk.home, xid)[:2] == (91, 71), "it stays where the user has it")
    desk.fake.send(f"window {WINDOW} box=200,100,320,180")
    until(lambda: geometry(desk.home, xid) == (400, 200, 640, 360), 20, f"and follows the guest: {geometry(desk.home, xid)}")


if WHAT == "outgrown":
    sys.exit(run([smaller_ones_fit, larger_ones_do_not], PERSONA, SCRIPT))
sys.exit(run([is_enlarged, input_is_the_guests, moves_by_half], PERSONA, SCRIPT, profile=["scale=2"]))
