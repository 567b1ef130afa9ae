#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The host's monitors change while a guest is connected: what the guest is told (MS-RDPEDISP), from where coordinates count
before and after, and what happens where a guest cannot be told.

usage: session/monitors.py BUILD-DIR [CASE...]"""
import sys

from cases import DESKTOP, WINDOW, expect, main

SCRIPT = f'''
window {WINDOW} box=100,80,400,300 title=Probe
look {WINDOW} colour=4080c0
'''
ONE, TWO, LEFT = "0,0,1024,768", "0,0,1024,768;1024,0,800,600", "800,100,1024,768;0,0,800,600"
DISPLAY_CHANGE, WORK_AREA = 0xF001, 0x2F


def started(case, persona, **options):
    fake = case.serve(persona, SCRIPT)
    session = case.connect(size="1024x768", monitors=ONE, **options)
    session.wait("session", state="ready")
    session.wait("window", window=WINDOW, x=100, y=80)
    return fake, session


def await_areas(fake, *areas):
    """A display change, and the work area of each monitor."""
    fake.wait("system-parameter", parameter=DISPLAY_CHANGE)
    for x, y, width, height in areas:
        fake.wait("system-parameter", parameter=WORK_AREA, x=x, y=y, width=width, height=height)


def plugged(case):
    """A second monitor to the right: the desktop grows, nothing moves."""
    fake, session = started(case, "win10")
    fake.forget()
    session.forget()
    session.send(f"monitors monitors={TWO} scale=150")
    told = fake.wait("monitors", count=2)
    expect(told["boxes"] == TWO and told["scale"] == 150, f"the guest was told {told}")
    shown = session.wait("display")
    expect((shown["follows"], shown["dx"], shown["dy"]) == (1, 0, 0), f"the session says {shown}")
    session.wait("surface", surface=DESKTOP, width=1824, height=768)
    await_areas(fake, (0, 0, 1024, 768), (1024, 0, 800, 600))
    fake.run(f"window {WINDOW} box=1300,80,400,300")
    session.wait("window", window=WINDOW, x=1300, y=80)
    session.send(f"move {WINDOW} box=1400,90,400,300")
    fake.wait("window-move", window=WINDOW, x=1400 - 7)
    print(f"two monitors at 150 %: told as {told['boxes']}")


def plugged_at_the_left(case):
    """The primary monitor is no longer at the corner: the guest still counts from it, the agent from the corner."""
    fake, session = started(case, "win10")
    fake.forget()
    session.send(f"monitors monitors={LEFT}")
    told = fake.wait("monitors", count=2)
    expect(told["boxes"] == LEFT, f"the guest was told {told}")
    shown = session.wait("display")
    expect((shown["follows"], shown["dx"], shown["dy"]) == (1, 800, 100), f"the session says {shown}")
    await_areas(fake, (800, 100, 1024, 768), (0, 0, 800, 600))
    fake.run(f"window {WINDOW} box=50,60,400,300")
    session.wait("window", window=WINDOW, x=50, y=60)
    session.send(f"move {WINDOW} box=820,110,400,300")
    fake.wait("window-move", window=WINDOW, x=820 - 7, y=110)
    session.forget()
    session.send(f"monitors monitors={ONE}")  # and away again
    shown = session.wait("display")
    expect((shown["dx"], shown["dy"]) == (-800, -100), f"the session says {shown}")
    session.wait("surface", surface=DESKTOP, width=1024, height=768)


def with_a_gap(case):
    """An arrangement that Windows would refuse is one desktop that spans it."""
    fake, session = started(case, "win10")
    session.send("monitors monitors=0,0,1024,768;1124,0,800,600")
    told = fake.wait("monitors")
    expect((told["count"], told["boxes"]) == (1, "0,0,1924,768"), f"the guest was told {told}")
    session.wait("surface", surface=DESKTOP, width=1924, height=768)


def panels_alone(case):
    """A work area that changes is no other monitor."""
    fake, session = started(case, "win10")
    fake.forget()
    session.send(f"monitors monitors={ONE} area=0,0,1024,738")
    await_areas(fake, (0, 0, 1024, 738))
    expect(not fake.events("monitors"), "the guest is not told of monitors that are the same")


def legacy_pixels(case):
    """A guest with the display channel and one desktop picture: deactivation and reactivation."""
    fake, session = started(case, "win10", pixels="legacy")
    fake.forget()
    session.send(f"monitors monitors={TWO}")
    fake.wait("monitors", count=2)
    fake.wait("active", width=1824, height=768)
    session.wait("display", follows=1)
    fake.run(f"window {WINDOW} box=1300,80,400,300")
    session.wait("window", window=WINDOW, x=1300, y=80)


def never_told(case, persona, **options):
    fake, session = started(case, persona, **options)
    fake.forget()
    session.send(f"monitors monitors={TWO}")
    shown = session.wait("display")
    expect((shown["follows"], shown["dx"], shown["dy"]) == (0, 0, 0), f"the session says {shown}")
    await_areas(fake, (0, 0, 1024, 768))  # what lies outside of its desktop does not exist for it


def windows_7(case):
    never_told(case, "win7")


def windows_xp(case):
    never_told(case, "xp", security="rdp")


def told_at_connect(case):
    """The scale of the host stands in the connection request (MS-RDPBCGR 2.2.1.3.2)."""
    fake = case.serve("win10", SCRIPT)
    session = case.connect(size="1024x768", monitors=ONE, scale=200)
    session.wait("session", state="ready")
    active = fake.wait("active")
    expect((active["scale"], active["device-scale"]) == (200, 180), f"the guest was told {active}")


CASES = [plugged, plugged_at_the_left, with_a_gap, panels_alone, legacy_pixels, windows_7, windows_xp, told_at_connect]


if __name__ == "__main__":
    sys.exit(main(CASES))
