#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Menus and message boxes of a real guest program: they come where they belong, nothing of ours closes them, their commands
arrive, a modal dialog stays above its owner, and nothing is left behind.

usage: menus.py BUILD-DIR (gfx|legacy)     Exit 77: a component is not here."""
import os
import re
import shutil
import sys
import time

from desktop import (BUILD, RAILHEAD, Failed, Home, active_window, check, geometry, is_viewable, launcher_of, missing_tool,
                     say, until, windows, with_session_bus)

PIXELS = sys.argv[2]
MENU_SECONDS = 2
ROUNDS = 5


class Log:
    """What the probe has noted since the last mark."""

    def __init__(self, home):
        self.path = f"{home.data}/prefix/drive_c/railprobe.log"
        self.at = 0

    def lines(self):
        with open(self.path, encoding="utf-8", errors="replace") as file:
            return [line.split() for line in file.read().splitlines()]

    def mark(self):
        self.at = len(self.lines())

    def has(self, *words):
        return any(line[2:2 + len(words)] == list(words) for line in self.lines()[self.at:])


def shown(home):
    return [w for w in windows(home) if is_viewable(home, w["x_window"])]


def is_popup(home, xid):
    return "Override Redirect State: yes" in home.output(["xwininfo", "-id", str(xid)])


def open_probe(home):
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded", f"pixels={PIXELS}"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes")
    shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-x86_64.exe", f"{home.data}/prefix/drive_c/railprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Railhead Probe", "C:\\railprobe.exe")
    launcher = until(lambda: launcher_of(home, "Railhead Probe"), 10, "a launcher for the probe")
    done = home.run([RAILHEAD, "run", "Railhead Probe"], timeout=60)
    check(done.returncode == 0 and launcher, f"the probe runs {done.stderr}")
    probe = until(lambda: [w for w in shown(home) if w["title"] == "Railhead Probe"], 20, "the probe's window")[0]
    home.run(["xdotool", "windowactivate", "--sync", str(probe["x_window"])])
    return probe["x_window"]


def client_place(home, xid):
    x, y, width, height = geometry(home, xid)
    border = (width - 400) // 2
    return x + border, y + height - 300 - border


def menu_of(home, probe):
    others = [w["x_window"] for w in shown(home) if w["x_window"] != probe]
    return others[0] if len(others) == 1 else None


def open_menu(home, log, probe, at):
    left, top = client_place(home, probe)
    log.mark()
    home.run(["xdotool", "mousemove", str(left + at[0]), str(top + at[1]), "click", "3"])
    menu = until(lambda: menu_of(home, probe), 5, f"a menu at {at}")
    x, y, width, height = geometry(home, menu)
    check(is_popup(home, menu), "the menu goes past the window manager")
    check(abs(x - left - at[0]) <= 4 and abs(y - top - at[1]) <= 4, f"the menu is where the click was ({x},{y})")
    return menu, (x, y, width, height)


def menus(home, log, probe):
    for number, at in enumerate([(50, 60), (200, 150), (300, 250)][:ROUNDS]):
        menu, _ = open_menu(home, log, probe, at)
        deadline = time.monotonic() + MENU_SECONDS
        while time.monotonic() < deadline:  # it has to stay, so this is a watch and no wait
            if not is_viewable(home, menu) or active_window(home) != probe:
                raise Failed("the menu or its owner's activation went by itself")
        check(not log.has("ACTIVATE", "0"), f"menu {number} is open for {MENU_SECONDS} s, its owner was never deactivated")
        home.run(["xdotool", "key", "Escape"])
        until(lambda: menu_of(home, probe) is None, 5, "Escape closes the menu")
        check(len(shown(home)) == 1, "nothing is left behind")


def outside_click(home, log, probe):
    open_menu(home, log, probe, (200, 100))
    left, top = client_place(home, probe)
    began = time.monotonic()
    home.run(["xdotool", "mousemove", str(left + 20), str(top + 280), "click", "1"])
    until(lambda: menu_of(home, probe) is None, 5, "a click beside the menu closes it")
    say(f"ok: closed {time.monotonic() - began:.2f} s after a click beside it")


def command(home, log, probe):
    menu, (x, y, width, height) = open_menu(home, log, probe, (100, 100))
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height // 6), "click", "1"])
    until(lambda: log.has("COMMAND", "1"), 5, "the first command of the menu arrives")
    dialog = until(lambda: [w for w in shown(home) if w["title"] == "Probe Dialog"], 5, "a dialog")[0]["x_window"]
    until(lambda: not is_viewable(home, menu), 5, "the menu is gone")
    return dialog


def stacking(home):
    text = home.output(["xprop", "-root", "_NET_CLIENT_LIST_STACKING"])
    return [int(word, 16) for word in re.findall(r"0x[0-9a-f]+", text)]


def modal(home, log, probe, dialog):
    until(lambda: "_NET_WM_STATE_MODAL" in home.output(["xprop", "-id", str(dialog), "_NET_WM_STATE"]), 5, "the dialog is modal")
    until(lambda: active_window(home) == dialog, 5, "the dialog is active")
    left, top = client_place(home, probe)
    for _ in range(ROUNDS):
        home.run(["xdotool", "mousemove", str(left + 5), str(top + 5), "click", "1"])
        until(lambda: active_window(home) == dialog, 5, "the dialog stays active")
        order = stacking(home)
        if order.index(dialog) < order.index(probe):
            raise Failed("the dialog is below its owner")
    log.mark()
    home.run(["xdotool", "key", "Escape"])
    until(lambda: len(shown(home)) == 1, 5, "Escape closes the dialog")
    until(lambda: active_window(home) == probe, 5, "its owner is active again")
    say(f"ok: {ROUNDS} clicks on the disabled owner, the dialog stayed above and active")


def captions(home, log, probe):
    """Away and back: what the guest's caption shows is what the host says."""
    log.mark()
    other = home.spawn(["xterm"])
    xterm = until(lambda: home.output(["xdotool", "search", "--onlyvisible", "--class", "xterm"]).split(), 10, "an xterm")[-1]
    for number in range(ROUNDS * 2):  # the first time the new xterm takes the focus by itself
        if number:
            log.mark()
            home.run(["xdotool", "windowactivate", "--sync", xterm])
        until(lambda: log.has("NCACTIVATE", "0"), 5, "the caption is inactive")
        log.mark()
        home.run(["xdotool", "windowactivate", "--sync", str(probe)])
        until(lambda: log.has("NCACTIVATE", "1"), 5, f"the caption is active again ({number})")
    say(f"ok: {ROUNDS * 2} times away and back")
    other.terminate()


def pointers(home):
    """The guest's own pointers: arrow, two of a border, text, over a window that has all of them."""
    home.run([RAILHEAD, "run", "Notepad"], timeout=60)
    notepad = until(lambda: [w for w in shown(home) if "Notepad" in w["title"]], 20, "Notepad's window")[0]["x_window"]
    x, y, width, height = geometry(home, notepad)
    home.run(["xdotool", "mousemove", "1599", "1199"])
    shapes = [home.output([f"{BUILD}/tests/wine/x-pointer"]).strip()]  # the desktop's
    # The arrow first: it is what a program shows for a moment before another one.
    for name, place in (("caption", (width // 2, 10)), ("side", (width - 2, height // 2)), ("corner", (width - 2, height - 2)),
                        ("text", (width // 2, height // 2))):
        home.run(["xdotool", "mousemove", str(x + place[0]), str(y + place[1])])
        shape = until(lambda: (lambda s: s if s and s not in shapes else None)(home.output([f"{BUILD}/tests/wine/x-pointer"]).strip()),
                      5, f"another pointer over the {name}")
        shapes.append(shape)
    say(f"ok: {len(shapes) - 1} different pointers, none the desktop's")


def main():
    if missing_tool() or not shutil.which("xterm"):
        print(f"{missing_tool() or 'xterm'} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop()
        probe = open_probe(home)
        log = Log(home)
        menus(home, log, probe)
        outside_click(home, log, probe)
        dialog = command(home, log, probe)
        modal(home, log, probe, dialog)
        captions(home, log, probe)
        pointers(home)
        good = True
    except Failed as error:
        say(f"FAILED: {error}")
        home.run(["import", "-window", "root", os.path.join(home.root, "screen.png")])
    finally:
        home.end(keep=not good)
    return 0 if good else 1


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
