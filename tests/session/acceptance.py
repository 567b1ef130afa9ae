#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The acceptance checks A1 to A8 with one guest after the other: two monitors of which the primary one is on the right and has a
panel, openbox, the real agent, session and compositor. A26 is that "xp" passes them: Standard RDP Security, nothing announced,
window orders all the same, a Handshake, bitmap updates of 16 or 24 bits. Each check prints what it measured.

usage: acceptance.py BUILD-DIR win10|win7|xp16|xp24 [CHECK...]     Exit 77: a component is not here."""
import os
import random
import re
import shutil
import subprocess
import sys
import time

from desk import BUILD, run, say, until
from desktop import Failed, check, geometry, is_viewable, launcher_of

PERSONA = sys.argv[2] if len(sys.argv) > 2 else "win10"
DEPTH = {"xp16": 16, "xp24": 24}.get(PERSONA)
PANEL = 30
SIZE = "2880x1000"
PRIMARY, OTHER = (1280, 0, 1600, 1000), (0, 100, 1280, 900)
MONITORS = ["1600x1000+1280+0*", "1280x900+0+100"]
WINDOW, LAUNCHED, SECOND, DIALOG, POPUP, SUBMENU = 0x20010, 0x30020, 0x40030, 0x50040, 0x60050, 0x60060
BOX = (1400, 140, 400, 304)  # where the window is at home, on the host
MENU_STYLE = "style=0x94000000 ex=0x08200088"
DIALOG_STYLE = "style=0x94C800C4 ex=0x00010101"
MINIMISE, MAXIMISE, RESTORE = 0xF020, 0xF030, 0xF120
SCRIPT = "\n".join([
    'window 0x20010 box=120,140,400,304 title="Probe"',
    "app 00000000000000a1 name=Probe group=Tests", "app 00000000000000b2 name=Other group=Tests",
    "on launch do window 0x30020 box=300,200,240,184 title=Launched",
    "on launch do window-app 0x30020 $app process=4000",
] + [f"window {0x900000 + n} box={n * 9},{n * 7},{n % 3},{n % 2} title=Marker style=0x94000000" for n in range(10)] +
    [f"window {0x900100 + n} box={n * 9},{n * 7},60,60 title=Marker show=hidden" for n in range(10)])


def arrange(home):
    done = home.run([f"{BUILD}/tests/x11/set-monitors", *MONITORS])
    check(done.returncode == 0, f"monitors {' '.join(MONITORS)}")
    path = os.path.join(home.root, "tint2rc")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"panel_items = F\npanel_position = bottom center horizontal\npanel_monitor = 2\npanel_size = 100% {PANEL}\n"
                   "strut_policy = follow_size\nwm_menu = 0\npanel_dock = 0\nbackground_color = #406080 100\npanel_background_id = 1\n")
    home.panel = home.spawn(["tint2", "-c", path])
    home.reference = home.spawn(["xterm", "-name", "reference", "-geometry", "40x10", "-e", "cat"])
    until(lambda: "tint2" in home.output(["xwininfo", "-root", "-tree"]), 20, "the panel is there")
    until(lambda: reference(home), 20, "an xterm is there")


def reference(home):
    found = home.output(["xdotool", "search", "--onlyvisible", "--classname", "reference"]).split()
    return int(found[-1]) if found else None


def frame(home, xid):
    """What the window manager gave a window of another program, its decorations counted."""
    x, y, width, height = geometry(home, xid)
    extents = re.search(r"= (\d+), (\d+), (\d+), (\d+)", property_of(home, xid, "_NET_FRAME_EXTENTS"))
    left, right, top, bottom = map(int, extents.groups()) if extents else (0, 0, 0, 0)
    return x - left, y - top, width + left + right, height + top + bottom


def ask(home, window, message, *values):
    done = home.run([f"{BUILD}/tests/support/x-ask", str(window), message, *map(str, values)])
    if done.returncode:
        raise Failed(f"x-ask {window} {message}: exit {done.returncode}")


def maximise(home, window, on):
    ask(home, window, "_NET_WM_STATE", int(on), "_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ", 2)


def property_of(home, xid, *names):
    return home.output(["xprop", "-id", str(xid), *names])


def xids(home, name):
    return [int(word, 16) for word in re.findall(r"0x[0-9a-f]+", home.output(["xprop", "-root", name]))]


def active(home):
    found = xids(home, "_NET_ACTIVE_WINDOW")
    return found[-1] if found else 0


def watch(seconds, probe, text):
    """The condition holds all the while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not probe():
            raise Failed(f"not for {seconds} s: {text}")


def origin(desk):
    """Of the guest's desktop on the host: Windows with monitors counts from the primary one, an XP has one desktop over all."""
    return (0, 0) if PERSONA.startswith("xp") else PRIMARY[:2]


def to_guest(desk, x, y):
    return x - origin(desk)[0], y - origin(desk)[1]


def put(desk, window, box, *words):
    """The guest puts a window where `box` is on the host."""
    x, y = to_guest(desk, *box[:2])
    desk.fake.send(f"window {window} box={x},{y},{box[2]},{box[3]} " + " ".join(words))


def screen(home, box):
    data = subprocess.run(["import", "-window", "root", "-crop", f"{box[2]}x{box[3]}+{box[0]}+{box[1]}", "-depth", "8", "rgb:-"],
                          env=home.env, stdout=subprocess.PIPE, check=True, timeout=60).stdout
    if len(data) != box[2] * box[3] * 3:
        raise Failed(f"{len(data)} bytes of {box}")
    return data


def decoded(desk, box, number):
    """How many of a hundred pixels of a place on the screen are those of the pattern that the guest painted there."""
    data, right, total = screen(desk.home, box), 0, 0
    step, mask = (8, 0xF8) if DEPTH == 16 else (1, 0xFF)
    blue = 16 * number + 5 & mask
    for y in range(0, box[3], 3):
        for x in range(0, box[2], 3):
            at = (y * box[2] + x) * 3
            wanted = (x // 8 * step & mask, y // 8 * step & mask, blue)
            right += tuple(value & mask for value in data[at:at + 3]) == wanted
            total += 1
    return 100 * right / total


def until_decoded(desk, box, number=0, seconds=20):
    found = [0.0]

    def is_right():
        found[0] = decoded(desk, box, number)
        return found[0] >= 99
    try:
        until(is_right, seconds, "the pattern is on the screen")
    except Failed as error:
        raise Failed(f"{error}: {found[0]:.1f} % of {box}") from error
    return found[0]


def click(desk, x, y, button=1):
    """A click at a place of the host; where the guest heard of it. Pointers count from the desktop's corner, not from the primary
    monitor's (MS-RDPBCGR 2.2.8.1.1.3.1.1.3)."""
    desk.fake.forget()
    desk.home.run(["xdotool", "mousemove", str(x), str(y), "click", str(button)])
    heard = desk.fake.wait("mouse", flags=0x9000)
    desk.fake.wait("mouse", flags=0x1000)
    return heard["x"], heard["y"]


def go_home(desk):
    box = BOX
    put(desk, WINDOW, box)
    xid = desk.shown(WINDOW)
    until(lambda: geometry(desk.home, xid) == box, 20, f"the window is at {box}")
    return xid, box


def a1_appears(desk):
    xid, box = go_home(desk)
    share = until_decoded(desk, box)
    mine = [w for w in xids(desk.home, "_NET_CLIENT_LIST") if "not found" not in property_of(desk.home, w, "_RAILHEAD_GUEST")]
    check(mine == [xid], f"A1: {len(mine)} window, {share:.1f} % of its pixels are the guest's; of 20 hidden and empty ones none is seen")
    launcher = until(lambda: launcher_of(desk.home, "Probe"), 20, "a launcher")
    began = time.monotonic()
    done = desk.home.run(["gio", "launch", launcher])
    launched = desk.shown(LAUNCHED)
    check(done.returncode == 0, f"A1: {time.monotonic() - began:.2f} s from the launcher to a painted window")
    until_decoded(desk, geometry(desk.home, launched), 21)
    desk.fake.send(f"delete {LAUNCHED}")
    until(lambda: not desk.window(LAUNCHED), 20, "it is closed")
    until_decoded(desk, box)


def reference_on(desk, monitor):
    home, xid = desk.home, reference(desk.home)
    home.run(["xdotool", "windowmove", str(xid), str(monitor[0] + 90), str(monitor[1] + 500)])
    until(lambda: monitor[0] <= frame(home, xid)[0] < monitor[0] + monitor[2], 20, "the reference is on the monitor")
    maximise(home, xid, True)
    until(lambda: frame(home, xid)[2] > monitor[2] - 10, 20, "the reference is maximised")
    box = frame(home, xid)
    maximise(home, xid, False)
    until(lambda: frame(home, xid)[2] < monitor[2] // 2, 20, "and is not")
    return box


def maximised_as(desk, xid, expected, text):
    """Reaches the place of the reference and stays: at most two changes of its state."""
    states, places, since = [], set(), [time.monotonic()]

    def rests():
        state = re.sub(r"_NET_WM_STATE_(FOCUSED|DEMANDS_ATTENTION),? ?", "", property_of(desk.home, xid, "_NET_WM_STATE"))
        place = geometry(desk.home, xid)
        if place != expected or (states and state != states[-1]):
            since[0] = time.monotonic()
        if not states or state != states[-1]:
            states.append(state)
        places.add(place)
        return "MAXIMIZED_VERT" in state and time.monotonic() - since[0] > 3
    try:
        until(rests, 20, f"{text}: maximised at {expected}")
    except Failed as error:
        raise Failed(f"{error}; it is {geometry(desk.home, xid)} {states}") from error
    check(len(states) <= 3, f"A2: {text}: at {expected}, as an xterm, for 3 s, {len(states) - 1} changes of state")
    x, y = expected[0] + expected[2] // 2, expected[1] + expected[3] // 2
    check(click(desk, x, y) == (x, y), f"A2: {text}: a click in the middle is at {x},{y} for the guest")


def a2_maximises(desk):
    xid, _ = go_home(desk)
    home, panel_box = desk.home, (PRIMARY[0], PRIMARY[1] + PRIMARY[3] - PANEL, PRIMARY[2], PANEL)
    panel = screen(home, panel_box)
    for monitor in (PRIMARY, OTHER):
        expected = reference_on(desk, monitor)
        normal = (monitor[0] + 200, monitor[1] + 220, 400, 304)
        for by in ("the guest", "the user"):
            put(desk, WINDOW, normal)
            until(lambda: geometry(home, xid) == normal, 20, f"on the monitor at {monitor[:2]}")
            desk.activate(xid)
            if by == "the guest":
                desk.fake.send(f"show {WINDOW} maximised")
            else:
                desk.fake.forget()
                maximise(home, xid, True)
                desk.fake.wait("system-command", window=WINDOW, command=MAXIMISE)
            maximised_as(desk, xid, expected, f"by {by}, monitor {monitor[:2]}")
            check(screen(home, panel_box) == panel, "A2: the panel is as it was")
            ask(home, reference(home), "_NET_ACTIVE_WINDOW", 2)
            until(lambda: active(home) == reference(home), 20, "another window is active")
            watch(0.5, lambda: geometry(home, xid) == expected, "it stays maximised")
            if by == "the guest":
                desk.fake.send(f"show {WINDOW} normal")
            else:
                desk.fake.forget()
                maximise(home, xid, False)
                desk.fake.wait("system-command", window=WINDOW, command=RESTORE)
            until(lambda: geometry(home, xid) == normal, 20, f"restored to {normal}")
    say("A2: restored to the pixel each time")
    grows_without_panel(desk, xid)


def grows_without_panel(desk, xid):
    home = desk.home
    put(desk, WINDOW, (PRIMARY[0] + 200, 220, 400, 304))
    until(lambda: geometry(home, xid)[0] == PRIMARY[0] + 200, 20, "on the panel's monitor")
    desk.fake.send(f"show {WINDOW} maximised")
    until(lambda: geometry(home, xid)[3] == PRIMARY[3] - PANEL, 20, "maximised above the panel")
    home.panel.terminate()
    began = time.monotonic()
    until(lambda: geometry(home, xid) == PRIMARY, 20, "it grows over the panel's place")
    say(f"A2: {time.monotonic() - began:.2f} s after the panel has gone it covers its place")
    desk.fake.send(f"show {WINDOW} normal")
    until(lambda: geometry(home, xid)[2] == 400, 20, "restored")


def quiet(desk, text):
    """Three seconds without a word to the guest about places."""
    before = len(desk.fake.events("window-move"))
    watch(3, lambda: len(desk.fake.events("window-move")) == before, f"{text}: nothing is asked for")


def user_moves(desk, xid, x, y):
    desk.fake.forget()
    desk.home.run(["xdotool", "windowmove", str(xid), str(x), str(y)])
    moved = desk.fake.wait("window-move", window=WINDOW)
    until(lambda: geometry(desk.home, xid)[:2] == (x, y), 20, f"it is at {x},{y}")
    return moved


def user_drags(desk, xid, dx, dy):
    """By the window manager's own key and button; it takes the pointer some time after the press."""
    home = desk.home
    x, y, _, _ = geometry(home, xid)
    desk.fake.forget()
    home.run(["xdotool", "keydown", "alt", "mousemove", str(x + 60), str(y + 60), "mousedown", "1"])
    shake = [0]

    def follows():
        shake[0] ^= 1
        home.run(["xdotool", "mousemove", str(x + 60 + dx // 2 + shake[0]), str(y + 60 + dy // 2)])
        return geometry(home, xid)[:2] != (x, y)
    until(follows, 20, "the window follows the pointer")
    home.run(["xdotool", "mousemove", str(x + 60 + dx), str(y + 60 + dy), "mouseup", "1", "keyup", "alt"])
    until(lambda: geometry(home, xid)[:2] == (x + dx, y + dy), 20, f"dragged by {dx},{dy}")
    desk.fake.wait("window-move", window=WINDOW)


def user_sizes(desk, xid, width, height):
    desk.fake.forget()
    desk.home.run(["xdotool", "windowsize", str(xid), str(width), str(height)])
    desk.fake.wait("window-move", window=WINDOW)
    until(lambda: geometry(desk.home, xid)[2:] == (width, height), 20, f"it is {width}x{height}")


def settled_moves(desk):
    """How many words of its place the guest heard of the last action, once all is quiet."""
    time_of_last = [time.monotonic(), len(desk.fake.events("window-move"))]

    def rests():
        now = len(desk.fake.events("window-move"))
        if now != time_of_last[1]:
            time_of_last[:] = [time.monotonic(), now]
        return time.monotonic() - time_of_last[0] > 0.4
    until(rests, 20, "no more words of the place")
    return time_of_last[1]


def a3_keeps_its_size(desk):
    for delay, moves, drags, sizes, shows in ((0, 40, 10, 20, 10), (300, 6, 3, 4, 2)):
        desk.fake.run(f"moves delay={delay}")
        xid, box = go_home(desk)
        desk.activate(xid)
        most = of_drag = 0
        for n in range(moves):
            user_moves(desk, xid, 100 + n * 61 % 1400, 120 + n * 37 % 400)
            most = max(most, settled_moves(desk))
        for n in range(drags):
            user_drags(desk, xid, 70 if n % 2 else -60, 30 if n % 2 else -20)
            of_drag = max(of_drag, settled_moves(desk))
        check(geometry(desk.home, xid)[2:] == box[2:], f"A3: {moves} moves and {drags} drags, answers {delay} ms late: size {box[2:]} is "
                                                       f"as it was, {most} and {of_drag} words to the guest for each at most")
        check(most <= 1 and of_drag <= 2, "A3: one word for one move; a drag may rest in between")
        for n in range(sizes):
            user_sizes(desk, xid, 400 + (n + 1) % 2 * 50, 304 + (n + 1) % 2 * 30)
        for _ in range(shows):
            desk.home.run(["xdotool", "windowminimize", str(xid)])
            until(lambda: not is_viewable(desk.home, xid), 20, "minimised")
            desk.home.run(["xdotool", "windowactivate", str(xid)])
            until(lambda: is_viewable(desk.home, xid), 20, "restored")
        quiet(desk, "afterwards")
        check(geometry(desk.home, xid)[2:] == box[2:], f"A3: {sizes} sizes and {shows} times minimised: size as it was, then 3 s of silence")
        until_decoded(desk, geometry(desk.home, xid))
    desk.fake.run("moves")


def number_of(desk, window):
    """Puts a number of its own into a window's pattern."""
    desk.fake.run(f"look {window} number=7", f"paint {window}")
    return 7


def moves_of(desk, xid, window, places):
    """A user's moves, one after the other: the most words to the guest for one."""
    most = 0
    for i in places:
        x, y = 1340 + i * 61 % 900, 120 + i * 37 % 400
        desk.fake.forget()
        desk.home.run(["xdotool", "windowmove", str(xid), str(x), str(y)])
        desk.fake.wait("window-move", window=window)
        most = max(most, settled_moves(desk))
        until(lambda: geometry(desk.home, xid)[:2] == (x, y), 20, f"it is at {x},{y}")  # pylint: disable=cell-var-from-loop
    return most


def a3_learns_borders(desk):
    """A dialog of a fixed size with borders that the guest does not tell: each move would take 14x7 pixels from it."""
    for delay in (0, 300):
        desk.fake.run(f"moves delay={delay}")
        put(desk, DIALOG, (1500, 300, 300, 200), "style=0x14C80000 ex=0x00010101 margins=0,0,0,0 borders=7,0,7,7 title=Fixed")
        xid = desk.shown(DIALOG)
        words = moves_of(desk, xid, DIALOG, [0]), moves_of(desk, xid, DIALOG, range(1, 16))
        check(words[0] <= 2 and words[1] == 1, f"A3: borders are learned from {words[0]} words, then one word for each of 15 moves")
        watch(1, lambda: geometry(desk.home, xid)[2:] == (300, 200), "the size stays")  # pylint: disable=cell-var-from-loop
        share = until_decoded(desk, geometry(desk.home, xid), number_of(desk, DIALOG))
        check(True, f"A3: answers {delay} ms late: the dialog is 300x200 as it was, {share:.1f} % of its pixels are right")
        desk.fake.run(f"delete {DIALOG}")
        until(lambda: not desk.window(DIALOG), 20, "closed")
    desk.fake.run("moves")


def a3_follows_wrong_answers(desk):
    """A guest that puts windows elsewhere than asked, and says so late, has the last word; neither side drifts."""
    xid, box = go_home(desk)
    for delay, add in ((0, (5, 3, 0, 0)), (300, (0, 0, 16, -8)), (1200, (-9, 0, 0, 0))):
        desk.fake.run(f"moves delay={delay} add={','.join(map(str, add))}")
        desk.fake.forget()
        before = geometry(desk.home, xid)
        desk.home.run(["xdotool", "windowmove", str(xid), str(before[0] + 70), str(before[1] + 40)])
        expected = tuple(a + b + c for a, b, c in zip(before, (70, 40, 0, 0), add))
        until(lambda: geometry(desk.home, xid) == expected, 20, f"it is at {expected}")  # pylint: disable=cell-var-from-loop
        words = settled_moves(desk)
        quiet(desk, "after a wrong answer")
        until_decoded(desk, expected)
        check(words == 1, f"A3: asked for, answered {delay} ms late and {add} off: the host follows to {expected} after {words} word")
    desk.fake.run("moves")
    put(desk, WINDOW, box)


def children(home):
    return len(re.findall(r"^ +0x", home.output(["xwininfo", "-root", "-children"]), re.M))


def pop_up(desk, window, box, *words):
    put(desk, window, box, MENU_STYLE, "title=", *words)
    xid = desk.shown(window)
    check(geometry(desk.home, xid) == box, f"A4: the menu is at {box}")
    check("Override Redirect State: yes" in desk.home.output(["xwininfo", "-id", str(xid)]), "past the window manager")
    return xid


def closes_at(desk, window, xid, before, text):
    began = time.monotonic()
    desk.fake.send(f"delete {window}")
    until(lambda: not is_viewable(desk.home, xid), 20, "the menu goes")
    took = time.monotonic() - began
    until(lambda: children(desk.home) == before, 20, "nothing is left behind")
    say(f"A4: {text}: gone after {took * 1000:.0f} ms, {before} windows below the root as before")


def a4_menus(desk):
    owner, box = go_home(desk)
    desk.activate(owner)
    home, before = desk.home, children(desk.home)
    right, bottom = PRIMARY[0] + PRIMARY[2], PRIMARY[1] + PRIMARY[3]
    places = {"centre": (2000, 400, 160, 200), "right edge": (right - 160, 300, 160, 200), "bottom edge": (1900, bottom - 200, 160, 200),
              "other monitor": (400, 500, 160, 200)}
    for name, place in places.items():
        if name == "other monitor":  # a pop-up stays on its owner's
            box = (OTHER[0] + 150, OTHER[1] + 300, 400, 304)
            put(desk, WINDOW, box)
            until(lambda: geometry(home, owner) == box, 20, "the owner is there, too")
        desk.fake.forget()
        xid = pop_up(desk, POPUP, place)
        watch(2, lambda: is_viewable(home, xid) and active(home) == owner, f"{name}: the menu stays, its owner is active")
        check(not desk.fake.events("activate"), f"A4: {name}: open for 2 s, no word of activation to the guest")
        at = (place[0] + 20, place[1] + 77)
        check(click(desk, *at) == at, f"A4: {name}: a click arrives at its place")
        check(not desk.fake.events("activate", enabled=0), "A4: nor does the click deactivate")
        if name == "centre":
            inner = pop_up(desk, SUBMENU, (place[0] + 150, place[1] + 40, 140, 120))
            watch(1, lambda: is_viewable(home, xid) and is_viewable(home, inner), "menu and submenu stay")
            desk.fake.send(f"delete {SUBMENU}")
            until(lambda: not is_viewable(home, inner), 20, "the submenu goes")
        home.run(["xdotool", "key", "Escape"])
        desk.fake.wait("key", code=1, down=1)
        closes_at(desk, POPUP, xid, before, name)
    keeps_keys(desk, box)


def keeps_keys(desk, box):
    """Ctrl is held while a tooltip comes and goes; then a letter."""
    desk.fake.forget()
    desk.home.run(["xdotool", "keydown", "ctrl"])
    desk.fake.wait("key", code=0x1D, down=1)
    xid = pop_up(desk, POPUP, (box[0] + 30, box[1] + 60, 90, 20))
    desk.fake.send(f"delete {POPUP}")
    until(lambda: not is_viewable(desk.home, xid), 20, "the tooltip goes")
    desk.home.run(["xdotool", "key", "a"])
    desk.fake.wait("key", code=0x1E, down=1)
    ups = desk.fake.events("key", code=0x1D, down=0)
    desk.home.run(["xdotool", "keyup", "ctrl"])
    desk.fake.wait("key", code=0x1D, down=0)
    check(not ups, "A4: Ctrl is held over a tooltip")


def identity(desk, xid):
    text = property_of(desk.home, xid, "WM_CLASS", "_NET_WM_ICON", "WM_TRANSIENT_FOR", "_NET_WM_WINDOW_TYPE", "_NET_WM_NAME", "_NET_WM_PID")
    return text + property_of(desk.home, xid, "-notype", "WM_HINTS")


def class_of(desk, xid):
    return re.search(r'"(.*?)"', property_of(desk.home, xid, "WM_CLASS")).group(1)


def a5_identity(desk):
    first, _ = go_home(desk)
    lines = [f"window-app {WINDOW} 00000000000000a1 process=4000", f"icon {WINDOW} size=16 colour=c04080"]
    put(desk, DIALOG, (1480, 200, 220, 144), DIALOG_STYLE, f"owner={WINDOW}", 'title="First dialog"')
    desk.fake.run(*lines, f"window-app {DIALOG} 00000000000000a1 process=4000")
    until(lambda: class_of(desk, desk.shown(DIALOG)).endswith("a1") and class_of(desk, first).endswith("a1"), 20, "the first application's class")
    until(lambda: "_NET_WM_ICON(CARDINAL)" in property_of(desk.home, first, "_NET_WM_ICON"), 20, "an icon")
    before = identity(desk, first)
    put(desk, SECOND, (1880, 200, 400, 304), 'title="Second"')
    put(desk, SECOND + 1, (1930, 250, 220, 144), DIALOG_STYLE, f"owner={SECOND}", 'title="Second dialog"')
    desk.fake.run(f"window-app {SECOND} 00000000000000b2 process=4001", f"window-app {SECOND + 1} 00000000000000b2 process=4001")
    second = desk.shown(SECOND)
    until(lambda: class_of(desk, second).endswith("b2"), 20, "the second application's class")
    classes = {name: class_of(desk, desk.shown(window)) for name, window in
               (("first", WINDOW), ("its dialog", DIALOG), ("second", SECOND), ("its dialog, too", SECOND + 1))}
    found = list(classes.values())
    check(found[0] == found[1] and found[2] == found[3] and found[0] != found[2], f"A5: classes {found[0]} and {found[2]}, dialogs have their owner's")
    for name, xid in (("Probe", first), ("Other", second)):
        launcher = until(lambda: launcher_of(desk.home, name), 20, "a launcher")  # pylint: disable=cell-var-from-loop
        with open(launcher, encoding="utf-8") as file:
            check(f"StartupWMClass={class_of(desk, xid)}\n" in file.read(), f"A5: the launcher of {name} names its windows' class")
        check(desk.home.run(["desktop-file-validate", launcher]).returncode == 0, "A5: and is valid")
    check(identity(desk, first) == before, "A5: the second application changes nothing of the first one's window")
    skips = ["SKIP_TASKBAR" in desk.state(desk.shown(window)) for window in (WINDOW, SECOND, DIALOG)]
    check(skips == [False, False, True], "A5: main windows are in the taskbar, a dialog is not")
    desk.fake.run(*(f"delete {window}" for window in (DIALOG, SECOND + 1, SECOND)))
    until(lambda: not desk.window(SECOND), 20, "closed")


def a6_monitors(desk):
    xid, _ = go_home(desk)
    desk.activate(xid)
    exact = clicks = 0
    for monitor in (PRIMARY, OTHER):
        for column in range(5):
            for row in range(5):
                x = monitor[0] + (monitor[2] - 400) * column // 4
                y = monitor[1] + (monitor[3] - 304) * row // 4
                put(desk, WINDOW, (x, y, 400, 304))
                until(lambda: geometry(desk.home, xid) == (x, y, 400, 304), 20, f"at {x},{y}")  # pylint: disable=cell-var-from-loop
                exact += 1
                if (column, row) in ((0, 0), (4, 0), (0, 4), (2, 2)):
                    until_decoded(desk, (x, y, 400, 304))
                    for cx, cy in ((x, y), (x + 399, y), (x, y + 303), (x + 399, y + 303)):
                        heard = click(desk, cx, cy)
                        if heard != (cx, cy):
                            raise Failed(f"A6: a click at {cx},{cy} is {heard} for the guest")
                        clicks += 1
    say(f"A6: {exact} places exact, {clicks} clicks exact")


def a6_loses_a_monitor(desk):
    xid, _ = go_home(desk)
    put(desk, WINDOW, (OTHER[0] + 100, OTHER[1] + 400, 400, 304))
    until(lambda: geometry(desk.home, xid)[0] == OTHER[0] + 100, 20, "on the monitor that goes")
    desk.home.run([f"{BUILD}/tests/x11/set-monitors", MONITORS[0]])

    def is_rescued():
        x, y, width, height = geometry(desk.home, xid)
        return PRIMARY[0] <= x and x + width <= PRIMARY[0] + PRIMARY[2] and PRIMARY[1] <= y and y + height <= PRIMARY[1] + PRIMARY[3]
    until(is_rescued, 20, "the window is on the monitor that is left")
    x, y, _, _ = geometry(desk.home, xid)
    desk.fake.forget()
    until_decoded(desk, geometry(desk.home, xid))
    desk.home.run(["xdotool", "mousemove", str(x + 30), str(y + 40), "click", "1"])
    heard = desk.fake.wait("mouse", flags=0x9000)
    say(f"A6: a monitor goes: the window is at {x},{y}, a click at its 30,40 is {heard['x']},{heard['y']} for the guest")


def guest_order(desk, order):
    """The guest's windows from the back to the front, after what it was told to activate."""
    for event in desk.fake.events("activate", enabled=1):
        if event["window"] in order:
            order.remove(event["window"])
            order.append(event["window"])
    return order


def a7_modal(desk):
    owner, box = go_home(desk)
    home = desk.home
    desk.activate(owner)
    listed = [w for w in xids(home, "_NET_CLIENT_LIST") if "SKIP_TASKBAR" not in desk.state(w)]
    put(desk, DIALOG, (box[0] + 80, box[1] + 90, 220, 144), DIALOG_STYLE, f"owner={WINDOW}", "title=Question")
    desk.fake.run(f"window {WINDOW} style=0x1CCF0000")
    dialog = desk.shown(DIALOG)
    until(lambda: "_NET_WM_STATE_MODAL" in desk.state(dialog), 20, "the dialog is modal")
    desk.fake.run(f"raise {DIALOG}")
    until(lambda: active(home) == dialog, 20, "and active")
    for _ in range(5):
        home.run(["xdotool", "mousemove", str(box[0] + 15), str(box[1] + 280), "click", "1"])
        watch(0.3, lambda: xids(home, "_NET_CLIENT_LIST_STACKING").index(dialog) > xids(home, "_NET_CLIENT_LIST_STACKING").index(owner),
              "the dialog stays above its owner")
        until(lambda: active(home) == dialog, 20, "the dialog is active")
    check(listed == [w for w in xids(home, "_NET_CLIENT_LIST") if "SKIP_TASKBAR" not in desk.state(w)],
          "A7: five clicks on the owner: the dialog is above and active; the taskbar has no window more")
    desk.fake.run(f"delete {DIALOG}", f"window {WINDOW} style=0x14CF0000")
    until(lambda: not desk.window(DIALOG), 20, "closed")
    covered(desk, owner, box)
    raised(desk)


def covered(desk, xid, box):
    """A click on a window of the host that lies over the guest's is none of the guest's business."""
    home, other = desk.home, reference(desk.home)
    home.run(["xdotool", "windowmove", str(other), str(box[0] + 40), str(box[1] + 40)])
    ask(home, other, "_NET_ACTIVE_WINDOW", 2)
    until(lambda: active(home) == other, 20, "the xterm is active")
    x, y, width, height = geometry(home, other)
    desk.fake.forget()
    home.run(["xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "click", "1"])
    at = click(desk, box[0] + 5, box[1] + 5)
    heard = [e for e in desk.fake.events("mouse") if e["flags"] & 0x8000]
    check(at == (box[0] + 5, box[1] + 5) and len(heard) == 1, "A7: the guest hears of the click beside the xterm and not of that on it")


def raised(desk):
    """After each raise the two sides have the guest's windows in the same order."""
    home, chance = desk.home, random.Random(8)
    for n in range(3):
        put(desk, SECOND + n, (1440 + 40 * n, 180 + 30 * n, 400, 304), f"title=Number{n}")
    desk.fake.run("note all-there")
    ids = [WINDOW, SECOND, SECOND + 1, SECOND + 2]
    of_xid = {desk.shown(window): window for window in ids}
    for xid, window in of_xid.items():
        desk.activate(xid)
    until(lambda: [of_xid[w] for w in xids(home, "_NET_CLIENT_LIST_STACKING") if w in of_xid] == ids, 20, "the first order")
    desk.fake.forget()
    order = list(ids)
    for n in range(10):
        xid = chance.choice([w for w in of_xid if of_xid[w] != order[-1]])
        desk.activate(xid)
        desk.fake.wait("activate", window=of_xid[xid], enabled=1)
        order = guest_order(desk, order)
        desk.fake.forget()
        until(lambda: [of_xid[w] for w in xids(home, "_NET_CLIENT_LIST_STACKING") if w in of_xid] == order, 20,
              f"raise {n}: host and guest have the same order")
    say("A7: ten raises: the guest's order is the host's after each")
    desk.fake.run(*(f"delete {window}" for window in ids[1:]))
    until(lambda: not desk.window(SECOND + 2), 20, "closed")


def shows(desk, xid, iconic, text):
    """Host and guest agree within a second."""
    began = time.monotonic()
    until(lambda: ("Iconic" in property_of(desk.home, xid, "WM_STATE")) == iconic, 20, text)
    return time.monotonic() - began


def a8_minimises(desk):
    xid, box = go_home(desk)
    home, slowest = desk.home, 0
    for n in range(20):
        desk.fake.forget()
        if n % 2:
            desk.fake.send(f"show {WINDOW} minimised")
            slowest = max(slowest, shows(desk, xid, True, "minimised by the guest"))
            desk.fake.send(f"show {WINDOW} normal")
            slowest = max(slowest, shows(desk, xid, False, "restored by the guest"))
        else:
            home.run(["xdotool", "windowminimize", str(xid)])
            desk.fake.wait("system-command", window=WINDOW, command=MINIMISE)
            slowest = max(slowest, shows(desk, xid, True, "minimised by the user"))
            home.run(["xdotool", "windowactivate", str(xid)])
            desk.fake.wait("system-command", window=WINDOW, command=RESTORE)
            slowest = max(slowest, shows(desk, xid, False, "restored by the user"))
        until(lambda: geometry(home, xid) == box, 20, "at its place")
    check(slowest < 1, f"A8: 20 cycles by guest and user: they agree after {slowest:.2f} s at most, size kept")
    for _ in range(5):
        ask(home, "root", "_NET_SHOWING_DESKTOP", 1)
        until(lambda: not is_viewable(home, xid), 20, "the desktop is shown")
        ask(home, "root", "_NET_SHOWING_DESKTOP", 0)
        until(lambda: is_viewable(home, xid), 20, "and the window again")
    until(lambda: geometry(home, xid) == box, 20, "at its place")
    switches_workspaces(desk, xid, box)


def switches_workspaces(desk, xid, box):
    home = desk.home
    desk.fake.forget()
    for _ in range(5):
        home.run(["xdotool", "set_desktop", "1"])
        until(lambda: not is_viewable(home, xid), 20, "another workspace")
        watch(0.4, lambda: not is_viewable(home, xid), "nothing of the guest is seen there")
        home.run(["xdotool", "set_desktop", "0"])
        until(lambda: is_viewable(home, xid), 20, "and back")
    desk.fake.run("note switched")
    check(not desk.fake.events("system-command"), "A8: five times to another workspace and back: the guest hears of no state")
    check(geometry(home, xid) == box, "A8: and the window is where it was")
    until_decoded(desk, box)


CHECKS = [a1_appears, a2_maximises, a3_keeps_its_size, a3_learns_borders, a3_follows_wrong_answers, a4_menus, a5_identity, a6_monitors, a7_modal, a8_minimises,
          a6_loses_a_monitor]

if __name__ == "__main__":
    for tool in ("tint2", "xterm", "gio", "desktop-file-validate"):
        if not shutil.which(tool):
            print(f"{tool} is not here")
            sys.exit(77)
    wanted = [function for function in CHECKS if not sys.argv[3:] or function.__name__ in sys.argv[3:]]
    options = {"depth": DEPTH} if DEPTH else {}
    sys.exit(run(wanted, "xp" if DEPTH else PERSONA, SCRIPT, size=SIZE, prepare=arrange, **options))
