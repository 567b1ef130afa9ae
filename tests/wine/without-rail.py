#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A guest without a RAIL server: the embedded guest as a plain desktop, with the guest agent in it. The agent sees that by itself, says so,
and shows each window as a window all the same: launched, looked at, typed into, moved by both sides, minimised, closed; and the whole
desktop and back.

usage: without-rail.py BUILD-DIR [FOLDER]     FOLDER: gets the screenshots. Exit 77: a component is not here."""
import os
import re
import shutil
import subprocess
import sys

from desktop import BUILD, RAILHEAD, Failed, Home, check, geometry, is_viewable, missing_tool, say, until, windows, with_session_bus

FOLDER = sys.argv[2] if len(sys.argv) > 2 else None
SIZE = "1200x900"
CELL = 8


def shot(home, name):
    if FOLDER:
        home.run(["import", "-window", "root", os.path.join(FOLDER, f"without-rail-{name}.png")])


def probe_log(home):
    with open(f"{home.data}/prefix/drive_c/railprobe.log", encoding="utf-8", errors="replace") as file:
        return file.read()


def picture(home, xid):
    x, y, width, height = geometry(home, xid)
    rgb = subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"],
                         env=home.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    return width, height, rgb


def client_of(home, xid, columns=50, rows=37):
    """Where the probe's client area lies in its window when all its cells show their colour, else None."""
    width, height, rgb = picture(home, xid)
    if len(rgb) != width * height * 3:
        return None
    for top in range(0, min(60, height)):
        for left in range(0, min(12, width)):
            if rgb[(top * width + left) * 3:][:3] != b"\0\0\5" or left + columns * CELL > width or top + rows * CELL > height:
                continue
            if all(rgb[((top + CELL * j + 4) * width + left + CELL * i + 4) * 3:][:3] == bytes((i, j, 5))
                   for i in range(columns) for j in range(rows)):
                return left, top
    return None


def titled(home, title):
    return next((w for w in windows(home) if w["title"] == title), None)


def start(home):
    ready, other = os.pipe()
    os.makedirs(home.data, mode=0o700)
    runtime = os.path.join(home.root, "guest")
    os.mkdir(runtime, 0o700)
    home.spawn([f"{BUILD}/guest-agent/embedded/railhead-embedded", "--no-rail", "--name", "wine", "--data", home.data, "--runtime", runtime,
                "--size", SIZE, "--ready-fd", str(other)], pass_fds=[other])
    os.close(other)
    with os.fdopen(ready) as lines:
        last = [line for line in lines][-1]
    check(last.startswith("ready unix "), f"the plain desktop is {last.strip()}")
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=rdp", f"address={last.split()[2]}", f"size={SIZE}"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 60, "it publishes Notepad")
    shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-{home.architecture}.exe", f"{home.data}/prefix/drive_c/railprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Railhead Probe", "C:\\railprobe.exe")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Railhead Probe"], 20, "the probe is published")
    guest = home.json("status")["guests"][0]
    check(guest["windows_by"] == "tracker", "the agent says that there is no RAIL server")
    check("no RAIL server" in home.output([RAILHEAD, "status"]), "and the command says so, too")


def launch(home):
    done = home.run([RAILHEAD, "run", "Railhead Probe"], timeout=60)
    check(done.returncode == 0, f"the probe runs {done.stderr.strip()}")
    probe = until(lambda: titled(home, "Railhead Probe"), 10, "the probe's window")
    xid = probe["x_window"]
    client = until(lambda: client_of(home, xid), 15, "its pattern, cut from the desktop")
    shot(home, "probe")
    check("io.railhead.wine.a" in home.output(["xprop", "-id", str(xid), "WM_CLASS"]), "it has the class of its launcher")
    return xid, client


def use(home, xid, client):
    x, y, _, _ = geometry(home, xid)
    home.run(["xdotool", "mousemove", str(x + client[0] + 70), str(y + client[1] + 40), "click", "1"])
    until(lambda: re.search(r"LBUTTONDOWN 70 40\b", probe_log(home)), 5, "a click at 70,40")
    home.run(["xdotool", "type", "--delay", "20", "Plain3"])
    until(lambda: re.findall(r"\bCHAR\b\D*(\d+)", probe_log(home))[-6:] == [str(ord(c)) for c in "Plain3"], 5, "typed text")
    say("ok: a click and typed text arrive")


def move(home, xid):
    home.run(["xdotool", "windowmove", str(xid), "340", "210"])
    until(lambda: re.search(r"\b0 MOVE 340 210\b", probe_log(home)), 5, "the guest moves its window to the host's place")
    until(lambda: geometry(home, xid)[:2] == (340, 210), 5, "where the host has it")
    until(lambda: client_of(home, xid), 10, "with its pixels")
    box = titled(home, "Railhead Probe")["guest_geometry"]
    check((box["x"], box["y"]) == (340, 210), "both sides name the same place")


def second(home, xid):
    done = home.run([RAILHEAD, "run", "Notepad"], timeout=60)
    check(done.returncode == 0, f"Notepad runs {done.stderr.strip()}")
    other = until(lambda: titled(home, "Untitled - Notepad"), 10, "its window")["x_window"]
    until(lambda: is_placed(home, other), 10, "it is where the guest has placed it")
    home.run(["xdotool", "windowmove", str(other), "320", "250"])
    until(lambda: geometry(home, other)[:2] == (320, 250), 5, "Notepad lies over the probe")
    home.run(["xdotool", "windowactivate", "--sync", str(other)])
    home.run(["xdotool", "windowactivate", "--sync", str(xid)])
    until(lambda: re.findall(r"\b0 (SETFOCUS|KILLFOCUS)\b", probe_log(home))[-1:] == ["SETFOCUS"], 10, "the host activates the probe")
    until(lambda: client_of(home, xid), 10, "it is whole although Notepad lay over it")
    shot(home, "two")
    say("ok: two windows that overlap")
    return other


def is_placed(home, xid):
    """A new window has no place until the guest has given it one."""
    box = titled(home, "Untitled - Notepad")["guest_geometry"]
    return box["x"] > 0 and geometry(home, xid) == (box["x"], box["y"], box["width"], box["height"])


def states(home, xid):
    home.run(["xdotool", "windowminimize", str(xid)])
    until(lambda: titled(home, "Railhead Probe")["state"] == "minimised", 10, "minimised on the host, and in the guest")
    home.run(["xdotool", "windowactivate", str(xid)])
    until(lambda: titled(home, "Railhead Probe")["state"] == "normal" and is_viewable(home, xid), 10, "and restored")
    until(lambda: client_of(home, xid), 10, "with its pixels")
    say("ok: minimised and restored")


def whole_desktop(home, xid, other):
    before = geometry(home, xid), geometry(home, other)
    done = home.run([RAILHEAD, "desktop", "--show"], timeout=60)
    check(done.returncode == 0, f"the whole desktop {done.stdout.strip()}{done.stderr.strip()}")
    until(lambda: home.output(["xdotool", "search", "--onlyvisible", "--name", "^desktop — \\[wine\\]$"]).split(), 10, "its window")
    until(lambda: not is_viewable(home, xid) and not is_viewable(home, other), 10, "and no other")
    shot(home, "desktop")
    done = home.run([RAILHEAD, "desktop", "--hide"], timeout=60)
    check(done.returncode == 0, f"the windows {done.stdout.strip()}{done.stderr.strip()}")
    until(lambda: is_viewable(home, xid) and is_viewable(home, other), 10, "they are back")
    until(lambda: (geometry(home, xid), geometry(home, other)) == before, 10, "in their places")
    until(lambda: client_of(home, xid), 10, "with their pixels")
    say("ok: the whole desktop and back, the same X windows")


def close(home, other):
    home.run(["xdotool", "windowactivate", "--sync", str(other)])
    home.run(["xdotool", "key", "alt+F4"])
    until(lambda: not titled(home, "Untitled - Notepad"), 10, "Notepad closes")
    say("ok: a window is closed from the host")


def main():
    home = Home("rh-plain-")
    keep = True
    try:
        home.start_desktop()
        start(home)
        xid, client = launch(home)
        use(home, xid, client)
        move(home, xid)
        other = second(home, xid)
        states(home, xid)
        whole_desktop(home, xid, other)
        close(home, other)
        keep = False
    except Failed as failure:
        say(f"FAILED: {failure}")
        shot(home, "failed")
        return 1
    finally:
        home.end(keep)
    return 0


if __name__ == "__main__":
    with_session_bus()
    lacking = missing_tool()
    if lacking:
        say(f"skipped: {lacking} is not installed")
        sys.exit(77)
    sys.exit(main())
