# SPDX-License-Identifier: Apache-2.0
"""A scripted guest on a private desktop: agent, session, compositor and openbox are real. A check is a function of a FakeDesk:

    def grows(desk):
        desk.fake.send("window 0x10 box=10,20,300,200 title=One")
        xid = desk.shown(0x10)
        ...
    sys.exit(run([grows], persona="win10"))
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [f"{HERE}/../wine", f"{HERE}/../support"]
from desktop import BUILD, RAILHEAD, Home, is_viewable, say, until, windows, with_session_bus  # noqa: E402
from railfake import RailFake  # noqa: E402

TOOLS = ("Xvfb", "openbox", "xdotool", "import", "xprop", "xwininfo", "dbus-run-session")


class FakeDesk:
    """`home` is the desktop (tests/wine/desktop.py), `fake` the guest (tests/support/railfake.py), connected. `prepare` arranges the
    desktop before anything of ours starts there."""

    def __init__(self, persona, script="", profile=(), size="1600x1200", prepare=None, **options):
        self.persona = persona
        self.home = Home()
        self.fake = None
        try:
            self.home.start_desktop(size)
            if prepare:
                prepare(self.home)
            self.fake = RailFake(BUILD, f"{self.home.root}/guest", persona, script, **options)
            security = ["security=rdp"] if persona == "xp" else []
            self.fake.join(self.home, RAILHEAD, "fake", *security, *profile)
        except BaseException:
            self.end(keep=True)
            raise

    def window(self, guest_window):
        """What `railhead windows` says of a window of the guest, or None."""
        return next((w for w in windows(self.home) if w["guest_window"] == guest_window), None)

    def shown(self, guest_window):
        """The X window, once it is on the screen with its first pixels."""
        found = until(lambda: (self.window(guest_window) or {}).get("painted") and self.window(guest_window), 30,
                      f"window {guest_window:#x} is painted")
        until(lambda: is_viewable(self.home, found["x_window"]), 20, f"window {guest_window:#x} is viewable")
        return found["x_window"]

    def pixel(self, xid, x, y):
        """A pixel of an X window, RRGGBB; nothing while it is not to be had: the window may change its size just now."""
        image = subprocess.run(["import", "-window", str(xid), "-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"], env=self.home.env,
                               stdout=subprocess.PIPE, check=False, timeout=60).stdout
        return image[:3].hex()

    def until_pixel(self, xid, x, y, wanted):
        """Waits for a colour; a guest of 16 bits per pixel may be a little off."""
        loss = 8 if self.persona == "xp" else 0

        def is_there():
            colour = self.pixel(xid, x, y)
            return len(colour) == 6 and all(abs(int(colour[i:i + 2], 16) - int(wanted[i:i + 2], 16)) <= loss for i in (0, 2, 4))
        until(is_there, 20, f"pixel {x},{y} is {wanted}")

    def state(self, xid):
        return self.home.output(["xprop", "-id", str(xid), "_NET_WM_STATE"])

    def activate(self, xid):
        self.home.run(["xdotool", "windowactivate", str(xid)])
        until(lambda: self.home.output(["xdotool", "getactivewindow"]).strip() == str(xid), 20, "the window is active")

    def end(self, keep):
        for event in self.fake.all[-20:] if keep and self.fake else []:
            say(event)
        self.home.end(keep)
        if self.fake:
            self.fake.end()


def run(checks, persona="win10", script="", profile=(), **options):
    """The checks one after the other on one desk; the exit status."""
    missing = next((tool for tool in TOOLS if not shutil.which(tool)), None)
    if missing:
        print(f"{missing} is not here")
        return 77
    with_session_bus()
    desk, good = FakeDesk(persona, script, profile, **options), False
    try:
        for function in checks:
            function(desk)
            say(f"ok: {function.__name__}")
        good = True
    finally:
        desk.end(keep=not good)
    return 0
