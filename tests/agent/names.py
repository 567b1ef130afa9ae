#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names that a Start menu in Wine cannot have as files, published by the real publisher: through session, agent and launchers, each
stays a name."""
import re
import sys
import unicodedata

from bench import Failed, check, run_cases, say, until

NAMES = ['Quote " end', "It's 'quoted'", "Line\nExec=xterm", "Line\r\n[Desktop Action x]\nExec=xterm", "Back\\slash \\n \\s \\t",
         "Tab\tBell\a", "Escape \x1b[2J\x1b]0;title\a", "Long " + "n" * 250, "Wide " + "\U0001f5a5" * 120, "%f %F %u %U %i %c %%",
         "$(touch x) `id` ; & | > < *", "=", "Exec=xterm", "[Desktop Entry]", "#comment", " leading and trailing ", "..", "/", "../../x",
         "Right\u202egpj.exe", "Isolate \u2066\u2069", "Zero\u200bwidth", "Del\x7f", "C1 \x85\x9b", "Soft\u00adhyphen", "", " ", "\n",
         "Caf\u00e9", "Cafe\u0301", "\u6f22\u5b57", "\u0639\u0631\u0628", "Same", "Same"]
LABEL_BYTES = 120


def is_harmless(text):
    return not [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") or
                c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f"]


def check_launcher(bench, path, number):
    done = bench.run(["desktop-file-validate", "--no-hints", path])
    if done.returncode or done.stdout or done.stderr:
        raise Failed(f"desktop-file-validate of {NAMES[number - 1]!r}: {done.stdout} {done.stderr}")
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    keys = [line.split("=", 1) for line in text.split("\n") if line and not line.startswith("[")]
    if [line for line in text.split("\n") if line.startswith("[")] != ["[Desktop Entry]"] or len({key for key, _ in keys}) != len(keys) or "\r" in text:
        raise Failed(f"not one entry of single keys: {text!r}")
    entry = dict(keys)
    if entry["Exec"] != f"{bench.bin}/railhead run twin/{number:016x} %U" or entry["TryExec"] != f"{bench.bin}/railhead":
        raise Failed(f"Exec is not what it always is: {entry['Exec']}")
    name = entry["Name"]
    if not name.strip() or len(name.encode()) > LABEL_BYTES * 2 or not is_harmless(name):
        raise Failed(f"{NAMES[number - 1]!r} became {name!r}")
    say(f"ok: {NAMES[number - 1][:40]!r} -> {name[:40]!r}")


def published(bench):
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.publish(*[(number, name, 16) for number, name in enumerate(NAMES, 1)])
    apps = bench.json("apps")
    check(len(apps) == len(NAMES), f"all {len(NAMES)} are published")
    check(all(is_harmless(app["name"]) and app["name"].strip() for app in apps), "as names without harm")
    until(lambda: len(bench.launchers()) == len(NAMES), 20, "each has a launcher")
    for number in range(1, len(NAMES) + 1):
        path = next(p for p in bench.launchers() if p.endswith(f".a{number:016x}.desktop"))
        check_launcher(bench, path, number)
    listed = bench.railhead("apps").stdout
    check(is_harmless(listed.replace("\n", "")) and listed.count("\n") == len(NAMES), "`railhead apps` prints a line for each")
    for number in (1, 3, 8):
        done = bench.run(["gio", "launch", next(p for p in bench.launchers() if p.endswith(f"{number:016x}.desktop"))])
        until(lambda: f"launch {number:016x}" in bench.heard(), 20, f"launch of {NAMES[number - 1]!r}: {done.stderr}")
        check(True, f"the launcher of {NAMES[number - 1][:20]!r} starts that application")
    pattern = re.compile("^launch (000000000000000[138])$")
    check(all(pattern.match(line) for line in bench.heard() if line.startswith("launch")), "and nothing else")


def too_long(bench):
    """A name that no message can carry is cut, at both ends alike."""
    bench.start_bus()
    bench.add_guest()
    bench.publish((1, "x" * 300), (2, "Two"))
    check(set(bench.apps()) == {"x" * 120, "Two"}, "the catalogue is taken, and the name is as long as a label may be")
    until(lambda: len(bench.launchers()) == 2, 20, "both have launchers")


def never_whole(bench):
    """The catalogue never holds together, and who waits for it is told."""
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.tell("script", "lie\n", "a")
    first, second = bench.begin("apps"), bench.begin("run", "Two")
    check(first.wait(90) == 4, f"apps: {first.stderr.read().strip()}")
    check(second.wait(90) == 4, f"run: {second.stderr.read().strip()}")
    check(not bench.launchers(), "nothing of half a catalogue is shown")
    bench.publish((2, "Two"))
    until(lambda: "Two" in bench.railhead("apps").stdout, 60, "one that holds together is taken")
    check(bench.railhead("run", "Two").returncode == 0, "and can be run")


if __name__ == "__main__":
    sys.exit(run_cases([published, too_long, never_whole], "Xvfb", "openbox", "desktop-file-validate", "gio"))
