#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random harm around the guests of one agent: sessions and servers killed, standing still and going on, connections cut, guests
stopped, and launches all the while. Afterwards each launch has been answered and none was made twice, every guest works, and nothing
is left: no process, no descriptor, no window, no memory. The seed is printed; the same seed does the same harm in the same order.

usage: chaos.py BUILD-DIR SECONDS [with-wine] [SEED]     Exit 77: a component is not here."""
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from desk import BUILD, RAILHEAD, run, until, windows
from desktop import Failed, check, processes, say
from railfake import RailFake

SECONDS = float(sys.argv[2])
WITH_WINE = "with-wine" in sys.argv
SEED = int(sys.argv[-1]) if sys.argv[-1].isdigit() and len(sys.argv) > 3 else 5
WINDOW = 0x20010
SCRIPT = f'''
window {WINDOW} box=150,120,400,300 title="Probe one"
app 00000000000000a1 name="Probe"
on message type=catalogue-ack do window-app {WINDOW} 00000000000000a1 process=4000
on launch do window-app {WINDOW} $app process=4000
on launch do raise {WINDOW}
'''
ANSWER_MAX = 20      # s for `railhead status`, on a machine that has other things to do
LAUNCHES_OPEN = 6    # at the same time
DESCRIPTORS_MORE = 6
MEMORY_MORE_KB = (320 if "ASAN_OPTIONS" in os.environ else 40) * 1024  # the sanitizer keeps what was freed for a while
COMPLAINTS = (b"ERROR: AddressSanitizer", b"runtime error:", b"CRITICAL **", b"assertion failed")


class Chaos:
    def __init__(self, desk):
        self.desk, self.home = desk, desk.home
        self.chance = random.Random(SEED)
        self.runs, self.codes, self.stopped = [], [], {}
        self.asked = self.made = 0  # launches asked of the scripted guest, and those that it has seen
        self.harm = {}

    def guest(self, name):
        return next(g for g in self.home.json("status")["guests"] if g["name"] == name)

    def signal(self, pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    def session(self, name):
        """The innermost process of the guest's session, or None."""
        pid = self.guest(name)["session_pid"]
        while pid:
            child = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], stdout=subprocess.PIPE, text=True, check=False).stdout
            if not child.split():
                return pid
            pid = int(child.split()[0])
        return None

    def server(self, name):
        found = processes(self.home, "railhead-embedded") if name == "wine" else [self.desk.fake.process.pid]
        return found[0] if found else None

    def kill_session(self, name):
        pid = self.session(name)
        if pid:
            self.signal(pid, signal.SIGKILL)

    def stop_for_a_while(self, pid):
        if pid:
            self.signal(pid, signal.SIGSTOP)
            self.stopped[pid] = time.monotonic() + self.chance.uniform(0.1, 14)

    def stop_session(self, name):
        self.stop_for_a_while(self.session(name))

    def stop_server(self, name):
        self.stop_for_a_while(self.server(name))

    def count_made(self):
        self.made += len([e for e in self.desk.fake.all if e["event"] == "launch"])

    def kill_server(self, name):
        pid = self.server(name)
        if not pid:
            return
        self.signal(pid, signal.SIGKILL)
        if name == "fake":
            self.desk.fake.process.wait()
            self.desk.fake.reader.join(10)
            self.count_made()
            self.desk.fake = RailFake(BUILD, f"{self.home.root}/guest", "win10", SCRIPT)

    def cut(self, name):
        if name == "fake" and self.desk.fake.process.pid not in self.stopped:
            self.desk.fake.send("drop")

    def end_guest(self, name):
        child = subprocess.Popen([RAILHEAD, "stop", name], env=self.home.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.home.children.append(child)

    def launch(self, name):
        if len([r for r in self.runs if r.poll() is None]) < LAUNCHES_OPEN:
            self.runs.append(subprocess.Popen([RAILHEAD, "run", self.app_of(name)], env=self.home.env, stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL))

    def app_of(self, name):
        """What is launched in a guest; the scripted one is counted."""
        self.asked += name == "fake"
        return "Probe" if name == "fake" else "Notepad"

    def runs_well(self, name):
        return self.home.run([RAILHEAD, "run", self.app_of(name)], timeout=120).returncode == 0

    def go_on(self, everybody=False):
        for pid, until_when in list(self.stopped.items()):
            if everybody or time.monotonic() > until_when:
                self.signal(pid, signal.SIGCONT)
                del self.stopped[pid]

    def answers(self):
        began = time.monotonic()
        self.home.json("status")
        if time.monotonic() - began > ANSWER_MAX:
            raise Failed(f"the agent answered after {time.monotonic() - began:.1f} s")

    def step(self, names):
        acts = [self.launch] * 6 + [self.kill_session, self.kill_session, self.stop_session, self.stop_server, self.kill_server, self.cut,
                                    self.cut, self.end_guest]
        act = self.chance.choice(acts)
        act(self.chance.choice(names))
        self.harm[act.__name__] = self.harm.get(act.__name__, 0) + 1
        pause = time.monotonic() + self.chance.uniform(0, 0.8)
        while time.monotonic() < pause:
            self.go_on()
            self.answers()


def agent_facts(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        rss = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    return len(os.listdir(f"/proc/{pid}/fd")), rss


def zombies(pid):
    found = subprocess.run(["ps", "-o", "stat=", "--ppid", str(pid)], stdout=subprocess.PIPE, text=True, check=False).stdout
    return [word for word in found.split() if word.startswith("Z")]


def root_windows(home, name):
    return home.output(["xwininfo", "-root", "-tree"]).count(f"io.railhead.{name}.a")


def works(chaos, names):
    for name in names:
        until(lambda name=name: chaos.runs_well(name), 120, f"guest {name} works")
        until(lambda name=name: chaos.guest(name)["state"] == "ready", 60, f"guest {name} is ready")


def settle(chaos, names):
    """What is left when the guests have only what they had in the beginning."""
    works(chaos, names)
    until(lambda: all(w["painted"] and not w["stale"] for w in windows(chaos.home) if w["mapped"]), 60, "all windows live")


def chaos_reigns(desk):
    chaos, names = Chaos(desk), ["fake"]
    say(f"seed {SEED}, {SECONDS:.0f} s")
    if WITH_WINE:
        names.append("wine")
        check(desk.home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded"]).returncode == 0, "an embedded guest, too")
        until(lambda: [a for a in desk.home.json("apps") if a["name"] == "Notepad"] or
              desk.home.run([RAILHEAD, "run", "wine/Notepad"], timeout=200).returncode == 0, 300, "it publishes Notepad")
    settle(chaos, names)
    agent = desk.home.json("status")["pid"]
    descriptors, memory = agent_facts(agent)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        chaos.step(names)
    chaos.go_on(everybody=True)
    codes = [child.wait(120) for child in chaos.runs]
    say(f"{chaos.harm}; launches ended {({code: codes.count(code) for code in sorted(set(codes))})}")
    check(set(codes) <= {0, 1, 4, 6}, f"each of {len(codes)} launches was answered")
    settle(chaos, names)
    chaos.count_made()
    check(desk.home.json("status")["pid"] == agent, "it is the agent of the beginning")
    check(chaos.made <= chaos.asked, f"of {chaos.asked} launches the scripted guest has seen {chaos.made}, and none twice")
    leftovers(chaos, names, agent, descriptors, memory)


def complaints(home):
    found = []
    for folder, _, names in os.walk(home.root):
        for name in (name for name in names if name.endswith(".log") and "wine" not in name.lower()):
            with open(os.path.join(folder, name), "rb") as file:
                found += [f"{name}: {line.decode(errors='replace')}" for line in file if any(word in line for word in COMPLAINTS)]
    return found


def leftovers(chaos, names, agent, descriptors, memory):
    home = chaos.home
    until(lambda: not zombies(agent), 20, "no child of the agent waits to be taken")
    until(lambda: len(processes(home, "railhead-session", without="bwrap")) <= len(names), 30, "one session for each guest")
    check(len(processes(home, "railhead-embedded")) == names.count("wine"), "one embedded guest, where there is one")
    until(lambda: agent_facts(agent)[0] <= descriptors + DESCRIPTORS_MORE + 2 * len(windows(home)), 30, "descriptors are given back")
    now = agent_facts(agent)
    say(f"agent: descriptors {descriptors} -> {now[0]}, memory {memory} -> {now[1]} kB, {len(windows(home))} windows")
    check(not complaints(home), f"nobody complains in a log {complaints(home)[:3]}")
    check(now[1] <= memory + MEMORY_MORE_KB, "memory does not grow")
    for name in names:
        listed = [w for w in windows(home) if w["guest"] == name and w["x_window"]]
        check(root_windows(home, name) <= 2 * len(listed) + 8, f"X windows of {name} are those that are listed ({len(listed)})")


if WITH_WINE and not shutil.which("wine"):
    sys.exit(77)
sys.exit(run([chaos_reigns], "win10", SCRIPT))
