#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pixels in shared memory between the embedded guest and the agent: what the screen shows is never two frames at once, neither on
opaque nor on transparent windows; no pixel is in the agent's memory; a caller without the token gets nothing; and when the socket
breaks or cannot be reached the frames go on by RDPGFX.

usage: shared-pixels.py BUILD-DIR     Exit 77: a component is not here."""
import os
import re
import socket
import subprocess
import sys

from desktop import BUILD, RAILHEAD, Failed, Home, check, geometry, missing_tool, say, until, windows, with_session_bus
from frames import Frames, agent_window, descendant, guest_pid, private_environment, processes, read, sockets_of

SECONDS = 4
CROWD = f"{BUILD}/tests/support/window-crowd"


class Guest:
    """The embedded guest behind an agent."""

    def __init__(self, home):
        self.home = home
        home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded"])
        until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 180, "the embedded guest publishes Notepad")
        self.runtime = f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine"
        self.private = until(lambda: private_environment(home, self.runtime), 20, "a program on the private display")
        self.server = guest_pid(self.runtime)
        self.agent = next(pid for pid, (_, name) in processes().items() if name == "railhead-agent"[:15] and
                          f"XDG_RUNTIME_DIR={home.env['XDG_RUNTIME_DIR']}" in read(f"/proc/{pid}/environ"))

    def frames(self, size, rate, kind="motion"):
        return Frames(self.private, lambda title: agent_window(self.home, title), size, rate, kind)

    def log(self):
        return read(f"{self.runtime}/embedded.log")

    def session(self):
        return descendant(self.agent, "railhead-session")


def look(guest):
    for size, kind in (((1920, 1080), "motion"), ((901, 707), "argb")):
        with guest.frames(size, 0, kind) as frames:
            seen, torn, rate = frames.watch(guest.home, SECONDS)
            shared = [line for line in read(f"/proc/{guest.agent}/maps").splitlines() if "memfd:" in line or "SYSV" in line]
        check(seen > 20 and torn == 0, f"{seen} {kind} frames at full speed, {rate:.0f} a second, none of them torn ({torn})")
        if kind == "motion":
            check(not shared, f"no shared memory is mapped in the agent {shared}")
        else:  # where it is transparent is looked up there, for clicks to go through
            check(all(" r--s " in line for line in shared), f"what is mapped in the agent cannot be written {shared}")


def colours(home, xid):
    """The colours that the window has on the screen."""
    done = subprocess.run(["import", "-window", str(xid), "-depth", "8", "rgb:-"], env=home.env, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return {done.stdout[at:at + 3] for at in range(0, len(done.stdout), 3)}


def resize(guest):
    """A window whose size changes again and again is whole in the end, and was never given up."""
    crowd = subprocess.Popen([CROWD, "Size", "1"], env=guest.private, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    xid = until(lambda: agent_window(guest.home, "Size 1"), 20, "a window to resize")
    sizes = [(200 + 13 * step, 150 + 7 * step) for step in range(60)]
    inner = next(w["guest_window"] for w in windows(guest.home) if w["x_window"] == xid) & 0x3FFFFFFF  # no HWND: made of the X window's id
    steps = " ".join(f"windowsize {inner} {width} {height}" for width, height in sizes).split()
    subprocess.run(["xdotool", *steps], env=guest.private, check=True)
    until(lambda: geometry(guest.home, xid)[2:] == sizes[-1], 10, "the host's window has the last size")
    until(lambda: colours(guest.home, xid) == {b"\x33\x66\x99"}, 10, "all of it is painted")
    crowd.stdin.close()
    crowd.wait(10)
    check("pixels are not shared" not in guest.log(), f"{len(sizes)} sizes, the last one is painted all over")


def call_without_token(guest):
    for hello in (b"PX\3\1" + bytes(16), b"no message"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
            caller.settimeout(10)
            caller.connect(f"{guest.runtime}/pixels.sock")
            try:
                caller.send(hello)
                answer = caller.recv(100)
            except (BrokenPipeError, ConnectionResetError):
                answer = b""
            check(answer == b"", f"a caller that says {hello[:12]} is sent away")
    check(os.stat(f"{guest.runtime}/pixels.sock").st_mode & 0o777 == 0o600, "the socket is the user's alone")


def break_socket(guest):
    """Shuts the guest's end of the connected socket down, as a fault of either side would."""
    broken = 0
    for mine in sockets_of(guest.server):
        with mine:
            if mine.type == socket.SOCK_SEQPACKET and mine.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0:
                mine.shutdown(socket.SHUT_RDWR)
                broken += 1
    check(broken == 1, "the socket of pixels breaks")


def fall_back(guest):
    with guest.frames((800, 600), 30) as frames:
        check(frames.watch(guest.home, 1)[0] > 5, "frames are seen")
        break_socket(guest)
        until(lambda: "pixels are not shared" in guest.log(), 10, "the guest notices")
        seen, torn, rate = frames.watch(guest.home, SECONDS)
        check(seen > 5 and torn == 0, f"and sends them by RDPGFX: {seen} more, {rate:.0f} a second")
    session = guest.session()
    os.unlink(f"{guest.runtime}/pixels.sock")
    os.kill(session, 9)
    until(lambda: guest.home.json("status")["guests"][0]["state"] != "ready", 10, "the agent knows that it is gone")
    done = guest.home.run([RAILHEAD, "run", "Notepad"])
    check(done.returncode == 0 and guest.session() not in (None, session), f"a new session shows Notepad {done.stderr.strip()}")
    with guest.frames((800, 600), 30) as frames:
        check(frames.watch(guest.home, 2)[0] > 5, "frames are seen when the socket cannot be reached")
    check("the client declines" in guest.log() and len(re.findall("pixels are shared", guest.log())) == 1, "that client has declined")


def main():
    if missing_tool():
        print(f"{missing_tool()} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop("2048x1280")
        guest = Guest(home)
        check("pixels are shared" in guest.log(), "pixels are shared")
        look(guest)
        resize(guest)
        call_without_token(guest)
        with guest.frames((600, 400), 30) as frames:
            check(frames.watch(home, 1)[0] > 5, "the client that came first is served as before")
        fall_back(guest)
        good = True
    except Failed as error:
        say(f"FAILED: {error}")
        print(read(f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine/embedded.log")[-1500:])
        print(read(f"{home.env['XDG_STATE_HOME']}/railhead/wine/session.log")[-1500:])
    finally:
        home.end(keep=not good)
    return 0 if good else 1


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
