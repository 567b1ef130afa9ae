#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real Windows program in the embedded guest, moved, resized, maximised and minimised by its own frame and by the host's
window manager: after each step the guest's rectangle, which the probe logs, is the host window's.

With "monitors" on two of them, the primary one to the right and higher: the protocol counts from its corner.

usage: geometry.py BUILD-DIR [monitors]     Exit 77: a component is not here."""
import os
import re
import shutil
import sys
import time

from desktop import (BUILD, RAILHEAD, Failed, Home, check, geometry, is_viewable, missing_tool, say, until, windows,
                     with_session_bus)

PANEL = 30
MONITORS = ["800x1200+800+0*", "800x1000+0+150"] if len(sys.argv) > 2 else ["1600x1200+0+0*"]
PRIMARY = (800, 0) if len(sys.argv) > 2 else (0, 0)  # what the guest's programs count from


def probe_log(home):
    with open(f"{home.data}/prefix/drive_c/railprobe.log", encoding="utf-8", errors="replace") as file:
        return file.read()


def probe_box(home):
    moves = re.findall(r"\b0 MOVE (-?\d+) (-?\d+) (\d+) (\d+)", probe_log(home))
    sizes = re.findall(r"\b0 SIZE (\d+) (\d+)", probe_log(home))
    return (tuple(map(int, moves[-1][:2])), tuple(map(int, sizes[-1]))) if moves and sizes else None


def agree(home, xid, frame, text):
    """The probe's position is the host window's, its client area is as much smaller as `frame` says; and it stays so."""
    def same():
        x, y, width, height = geometry(home, xid)
        (px, py), (pw, ph) = probe_box(home)
        return (x, y) == (px + PRIMARY[0], py + PRIMARY[1]) and (width - pw, height - ph) == frame
    until(same, 10, f"{text}: host {geometry(home, xid)}, guest {probe_box(home)}")
    before = geometry(home, xid)
    deadline = time.monotonic() + 1.5  # longer than any timer of the placement but its last resort
    while time.monotonic() < deadline:
        check_quietly(geometry(home, xid) == before and same(), f"{text}: they rest")
    say(f"ok: {text}: {before}")


def check_quietly(condition, text):
    if not condition:
        raise Failed(text)


def work_area(home, xid):
    """Of the monitor that the window is on; the panel is on the primary one."""
    x, y, width, height = geometry(home, xid)
    boxes = [tuple(map(int, re.match(r"(\d+)x(\d+)\+(\d+)\+(\d+)", text).groups())) for text in MONITORS]
    w, h, left, top = next(b for b in boxes if b[2] <= x + width // 2 < b[2] + b[0])
    return left, top, w, h - (PANEL if (w, h, left, top) == boxes[0] else 0)


def open_probe(home):
    done = home.run([f"{BUILD}/tests/x11/set-monitors", *MONITORS])
    check(done.returncode == 0, f"monitors {' '.join(MONITORS)}")
    home.spawn(["tint2", "-c", panel_config(home)])
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded"])
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


def panel_config(home):
    path = os.path.join(home.root, "tint2rc")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"panel_items = F\npanel_position = bottom center horizontal\npanel_monitor = {len(MONITORS)}\npanel_size = 100% {PANEL}\n"
                   "strut_policy = follow_size\nwm_menu = 0\n")
    return path


def mouse(home, *words):
    home.run(["xdotool", *map(str, words)])


def drag(home, xid, start, way, while_held=None):
    """Press at a place of the window and move in steps until the window has followed."""
    x, y, _, _ = before = geometry(home, xid)
    mouse(home, "mousemove", x + start[0], y + start[1], "mousedown", 1)
    for step in range(1, 6):
        mouse(home, "mousemove", x + start[0] + way[0] * step // 5, y + start[1] + way[1] * step // 5)
        if step == 2:
            until(lambda: shaken(home, x + start[0] + way[0] * 2 // 5, y + start[1]) and geometry(home, xid) != before, 10,
                  "the window follows the pointer")
    if while_held:
        while_held()
    mouse(home, "mouseup", 1)


def shaken(home, x, y):
    mouse(home, "mousemove", x + int(time.monotonic() * 50) % 2, y)
    return True


def by_frame(home, xid, frame):
    x, y, width, height = geometry(home, xid)
    drag(home, xid, (150, 12), (200, 120))
    until(lambda: geometry(home, xid)[:2] == (x + 200, y + 120), 10, "dragged by its caption")
    agree(home, xid, frame, "moved by its caption")
    check(geometry(home, xid)[2:] == (width, height), "and it has its size")

    def content_follows():
        until(lambda: probe_box(home)[1][0] == width - frame[0] + 90, 10, "the guest resizes while the button is down")

    drag(home, xid, (width - 2, height - 2), (90, 60), content_follows)
    agree(home, xid, frame, "resized by its corner")
    check(geometry(home, xid)[2:] == (width + 90, height + 60), "to the pixel")


def by_state(home, xid, frame):
    normal = geometry(home, xid)
    mouse(home, "mousemove", normal[0] + 150, normal[1] + 12, "click", "--repeat", 2, "--delay", 60, 1)
    area = work_area(home, xid)
    until(lambda: geometry(home, xid) == area, 10, f"maximised by its caption to {area}")
    check("MAXIMIZED_VERT" in home.output(["xprop", "-id", str(xid), "_NET_WM_STATE"]), "and the window manager knows")
    agree(home, xid, frame, "maximised")
    mouse(home, "mousemove", area[0] + 150, area[1] + 12, "click", "--repeat", 2, "--delay", 60, 1)
    until(lambda: geometry(home, xid) == normal, 10, "restored by its caption")
    agree(home, xid, frame, "restored")
    for _ in range(3):
        home.run(["xdotool", "windowminimize", str(xid)])
        until(lambda: re.search(r"SIZE 0 0\s*$", probe_log(home)) or not is_viewable(home, xid), 10, "minimised")
        home.run(["xdotool", "windowactivate", str(xid)])
        until(lambda: is_viewable(home, xid), 10, "and back")
    agree(home, xid, frame, "minimised and restored three times")
    check(geometry(home, xid) == normal, "and where it was")


def by_manager(home, xid, frame):
    for x, y in ((10, 220), (33, 277), (1000, 500)):
        home.run(["xdotool", "windowmove", str(xid), str(x), str(y)])
        until(lambda: geometry(home, xid)[:2] == (x, y), 10, "moved by a pager")
        agree(home, xid, frame, "moved by a pager")


def main():
    if missing_tool() or not shutil.which("tint2"):
        print(f"{missing_tool() or 'tint2'} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop()
        xid = open_probe(home)
        width, height = until(lambda: probe_box(home), 5, "the probe's log")[1]
        frame = (geometry(home, xid)[2] - width, geometry(home, xid)[3] - height)
        agree(home, xid, frame, "opened")
        by_frame(home, xid, frame)
        by_state(home, xid, frame)
        by_manager(home, xid, frame)
        by_state(home, xid, frame)
        if len(MONITORS) > 1:
            with open(f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine/embedded.log", encoding="utf-8") as log:
                check(re.search("has 2 monitors of 96 .*, the primary one at 800,0", log.read()), "the guest knows the monitors")
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
