#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole path, for real: a fresh home, the embedded guest, the agent, a launcher started with gio, a window that is looked
at, typed into, clicked, moved and closed. Once with shared memory, once with a surface per window (RDPGFX), once with bitmap
updates of one desktop.

usage: end-to-end.py BUILD-DIR (shared|gfx|legacy) [VERSION]
VERSION is what the guest's Windows has to say of itself, as 5.1.2600. Exit 77: a component is not here."""
import filecmp
import os
import re
import shutil
import subprocess
import sys
import time

from desktop import (BUILD, RAILHEAD, Failed, Home, active_window, check, connections, geometry, is_viewable, launcher_of,
                     missing_tool, say, until, windows, with_session_bus)

PIXELS = sys.argv[2]
CELL = 8


def picture(home, xid):
    """Pixels of a window as they are on the screen: (width, height, RGB bytes)."""
    x, y, width, height = geometry(home, xid)
    raw = subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"],
                         env=home.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    return width, height, raw


def decode(home, xid):
    """Where the probe's client area lies in its window, and the share of its cells that show the right colour."""
    width, height, rgb = picture(home, xid)
    if len(rgb) != width * height * 3:
        return None
    for top in range(0, min(80, height)):
        for left in range(0, min(12, width)):
            if rgb[(top * width + left) * 3:][:3] == b"\0\0\5" and cells(rgb, width, height, left, top, 4, 4) == 1.0:
                columns, rows = 400 // CELL, 300 // CELL
                return left, top, cells(rgb, width, height, left, top, columns, rows)
    return None


def cells(rgb, width, height, left, top, columns, rows):
    good = 0
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * CELL + CELL // 2, top + row * CELL + CELL // 2
            if x < width and y < height and rgb[(y * width + x) * 3:][:3] == bytes((column, row, 5)):
                good += 1
    return good / (columns * rows)


def probe_log(home):
    path = f"{home.data}/prefix/drive_c/railprobe.log"
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def look_at_windows(home):
    for name in ("railhead-guest", "railhead-shortcut"):
        check(filecmp.cmp(f"{BUILD}/guest-agent/win32/{name}-{home.architecture}.exe",
                          f"{home.data}/prefix/drive_c/railhead/{name}.exe", shallow=False), f"{name} is the {home.architecture} one")
    if len(sys.argv) > 3:
        said = home.wine("cmd", "/c", "ver").strip()
        check(said.endswith(f" {sys.argv[3]}"), f"the guest is {said}")


def publish(home):
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded", f"pixels={'auto' if PIXELS == 'shared' else PIXELS}"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    apps = until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    check(apps[0]["group"] == "Accessories", "Notepad is in its folder")
    look_at_windows(home)
    shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-{home.architecture}.exe", f"{home.data}/prefix/drive_c/railprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Railhead Probe", "C:\\railprobe.exe")
    began = time.monotonic()
    launcher = until(lambda: launcher_of(home, "Railhead Probe"), 10, "a launcher for the new shortcut")
    check(time.monotonic() - began < 2, f"launcher {time.monotonic() - began:.2f} s after the shortcut was made")
    done = home.run(["desktop-file-validate", "--no-hints", launcher])
    check(done.returncode == 0 and not done.stdout, f"desktop-file-validate is silent {done.stdout}")
    return launcher


def open_probe(home, launcher):
    began = time.monotonic()
    home.run(["gio", "launch", launcher])
    mine = until(lambda: [w for w in windows(home) if w["title"] == "Railhead Probe" and is_viewable(home, w["x_window"])],
                 20, "the probe's window")
    say(f"window {time.monotonic() - began:.2f} s after gio launch")
    check(len(mine) == 1, "exactly one window")
    xid = mine[0]["x_window"]
    with open(launcher, encoding="utf-8") as file:
        wm_class = re.search(r"^StartupWMClass=(.+)$", file.read(), re.M).group(1)
    check(f'"{wm_class}", "{wm_class}"' in home.output(["xprop", "-id", str(xid), "WM_CLASS"]), "WM_CLASS is the launcher's")
    title = home.output(["xprop", "-id", str(xid), "_NET_WM_NAME"])
    check('"Railhead Probe' in title and '[wine]"' in title, "title, with the guest's name")
    return mine[0]


def path_of_pixels(home):
    with open(f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine/embedded.log", encoding="utf-8", errors="replace") as file:
        log = file.read()
    said = "shared" if "pixels are shared" in log else "gfx" if "a surface per window" in log else "legacy"
    check(said == PIXELS, f"pixels travel as {said}")


def look_and_touch(home, window):
    xid = window["x_window"]
    left, top, share = until(lambda: (lambda d: d if d and d[2] >= 0.99 else None)(decode(home, xid)), 10,
                             "the probe's pattern on the screen")
    check(share >= 0.99, f"{share * 100:.1f} % of the pattern is where it belongs, client area at +{left}+{top}")
    x, y, _, _ = geometry(home, xid)
    for px, py in ((10, 10), (200, 150), (395, 295)):
        home.run(["xdotool", "mousemove", str(x + left + px), str(y + top + py), "click", "1"])
        until(lambda: re.search(rf"LBUTTONDOWN.*\b{px}\b.*\b{py}\b", probe_log(home)), 5, f"a click at {px},{py} is logged")
        say(f"ok: click at {px},{py}")
    home.run(["xdotool", "type", "--delay", "20", "Rail9"])
    until(lambda: [c for c in re.findall(r"\bCHAR\b\D*(\d+)", probe_log(home))][-5:] == [str(ord(c)) for c in "Rail9"],
          5, "typed text is logged")
    say("ok: typed text")


def move(home, window):
    xid = window["x_window"]
    home.run(["xdotool", "windowmove", str(xid), "300", "240"])
    until(lambda: geometry(home, xid)[:2] == (300, 240), 5, "the host window moves")
    until(lambda: re.search(r"MOVE.*\b300\b.*\b240\b", probe_log(home)), 5, "the guest window follows")
    check(geometry(home, xid)[:2] == (300, 240), "and the host window stays there")


def caption(home, xid):
    """The colour of a title bar, right of its text."""
    return home.output(["import", "-window", str(xid), "-crop", "1x1+250+8", "-depth", "8", "txt:-"]).splitlines()[-1:]


def second(home, window):
    lit = caption(home, window["x_window"])
    before = (geometry(home, window["x_window"]), connections(home))
    began = time.monotonic()
    done = home.run([RAILHEAD, "run", "Notepad"], timeout=60)
    check(done.returncode == 0, f"a second application is on the screen {time.monotonic() - began:.2f} s after run {done.stderr}")
    check(before == (geometry(home, window["x_window"]), connections(home)), "same connection, first window untouched")
    check(connections(home) == 1, "one connection")
    until(lambda: active_window(home) not in (0, window["x_window"]) and last_activation(home) == "0", 10,
          "the second application is the active one, on the host and in the guest")
    until(lambda: caption(home, active_window(home)) == lit != caption(home, window["x_window"]), 10, "captions tell which one it is")


def last_activation(home):
    return (re.findall(r"(?<!NC)ACTIVATE (\d)", probe_log(home)) or [None])[-1]


def close(home, window, launcher):
    xid = window["x_window"]
    home.run(["xdotool", "windowactivate", "--sync", str(xid)])
    until(lambda: last_activation(home) == "1", 10, "the first application is active again")
    home.run(["xdotool", "key", "alt+F4"])  # openbox's key: WM_DELETE_WINDOW
    until(lambda: "CLOSE" in probe_log(home), 5, "WM_CLOSE is logged")
    until(lambda: not [w for w in windows(home) if w["x_window"] == xid], 5, "the window is gone")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "/delete", "Probes", "Railhead Probe")
    until(lambda: not os.path.exists(launcher), 5, "the launcher goes with its shortcut")
    say("ok: closed, and the launcher is gone")


def main():
    if missing_tool():
        print(f"{missing_tool()} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop()
        launcher = publish(home)
        window = open_probe(home, launcher)
        path_of_pixels(home)
        look_and_touch(home, window)
        move(home, window)
        second(home, window)
        close(home, window, launcher)
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
