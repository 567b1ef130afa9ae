# SPDX-License-Identifier: Apache-2.0
"""Frames of a native X client on the embedded guest's private display, and what is seen of them on the host."""
import ctypes
import os
import re
import socket
import subprocess

from desktop import BUILD, Failed, is_viewable, until, windows

PAINT, WATCH = f"{BUILD}/tests/support/frame-paint", f"{BUILD}/tests/support/frame-watch"
TITLE = "Railhead Frames"


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def private_environment(home, runtime):
    """DISPLAY and XAUTHORITY of the private display, as the guest's own programs have them."""
    wanted = f"XAUTHORITY={runtime}/xauthority"
    for entry in os.listdir("/proc"):
        words = read(f"/proc/{entry}/environ").split("\0") if entry.isdigit() else []
        display = next((word for word in words if word.startswith("DISPLAY=:")), None)
        if wanted in words and display:
            return dict(home.env, DISPLAY=display[8:], XAUTHORITY=f"{runtime}/xauthority")
    return None


def processes():
    """pid -> (parent, name)"""
    found = {}
    for entry in os.listdir("/proc"):
        match = re.match(r"\d+ \((.*)\) \S (\d+)", read(f"/proc/{entry}/stat")) if entry.isdigit() else None
        if match:
            found[int(entry)] = (int(match.group(2)), match.group(1))
    return found


def descendant(pid, name):
    """The process of that name below pid; names are cut at 15 characters."""
    table, mine = processes(), {pid}
    while True:
        more = {p for p, (parent, _) in table.items() if parent in mine} - mine
        if not more:
            return next((p for p in mine - {pid} if table[p][1] == name[:15]), None)
        mine |= more


def guest_pid(runtime):
    return next(pid for pid, (_, name) in processes().items() if name == "railhead-embedded"[:15] and
                runtime in read(f"/proc/{pid}/cmdline").split("\0"))


def is_socket(link):
    try:
        return os.readlink(link).startswith("socket:")
    except FileNotFoundError:  # closed since it was listed
        return False


def sockets_of(pid):
    """Duplicates of a process' sockets."""
    libc, process = ctypes.CDLL(None, use_errno=True), os.pidfd_open(pid)
    for number in os.listdir(f"/proc/{pid}/fd"):
        if is_socket(f"/proc/{pid}/fd/{number}"):
            mine = libc.syscall(438, process, int(number), 0)  # pidfd_getfd
            if mine < 0:
                raise Failed(f"pidfd_getfd: {os.strerror(ctypes.get_errno())}")
            yield socket.socket(fileno=mine)
    os.close(process)


def agent_window(home, title):
    return next((w["x_window"] for w in windows(home) if w["title"] == title and w["x_window"] and is_viewable(home, w["x_window"])), None)


class Frames:
    """A window of frames that lives as long as the block."""

    def __init__(self, private, find, size, rate, kind="motion", title=TITLE):
        self.find, self.title = find, title
        self.process = subprocess.Popen([PAINT, title, str(size[0]), str(size[1]), str(rate), kind], env=private,
                                        stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self.xid = until(lambda: self.find(self.title), 30, "the window of frames on the host")
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.painted = self.process.communicate(timeout=20)[0]
        if exception[0] is None:
            until(lambda: not self.find(self.title), 10, "the window of frames goes")

    def watch(self, home, seconds):
        """How many different frames were seen, how many looks saw two at once, and frames per second."""
        done = home.run([WATCH, str(self.xid), str(seconds)], timeout=seconds + 30)
        match = re.search(r"frames (\d+) torn (\d+) seconds ([\d.]+)", done.stdout)
        if not match:
            raise Failed(f"frame-watch ended {done.returncode}: {done.stderr}")
        frames, torn = int(match.group(1)), int(match.group(2))
        return frames, torn, (frames - 1) / max(float(match.group(3)), 0.001)
