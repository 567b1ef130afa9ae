# SPDX-License-Identifier: Apache-2.0
"""A home with a bus of its own, perhaps with a real keyring, and a scripted guest on the network that wants a password. No prompt of
this machine's own is found; those that are can be told what to answer."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [f"{HERE}/../wine", f"{HERE}/../support"]
from desktop import BUILD, RAILHEAD, Failed, Home, check, say, until  # noqa: E402
from railfake import RailFake  # noqa: E402

PASSWORD = "Zz-correct-horse-%41-battery"
WRONG = "Zz-wrong-horse"
KEYRING = "Zz-of-the-keyring"
WINDOW, LAUNCHED = 0x20010, 0x30020
SCRIPT = f'''
window {WINDOW} box=150,120,400,300 title="Probe one"
look {WINDOW} colour=80c0f8
app 00000000000000a1 name="Probe" group="Tests"
on launch do window {LAUNCHED} box=640,160,240,180 title="Launched"
on launch do window-app {LAUNCHED} $app process=4000
'''
BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=%s</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'''
PINENTRY = '''#!/usr/bin/env python3
import sys
print("OK pinentry of a test", flush=True)
for line in sys.stdin:
    with open({log!r}, "a", encoding="utf-8") as file:
        file.write(line)
    if line.startswith("GETPIN"):
        print({answer!r}, flush=True)
    else:
        print("OK", flush=True)
'''


class Desk(Home):
    """A home with a bus on which nothing is activated, and a scripted guest that wants a password."""

    def __init__(self, keyring=True, screen=True, security="tls", password=PASSWORD):
        super().__init__("rh-trust-")
        self.bin = os.path.join(self.root, "bin")
        os.mkdir(self.bin)
        self.env["PATH"] = f"{self.bin}:{BUILD}/host-agent:/usr/bin:/bin"
        self.start_bus()
        if screen:
            self.start_desktop()
        if keyring:
            self.start_keyring()
        self.fake = None
        self.serve(security, password)
        self.programs()

    def start_bus(self):
        config = f"{self.root}/bus.conf"
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS % self.root)
        read, write = os.pipe()
        self.spawn(["dbus-daemon", "--nofork", f"--config-file={config}", f"--print-address={write}"], pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as ready:
            self.env["DBUS_SESSION_BUS_ADDRESS"] = ready.readline().strip()
        if not self.env["DBUS_SESSION_BUS_ADDRESS"]:
            raise Failed("dbus-daemon did not start")

    def start_keyring(self):
        log = open(f"{self.root}/keyring.log", "wb")
        child = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], env=self.env,
                                 stdin=subprocess.PIPE, stdout=log, stderr=log)
        self.children.append(child)
        child.stdin.write(KEYRING.encode())
        child.stdin.close()
        until(lambda: "true" in self.output(["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/org/freedesktop/DBus",
                                             "-m", "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.secrets"]), 20,
              "the secret service is there")

    def programs(self):
        """No prompt of this machine's own is found."""
        for name in ("pinentry", "pinentry-gnome3", "pinentry-qt", "pinentry-qt5", "pinentry-gtk-2", "pinentry-x11", "pinentry-fltk"):
            self.prompt("ERR 83886340 this one draws nothing", name)
        for name in ("zenity", "kdialog", "ssh-askpass"):
            with open(f"{self.bin}/{name}", "w", encoding="utf-8") as file:
                file.write(f"#!/bin/sh\\necho {name} >> {self.root}/asked\\nexit 1\\n".replace("\\n", "\n"))
            os.chmod(f"{self.bin}/{name}", 0o755)

    def prompt(self, answer, name="pinentry"):
        with open(f"{self.bin}/{name}", "w", encoding="utf-8") as file:
            file.write(PINENTRY.format(log=f"{self.root}/asked", answer=answer))
        os.chmod(f"{self.bin}/{name}", 0o755)

    def asked(self):
        try:
            with open(f"{self.root}/asked", encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def serve(self, security="tls", password=PASSWORD, folder="guest"):
        self.fake = RailFake(BUILD, f"{self.root}/{folder}", "win10", SCRIPT, tcp=True, security=security, user="someone",
                             password=password)

    def railhead(self, *words, text="", timeout=90):
        return subprocess.run([RAILHEAD, *words], env=self.env, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=timeout)

    def add(self, *keys):
        done = self.railhead("guest", "add", "office", f"rdp://someone@{self.fake.address}", *keys)
        check(done.returncode == 0, f"a guest is added by its address {done.stderr}")

    def status(self):
        return self.json("status")["guests"][0]

    def profile(self):
        with open(f"{self.env['XDG_CONFIG_HOME']}/railhead/guests/office.conf", encoding="utf-8") as file:
            return file.read()

    def runs(self, text):
        done = self.railhead("run", "Probe")
        check(done.returncode == 0, f"{text}: exit {done.returncode} {done.stderr.strip()}")

    def fails(self, words, text):
        done = self.railhead("run", "Probe")
        check(done.returncode == 4 and words in done.stderr, f"{text}: exit {done.returncode} {done.stderr.strip()}")
        return done.stderr

    def stored(self):
        return self.output(["secret-tool", "lookup", "guest", "office", "user", "someone"])

    def stop(self):
        done = self.railhead("stop")
        check(done.returncode == 0, "the agent is stopped")

    def finish(self, keep):
        if self.fake:
            for event in self.fake.all[-15:] if keep else []:
                say(event)
            self.fake.end()
        self.end(keep)


def run_cases(cases, *tools):
    """cases: function -> options of its Desk; one that fails does not hide the others. Exit 77: a tool is not here."""
    missing = next((tool for tool in ("dbus-daemon", *tools) if not shutil.which(tool)), None)
    if missing:
        print(f"{missing} is not here")
        return 77
    failed = []
    for case, options in cases.items():
        if sys.argv[2:] and case.__name__ not in sys.argv[2:]:
            continue
        say(f"-- {case.__name__}")
        desk, good = Desk(**options), False
        try:
            case(desk)
            good = True
        except Exception as error:  # pylint: disable=broad-except
            say(f"FAILED: {type(error).__name__} {error}")
            failed.append(case.__name__)
        finally:
            desk.finish(keep=not good)
    say(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0
