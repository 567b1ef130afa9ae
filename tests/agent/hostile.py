#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A guest that publishes in bad faith: too much, too large, too often, never right, and under names that would like to be more
than names. Each time: the agent's memory has a limit, its answers come, the launchers are valid, and a sentence says what is wrong."""
import glob
import os
import re
import subprocess
import sys
import time

from bench import check, run_cases, say, until

MEMORY_MB = 96  # of the agent, whatever a guest sends
NAMES = ("line\nExec=touch /tmp/evil", "%f %u %%", "`touch /tmp/evil`", "$(touch /tmp/evil)", "../../../etc/passwd", "a/b\\c",
         "\u202egpj.exe", "\u2066isolate\u2069", "tab\tbell\a", "[Desktop Action x]", "Type=Link", "", " ", "x" * 250, "\ufffe\U0010ffff")


def up(bench):
    bench.start_bus()
    bench.add_guest()
    bench.publish((1, "Good"), (2, "Better", 32))
    bench.apps()
    until(lambda: len(bench.launchers()) == 2, 20, "two launchers")


def memory(bench):
    """The most that the agent ever held, in MB."""
    with open(f"/proc/{bench.json('status')['pid']}/status", encoding="utf-8") as file:
        return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) / 1024


def told(bench, words):
    text = until(lambda: bench.status()["problem"], 60, "the status tells of a problem")
    with open(f"{bench.env['XDG_STATE_HOME']}/railhead/agent/agent.log", encoding="utf-8") as file:
        log = file.read()
    check(words in text and words in log, f"status and log say: {text}")
    check(len([line for line in log.splitlines() if words in line]) == 1, "the log says it once")


def bounded(bench, launchers=2):
    began = time.monotonic()
    bench.status()
    check(time.monotonic() - began < 5, f"the agent answers in {time.monotonic() - began:.2f} s")
    most = memory(bench)
    check(most < MEMORY_MB, f"it held {most:.0f} MB at most")
    check(len(bench.launchers()) == launchers, f"{launchers} launchers are there")


def repaired(bench):
    bench.publish((1, "Good"), (3, "Best"))
    until(lambda: {app for app in bench.apps()} == {"Good", "Best"} and not bench.status()["problem"], 60,
          "the next good catalogue is taken")


def many(bench):
    """A hundred thousand applications."""
    up(bench)
    bench.instruct("flood 100000 10")
    told(bench, "more than is taken of one guest")
    bounded(bench)
    check(bench.heard().count("asked") == 0, "nobody asks for the same again")
    repaired(bench)


def long(bench):
    """As many as there may be, each as long as it may be."""
    up(bench)
    bench.instruct("flood 8192 2000")
    told(bench, "more than is taken of one guest")
    bounded(bench)
    repaired(bench)


def never_right(bench):
    up(bench)
    bench.instruct("lie")
    told(bench, "does not hold together")
    asked = bench.heard().count("asked")
    check(1 <= asked <= 3, f"it was asked {asked} times to send it again")
    bounded(bench)
    check(bench.heard().count("asked") == asked, "and is asked no more")


def huge_icons(bench):
    up(bench)
    bench.instruct("huge")
    bench.publish(*[(n, f"Application {n}", 48) for n in range(1, 20)])
    until(lambda: len(bench.launchers()) == 19, 30, "every application has its launcher")
    bounded(bench, 19)
    icons = glob.glob(f"{bench.env['XDG_DATA_HOME']}/icons/hicolor/*/apps/io.railhead.*")
    check(not icons, f"none has an icon of a gigabyte {icons}")
    check(not glob.glob(f"{bench.env['XDG_STATE_HOME']}/railhead/twin/icons/*"), "and none is kept")


def without_end(bench):
    """Another catalogue as soon as one was taken: the agent goes on answering."""
    up(bench)
    for turn in range(200):
        bench.publish(*[(n, f"Turn {turn} of {n}", 16) for n in range(1, 40)])
    until(lambda: "Turn 199 of 1" in bench.apps(), 120, "the last is taken")
    until(lambda: len(bench.launchers()) == 39, 60, "launchers follow")
    bounded(bench, 39)
    until(lambda: len(glob.glob(f"{bench.env['XDG_STATE_HOME']}/railhead/twin/icons/*")) <= 39, 30, "icons of former ones are not kept")


def names(bench):
    up(bench)
    before = os.path.exists(f"{bench.env['XDG_CONFIG_HOME']}/mimeapps.list")
    bench.publish(*[(100 + n, name, 16) for n, name in enumerate(NAMES)])
    paths = until(lambda: len(bench.launchers()) == len(NAMES) and bench.launchers(), 30, f"{len(NAMES)} launchers")
    done = bench.run(["desktop-file-validate", "--no-hints", *paths])
    check(done.returncode == 0 and not done.stdout, f"all are valid {done.stdout}")
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        identity = re.fullmatch(r"io\.railhead\.twin\.a([0-9a-f]{16})\.desktop", os.path.basename(path))
        execs = re.findall(r"^(?:Try)?Exec=(.*)$", text, re.M)
        fine = identity and all(line in (f"{bench.bin}/railhead", f"{bench.bin}/railhead run twin/{identity[1]} %U") for line in execs)
        if not fine or re.search("[\u202a-\u202e\u2066-\u2069\a]", text) or text.count("[Desktop Entry]") != 1:
            check(False, f"{path} holds more than a name: {text}")
    say("ok: each starts railhead with its own number and nothing else")
    check(os.path.exists(f"{bench.env['XDG_CONFIG_HOME']}/mimeapps.list") == before and not os.path.exists("/tmp/evil"), "nothing else was made")
    outside = subprocess.run(["find", bench.env["XDG_DATA_HOME"], "-name", "*passwd*"], capture_output=True, text=True, check=True)
    check(not outside.stdout, "no name became a path")


if __name__ == "__main__":
    sys.exit(run_cases([many, long, never_right, huge_icons, without_end, names], "desktop-file-validate"))
