#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Railhead against the stock xfreerdp3 at the same embedded guest, and against the same program run by Wine on the host's display.
Samples of the three alternate, so that a load of the machine hits all of them. Prints a table; a required number that is missed is
marked MISS and makes the exit code 1, and so does one with too few samples.

usage: benchmark.py BUILD-DIR     Exit 77: a component is not here."""
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "wine"))
from desktop import (BUILD, RAILHEAD, Failed, Home, is_viewable, launcher_of, missing_tool,  # noqa: E402
                     processes, say, until, windows, with_session_bus)

CLOCK = f"{BUILD}/tests/bench/pixel-clock"
PROBE, PROBE_TITLE = "C:\\railprobe.exe", "Railhead Probe"
CONTENT, FLASH = "181205", "000080"  # the probe's cell 24,18 and the bit that a key turns in it
ROUNDS, STARTS, KEYS = 5, 3, 40      # samples of a round
SAMPLES_MIN = 10
IDLE_S = 60
FIVE = 5


class Table:
    """Rows of metric, ours, reference, ratio, required, verdict and number of samples."""
    HEAD = ("metric", "ours", "reference", "ratio", "required", "", "n")

    def __init__(self):
        self.rows, self.missed = [], []

    def add(self, metric, ours, reference=None, required=None, n=1, n_min=1, unit=""):
        """required: (limit, of what), of what being "ratio" or "ours"."""
        ratio = ours[0] / reference[0] if ours and reference and reference[0] else None
        verdict = ""
        if required:
            value = ratio if required[1] == "ratio" else ours[0]
            verdict = "PASS" if value is not None and value <= required[0] and n >= n_min else "MISS"
        row = (metric, show(ours, unit), show(reference, unit), f"{ratio:.2f}" if ratio is not None else "-",
               f"{required[1]} <= {required[0]:g}" if required else "-", verdict, str(n))
        self.rows.append(row)
        if verdict == "MISS":
            self.missed.append(row)

    def __str__(self):
        widths = [max(len(row[i]) for row in [self.HEAD, *self.rows]) for i in range(len(self.HEAD))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                         for row in [self.HEAD, tuple("-" * width for width in widths), *self.rows])


def show(value, unit):
    return "-" if value is None else f"{value[0]:.1f} {unit} {value[1]}".strip()


def p99(samples):
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * 0.99))]


class Bench:
    """The guest with the probe, a second prefix of the same kind for Wine on the host's display, and the samples so far."""

    def __init__(self, home):
        self.home = home
        self.native_env = None
        self.starts = {"ours": [], "wine": [], "xfreerdp3": []}
        self.keys = {"ours": [], "wine": [], "xfreerdp3": []}
        self.early = 0  # `railhead run` returned before there was content

    @property
    def runtime(self):
        return f"{self.home.env['XDG_RUNTIME_DIR']}/railhead/wine"

    # The three ways to a window of the probe

    def start(self, how):
        argv = {"ours": [RAILHEAD, "run", PROBE_TITLE], "wine": ["wine", PROBE, "--flash"],
                "xfreerdp3": ["xfreerdp3", f"/v:{self.runtime}/rdp.sock", "/cert:ignore", "/u:guest", "/p:none", "/gfx", "-clipboard",
                              f"/app:program:{PROBE},cmd:--flash"]}[how]
        with open(os.path.join(self.home.root, f"start-{how}.log"), "ab") as log:
            done = subprocess.run([CLOCK, "start", CONTENT, *argv], env=self.native_env if how == "wine" else self.home.env,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, timeout=120)
        if done.returncode:
            raise Failed(f"{how}: no content in a new window")
        took, xid, pid, early = done.stdout.split()
        self.starts[how].append(float(took))
        self.early += how == "ours" and int(early)
        return int(xid), int(pid)

    def press(self, how, xid, n=KEYS):
        self.home.run(["xdotool", "windowactivate", "--sync", str(xid)])
        done = self.home.run([CLOCK, "keys", str(xid), CONTENT, FLASH, str(n)], timeout=300)
        if done.returncode:
            raise Failed(f"{how}: {done.stderr.strip()}")
        self.keys[how] += [float(line) for line in done.stdout.split()]

    def close(self, xid):
        self.home.run(["xdotool", "windowactivate", "--sync", str(xid), "key", "alt+F4"])
        until(lambda: not is_viewable(self.home, xid), 20, f"window {xid} is closed")

    def disconnect(self):
        """Ends the agent, not the guest, and waits until another client may come."""
        for pid in self.processes("railhead-agent"):
            os.kill(pid, signal.SIGTERM)
        self.wait_for_no_client()

    def end_stock(self, pid):
        os.kill(pid, signal.SIGTERM)
        self.wait_for_no_client()

    def wait_for_no_client(self):
        def clients(event):
            with open(f"{self.runtime}/embedded.log", encoding="utf-8", errors="replace") as file:
                return set(re.findall(rf"client (\d+) {event}", file.read()))
        until(lambda: clients("connected") <= clients("is gone"), 20, "the guest has no client")

    def processes(self, *names):
        """Of this home, or below its agent: a sandboxed session has no environment to know it by."""
        known = {pid for name in names for pid in processes(self.home, name)}
        below = {pid for agent in processes(self.home, "railhead-agent") for pid in descendants(agent)}
        found = known | {pid for pid in below if program_of(pid) in names}
        missing = [name for name in names if name != "bwrap" and name not in {program_of(pid) for pid in found}]
        if missing:
            raise Failed(f"not found among the processes: {missing}")
        return sorted(found)

    def first_app(self):
        """A running session with one application in it; returns its window."""
        done = self.home.run([RAILHEAD, "run", "WineMine"], timeout=180)
        if done.returncode:
            raise Failed(f"WineMine does not open: {done.stderr.strip()}")
        until(lambda: self.home.json("status")["guests"][0]["published"], 60, "the catalogue is published anew")
        return until(lambda: [w for w in windows(self.home) if w["title"] == "WineMine"], 20, "WineMine is listed")[0]["x_window"]

    # Preparation

    def prepare(self):
        done = self.home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded"])
        if done.returncode:
            raise Failed(f"guest add: {done.stderr.strip()}")
        until(lambda: [a for a in self.home.json("apps") if a["name"] == "WineMine"], 180, "the guest publishes WineMine")
        shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-x86_64.exe", f"{self.home.data}/prefix/drive_c/railprobe.exe")
        self.home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", PROBE_TITLE, PROBE, "--flash")
        until(lambda: launcher_of(self.home, PROBE_TITLE), 20, "a launcher for the probe")
        self.home.run([RAILHEAD, "stop"])
        prefix = os.path.join(self.home.root, "native-prefix")
        subprocess.run(["cp", "-a", f"{self.home.data}/prefix", prefix], check=True)
        self.native_env = dict(self.home.env, WINEPREFIX=prefix, WINEDEBUG="-all",
                               WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=d")
        # Keeps the wineserver and Wine's desktop warm, as the first application does in the guest.
        subprocess.Popen(["wine", "C:\\windows\\system32\\winemine.exe"], env=self.native_env, stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self.home.output(["xdotool", "search", "--onlyvisible", "--name", "WineMine"]).split(), 60, "Wine is warm")

    def end(self):
        if self.native_env:
            subprocess.run(["wineserver", "-k"], env=self.native_env, stdin=subprocess.DEVNULL, check=False)

    # Measurement

    def round(self, number):
        first = self.first_app()
        for _ in range(STARTS):
            xid, _ = self.start("wine")
            self.press("wine", xid, KEYS // STARTS)
            self.close(xid)
            xid, _ = self.start("ours")
            self.press("ours", xid, KEYS // STARTS)
            self.close(xid)
        self.close(first)
        self.disconnect()
        for _ in range(STARTS):
            xid, pid = self.start("xfreerdp3")
            self.press("xfreerdp3", xid, KEYS // STARTS)
            self.close(xid)
            self.end_stock(pid)
        medians = ", ".join(f"{how} {statistics.median(self.starts[how]):.0f} / {statistics.median(self.keys[how]):.2f}"
                            for how in self.starts)
        say(f"round {number}: start / key in ms so far: {medians}")

    def idle(self, names):
        """Wakeups a second of each program, as voluntary context switches of all threads."""
        before = {name: switches(self.processes(name)) for name in names}
        subprocess.run(["sleep", str(IDLE_S)], check=True)  # the measurement itself: a minute of nothing
        return {name: (switches(self.processes(name)) - before[name]) / IDLE_S for name in names}

    def memory(self, *names):
        return sum(pss(pid) for pid in self.processes(*names)) / 1024


def descendants(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
        children = [int(child) for child in file.read().split()]
    return children + [below for child in children for below in descendants(child)]


def program_of(pid):
    with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
        return os.path.basename(file.read().split("\0")[0])


def switches(pids):
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/status", encoding="utf-8") as file:
                total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))
    return total


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return int(re.search(r"^Pss:\s+(\d+) kB", file.read(), re.M).group(1))


OURS = ("railhead-agent", "railhead-session", "bwrap")


def measure_standing(bench, table):
    """What an open window costs while nothing happens, and what five cost in memory."""
    bench.first_app()
    awake = bench.idle([*OURS, "railhead-embedded"])
    ours = sum(awake[name] for name in OURS)
    opened = [bench.start("ours")[0] for _ in range(FIVE - 1)]
    until(lambda: len(windows(bench.home)) == FIVE, 20, "five windows are open")
    memory = bench.memory(*OURS)
    server = bench.memory("railhead-embedded")
    for xid in [*opened, *(w["x_window"] for w in windows(bench.home) if w["title"] == "WineMine")]:
        bench.close(xid)
    bench.disconnect()
    xid, pid = bench.start("xfreerdp3")
    stock_awake = bench.idle(["xfreerdp3"])["xfreerdp3"]
    stock = bench.memory("xfreerdp3")
    bench.close(xid)
    bench.end_stock(pid)
    table.add(f"wakeups/s, {IDLE_S} s idle, agent + session (voluntary_ctxt_switches)", (ours, ""), (stock_awake, "xfreerdp3"),
              (1, "ours"))
    table.add("PSS, five windows, agent + session; reference: 5 x one xfreerdp3 with one window", (memory, ""),
              (FIVE * stock, "xfreerdp3"), (80, "ours"), unit="MB")
    table.add("wakeups/s, embedded server, idle", (awake["railhead-embedded"], ""))
    table.add("PSS, embedded server, five windows", (server, ""), unit="MB")


def tell_samples(bench, table):
    starts, keys = bench.starts, bench.keys
    middle, longest = statistics.median, max
    n = {how: min(len(starts["ours"]), len(starts[how])) for how in starts}
    k = {how: min(len(keys["ours"]), len(keys[how])) for how in keys}
    for how, limit in (("wine", 1.5), ("xfreerdp3", 0.2)):
        name = "wine" if how == "wine" else "xfreerdp3 /app"
        table.add(f"second application: `railhead run` to first content, median; reference: {name}",
                  (middle(starts["ours"]), ""), (middle(starts[how]), name), (limit, "ratio"), n[how], SAMPLES_MIN, "ms")
        table.add("  the same, longest", (longest(starts["ours"]), ""), (longest(starts[how]), name), n=n[how], unit="ms")
    table.add("`railhead run` returned before there was content, times", (bench.early, ""), None, (0, "ours"),
              len(starts["ours"]), SAMPLES_MIN)
    table.add("key press to changed pixel, median", (middle(keys["ours"]), ""), (middle(keys["xfreerdp3"]), "xfreerdp3"), (1, "ratio"),
              k["xfreerdp3"], SAMPLES_MIN, "ms")
    table.add("  the same, 99th percentile", (p99(keys["ours"]), ""), (p99(keys["xfreerdp3"]), "xfreerdp3"), n=k["xfreerdp3"], unit="ms")
    table.add("  the same, median; reference: Wine on the host's display", (middle(keys["ours"]), ""), (middle(keys["wine"]), "wine"),
              n=k["wine"], unit="ms")


def main():
    missing = missing_tool() or next((tool for tool in ("xfreerdp3", "wineserver") if not shutil.which(tool)), None)
    if missing:
        print(f"{missing} is not here")
        return 77
    home, table, good = Home(), Table(), False
    bench = Bench(home)
    try:
        home.start_desktop()
        bench.prepare()
        for number in range(ROUNDS):
            bench.round(number + 1)
        tell_samples(bench, table)
        measure_standing(bench, table)
        good = not table.missed
    except Failed as error:
        say(f"FAILED: {error}")
        home.run(["import", "-window", "root", os.path.join(home.root, "screen.png")])
    finally:
        bench.end()
        home.end(keep=not good)
    print(f"\n{table}\n")
    for row in table.missed:
        print(f"MISS: {row[0].strip()}: {row[1]}, reference {row[2]}, ratio {row[3]}, required {row[4]}, {row[6]} samples")
    return 0 if good else 1


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
