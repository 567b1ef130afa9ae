#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Monitors come and go while a program of the embedded guest runs: the display of the guest grows and shrinks with the host's, the
program sees each monitor and the resolution, its window is usable on all of them and comes back from one that is gone. One
connection and one process all the time.

usage: plugged.py BUILD-DIR [gfx]     Exit 77: a component is not here."""
import os
import re
import shutil
import sys

from desktop import (BUILD, RAILHEAD, Failed, Home, check, connections, geometry, is_viewable, missing_tool, say, until, windows,
                     with_session_bus)

ONE = ["1000x800+0+0*"]
RIGHT = ["1000x800+0+0*", "800x600+1000+100"]
LEFT = ["1000x800+600+0*", "600x1000+0+50"]  # portrait, and the primary one is no longer at the corner
ROUNDS = 2
PIXELS = sys.argv[2] if len(sys.argv) > 2 else "auto"


def probe_log(home):
    with open(f"{home.data}/prefix/drive_c/railprobe.log", encoding="utf-8", errors="replace") as file:
        return file.read()


def noted(home, event):
    found = re.findall(rf"\b0 {event} (-?\d+(?: -?\d+)*)", probe_log(home))
    return tuple(map(int, found[-1].split())) if found else None


def set_monitors(home, monitors):
    done = home.run([f"{BUILD}/tests/x11/set-monitors", *monitors])
    check(done.returncode == 0, f"monitors {' '.join(monitors)}")


def told(home, monitors):
    """The program has heard of them: how many, and where all of them are from the primary one."""
    boxes = [tuple(map(int, re.match(r"(\d+)x(\d+)\+(\d+)\+(\d+)", text).groups())) for text in monitors]
    left, top = min(b[2] for b in boxes), min(b[3] for b in boxes)
    right, bottom = max(b[2] + b[0] for b in boxes), max(b[3] + b[1] for b in boxes)
    wanted = (len(boxes), left - boxes[0][2], top - boxes[0][3], right - left, bottom - top)
    until(lambda: (noted(home, "DISPLAY") or ())[:5] == wanted, 30,
          f"the program sees {wanted}, it has seen {noted(home, 'DISPLAY')}")
    say(f"ok: the program sees {wanted}")
    return boxes


def place_of(home, boxes):
    """Of the probe's window on the host, from what the guest says of it."""
    move = noted(home, "MOVE")
    return (move[0] + boxes[0][2], move[1] + boxes[0][3]) if move else None


def is_within(home, xid, box):
    x, y, width, height = geometry(home, xid)
    return box[2] <= x and box[3] <= y and x + width <= box[2] + box[0] and y + height <= box[3] + box[1]


def agrees(home, xid, boxes, text):
    try:
        until(lambda: place_of(home, boxes) == geometry(home, xid)[:2], 15, text)
    except Failed as late:
        raise Failed(f"{late}: host {geometry(home, xid)}, guest {place_of(home, boxes)}") from None
    say(f"ok: {text}: {geometry(home, xid)}")


def takes_a_click(home, xid, text):
    before = probe_log(home).count("LBUTTONDOWN")
    x, y, width, height = geometry(home, xid)
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "click", "1"])
    until(lambda: probe_log(home).count("LBUTTONDOWN") > before, 10, f"{text}: a click arrives")


def places(home, xid):
    """Where the window manager has told the window that it is, one after the other."""
    with open(os.path.join(home.root, "stdbuf.log"), encoding="utf-8", errors="replace") as file:
        found = re.findall(rf"ConfigureNotify event, serial \d+, synthetic YES, window {xid:#x},\n.*\((-?\d+),(-?\d+)\)", file.read())
    return [(int(x), int(y)) for x, y in found]


def move(home, xid, place):
    before = len(places(home, xid))
    home.run(["xdotool", "windowmove", str(xid), *map(str, place)])
    return before


def stays_at(home, xid, boxes, place, before, text):
    """Where the user has put it, at both ends; and it has been nowhere else meanwhile."""
    until(lambda: place in places(home, xid)[before:], 10, f"{text}: the user moves it to {place}")
    agrees(home, xid, boxes, text)
    takes_a_click(home, xid, text)
    since = places(home, xid)[before:]
    check(set(since[since.index(place):]) == {place}, f"{text}: it stays at {place}, it was at {since}")
    check(geometry(home, xid)[:2] == place, f"{text}: it is at {place}")


def goes_to(home, xid, boxes, number):
    place = (boxes[number][2] + 40, boxes[number][3] + 60)
    stays_at(home, xid, boxes, place, move(home, xid, place), f"on monitor {number}")


def goes_at_once(home, xid):
    """The user is faster than Wine, which looks at the monitors anew."""
    set_monitors(home, RIGHT)
    place = (1070, 190)
    before = move(home, xid, place)
    boxes = told(home, RIGHT)
    stays_at(home, xid, boxes, place, before, "at once")
    set_monitors(home, ONE)
    boxes = told(home, ONE)
    until(lambda: is_within(home, xid, boxes[0]), 10, "it is back on a monitor")
    agrees(home, xid, boxes, "back, and the guest knows")


def round_trip(home, xid, monitors):
    """Plugged in, used, and pulled out under the window."""
    set_monitors(home, monitors)
    boxes = told(home, monitors)
    agrees(home, xid, boxes, "where it was on the host")
    goes_to(home, xid, boxes, 1)
    set_monitors(home, ONE)
    boxes = told(home, ONE)
    until(lambda: is_within(home, xid, boxes[0]), 10, f"it is back on a monitor: {geometry(home, xid)}")
    agrees(home, xid, boxes, "back, and the guest knows")
    takes_a_click(home, xid, "back")


def minimised(home, xid):
    """A window that is minimised when its monitor goes stays minimised, and comes back where it can be seen."""
    set_monitors(home, RIGHT)
    boxes = told(home, RIGHT)
    goes_to(home, xid, boxes, 1)
    home.run(["xdotool", "windowminimize", str(xid)])
    until(lambda: not is_viewable(home, xid), 10, "minimised")
    set_monitors(home, ONE)
    boxes = told(home, ONE)
    check(not is_viewable(home, xid), "it is minimised still")
    home.run(["xdotool", "windowactivate", str(xid)])
    until(lambda: is_viewable(home, xid) and is_within(home, xid, boxes[0]), 10, f"restored on a monitor: {geometry(home, xid)}")
    agrees(home, xid, boxes, "restored")


def probe_window(home):
    shown = [w["x_window"] for w in windows(home) if w["title"] == "Railhead Probe" and is_viewable(home, w["x_window"])]
    return shown[0] if len(shown) == 1 else None


def double_click_caption(home, xid):
    x, y, _, _ = geometry(home, xid)
    home.run(["xdotool", "mousemove", str(x + 150), str(y + 12), "click", "--repeat", "2", "--delay", "60", "1"])


def maximised(home, xid):
    """A maximised window stays maximised, on the monitor that is left, and is restored where it can be seen."""
    set_monitors(home, RIGHT)
    boxes = told(home, RIGHT)
    goes_to(home, xid, boxes, 1)
    double_click_caption(home, xid)
    until(lambda: geometry(home, xid) == (1000, 100, 800, 600), 10, "maximised on the second monitor")
    set_monitors(home, ONE)
    boxes = told(home, ONE)
    until(lambda: geometry(home, xid) == (0, 0, 1000, 800), 15, f"maximised on the one that is left: {geometry(home, xid)}")
    agrees(home, xid, boxes, "maximised")
    check("MAXIMIZED_VERT" in home.output(["xprop", "-id", str(xid), "_NET_WM_STATE"]), "and the window manager agrees")
    double_click_caption(home, xid)
    until(lambda: probe_window(home) and geometry(home, probe_window(home)) == (592, 160, 408, 327), 15, "restored in sight")
    agrees(home, probe_window(home), boxes, "restored")


def at_another_resolution(home):
    """The next program paints for what the host's desktop says."""
    home.run(["xrdb", "-nocpp", "-merge"], input="Xft.dpi: 192\n")
    until(lambda: "0xc0" in home.wine("reg", "query", "HKCU\\Control Panel\\Desktop", "/v", "LogPixels"), 30, "Wine has 192 dots per inch")
    done = home.run([RAILHEAD, "run", "Railhead Probe"], timeout=60)
    check(done.returncode == 0, f"another probe runs {done.stderr.strip()}")
    until(lambda: noted(home, "SCREEN")[5] == 192, 20, f"it paints for 192 dots per inch: {noted(home, 'SCREEN')}")
    say(f"ok: a new program has {noted(home, 'SCREEN')[5]} dots per inch")


def start(home):
    set_monitors(home, ONE)
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded", f"pixels={PIXELS}"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-x86_64.exe", f"{home.data}/prefix/drive_c/railprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Railhead Probe", "C:\\railprobe.exe")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Railhead Probe"], 20, "the probe is published")
    done = home.run([RAILHEAD, "run", "Railhead Probe"], timeout=60)
    check(done.returncode == 0, f"the probe runs {done.stderr.strip()}")
    mine = until(lambda: [w for w in windows(home) if w["title"] == "Railhead Probe" and is_viewable(home, w["x_window"])],
                 20, "the probe's window")
    return mine[0]["x_window"]


def main():
    if missing_tool():
        print(f"{missing_tool()} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop()
        xid = start(home)
        check(noted(home, "SCREEN")[:5] == (1, 0, 0, 1000, 800), f"the guest starts with {noted(home, 'SCREEN')}")
        home.spawn(["stdbuf", "-oL", "xev", "-id", str(xid), "-event", "structure"])
        for _ in range(ROUNDS):
            round_trip(home, xid, RIGHT)
            goes_at_once(home, xid)
            round_trip(home, xid, LEFT)
        minimised(home, xid)
        maximised(home, xid)
        at_another_resolution(home)
        check(connections(home) == 1, "one connection all the time")
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
