#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Notification icons of a scripted guest on the desktop's tray: each an item with its own pixels, clicks come back as the messages
that an icon of its version gets, after the pointer; balloons are notifications without markup, and their end is told. A guest that
overdoes it is held to its limits.

usage: icons.py BUILD-DIR xp|win10     Exit 77: a component is not here."""
import os
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../session")]
import bindings  # noqa: E402
bindings.need()
import bus  # noqa: E402
from desk import run, until  # noqa: E402
from desktop import check, with_session_bus  # noqa: E402

OWNER, WINDOW = 0x10050, 0x20010
DOWN, UP, DOUBLE, RIGHT_DOWN, RIGHT_UP, MENU = 0x201, 0x202, 0x203, 0x204, 0x205, 0x7B
SELECT, SHOWN, HIDDEN, TIMEOUT, CLICKED = 0x400, 0x402, 0x403, 0x404, 0x405
SCRIPT = f'''
window {WINDOW} box=150,120,400,300 title="Probe"
look {WINDOW} colour=80c0f8
'''


def guests(desk):
    return [item for item in desk.watcher.items() if (item.get("Id") or "railhead") != "railhead"]


def item_of(desk, tip):
    return next((item for item in guests(desk) if item.get("Title") == tip), None)


def sent(desk, icon, count):
    """The messages for an icon since forget(), once there are so many."""
    until(lambda: len(desk.fake.events("notify-event", icon=icon)) >= count, 20, f"{count} messages for icon {icon}")
    return [event["message"] for event in desk.fake.events("notify-event", icon=icon)]


def come(desk):
    desk.watcher, desk.daemon = bus.Watcher(), bus.Notifications()
    desk.fake.run(f'notify {OWNER} 1 new version=0 tip="<b>One</b> & more" colour=ff2030 size=16',
                  f'notify {OWNER} 2 new version=3 tip="Two" colour=20ff30 size=32 cache=1,3',
                  f'notify {OWNER} 3 new version=4 tip="Three" colour=2030ff hidden=0')
    until(lambda: len(guests(desk)) == 3, 20, "three icons are three items")
    desk.icons = [until(lambda tip=tip: item_of(desk, tip), 20, tip) for tip in ("<b>One</b> & more", "Two", "Three")]
    for item, colour, side in zip(desk.icons, ("ffff2030", "ff20ff30", "ff2030ff"), (16, 32, 32)):
        check(item.pixel(3, 5) == colour and item.get("IconPixmap")[0][0] == side, f"its pixels are {colour}")
        check(not item.get("ItemIsMenu"), "a click is a click")
    check(desk.icons[0].get("ToolTip")[2:] == ("&lt;b&gt;One&lt;/b&gt; &amp; more", "fake"), "a tooltip is no markup, and names the guest")
    check(len({item.get("Id") for item in desk.icons}) == 3, "each has its own name for the desktop's settings")


def click_plain(desk):
    desk.fake.forget()
    desk.icons[0].click(700, 500)
    check(sent(desk, 1, 2) == [DOWN, UP], "version 0: the button, down and up")
    moved, first = (next(e for e in desk.fake.events() if e["event"] == name) for name in ("mouse", "notify-event"))
    check((moved["flags"], moved["x"], moved["y"]) == (0x800, 700, 500) and first["window"] == OWNER, "after the pointer went there")
    check(desk.fake.events().index(moved) < desk.fake.events().index(first), "and not before")
    desk.icons[0].click(700, 500)
    check(sent(desk, 1, 4)[2:] == [DOUBLE, UP], "a second click is a double click")
    desk.icons[0].context(10, 20)
    check(sent(desk, 1, 6)[4:] == [RIGHT_DOWN, RIGHT_UP], "the other button")


def click_new(desk):
    desk.fake.forget()
    desk.icons[1].click(5, 6)
    check(sent(desk, 2, 3) == [DOWN, UP, SELECT], "version 3: and that it is chosen")
    desk.icons[2].context(5, 6)
    check(sent(desk, 3, 3) == [RIGHT_DOWN, RIGHT_UP, MENU], "version 4: and that its menu is wanted")


def use_menu(desk):
    """For desktops that show what an item has as its menu and ask for none."""
    menu = desk.icons[1].menu()
    check([child.label for child in menu.look().children] == ["Open", "Menu"], "the menu names what the guest's icon can do")
    desk.home.run(["xdotool", "mousemove", "321", "234"])
    desk.fake.forget()
    menu.click("Menu")
    check(sent(desk, 2, 3) == [RIGHT_DOWN, RIGHT_UP, MENU], "its menu")
    moved = desk.fake.wait("mouse")
    check((moved["x"], moved["y"]) == (321, 234), "where the pointer is")
    menu.click("Open")
    check(sent(desk, 2, 8)[3:] == [DOWN, UP, SELECT, DOUBLE, UP], "a double click")


def change(desk):
    desk.fake.send(f'notify {OWNER} 1 tip="Renamed" colour=808080 size=16')
    until(lambda: desk.icons[0].get("Title") == "Renamed" and desk.icons[0].pixel(0, 0) == "ff808080", 20, "tooltip and picture change")
    desk.fake.send(f"notify {OWNER} 1 cache=1,3")
    until(lambda: desk.icons[0].pixel(0, 0) == "ff20ff30", 20, "a picture of the cache")
    desk.fake.send(f'notify {OWNER} 3 colour=a1b2c3 size=60')
    until(lambda: desk.icons[2].pixel(0, 0) == "ffa1b2c3" and desk.icons[2].get("IconPixmap")[0][:2] == (30, 30), 20,
          "a large picture goes to the panel as a small one")
    desk.fake.send(f"notify {OWNER} 1 hidden=1")
    until(lambda: not item_of(desk, "Renamed"), 20, "hidden is not there")
    desk.fake.send(f"notify {OWNER} 1 hidden=0")
    desk.icons[0] = until(lambda: item_of(desk, "Renamed"), 20, "shown is there again")
    check(desk.icons[0].pixel(0, 0) == "ff20ff30", "as it was")
    desk.fake.run(f'notify {OWNER} 99 tip="Nobody" colour=000000', f'notify {OWNER} 2 tip="After that"')
    until(lambda: item_of(desk, "After that"), 20, "what comes after it is there")
    check(not item_of(desk, "Nobody"), "a change of an unknown icon makes none")


def balloons(desk):
    desk.fake.forget()
    desk.fake.send(f'notify {OWNER} 2 balloon="<i>Disk</i> & co" title="A <b>title</b>" kind=2 timeout=99000')
    shown = until(lambda: desk.daemon.shown and desk.daemon.shown[0], 20, "a balloon is a notification")
    check(shown["title"] == "A <b>title</b>" and shown["text"] == "&lt;i&gt;Disk&lt;/i&gt; &amp; co", f"without markup: {shown}")
    check(shown["application"] == "fake" and shown["icon"] == "dialog-warning" and shown["timeout"] == 30000 and
          shown["actions"][0] == "default", f"it names the guest, and stays no longer than Windows': {shown}")
    check(sent(desk, 2, 1) == [SHOWN], "the guest hears that it is shown")
    desk.daemon.click(shown["number"])
    check(sent(desk, 2, 2)[1:] == [CLICKED], "and clicked on")
    desk.fake.send(f'notify {OWNER} 2 balloon="Second" timeout=1')
    shown = until(lambda: len(desk.daemon.shown) == 2 and desk.daemon.shown[1], 20, "another")
    check(shown["timeout"] == 10000 and shown["title"] == "fake", "one without a title has the guest's name")
    sent(desk, 2, 3)
    desk.daemon.end(shown["number"], 1)
    check(sent(desk, 2, 4)[2:] == [SHOWN, TIMEOUT], "the guest hears that its time was over")
    desk.fake.send(f'notify {OWNER} 1 balloon="To an old program"')
    until(lambda: len(desk.daemon.shown) == 3, 20, "a third, of an icon of version 0")
    desk.daemon.click(desk.daemon.shown[2]["number"])


def balloons_replace_and_go(desk):
    desk.fake.forget()
    desk.fake.send(f'notify {OWNER} 3 balloon="First"')
    first = until(lambda: len(desk.daemon.shown) == 4 and desk.daemon.shown[3], 20, "a balloon")
    sent(desk, 3, 1)
    desk.fake.send(f'notify {OWNER} 3 balloon="Instead"')
    until(lambda: len(desk.daemon.shown) == 5, 20, "another of the same icon")
    check(desk.daemon.shown[4]["replaces"] == first["number"], "takes its place")
    check(sent(desk, 3, 3) == [SHOWN, HIDDEN, SHOWN], "and the first is told to be gone")
    desk.fake.send(f'notify {OWNER} 3 balloon=""')
    until(lambda: desk.daemon.closed == [first["number"]], 20, "no text takes it away")
    check(sent(desk, 3, 4)[3:] == [HIDDEN], "and that is told")
    check(not desk.fake.events("notify-event", icon=1), "an icon of version 0 is told of no balloon")


def limits(desk):
    """Two hundred icons, two hundred balloons."""
    count = len(desk.daemon.shown)
    desk.fake.run(*[f'notify {OWNER} {n} new tip="Many {n}" colour={n:06x} size=16' for n in range(100, 300)],
                  *[f'notify {OWNER} {100 + n % 20} balloon="Flood {n}"' for n in range(200)], f'notify {OWNER} 3 tip="End"')
    until(lambda: item_of(desk, "End"), 30, "all of it is heard")
    until(lambda: len(guests(desk)) == 32, 30, "the limit is reached")
    check(len(guests(desk)) == 32, "a guest has 32 icons")
    check(len(desk.daemon.shown) - count <= 5, f"and few balloons at a time: {len(desk.daemon.shown) - count}")
    desk.fake.send(*[f"notify-gone {OWNER} {n}" for n in range(100, 300)])
    until(lambda: len(guests(desk)) == 3, 30, "those that it deletes go")


def resync(desk):
    desk.fake.send("desktop began", f'notify {OWNER} 2 new version=3 tip="Again" colour=20ff30', "desktop completed")
    until(lambda: [item.get("Title") for item in guests(desk)] == ["Again"], 20, "what is not announced again is gone")
    desk.fake.send("desktop none")
    until(lambda: not guests(desk), 20, "a locked guest has none")
    desk.fake.send("sync", f'notify {OWNER} 2 new version=3 tip="Later" colour=20ff30')
    until(lambda: item_of(desk, "Later"), 20, "then it has again")
    check(desk.watcher.item("railhead"), "and Railhead's own was always there")
    desk.fake.send("drop")
    until(lambda: not guests(desk), 20, "a lost guest has none")


CHECKS = [come, click_plain, click_new, use_menu, change, balloons, balloons_replace_and_go, limits, resync]

if __name__ == "__main__":
    with_session_bus()
    bus.start_loop()
    sys.exit(run(CHECKS, sys.argv[2] if len(sys.argv) > 2 else "win10", SCRIPT))
