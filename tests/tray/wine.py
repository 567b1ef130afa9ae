#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Notification icons of a real program in the embedded guest, seen by a watcher: their pixels, their clicks as the program's version
of the interface has them, their menu where the click was, its commands, and their end.

usage: wine.py BUILD-DIR (auto|legacy)     Exit 77: a component is not here."""
import os
import shutil
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../wine")]
import bindings  # noqa: E402
bindings.need()
import bus  # noqa: E402
from desktop import (BUILD, RAILHEAD, Failed, Home, check, geometry, is_viewable, missing_tool, say, until, windows,  # noqa: E402
                     with_session_bus)

PIXELS = sys.argv[2] if len(sys.argv) > 2 else "auto"
COLOURS = {"red": "ffe02030", "green": "ff20c040", "blue": "ff3040f0", "white": "ffffffff"}


class Probe:
    def __init__(self, home):
        self.home, self.path = home, f"{home.data}/prefix/drive_c/trayprobe.log"

    def lines(self, number):
        """What icon NUMBER was told, in order: messages, MENU and COMMAND lines."""
        if not os.path.exists(self.path):
            return []
        with open(self.path, encoding="ascii", errors="replace") as file:
            return [line.split()[2:] for line in file.read().splitlines() if line.split()[1:2] == [str(number)]]

    def messages(self, number):
        return [words[0] for words in self.lines(number) if words[0] not in ("MENU", "COMMAND")]


def middle(item):
    width, height, _ = item.get("IconPixmap")[0]
    return item.pixel(width // 2, height // 2)


def guests(watcher):
    return [item for item in watcher.items() if (item.get("Id") or "railhead") != "railhead"]


def item_of(watcher, colour):
    return next((item for item in guests(watcher) if item.get("IconPixmap") and middle(item) == COLOURS[colour]), None)


def popup(home):
    """The guest's menu: a window of it that goes past the window manager."""
    for window in windows(home):
        xid = window["x_window"]
        if xid and is_viewable(home, xid) and "Override Redirect State: yes" in home.output(["xwininfo", "-id", str(xid)]):
            return xid
    return None


def start(home, watcher):
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded", f"pixels={PIXELS}"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 180, "the embedded guest publishes")
    shutil.copy(f"{BUILD}/guest-agent/win32/trayprobe-{home.architecture}.exe", f"{home.data}/prefix/drive_c/trayprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Tray Probe", "C:\\trayprobe.exe")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Tray Probe"], 60, "the probe is published")
    done = home.run([RAILHEAD, "run", "Tray Probe"], timeout=60)
    check(done.returncode == 0, f"the probe runs {done.stderr}")
    until(lambda: len(guests(watcher)) == 3, 30, "three icons are three items")
    return {colour: until(lambda c=colour: item_of(watcher, c), 20, f"the {colour} one with its pixels") for colour in ("red", "green", "blue")}


def tips(items):
    for number, colour in enumerate(("red", "green", "blue"), 1):
        until(lambda c=colour, n=number: items[c].get("Title") == f"Probe & Tip {n}", 20, f"the {colour} one has its tooltip")


def clicks(items, probe):
    items["red"].click(500, 400)
    until(lambda: probe.messages(1) == ["201", "202"], 20, "version 0: button down, button up")
    items["red"].click(500, 400)
    until(lambda: probe.messages(1)[2:] == ["203", "202"], 20, "twice: a double click")
    items["green"].click(500, 400)
    until(lambda: probe.messages(2) == ["201", "202", "400"], 20, "version 3: and the choice")
    items["blue"].click(500, 400)
    until(lambda: probe.messages(3) == ["201", "202", "400"], 20, "version 4 too")


def menus_of(probe, number):
    return [words for words in probe.lines(number) if words[0] == "MENU"]


def menu(home, items, probe, colour, number, at):
    before = len(menus_of(probe, number))
    items[colour].context(*at)
    opened = until(lambda: menus_of(probe, number)[before:], 20, "the program opens its menu")[-1]
    check(abs(int(opened[1]) - at[0]) <= 2 and abs(int(opened[2]) - at[1]) <= 2, f"where the click was: {opened}")
    xid = until(lambda: popup(home), 20, "it is on the host's screen, past its window manager")
    x, y, width, height = geometry(home, xid)
    check(x - 100 <= at[0] <= x + width + 100 and y - 100 <= at[1] <= y + height + 100, f"beside the click at {at}: {x},{y}")
    return x, y, width, height


def commands(home, watcher, daemon, items, probe):
    x, y, width, height = menu(home, items, probe, "red", 1, (700, 600))
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height // 8), "click", "1"])
    until(lambda: ["COMMAND", "1"] in probe.lines(1), 20, "its first entry is chosen by a click")
    items["white"] = until(lambda: item_of(watcher, "white"), 20, "the icon becomes white")
    until(lambda: not popup(home), 20, "and the menu is gone")
    x, y, width, height = menu(home, items, probe, "green", 2, (300, 200))
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height * 3 // 8), "click", "1"])
    shown = until(lambda: daemon.shown, 20, "a balloon is a notification")[0]
    check((shown["title"], shown["text"]) == ("wine", "All &lt;b&gt;is&lt;/b&gt; well"), f"its text, without markup: {shown}")
    until(lambda: not popup(home), 20, "and no window of the guest")
    x, y, width, height = menu(home, items, probe, "green", 2, (300, 200))
    check("7b" in probe.messages(2), "version 3 is asked for its menu")
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height * 5 // 8), "click", "1"])
    until(lambda: len(guests(watcher)) == 2, 20, "removed is gone")


def closes(home, items, probe):
    """A press elsewhere on the host takes the menu away, whatever has the focus."""
    menu(home, items, probe, "blue", 3, (900, 300))
    home.run(["xdotool", "mousemove", "1500", "1100", "click", "1"])
    until(lambda: not popup(home), 20, "a press on the desktop closes the menu")
    until(lambda: ["COMMAND", "0"] in probe.lines(3), 20, "and nothing was chosen")


def ends(home, watcher, items, probe):
    x, y, width, height = menu(home, items, probe, "blue", 3, (640, 480))
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height * 7 // 8), "click", "1"])
    until(lambda: not guests(watcher), 20, "with the program its icons go")


def main():
    if missing_tool():
        print(f"{missing_tool()} is not here")
        return 77
    bus.start_loop()
    home, good = Home(), False
    try:
        home.start_desktop()
        watcher, daemon = bus.Watcher(), bus.Notifications()
        items = start(home, watcher)
        probe = Probe(home)
        tips(items)
        clicks(items, probe)
        commands(home, watcher, daemon, items, probe)
        closes(home, items, probe)
        ends(home, watcher, items, probe)
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
