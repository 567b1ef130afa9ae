#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real agent, session and compositor against a scripted guest, under a private X server with openbox: a window comes with the
right pixels, follows the guest and the user, takes input, comes back after a broken connection, and is closed.

usage: whole.py BUILD-DIR xp|win7|win10     Exit 77: a component is not here."""
import sys

from desk import RAILHEAD, run, until
from desktop import check, geometry, is_viewable

PERSONA = sys.argv[2] if len(sys.argv) > 2 else "win10"
WINDOW, LATE, LAUNCHED = 0x20010, 0x20020, 0x30020
SCRIPT = f'''
window {WINDOW} box=150,120,400,300 title="Probe one"
look {WINDOW} colour=80c0f8
app 00000000000000a1 name="Probe" group="Tests"
on launch do window {LAUNCHED} box=640,160,240,180 title="Launched"
on launch do window-app {LAUNCHED} $app process=4000
'''


def comes_up(desk):
    xid = desk.shown(WINDOW)
    check(geometry(desk.home, xid) == (150, 120, 400, 300), "it is where the guest has it")
    desk.until_pixel(xid, 200, 150, "80c0f8")


def follows_the_guest(desk):
    xid = desk.shown(WINDOW)
    desk.fake.send(f'window {WINDOW} title="Renamed" box=300,200,420,260')
    until(lambda: geometry(desk.home, xid) == (300, 200, 420, 260), 20, "the window moves with the guest")
    until(lambda: "Renamed" in desk.home.output(["xprop", "-id", str(xid), "_NET_WM_NAME"]), 20, "and is renamed")
    desk.fake.send(f"look {WINDOW} colour=f88040", f"paint {WINDOW}")
    desk.until_pixel(xid, 410, 250, "f88040")


def follows_the_user(desk):
    xid = desk.shown(WINDOW)
    desk.fake.forget()
    desk.home.run(["xdotool", "windowmove", str(xid), "90", "70"])
    moved = desk.fake.wait("window-move", window=WINDOW)
    margin = 7 if PERSONA == "win10" else 0
    check((moved["x"], moved["y"]) == (90 - margin, 70), f"the guest is told where its window is: {moved}")
    until(lambda: geometry(desk.home, xid)[:2] == (90, 70), 20, "there it stays")


def takes_input(desk):
    xid = desk.shown(WINDOW)
    desk.fake.forget()
    desk.home.run(["xdotool", "mousemove", "--window", str(xid), "20", "30", "click", "1"])
    desk.fake.wait("mouse", flags=0x9000, x=110, y=100)
    desk.home.run(["xdotool", "key", "--window", "0", "a"])
    desk.fake.wait("key", code=0x1E, down=1)


def launches(desk):
    done = desk.home.run([RAILHEAD, "run", "Probe"])
    check(done.returncode == 0, f"run: exit {done.returncode} {done.stderr.strip()}")
    window = desk.window(LAUNCHED)
    check(window["wm_class"] == "io.railhead.fake.a00000000000000a1", f"the window is the application's: {window['wm_class']}")
    desk.fake.send(f"delete {LAUNCHED}")
    until(lambda: not desk.window(LAUNCHED), 20, "the guest closes it")


def waits_for_pixels(desk):
    """A window whose surface is there but has not been drawn to is not shown; RDPGFX only."""
    if PERSONA != "win10":
        return
    desk.fake.send("manner paint off", f'window {LATE} box=600,400,200,100 title="Late"', f"window-app {LATE} 00000000000000a1 process=4000",
                   "surface 70 new box=0,0,200,100", f"surface 70 map window={LATE} box=0,0,200,100", f'window {WINDOW} title="After that"')
    until(lambda: (desk.window(WINDOW) or {}).get("title") == "After that", 20, "all that is known")
    late = desk.window(LATE)
    check(late and not is_viewable(desk.home, late["x_window"]), "a window without pixels is not shown")
    desk.fake.send("frame begin", "surface 70 fill box=0,0,200,100 colour=40a060", "frame end")
    until(lambda: is_viewable(desk.home, late["x_window"]), 20, "and is with the first")
    desk.until_pixel(late["x_window"], 100, 50, "40a060")
    desk.fake.send(f"delete {LATE}", "surface 70 delete", "manner paint on")
    until(lambda: not desk.window(LATE), 20, "it goes")


def maximises(desk):
    """As Windows does it: the window reaches beyond the work area, and the host shows it as maximised all the same."""
    xid = desk.shown(WINDOW)
    desk.fake.send(f"show {WINDOW} maximised")
    until(lambda: "MAXIMIZED_VERT" in desk.state(xid), 20, "the window is maximised")
    desk.fake.send(f"show {WINDOW} normal")
    until(lambda: "MAXIMIZED" not in desk.state(xid), 20, "and is not any more")


def has_its_shape(desk):
    """Windows 10 tells a maximised window's rectangles 8 pixels off: no shape. Rounded corners of Windows XP: one."""
    xid = desk.shown(WINDOW)

    def shape(title):
        desk.fake.send(f'window {WINDOW} title="{title}"')
        until(lambda: title in desk.home.output(["xprop", "-id", str(xid), "_NET_WM_NAME"]), 20, f"title {title}")
        return desk.home.output(["xwininfo", "-id", str(xid), "-shape"])
    desk.fake.send(f"window {WINDOW} box=0,0,1600,1200 shape=8,8,1616,1216 show=maximised")
    check("No window shape defined" in shape("wide"), "rectangles beyond the window do not cut it")
    desk.fake.send(f"window {WINDOW} box=300,200,420,260 show=normal shape=5,0,410,5;0,5,420,255")
    check("Window shape extents:  420x260+0+0" in shape("round"), "rounded corners are cut")
    desk.fake.send(f"window {WINDOW} shape=0,0,420,260")
    check("No window shape defined" in shape("square"), "and are there again")


def comes_back(desk):
    desk.fake.forget()
    desk.fake.send("drop")
    check(desk.fake.wait("ready", 60)["client"] > 1, "the agent connects anew to a guest that vanished")
    until(lambda: (desk.window(WINDOW) or {}).get("painted") and not desk.window(WINDOW)["stale"], 20,
          "the window is there again, painted")


def closes(desk):
    desk.activate(desk.shown(WINDOW))
    desk.fake.forget()
    desk.home.run(["xdotool", "key", "alt+F4"])  # openbox' key for closing the active window
    desk.fake.wait("system-command", window=WINDOW, command=0xF060)
    until(lambda: not desk.window(WINDOW), 20, "the window is gone")


sys.exit(run([comes_up, follows_the_guest, follows_the_user, takes_input, launches, waits_for_pixels, maximises, has_its_shape, comes_back,
              closes], PERSONA, SCRIPT))
