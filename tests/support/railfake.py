# SPDX-License-Identifier: Apache-2.0
"""Programs that read lines and write events as JSON lines: railfake, a scripted RAIL server (RAILFAKE.md), and a railhead-session
driven by hand. Waits end with an event or fail at a deadline; nothing here sleeps."""
import json
import os
import signal
import subprocess
import threading
import time


class Late(Exception):
    """What was waited for did not come."""


class Talker:
    """A program that takes lines on stdin and tells events on stdout."""

    def __init__(self, argv, env=None, log=None):
        self.all = []
        self.mark = 0
        self.changed = threading.Condition()
        self.over = False
        self.log = open(log, "ab") if log else None  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log or None, env=env,
                                        text=True, encoding="utf-8", bufsize=1)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            with self.changed:
                self.all.append(event)
                self.changed.notify_all()
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def send(self, *lines):
        for line in lines:
            self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def forget(self):
        """Waits and lists from now on are about what comes from now on."""
        with self.changed:
            self.mark = len(self.all)

    def events(self, event=None, **fields):
        """Events since forget(), by name and values of their fields ("margin_left" means "margin-left")."""
        with self.changed:
            return [e for e in self.all[self.mark:] if _matches(e, event, fields)]

    def wait(self, event, within=30, **fields):
        """The first such event since forget(); comes back at once when it is there already."""
        deadline = time.monotonic() + within
        with self.changed:
            at = self.mark
            while True:
                for found in self.all[at:]:
                    if _matches(found, event, fields):
                        return found
                at = len(self.all)
                left = deadline - time.monotonic()
                if left <= 0 or self.over:
                    tail = "\n".join(json.dumps(e) for e in self.all[-12:])
                    why = "the program ended" if self.over else f"not within {within} s"
                    raise Late(f"{event} {fields}: {why}; the last events:\n{tail}")
                self.changed.wait(left)

    def end(self):
        """Closes stdin, which ends the program, and returns its exit status."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            status = self.process.wait()
        self.reader.join(5)
        if self.log:
            self.log.close()
        return status


def _matches(found, event, fields):
    return (event is None or found["event"] == event) and all(found.get(k.replace("_", "-")) == v for k, v in fields.items())


class RailFake(Talker):
    """A scripted guest. `folder` is private to it: socket, certificate, log. After the start `address` and `fingerprint` say where
    it listens. Options are those of the program: RailFake(build, folder, "xp", tcp=True, password="x", depth=24)."""

    def __init__(self, build, folder, persona="win10", script="", tcp=False, **options):
        os.makedirs(folder, 0o700, exist_ok=True)
        argv = [f"{build}/tests/support/railfake", "--persona", persona, "--stdin", "--key", folder]
        if not tcp:
            argv += ["--unix", f"{folder}/rdp.sock"]
        for key, value in options.items():
            argv += [f"--{key.replace('_', '-')}"] + ([] if value is True else [str(value)])
        super().__init__(argv, log=f"{folder}/railfake.log")
        ready = self.wait("listening")
        self.persona, self.runs = persona, 0
        self.address, self.fingerprint = ready["address"], ready["fingerprint"]
        self.send(*[line for line in script.splitlines() if line.strip()])

    def run(self, *lines, within=60):
        """Sends lines and comes back when the guest has run them: what the client says next meets their effect."""
        self.runs += 1
        self.send(*lines, f"note run-{self.runs}")
        self.wait("note", within, text=f"run-{self.runs}")

    def join(self, home, railhead, name="fake", *profile):
        """Makes this a guest of a home (tests/wine/desktop.py), with more keys of a profile as KEY=VALUE, and waits until the
        home's agent has connected."""
        for argv in (["guest", "add", name, "kind=rdp", f"address={self.address}", *profile], ["apps"]):
            done = home.run([railhead, *argv])
            if done.returncode:
                raise Late(f"railhead {' '.join(argv)}: {done.stderr.strip()}")
        self.wait("ready", 60)


class Session(Talker):
    """railhead-session with a link, driven by lines (session-drive.c)."""

    def __init__(self, build, log=None, arguments=()):
        super().__init__([f"{build}/tests/support/session-drive", f"{build}/host-agent/session/railhead-session", *arguments],
                         log=log)
        self.pid = self.wait("started")["pid"]

    def connect(self, fake, **options):
        words = "".join(f" {key}={value}" for key, value in dict({"address": fake.address}, **options).items())
        self.send(f"connect{words}")

    def pixel(self, surface, x, y):
        self.forget()
        self.send(f"pixel {surface} {x} {y}")
        return self.wait("pixel")["colour"]

    def ended(self, within=60):
        """The event that told why the session ended."""
        return self.wait("session", within, state="ended")

    def rss(self):
        """Resident kilobytes now, and the most that there were."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            values = dict(line.split(":", 1) for line in file)
        return int(values["VmRSS"].split()[0]), int(values["VmHWM"].split()[0])
