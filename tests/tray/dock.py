#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tray that knows X alone (tint2): without a watcher on the bus Railhead's icon docks there and its list launches an application; a
watcher that comes takes it out, and one that goes brings it back; another tray gets it, too.

usage: dock.py BUILD-DIR [SCREENSHOT-FOLDER]     Exit 77: a component is not here."""
import os
import shutil
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../session")]
import bindings  # noqa: E402
bindings.need()
import bus  # noqa: E402
import panel  # noqa: E402
from desk import run, until  # noqa: E402
from desktop import check, with_session_bus  # noqa: E402

SCRIPT = panel.SCRIPT + "".join(f'app {0x2000 + n:016x} name="Many {n:02}" group="Many"\n' for n in range(90))
SETTINGS = """panel_items = S
panel_size = 300 32
panel_position = top left horizontal
systray_icon_size = 24
systray_sort = left2right
systray_padding = 4 4 4
rounded = 0
background_color = #303030 100
panel_background_id = 1
"""
PICKED, BACK = (0xb8, 0xd4, 0xf0), (0xf8, 0xf8, 0xf8)


def start_tray(desk):
    file = os.path.join(desk.home.root, "tint2rc")
    with open(file, "w", encoding="utf-8") as out:
        out.write(SETTINGS)
    return desk.home.spawn(["tint2", "-c", file])


def list_window(desk):
    """The list, as X says: our pop-up menu that is on the screen."""
    found = [line.split() for line in desk.home.output(["xwininfo", "-root", "-children"]).splitlines() if "0x" in line]
    ids = [words[0] for words in found if words[0].startswith("0x")]
    for xid in ids:
        if "POPUP_MENU" in desk.home.output(["xprop", "-id", xid, "_NET_WM_WINDOW_TYPE"]) and \
                "IsViewable" in desk.home.output(["xwininfo", "-id", xid]):
            return xid
    return None


def opens(desk):
    desk.home.run(["xdotool", "mousemove", str(desk.own[0]), str(desk.own[1]), "click", "1"])
    return until(lambda: list_window(desk), 20, "the list")


def docks(desk):
    desk.tray = start_tray(desk)
    desk.own = until(lambda: panel.in_panel(desk, panel.READY), 30, "the tray shows Railhead's icon")
    check(not panel.places(desk, (0xff, 0xff, 0xff), width=300), "and nothing around it")


def launches(desk):
    opens(desk)
    until(lambda: len(panel.places(desk, BACK, height=400)) > 1000, 20, "the list is drawn")
    panel.keep(desk, "list")
    panel.key(desk, "Down")
    until(lambda: panel.places(desk, PICKED, height=400), 20, "the first row is marked")
    panel.key(desk, "Return")
    before = desk.home.output(["xwininfo", "-id", list_window(desk)])
    panel.key(desk, "Down", "Down", "Right")
    until(lambda: desk.home.output(["xwininfo", "-id", list_window(desk)]) != before, 20, "the folder takes its place, with another size")
    panel.keep(desk, "folder")
    panel.key(desk, "Left")
    until(lambda: desk.home.output(["xwininfo", "-id", list_window(desk)]) == before, 20, "and the way back leads back")
    desk.fake.forget()
    panel.key(desk, "Up", "Return")
    desk.fake.wait("launch", name="Paint & _Draw")
    until(lambda: not list_window(desk), 20, "the list goes")


def scrolls(desk):
    """Ninety rows are more than the screen has place for."""
    opens(desk)
    panel.key(desk, "Down", "Right", "Down", "Down", "Right", "Up")
    panel.keep(desk, "many")
    desk.fake.forget()
    panel.key(desk, "Return")
    desk.fake.wait("launch", name="Many 89")


def closes(desk):
    opens(desk)
    desk.home.run(["xdotool", "mousemove", "900", "700", "click", "1"])
    until(lambda: not list_window(desk), 20, "a press beside the list closes it")
    opens(desk)
    panel.key(desk, "Escape")
    until(lambda: not list_window(desk), 20, "as Escape does")
    desk.fake.forget()
    xid = desk.shown(panel.WINDOW)
    desk.activate(xid)
    panel.key(desk, "a")
    desk.fake.wait("key", code=0x1E, down=1)


def gives_way(desk):
    watcher = bus.Watcher()
    until(lambda: not panel.places(desk, panel.READY), 20, "a watcher with a panel takes the icon out of the old tray")
    until(lambda: watcher.item("railhead"), 20, "it is an item then")
    watcher.set_host(False)
    until(lambda: panel.places(desk, panel.READY), 20, "a watcher without a panel does not count")
    watcher.set_host(True)
    until(lambda: not panel.places(desk, panel.READY), 20, "until one comes")
    watcher.close()
    until(lambda: panel.in_panel(desk, panel.READY), 20, "and without a watcher it is back")


def follows_the_tray(desk):
    desk.tray.terminate()
    desk.tray.wait(20)
    until(lambda: not panel.places(desk, panel.READY), 20, "the tray goes, and nothing of the icon stays on the screen")
    start_tray(desk)
    desk.own = until(lambda: panel.in_panel(desk, panel.READY), 30, "the next tray has it")


if __name__ == "__main__":
    if not shutil.which("tint2"):
        print("tint2 is not here")
        sys.exit(77)
    with_session_bus()
    bus.start_loop()
    sys.exit(run([docks, launches, scrolls, closes, gives_way, follows_the_tray], "win10", SCRIPT))
