# SPDX-License-Identifier: Apache-2.0
"""A private desktop with the real agent and command, and doubles in place of session and guest: copies of the programs lie in one
folder with the doubles, since each looks for the others beside itself."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "wine"))

import desktop  # noqa: E402
from desktop import BUILD, Failed, Home, check, say, until  # noqa: E402,F401


class Bench(Home):
    def __init__(self):
        super().__init__("rh-double-")
        self.bin = os.path.join(self.root, "bin")
        self.room = os.path.join(self.env["XDG_RUNTIME_DIR"], "double")
        os.mkdir(self.bin)
        os.mkdir(self.room)
        for program in ("railhead", "railhead-agent"):
            shutil.copy(f"{BUILD}/host-agent/{program}", self.bin)
        shutil.copy(f"{BUILD}/tests/agent/session-double", f"{self.bin}/railhead-session")
        shutil.copy(f"{HERE}/railhead-embedded", self.bin)
        desktop.RAILHEAD = f"{self.bin}/railhead"
        self.env["PATH"] = f"{self.bin}:" + os.environ["PATH"]
        self.bus = None
        self.mounts = []

    def start_bus(self, *options):
        """A bus of the test's own, so that nothing of another is activated or found."""
        read, write = os.pipe()
        self.bus = self.spawn(["dbus-daemon", "--session", "--nofork", f"--print-address={write}", *options], pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as ready:
            address = ready.readline().strip()
        if not address:
            raise Failed("dbus-daemon did not start")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address

    def railhead(self, *words, timeout=60, **env):
        return subprocess.run([f"{self.bin}/railhead", *words], env=dict(self.env, **env), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, errors="surrogateescape", stdin=subprocess.DEVNULL,
                              timeout=timeout)

    def begin(self, *words, **env):
        """A command that is not waited for."""
        child = subprocess.Popen([f"{self.bin}/railhead", *words], env=dict(self.env, **env), stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        self.children.append(child)
        return child

    def tell(self, name, text, mode="w"):
        with open(os.path.join(self.room, name), mode, encoding="utf-8") as file:
            file.write(text)

    def publish(self, *apps):
        """apps: (id, name) or (id, name, side of the icon)"""
        lines = [f"app {app[0]:016x} {app[2] if len(app) > 2 else 0} {app[1].encode().hex() or '-'}\n" for app in apps]
        self.tell("script", "".join(lines) + "publish\n", "a")

    def instruct(self, line):
        """Changes what the guest does from now on, and returns when the session has heard it."""
        before = self.heard().count(f"told {line}")
        self.tell("script", line + "\n", "a")
        until(lambda: self.heard().count(f"told {line}") > before, 20, f"the session hears: {line}")

    def heard(self):
        try:
            with open(os.path.join(self.room, "heard"), encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def add_guest(self, name="twin"):
        done = self.railhead("guest", "add", name, "kind=embedded")
        check(done.returncode == 0, f"guest {name} is added {done.stderr.strip()}")

    def guest_pids(self, word="start"):
        return [int(line.split()[1]) for line in self.heard() if line.startswith(word + " ")]

    def status(self, name="twin"):
        return next(g for g in self.json("status")["guests"] if g["name"] == name)

    def apps(self):
        return {app["name"]: app for app in self.json("apps")}

    def launchers(self):
        folder = f"{self.env['XDG_DATA_HOME']}/applications"
        return sorted(os.path.join(folder, e) for e in os.listdir(folder) if e.endswith(".desktop")) if os.path.isdir(folder) else []

    def end(self, keep):
        if os.path.exists(f"{self.room}/stop"):
            os.unlink(f"{self.room}/stop")
        for path in self.mounts:
            self.run(["umount", "--lazy", path])
        super().end(keep)
        if not keep:  # the agent is no child of ours, and may have written while the folder was being emptied
            until(lambda: shutil.rmtree(self.root, ignore_errors=True) or not os.path.exists(self.root), 20, "the bench is cleared")


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def sentence(done, code, text):
    """One line on stderr, nothing on stdout, and the exit code that the manual page gives."""
    words = done.stderr.strip()
    check(done.returncode == code and words.startswith("railhead: ") and "\n" not in words and not done.stdout,
          f"{text}: exit {done.returncode}, says '{words}'")
    return words


def missing_tool(*tools):
    return next((tool for tool in ("dbus-daemon", *tools) if not shutil.which(tool)), None)


def run_cases(cases, *tools):
    """Each case has a Bench of its own; one that fails does not hide the others. Exit 77: a tool is not here."""
    if missing_tool(*tools):
        print(f"{missing_tool(*tools)} is not here")
        return 77
    failed, skipped = [], []
    wanted = sys.argv[2:]
    for case in cases:
        if wanted and case.__name__ not in wanted:
            continue
        say(f"-- {case.__name__}")
        bench, good = Bench(), False
        try:
            good = case(bench) != 77
            if not good:
                skipped.append(case.__name__)
                good = True
        except (Failed, subprocess.TimeoutExpired, OSError) as error:
            say(f"FAILED: {error}")
            failed.append(case.__name__)
        finally:
            bench.end(keep=not good)
    say(f"failed: {', '.join(failed)}" if failed else f"all passed{', not possible here: ' + ', '.join(skipped) if skipped else ''}")
    return 1 if failed else 77 if skipped and len(skipped) == len(cases) else 0
