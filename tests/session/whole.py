#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real agent, session and compositor against a scripted guest, under a private X server with openbox: a window comes with the
right pixels, follows the guest and the user, takes input and is closed.

usage: whole.py BUILD-DIR xp|win7|win10     Exit 77: a component is not here."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [f"{HERE}/../wine", f"{HERE}/../support"]
from desktop import BUILD, RAILHEAD, Home, check, geometry, is_viewable, say, until, windows, with_session_bus  # noqa: E402
from railfake import RailFake  # noqa: E402

PERSONA = sys.argv[2] if len(sys.argv) > 2 else "win10"
WINDOW = 0x20010
SCRIPT = f'''
window {WINDOW} box=150,120,400,300 title="Probe one"
look {WINDOW} colour=80c0f8
app 00000000000000a1 name="Probe" group="Tests"
on launch do window-app {WINDOW} $app process=4000
'''


def shown(home, guest_window):
    found = [w for w in windows(home) if int(str(w["guest_window"]), 0) == guest_window]
    return found[0] if found else None


def pixel(home, xid, x, y):
    image = subprocess.run(["import", "-window", str(xid), "-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"], env=home.env,
                           stdout=subprocess.PIPE, check=True, timeout=60).stdout
    return image[:3].hex()


def close_to(colour, wanted):
    """Equal but for what 16 bits per pixel lose."""
    return all(abs(int(colour[i:i + 2], 16) - int(wanted[i:i + 2], 16)) <= 8 for i in (0, 2, 4))


def comes_up(home, fake):
    fake.join(home, RAILHEAD, "fake", *(['security=rdp'] if PERSONA == 'xp' else []))
    window = until(lambda: shown(home, WINDOW), 30, "the window is listed")
    xid = window["x_window"]
    until(lambda: is_viewable(home, xid), 20, "it is mapped")
    check(geometry(home, xid)[2:] == (400, 300), f"its size is the guest's: {geometry(home, xid)}")
    until(lambda: close_to(pixel(home, xid, 200, 150), "80c0f8"), 20, "its pixels are the guest's")
    return xid


def follows_the_guest(home, fake, xid):
    fake.send(f'window {WINDOW} title="Renamed" box=300,200,420,260')
    until(lambda: geometry(home, xid) == (300, 200, 420, 260), 20, "the window moves with the guest")
    until(lambda: "Renamed" in home.output(["xprop", "-id", str(xid), "_NET_WM_NAME"]), 20, "and is renamed")
    fake.send(f"look {WINDOW} colour=f88040", f"paint {WINDOW}")
    until(lambda: close_to(pixel(home, xid, 410, 250), "f88040"), 20, "and repainted")


def follows_the_user(home, fake, xid):
    fake.forget()
    home.run(["xdotool", "windowmove", str(xid), "90", "70"])
    moved = fake.wait("window-move", window=WINDOW)
    margin = 7 if PERSONA == "win10" else 0
    check((moved["x"], moved["y"]) == (90 - margin, 70), f"the guest is told where its window is: {moved}")
    until(lambda: geometry(home, xid)[:2] == (90, 70), 20, "there it stays")
    fake.forget()
    home.run(["xdotool", "mousemove", "--window", str(xid), "20", "30", "click", "1"])
    fake.wait("mouse", flags=0x9000, x=110, y=100)
    home.run(["xdotool", "key", "--window", "0", "a"])
    fake.wait("key", code=0x1E, down=1)
    check(True, "clicks and keys reach the guest")


def closes(home, fake):
    fake.forget()
    home.run(["xdotool", "key", "alt+F4"])  # openbox' key for closing the active window
    fake.wait("system-command", window=WINDOW, command=0xF060)
    until(lambda: not shown(home, WINDOW), 20, "the window is gone")


def main():
    missing = next((tool for tool in ("Xvfb", "openbox", "xdotool", "import", "dbus-run-session") if not shutil.which(tool)), None)
    if missing:
        print(f"{missing} is not here")
        return 77
    with_session_bus()
    home, fake, good = Home(), None, False
    try:
        home.start_desktop()
        fake = RailFake(BUILD, f"{home.root}/guest", PERSONA, SCRIPT)
        xid = comes_up(home, fake)
        follows_the_guest(home, fake, xid)
        follows_the_user(home, fake, xid)
        closes(home, fake)
        good = True
    finally:
        if fake and not good:
            for event in fake.all[-20:]:
                say(event)
        home.end(keep=not good)
        if fake:
            fake.end()
    return 0


sys.exit(main())
