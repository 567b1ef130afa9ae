#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole desktop of the embedded guest and back, again and again: running programs and their X windows kept, geometry and workspace
too, input in the desktop, its taskbar; closing its window leads back; how long each way takes.

usage: full-desktop.py BUILD-DIR (shared|gfx|legacy) [FOLDER]     FOLDER: gets the screenshots. Exit 77: a component is not here."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

from desktop import (BUILD, RAILHEAD, Failed, Home, check, connections, geometry, is_viewable, missing_tool, say, until, windows,
                     with_session_bus)

PIXELS = sys.argv[2]
FOLDER = sys.argv[3] if len(sys.argv) > 3 else None
TOGGLES = 10
LIMIT_MS = 3000
BAR = 30  # pixels of the guest's taskbar


def probe_log(home):
    with open(f"{home.data}/prefix/drive_c/railprobe.log", encoding="utf-8", errors="replace") as file:
        return file.read()


def shot(home, name):
    if FOLDER:
        home.run(["import", "-window", "root", os.path.join(FOLDER, f"{PIXELS}-{name}.png")])


def pixels(home, x, y, width=1, height=1):
    return subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"],
                          env=home.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def mine(home):
    return {w["title"]: w for w in windows(home) if w["title"]}


def start(home):
    wanted = "auto" if PIXELS == "shared" else PIXELS
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded", f"pixels={wanted}", "size=1200x900"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-{home.architecture}.exe", f"{home.data}/prefix/drive_c/railprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Railhead Probe", "C:\\railprobe.exe")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Railhead Probe"], 20, "the probe is published")
    for name in ("Railhead Probe", "Notepad"):
        done = home.run([RAILHEAD, "run", name], timeout=60)
        check(done.returncode == 0, f"{name} runs {done.stderr.strip()}")
    until(lambda: len([w for w in mine(home).values() if is_viewable(home, w["x_window"])]) == 2, 20, "both windows")
    place(home, "Railhead Probe", 90, 80)
    place(home, "Untitled - Notepad", 550, 300)


def configure(home):
    folder = os.path.join(home.env["XDG_CONFIG_HOME"], "railhead")
    os.mkdir(folder)
    with open(os.path.join(folder, "agent.conf"), "w", encoding="utf-8") as file:
        file.write("[desktop]\nhotkey=Ctrl+Alt+D\n")


def hotkey(home):
    """With and without Num Lock, there and back."""
    for extra in ([], ["key", "Num_Lock"]):
        home.run(["xdotool", *(extra or ["key", "Shift_L"]), "key", "ctrl+alt+d"])
        until(lambda: view(home), 10, "the hot key shows the desktop")
        home.run(["xdotool", "key", "ctrl+alt+d"])
        until(lambda: not view(home) and is_viewable(home, mine(home)["Railhead Probe"]["x_window"]), 10, "and hides it")
    home.run(["xdotool", "key", "Num_Lock"])
    say("ok: the hot key toggles, with Num Lock, too")


def place(home, title, x, y):
    xid = mine(home)[title]["x_window"]
    home.run(["xdotool", "windowmove", str(xid), str(x), str(y)])
    until(lambda: geometry(home, xid)[:2] == (x, y) and guest_box(home, title)[:2] == (x, y), 10, f"{title} at {x},{y}")


def guest_box(home, title):
    box = mine(home)[title]["guest_geometry"]
    return box["x"], box["y"], box["width"], box["height"]


def view(home):
    """The X window of the desktop, or None."""
    found = home.output(["xdotool", "search", "--onlyvisible", "--name", "^desktop — \\[wine\\]$"]).split()
    return int(found[0]) if len(found) == 1 else None


def desktop(home, *words):
    began = time.monotonic()
    done = home.run([RAILHEAD, "desktop", *words, "--json"], timeout=60)
    check_quietly(done.returncode == 0, f"railhead desktop {' '.join(words)}: {done.stderr.strip()}")
    return (time.monotonic() - began) * 1000


def check_quietly(condition, text):
    if not condition:
        raise Failed(text)


def show(home, *words):
    took = desktop(home, "--show", *words)
    began = time.monotonic()
    xid = until(lambda: view(home), 10, "one window with the desktop")
    until(lambda: not any(is_viewable(home, w["x_window"]) for w in mine(home).values()), 10, "no window of a program is seen")
    until(lambda: origin(home, xid), 10, "the probe's pattern on the desktop")
    return xid, took + (time.monotonic() - began) * 1000


def hide(home, *words):
    took = desktop(home, *(words or ("--hide",)))
    began = time.monotonic()
    until(lambda: all(is_viewable(home, w["x_window"]) for w in mine(home).values()), 10, "the windows are back")
    until(lambda: view(home) is None, 10, "the desktop is gone")
    return took + (time.monotonic() - began) * 1000


def origin(home, xid):
    """Where the guest's (0,0) is on the screen: by the pattern that the probe, at 90,80 of the guest, paints."""
    box = geometry(home, xid)
    if not box:
        return None
    x, y, width, height = box
    rgb = pixels(home, x, y, width, height)
    if len(rgb) != width * height * 3:
        return None
    for row in range(0, height - 40):
        at = rgb.find(b"\0\0\5" * 4, row * width * 3, (row + 1) * width * 3)
        if at < 0 or (at // 3) % width + 40 > width:
            continue
        column = (at // 3) % width if at % 3 == 0 else None
        if column is None or column + 40 > width:
            continue
        if all(rgb[((row + 4 + 8 * j) * width + column + 4 + 8 * i) * 3:][:3] == bytes((i, j, 5)) for i in range(4) for j in range(4)):
            client = client_origin(home)
            return x + column - client[0], y + row - client[1]
    return None


def client_origin(home):
    moves = re.findall(r"\b0 MOVE (-?\d+) (-?\d+)", probe_log(home))
    left, top, width, _ = guest_box(home, "Railhead Probe")
    frame = (width - 400) // 2
    return left + frame, top + guest_box(home, "Railhead Probe")[3] - 300 - frame if moves else None


def state_of(home):
    found = {}
    for title, window in mine(home).items():
        xid = window["x_window"]
        found[title] = (xid, geometry(home, xid), home.output(["xprop", "-id", str(xid), "_NET_WM_DESKTOP"]), guest_box(home, title))
    return found


def toggles(home):
    before, there, back = state_of(home), [], []
    links = connections(home)
    for _ in range(TOGGLES):
        _, took = show(home)
        there.append(took)
        back.append(hide(home))
        until(lambda: state_of(home) == before, 10, f"the same windows in the same places: {before} {state_of(home)}")
    check(connections(home) == links, f"{TOGGLES} times there and back, the same X windows, over one connection")
    for name, took in (("there", there), ("back", back)):
        say(f"{name}: median {statistics.median(took):.0f} ms, longest {max(took):.0f} ms of {len(took)}")
        check(max(took) < LIMIT_MS, f"each way {name} in less than {LIMIT_MS} ms")


def workspace(home):
    xid = mine(home)["Untitled - Notepad"]["x_window"]
    home.run(["xdotool", "set_desktop_for_window", str(xid), "1"])
    on = lambda: "= 1" in home.output(["xprop", "-id", str(xid), "_NET_WM_DESKTOP"])
    until(on, 5, "Notepad goes to the second workspace")
    show(home)
    desktop(home, "--hide")
    until(on, 10, "Notepad is on its workspace again")
    home.run(["xdotool", "set_desktop_for_window", str(xid), "0"])
    until(lambda: is_viewable(home, xid), 5, "and comes back from there")
    say("ok: a window stays on its workspace")


def click(home, x, y):
    home.run(["xdotool", "mousemove", str(x), str(y)])
    home.run(["xdotool", "click", "1"])


def count(home, event):
    return len(re.findall(rf"\b0 {event}\b", probe_log(home)))


def use(home):
    """Pointer, keys, wheel and taskbar in the desktop's window, full screen so that all of it is seen."""
    xid, _ = show(home, "--fullscreen")
    until(lambda: "FULLSCREEN" in home.output(["xprop", "-id", str(xid), "_NET_WM_STATE"]), 5, "full screen")
    until(lambda: geometry(home, xid) == (0, 0, 1600, 1200), 5, "as large as the monitor")
    left, top = until(lambda: origin(home, xid), 10, "the probe's pattern")
    check((left, top) == (200, 150), "a smaller desktop lies in the middle")
    shot(home, "fullscreen")
    cx, cy = client_origin(home)
    click(home, left + cx + 123, top + cy + 45)
    until(lambda: re.search(r"LBUTTONDOWN 123 45\b", probe_log(home)), 5, "a click at 123,45 of the probe")
    home.run(["xdotool", "type", "--delay", "20", "Desk7"])
    until(lambda: [c for c in re.findall(r"\bCHAR\b\D*(\d+)", probe_log(home))][-5:] == [str(ord(c)) for c in "Desk7"], 5, "typed text")
    for key, code in (("F5", 0x74), ("Home", 0x24), ("KP_Enter", 0x0D)):
        home.run(["xdotool", "key", key])
        until(lambda: re.search(rf"\b0 KEYDOWN {code}\b", probe_log(home)), 5, f"the key {key}")
    home.run(["xdotool", "click", "5"])
    until(lambda: count(home, "MOUSEWHEEL") > 0, 5, "the wheel")
    say("ok: pointer, text, special keys and wheel arrive")
    drag(home, left, top)
    taskbar(home, left, top)
    desktop(home, "--hide")
    until(lambda: is_viewable(home, mine(home)["Railhead Probe"]["x_window"]), 10, "the windows are back")
    say("ok: and the windows are back")


def drag(home, left, top):
    """By its title bar: here the guest moves its windows itself."""
    x, y, _, _ = guest_box(home, "Railhead Probe")
    at = (left + x + 100, top + y + 12)
    moves, steps = count(home, "MOVE"), [0]

    def wiggle():  # until the program has asked for the drag
        steps[0] += 1
        home.run(["xdotool", "mousemove", str(at[0] + 20 + steps[0] % 5), str(at[1] + 20)])
        return count(home, "MOVE") > moves

    home.run(["xdotool", "mousemove", str(at[0]), str(at[1]), "mousedown", "1"])
    until(wiggle, 10, "a window follows the pointer that holds its title bar")
    home.run(["xdotool", "mousemove", str(at[0] + 60), str(at[1] + 40)])
    until(lambda: last_move(home) == (x + 60, y + 40), 10, f"it goes where the pointer goes, {last_move(home)}")
    home.run(["xdotool", "mouseup", "1"])
    shot(home, "dragged")
    say("ok: a window is dragged by its title bar, by 60,40")


def last_move(home):
    return tuple(map(int, re.findall(r"\b0 MOVE (-?\d+) (-?\d+)", probe_log(home))[-1]))


def taskbar(home, left, top):
    bottom = top + 900 - BAR // 2
    check(len(set(pixels(home, left + 1100, bottom, 40, 1))) > 0, "there is a taskbar")
    switch(home, left, bottom)
    shot(home, "taskbar")
    click(home, left + 30, bottom)
    until(lambda: differs_from_bar(home, left, top), 5, "the Start menu opens above the taskbar")
    shot(home, "menu")
    home.run(["xdotool", "key", "Escape"])
    say("ok: taskbar and Start menu")


def switch(home, left, bottom):
    """By the buttons, in the order in which the windows came: to Notepad, which then lies above, and to the probe again."""
    for button, wanted in ((100, "KILLFOCUS"), (270, "SETFOCUS")):
        click(home, left + button, bottom)
        until(lambda: re.findall(r"\b0 (SETFOCUS|KILLFOCUS)\b", probe_log(home))[-1:] == [wanted], 5, f"the taskbar leads to {wanted}")
        until(lambda: is_above(home, left, bottom - 900 + BAR // 2) == (wanted == "SETFOCUS"), 5, "the window that was chosen lies above")


def is_above(home, left, top):
    """The probe, where Notepad overlaps it after the drag."""
    x, y, width, height = guest_box(home, "Untitled - Notepad")
    return pixels(home, left + x + 3, top + y + 60)[2:] == b"\5"


def differs_from_bar(home, left, top):
    rgb = pixels(home, left + 5, top + 900 - BAR - 40, 60, 30)
    return len(set(rgb[i:i + 3] for i in range(0, len(rgb), 3))) > 2


def close(home):
    xid, _ = show(home)
    shot(home, "window")
    home.run(["xdotool", "windowactivate", "--sync", str(xid), "key", "alt+F4"])  # of the window manager
    until(lambda: is_viewable(home, mine(home)["Railhead Probe"]["x_window"]), 10, "closing the desktop's window leads back")
    until(lambda: home.json("status")["guests"][0]["desktop"] == "windows", 5, "and the agent says so")
    check(home.json("status")["guests"][0]["desktop_way"] == "in-place", "the way is in place")


def main():
    home = Home("rh-desk-")
    keep = True
    try:
        configure(home)
        home.start_desktop()
        home.run(["xdotool", "set_num_desktops", "2"])
        start(home)
        shot(home, "seamless")
        toggles(home)
        workspace(home)
        use(home)
        close(home)
        hotkey(home)
        shot(home, "after")
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
