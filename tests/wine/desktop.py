# SPDX-License-Identifier: Apache-2.0
"""A private desktop for tests: home, X server, window manager, session bus; and the questions that tests ask of it. Every wait is
a poll of a condition with a deadline."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
RAILHEAD = f"{BUILD}/host-agent/railhead"
STARTED = time.monotonic()


def say(text):
    print(f"{time.monotonic() - STARTED:7.2f} s  {text}", flush=True)


class Failed(Exception):
    pass


def check(condition, text):
    if not condition:
        raise Failed(text)
    say(f"ok: {text}")


def until(probe, seconds, text):
    """Polls until probe() is true, and returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds} s: {text}")
        time.sleep(0.02)


class Home:
    """A private home, X server, window manager and session bus."""

    def __init__(self, prefix="rh-"):
        self.root = tempfile.mkdtemp(prefix=prefix, dir="/tmp")
        self.children = []
        env = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "DBUS_SESSION_BUS_ADDRESS", "RAILHEAD_XP_ROOT",
                                                          "ASAN_OPTIONS", "UBSAN_OPTIONS")}
        env.setdefault("LANG", "C.UTF-8")
        for key, folder in (("HOME", "home"), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"),
                            ("XDG_STATE_HOME", "state"), ("XDG_CACHE_HOME", "cache"), ("XDG_RUNTIME_DIR", "run")):
            env[key] = os.path.join(self.root, folder)
            os.mkdir(env[key], 0o700)
        env["PATH"] = f"{BUILD}/host-agent:" + env["PATH"]
        self.env = env

    def start_desktop(self, size="1600x1200"):
        read, write = os.pipe()
        self.server = self.spawn(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-noreset", "-nolisten", "tcp"],
                                 pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as ready:  # the whole line: the server dies when nobody reads its end
            number = ready.readline().strip()
        if not number:
            raise Failed("Xvfb did not start")
        self.env["DISPLAY"] = f":{number}"
        self.spawn(["openbox"])
        until(lambda: "window id" in self.output(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]), 10, "openbox runs")
        until(self.maps_a_window, 30, "the window manager maps a window")

    def maps_a_window(self):
        """One that has only announced itself may still lose a window."""
        probe = subprocess.Popen(["xev", "-name", "probe of the desktop"], env=self.env, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        try:
            until(lambda: "IsViewable" in self.output(["xwininfo", "-name", "probe of the desktop"]), 2, "the probe is mapped")
            return True
        except Failed:
            return False
        finally:
            probe.kill()
            probe.wait()

    def spawn(self, argv, **more):
        log = open(os.path.join(self.root, os.path.basename(argv[0]) + ".log"), "ab")
        child = subprocess.Popen(argv, env=self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **more)
        self.children.append(child)
        return child

    def run(self, argv, timeout=120, **stdin):
        """stdin: input=TEXT, or nothing."""
        return subprocess.run(argv, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=timeout, **(stdin or {"stdin": subprocess.DEVNULL}))

    def output(self, argv):
        return self.run(argv).stdout

    def json(self, *argv):
        done = self.run([RAILHEAD, *argv, "--json"])
        if done.returncode:
            raise Failed(f"railhead {' '.join(argv)} ended {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def wine(self, *argv):
        env = dict(self.env, WINEPREFIX=f"{self.data}/prefix", WINEDEBUG="-all",
                   WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=d")
        env.pop("DISPLAY")
        done = subprocess.run(["wine", *argv], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        if done.returncode:
            raise Failed(f"wine {argv} ended {done.returncode}: {done.stderr}")
        return done.stdout

    @property
    def architecture(self):
        """Of the guest's Windows, from the PE header of a program of its own."""
        with open(f"{self.data}/prefix/drive_c/windows/notepad.exe", "rb") as file:
            head = file.read(4096)
        pe = int.from_bytes(head[0x3c:0x40], "little")
        return {0x8664: "x86_64", 0x014c: "i686"}[int.from_bytes(head[pe + 4:pe + 6], "little")]

    @property
    def data(self):
        return f"{self.env['XDG_DATA_HOME']}/railhead/guests/wine"

    def end(self, keep):
        try:
            self.run([RAILHEAD, "stop"], timeout=30)
        except subprocess.TimeoutExpired:
            say("railhead stop did not end")
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
        if keep:
            say(f"logs are kept in {self.root}")
        else:
            shutil.rmtree(self.root, ignore_errors=True)


def windows(home):
    found = home.json("windows")
    return found["windows"] if isinstance(found, dict) else found


def launcher_of(home, name):
    folder = f"{home.env['XDG_DATA_HOME']}/applications"
    entries = os.listdir(folder) if os.path.isdir(folder) else []
    for entry in (entry for entry in entries if entry.endswith(".desktop")):  # not one that is being written
        with open(os.path.join(folder, entry), encoding="utf-8") as file:
            if f"\nName={name}\n" in file.read():
                return os.path.join(folder, entry)
    return None


def geometry(home, xid):
    text = home.output(["xwininfo", "-id", str(xid)])
    keys = (r"Absolute upper-left X:\s+(-?\d+)", r"Absolute upper-left Y:\s+(-?\d+)", r"Width: (\d+)", r"Height: (\d+)")
    found = [re.search(key, text) for key in keys]
    return tuple(int(match.group(1)) for match in found) if all(found) else None


def active_window(home):
    match = re.search(r"window id # (0x[0-9a-f]+)", home.output(["xprop", "-root", "_NET_ACTIVE_WINDOW"]))
    return int(match.group(1), 16) if match else 0


def is_viewable(home, xid):
    return "Map State: IsViewable" in home.output(["xwininfo", "-id", str(xid)])


def connections(home):
    log = f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine/embedded.log"
    with open(log, encoding="utf-8", errors="replace") as file:
        return len(re.findall(r"client \d+ connected", file.read()))


def processes(home, program, without=None):
    """Processes of this home whose command line names the program."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/cmdline", encoding="utf-8", errors="replace") as file:
                line = file.read()
            with open(f"/proc/{entry}/environ", encoding="utf-8", errors="replace") as file:
                mine = home.root in file.read()
        except OSError:
            continue
        if mine and program in line.split("\0")[0] and not (without and without in line):
            found.append(int(entry))
    return found


def missing_tool():
    tools = ("Xvfb", "openbox", "wine", "xdotool", "import", "gio", "desktop-file-validate", "dbus-run-session")
    return next((tool for tool in tools if not shutil.which(tool)), None)


def with_session_bus():
    """Starts the script again below a session bus of its own when there is none."""
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        os.execvp("dbus-run-session", ["dbus-run-session", "--", sys.executable, *sys.argv])
